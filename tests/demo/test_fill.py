"""Filling a fresh installation, going on after a break, and changing nothing the second time."""

import json
import socket
from dataclasses import replace

import pytest

from jemput.accounts.models import Account, Assignment, Office
from jemput.core.codes import Duty
from jemput.demo.context import progress_shown
from jemput.demo.fill import Progress, fill
from jemput.demo.processes import free_port
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow
from jemput.measure.counting import Scope
from jemput.measure.published import publications, published


@pytest.fixture
def home(settings, tmp_path):
    settings.JEMPUT_KEYS = tmp_path / "keys"
    keys.init_open()
    return tmp_path


@pytest.fixture
def parepare(todo):
    """The tales of Parepare, and a few of its ordinary cases."""
    found = [part for part in todo if part.plan == 3 and part.number < 2]
    return [replace(part, count=part.count if part.number == 0 else 24) for part in found]


def counts():
    return CaseRow.objects.count(), EntryRow.objects.count(), Account.objects.count(), Office.objects.count()


@pytest.mark.django_db
def test_a_second_start_changes_nothing(home, parepare, now):
    path, said = home / "demo.json", []
    fill(Progress.load(path, now), parepare, lambda p: said.append(p.cases), processes=0)
    assert said[-1] == sum(part.count for part in parepare) == CaseRow.objects.count()
    assert progress_shown(path) is None
    before = counts()
    fill(Progress.load(path, now), parepare, processes=0)
    assert counts() == before

    path.unlink()  # even when what was done is forgotten, the journal knows its entries
    fill(Progress.load(path, now), parepare, processes=0)
    assert counts() == before


@pytest.mark.django_db
def test_a_start_that_was_broken_off_goes_on_with_the_same_year(home, parepare, now):
    path = home / "demo.json"

    class PowerCut(Exception): ...

    def cut(progress):
        if progress.cases >= 60:
            raise PowerCut

    with pytest.raises(PowerCut):
        fill(Progress.load(path, now), parepare, cut, processes=0)
    fill(Progress.load(path, now), parepare, processes=0)
    assert json.loads(path.read_text())["complete"]
    assert CaseRow.objects.count() == sum(part.count for part in parepare)


@pytest.mark.django_db
def test_one_account_for_each_duty_of_each_office_is_shown_and_has_no_password(home, parepare, now):
    fill(Progress.load(home / "demo.json", now), parepare, processes=0)
    shown = Assignment.objects.filter(account__demo=True)
    assert shown.count() == 5 * len(Duty)
    assert {(a.office_id, a.duty) for a in shown} == {
        (o.code, d.value) for o in Office.objects.all() for d in Duty
    }
    assert not any(account.has_usable_password() for account in Account.objects.all())


@pytest.mark.django_db
def test_history_and_published_months_are_there_and_one_month_changed_since(home, parepare, now):
    fill(Progress.load(home / "demo.json", now), parepare, processes=0)
    office = Office.objects.get(code="73.72")
    scope = Scope(4, office.code, office.zone)
    assert EntryRow.objects.filter(kind="historical_count").count() == 21
    months = published(scope)
    assert len(months) >= 6
    every = [p for month in months for p in publications(scope, month)]
    assert all(p.reproduced and p.digest_holds for p in every)
    assert any(change.late for p in every for change in p.changes)


def test_a_busy_port_gives_way_to_the_next():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port
