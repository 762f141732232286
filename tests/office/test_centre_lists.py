"""Status lists: looked at first, taken over whole, taken back whole; a bad list changes nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jemput import journal, uploads
from jemput.accounts import pending
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal import erase
from jemput.journal.models import EntryRow, Stream
from jemput.office import centre_lists
from tests.journal.cases import Case
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.lists import NEXT_WARD, Desk, new_desk

pytestmark = pytest.mark.django_db
PAGE = "/centre/lists/"


@pytest.fixture
def desk(db: None, office_key: None, settings: Any, tmp_path: Any) -> Desk:  # noqa: F811
    settings.JEMPUT_HOME = tmp_path
    return new_desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.browser(Duty.DATA_ENTRY)


def nik(n: int) -> str:
    return f"99010147085100{n:02}"


def sent(desk: Desk, n: int, **more: Any) -> Case:
    at = timezone.now() - timedelta(days=1)
    return desk.at_centre(desk.accepted(desk.case(days_ago=2, nik=nik(n), **more), at), "", at)


def look(client: Client, text: str = "", file: Any = None) -> Any:
    return client.post(PAGE, {"text": text, **({"file": file} if file else {})})


def take_over(client: Client, seen: Any) -> UUID:
    batch = seen.context["batch"]
    assert client.post(reverse("office:apply_list", args=[batch])).status_code == 302
    return batch  # type: ignore[no-any-return]


def raw(case: Case) -> str | None:
    return case.row.state["centre_raw"]  # type: ignore[no-any-return]


def test_a_pasted_list_is_shown_first_and_then_taken_over(desk: Desk, client: Client) -> None:
    first, second = sent(desk, 1), sent(desk, 2)
    seen = look(client, f"{nik(1)} PRINT_READY_RECORD\n{nik(2)} Sent for enrollment\n{nik(9)} CARD_PRINTED\n")
    assert seen.status_code == 200
    assert (seen.context["change_count"], seen.context["unmatched_count"]) == (2, 1)
    assert raw(first) is None
    assert nik(1) not in seen.content.decode()
    batch = take_over(client, seen)
    assert (raw(first), raw(second)) == ("PRINT_READY_RECORD", "SENT_FOR_ENROLLMENT")
    rows = EntryRow.objects.filter(device=batch).order_by("device_seq")
    assert [row.device_seq for row in rows] == [1, 2]
    assert {row.clear["source"] for row in rows} == {"list"}


def test_a_list_is_taken_over_once(desk: Desk, client: Client) -> None:
    sent(desk, 1)
    seen = look(client, f"{nik(1)} PRINT_READY_RECORD")
    take_over(client, seen)
    before = EntryRow.objects.count()
    take_over(client, seen)
    assert EntryRow.objects.count() == before


def test_a_batch_is_taken_back_as_a_whole_and_only_once(desk: Desk, client: Client) -> None:
    first, second = sent(desk, 1), sent(desk, 2)
    desk.tell(second, e.CentreStatus(raw="BIO_CAPTURED"), Duty.DATA_ENTRY)
    batch = take_over(client, look(client, f"{nik(1)} PRR\n{nik(2)} PRR"))
    undo = reverse("office:undo_list", args=[batch])
    client.post(undo)
    assert (raw(first), raw(second)) == (None, "BIO_CAPTURED")
    before = EntryRow.objects.count()
    client.post(undo)
    assert EntryRow.objects.count() == before
    [shown] = client.get(PAGE).context["batches"]
    assert shown.undone


def test_taking_back_leaves_alone_what_was_erased_meanwhile(desk: Desk, client: Client) -> None:
    first, gone = sent(desk, 1), sent(desk, 2)
    batch = take_over(client, look(client, f"{nik(1)} PRR\n{nik(2)} PRR"))
    Stream.objects.filter(id=gone.stream).update(wrapped_key=None)
    client.post(reverse("office:undo_list", args=[batch]))
    assert raw(first) is None


def test_another_account_neither_takes_over_nor_takes_back(desk: Desk, client: Client) -> None:
    case = sent(desk, 1)
    seen = look(client, f"{nik(1)} PRR")
    other = desk.browser(Duty.DATA_ENTRY)
    take_over(other, seen)
    assert raw(case) is None
    batch = take_over(client, seen)
    assert other.post(reverse("office:undo_list", args=[batch])).status_code == 404
    assert desk.browser(Duty.COURIER).get(PAGE).status_code == 403


def test_only_cases_that_wait_for_the_centre_and_lie_in_the_area_are_touched(
    desk: Desk, client: Client
) -> None:
    early = desk.case(nik=nik(1))
    sent(desk, 2, area=NEXT_WARD)
    seen = look(client, f"{nik(1)} BELUM_REKAM\n{nik(2)} PRR")
    assert seen.context["change_count"] == 1
    assert seen.context["idle_count"] == 1
    assert raw(early) is None
    part = desk.browser(Duty.DATA_ENTRY, area="73.72.01.1001")
    assert look(part, f"{nik(2)} PRR").context["change_count"] == 0


def test_a_nik_that_was_corrected_is_no_longer_found(desk: Desk, client: Client) -> None:
    case = sent(desk, 1)
    desk.tell(case, e.PersonDescribed(nik=nik(2)))
    assert look(client, f"{nik(1)} PRR").context["change_count"] == 0
    assert look(client, f"{nik(2)} PRR").context["change_count"] == 1


def test_rows_with_errors_are_named_with_remedy_and_can_be_fetched(desk: Desk, client: Client) -> None:
    sent(desk, 1)
    seen = look(client, f"{nik(1)} PRR\n12345 PRR\n{nik(3)} \n=CMD() PRR")
    assert seen.context["change_count"] == 1
    assert seen.context["error_count"] >= 2
    batch = seen.context["batch"]
    table = client.get(reverse("office:list_errors", args=[batch])).content.decode("utf-8-sig")
    assert len(table.splitlines()) == 1 + seen.context["error_count"]
    assert not re.search(r"(^|,)[=+@]", table, re.MULTILINE)
    assert desk.browser(Duty.DATA_ENTRY).get(reverse("office:list_errors", args=[batch])).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", b"\x00\x01\x02\xff\xfe"),
        ("a.xlsx", b"PK\x03\x04 not really"),
        ("a.csv", "NIK;STATUS;LAIN\n".encode("utf-16")),
        ("a.csv", b"nama,alamat,kota\nA,B,C\n"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(desk: Desk, client: Client, name: str, data: bytes) -> None:
    before = EntryRow.objects.count()
    response = look(client, file=SimpleUploadedFile(name, data))
    if response.status_code == 200:  # readable, with nothing in it that could be used
        assert response.context["change_count"] == 0
    else:
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    assert EntryRow.objects.count() == before


def test_a_file_never_lands_on_the_disk_and_a_boundless_one_is_not_read(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = sent(desk, 1)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", None)
    padded = f"{nik(1)};PRR\n".encode() + b"\n" * 3_000_000
    assert look(client, file=SimpleUploadedFile("status.csv", padded)).context["change_count"] == 1
    monkeypatch.setattr(uploads, "MOST", 2_000_000)
    assert look(client, file=SimpleUploadedFile("status.csv", padded)).status_code == 400
    assert raw(case) is None


def test_what_was_pasted_stays_when_it_cannot_be_read(client: Client) -> None:
    response = look(client, "a;b;c;d\n1;2;3;4")
    assert response.status_code == 422
    assert "1;2;3;4" in response.content.decode()
    assert look(client, "x" * 1_000_001).status_code == 422
    assert look(client).status_code == 422


def test_csv_and_xlsx_are_read_alike(desk: Desk, client: Client) -> None:
    sent(desk, 1)
    text = f"No;NIK;Nama;STATUS\n1;{nik(1)};SITI;PRINT READY RECORD\n".encode()
    assert look(client, file=SimpleUploadedFile("s.csv", text)).context["change_count"] == 1
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["NIK", "EKTP_STATUS"])
    sheet.write_string(1, 0, nik(1))
    sheet.write_string(1, 1, "PRINT_READY_RECORD")
    book.close()
    assert look(client, file=SimpleUploadedFile("s.xlsx", out.getvalue())).context["change_count"] == 1


def test_a_list_with_one_refused_entry_is_not_taken_over_at_all(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sent(desk, 1), sent(desk, 2)
    seen = look(client, f"{nik(1)} PRR\n{nik(2)} PRR")
    real = journal.append
    monkeypatch.setattr(centre_lists, "AT_ONCE", 1)

    def refuses_the_second(new: Any) -> Any:
        verdicts = real(new)
        if new[0].stream == second.stream:
            from dataclasses import replace

            return [replace(verdicts[0], answer=journal.Answer.REJECTED)]
        return verdicts

    monkeypatch.setattr(journal, "append", refuses_the_second, raising=False)
    take_over(client, seen)
    assert (raw(first), raw(second)) == (None, None)


def test_too_many_changes_are_refused_before_anything_is_kept(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(centre_lists, "MOST_CHANGES", 1)
    sent(desk, 1)
    sent(desk, 2)
    assert look(client, f"{nik(1)} PRR\n{nik(2)} PRR").status_code == 422


def test_the_questions_do_not_grow_with_the_rows(
    desk: Desk, client: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(8):
        sent(desk, n)
    with django_assert_max_num_queries(14):
        look(client, "\n".join(f"{nik(n)} PRR" for n in range(60)))


def test_what_waits_on_the_disk_says_nothing(desk: Desk, client: Client, settings: Any) -> None:
    sent(desk, 1)
    look(client, f"{nik(1)} PRR\n99 SALAH")
    [path] = (settings.JEMPUT_HOME / "pending").iterdir()
    assert b"PRR" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_list_that_nobody_came_back_for_is_swept_away(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = sent(desk, 1)
    seen = look(client, f"{nik(1)} PRR")
    monkeypatch.setattr(pending, "KEPT_SECONDS", -1)
    pending.sweep()
    take_over(client, seen)
    assert raw(case) is None


def test_a_list_that_waits_is_swept_away_when_somebody_is_forgotten(
    desk: Desk, client: Client, settings: Any
) -> None:
    case = sent(desk, 1)
    look(client, f"{nik(1)} PRR\n99 SALAH")
    erase.erase([case.stream])
    assert list((settings.JEMPUT_HOME / "pending").iterdir()) == []


def test_a_list_is_taken_over_although_one_of_it_was_forgotten_meanwhile(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, gone = sent(desk, 1), sent(desk, 2)
    monkeypatch.setattr(erase, "passing", [])
    seen = look(client, f"{nik(1)} PRR\n{nik(2)} PRR")
    erase.erase([gone.stream])
    take_over(client, seen)
    assert raw(first) == "PRR"


def test_a_status_that_could_be_a_name_is_kept_sealed(desk: Desk, client: Client) -> None:
    case = sent(desk, 1)
    take_over(client, look(client, f"{nik(1)} BUDI SANTOSO"))
    row = EntryRow.objects.filter(stream=case.stream, kind="centre_status").last()
    assert row is not None
    assert row.clear["raw"] == "OTHER"
    assert journal.entries(case.stream)[-1].body.note == "BUDI SANTOSO"  # type: ignore[attr-defined]
