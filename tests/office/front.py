"""The office through its front door: people of Parepare who sign in, fill in forms and press buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jemput import journal
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.core.state import State
from jemput.journal.models import CaseRow
from jemput.programmes import packaged
from tests.people import PAREPARE, signed_in, staff

WARD = "73.72.02.1004"
NIK = "9901014708510001"


def on_the_spot() -> Programme:
    """The programme of Parepare, as shipped, installed."""
    return install("on-the-spot")


def install(code: str) -> Programme:
    """A shipped programme, installed."""
    return journal.install(packaged()[code])


@dataclass
class Office:
    """One browser for each duty, signed in at its first use."""

    area: str = PAREPARE
    browsers: dict[Duty, Client] = field(default_factory=dict)

    def as_(self, duty: Duty, area: str | None = None) -> Client:
        """The browser of somebody with this duty."""
        if duty not in self.browsers:
            self.browsers[duty] = signed_in(staff(duty, area or self.area))
        return self.browsers[duty]

    def report(self, duty: Duty = Duty.MAIN_ADMIN, **said: Any) -> CaseRow:
        """A report through the screen; the case that came of it."""
        response = self.try_report(duty, **said)
        assert response.status_code == 302, problems(response)
        return CaseRow.objects.get(pk=response.headers["Location"].split("/")[2])

    def try_report(self, duty: Duty = Duty.MAIN_ADMIN, **said: Any) -> HttpResponse:
        """Fill in and send the report form; whatever comes back."""
        browser = self.as_(duty)
        page = browser.get(reverse("office:report"))
        assert page.status_code == 200, page
        return browser.post(reverse("office:report"), filled(page) | CALL | said)

    def act(self, case: CaseRow, key: str, duty: Duty, **said: Any) -> HttpResponse:
        """Open the form of an action, change what is said, send it."""
        address = reverse("office:act", args=[case.pk, key])
        page = self.as_(duty).get(address)
        assert page.status_code == 200, problems(page)
        return self.as_(duty).post(address, filled(page) | said)

    def done(self, case: CaseRow, key: str, duty: Duty, **said: Any) -> State:
        """The same, and it must be taken."""
        response = self.act(case, key, duty, **said)
        assert response.status_code == 302, problems(response)
        return state_of(case)

    def walk(self, case: CaseRow, until: str = "") -> State:
        """Go the usual way of ON THE SPOT, up to and with a step."""
        for key, duty, said in WAY:
            state = self.done(case, key, duty, **said)
            if key == until:
                return state
        return state_of(case)

    def page(self, case: CaseRow, duty: Duty) -> str:
        """The case page as this duty reads it."""
        response = self.as_(duty).get(reverse("office:case", args=[case.pk]))
        assert response.status_code == 200, response
        return response.content.decode()


ELEMENTS = (
    *("requirements", "procedure", "time", "cost", "product", "competence", "conduct", "complaints"),
    "facilities",
)
WAY: list[tuple[str, Duty, dict[str, Any]]] = [
    ("papers", Duty.MAIN_ADMIN, {"requirement": "family_card"}),
    ("papers", Duty.MAIN_ADMIN, {"requirement": "phone"}),
    ("accept", Duty.MAIN_ADMIN, {"result": "accepted"}),
    ("register_check", Duty.MAIN_ADMIN, {"result": "match", "nik": NIK}),
    ("order", Duty.HEAD_OF_SECTION, {"team": "Tim 1"}),
    ("schedule", Duty.SCHEDULER, {}),
    ("visit", Duty.FIELD_OFFICER, {"partners": ["family"]}),
    ("consent", Duty.FIELD_OFFICER, {"basis": "consent", "supported": "on"}),
    ("record", Duty.FIELD_OFFICER, {}),
    ("send", Duty.FIELD_OFFICER, {}),
    ("centre", Duty.FIELD_OFFICER, {"raw": "Print ready record"}),
    ("print_card", Duty.FIELD_OFFICER, {}),
    ("deliver", Duty.FIELD_OFFICER, {"recipient": "Hasnah", "relation": "child"}),
    ("end_visit", Duty.FIELD_OFFICER, {"outcome": "done"}),
    ("satisfaction", Duty.FIELD_OFFICER, dict.fromkeys(ELEMENTS, 4)),
    ("close", Duty.MAIN_ADMIN, {}),
]
"""The usual way of ON THE SPOT: step, duty, what is said beside what the form guesses."""

CALL: dict[str, Any] = {
    "reporter_name": "Hasnah",
    "reporter_relation": "child",
    "reporter_phone": "0812 0000 0001",
    "name": "Siti Aminah",
    "birth": "umur 70-an",
    "sex": "female",
    "village": WARD,
    "address": "Rumah panggung di belakang masjid",
    "groups": ["frail_elderly"],
    "documents": ["ktp_el"],
    "blocked_services": ["health_insurance"],
}
"""What a daughter says on the phone."""


def state_of(case: CaseRow) -> State:
    """The fold of a case."""
    from jemput.core.fold import fold

    return fold(journal.programme_of, journal.clear_entries(UUID(str(case.pk))))


def filled(page: HttpResponse) -> dict[str, Any]:
    """The values that stand in the main form of a page, as a browser would send them."""
    html = page.content.decode()
    form = re.search(r'<form[^>]*id="(?:act|report)".*?</form>', html, re.S)
    assert form, "no form on the page"
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        kind = _attribute(tag, "type")
        if not name or (kind in ("checkbox", "radio") and "checked" not in tag):
            continue
        if kind == "checkbox":
            values.setdefault(name, []).append(value or "on")
        else:
            values[name] = value
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form[0], re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        values[name] = unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form[0], re.S):
        values[name] = unescape(text).strip()
    values.pop("csrfmiddlewaretoken", None)
    return values


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def problems(response: HttpResponse) -> str:
    """What a page complains about."""
    found = re.findall(r'<div class="notice (?:bad|warn)".*?</div>', response.content.decode(), re.S)
    text = re.sub(r"<[^>]+>|\s+", " ", " ".join(found))
    return f"{response.status_code}: {' '.join(unescape(text).split()) or response.content.decode()[:600]}"
