"""The papers of a week: downloaded as their readers do, and read back from the PDF."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from jemput import journal
from jemput.accounts.models import Access, AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty, Group, PlaceKind, Relation, Weekday
from jemput.core.programme import Programme
from jemput.core.rules import Actor
from jemput.planning.papers.models import AssignmentLetter
from jemput.planning.week import edit, keep, make, publish
from tests.journal.cases import Case
from tests.people import signed_in, staff
from tests.planning_office.cases import MONDAY, NOW, tell
from tests.planning_office.keeping import Keeper, text
from tests.planning_office.papers import NIK, Office, reader, words
from tests.planning_office.week import HOURS

ILL = "membawa tabung oksigen"
THURSDAY = MONDAY + timedelta(days=3)


@pytest.fixture
def office(keeper: Keeper, keren: Programme) -> Office:
    return Office(keeper, keren)


def exports(case: Case) -> int:
    return AccessLog.objects.filter(stream=case.stream, what=Access.EXPORTED).count()


# ---- route sheets -----------------------------------------------------------------------------------


def test_the_team_reads_on_its_route_sheet_whom_to_meet_where_when_and_what_to_know(office: Office) -> None:
    case = office.reported(address="RT 03 RW 01, utara masjid", groups=[Group.GRAVELY_ILL], needs=ILL)
    tell(case, e.GuardianNamed(name="Painem Rekaan", relation=Relation.CHILD, phone="+6281199000456"),
         Duty.MAIN_ADMIN, NOW)  # fmt: skip
    office.planned()
    said = words(office.route(case, Duty.FIELD_OFFICER))
    tour = office.tour_of(case)
    assert "SUKARNI REKAAN" in said and "utara masjid" in said and "Desa Cakul" in said
    assert "0811-9900-0123" in said and "0811-9900-0456" in said and "Painem Rekaan, Anak" in said
    assert ILL in said and "Sakit keras" in said
    assert tour["stops"][0]["starts"].replace(":", ".") in said
    assert "Alat rekam" in said and "Formulir F-1.01" in said and NIK not in said
    assert exports(case) == 1


def test_what_was_taken_back_stands_on_no_route_sheet(office: Office) -> None:
    case = office.reported(groups=[Group.GRAVELY_ILL], preferred_days=[Weekday.THU])
    tell(case, e.PersonDescribed(groups=[], preferred_days=[]), Duty.MAIN_ADMIN, NOW)
    office.planned()
    said = words(office.route(case, Duty.FIELD_OFFICER))
    assert "SUKARNI REKAAN" in said and "Sakit keras" not in said and "Hari yang cocok" not in said


def test_each_duty_reads_no_more_on_paper_than_on_the_screen(office: Office) -> None:
    case = office.reported(
        needs=ILL, groups=[Group.INMATE], place_kind=PlaceKind.PRISON, place_name="Rutan Rekaan"
    )
    office.planned()
    scheduler = words(office.route(case, Duty.SCHEDULER))
    assert "0811-9900-0123" in scheduler and "Rutan Rekaan" in scheduler
    assert ILL not in scheduler and "Warga binaan" not in scheduler and "Disamarkan" in scheduler
    head = words(office.route(case, Duty.HEAD_OF_OFFICE))
    assert "0811-9900-0123" not in head and "123" in head
    assert "Rutan Rekaan" not in head and ILL not in head
    assert exports(case) == 2


def test_a_route_sheet_leaves_out_whom_its_reader_may_not_see(office: Office) -> None:
    case = office.reported()
    office.planned()
    said = words(office.route(case, Duty.FIELD_OFFICER, area="35.03.05"))
    assert "SUKARNI" not in said and "1 kunjungan tidak dicantumkan" in said
    assert exports(case) == 0


def test_the_square_code_leads_to_the_case_and_tells_of_nobody(office: Office) -> None:
    case = office.reported()
    office.planned()
    response = office.route(case, Duty.FIELD_OFFICER)
    alts = re.findall(rb"/Alt ?\((.*?)\)", _plain(response.content))
    assert any(b"Kode kotak" in alt for alt in alts)
    assert not any(b"SUKARNI" in alt for alt in alts)
    assert "SUKARNI" not in response.headers["Content-Disposition"]
    assert NIK not in response.headers["Content-Disposition"]


def _plain(pdf: bytes) -> bytes:
    """A PDF with its streams opened, for looking at what stands in it."""
    read = PdfReader(io.BytesIO(pdf))
    found = [read.get_object(n + 1) for n in range(len(read.xref[0]) + len(read.xref_objStm))]
    return repr([str(o) for o in found if o]).encode().replace(b"'/Alt': '", b"/Alt (").replace(b"'", b")")


def test_papers_can_be_heard_and_are_the_same_each_time(office: Office) -> None:
    case = office.reported()
    office.planned()
    first, again = office.route(case, Duty.FIELD_OFFICER), office.route(case, Duty.FIELD_OFFICER)
    assert first.content == again.content
    root: Any = reader(first).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"] and root["/Lang"] == "id"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    fonts = {f["/BaseFont"] for page in reader(first).pages for f in _fonts(page)}
    assert fonts and all("Libertinus" in f for f in fonts), "its own fonts, none of this machine"


def _fonts(page: Any) -> list[Any]:
    return [f.get_object() for f in page["/Resources"]["/Font"].values()]


def test_a_demo_says_across_each_paper_that_it_is_one(office: Office, settings: Any) -> None:
    case = office.reported()
    office.planned()
    assert "DATA REKAAN" not in words(office.route(case, Duty.FIELD_OFFICER))
    settings.JEMPUT_DEMO = True
    said = words(office.route(case, Duty.FIELD_OFFICER))
    assert "SIMULASI · DATA REKAAN" in said and "semua orang dalam surat ini rekaan" in said


# ---- partners and what to bring ---------------------------------------------------------------------


def test_a_partner_reads_when_and_where_and_not_who(office: Office) -> None:
    case, other = office.reported(needs=ILL), office.reported(name="LAIN", area="35.03.04.2003")
    office.planned()
    page = office.at(Duty.SCHEDULER).get(reverse("planning:papers", args=[MONDAY.isoformat()]))
    links = re.findall(r'href="([^"]*partner-[^"]*)"', page.content.decode())
    mine = next(link for link in links if "35.03.04.2001" in link)
    said = words(office.at(Duty.SCHEDULER).get(mine))
    stop = next(s for s in office.tour_of(case)["stops"] if s["visit"] == str(case.stream))
    assert "Desa Cakul" in said and stop["arrives"].replace(":", ".") in said
    assert "SUKARNI" not in said and ILL not in said and "0811-9900-0123" not in said
    assert exports(case) == 1
    assert "Watuagung" not in said and exports(other) == 0, "each village's own sees its village alone"


def test_what_to_bring_is_a_list_to_tick_that_names_nobody(office: Office) -> None:
    case = office.reported()
    office.planned()
    tour = office.tour_of(case)
    where = [MONDAY.isoformat(), tour["team"], tour["day"]]
    said = words(office.at(Duty.FIELD_OFFICER).get(reverse("planning:bring", args=where)))
    assert "Alat rekam" in said and "Surat tugas" in said and "SUKARNI" not in said


# ---- letters ----------------------------------------------------------------------------------------


def test_the_head_signs_and_every_case_holds_the_digest_of_the_letter(office: Office) -> None:
    case = office.reported(needs=ILL)
    office.planned()
    team = office.tour_of(case)["team"]
    assert office.sign(team).status_code == 302
    found = AssignmentLetter.objects.get()
    file = office.letter(found)
    said = words(file)
    assert "SURAT TUGAS" in said and "800/1/ST/2026" in said and "Desa Cakul" in said
    members = [office.keeper.officers[n].name for n in ((0, 1) if team == "tim_1" else (2, 3))]
    assert all(name in said for name in members)
    assert f"oleh {office.people[Duty.HEAD_OF_SECTION].name}" in said
    assert "bukan tanda tangan elektronik tersertifikasi (BSrE)" in said
    assert "SUKARNI" not in said and NIK not in said and ILL not in said
    order = [x for x in journal.entries(case.stream) if x.kind == "ordered"][-1]
    assert order.body.letter_sha256 == found.sha256 and order.body.team == team  # type: ignore[attr-defined]
    assert order.duty is Duty.HEAD_OF_SECTION and order.actor == office.people[Duty.HEAD_OF_SECTION].actor
    assert "against_rules" not in case.row.flags, "a second order is nothing irregular"
    assert "Berlaku." in office.check(file)
    assert "Sudah ditandatangani 800/1/ST/2026" in office.page()


def test_a_draft_says_that_it_is_one(office: Office) -> None:
    case = office.reported()
    office.planned()
    where = [MONDAY.isoformat(), office.tour_of(case)["team"]]
    response = office.at(Duty.SCHEDULER).get(reverse("planning:letter_draft", args=where))
    assert "KONSEP" in words(response)
    assert "Tidak dikenal." in office.check(bytes(response.content)), "a draft is no letter"


def test_a_change_of_the_teams_visits_voids_its_letter_and_no_other(office: Office) -> None:
    for n in range(4):
        office.reported(name=f"ORANG {n}", area=f"35.03.04.200{n + 1}")
    week = office.planned()
    one = office.cases[0]
    edit.move(week, str(one.stream), office.by, day=THURSDAY.isoformat(), team="tim_2")
    for case in office.cases[1:]:
        edit.move(office.week(), str(case.stream), office.by, day=MONDAY.isoformat(), team="tim_1")
    office.sign("tim_1", "800/1"), office.sign("tim_2", "800/2")
    before = {x.team: x for x in AssignmentLetter.objects.all()}
    assert len(before) == 2
    edit.lock(office.week(), [str(one.stream)], office.by)
    assert all(x.holds for x in AssignmentLetter.objects.all()), "a lock moves nobody"

    mine = [s for t in office.week().plan["tours"] if t["team"] == "tim_2" for s in t["stops"]]
    assert mine
    edit.take_out(edit.unlock(office.week(), [str(one.stream)], office.by), str(one.stream), office.by)
    after = {x.team: x for x in AssignmentLetter.objects.all()}
    assert after["tim_1"].holds and not after["tim_2"].holds
    assert "Tidak berlaku lagi" in office.check(office.letter(after["tim_2"]))
    assert "Berlaku." in office.check(office.letter(after["tim_1"]))
    assert "Tidak berlaku lagi: 800/2" in office.page()

    keep.undo(office.week(), office.by)
    assert "Tidak berlaku lagi: 800/2" in office.page(), "what was voided stays so"
    assert office.sign("tim_2", "800/3").status_code == 302
    assert "Tidak berlaku lagi" not in office.page()


def test_other_members_make_a_letter_void(office: Office) -> None:
    case = office.reported()
    office.planned()
    team = office.tour_of(case)["team"]
    office.sign(team)
    pk = next(t.pk for t in _teams() if t.code == team)
    extra = office.keeper.officer("Sulastri Rekaan")
    old = [str(m.account_id) for t in _teams() if t.code == team for m in t.members.all()]
    office.keeper.keep("teams", pk, members=[*old, extra])
    assert "Tidak berlaku lagi" in office.page()
    assert "Tidak berlaku lagi" in office.check(office.letter(AssignmentLetter.objects.get()))
    assert office.sign(team, "800/2").status_code == 302
    new = AssignmentLetter.objects.get(voided_at=None)
    assert "Sulastri Rekaan" in words(office.letter(new))


def _teams() -> list[Any]:
    from jemput.planning.models import Team

    return list(Team.objects.all())


def test_a_visit_that_was_made_voids_nothing(office: Office) -> None:
    case, other = office.reported(), office.reported(name="ORANG LAIN")
    office.planned()
    team = office.tour_of(case)["team"]
    office.sign(team)
    visit = case.stream
    scheduled = e.VisitScheduled(visit=visit, day=MONDAY, team=team)
    tell(case, scheduled, Duty.SCHEDULER, NOW)
    tell(case, e.VisitStarted(visit=visit), Duty.FIELD_OFFICER, timezone.now())
    make.refresh(office.week(), office.by, now=NOW)
    assert str(case.stream) not in keep.visits_in(office.week().plan)
    assert str(other.stream) in keep.visits_in(office.week().plan)
    assert AssignmentLetter.objects.get().holds


def test_a_letter_is_not_signed_unread_twice_or_over_a_newer_plan(office: Office) -> None:
    case = office.reported()
    week = office.planned()
    team = office.tour_of(case)["team"]
    refused = office.sign(team, agreed="")
    assert refused.status_code == 422 and "Bacalah konsepnya" in text(refused)
    assert "800/1/ST/2026" in refused.content.decode(), "what was typed stays"
    stale = office.sign(team, seen=str(week.version - 1))
    assert stale.status_code == 422 and "mengubah rencana ini" in text(stale)
    assert not AssignmentLetter.objects.exists()
    assert office.sign(team).status_code == 302
    again = office.sign(team, "800/9")
    assert again.status_code == 422 and "sudah ditandatangani" in text(again)
    assert AssignmentLetter.objects.count() == 1


def test_one_number_is_one_letter(office: Office) -> None:
    office.reported()
    office.reported(name="ORANG LAIN", area="35.03.04.2003")
    week = office.planned()
    edit.move(week, str(office.cases[0].stream), office.by, day=THURSDAY.isoformat(), team="tim_2")
    edit.move(office.week(), str(office.cases[1].stream), office.by, day=THURSDAY.isoformat(), team="tim_1")
    assert office.sign("tim_1", "800/1").status_code == 302
    refused = office.sign("tim_2", "800/1")
    assert refused.status_code == 422 and "nomor ini" in text(refused)


def test_a_file_that_was_changed_is_not_known_and_other_offices_letters_neither(office: Office) -> None:
    case = office.reported()
    office.planned()
    office.sign(office.tour_of(case)["team"])
    file = office.letter(AssignmentLetter.objects.get())
    assert "Tidak dikenal." in office.check(file + b" ")
    stranger = staff(Duty.VILLAGE_REGISTRAR, "21.71.01.1001")
    sent = {"file": SimpleUploadedFile("surat.pdf", file, "application/pdf")}
    said = text(signed_in(stranger).post(reverse("planning:check_letter"), sent))
    assert "Tidak dikenal." in said
    nothing = office.at(Duty.VILLAGE_REGISTRAR).post(reverse("planning:check_letter"), {})
    assert nothing.status_code == 422 and "Pilih berkas surat" in text(nothing)


def test_a_programme_whose_name_tells_of_an_illness_is_called_by_its_number(keeper: Keeper) -> None:
    from jemput.programmes import packaged

    office = Office(keeper, journal.install(packaged()["odgj-batam"]))
    case = office.reported()
    office.keeper.keep("skills", account=str(office.keeper.officers[0].pk), what="mental_disorder")
    office.keeper.keep("partners", name="Perawat Rekaan", role="health_worker", **HOURS)
    office.planned()
    office.sign(office.tour_of(case)["team"])
    said = words(office.letter(AssignmentLetter.objects.get()))
    assert "program 2" in said and "ODGJ" not in said and "jiwa" not in said.lower()


def test_a_visit_that_needs_the_order_first_is_planned_then_ordered_by_the_letter_then_promised(
    office: Office, keren: Programme
) -> None:
    case = Case(keren, area="35.03.04.2001")
    tell(case, case.report(latitude=None, longitude=None), Duty.REPORTER, NOW - timedelta(days=2))
    tell(case, e.Triaged(result=e.TriageResult.ACCEPTED), Duty.MAIN_ADMIN, NOW - timedelta(days=2))
    week = office.planned()
    assert str(case.stream) in keep.visits_in(week.plan)
    scheduler = Actor(Duty.SCHEDULER, office.keeper.office.code)
    early = publish.publish(week, office.by, scheduler, seen=week.version)
    assert not early.written and "First" in str(early.refused[0].against[0])
    assert office.sign(office.tour_of(case)["team"]).status_code == 302
    done = publish.publish(office.week(), office.by, scheduler, seen=week.version)
    assert [x.body.kind for x in done.written] == ["visit_scheduled"] and not done.refused
    assert AssignmentLetter.objects.get().holds, "publishing moves nobody"
    assert "Sudah ditandatangani" in office.page()
    assert "against_rules" not in case.row.flags
