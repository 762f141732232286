"""Status lists: what an officer pastes or loads, however it looks."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jemput.centre.status_lists import (
    StatusList,
    Waiting,
    apply,
    preview,
    read_file,
    read_pasted,
    undo,
)
from jemput.core.centre import CentreMeaning
from jemput.core.entries import CentreStatus
from jemput.core.text import BadInput
from jemput.uploads.tables import MAX_ROWS

SITI, BUDI, RAHMA = "9903015507800001", "9903010101900002", "9903014101600003"


def workbook(rows: Sequence[Sequence[object]], title: str | None = None) -> bytes:
    """An XLSX file as Excel would write it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        start = 0
        if title:
            sheet.write_string(0, 0, title)
            start = 2
        for r, row in enumerate(rows, start=start):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    return out.getvalue()


def said(listed: StatusList) -> dict[str, str]:
    return {row.nik: row.raw for row in listed.rows}


def words(listed: StatusList) -> list[tuple[int, str, str]]:
    return [(error.line, error.field_name, str(error.words)) for error in listed.errors]


# ---- what is understood -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"{SITI} PRINT_READY_RECORD\n{BUDI} SENT FOR ENROLLMENT\n",
        f"{SITI}\tPRINT_READY_RECORD\n{BUDI}\tSENT FOR ENROLLMENT",
        f"{SITI};PRINT_READY_RECORD\r\n{BUDI};SENT FOR ENROLLMENT\r\n",
        f"NIK,Status\n{SITI},PRINT_READY_RECORD\n{BUDI},SENT FOR ENROLLMENT",
        f"NIK STATUS\n{SITI} PRINT_READY_RECORD\n\n{BUDI} SENT FOR ENROLLMENT",
        "9903 0155 0780 0001  PRINT_READY_RECORD\n9903-0101-0190-0002 SENT FOR ENROLLMENT",
        f"No|Nama|NIK|EKTP_STATUS\n1|A|{SITI}|PRINT_READY_RECORD\n2|B|{BUDI}|SENT FOR ENROLLMENT",
        f"{SITI}\tPRINT_READY_RECORD\n{BUDI} SENT FOR ENROLLMENT",
    ],
)
def test_a_list_is_understood_however_it_was_copied(text: str) -> None:
    listed = read_pasted(text)
    assert said(listed) == {SITI: "PRINT_READY_RECORD", BUDI: "SENT FOR ENROLLMENT"}
    assert listed.errors == ()
    assert [row.meaning for row in listed.rows] == [CentreMeaning.PRINT_READY, CentreMeaning.SENT]


