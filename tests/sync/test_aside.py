"""What devices offered and the journal did not take is seen by the office, and settled by it."""

from __future__ import annotations

import copy
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from jemput import journal
from jemput.accounts.models import AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal import keys
from jemput.journal.backup import backup, restore
from jemput.journal.models import CaseRow, EntryRow, Quarantine
from jemput.journal.verify import verify
from jemput.sync.enrol import revoke
from jemput.sync.models import Device
from tests.accounts.test_drafts import at, comes_back, later
from tests.journal.cases import NIK, Case, new_id
from tests.people import BATAM, MUNJUNGAN, PANGGUL, PASSWORD, TRENGGALEK, signed_in, staff
from tests.sync.conftest import Enrolled
from tests.sync.phone import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("home")]
LIST = "/devices/aside/"
WHY = "Petugas memang datang hari itu"


@pytest.fixture
def desk(db: None) -> Client:
    return signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))


def text_of(client: Client, path: str = LIST) -> str:
    return client.get(path).content.decode()


def page_of(row: Quarantine) -> str:
    return f"{LIST}{row.pk}/"


def listed(client: Client) -> list[int]:
    """Those to be looked at now, in their order on the page; not those that wait."""
    todo = text_of(client).partition('id="early"')[0]
    return [int(n) for n in re.findall(rf'href="{LIST}(\d+)/"', todo)]


def rows(**wanted: object) -> list[Quarantine]:
    return list(Quarantine.objects.filter(**wanted).order_by("pk"))


def takes(client: Client, row: Quarantine, why: str = WHY) -> str:
    """What the office reads after it pressed the button."""
    return client.post(page_of(row), {"do": "take", "why": why}, follow=True).content.decode()


def sees_to(client: Client, row: Quarantine, done: str = "written") -> int:
    return client.post(page_of(row), {"do": "seen", "done": done}).status_code


def older(row: Quarantine, days: int) -> None:
    Quarantine.objects.filter(pk=row.pk).update(received_at=timezone.now() - timedelta(days=days))


def told(case: Case) -> list[str]:
    """The notes of a case, in their order."""
    return [entry.body.text for entry in journal.entries(case.stream) if isinstance(entry.body, e.Note)]


def withdrawn(enrolled: Enrolled, case: Case, *notes: str) -> Phone:
    """A phone that was withdrawn and then sent these notes, each after the one before."""
    phone = enrolled()
    phone.pull()
    revoke(Device.objects.get(id=phone.id))
    after = None
    for note in notes:
        after = phone.captures(case.stream, e.Note(text=note), after)
    phone.push()
    return phone


def in_conflict(phone: Phone, case: Case) -> Quarantine:
    phone.captures(case.stream, e.PersonDescribed(sex="female", needs="Kursi roda", nik=NIK))
    first = copy.deepcopy(phone.outbox[0])
    phone.push()
    first["sealed"]["needs"] = "Tongkat"
    phone.outbox = [first]
    phone.push()
    return Quarantine.objects.get(verdict="conflict")


def test_nothing_to_be_looked_at_is_said_in_words(desk: Client) -> None:
    assert "Tidak ada yang perlu diperiksa" in text_of(desk)
    assert "Ada yang harus memeriksanya" not in text_of(desk, "/devices/")


