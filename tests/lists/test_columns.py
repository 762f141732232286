"""Columns said by an officer, where the headings of a list tell nothing or the wrong thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jemput.core.codes import Duty
from jemput.people.link import store
from jemput.people.models import LinkList, LinkRow
from tests.lists import linkage
from tests.people import signed_in, staff

AT = "/lists/3/"
STRANGE = "Daftar Dusun Krajan,,\nkode,warga,sekitar\n9903015708510001,SUKARNI,74\n,PAIDI KROMO,80\n"


@pytest.fixture(autouse=True)
def key(settings, tmp_path: Path, db: None) -> None:  # type: ignore[no-untyped-def]
    settings.JEMPUT_KEYS = tmp_path / "keys"
    linkage.register(tmp_path)


@pytest.fixture
def desk() -> Client:
    return signed_in(staff(Duty.MAIN_ADMIN))


def taken_in(desk: Client, text: str) -> str:
    """The address of its preview."""
    asked = desk.post(AT, {"text": text, "source": "village", "village": "Ngulungkulon"})
    assert asked.status_code == 302, asked.content.decode()
    return str(asked["Location"])


def says(desk: Client, address: str, above: int = 2, **columns: str):  # type: ignore[no-untyped-def]
    new = address.partition("new=")[2]
    chosen = {f"column-{name[1:]}": field for name, field in columns.items()}
    return desk.post(f"{AT}preview/", {"new": new, "columns": "1", "above": above, **chosen})


def names() -> list[str]:
    return [told.query.name for _row, told in store.opened(LinkRow.objects.order_by("number"))]


def test_where_headings_tell_nothing_the_officer_says_the_columns_beside_the_first_rows(desk: Client) -> None:
    address = taken_in(desk, STRANGE)
    page = desk.get(address).content.decode()
    assert 'name="column-1"' in page and "PAIDI KROMO" in page and 'value="keep"' not in page
    assert '<option value="2" selected>Baris 2' in page, "where the headings seem to stand"
    assert says(desk, address, c0="nik", c1="name", c2="age").status_code == 302
    page = desk.get(address).content.decode()
    assert names() == ["SUKARNI", "PAIDI KROMO"]
    assert "9903015708510001" in page and "Ngulungkulon" in page
    desk.post(f"{AT}preview/", {"new": address.partition("new=")[2], "keep": "1"})
    assert LinkList.objects.get().state == "received"
    assert "file" not in store.about(LinkList.objects.get()), "the file is kept only as long as it is needed"


def test_a_list_without_any_heading_begins_with_a_person(desk: Client) -> None:
    address = taken_in(desk, "SUKARNI;1951\nTUMINAH;1955\n")
    assert says(desk, address, above=0, c0="name", c1="birth").status_code == 302
    assert names() == ["SUKARNI", "TUMINAH"]


def test_a_wrong_guess_is_put_right_from_the_preview(desk: Client) -> None:
    address = taken_in(desk, "Nama,Orang\nKrajan,SUKARNI\nKrajan,TUMINAH\n")
    assert names() == ["Krajan", "Krajan"]
    assert says(desk, address, above=1, c1="name", c0="address").status_code == 302
    assert names() == ["SUKARNI", "TUMINAH"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"c0": "nik"}, "Pilih kolom yang memuat nama"),
        ({"c0": "name", "c1": "name"}, "Dua kolom dipilih"),
        ({"c2": "name"}, "hampir tidak memuat huruf"),
        ({"c1": "name", "c2": "nik"}, "hampir tidak memuat nomor panjang"),
    ],
)
def test_a_choice_that_cannot_be_right_is_told_and_what_was_chosen_stays(
    desk: Client, columns: dict[str, str], words: str
) -> None:
    answer = says(desk, taken_in(desk, STRANGE), **columns)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and 'role="alert"' in page
    for name, field in columns.items():
        box = page[page.index(f'id="column-{name[1:]}"') :]
        assert f'value="{field}" selected' in box[: box.index("</select>")]
    assert not LinkRow.objects.exists()


def test_headings_below_everybody_are_refused_in_words(desk: Client) -> None:
    answer = says(desk, taken_in(desk, STRANGE), above=4, c1="name")
    assert answer.status_code == 422 and "tidak tersisa baris" in answer.content.decode()


def test_a_list_without_columns_cannot_be_used(desk: Client) -> None:
    address = taken_in(desk, STRANGE)
    answer = desk.post(f"{AT}preview/", {"new": address.partition("new=")[2], "keep": "1"})
    assert answer.status_code == 422 and LinkList.objects.get().state == "preview"


def test_thrown_away_nothing_of_the_file_is_left(desk: Client) -> None:
    address = taken_in(desk, STRANGE)
    desk.post(f"{AT}preview/", {"new": address.partition("new=")[2], "drop": "1"})
    assert not LinkList.objects.exists()


def test_of_a_long_list_the_preview_shows_the_first_rows_and_counts_what_is_odd(desk: Client) -> None:
    rows = [f"{i};SUKARNI {i};3.5E+15;=A{i};17/08/1951;Dongko" for i in range(5_000)]
    address = taken_in(desk, "NO;NAMA;NIK;IBU;TGL LAHIR;DESA\n" + "\n".join([*rows, rows[7]]))
    page = desk.get(address)
    shown = page.content.decode()
    assert len(page.content) < 100_000, "a page that opens on a phone, however long the list"
    assert "SUKARNI 19" in shown and "SUKARNI 20" not in shown
    assert ">5001</span> orang" in shown
    assert "<strong>5001</strong> × NIK menjadi 3.5E+15" in shown, "what is wrong and how to mend it"
    assert "<strong>5001</strong> × Sel berisi rumus" in shown
    desk.post(f"{AT}preview/", {"new": address.partition("new=")[2], "drop": "1"})
    assert not LinkList.objects.exists() and not LinkRow.objects.exists()


def test_a_list_of_a_whole_regency_is_split_before_it_is_taken_in(desk: Client) -> None:
    """Somebody waits while it is read; nothing half imported remains."""
    file = SimpleUploadedFile("daftar.csv", b"NO;NAMA\n" + b"1;SUKARNI\n" * 200_000)
    asked = desk.post(AT, {"file": file, "source": "social_agency"})
    assert asked.status_code != 302
    assert "melebihi 50000 baris. Bagi daftar itu, misalnya per kecamatan" in asked.content.decode()
    assert not LinkList.objects.exists() and not LinkRow.objects.exists()
