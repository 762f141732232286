"""What counts, and in which month."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Sex
from jemput.core.corrections import correction_of
from jemput.core.dates import AgeBand
from jemput.core.entries import Modality, ModalityResult
from jemput.journal.models import EntryRow, Stream
from jemput.measure.counting import ISSUED, Act, Scope, read_ledger
from jemput.measure.monthly import by_sex_and_age
from tests.journal.cases import Case
from tests.measure.conftest import WARD, happened, on, printed, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.database]
KTP = Document.KTP_EL


def months(scope: Scope, *acts: Act, document: Document | None = KTP) -> list[str]:
    return [scope.month_of(row.at) for row in read_ledger(scope).served(acts or ISSUED, document)]


def test_a_case_counts_once_at_its_first_recording_or_print(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    case = case_of()
    recorded(case, on(1, 31))
    printed(case, on(2))
    recorded(case, on(3))
    assert months(parepare) == ["2026-01"]
    assert months(parepare, Act.PRINTED) == ["2026-02"]
    assert months(parepare, Act.DELIVERED) == []


def test_the_month_is_that_of_the_office_clock(parepare: Scope, case_of: Callable[..., Case]) -> None:
    """Half past midnight in Parepare on 1 February is still January in Greenwich."""
    recorded(case_of(), on(2, 1, 0))
    assert months(parepare) == ["2026-02"]


def test_an_act_counts_when_it_happened_not_when_the_device_came_home(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    recorded(case_of(), on(1, 31), received=on(2, 2))
    assert months(parepare) == ["2026-01"]


def test_a_device_clock_that_runs_ahead_counts_as_received(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    recorded(case_of(), on(12, 31), received=on(2, 2))
    assert months(parepare) == ["2026-02"]


def test_a_failed_recording_does_not_count_until_it_is_corrected(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    case = case_of()
    failed = happened(case, e.Recorded(iris=Modality(result=ModalityResult.FAILED)), on(1))
    assert months(parepare) == []
    happened(case, correction_of(failed, e.Recorded(), "mata terekam juga"), on(1, 11))
    assert months(parepare) == ["2026-01"]


def test_an_act_taken_back_does_not_count_and_counts_again_when_that_is_taken_back(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    case = case_of()
    wrong = recorded(case, on(1))
    void = happened(case, e.Corrected(entry=wrong.id, void=True, reason="salah orang"), on(1, 11))
    assert months(parepare) == []
    happened(case, e.Corrected(entry=void.id, void=True, reason="benar juga"), on(1, 12))
    assert months(parepare) == ["2026-01"]


def test_a_print_corrected_to_another_document_moves_there(
    parepare: Scope, case_of: Callable[..., Case]
) -> None:
    case = case_of(documents=[KTP, Document.FAMILY_CARD])
    wrong = printed(case, on(1))
    change = e.Corrected(entry=wrong.id, clear_values={"document": "family_card"}, reason="salah pilih")
    happened(case, change, on(1, 11))
    assert months(parepare) == []
    assert months(parepare, Act.PRINTED, document=Document.FAMILY_CARD) == ["2026-01"]


def test_other_programmes_and_areas_are_not_counted(parepare: Scope, case_of: Callable[..., Case]) -> None:
    recorded(case_of(), on(1))
    recorded(case_of(area="73.72.02.1001"), on(1))
    assert len(months(parepare)) == 2
    assert len(months(Scope(parepare.programme, WARD[:8], parepare.zone))) == 1
    assert months(Scope(1, parepare.area, parepare.zone)) == []


def test_women_and_men_and_ages_are_told_apart(parepare: Scope, case_of: Callable[..., Case]) -> None:
    recorded(case_of(sex=Sex.FEMALE, age_band=AgeBand.OLDEST), on(1))
    recorded(case_of(sex=Sex.MALE, age_band=AgeBand.ADULT), on(1))
    recorded(case_of(sex=Sex.FEMALE, age_band=AgeBand.ADULT), on(2))
    split = by_sex_and_age(read_ledger(parepare).served(ISSUED, KTP))
    assert split.totals == (2, 1, 0)
    assert (AgeBand.ADULT, (1, 1, 0), 2) in split.rows
    assert split.total == 3


def test_forgetting_a_person_changes_no_figure(parepare: Scope, case_of: Callable[..., Case]) -> None:
    case = case_of(sex=Sex.FEMALE)
    recorded(case, on(1))
    undone = case_of()
    wrong = recorded(undone, on(1))
    happened(undone, e.Corrected(entry=wrong.id, void=True, reason="salah"), on(1, 11))
    before = read_ledger(parepare).served(ISSUED, KTP)
    for each in (case, undone):  # what erasure leaves: no key, no sealed part
        EntryRow.objects.filter(stream=each.stream).update(sealed=None)
        Stream.objects.filter(id=each.stream).update(wrapped_key=None)
    assert read_ledger(parepare).served(ISSUED, KTP) == before
    assert len(before) == 1
    assert journal.clear_entries(case.stream)


def test_counting_asks_the_same_few_questions_for_any_number_of_cases(
    parepare: Scope, case_of: Callable[..., Case], django_assert_num_queries: Callable[..., object]
) -> None:
    for _n in range(3):
        recorded(case_of(), on(1))
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        read_ledger(parepare).served(ISSUED, KTP)