def test_of_a_conflict_both_versions_are_read_and_the_reading_is_written_down(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    row = in_conflict(enrolled(), case)
    page = text_of(desk)
    assert case.row.ticket in page and "P1" in page and listed(desk) == [row.pk]
    for path in ("/devices/", "/"):
        assert "1 kiriman" in text_of(desk, path) and LIST in text_of(desk, path)
    opened = text_of(desk, page_of(row))
    assert "Kursi roda" in opened and "Tongkat" in opened and "Perempuan" in opened and "female" not in opened
    assert opened.count(">berbeda<") == 2, "what differs is named on both sides"
    assert 'value="take"' not in opened
    assert AccessLog.objects.filter(stream=case.stream, what="opened").count() == 1
    masked = text_of(signed_in(staff(Duty.HEAD_OF_SECTION)), page_of(row))
    assert NIK in opened and NIK not in masked and "Tongkat" not in masked and "Kursi roda" not in masked
    takes(desk, row)
    assert told(case) == [] and listed(desk) == [row.pk], "a conflict is never taken in"


def test_what_a_withdrawn_phone_sent_is_taken_in_once_in_order_and_as_it_was_captured(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    phone = withdrawn(enrolled, case, "Ibu sakit", "Keluarga datang")
    first, second = rows()
    offered = [journal.content_of(row.pk) for row in (first, second)]
    assert listed(desk) == [first.pk, second.pk]
    assert 'value="take"' not in text_of(desk, page_of(second)), "first what it follows"
    takes(desk, second)
    assert told(case) == []
    assert 'value="take"' in text_of(desk, page_of(first))
    assert "Kiriman diterima" in takes(desk, first)
    takes(desk, second)
    notes = told(case)
    assert [notes[0], notes[2]] == ["Ibu sakit", "Keluarga datang"] and len(notes) == 4
    assert WHY in notes[1] and "Perangkat ini sudah dicabut" in notes[1]
    written = EntryRow.objects.get(id=first.entry)
    assert (str(written.device), written.device_seq, written.actor) == (str(phone.id), 1, phone.actor)
    assert written.occurred_at < first.received_at
    assert listed(desk) == [] and Quarantine.objects.filter(settled_as="taken").count() == 2
    assert desk.post(page_of(first), {"do": "take", "why": WHY}).status_code == 404
    phone.outbox = offered
    phone.push()
    assert [a["answer"] for a in phone.answer["answers"]] == ["known", "known"]
    assert len(told(case)) == 4 and listed(desk) == []
    assert not verify().breaks


def test_without_a_reason_nothing_is_taken_in(enrolled: Enrolled, case: Case, desk: Client) -> None:
    withdrawn(enrolled, case, "Ibu sakit")
    [row] = rows()
    said = desk.post(page_of(row), {"do": "take", "why": "  "})
    assert said.status_code == 422 and "Tuliskan mengapa" in said.content.decode()
    assert desk.post(page_of(row), {"do": "seen", "done": "lain"}).status_code == 422
    assert desk.post(page_of(row), {}).status_code == 422
    assert told(case) == [] and listed(desk) == [row.pk]


def test_a_reason_typed_before_the_session_ended_comes_back_and_is_not_yet_taken(
    enrolled: Enrolled, case: Case, settings: Any, tmp_path: Path
) -> None:
    settings.JEMPUT_HOME = tmp_path
    withdrawn(enrolled, case, "Ibu sakit")
    [row] = rows()
    staff(Duty.MAIN_ADMIN, TRENGGALEK, "siti", password=PASSWORD)
    desk = at(Client())
    later(desk)
    page = comes_back(desk, desk.post(page_of(row), {"do": "take", "why": WHY}))
    assert WHY in page.content.decode() and told(case) == []
    assert "Kiriman diterima" in takes(desk, row) and len(told(case)) == 2


def test_a_reason_is_not_lost_where_it_cannot_be_taken_in_any_more(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    withdrawn(enrolled, case, "Ibu sakit", "Keluarga datang")
    __, second = rows()
    said = desk.post(page_of(second), {"do": "take", "why": WHY})
    assert said.status_code == 409 and WHY in said.content.decode() and told(case) == []


def test_a_report_of_a_withdrawn_phone_becomes_a_case_with_all_that_waited_for_it(
    enrolled: Enrolled, programme: Programme, desk: Client
) -> None:
    phone = enrolled()
    revoke(Device.objects.get(id=phone.id))
    case = Case(programme)
    report = phone.captures(case.stream, case.report(name="SUKARNI"))
    phone.captures(case.stream, e.Note(text="Jalan putus"), report)
    phone.push()
    first, second = rows()
    assert "SUKARNI" in text_of(desk, page_of(first)) and "SUKARNI" not in text_of(desk)
    assert takes(signed_in(staff(Duty.MAIN_ADMIN, MUNJUNGAN)), first) and not CaseRow.objects.exists()
    takes(desk, first)
    takes(desk, second)
    assert CaseRow.objects.get().stream_id == case.stream and "Jalan putus" in told(case)


def test_of_another_office_or_area_there_is_none(enrolled: Enrolled, case: Case, desk: Client) -> None:
    withdrawn(enrolled, case, "Ibu sakit")
    lost = enrolled()
    lost.captures(new_id(), e.Note(text="Tanpa laporan"))
    lost.push()
    for row in rows():
        older(row, 6)
    assert len(listed(desk)) == 2
    for area in (BATAM, MUNJUNGAN):
        elsewhere = signed_in(staff(Duty.MAIN_ADMIN, area))
        assert listed(elsewhere) == []
        for row in rows():
            assert elsewhere.get(page_of(row)).status_code == 404
            assert sees_to(elsewhere, row) == 404
    assert len(listed(signed_in(staff(Duty.MAIN_ADMIN, PANGGUL)))) == 2


def test_who_has_another_duty_is_told_so(enrolled: Enrolled, case: Case) -> None:
    withdrawn(enrolled, case, "Ibu sakit")
    assert LIST not in text_of(signed_in(staff(Duty.SCHEDULER)), "/")
    [row] = rows()
    for duty in (Duty.SCHEDULER, Duty.FIELD_OFFICER, Duty.HEAD_OF_OFFICE):
        other = signed_in(staff(duty))
        assert other.get(LIST).status_code == other.get(page_of(row)).status_code == 403
        assert sees_to(other, row) == 403


def test_what_was_seen_to_leaves_the_list_and_stays_sealed(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    phone = withdrawn(enrolled, case, "Ibu sakit")
    [row] = rows()
    assert sees_to(desk, row) == 302
    assert listed(desk) == [] and desk.get(page_of(row)).status_code == 404
    [kept] = rows()
    assert journal.content_of(kept.pk)["sealed"]["text"] == "Ibu sakit"
    by = str(desk.session["_auth_user_id"])
    assert (kept.settled_as, kept.settled_by) == ("written", by) and kept.settled_at is not None
    phone.offer_again()
    phone.push()
    assert listed(desk) == [] and len(rows()) == 1 and told(case) == []


def test_what_waits_for_an_earlier_act_stands_apart_for_five_days(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    phone = enrolled()
    phone.pull()
    lost = new_id()
    phone.captures(case.stream, e.Note(text="Menyusul"), lost)
    phone.push()
    [row] = rows()
    assert listed(desk) == [] and f"{LIST}{row.pk}/" in text_of(desk)
    assert "Belum ada yang perlu dilakukan" in text_of(desk)
    assert "<textarea" not in text_of(desk, page_of(row)) and sees_to(desk, row) == 404
    older(row, 6)
    assert listed(desk) == [row.pk]
    takes(desk, row)
    assert told(case)[0] == "Menyusul" and WHY in told(case)[1]
    assert str(EntryRow.objects.get(id=row.entry).after) == str(lost), "as it was captured"
    phone.push()
    assert phone.answer["answers"][0]["answer"] == "known" and listed(desk) == []
    assert not verify().breaks


def test_a_decision_about_what_waited_stands_in_the_case_when_it_is_taken_in_after_all(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    phone = enrolled()
    phone.pull()
    first = phone.captures(case.stream, e.Note(text="Dulu"))
    phone.captures(case.stream, e.Note(text="Menyusul"), first)
    lost, waits = phone.outbox
    phone.outbox = [waits]
    phone.push()
    [row] = rows()
    older(row, 6)
    assert sees_to(desk, row, "mistaken") == 302
    decided_at = Quarantine.objects.get().settled_at
    phone.outbox = [lost]
    phone.push()
    assert told(case)[:2] == ["Dulu", "Menyusul"]
    mark = journal.entries(case.stream)[-1]
    assert mark.actor == desk.session["_auth_user_id"] and mark.occurred_at == decided_at
    assert "Kekeliruan atau percobaan" in mark.body.text
    assert mark.after == UUID(waits["id"]) and rows() == [] and listed(desk) == []
    phone.outbox = [lost, waits]
    phone.push()
    assert len(told(case)) == 3 and not verify().breaks


def test_what_somebody_has_seen_to_is_not_asked_again_under_another_verdict(
    enrolled: Enrolled, case: Case, programme: Programme, desk: Client
) -> None:
    other = Case(programme).reported(name="SUKARNI", nik=None)
    phone = enrolled()
    first = phone.captures(other.stream, e.Note(text="Di kasus lain"))
    phone.captures(case.stream, e.Note(text="Menyusul"), first)
    lost, waits = phone.outbox
    phone.outbox = [waits]
    phone.push()
    [row] = rows()
    older(row, 6)
    assert sees_to(desk, row, "unusable") == 302
    phone.outbox = [lost, waits]
    phone.push()
    assert phone.answer["answers"][1]["code"] == "other_case"
    assert listed(desk) == [] and {r.settled_as for r in rows()} == {"unusable"}


def test_what_somebody_has_seen_to_is_not_asked_again_when_it_fares_otherwise_by_itself(
    enrolled: Enrolled, case: Case, programme: Programme, desk: Client
) -> None:
    other = Case(programme).reported(name="SUKARNI", nik=None)
    phone = enrolled()
    first = phone.captures(other.stream, e.Note(text="Di kasus lain"))
    phone.captures(case.stream, e.Note(text="Menyusul"), first)
    phone.captures(case.stream, e.Note(text="Catatan lain"))
    lost, waits, later = phone.outbox
    phone.outbox = [waits]
    phone.push()
    [row] = rows()
    older(row, 6)
    assert sees_to(desk, row, "unusable") == 302
    phone.outbox = [lost]
    phone.push()
    phone.outbox = [later]
    phone.push()
    [now] = rows()
    assert (now.code, now.settled_as) == ("other_case", "unusable") and listed(desk) == []


def test_what_was_not_authorised_is_taken_in_where_its_author_sent_it(
    enrolled: Enrolled, case: Case, programme: Programme, desk: Client
) -> None:
    far = Case(programme, area="35.03.02.2001").reported(name="SUKARNI", nik=None)
    phone, other = enrolled(), enrolled()
    phone.captures(far.stream, e.Note(text="Kebetulan lewat"))
    phone.captures(far.stream, e.Note(text="Atas nama orang lain"))
    phone.outbox[1]["actor"] = other.actor
    phone.push()
    own, forged = rows()
    assert {own.code, forged.code} == {"not_authorised"} and forged.device == phone.id
    assert 'value="take"' in text_of(desk, page_of(own))
    assert 'value="take"' not in text_of(desk, page_of(forged))
    takes(desk, forged)
    takes(desk, own)
    assert told(far)[0] == "Kebetulan lewat" and len(told(far)) == 2


def test_the_journal_has_the_last_word_and_it_is_said(
    enrolled: Enrolled, case: Case, programme: Programme, desk: Client
) -> None:
    phone = enrolled()
    revoke(Device.objects.get(id=phone.id))
    phone.captures(case.stream, case.report())
    phone.push()
    [row] = rows()
    said = takes(desk, row)
    assert "sudah memiliki laporan" in said
    assert WHY in said, "what was typed stays"
    assert listed(desk) == [row.pk] and len(rows()) == 1 and told(case) == []


def test_what_cannot_be_read_is_shown_as_it_came(enrolled: Enrolled, case: Case, desk: Client) -> None:
    phone = enrolled(seals=False)
    phone.captures(case.stream, e.Note(text="Ibu sakit"))
    phone.outbox[0] |= {"kind": "baru_sekali"}
    phone.push()
    [row] = rows(verdict="unreadable")
    assert listed(desk) == [row.pk] and "P1" in text_of(desk)
    assert "baru_sekali" in text_of(desk, page_of(row))
    assert "baru_sekali" not in text_of(signed_in(staff(Duty.HEAD_OF_SECTION)), page_of(row))
    assert 'value="take"' not in text_of(desk, page_of(row)) and sees_to(desk, row, "unusable") == 302
    assert listed(desk) == []


def test_a_locked_key_is_told_and_nothing_is_settled(
    enrolled: Enrolled, case: Case, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn(enrolled, case, "Ibu sakit")
    [row] = rows()
    assert "Ibu sakit" in text_of(desk, page_of(row))

    def locked() -> None:
        raise keys.Locked("locked")

    monkeypatch.setattr(keys, "ring", locked)
    sent = desk.post(page_of(row), {"do": "take", "why": WHY})
    for said in (desk.get(LIST), desk.get(page_of(row)), sent):
        assert said.status_code == 503 and "terkunci" in said.content.decode()
    assert WHY in sent.content.decode(), "what was typed stays"
    assert listed(desk) == [row.pk] and "Ibu sakit" not in text_of(desk, page_of(row))


def test_who_is_erased_is_gone_from_the_page(
    enrolled: Enrolled, case: Case, programme: Programme, desk: Client
) -> None:
    withdrawn(enrolled, case, "Ibu sakit")
    other = Case(programme).reported(name="SUKARNI", nik=None)
    phone = enrolled()
    revoke(Device.objects.get(id=phone.id))
    phone.captures(other.stream, e.PersonDescribed(nik=NIK))
    phone.captures(other.stream, e.Note(text="Tentang Sukarni"))
    phone.push()
    seen, of_other, stays = rows()
    assert sees_to(desk, seen) == 302
    call_command("erase", ticket=[case.row.ticket], yes=True, stdout=io.StringIO())
    assert listed(desk) == [stays.pk] and [row.pk for row in rows()] == [stays.pk]
    assert desk.get(page_of(of_other)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_was_settled_stays_so_after_a_restore(
    enrolled: Enrolled, case: Case, desk: Client, tmp_path: Path
) -> None:
    withdrawn(enrolled, case, "Ibu sakit", "Keluarga datang")
    first, second = rows()
    takes(desk, first)
    backup(tmp_path / "b.tar")
    restore(tmp_path / "b.tar", replace=True)
    assert listed(signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))) == [second.pk] and len(told(case)) == 2


def test_a_long_list_comes_in_pages(enrolled: Enrolled, case: Case, desk: Client) -> None:
    withdrawn(enrolled, case, *(f"Catatan {n}" for n in range(60)))
    all_rows = [row.pk for row in rows()]
    first = listed(desk)
    assert first == all_rows[:50]
    page = text_of(desk, f"{LIST}?after={first[-1]}")
    assert [int(n) for n in re.findall(rf'href="{LIST}(\d+)/"', page)] == all_rows[50:]
    assert len(page.encode()) < 100_000 and len(text_of(desk).encode()) < 100_000
    assert desk.get(f"{LIST}?after=x%00").status_code == 200
    assert desk.get(f"{LIST}{2**70}/").status_code == 404


def test_very_many_are_counted_no_further_than_a_thousand(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    withdrawn(enrolled, case, "Ibu sakit")
    [row] = rows()
    copies = []
    for number in range(1001):
        one = copy.copy(row)
        one.pk, one.digest = None, number.to_bytes(32)
        copies.append(one)
    Quarantine.objects.bulk_create(copies)
    for path in (LIST, "/devices/", "/"):
        assert "1.000+" in text_of(desk, path)
    assert len(listed(desk)) == 50
