"""The result of comparing: who is new, who is served, what is proposed, how soon, and their cases."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Duty, Group, Service, Urgency
from jemput.journal.models import CaseRow
from jemput.people.link import runs, targets
from jemput.people.link.targets import Reached
from jemput.people.models import LinkRow, LinkRun
from jemput.programmes import packaged
from tests.journal.cases import Case
from tests.lists import linkage
from tests.people import BATAM, signed_in, staff

ODGJ_BATAM, ON_THE_SPOT = 2, 4


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    settings.JEMPUT_KEYS = tmp_path / "keys"
    linkage.register(tmp_path)

    def now(office: str, programme: int, author) -> LinkRun:  # type: ignore[no-untyped-def]
        return runs.run_now(LinkRun.objects.create(office=office, programme=programme), author)

    monkeypatch.setattr(runs, "start", now)


def compared(desk: Client, text: str, at: str = "/lists/3/", source: str = "social_agency") -> None:
    asked = desk.post(at, {"text": text, "source": source})
    assert asked.status_code == 302, asked.content.decode()
    desk.post(f"{at}preview/", {"new": asked["Location"].partition("new=")[2], "keep": "1"})
    desk.post(f"{at}compare/")


def test_whoever_was_served_is_found_through_the_register_and_needs_no_second_case() -> None:
    here = linkage.village("35.03.02.2001")
    keren = journal.newest(3)
    case = Case(keren, area="35.03.02.2001")
    case.reported(
        name="SUKARNI", nik="9903015708510001", birth_date=date(1951, 8, 17), mother="PAINEM", phone=None
    )
    case.tell(e.Printed(document=Document.KTP_EL), Duty.PRINTING)
    desk = signed_in(staff(Duty.MAIN_ADMIN))
    compared(desk, f"NAMA;TGL LAHIR;NAMA IBU;DESA\nSOEKARNI;17-08-1951;PAINEM;{here}\n")
    [found] = targets.targets("35.03", 3)
    assert found.reached is Reached.SERVED and found.cases[0].pk == case.stream
    page = desk.get("/lists/3/people/").content.decode()
    assert "Dokumen sudah terbit" in page and 'name="row"' not in page


THREE = """NAMA;UMUR;RAGAM;KETERANGAN
JOKO BIASA;40;;belum rekam
MBAH SUTINAH;78;Lansia;belum rekam, bansos tidak cair
SRI DARURAT;30;Sakit;belum punya NIK, ditolak rumah sakit
"""


def test_the_most_pressing_stand_first_with_the_reason(tmp_path: Path) -> None:
    desk = signed_in(staff(Duty.MAIN_ADMIN))
    compared(desk, THREE)
    page = desk.get("/lists/3/people/").content.decode()
    assert page.index("SRI DARURAT") < page.index("SUTINAH") < page.index("JOKO BIASA")
    assert "Seketika" in page and "keadaan darurat karena belum ada dokumen" in page
    assert "melayani Lanjut usia" in page or "melayani" in page


def test_cases_are_opened_in_bulk_with_programme_urgency_and_what_is_refused() -> None:
    desk = signed_in(staff(Duty.MAIN_ADMIN))
    compared(desk, THREE)
    page = desk.get("/lists/3/people/").content.decode()
    rows = re.findall(r'name="row" value="(\d+)"', page)
    assert len(rows) == 3
    answer = desk.post("/lists/3/people/open/", {"row": rows}, follow=True)
    assert "3 kasus dibuka" in answer.content.decode()
    urgencies = sorted(CaseRow.objects.values_list("urgency", flat=True))
    assert urgencies == [Urgency.EMERGENCY, Urgency.HIGH, Urgency.NORMAL]
    pressing = journal.entries(CaseRow.objects.get(urgency=Urgency.EMERGENCY).pk)[0].body
    assert isinstance(pressing, e.Reported)
    assert pressing.name == "SRI DARURAT" and pressing.groups == [Group.GRAVELY_ILL]
    assert pressing.blocked_services == [Service.HEALTH_CARE]


def test_nobody_chosen_opens_nothing_and_says_so() -> None:
    desk = signed_in(staff(Duty.MAIN_ADMIN))
    compared(desk, THREE)
    answer = desk.post("/lists/3/people/open/", follow=True)
    assert "Pilih orang" in answer.content.decode() and not CaseRow.objects.exists()


def test_odgj_on_a_list_of_another_programme_is_proposed_the_service_for_odgj() -> None:
    for name in ("odgj-batam", "on-the-spot"):
        journal.install(packaged()[name])
    desk = signed_in(staff(Duty.MAIN_ADMIN, BATAM))
    Case(journal.newest(ON_THE_SPOT), area="21.71.01.1001").reported()  # the office tries it out
    text = "NAMA;UMUR;RAGAM\nPONIMAN;40;ODGJ\nTUMIRAH;81;Lansia\n"
    compared(desk, text, f"/lists/{ON_THE_SPOT}/")
    page = desk.get(f"/lists/{ON_THE_SPOT}/people/?reached=not_reached").content.decode()
    line = page[page.index("PONIMAN") :]
    assert journal.newest(ODGJ_BATAM).name in line[: line.index("</tr>")]
    rows = [str(pk) for pk in LinkRow.objects.values_list("pk", flat=True)]
    desk.post(f"/lists/{ON_THE_SPOT}/people/open/", {"row": rows})
    listed = CaseRow.objects.filter(stream__entries__clear__channel="register").distinct()
    opened = {case.programme: journal.headline(case)["name"] for case in listed}
    assert opened == {ODGJ_BATAM: "PONIMAN", ON_THE_SPOT: "TUMIRAH"}
    assert not listed.filter(condition="not_in_database").exists(), "there was no register to look in"
    assert {t.reached for t in targets.targets(BATAM, ON_THE_SPOT)} == {Reached.IN_HAND}


def test_a_doubtful_pair_with_a_case_shows_what_the_case_says() -> None:
    here = linkage.village("35.03.02.2001")
    Case(journal.newest(3), area="35.03.02.2001").reported(
        name="KASIYEM", nik="9903015203560044", birth_date=date(1956, 3, 12), mother="LASMI", phone=None
    )
    desk = signed_in(staff(Duty.MAIN_ADMIN))
    compared(desk, f"NIK,NAMA,TGL LAHIR,NAMA IBU,DESA\n9903015203569871,KASIYEM,12-03-1956,LASMI,{here}\n")
    page = desk.get("/lists/3/review/").content.decode()
    assert "Dalam kasus" in page and page.count("KASIYEM") == 2 and page.count("12-03-1956") == 2