def test_a_workbook_with_a_title_and_other_columns_is_understood() -> None:
    rows = [
        ["No", "NIK", "Nama", "Status KTP-el"],
        [1, SITI, "SITI", "CARD PRINTED"],
        [2, BUDI, "BUDI", "SFE"],
    ]
    listed = read_file(workbook(rows, title="Daftar status perekaman"))
    assert said(listed) == {SITI: "CARD PRINTED", BUDI: "SFE"}
    assert [row.line for row in listed.rows] == [4, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_file_is_understood_in_every_usual_encoding(encoding: str) -> None:
    text = f'NIK;NAMA;STATUS\n="{SITI}";"Café; Ria";PRINT_READY_RECORD\n\'{BUDI};Núr;SFE\n'
    assert said(read_file(text.encode(encoding))) == {SITI: "PRINT_READY_RECORD", BUDI: "SFE"}


def test_a_file_glued_from_two_encodings_loses_only_accents() -> None:
    data = b"NIK;NAMA;STATUS\n" + f"{SITI};Café;PRR\n".encode() + f"{BUDI};Café;SFE\n".encode("cp1252")
    assert said(read_file(data)) == {SITI: "PRR", BUDI: "SFE"}


def test_a_status_nobody_knows_is_taken_as_it_stands() -> None:
    assert said(read_pasted(f"{SITI} PACKET_RETRY")) == {SITI: "PACKET_RETRY"}


# ---- what is refused, and how to mend it --------------------------------------------------------------


def test_a_nik_that_excel_keeps_as_a_number_is_refused_with_the_way_to_mend_it() -> None:
    rows = [["NIK", "STATUS"], [9903015507800001, "PRR"], [SITI, "PRR"]]
    listed = read_file(workbook(rows))
    assert said(listed) == {SITI: "PRR"}
    assert words(listed) == [(2, "nik", "The NIK is kept as a number, and Excel loses its last digits")]
    assert "Text" in str(listed.errors[0].remedy)


@pytest.mark.parametrize(
    ("typed", "field", "what"),
    [
        ("9,90302E+15;PRR", "nik", "number"),
        ("9.90302E+15;PRR", "nik", "number"),
        (f"{SITI}.0;PRR", "nik", "number"),
        ("990301550780001;PRR", "nik", "15 digits"),
        ("99030155078000011;PRR", "nik", "17 digits"),
        ("SITI AMINAH;PRR", "nik", "other than digits"),
        ("٩٩٠٣٠١٥٥٠٧٨٠٠٠٠١;PRR", "nik", "other than digits"),
        (";PRR", "nik", "missing"),
        ("=A1+1;PRR", "nik", "formula"),
        (f"{SITI};", "status", "missing"),
        (f"{SITI}", "status", "missing"),
        (f'{SITI};=HYPERLINK("http://x")', "status", "formula"),
        (f"{SITI};{BUDI}", "status", "no letters"),
        (f"{SITI};{'X' * 61}", "status", "longer than 60"),
    ],
)
def test_a_bad_row_names_its_line_and_field_and_spares_the_others(typed: str, field: str, what: str) -> None:
    listed = read_file(f"NIK;STATUS\n{RAHMA};SFE\n{typed}\n".encode())
    assert said(listed) == {RAHMA: "SFE"}
    assert [(error.line, error.field_name) for error in listed.errors] == [(3, field)]
    assert what in str(listed.errors[0].words)
    assert str(listed.errors[0].remedy)
    assert listed.errors[0].typed in typed


def test_the_same_nik_with_two_statuses_is_taken_over_by_neither() -> None:
    listed = read_pasted(f"{SITI} PRR\n{BUDI} SFE\n{SITI} SFE\n{BUDI} sfe")
    assert said(listed) == {BUDI: "SFE"}
    assert words(listed) == [(3, "status", "The same NIK stands in row 1 with another status")]
    assert listed.repeated == 1


def test_columns_that_are_not_clear_are_asked_for_never_guessed() -> None:
    with pytest.raises(BadInput, match="heading"):
        read_file(f"1;{SITI};PRR\n2;{BUDI};SFE\n".encode())


@pytest.mark.parametrize("data", [b"", b"\n\n \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_list_says_so(data: bytes) -> None:
    with pytest.raises(BadInput, match="empty"):
        read_file(data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        (b"PK\x03\x04 not really", "cannot be read"),
        (b"x" * 30_000_001, "larger than 30 MB"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_in_words(data: bytes, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_file(data)


def archive(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(BadInput, match="not an Excel workbook"):
        read_file(archive({"letter.txt": b"hello"}))


def test_a_workbook_that_would_unpack_to_gigabytes_is_refused_unopened() -> None:
    bomb = archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 210_000_000})
    assert len(bomb) < 1_000_000
    with pytest.raises(BadInput, match="far too large"):
        read_file(bomb)


def test_a_workbook_with_one_cell_in_the_last_corner_does_not_eat_the_memory() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "NIK")
        sheet.write_string(1_048_575, 16_383, "x")
    with pytest.raises(BadInput, match="cannot be read"):
        read_file(out.getvalue())


def test_a_damaged_workbook_is_refused_in_words() -> None:
    whole = workbook([["NIK", "STATUS"], [SITI, "PRR"]])
    for cut in (100, len(whole) // 2, len(whole) - 30):
        with pytest.raises(BadInput, match="cannot be read"):
            read_file(whole[:cut])


@pytest.mark.slow
def test_two_hundred_thousand_rows_are_read_and_one_more_is_refused() -> None:
    rows = "".join(f"99{n:014d};PRINT_READY_RECORD\n" for n in range(MAX_ROWS))
    start = time.monotonic()
    assert len(read_file(f"NIK;STATUS\n{rows}".encode()).rows) == MAX_ROWS
    assert time.monotonic() - start < 20
    with pytest.raises(BadInput, match="more than 200000 rows"):
        read_file(f"NIK;STATUS\n{rows}{SITI};PRR\n{BUDI};PRR\n".encode())


def test_a_file_full_of_errors_is_reported_in_part_and_counted_whole() -> None:
    listed = read_file(("NIK;STATUS\n" + "123;PRR\n" * 5000).encode())
    assert len(listed.errors) == 1000 and listed.more_errors == 4000


def test_nothing_that_prints_a_list_prints_a_nik() -> None:
    listed = read_file(f"NIK;STATUS\n{SITI};PRR\n{BUDI};\n{BUDI}9;PRR".encode())
    shown = repr(listed) + repr(preview(listed, lambda niks: {}, uuid4()))
    assert SITI not in shown and BUDI not in shown
    assert listed.rows[0].masked == "************0001"


@given(st.one_of(st.text(max_size=400), st.text(alphabet="0123456789 \t;,|=\"'\nPRFSEeE+.-", max_size=400)))
def test_whatever_is_pasted_gives_rows_errors_or_words(text: str) -> None:
    try:
        listed = read_pasted(text)
    except BadInput as refusal:
        assert str(refusal)
        return
    for row in listed.rows:
        assert len(row.nik) == 16 and row.nik.isascii() and row.nik.isdecimal() and 0 < len(row.raw) <= 60
    for error in listed.errors:
        assert error.line >= 1 and str(error.words) and str(error.remedy)


@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"NIK;STATUS\n", b"\xff\xfe", b"\xef\xbb\xbfNIK,STATUS\r\n"]),
)
def test_whatever_bytes_are_loaded_give_rows_errors_or_words(data: bytes, head: bytes) -> None:
    try:
        read_file(head + data)
    except BadInput as refusal:
        assert str(refusal)


# ---- preview, apply, undo -----------------------------------------------------------------------------


class Journal:
    """The two functions that the office lends to a batch, over a list."""

    def __init__(self) -> None:
        self.appended: dict[UUID, tuple[UUID, CentreStatus, UUID]] = {}
        self.voided: list[tuple[UUID, UUID]] = []

    def append(self, case: UUID, entry: CentreStatus, batch: UUID) -> UUID:
        made = uuid4()
        self.appended[made] = (case, entry, batch)
        return made

    def void(self, entry: UUID, batch: UUID) -> None:
        self.voided.append((entry, batch))


def test_a_preview_shows_what_would_change_before_anything_does() -> None:
    siti, budi = uuid4(), uuid4()
    asked: list[list[str]] = []

    def lookup(niks: Sequence[str]) -> dict[str, list[Waiting]]:
        asked.append(list(niks))
        return {SITI: [Waiting(siti, "SENT_FOR_ENROLLMENT")], BUDI: [Waiting(budi, "PRINT_READY_RECORD")]}

    shown = preview(
        read_pasted(f"{SITI} print ready record\n{BUDI} PRINT_READY_RECORD\n{RAHMA} SFE\n12 PRR"),
        lookup,
        uuid4(),
    )
    assert asked == [[SITI, BUDI, RAHMA]]  # one question however long the list
    assert [match.case for match in shown.matched] == [siti, budi]
    assert [match.case for match in shown.changes] == [siti]
    assert [row.nik for row in shown.unmatched] == [RAHMA]
    assert len(shown.errors) == 1


def test_an_old_list_that_would_turn_a_case_back_is_marked() -> None:
    shown = preview(
        read_pasted(f"{SITI} SFE"), lambda niks: {SITI: [Waiting(uuid4(), "PRINT_READY_RECORD")]}, uuid4()
    )
    assert shown.matched[0].backwards


def test_applying_appends_only_changes_and_undo_voids_exactly_that_batch() -> None:
    siti, budi = uuid4(), uuid4()
    known = {SITI: [Waiting(siti)], BUDI: [Waiting(budi, "SFE")]}
    journal, batch = Journal(), uuid4()
    applied = apply(
        preview(read_pasted(f"{SITI} PRR\n{BUDI} SFE"), lambda niks: known, batch), journal.append
    )
    assert applied.batch == batch
    [(case, entry, in_batch)] = journal.appended.values()
    assert (case, entry.raw, in_batch) == (siti, "PRR", batch)
    assert undo(applied, journal.void) == 1
    assert journal.voided == [(applied.entries[0], batch)]


def test_a_name_in_the_status_column_stays_out_of_the_clear_part() -> None:
    journal = Journal()
    shown = preview(read_pasted(f"{SITI} Siti Aminah"), lambda niks: {SITI: [Waiting(uuid4())]}, uuid4())
    assert shown.unknown == ("Siti Aminah",)
    apply(shown, journal.append)
    [(_case, entry, _batch)] = journal.appended.values()
    clear, sealed = entry.split()
    assert "Siti" not in str(clear) and clear["raw"] == "OTHER"
    assert sealed["note"] == "Siti Aminah"
