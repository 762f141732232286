"""The receipt that the family keeps."""

import pytest
from django.urls import reverse

from jemput.core.codes import Duty
from jemput.journal.models import CaseRow, EntryRow
from tests.office.front import NIK, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_over(parepare: Office) -> CaseRow:
    """A case whose card was handed over at the door."""
    case = parepare.report(nik=NIK)
    parepare.walk(case, until="deliver")
    return case


def receipt(parepare: Office, case: CaseRow) -> str:
    entry = EntryRow.objects.get(stream=case.pk, kind="delivered").id
    address = reverse("office:receipt", args=[case.pk, entry])
    response = parepare.as_(Duty.FIELD_OFFICER).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_who_what_when_and_that_it_is_free(parepare: Office, handed_over: CaseRow) -> None:
    page = receipt(parepare, handed_over)
    for words in (
        "HASNAH",
        "Anak",
        "SITI AMINAH",
        "GRATIS",
        "PRE-T-",
        handed_over.ticket,
        "WITA",
        "dua ribu",
    ):
        assert words in page


def test_it_is_not_for_who_looks_at_work_and_not_at_persons(parepare: Office, handed_over: CaseRow) -> None:
    entry = EntryRow.objects.get(stream=handed_over.pk, kind="delivered").id
    address = reverse("office:receipt", args=[handed_over.pk, entry])
    assert parepare.as_(Duty.EVALUATOR).get(address).status_code == 403


def test_of_the_nik_only_four_digits_are_printed(parepare: Office, handed_over: CaseRow) -> None:
    page = receipt(parepare, handed_over)
    assert NIK[-4:] in page
    assert NIK not in page
    assert NIK[:12] not in page


def test_the_square_code_leads_to_the_case_without_naming_anybody(
    parepare: Office, handed_over: CaseRow
) -> None:
    assert "<svg" in receipt(parepare, handed_over)
    answer = parepare.as_(Duty.FIELD_OFFICER).get(reverse("office:ticket", args=[handed_over.ticket]))
    assert answer.headers["Location"].endswith(f"/cases/{handed_over.pk}/")


def test_in_the_demo_it_is_marked(parepare: Office, handed_over: CaseRow, settings: object) -> None:
    assert "watermark" not in receipt(parepare, handed_over)
    settings.JEMPUT_DEMO = True  # type: ignore[attr-defined]
    assert "watermark" in receipt(parepare, handed_over)


def test_other_entries_have_no_receipt(parepare: Office, handed_over: CaseRow) -> None:
    entry = EntryRow.objects.get(stream=handed_over.pk, kind="printed").id
    address = reverse("office:receipt", args=[handed_over.pk, entry])
    assert parepare.as_(Duty.FIELD_OFFICER).get(address).status_code == 404
