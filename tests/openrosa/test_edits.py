"""A form that is changed after it was sent corrects what it said, or waits for somebody to look."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from jemput import journal
from jemput.core import entries as e
from jemput.core.corrections import as_corrected
from jemput.journal.models import EntryRow, Quarantine
from jemput.openrosa import access
from jemput.openrosa.models import Submission
from jemput.sync.models import Blob, Device
from tests.journal.cases import Case
from tests.openrosa.collect import XF, Collect
from tests.openrosa.conftest import FORM, collect_of, visit
from tests.openrosa.test_photos import jpeg

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WAS, NOW = "Ibu menunggu", "Bapak menunggu"


@pytest.fixture
def sent(collect: Collect, promised: Case) -> bytes:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    assert collect.sends(form).status_code == 201
    return form


def holds(case: Case) -> dict[str, e.Body]:
    """What holds now, by kind."""
    return {x.kind: x.body for x in as_corrected(journal.entries(case.stream))}


def note(case: Case) -> str | None:
    ended = holds(case)["visit_ended"]
    assert isinstance(ended, e.VisitEnded)
    return ended.note


def test_the_form_may_be_changed_and_its_case_stays_in_the_list(collect: Collect, sent: bytes) -> None:
    line = collect.forms()[FORM]
    [asked] = collect.get_xml(line["downloadUrl"]).iter(f"{XF}submission")
    assert asked.attrib == {"{http://www.opendatakit.org/xforms}client-editable": "true"}
    assert len(collect.cases(line)) == 2


def test_what_was_changed_is_corrected_and_the_rest_stays(
    collect: Collect, promised: Case, sent: bytes
) -> None:
    before = holds(promised)
    changed = collect.changes(sent, WAS, NOW)
    for _again in range(2):
        assert collect.sends(changed).status_code == 201
    [fix] = [x for x in journal.entries(promised.stream) if isinstance(x.body, e.Corrected)]
    assert isinstance(fix.body, e.Corrected)
    assert fix.body.sealed_values == {"note": "Bapak menunggu di rumah"} and fix.body.clear_values is None
    assert note(promised) == "Bapak menunggu di rumah"
    assert holds(promised)["visit_started"] == before["visit_started"]
    assert holds(promised)["recorded"] == before["recorded"]

    once_more = collect.changes(changed, NOW, "Bibi menunggu")
    assert collect.sends(once_more).status_code == 201
    assert note(promised) == "Bibi menunggu di rumah" and not Quarantine.objects.exists()


def test_a_step_that_was_not_done_after_all_is_taken_back(
    collect: Collect, promised: Case, sent: bytes
) -> None:
    undone = collect.changes(sent, "did_record>yes", "did_record>no")
    assert collect.sends(undone).status_code == 201
    assert "recorded" not in holds(promised)


def test_photos_that_stay_are_the_same_and_new_ones_join_them(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form, jpeg(b"satu"))
    count = EntryRow.objects.count()
    same = collect.changes(form, WAS, WAS)
    assert collect.sends(same, jpeg(b"satu")).status_code == 201
    assert EntryRow.objects.count() == count, "nothing was changed"
    assert collect.sends(collect.changes(same, WAS, WAS), jpeg(b"satu"), jpeg(b"dua")).status_code == 201
    ended = holds(promised)["visit_ended"]
    assert isinstance(ended, e.VisitEnded) and ended.files
    assert set(ended.files) == set(Blob.objects.values_list("digest", flat=True)) and len(ended.files) == 2


@pytest.mark.parametrize("other", ["the office corrected it", "another change came first"])
def test_a_change_of_what_no_longer_holds_waits_for_somebody(
    collect: Collect, promised: Case, sent: bytes, other: str
) -> None:
    if other == "the office corrected it":
        [ended] = [x for x in journal.entries(promised.stream) if x.kind == "visit_ended"]
        promised.tell(e.Corrected(entry=ended.id, sealed_values={"note": "Adik menunggu"}, reason="Salah"))
    else:
        assert collect.sends(collect.changes(sent, "Ibu", "Adik")).status_code == 201
    count, held = EntryRow.objects.count(), note(promised)
    said = collect.sends(collect.changes(sent, WAS, NOW))
    assert said.status_code == 202 and "harus" in said.content.decode()
    assert EntryRow.objects.count() == count and note(promised) == held
    [kept] = Quarantine.objects.all()
    assert kept.verdict == "conflict" and "Bapak" in str(journal.content_of(kept.pk))


def test_a_change_altered_under_its_own_number_is_a_conflict(
    collect: Collect, promised: Case, sent: bytes
) -> None:
    changed = collect.changes(sent, WAS, NOW)
    collect.sends(changed)
    count = EntryRow.objects.count()
    assert collect.sends(changed.replace(NOW.encode(), b"Bibi menunggu")).status_code == 409
    assert EntryRow.objects.count() == count and note(promised) == "Bapak menunggu di rumah"
    assert Quarantine.objects.filter(verdict="conflict").count() == 1


def test_a_change_waits_on_the_phone_until_its_form_has_arrived(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    changed = collect.changes(form, WAS, NOW)
    said = collect.sends(changed)
    assert said.status_code == 409 and "dahulu" in said.content.decode()
    assert "visit_started" not in holds(promised)
    assert collect.sends(form).status_code == 201 and collect.sends(changed).status_code == 201
    assert note(promised) == "Bapak menunggu di rumah"


def test_a_change_mends_a_form_that_did_not_fit(collect: Collect, promised: Case) -> None:
    wrong = visit(promised, **{"step_record/iris/result": "amputated"})  # nobody approved the exception
    form = collect.fills(collect.forms()[FORM], wrong)
    assert collect.sends(form).status_code == 202
    assert collect.sends(collect.changes(form, "amputated", "captured")).status_code == 201
    assert {"visit_started", "recorded", "visit_ended"} <= holds(promised).keys()


def anew() -> Collect:
    """The officer's phone, set up once more: another name and key."""
    made, key = access.make(Device.objects.latest("number").assignment)
    return Collect(made.name, key)


