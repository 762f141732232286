"""A published month stays as published, can be drawn again, and what moved since is explained."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Duty
from jemput.core.programme import Programme
from jemput.core.text import BadInput
from jemput.journal.models import EntryRow
from jemput.measure import published
from jemput.measure.counting import Scope
from jemput.programmes import packaged
from tests.journal.cases import Case
from tests.measure.conftest import happened, on, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.database]
KTP = (Document.KTP_EL,)


def publish(scope: Scope) -> e.MonthPublished:
    return published.publish(scope, KTP, "2026-01", actor="kadis", duty=Duty.HEAD_OF_OFFICE, now=on(2, 3))


def test_a_published_month_can_be_drawn_again_and_explains_what_moved(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    stays, goes, late = case_of(), case_of(), case_of()
    recorded(stays, on(1))
    wrong = recorded(goes, on(1, 20))
    body = publish(parepare)
    assert [row.count for row in body.rows] == [2]

    happened(goes, e.Corrected(entry=wrong.id, void=True, reason="salah orang"), on(2, 5))
    recorded(late, on(1, 30), received=on(2, 6))
    recorded(case_of(), on(1, 29), received=on(2, 6))

    [shown] = published.publications(parepare, "2026-01")
    assert shown.digest_holds
    assert shown.reproduced
    [(then, now, change)] = shown.lines
    assert (then.count, now.count) == (2, 3)
    assert (change.late, change.taken_back, change.difference) == (2, 1, 1)
    assert len(change.words) == 2


def test_publishing_the_same_figures_again_is_refused_and_new_ones_stand_beside(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    recorded(case_of(), on(1))
    publish(parepare)
    with pytest.raises(BadInput, match="already"):
        publish(parepare)
    recorded(case_of(), on(1, 15))
    publish(parepare)
    shown = published.publications(parepare, "2026-01")
    assert [p.rows[0].count for p in shown] == [2, 1]
    assert all(p.reproduced for p in shown)


def test_a_month_that_is_not_over_or_not_the_whole_office_is_not_published(parepare: Scope) -> None:
    with pytest.raises(BadInput, match="not over"):
        published.publish(parepare, KTP, "2026-02", actor="kadis", duty=None, now=on(2, 3))
    part = Scope(parepare.programme, "73.72.01", parepare.zone)
    with pytest.raises(BadInput, match="whole office"):
        publish(part)


def test_a_figure_that_was_tampered_with_shows(parepare: Scope, case_of: Callable[..., Case]) -> None:
    recorded(case_of(), on(1))
    publish(parepare)
    row = EntryRow.objects.get(kind="month_published")
    row.clear["rows"][0]["count"] = 7
    row.save()
    [shown] = published.publications(parepare, "2026-01")
    assert not shown.digest_holds
    assert not shown.reproduced


def test_a_change_of_history_after_publication_is_told(parepare: Scope) -> None:
    from jemput.measure.historical import import_history

    publish(parepare)
    count = e.HistoricalCount(programme=4, month="2026-01", count=3, source="Arsip")
    import_history(parepare, [count], actor="kadis", duty=Duty.HEAD_OF_OFFICE, now=on(2, 9))
    [shown] = published.publications(parepare, "2026-01")
    assert shown.reproduced
    assert shown.changes[0].difference == 3


def test_a_case_that_moves_later_changes_no_month_that_was_published(
    parepare: Scope, spot: Programme, case_of: Callable[..., Case]
) -> None:
    other = journal.install(packaged()["godoc"])
    stays, changes, moves, comes, back = case_of(), case_of(), case_of(), case_of(), case_of()
    for case in (stays, changes, moves, comes, back):
        recorded(case, on(1))
    to_other = e.ProgrammeChanged(programme=other.number, programme_hash=other.hash)
    to_spot = e.ProgrammeChanged(programme=spot.number, programme_hash=spot.hash)
    happened(comes, to_other, on(1, 12))
    first = publish(parepare)
    assert [row.count for row in first.rows] == [4]

    happened(changes, to_other, on(2, 4))
    happened(moves, e.PersonDescribed(area="35.03.01.2001"), on(2, 4))
    happened(stays, e.PersonDescribed(area="73.72.02.1004"), on(2, 4))  # within the office
    happened(comes, to_spot, on(2, 5))
    there = happened(back, to_other, on(2, 5))
    happened(back, e.Corrected(entry=there.id, void=True, reason="Salah pilih"), on(2, 6))

    [shown] = published.publications(parepare, "2026-01")
    assert shown.digest_holds
    assert shown.reproduced
    [(then, now, change)] = shown.lines
    assert (then.count, now.count) == (4, 3)
    assert (change.went, change.came, change.late, change.taken_back, change.difference) == (2, 1, 0, 0, -1)
    assert len(change.words) == 2

    publish(parepare)  # and the new figures stay as well, when the cases move on
    happened(stays, to_other, on(2, 8))
    assert [p.rows[0].count for p in published.publications(parepare, "2026-01")] == [3, 4]
    assert all(p.reproduced for p in published.publications(parepare, "2026-01"))
