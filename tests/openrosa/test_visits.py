"""A visit recorded with Collect is in the journal once, whatever the line does."""

from __future__ import annotations

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal.models import EntryRow, Quarantine
from jemput.openrosa.models import Submission
from jemput.sync.enrol import revoke
from jemput.sync.models import Device
from tests.journal.cases import NEIGHBOUR, Case
from tests.openrosa.collect import Collect
from tests.openrosa.conftest import FORM, VISIT, collect_of, promise, visit
from tests.people import TRENGGALEK, signed_in, staff
from tests.sync.phone import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_an_officer_finds_the_form_and_the_case_without_a_name(collect: Collect, promised: Case) -> None:
    Case(promised.programme).reported(nik=None)  # no visit is promised to them
    line = collect.forms()[FORM]
    head, row = collect.cases(line)
    assert head == "name,label,visit" and row.startswith(f"{promised.row.ticket},")
    assert row.endswith(f",{VISIT}") and "SITI" not in row
    assert collect.get_xml("/openrosa/formList?formID=other&x=")[:] == []


def test_a_visit_becomes_three_entries(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    said = collect.sends(form)
    assert said.status_code == 201, said.content
    arrived, recorded, ended = journal.entries(promised.stream)[-3:]
    assert isinstance(arrived.body, e.VisitStarted) and arrived.body.visit == VISIT
    assert arrived.body.latitude == -8.05 and len(arrived.body.partners) == 2
    assert isinstance(recorded.body, e.Recorded) and recorded.body.result == "complete"
    assert isinstance(ended.body, e.VisitEnded) and ended.body.note == "Ibu menunggu di rumah"
    assert {x.duty for x in (arrived, recorded, ended)} == {Duty.FIELD_OFFICER}
    assert arrived.occurred_at < ended.occurred_at
    [sent] = collect.cases(collect.forms()[FORM])[1:]  # no visit waits any more; it may still be changed
    assert sent.endswith("sudah dikirim,")


def test_a_form_sent_again_is_known_and_an_altered_one_is_a_conflict(
    collect: Collect, promised: Case
) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form)
    count = EntryRow.objects.count()
    again = collect.sends(form)
    assert again.status_code == 201 and "sebelumnya" in again.content.decode()
    altered = collect.sends(form.replace(b"Ibu menunggu", b"Bapak menunggu"))
    assert altered.status_code == 409
    assert EntryRow.objects.count() == count
    [kept] = Quarantine.objects.all()
    assert (kept.verdict, kept.stream) == ("conflict", promised.stream)
    assert "Bapak menunggu" in journal.content_of(kept.pk)["raw"]


@pytest.mark.parametrize(("was", "now"), [("no", "yes"), ("yes", "no")])
@pytest.mark.parametrize("is_last", [True, False])
def test_nothing_of_an_altered_form_is_written_and_all_of_it_is_kept(
    collect: Collect, promised: Case, was: str, now: str, is_last: bool
) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised, did_record=was))
    assert collect.sends(form).status_code == 201
    before = [entry.id for entry in journal.entries(promised.stream)]
    altered = form.replace(f"did_record>{was}".encode(), f"did_record>{now}".encode())
    for _again in range(2):
        assert collect.sends(altered, is_last=is_last).status_code == 409
    assert [entry.id for entry in journal.entries(promised.stream)] == before
    [kept] = Quarantine.objects.all()
    assert kept.verdict == "conflict" and f"did_record>{now}" in journal.content_of(kept.pk)["raw"]
    desk = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK)).get(f"/devices/aside/{kept.pk}/").content.decode()
    assert promised.row.ticket in desk and f"did_record&gt;{now}" in desk


def test_a_form_is_known_though_its_phone_is_another_officers_by_now(
    collect: Collect, promised: Case
) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form)
    count = EntryRow.objects.count()
    other = collect_of(promised.row.area[:8])
    again = other.sends(form)
    assert again.status_code == 201 and "sebelumnya" in again.content.decode()
    assert other.sends(form.replace(b"Ibu menunggu", b"Bapak menunggu")).status_code == 409
    assert EntryRow.objects.count() == count and Quarantine.objects.count() == 1


