"""An office with a plan of next week whose papers are asked for, signed and read back."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from jemput.accounts.models import Account
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.planning.papers.models import AssignmentLetter
from jemput.planning.week import keep, make
from jemput.planning.week.models import WeekPlan
from tests.journal.cases import Case
from tests.office.front import filled
from tests.people import signed_in, staff
from tests.planning_office.cases import MONDAY, NOW, waiting
from tests.planning_office.keeping import Keeper, text
from tests.planning_office.week import HOURS

NIK = "9901014708510001"
PHONE = "+6281199000123"


class Office:
    """An office with two teams, a plan of next week, and its people at their screens."""

    def __init__(self, keeper: Keeper, programme: Programme) -> None:
        keeper.usual(kits=2)
        keeper.keep("teams", name="Tim 2", members=[keeper.officer(), keeper.officer()])
        keeper.keep("partners", name="Petugas registrasi desa", role="village", each_village="on", **HOURS)
        social = {"name": "Rini Rekaan", "role": "social_worker", "phone": "0811-9900-0777"}
        keeper.keep("partners", **social, **HOURS)
        self.keeper, self.programme = keeper, programme
        self.by = staff(Duty.SCHEDULER, keeper.office.code)
        self.people: dict[Duty, Account] = {Duty.SCHEDULER: self.by}
        self.cases: list[Case] = []

    def reported(self, **said: Any) -> Case:
        case = waiting(self.programme, **{"name": "SUKARNI REKAAN", "nik": NIK, "phone": PHONE} | said)
        self.cases.append(case)
        return case

    def planned(self) -> WeekPlan:
        seen = keep.current(self.keeper.office, MONDAY)
        return make.make(
            self.keeper.office, MONDAY, self.by, seen=seen.version if seen else 0, rounds=200, now=NOW
        )

    def at(self, duty: Duty, area: str = "") -> Client:
        account = self.people.get(duty) if not area else None
        if account is None:
            account = staff(duty, area or self.keeper.office.code, name=f"{duty.label} Rekaan")
            self.people.setdefault(duty, account)
        return signed_in(account)

    def week(self) -> WeekPlan:
        week = keep.current(self.keeper.office, MONDAY)
        assert week is not None
        return week

    def tour_of(self, case: Case) -> dict[str, Any]:
        return next(
            t for t in self.week().plan["tours"] for s in t["stops"] if s["visit"] == str(case.stream)
        )

    def route(self, case: Case, duty: Duty, area: str = "") -> HttpResponse:
        tour = self.tour_of(case)
        return self.at(duty, area).get(
            reverse("planning:route_sheet", args=[MONDAY.isoformat(), tour["team"], tour["day"]])
        )

    def sign(self, team: str, number: str = "800/1/ST/2026", **said: Any) -> HttpResponse:
        """As the head of section does it: open the page, type the number, tick, press the button."""
        browser = self.at(Duty.HEAD_OF_SECTION)
        address = reverse("planning:sign_letter", args=[MONDAY.isoformat(), team])
        page = browser.get(address)
        assert page.status_code == 200
        return browser.post(address, filled(page) | {"number": number, "agreed": "on"} | said)

    def page(self, duty: Duty = Duty.HEAD_OF_SECTION) -> str:
        return text(self.at(duty).get(reverse("planning:papers", args=[MONDAY.isoformat()])))

    def letter(self, found: AssignmentLetter) -> bytes:
        response = self.at(Duty.FIELD_OFFICER).get(reverse("planning:letter", args=[found.pk]))
        assert response.status_code == 200
        return bytes(response.content)

    def check(self, file: bytes, duty: Duty = Duty.VILLAGE_REGISTRAR) -> str:
        sent = SimpleUploadedFile("surat.pdf", file, "application/pdf")
        return text(self.at(duty).post(reverse("planning:check_letter"), {"file": sent}))


def reader(response: HttpResponse | bytes) -> PdfReader:
    if not isinstance(response, bytes):
        assert response.status_code == 200 and response.headers["Content-Type"] == "application/pdf"
        response = bytes(response.content)
    return PdfReader(io.BytesIO(response))


def words(response: HttpResponse | bytes) -> str:
    """What a PDF says."""
    return " ".join(" ".join(p.extract_text() for p in reader(response).pages).split())
