"""A day of a device: enrolled at the office, away without signal, back again, and nothing lost or shown."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal.erase import erase
from jemput.journal.models import CaseRow, EntryRow, Feed, FeedRow, Quarantine, Server, Stream
from jemput.sync import guard
from jemput.sync.enrol import make_code, revoke
from jemput.sync.held import still_to_forget
from jemput.sync.models import Device, EnrolmentCode
from tests.journal.cases import NEIGHBOUR, NIK, VILLAGE, Case
from tests.sync.conftest import Enrolled, assignment_of
from tests.sync.phone import Phone, new_id

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SUBDISTRICT = VILLAGE[:8]
A_CENTURY = timedelta(days=36500)


def answers(phone: Phone) -> list[str]:
    return [a["answer"] for a in phone.answer["answers"]]


# ---- enrolment ----------------------------------------------------------------------------------------


def test_a_code_enrols_one_device_once(db: None) -> None:
    assignment = assignment_of(Duty.FIELD_OFFICER, SUBDISTRICT)
    code = make_code(assignment, assignment.account)
    phone, other = Phone(), Phone()
    assert phone.enrol(code).status_code == 200
    assert phone.enrol(code).status_code == 200  # the answer was lost: the same again
    refused = other.enrol(code)
    assert refused.status_code == 422 and "Mintalah" in refused.json()["message"]
    assert Device.objects.count() == 1
    assert code.encode() not in bytes(EnrolmentCode.objects.get().digest)


def test_a_phone_that_is_known_is_told_when_a_code_is_for_somebody_else(db: None) -> None:
    first, second = (assignment_of(Duty.FIELD_OFFICER, SUBDISTRICT) for _ in range(2))
    phone = Phone()
    assert phone.enrol(make_code(first, first.account)).status_code == 200  # the answer was lost
    refused = phone.enrol(make_code(second, second.account))
    assert refused.status_code == 422 and "tugas lain" in refused.json()["message"]
    assert Device.objects.get().assignment == first


def test_an_old_code_does_not_hold(db: None) -> None:
    assignment = assignment_of(Duty.FIELD_OFFICER, SUBDISTRICT)
    code = make_code(assignment, assignment.account)
    EnrolmentCode.objects.update(made_at=timezone.now() - timedelta(minutes=16))
    assert Phone().enrol(code).status_code == 422


def test_duties_of_the_desk_get_no_code(db: None) -> None:
    assignment = assignment_of(Duty.PRINTING, SUBDISTRICT)
    with pytest.raises(ValueError):
        make_code(assignment, assignment.account)


def test_nobody_pulls_without_the_key_of_the_device(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    stranger = Phone(id=phone.id)
    assert stranger.call("/sync/pull", {"cursors": {}}).status_code == 401
    assert phone.http.post("/sync/pull", {}, "application/json").status_code == 401
    altered = phone.call("/sync/pull", b'{"cursors": {}}', **{"Jemput-Time": "2026-01-01T00:00:00+00:00"})
    assert altered.status_code == 401


# ---- there and back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seals", [True, False])
def test_what_was_captured_without_signal_is_in_the_journal_once(
    enrolled: Enrolled, case: Case, seals: bool
) -> None:
    phone = enrolled(seals=seals)
    phone.pull()
    last = case.told[-1].id
    for text in ("satu", "dua", "tiga"):
        last = phone.captures(case.stream, e.Note(text=text), after=last)
    twice = list(phone.outbox)
    assert phone.push().status_code == 200
    assert answers(phone) == ["accepted"] * 3 and not phone.outbox
    phone.outbox = twice  # the answer was lost
    phone.push()
    assert answers(phone) == ["known"] * 3
    told = journal.entries(case.stream)
    assert [x.body.text for x in told[1:]] == ["satu", "dua", "tiga"]  # type: ignore[attr-defined]
    assert {x.device for x in told[1:]} == {phone.id}
    phone.pull()
    assert list(phone.cases[str(case.stream)]) == [str(x.id) for x in told]


def test_an_officer_reports_whom_they_meet_whoever_else_reports_to_the_programme(
    enrolled: Enrolled, programme: Programme
) -> None:
    assert Duty.FIELD_OFFICER not in next(s for s in programme.steps if s.entry == "reported").duties
    phone, agent = enrolled(), enrolled(Duty.RW_AGENT, VILLAGE + ".004")
    offered = [x.call("/sync/office", {}).json()["office"]["reports"] for x in (phone, agent)]
    assert offered == [[{"number": programme.number, "hash": programme.hash}], []]
    met = Case(programme)
    phone.captures(met.stream, met.report())
    phone.push()
    assert answers(phone) == ["accepted"]
    assert "against_rules" not in CaseRow.objects.get(pk=met.stream).flags


def test_a_device_sees_what_others_did_meanwhile(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    case.tell(e.Note(text="Ditelepon"))
    phone.pull()
    last = list(phone.cases[str(case.stream)].values())[-1]
    assert last["sealed"] == {"text": "Ditelepon"} and last["position"] == 2


def test_a_device_holds_only_what_lies_in_its_area(enrolled: Enrolled, programme: Programme) -> None:
    here = Case(programme, area=VILLAGE + ".004").reported()
    Case(programme, area=VILLAGE + ".005").reported()
    Case(programme, area=NEIGHBOUR).reported()
    agent = enrolled(Duty.RW_AGENT, VILLAGE + ".004")
    agent.pull()
    assert set(agent.cases) == {str(here.stream)}
    here.tell(e.PersonDescribed(area=VILLAGE + ".005"))
    agent.pull()
    assert not agent.cases
    here.tell(e.PersonDescribed(area=VILLAGE + ".004"))
    agent.pull()
    assert set(agent.cases) == {str(here.stream)} and len(agent.cases[str(here.stream)]) == 3


def test_old_rows_show_nothing_of_a_case_that_has_left(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled(area=VILLAGE)
    phone.pull()
    case.tell(e.Note(text="rahasia"))
    case.tell(e.PersonDescribed(area=NEIGHBOUR))
    said = phone.call("/sync/pull", {"epoch": phone.epoch, "cursors": phone.cursors})
    assert b"rahasia" not in said.content
    phone.apply(said.json())
    assert not phone.cases


def test_a_case_that_left_stays_until_the_outbox_is_empty_and_what_was_done_arrives(
    enrolled: Enrolled, case: Case
) -> None:
    phone = enrolled(area=VILLAGE)
    phone.pull()
    phone.captures(case.stream, e.Note(text="sudah di rumahnya"), after=case.told[0].id)
    case.tell(e.PersonDescribed(area=NEIGHBOUR))
    phone.pull()
    assert str(case.stream) in phone.cases
    phone.push()
    assert answers(phone) == ["accepted"]


def test_a_case_that_goes_on_after_its_end_is_whole_on_a_device_that_began_since(
    enrolled: Enrolled, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jemput.sync.scope.KEPT", timedelta(0))
    case.tell(e.Closed(reason="withdrawn"))
    phone = enrolled(keeps=A_CENTURY)
    phone.pull()
    assert not phone.cases
    case.note("keluarga menelepon lagi")
    phone.pull()
    assert [x["kind"] for x in phone.cases[str(case.stream)].values()] == ["reported", "closed", "note"]


def test_a_case_that_left_by_its_age_comes_back_whole_when_it_goes_on(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled(keeps=A_CENTURY)
    case.tell(e.Closed(reason="withdrawn"))
    phone.pull()
    assert len(phone.cases[str(case.stream)]) == 2
    phone.keeps = timedelta(0)
    phone.captures(case.stream, e.Note(text="masih ditulis"))
    phone.pull()
    assert phone.cases, "something of it waits"
    case.tell(e.Corrected(entry=case.told[1].id, void=True, reason="belum selesai"))
    phone.push()
    phone.pull()
    kinds = ["reported", "closed", "corrected", "note"]
    assert [x["kind"] for x in phone.cases[str(case.stream)].values()] == kinds  # open again
    case.tell(e.Closed(reason="withdrawn"))
    phone.pull()
    assert not phone.cases
    phone.keeps = A_CENTURY
    case.note("keluarga menelepon lagi")
    phone.pull()
    assert [x["kind"] for x in phone.cases[str(case.stream)].values()] == [*kinds, "closed", "note"]


def test_a_merged_case_leaves_and_comes_back_whole_when_it_is_separated(
    enrolled: Enrolled, programme: Programme, case: Case
) -> None:
    other = Case(programme).reported(nik=None)
    phone = enrolled()
    phone.pull()
    other.tell(e.Merged(into=case.stream))
    phone.pull()
    assert set(phone.cases) == {str(case.stream)}
    other.tell(e.Separated(note="bukan orang yang sama"))
    phone.pull()
    assert len(phone.cases[str(other.stream)]) == 3


def test_a_case_that_ends_while_a_device_begins_is_whole_there(
    enrolled: Enrolled, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jemput.sync.scope.KEPT", timedelta(0))
    monkeypatch.setattr("jemput.sync.pull.MOST_ENTRIES", 1)
    told = sorted((Case(programme).reported(nik=None) for _ in range(3)), key=lambda c: c.stream)
    phone = enrolled(keeps=A_CENTURY)
    phone.apply(phone.call("/sync/pull", {"epoch": phone.epoch, "cursors": {}}).json())
    assert len(phone.cases) == 1
    told[2].tell(e.Closed(reason="withdrawn"))
    phone.pull()
    assert [len(phone.cases[str(c.stream)]) for c in told] == [1, 1, 2]


def test_a_case_that_moved_between_two_feeds_of_a_device_stays_on_it(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    Case(case.programme, area=NEIGHBOUR).reported(nik=None)
    case.tell(e.PersonDescribed(area=NEIGHBOUR))
    phone.pull()
    case.note("sebelum pulang")
    case.tell(e.PersonDescribed(area=VILLAGE))
    phone.pull()
    assert len(phone.cases[str(case.stream)]) == 4


def test_masked_facts_stay_at_the_office(enrolled: Enrolled, programme: Programme) -> None:
    case = Case(programme, area=VILLAGE + ".004").reported(preferred_language="sign")
    agent = enrolled(Duty.RW_AGENT, VILLAGE + ".004")
    agent.pull()
    [entry] = agent.cases[str(case.stream)].values()
    assert "nik" not in entry["sealed"] and {"nik", "preferred_language"} <= set(entry["hidden"])
    assert "preferred_language" not in entry["sealed"]
    assert entry["sealed"]["name"] == "SITI AMINAH"
    assert NIK not in json.dumps(entry)


def test_a_correction_tells_a_duty_no_more_than_what_it_corrects(
    enrolled: Enrolled, programme: Programme
) -> None:
    case = Case(programme, area=VILLAGE + ".004").reported()
    new = {"address": "Gang Mawar 3", "needs": "sering kambuh", "nik": NIK}
    case.tell(e.Corrected(entry=case.told[0].id, sealed_values=new, reason="Salah dengar"))
    agent = enrolled(Duty.RW_AGENT, VILLAGE + ".004")
    agent.pull()
    *_before, correction = agent.cases[str(case.stream)].values()
    assert correction["sealed"] == {"sealed_values": {"address": "Gang Mawar 3"}}
    assert correction["hidden"] == ["reason"]


def test_pages_are_bounded_and_the_sums_agree(
    enrolled: Enrolled, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jemput.sync.pull.MOST_ROWS", 3)
    monkeypatch.setattr("jemput.sync.pull.MOST_ENTRIES", 4)
    told = [Case(programme).reported() for _ in range(7)]
    phone = enrolled()
    first = phone.call("/sync/pull", {"epoch": phone.epoch, "cursors": {}}).json()
    phone.apply(first)
    assert first["more"] and len(first["feeds"][0]["rows"]) == 3
    told[0].tell(e.Note(text="sementara itu"))
    phone.pull()
    for case in told:
        case.tell(e.Note(text="lagi"))
    phone.pull()
    assert set(phone.cases) == {str(c.stream) for c in told}
    assert len(phone.cases[str(told[0].stream)]) == 3


# ---- when things go wrong -----------------------------------------------------------------------------


def test_one_bad_item_blocks_nobody(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    good = phone.captures(case.stream, e.Note(text="baik"))
    items: list[Any] = ["?", {"sealed": "%%%"}, {"sealed": "AAAA"}, phone._as_sent(phone.outbox[0]), None, 7]
    said = phone.call("/sync/push", {"items": items}).json()
    assert [a["answer"] for a in said["answers"]] == ["rejected"] * 3 + ["accepted"] + ["rejected"] * 2
    assert journal.entries(case.stream)[-1].id == good
    assert Quarantine.objects.filter(verdict="unreadable").count() == 5


def test_the_number_of_what_could_not_be_read_has_come(enrolled: Enrolled, case: Case) -> None:
    phone, other = enrolled(), enrolled()
    phone.captures(case.stream, e.Note(text="1"))
    phone.captures(case.stream, e.Note(text="2"))
    newer = phone.outbox[0]
    newer["kind"] = "invented_later"
    other.captures(case.stream, e.Note(text="?"))
    other.outbox[0] |= {"kind": "invented_later", "device": str(phone.id), "device_seq": 9}
    for each in (phone, other):
        each.push()
    assert answers(phone) == ["rejected", "accepted"] and phone.answer["gaps"] == []
    assert Device.objects.get(id=phone.id).contiguous == 2 and other.answer["gaps"] == []
    newer["kind"] = "note"  # the server has learnt it, and was restored
    phone.outbox = [newer]
    phone.push()
    assert answers(phone) == ["accepted"] and not phone.is_told_of_a_copy


def test_what_follows_something_on_its_way_waits_for_it(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    first = phone.captures(case.stream, e.Note(text="1"))
    phone.captures(case.stream, e.Note(text="2"), after=first)
    late = phone.outbox.pop(0)
    phone.push()
    assert answers(phone) == ["held"] and phone.answer["gaps"] == [[1, 1]]
    phone.outbox.insert(0, late)
    phone.push()
    assert answers(phone) == ["accepted", "accepted"] and phone.answer["gaps"] == []
    assert [x.body.text for x in journal.entries(case.stream)[1:]] == ["1", "2"]  # type: ignore[attr-defined]


def test_a_device_speaks_only_for_its_own_officer(enrolled: Enrolled, case: Case) -> None:
    phone, other = enrolled(), enrolled()
    phone.captures(case.stream, e.Note(text="?"))
    phone.outbox[0]["actor"] = other.actor
    phone.captures(case.stream, e.Note(text="?"))
    phone.outbox[1]["duty"] = "head_of_office"
    elsewhere = Case(case.programme, area="35.04.01.2001").reported()
    phone.captures(elsewhere.stream, e.Note(text="?"))
    phone.push()
    assert answers(phone) == ["rejected"] * 3
    assert {r["code"] for r in phone.refused.values()} == {"not_authorised"}
    assert Quarantine.objects.filter(code="not_authorised").count() == 3
    assert EntryRow.objects.filter(kind="note").count() == 0


def test_an_agent_writes_in_cases_that_were_once_in_the_own_rw_or_reported_by_them_alone(
    enrolled: Enrolled, programme: Programme
) -> None:
    agent = enrolled(Duty.RW_AGENT, VILLAGE + ".004")
    next_door = Case(programme, area=VILLAGE + ".005").reported()
    moved = Case(programme, area=VILLAGE + ".004").reported(nik=None)
    moved.tell(e.PersonDescribed(area=VILLAGE + ".005"))
    set_right = Case(programme, area=VILLAGE + ".005").reported(nik=None)
    for area in (".004", ".005"):
        values = {"area": VILLAGE + area}
        set_right.tell(e.Corrected(entry=set_right.told[0].id, clear_values=values, reason="RW lain"))
    reported = Case(programme, area=VILLAGE + ".005")
    agent.captures(reported.stream, reported.report(nik=None))
    agent.push()
    for one in (next_door, moved, set_right, reported):
        agent.captures(one.stream, e.Note(text="dari RW 004"))
    agent.push()
    assert answers(agent) == ["rejected", "accepted", "accepted", "accepted"]
    assert [r["code"] for r in agent.refused.values()] == ["not_authorised"]


def test_the_same_number_with_other_content_is_kept_and_told(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.captures(case.stream, e.Note(text="asli"))
    again = json.loads(json.dumps(phone.outbox[0]))
    phone.push()
    again["sealed"]["text"] = "lain"
    phone.outbox = [again]
    phone.push()
    assert answers(phone) == ["conflict"]
    assert Quarantine.objects.filter(verdict="conflict").count() == 1


def test_a_withdrawn_device_still_delivers_but_sees_nothing(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    revoke(Device.objects.get(id=phone.id))
    phone.captures(case.stream, e.Note(text="terakhir"))
    phone.push()
    assert answers(phone) == ["rejected"] and phone.answer["erase"] is True
    assert [k.words.message for k in journal.quarantined()] == [
        "This device was withdrawn. What it sends is kept; somebody must look."
    ]
    case.tell(e.Note(text="setelah itu"))
    said = phone.call("/sync/pull", {"epoch": phone.epoch, "cursors": phone.cursors}).json()
    assert said["feeds"] == [] and said["drop"] == sorted(phone.cursors)


def test_whoever_no_longer_holds_the_duty_delivers_but_sees_nothing(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    device = Device.objects.get(id=phone.id)
    device.assignment.valid_until = timezone.localdate() - timedelta(days=2)
    device.assignment.save()
    phone.captures(case.stream, e.Note(text="sebelum pindah tugas"))
    phone.push()
    assert answers(phone) == ["accepted"]
    assert phone.call("/sync/pull", {"cursors": {}}).json()["feeds"] == []


def test_after_a_restore_the_device_offers_all_again(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    written = phone.captures(case.stream, e.Note(text="hilang di server"))
    phone.push()
    # Yesterday's backup comes back: the entry is gone, the server is another one.
    FeedRow.objects.filter(seq=2).delete()
    EntryRow.objects.filter(id=written).delete()
    Server.objects.update(epoch=new_id())
    Feed.objects.update(head=1, total=FeedRow.objects.get().total)
    row = EntryRow.objects.get(stream=case.stream)
    Stream.objects.filter(id=case.stream).update(head=1, head_hash=row.chain)
    phone.pull()
    assert [x["id"] for x in phone.outbox] == [str(written)]
    phone.push()
    assert answers(phone) == ["accepted"]


def test_a_cursor_that_this_server_never_gave_begins_anew(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    cursors = {VILLAGE: {"seq": 99, "total": 5, "after": None, "beginning": False}}
    said = phone.call("/sync/pull", {"epoch": phone.epoch, "cursors": cursors}).json()
    assert [r["type"] for r in said["feeds"][0]["rows"]] == ["case"]


def test_a_feed_that_begins_anew_and_is_empty_says_so(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled(area=VILLAGE)
    phone.pull()
    case.tell(e.PersonDescribed(area=NEIGHBOUR))
    phone.cursors[VILLAGE] |= {"total": 5}
    phone.pull()
    assert not phone.cases and phone.cursors[VILLAGE]["total"] != 5


def test_a_forgotten_person_leaves_the_device_and_the_office_knows_when(
    enrolled: Enrolled, case: Case
) -> None:
    phone, away = enrolled(), enrolled()
    phone.pull()
    away.pull()
    erase(cases=[case.stream])
    assert {d.id for d in still_to_forget(case.stream)} == {phone.id, away.id}
    phone.pull()
    assert not phone.cases
    phone.pull()  # says that it has applied it
    assert {d.id for d in still_to_forget(case.stream)} == {away.id}
    away.captures(case.stream, e.Note(text="SITI AMINAH"))
    away.push()
    assert answers(away) == ["rejected"] and away.answer["answers"][0]["code"] == "erased"


def test_what_is_refused_of_a_forgotten_person_is_not_kept_either(enrolled: Enrolled, case: Case) -> None:
    stranger = enrolled(Duty.RW_AGENT, NEIGHBOUR)
    stranger.captures(case.stream, e.Note(text="rumah SITI AMINAH"))
    erase(cases=[case.stream])
    stranger.push()
    assert answers(stranger) == ["rejected"] and stranger.answer["answers"][0]["code"] == "erased"
    assert not Quarantine.objects.exists()


def test_too_much_at_once_is_sent_in_halves(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    assert phone.call("/sync/push", {"items": [None] * 201}).status_code == 413
    assert phone.call("/sync/push", b"x" * 300_000).status_code == 413
    bomb = gzip.compress(b" " * 5_000_000)
    assert phone.call("/sync/push", bomb, **{"Content-Encoding": "gzip"}).status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"items": 3}', b'{"cursors": [1]}', b"\xff"])
def test_a_request_that_is_none_is_answered_in_words(enrolled: Enrolled, body: bytes) -> None:
    phone = enrolled()
    for path in ("/sync/push", "/sync/pull"):
        response = phone.call(path, body)
        assert response.status_code in (200, 400, 413) and "application/json" in response["Content-Type"]


def test_a_packed_push_is_read(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.captures(case.stream, e.Note(text="dipadatkan"))
    body = gzip.compress(json.dumps({"items": [phone._as_sent(phone.outbox[0])]}).encode())
    said = phone.call("/sync/push", body, **{"Content-Encoding": "gzip"}).json()
    assert [a["answer"] for a in said["answers"]] == ["accepted"]


def test_when_all_places_are_taken_a_device_is_told_when_to_come_again(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.01)
    phone = enrolled()
    places = [guard._turn.acquire() for _ in range(guard.AT_ONCE)]
    try:
        refused = phone.call("/sync/pull", {"cursors": {}})
    finally:
        for _place in places:
            guard._turn.release()
    assert refused.status_code == 429 and int(refused["Retry-After"]) >= 5


def test_clocks_that_go_wrong_order_nothing(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled(clock=timedelta(days=-3))
    phone.captures(case.stream, e.Note(text="dari tiga hari lalu"))
    phone.push()
    assert answers(phone) == ["accepted"]
    device = Device.objects.get(id=phone.id)
    assert abs(device.clock_ahead + 3 * 86_400_000) < 60_000
    assert journal.entries(case.stream)[-1].body == e.Note(text="dari tiga hari lalu")


def test_a_new_report_from_the_field_opens_a_case(enrolled: Enrolled, programme: Programme) -> None:
    phone = enrolled()
    stream = UUID(str(new_id()))
    phone.captures(stream, Case(programme, stream).report(ticket="P1-0001"))
    phone.captures(stream, e.Note(text="bertemu di jalan"))
    phone.push()
    assert answers(phone) == ["accepted", "accepted"]
    phone.pull()
    assert str(stream) in phone.cases