def test_what_one_officer_began_to_send_another_officers_phone_does_not_write(
    collect: Collect, promised: Case
) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    assert collect.sends(form, is_last=False).status_code == 201
    count = EntryRow.objects.count()
    assert collect_of(promised.row.area[:8]).sends(form).status_code == 202
    assert EntryRow.objects.count() == count
    [kept] = Quarantine.objects.all()
    sender = Submission.objects.get().device.assignment.account
    assert (kept.actor, kept.code) == (sender.actor, "not_authorised")


def test_a_form_altered_before_all_of_it_came_does_not_stick(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    assert collect.sends(form, is_last=False).status_code == 201
    altered = form.replace(b"Ibu menunggu", b"Bapak menunggu")
    assert collect.sends(altered).status_code == 201
    assert collect.sends(form).status_code == 409
    ended = journal.entries(promised.stream)[-1].body
    assert isinstance(ended, e.VisitEnded) and ended.note == "Bapak menunggu di rumah"


def test_answers_that_do_not_fit_are_kept_for_somebody_to_look_at(collect: Collect, promised: Case) -> None:
    wrong = visit(promised, **{"step_record/iris/result": "amputated"})  # nobody approved the exception
    said = collect.sends(collect.fills(collect.forms()[FORM], wrong))
    assert said.status_code == 202 and "harus" in said.content.decode()
    [kept] = Quarantine.objects.all()
    assert kept.verdict == "unreadable" and "amputated" in journal.content_of(kept.pk)["raw"]


def test_a_case_of_somebody_else_is_not_written(collect: Collect, promised: Case) -> None:
    line = collect.forms()[FORM]
    elsewhere = promise(Case(promised.programme, area="35.03.02.2001").reported(nik=None), new_id())
    said = collect.sends(collect.fills(line, visit(elsewhere)))
    assert said.status_code == 202
    assert set(Quarantine.objects.values_list("code", flat=True)) == {"not_authorised"}
    assert not EntryRow.objects.filter(kind="visit_started").exists()


def test_a_case_that_moved_meanwhile_is_still_written(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    promised.tell(e.PersonDescribed(area=NEIGHBOUR))
    assert collect.sends(form).status_code == 201


def test_a_withdrawn_phone_sees_nothing_and_what_it_sends_is_kept(collect: Collect, promised: Case) -> None:
    line = collect.forms()[FORM]
    form = collect.fills(line, visit(promised))
    revoke(Device.objects.get())
    assert collect.call("get", "/openrosa/formList").status_code == 403
    assert collect.call("get", line["manifestUrl"]).status_code == 404
    assert collect.sends(form).status_code == 202
    assert set(Quarantine.objects.values_list("code", flat=True)) == {"revoked"}


def test_a_stranger_is_asked_for_name_and_key(collect: Collect, promised: Case) -> None:
    stranger = Collect(collect.name, "salah")
    for method, path in (("get", "/openrosa/formList"), ("head", "/openrosa/submission")):
        said = stranger.call(method, path)
        assert said.status_code == 401 and said["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<data",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><data id="jemput-small">&a;</data>',
        b'<data id="jemput-small"><case>A</case></data>',
        b"<a>" * 50,
        b"\xff\xfe<\0d\0",
    ],
)
def test_what_is_no_form_is_refused_in_words(collect: Collect, promised: Case, xml: bytes) -> None:
    said = collect.sends(xml)
    assert said.status_code == 400 and b"OpenRosaResponse" in said.content
    assert not Quarantine.objects.exists()


def test_an_orx_namespace_is_read_too(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised)).decode()
    other = form.replace("meta>", "orx:meta>").replace("instanceID>", "orx:instanceID>")
    prefix = next(p for p in ("ns0:", "") if f"<{p}orx:meta>" in other)
    other = other.replace(f"{prefix}orx:", "orx:").replace("<data", "<data", 1)
    root = other.index(" id=")
    other = other[:root] + ' xmlns:orx="http://openrosa.org/xforms"' + other[root:]
    assert collect.sends(other.encode()).status_code == 201


def test_two_officers_see_their_own_cases(collect: Collect, promised: Case) -> None:
    other = collect_of("35.03.02")
    assert other.cases(other.forms()[FORM])[1:] == []
