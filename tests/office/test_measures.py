"""The figures on screen and as files: the source's table to the letter, publishing."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from jemput.core import entries as e
from jemput.core.codes import Document, Duty
from jemput.journal.models import EntryRow
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.measure.test_monthly import OF_2020, OF_2021
from tests.office.lists import Desk, new_desk
from tests.people import PAREPARE, signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, office_key: None) -> Desk:  # noqa: F811
    made = new_desk()
    call_command("measure", "import-history", "parepare", verbosity=0)
    return made


@pytest.fixture
def head(desk: Desk) -> Client:
    return desk.browser(Duty.HEAD_OF_OFFICE)


def cells(html: str) -> list[list[str]]:
    table = html.split('class="month-table"')[1].split("</table>")[0]
    return [
        [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    ]


def test_the_table_is_that_of_the_source(head: Client) -> None:
    rows = cells(head.get(reverse("office:year", args=[4, 2020])).content.decode())
    assert len(rows[0]) == 4
    assert [row[0] for row in rows[1:13]] == [str(n) for n in range(1, 13)]
    assert rows[1][1:] == ["Januari 2020", "10", "10"]
    assert rows[5][1:] == ["Mei 2020", "-", "-"]
    assert [row[2] for row in rows[1:13]] == [str(n) if n else "-" for n in OF_2020]
    assert rows[13][2:] == ["61", "61"]


def test_2021_ends_with_september_and_84(head: Client) -> None:
    html = head.get(reverse("office:year", args=[4, 2021])).content.decode()
    rows = cells(html)
    assert [row[2] for row in rows[1:-1]] == [str(n) if n else "-" for n in OF_2021]
    assert rows[-1][2:] == ["84", "84"]
    assert "Dinas Dukcapil, Diola" in html


def test_the_table_as_csv(head: Client) -> None:
    response = head.get(reverse("office:download", args=[4, 2020, "csv"]))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1] == ["1", "Januari 2020", "10", "10"]
    assert rows[13][2:] == ["61", "61"]
    assert "Dinas Dukcapil, Diola" in rows[14][0]
    assert "4-2020.csv" in response.headers["Content-Disposition"]


def test_the_table_as_xlsx_has_numbers(head: Client) -> None:
    response = head.get(reverse("office:download", args=[4, 2021, "xlsx"]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in sheet[3:12]] == OF_2021
    assert sheet[12][2] == 84


def test_a_year_without_anything_says_so(head: Client) -> None:
    assert 'class="empty"' in head.get(reverse("office:year", args=[4, 2005])).content.decode()
    assert head.get("/figures/4/1900/").status_code == 404
    assert head.get("/figures/77/2020/").status_code == 404
    assert head.get("/figures/4/2020-13/").status_code == 404


def test_a_month_is_published_once_and_shown_with_its_digest(head: Client) -> None:
    address = reverse("office:month", args=[4, "2020-01"])
    publish = reverse("office:publish", args=[4, "2020-01"])
    assert head.post(publish).headers["Location"] == address
    html = head.get(address).content.decode()
    body = EntryRow.objects.get(kind="month_published").clear
    assert body["digest"] in html
    assert body["rows"] == [{"document": "ktp_el", "count": 0, "historical": 10}]
    again = head.post(publish, follow=True)
    assert EntryRow.objects.filter(kind="month_published").count() == 1
    assert "notice error" in again.content.decode()


def test_the_running_month_is_not_published(head: Client) -> None:
    this = f"{timezone.localtime():%Y-%m}"
    head.post(reverse("office:publish", args=[4, this]))
    assert not EntryRow.objects.filter(kind="month_published").exists()


def test_who_only_reads_figures_does_not_publish_them(desk: Desk) -> None:
    evaluator = desk.browser(Duty.EVALUATOR)
    assert evaluator.get(reverse("office:year", args=[4, 2020])).status_code == 200
    assert evaluator.post(reverse("office:publish", args=[4, "2020-01"])).status_code == 403
    assert desk.browser(Duty.COURIER).get(reverse("office:measures")).status_code == 403


def test_counted_cases_are_told_by_sex_and_age_and_act(desk: Desk, head: Client) -> None:
    case = desk.at_centre(desk.accepted(desk.case()), "PRINT_READY_RECORD")
    desk.tell(case, e.Printed(document=Document.KTP_EL), Duty.PRINTING)
    response = head.get(reverse("office:year", args=[4, timezone.localtime().year]))
    assert response.context["split"].total == 1
    assert [n for _title, n in response.context["acts"]] == [1, 1, 0]


def test_a_part_of_the_office_sees_its_own_figures(desk: Desk) -> None:
    part = signed_in(staff(Duty.EVALUATOR, f"{PAREPARE}.01"))
    html = part.get(reverse("office:year", args=[4, 2020])).content.decode()
    assert 'class="empty"' in html
