"""Training and public information, told by the office; satisfaction with it, told by the people."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.intake import new_id
from jemput.measure.satisfaction import ELEMENTS, Category, category_of
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.front import Office, filled, install
from tests.people import PAREPARE

pytestmark = pytest.mark.django_db


def test_an_event_for_the_public_is_recorded_once_and_shown(parepare: Office) -> None:
    head = parepare.as_(Duty.HEAD_OF_SECTION)
    address = reverse("office:activity", args=["outreach"])
    said = filled(head.get(address)) | {
        "day": "2026-03-02",
        "medium": "forum",
        "reached": "40",
        "subject": "KTP-el gratis untuk semua",
    }
    assert head.post(address, said).status_code == 302
    assert head.post(address, said).status_code == 302  # the same form sent twice
    page = parepare.as_(Duty.EVALUATOR).get(reverse("office:activities")).content.decode()
    assert page.count("KTP-el gratis untuk semua") == 1
    assert "1 kegiatan, 40 orang terjangkau." in page


def test_what_was_typed_stays_when_something_is_missing(parepare: Office) -> None:
    head = parepare.as_(Duty.MAIN_ADMIN)
    address = reverse("office:activity", args=["training"])
    said = filled(head.get(address)) | {"day": "kemarin", "participants": "12", "subject": "Cara menyapa"}
    answer = head.post(address, said)
    assert answer.status_code == 422
    assert "Cara menyapa" in answer.content.decode() and 'href="#id_day"' in answer.content.decode()
    assert not journal.entries(journal.office_stream(PAREPARE))


def test_there_is_no_third_kind_of_activity(parepare: Office) -> None:
    assert parepare.as_(Duty.MAIN_ADMIN).get(reverse("office:activity", args=["party"])).status_code == 404


def _answered(office: Office, grade: int, proxy: bool = False) -> None:
    case = office.report(name=f"Warga {grade}", reporter_phone="", address=f"Lorong {grade}")
    said: dict[str, object] = dict.fromkeys(ELEMENTS, grade)
    body = e.Satisfaction.model_validate(said | {"by_proxy": proxy})
    entry = journal.entries(case.pk)[-1].model_copy(update={"id": new_id(), "body": body, "after": None})
    assert journal.append([entry])[0].stored


def test_the_index_and_its_category_follow_from_the_answers(parepare: Office) -> None:
    _answered(parepare, 4)
    _answered(parepare, 3, proxy=True)
    year = timezone.localtime().year
    page = parepare.as_(Duty.HEAD_OF_OFFICE).get(reverse("office:satisfaction", args=[4, year]))
    html = page.content.decode()
    assert "87,50" in html and "Baik" in html  # (4 + 3) / 2 x 25
    assert "2 jawaban" in html and "1 dijawab orang lain" in html
    empty = parepare.as_(Duty.HEAD_OF_OFFICE).get(reverse("office:satisfaction", args=[4, 2019]))
    assert "Belum ada yang mengisi survei" in empty.content.decode()


@pytest.mark.parametrize(
    ("index", "category"),
    [(100, "A"), (88.31, "A"), (88.30, "B"), (76.61, "B"), (76.60, "C"), (65, "C"), (64.99, "D"), (25, "D")],
)
def test_the_borders_of_the_categories_are_those_of_the_regulation(index: float, category: str) -> None:
    assert category_of(index) is Category(category)


def test_another_programmes_answers_do_not_count(parepare: Office, programme: Programme) -> None:
    install("godoc")
    _answered(parepare, 4)
    year = timezone.localtime().year
    address = reverse("office:satisfaction", args=[1, year])
    answer = parepare.as_(Duty.HEAD_OF_OFFICE).get(address)
    assert answer.status_code == 404 or "Belum ada yang mengisi survei" in answer.content.decode()
