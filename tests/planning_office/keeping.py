"""The screens of teams and equipment, as a scheduler uses them."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from jemput.accounts.models import Account, Office
from jemput.core.codes import Duty
from tests.office.front import filled, problems
from tests.people import TRENGGALEK, office, signed_in, staff

SEAT = {"latitude": "-8.0503", "longitude": "111.7081"}


class Keeper:
    """Somebody who keeps an office's teams, by what is typed into the forms."""

    def __init__(self, area: str = TRENGGALEK, duty: Duty = Duty.SCHEDULER) -> None:
        self.office: Office = office(area)
        self.browser = signed_in(staff(duty, area))
        self.officers: list[Account] = []

    def officer(self, name: str = "") -> str:
        """A new field officer; the id as forms have it."""
        fields = {"name": name} if name else {}
        self.officers.append(staff(Duty.FIELD_OFFICER, self.office.code, **fields))  # type: ignore[arg-type]
        return str(self.officers[-1].pk)

    def send(self, key: str, pk: int | None = None, **said: Any) -> HttpResponse:
        """Open the form, change what is said, press save."""
        address = _address(key, pk)
        page = self.browser.get(address)
        assert page.status_code == 200, page
        values = {k: v for k, v in (filled(page) | said).items() if v is not None}
        return self.browser.post(address, values)

    def keep(self, key: str, pk: int | None = None, **said: Any) -> int:
        """The same, and it must be taken; the number of what was saved."""
        from jemput.planning.views_resources import KINDS

        response = self.send(key, pk, **said)
        assert response.status_code == 302, problems(response)
        if pk is not None:
            return pk
        return int(KINDS[key].model.objects.filter(office=self.office).latest("pk").pk)

    def refused(self, key: str, pk: int | None = None, **said: Any) -> str:
        """The same, and it must be refused; what the page says."""
        response = self.send(key, pk, **said)
        assert response.status_code == 422, response
        return problems(response)

    def page(self, key: str = "", pk: int | None = None, **query: Any) -> str:
        """What a page says, without its marks."""
        address = reverse("planning:resources") if not key else reverse("planning:resource_list", args=[key])
        response = self.browser.get(_address(key, pk) if pk else address, query)
        assert response.status_code == 200, response
        return text(response)

    def usual(self, kits: int = 1) -> None:
        """An office that can go: a seat, a car, a motorbike, a set, a team of two."""
        self.keep("sites", name="Kantor Dukcapil", kind="office", area="35.03.04.2001", **SEAT)
        self.keep("vehicles", name="Mobil dinas", kind="four_wheels")
        self.keep("vehicles", name="Motor dinas", kind="two_wheels")
        for n in range(kits):
            self.keep("kits", name=f"Alat rekam {n + 1}", kind="biometric", people_per_day="14")
        self.keep("teams", name="Tim 1", members=[self.officer(), self.officer()])


def _address(key: str, pk: int | None) -> str:
    args: list[Any] = [key] if pk is None else [key, pk]
    return reverse("planning:resource_new" if pk is None else "planning:resource", args=args)


def text(response: HttpResponse) -> str:
    """The words of a page."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)
    assert main
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())
