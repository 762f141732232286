"""Lists as they come: merged cells, footers, four kinds of dates, numbers that Excel has spoilt, bombs."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from jemput.core.codes import DataCondition, Group, Sex
from jemput.core.text import BadInput
from jemput.people.link import lists
from jemput.uploads import tables

ON = date(2026, 3, 2)
OFFICE = "35.03"


def read(text: str | bytes, **more: str) -> lists.People:
    data = text if isinstance(text, bytes) else text.encode()
    return lists.read(data, OFFICE, ON, **more)


def workbook(fill) -> bytes:  # type: ignore[no-untyped-def]
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    fill(book.add_worksheet("Daftar"), book)
    book.close()
    return memory.getvalue()


def test_a_villages_report_with_title_merged_cells_and_signature() -> None:
    def fill(sheet, book) -> None:  # type: ignore[no-untyped-def]
        sheet.merge_range("A1:F1", "DAFTAR WARGA BELUM REKAM KTP-EL")
        for at, heading in enumerate(("NO", "NAMA", "DESA", "TGL LAHIR", "NAMA IBU", "KETERANGAN")):
            sheet.write(2, at, heading)
        sheet.write_row(3, 0, [1, "SUKARNI", "", "17-08-1951", "PAINEM", "belum rekam"])
        sheet.write_row(4, 0, [2, "TUMINAH", "", "umur 70-an", "", "KTP hilang"])
        sheet.write_row(5, 0, [3, "WAGIMIN BIN KARTO", "", 18264, "", "ODGJ, belum punya NIK"])
        sheet.merge_range("C4:C6", "Dongko")
        sheet.write(6, 0, "Jumlah")
        sheet.write(6, 1, 3)
        sheet.write(8, 4, "Mengetahui,")
        sheet.write(9, 4, "Kepala Desa Dongko")

    found = read(workbook(fill))
    assert [r.query.name for r in found.rows] == ["SUKARNI", "TUMINAH", "WAGIMIN"]
    assert all(r.query.places for r in found.rows), "the village written once holds for its rows"
    assert [r.condition for r in found.rows] == [
        DataCondition.NOT_RECORDED, DataCondition.DOCUMENTS_LOST, DataCondition.NO_NIK,
    ]  # fmt: skip
    assert found.rows[2].groups == (Group.MENTAL_DISORDER,)
    assert found.rows[2].query.father == "KARTO"
    assert found.rows[2].query.birth and found.rows[2].query.birth.earliest == date(1950, 1, 1)
    assert [r.number for r in found.rows] == [4, 5, 6], "rows are called as the reader sees them"
    assert not found.refused


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("1951-08-17", date(1951, 8, 17)),
        ("17/08/1951", date(1951, 8, 17)),
        ("Trenggalek, 17 Agustus 1951", date(1951, 8, 17)),
        ("08/17/1951", date(1951, 8, 17)),
        ("17-08-51", date(1951, 8, 17)),
        ("18857", date(1951, 8, 17)),
        ("1951", date(1951, 1, 1)),
    ],
)
def test_birth_dates_of_every_kind(said: str, first: date) -> None:
    birth = read(f"Nama;Tgl Lahir\nSUKARNI;{said}\n").rows[0].query.birth
    assert birth is not None and birth.earliest == first


def test_a_nik_that_excel_has_spoilt() -> None:
    def fill(sheet, book) -> None:  # type: ignore[no-untyped-def]
        sheet.write_row(0, 0, ["NAMA", "NIK"])
        sheet.write(1, 0, "SUKARNI")
        sheet.write_number(1, 1, 9903015708510010)
        sheet.write(2, 0, "TUMINAH")
        sheet.write_number(2, 1, 9903015708510012)

    found = read(workbook(fill))
    assert [r.query.nik for r in found.rows] == ["990301570851001", "9903015708510012"]
    assert found.odd["nik_cut"] == 1
    lost = read("Nama,NIK\nSUKARNI,3.5E+15\nTUMINAH,12\n")
    assert [r.query.nik for r in lost.rows] == ["", ""]
    assert lost.odd["nik_lost"] == 1 and lost.odd["nik_form"] == 1


def test_two_encodings_in_one_file_and_formulas() -> None:
    mixed = "Nama;Ibu\nNur’aini;Painem\n".encode() + "Andr\xe9;=A1&B1\n".encode("cp1252")
    found = read(mixed)
    assert [r.query.name for r in found.rows] == ["Nur’aini", "André"]
    assert found.rows[1].query.mother == "" and found.odd["formula"] == 1


def test_a_table_typed_without_a_village_says_where_once() -> None:
    found = read("NAMA\tL/P\tUMUR\nMbah Sukarni\tP\t75\n", village="Dongko")
    row = found.rows[0].query
    assert row.places and row.sex is Sex.FEMALE and row.birth is not None


def test_headings_repeated_on_each_page_and_column_numbers_are_no_people() -> None:
    found = read("No;Nama;Umur\n1;2;3\n1;SUKARNI;75\nNo;Nama;Umur\n2;TUMINAH;70\n")
    assert [r.query.name for r in found.rows] == ["SUKARNI", "TUMINAH"]


def test_what_is_no_list_is_refused_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_UNPACKED", 4_000_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 4_500_000)
    for data in (
        b"",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0....",
        bomb.getvalue(),
        b"PK\x03\x04nonsense",
        b"a;b\n1;2\n",
    ):
        with pytest.raises(BadInput):
            read(data)


def test_a_cell_at_the_end_of_the_sheet_does_not_explode() -> None:
    def fill(sheet, book) -> None:  # type: ignore[no-untyped-def]
        sheet.write_row(0, 0, ["NAMA", "UMUR"])
        sheet.write_row(1, 0, ["SUKARNI", 75])
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(BadInput):
        read(workbook(fill))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 100)
    with pytest.raises(BadInput):
        read("Nama;Umur\n" + "SUKARNI;75\n" * 102)
