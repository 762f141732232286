"""Who looked up whom: the citizen may ask, so it is kept under a keyed hash of the NIK, beyond every
extract."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from jemput.accounts.models import Assignment
from jemput.journal import keys
from jemput.journal.terms import nik_term, whole_name_term
from jemput.people.models import Seen
from jemput.people.person import Person


def _term(key: bytes, person: Person) -> bytes:
    return nik_term(key, person.nik) if person.nik else whole_name_term(key, f"{person.name} {person.birth}")


def write_down(asker: Assignment, people: Iterable[Person]) -> None:
    """People of the register were shown to somebody. Raises keys.Locked."""
    key = keys.ring().search_key
    day = asker.office.today()
    rows = {(_term(key, p), str(asker.account_id), asker.office_id, asker.duty, day) for p in people}
    if not rows:
        return
    account = Seen._meta.get_field("account")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO people_seen (person, account_id, office_id, duty, day, times) "
            "VALUES (%s, %s, %s, %s, %s, 1) "
            "ON CONFLICT (person, account_id, duty, day) DO UPDATE SET times = people_seen.times + 1",
            [(p, account.get_db_prep_value(a, connection), o, d, day) for p, a, o, d, day in rows],
        )


def who_saw(nik: str) -> list[Seen]:
    """Who was shown the person with this NIK, the latest first."""
    term = nik_term(keys.ring().search_key, nik)
    return list(
        Seen.objects.filter(person=term).select_related("account", "office").order_by("-day", "account")
    )