def test_a_form_may_be_changed_though_the_phone_was_set_up_anew(
    collect: Collect, promised: Case, sent: bytes
) -> None:
    again = anew()
    assert "sebelumnya" in again.sends(sent).content.decode(), "where the answer was lost"
    assert len(again.cases(again.forms()[FORM])) == 2
    assert again.sends(again.changes(sent, WAS, NOW)).status_code == 201
    assert note(promised) == "Bapak menunggu di rumah" and not Quarantine.objects.exists()


def test_a_change_of_what_never_came_is_kept_after_a_day(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))  # lost by a restore
    changed = collect.changes(form, WAS, NOW)
    assert collect.sends(changed, jpeg(b"satu")).status_code == 409
    assert not Quarantine.objects.exists() and not Blob.objects.exists()
    Submission.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    said = collect.sends(changed, jpeg(b"satu"))
    assert said.status_code == 202 and "harus" in said.content.decode()
    [kept] = Quarantine.objects.all()
    assert (kept.code, kept.stream) == ("missing", promised.stream)
    assert Blob.objects.get().digest in journal.content_of(kept.pk)["raw"]
    assert "visit_started" not in holds(promised)


def test_nobody_changes_what_another_officer_sent(collect: Collect, promised: Case, sent: bytes) -> None:
    other = collect_of(promised.row.area[:8])
    changed = other.changes(sent, WAS, NOW)
    assert other.sends(changed).status_code == 202
    assert other.sends(other.changes(changed, NOW, "Bibi menunggu")).status_code == 202, "nor by two steps"
    assert note(promised) == "Ibu menunggu di rumah"
    assert {(row.code, row.stream) for row in Quarantine.objects.all()} == {
        ("not_authorised", promised.stream)
    }
    assert Quarantine.objects.count() == 2


def test_forms_that_change_each_other_end_in_quarantine(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    second = collect.changes(form, WAS, NOW)
    number, other = (ET.fromstring(x).findtext(f"{XF}meta/{XF}instanceID") or "" for x in (form, second))
    first = second.replace(other.encode(), b"%").replace(number.encode(), other.encode())
    first = first.replace(b"%", number.encode())
    for one in (first, second):
        assert collect.sends(one).status_code == 409
    Submission.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    for one in (first, second):
        assert collect.sends(one).status_code in (201, 202)
