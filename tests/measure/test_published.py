"""A published month stays as published, can be drawn again, and what moved since is explained."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jemput.core import entries as e
from jemput.core.codes import Document, Duty
from jemput.core.text import BadInput
from jemput.journal.models import EntryRow
from jemput.measure import published
from jemput.measure.counting import Scope
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
