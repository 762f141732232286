"""Offices and people for tests: everybody is invented."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.test import Client

from jemput.accounts.models import Account, Assignment, Office
from jemput.core.codes import Duty

TRENGGALEK, BATAM, PAREPARE = "35.03", "21.71", "73.72"
BANYUWANGI, BEKASI = "35.10", "32.75"
PANGGUL, MUNJUNGAN = "35.03.01", "35.03.02"
VILLAGE, NEIGHBOUR = "35.03.01.2001", "35.03.01.2002"
PASSWORD = "Kunci-Rumah-7-Lapis"  # long enough, not a word

_NAMES = {
    TRENGGALEK: ("Disdukcapil Kabupaten Trenggalek", "Trenggalek", "wib"),
    BATAM: ("Disdukcapil Kota Batam", "Batam", "wib"),
    PAREPARE: ("Disdukcapil Kota Parepare", "Parepare", "wita"),
    BANYUWANGI: ("Disdukcapil Kabupaten Banyuwangi", "Banyuwangi", "wib"),
    BEKASI: ("Disdukcapil Kota Bekasi", "Bekasi", "wib"),
}
_numbers = count(1)


def office(code: str = TRENGGALEK) -> Office:
    """An office; made at its first mention."""
    name, city, time_zone = _NAMES[code]
    values = {"number": list(_NAMES).index(code) + 1, "name": name, "city": city, "time_zone": time_zone}
    return Office.objects.get_or_create(code=code, defaults=values)[0]


def account(username: str = "", *, password: str | None = None, **fields: object) -> Account:
    """A person who works here; with no password one can only be signed in by force."""
    username = username or f"petugas-{next(_numbers)}"
    name = str(fields.pop("name", username.upper()))
    return Account.objects.create_user(username, password, name=name, **fields)


def assign(
    to: Account, duty: Duty, area: str = TRENGGALEK, since: date = date(2024, 1, 1), until: date | None = None
) -> Assignment:
    """A duty for somebody, in the office that the area lies in."""
    return Assignment.objects.create(
        account=to, office=office(area[:5]), duty=duty, area=area, valid_from=since, valid_until=until
    )


def staff(duty: Duty, area: str = TRENGGALEK, username: str = "", **fields: object) -> Account:
    """Somebody with one duty."""
    person = account(username, **fields)  # type: ignore[arg-type]
    assign(person, duty, area)
    return person


def signed_in(person: Account) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
