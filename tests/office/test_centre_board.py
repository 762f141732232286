"""The ladder with counts and ages; what will not go on by waiting; a case and what SIAK says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jemput import journal
from jemput.accounts.models import AccessLog
from jemput.core.centre import CentreMeaning
from jemput.core.codes import Duty
from jemput.core.entries import BiodataChecked, BiodataResult, CentreStatus
from jemput.journal.models import EntryRow
from tests.centre.stub import Stub, fixture, serving
from tests.journal.cases import Case
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.lists import NEXT_WARD, Desk, new_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, office_key: None, monkeypatch: pytest.MonkeyPatch) -> Desk:  # noqa: F811
    monkeypatch.delenv("JEMPUT_CENTRE", raising=False)
    return new_desk()


def board(desk: Desk, duty: Duty = Duty.DATA_ENTRY, **where: str) -> Any:
    response = desk.browser(duty, **where).get(reverse("office:centre"))
    assert response.status_code == 200
    return response


def sent(desk: Desk, raw: str, days_ago: float = 0, **more: Any) -> Case:
    at = timezone.now() - timedelta(days=days_ago)
    return desk.at_centre(desk.accepted(desk.case(days_ago=days_ago + 1, **more), at), raw, at)


def counts(response: Any) -> dict[CentreMeaning, int]:
    lines = [line for _title, lines in response.context["phases"] for line in lines]
    return {line.meaning: line.number for line in lines if line.number}


def test_the_ladder_counts_cases_with_their_ages(desk: Desk) -> None:
    sent(desk, "SENT_FOR_ENROLLMENT", 1)
    sent(desk, "SENT_FOR_ENROLLMENT", 2)
    sent(desk, "PRINT_READY_RECORD")
    sent(desk, "PACKET_RETRY")
    shown = board(desk)
    assert counts(shown) == {
        CentreMeaning.SENT: 2,
        CentreMeaning.PRINT_READY: 1,
        CentreMeaning.UNKNOWN: 1,
    }
    html = shown.content.decode()
    assert "?centre=sent" in html
    assert "PACKET_RETRY" in html


def test_who_is_stuck_in_sent_is_told_what_to_check_not_to_wait(desk: Desk) -> None:
    case = sent(desk, "SENT_FOR_ENROLLMENT", 4, name="MACET")
    sent(desk, "SENT_FOR_ENROLLMENT", 1, name="BIASA")
    shown = board(desk)
    assert [t.name for t in shown.context["stuck"]] == ["MACET"]
    assert "earlier recording" in shown.context["stuck"][0].advice
    assert reverse("office:case_centre", args=[case.stream]) in shown.content.decode()


def test_a_recording_of_which_nothing_was_heard_is_not_forgotten(desk: Desk) -> None:
    sent(desk, "", 5, name="SUNYI")
    shown = board(desk)
    assert shown.context["silent"] == 1
    assert [t.name for t in shown.context["stuck"]] == ["SUNYI"]


def test_failures_come_with_what_to_do(desk: Desk) -> None:
    sent(desk, "DUPLICATE_RECORD_ONE_TO_ONE", name="GANDA")
    shown = board(desk)
    assert [t.name for t in shown.context["failed"]] == ["GANDA"]
    assert "duplicate" in shown.context["failed"][0].advice


def test_the_board_knows_its_area_and_its_duties(desk: Desk) -> None:
    sent(desk, "SENT_FOR_ENROLLMENT")
    assert counts(board(desk, Duty.FIELD_OFFICER, area=NEXT_WARD)) == {}
    assert desk.browser(Duty.COURIER).get(reverse("office:centre")).status_code == 403
    assert "SITI" not in board(desk, Duty.EVALUATOR).content.decode()


def test_a_simulator_is_never_mistaken_for_siak(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SIMULASI" not in board(desk).content.decode()
    monkeypatch.setenv("JEMPUT_CENTRE", "simulator")
    assert "SIMULASI" in board(desk).content.decode()


# ---- one case ----------------------------------------------------------------------------------------


@pytest.fixture
def siak(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """A configured web service that says what it is told."""
    with serving() as stub:
        for name, value in {
            "JEMPUT_CENTRE": "web",
            "JEMPUT_CENTRE_URL": stub.address,
            "JEMPUT_CENTRE_INSTITUTION": "7372/dinas",
            "JEMPUT_CENTRE_USER": "dinas",
            "JEMPUT_CENTRE_PASSWORD": "rahasia",
            "JEMPUT_CENTRE_IP": "10.20.30.40",
        }.items():
            monkeypatch.setenv(name, value)
        yield stub


def ask(desk: Desk, case: Case, what: str = "biodata", duty: Duty = Duty.MAIN_ADMIN) -> Any:
    return desk.browser(duty).post(reverse("office:case_centre", args=[case.stream]), {"ask": what})


def last(case: Case) -> Any:
    return journal.entries(case.stream)[-1].body


def test_asking_siak_records_the_answer_as_an_entry(desk: Desk, siak: Stub) -> None:
    siak.say(fixture("call_nik_found.json"))
    case = desk.accepted(desk.case())
    response = ask(desk, case)
    assert response.status_code == 302
    body = last(case)
    assert isinstance(body, BiodataChecked)
    assert body.source == "web_service"
    assert body.result in (BiodataResult.MATCH, BiodataResult.MISMATCH)
    assert siak.bodies[0]["nik"] == body.nik
    assert str(body.nik) not in response.headers["Location"]


def test_the_centre_refusing_leaves_the_journal_as_it_was_and_says_what_to_do(desk: Desk, siak: Stub) -> None:
    siak.say({"content": [{"RESPONSE_CODE": "05", "RESPONSE": "Kuota Akses Hari ini telah Habis"}]})
    case = desk.accepted(desk.case())
    before = EntryRow.objects.count()
    response = ask(desk, case)
    assert response.status_code == 503
    assert 'role="alert"' in response.content.decode()
    assert EntryRow.objects.count() == before


def test_what_the_rules_forbid_is_not_asked(desk: Desk, siak: Stub) -> None:
    siak.say(fixture("call_nik_found.json"))
    case = desk.case()  # not accepted yet
    assert ask(desk, case).status_code == 409
    assert ask(desk, desk.accepted(desk.case()), duty=Duty.PRINTING).status_code in (404, 409)
    assert ask(desk, case, "apa saja").status_code == 422
    assert siak.bodies == []


def test_a_person_without_nik_cannot_be_asked_for(desk: Desk, siak: Stub) -> None:
    case = desk.accepted(desk.case(nik=None))
    assert ask(desk, case).status_code == 409
    assert siak.bodies == []


def test_without_a_line_the_page_leads_to_recording_by_hand(desk: Desk) -> None:
    case = desk.accepted(desk.case())
    assert ask(desk, case).status_code == 409
    html = (
        desk.browser(Duty.MAIN_ADMIN).get(reverse("office:case_centre", args=[case.stream])).content.decode()
    )
    assert reverse("office:act", args=[case.stream, "register_check"]) in html
    assert 'name="ask"' not in html


def test_a_duty_that_reveals_the_nik_to_ask_is_written_down(desk: Desk) -> None:
    case = desk.accepted(desk.case())
    desk.browser(Duty.MAIN_ADMIN).get(reverse("office:case_centre", args=[case.stream]))
    assert AccessLog.objects.filter(stream=case.stream, what="opened").exists()


def test_the_evaluator_reads_and_never_asks(desk: Desk, siak: Stub) -> None:
    case = desk.accepted(desk.case())
    client = desk.browser(Duty.EVALUATOR)
    address = reverse("office:case_centre", args=[case.stream])
    assert client.get(address).status_code == 200
    assert client.post(address, {"ask": "biodata"}).status_code == 403


def test_the_status_of_a_recording_is_asked_and_kept_as_given(desk: Desk, siak: Stub) -> None:
    siak.say(fixture("call_nik_found.json"))
    case = sent(desk, "")
    response = ask(desk, case, "status", Duty.DATA_ENTRY)
    assert response.status_code == 302
    assert isinstance(last(case), CentreStatus)
    assert last(case).source == "web_service"
