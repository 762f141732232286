"""The API: the same rules, the same secrets, one shape of refusal."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jemput import journal
from jemput.core.codes import Duty
from jemput.intake import new_id
from jemput.journal.models import CaseRow, EntryRow
from tests.office.front import NIK, WARD, Office
from tests.people import signed_in, staff

pytestmark = pytest.mark.django_db

REPORT: dict[str, Any] = {
    "programme": 4,
    "channel": "hotline",
    "area": WARD,
    "documents": ["ktp_el"],
    "name": "Siti Aminah",
    "nik": NIK,
    "groups": ["frail_elderly"],
    "blocked_services": ["health_care"],
    "reporter": {"name": "Hasnah", "relation": "child", "phone": "+6281200000001"},
}


def post(browser: Client, path: str, data: Any) -> Any:
    return browser.post(f"/api/{path}", json.dumps(data), content_type="application/json")


@pytest.fixture
def admin(parepare: Office) -> Client:
    return parepare.as_(Duty.MAIN_ADMIN)


@pytest.fixture
def case(admin: Client) -> str:
    return str(post(admin, "reports", REPORT).json()["id"])


def test_a_report_opens_a_case_with_its_urgency(admin: Client) -> None:
    response = post(admin, "reports", REPORT)
    assert response.status_code == 201
    row = CaseRow.objects.get(pk=response.json()["id"])
    assert (row.ticket, row.urgency, row.age_band) == (response.json()["ticket"], "emergency", "70_up")


def test_a_report_sent_twice_is_one_case(admin: Client) -> None:
    report = REPORT | {"entry": str(new_id())}
    first, second = post(admin, "reports", report), post(admin, "reports", report)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert CaseRow.objects.count() == 1


def test_a_report_outside_ones_area_is_refused_by_field(admin: Client) -> None:
    response = post(admin, "reports", REPORT | {"area": "35.03.01.2001", "nik": "1234567890123456"})
    assert response.status_code == 422
    assert {f["field"] for f in response.json()["faults"]} == {"area", "nik"}
    assert not EntryRow.objects.exists()


def test_the_answers_never_repeat_what_was_sent(admin: Client) -> None:
    response = post(admin, "reports", REPORT | {"nik": "99010147085100", "surprise": NIK})
    assert response.status_code == 422
    assert "99010147085100" not in response.content.decode()
    assert NIK not in response.content.decode()


def test_lists_and_cases_hold_no_personal_data(admin: Client, case: str) -> None:
    for path in ("cases", f"cases/{case}", "programmes"):
        response = admin.get(f"/api/{path}")
        assert response.status_code == 200, response.content
        text = response.content.decode()
        assert "AMINAH" not in text.upper()
        assert NIK not in text
        assert "frail_elderly" not in text or path == "programmes"


def test_a_case_tells_every_action_with_reasons(admin: Client, case: str) -> None:
    actions = {a["key"]: a for a in admin.get(f"/api/cases/{case}").json()["actions"]}
    assert actions["papers"]["allowed"]
    assert not actions["order"]["allowed"]
    assert "Terima Kartu Keluarga" in actions["accept"]["reasons"][0]


def test_an_entry_is_taken_and_a_second_sending_is_known(admin: Client, case: str) -> None:
    last = admin.get(f"/api/cases/{case}").json()["last"]
    entry = {"id": str(new_id()), "after": last, "kind": "note", "body": {"text": "Ibu menunggu"}}
    first, second = post(admin, f"cases/{case}/entries", entry), post(admin, f"cases/{case}/entries", entry)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["answer"] == "known"


def test_what_others_wrote_meanwhile_is_named(admin: Client, case: str) -> None:
    last = admin.get(f"/api/cases/{case}").json()["last"]
    other = signed_in(staff(Duty.SCHEDULER, "73.72"))
    theirs = post(
        other, f"cases/{case}/entries", {"kind": "note", "body": {"text": "Sudah ditelepon"}}
    ).json()
    mine = {"after": last, "kind": "note", "body": {"text": "Ibu menunggu"}}
    assert post(admin, f"cases/{case}/entries", mine).json()["unseen"] == [theirs["id"]]


def test_the_same_number_for_other_words_is_a_conflict(admin: Client, case: str) -> None:
    entry = {"id": str(new_id()), "kind": "note", "body": {"text": "Ibu menunggu"}}
    assert post(admin, f"cases/{case}/entries", entry).status_code == 201
    other = entry | {"body": {"text": "Bapak menunggu"}}
    assert post(admin, f"cases/{case}/entries", other).status_code == 409


def test_the_rules_reasons_come_back_in_words(admin: Client, case: str) -> None:
    response = post(admin, f"cases/{case}/entries", {"kind": "ordered", "body": {}})
    assert response.status_code == 409
    assert any("Kepala seksi" in f["message"] for f in response.json()["faults"])


@pytest.mark.parametrize("kind", ["reported", "corrected", "historical_count", "nonsense"])
def test_other_kinds_have_no_way_in_here(admin: Client, case: str, kind: str) -> None:
    assert post(admin, f"cases/{case}/entries", {"kind": kind, "body": {}}).status_code == 422


def test_what_lies_outside_is_not_there(case: str) -> None:
    outside = signed_in(staff(Duty.VILLAGE_REGISTRAR, "73.72.01.1004"))
    assert outside.get(f"/api/cases/{case}").status_code == 404
    assert post(outside, f"cases/{case}/entries", {}).status_code == 404
    assert outside.get(f"/api/cases/{uuid4()}").status_code == 404
    assert outside.get("/api/cases").json()["cases"] == []


def test_readers_do_not_write(parepare: Office, case: str) -> None:
    evaluator = parepare.as_(Duty.EVALUATOR)
    response = post(evaluator, f"cases/{case}/entries", {"kind": "note", "body": {"text": "x"}})
    assert response.status_code == 403
    assert post(evaluator, "reports", REPORT).status_code == 403


def test_strangers_are_asked_to_sign_in(case: str) -> None:
    for path in ("cases", f"cases/{case}", "programmes"):
        response = Client().get(f"/api/{path}")
        assert response.status_code == 401
        assert response.json()["code"] == "sign_in"


def test_a_forged_request_is_refused(parepare: Office, case: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff(Duty.MAIN_ADMIN, "73.72"))
    response = post(browser, f"cases/{case}/entries", {"kind": "note", "body": {"text": "x"}})
    assert response.status_code == 403
    assert len(journal.entries(CaseRow.objects.get().pk)) == 2


def test_the_description_names_every_refusal() -> None:
    from jemput.office.api import api

    paths = api.get_openapi_schema()["paths"]
    assert {"401", "403", "404", "409", "422"} <= set(
        map(str, paths["/api/cases/{case}/entries"]["post"]["responses"])
    )
    assert {"401", "403", "409", "422"} <= set(map(str, paths["/api/reports"]["post"]["responses"]))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", "rw_agent"),
        ("area", "73.72.02"),
        ("area", "73.72"),
        ("groups", ["inmate"]),
        ("documents", ["death_certificate"]),
    ],
)
def test_a_report_takes_what_the_screen_offers_and_no_more(admin: Client, field: str, value: Any) -> None:
    response = post(admin, "reports", REPORT | {field: value})
    assert response.status_code == 422
    assert response.json()["faults"][0]["field"].startswith(field)
    assert not EntryRow.objects.exists()


def test_the_way_of_a_report_follows_from_the_duty(parepare: Office) -> None:
    reporter = parepare.as_(Duty.REPORTER)
    refused = post(reporter, "reports", REPORT | {"channel": "hotline"})
    assert [fault["field"] for fault in refused.json()["faults"]] == ["channel"]
    assert post(reporter, "reports", REPORT | {"channel": "neighbourhood"}).status_code == 201


def test_nobody_moves_a_case_out_of_their_own_area(admin: Client, case: str) -> None:
    registrar = signed_in(staff(Duty.VILLAGE_REGISTRAR, WARD))
    for client, area in ((registrar, "73.72.01.1001"), (admin, "73.72.02"), (admin, "35.03.01.2001")):
        response = post(client, f"cases/{case}/entries", {"kind": "person_described", "body": {"area": area}})
        assert response.status_code == 409
        assert response.json()["faults"][0]["field"] == "area"
    inside = {"kind": "person_described", "body": {"area": f"{WARD}.004"}}
    assert post(registrar, f"cases/{case}/entries", inside).status_code == 201


def test_papers_that_the_case_does_not_want_are_refused(admin: Client, case: str) -> None:
    for kind, body in (
        ("application_filed", {"documents": ["family_card"]}),
        ("person_described", {"documents": ["death_certificate"]}),
        ("requirement_received", {"requirement": "dowry"}),
        ("spoiled", {"document": "family_card", "reason": "misprint"}),
    ):
        response = post(admin, f"cases/{case}/entries", {"kind": kind, "body": body})
        assert response.status_code == 409, (kind, response.content)
    assert CaseRow.objects.get().documents == ["ktp_el"]


def test_an_entry_names_a_visit_of_this_case(parepare: Office, case: str) -> None:
    row = CaseRow.objects.get(pk=case)
    parepare.walk(row, until="order")
    scheduler, officer = parepare.as_(Duty.SCHEDULER), parepare.as_(Duty.FIELD_OFFICER)
    visit, other = str(uuid4()), str(uuid4())

    def refused(browser: Client, kind: str, body: dict[str, Any]) -> str:
        response = post(browser, f"cases/{case}/entries", {"kind": kind, "body": body})
        assert response.status_code == 409, response.content
        [fault] = response.json()["faults"]
        assert fault["field"] == "visit"
        return str(fault["message"])

    def taken(browser: Client, kind: str, body: dict[str, Any]) -> None:
        response = post(browser, f"cases/{case}/entries", {"kind": kind, "body": body})
        assert response.status_code == 201, response.content

    taken(scheduler, "visit_scheduled", {"visit": visit, "day": "2026-12-01"})
    assert "nomor baru" in refused(scheduler, "visit_scheduled", {"visit": visit, "day": "2026-12-02"})
    words = refused(scheduler, "visit_moved", {"visit": other, "day": "2026-12-02"})
    assert "tidak memiliki kunjungan" in words
    start = {"partners": ["family"]}
    assert refused(officer, "visit_started", {"visit": other} | start) == words
    taken(officer, "visit_started", {"visit": visit} | start)
    assert refused(officer, "visit_ended", {"visit": other, "outcome": "not_home"}) == words
    taken(officer, "visit_ended", {"visit": visit, "outcome": "not_home", "next_step": "revisit"})
    taken(scheduler, "visit_scheduled", {"visit": other, "day": "2026-12-03"})
    assert refused(officer, "visit_started", {"visit": visit} | start) == words
