"""Taking in an extract: columns guessed, faults told, stopped and resumed, replaced at once, unreadable
on a stolen disk."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.db import connection

from jemput.core.text import BadInput
from jemput.journal import keys, rotate
from jemput.people import importing, index, look_up, register_of
from jemput.people.columns import guess
from jemput.people.models import PersonRow, SheetRow, Snapshot, TermRow
from jemput.people.person import Query
from jemput.people.tables import first_rows
from tests.register.conftest import HEADINGS, OFFICE, PEOPLE, SUKARNI, row, take_in, write_csv

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def command(*args: object) -> str:
    out = StringIO()
    call_command("people", *map(str, args), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_from_file_to_answers_by_command(extract: Path, tmp_path: Path) -> None:
    assert "name" in command("preview", "--office", OFFICE, extract)
    assert "9 people sealed" in command("import", "--office", OFFICE, extract, "--taken-on", "2026-01-02")
    assert look_up("Sukarni", OFFICE) == []  # not in use before it is indexed
    assert "in use" in command("index", "--office", OFFICE)
    asked = tmp_path / "asked.csv"
    asked.write_text(
        "id,nama,desa,umur,ibu\nq1,Soekarni,Dongko,75,Painem\nq2,Safiudin,Pule,85,\n", encoding="utf-8"
    )
    answers = tmp_path / "answers.csv"
    assert "2 rows" in command(
        "search", "--office", OFFICE, "--batch", asked, "--output", answers, "--on", "2026-01-02"
    )
    rows = list(csv.DictReader(answers.open(encoding="utf-8")))
    assert {r["query"]: r["nik"] for r in rows if r["rank"] == "1"} == {
        "q1": SUKARNI,
        "q2": "9903031212400001",
    }
    assert answers.stat().st_mode & 0o077 == 0


def test_nothing_on_the_disk_can_be_read(register: Snapshot) -> None:
    with connection.cursor() as cursor:
        for model in (PersonRow, TermRow, SheetRow, Snapshot):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            stored = b" ".join(
                bytes(cell)
                if not isinstance(cell, str | int | float) and isinstance(cell, bytes | memoryview)
                else str(cell).encode()
                for r in cursor.fetchall()
                for cell in r
            )
            for plain in (
                b"SUKARNI",
                b"sukarni",
                b"PAINEM",
                SUKARNI.encode(),
                int(SUKARNI).to_bytes(8, "little"),
            ):
                assert plain not in stored
    assert PersonRow.objects.count() == len(PEOPLE)


def test_a_newer_extract_takes_over_in_one_step_and_the_old_is_destroyed(
    register: Snapshot, tmp_path: Path
) -> None:
    newer = write_csv(
        tmp_path / "newer.csv",
        [
            row("9903044703500001", "SUKARNI", "2", "07-03-1950", "PAINEM"),
            row("9903040505900001", "DARMO", "1", "05-05-1990"),
        ],
    )
    snapshot = importing.load(importing.begin(newer, OFFICE, date(2026, 6, 1)), newer)
    assert look_up("Bambang Sutrisno", OFFICE)  # until then the old one serves
    index.build(snapshot)
    importing.take_over(snapshot)
    assert look_up("Bambang Sutrisno", OFFICE) == []
    assert look_up("Darmo", OFFICE)[0].snapshot == snapshot.pk
    register.refresh_from_db()
    assert (register.state, register.wrapped_key, register.figures) == (Snapshot.RETIRED, None, None)
    assert PersonRow.objects.count() == 2
    with pytest.raises(keys.Locked):
        from jemput.people.vault import vault_of

        vault_of(register)


def test_a_stopped_import_goes_on_where_it_was(
    db: None, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BLOCK", 4)

    def stop(what: str, done: int, of: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    snapshot = importing.begin(extract, OFFICE, date(2026, 1, 2))
    with pytest.raises(KeyboardInterrupt):
        importing.load(snapshot, extract, progress=stop)
    again = importing.begin(extract, OFFICE, date(2026, 1, 2))
    assert (again.pk, again.read, again.people) == (snapshot.pk, 4, 4)
    importing.load(again, extract)
    assert again.people == len(PEOPLE) == PersonRow.objects.count()
    index.build(again)
    index.build(again)  # an index that was stopped is simply built anew
    importing.take_over(again)
    assert look_up("Saifudin, Pule", OFFICE)[0].person.name == "SAIFUDDIN"


def test_another_file_is_not_taken_for_the_one_begun(db: None, extract: Path, tmp_path: Path) -> None:
    snapshot = importing.begin(extract, OFFICE, date(2026, 1, 2))
    other = write_csv(tmp_path / "other.csv", PEOPLE[:2])
    with pytest.raises(BadInput):
        importing.load(snapshot, other)


def test_faults_are_listed_without_what_stood_there(db: None, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "x.csv", [*PEOPLE, ["9903049999", "", "", "1", "", "", "", "", "", "", "", "", ""]]
    )
    faults = tmp_path / "faults.csv"
    snapshot = importing.load(importing.begin(path, OFFICE, date(2026, 1, 2)), path, faults)
    assert snapshot.refused == 1
    assert list(csv.reader(faults.open(encoding="utf-8")))[1] == ["11", "There is no name in this row."]


def test_what_is_odd_is_counted_and_kept(db: None, tmp_path: Path) -> None:
    odd = [
        row("9903040101010001", "A SATU", "1", "02-02-1990", family="9903041203100001"),
        row("9903044101010002", "B DUA", "1", "01-01-2001", family="9903041203100001"),
        row("9903044101010002", "C TIGA", "2", "01-01-1801", family="9903041203100009", relation="4"),
        row("3.50301E+15", "D EMPAT", "2", "31-02-1950", family="9903041203100009", relation="4"),
    ]
    snapshot = take_in(write_csv(tmp_path / "odd.csv", odd))
    assert snapshot.people == 4
    assert snapshot.odd == {
        "nik_birth": 1, "nik_sex": 1, "nik_lost": 1, "nik_twice": 1, "age": 1, "birth_unreadable": 1,
        "default_day": 1, "no_mother": 4, "heads": 1, "no_head": 1,
    }  # fmt: skip


def test_everyday_headings_and_a_title_above_them(db: None, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "DATA PENDUDUK DESA DONGKO")
        for column, heading in enumerate(
            ["No", "Nama Lengkap", "L/P", "Tgl. Lahir", "Nomor KK", "NIK", "Nama Ibu", "Desa", "Kecamatan"]
        ):
            sheet.write(2, column, heading)
        for column, cell in enumerate(
            [1, "Sukarni", "P", "7 Maret 1950", "9903041203100001", SUKARNI, "Painem", "Dongko", "Dongko"]
        ):
            sheet.write(3, column, cell)
    take_in(path)
    person = look_up(SUKARNI, OFFICE)[0].person
    assert (person.name, person.sex, person.birth, person.area, person.mother) == (
        "SUKARNI", "female", "1950-03-07", "35.03.04.2007", "PAINEM",
    )  # fmt: skip


def test_columns_can_be_said(tmp_path: Path) -> None:
    rows = [["A", "B"], ["SUKARNI", "9903"]]
    with pytest.raises(BadInput, match="No column with names"):
        guess(rows)
    assert guess(rows, {"name": "A"}).columns == {"name": 0}
    with pytest.raises(BadInput, match="no such column"):
        guess(rows, {"name": "C"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(f"NIK{separator}NAMA\n1{separator}Ma\u2019ruf\n".encode(encoding))
    assert first_rows(path) == [["NIK", "NAMA"], ["1", "Ma\u2019ruf"]]


def test_two_encodings_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "joined.csv"
    path.write_bytes("NAMA\nMa\u2019ruf\n".encode() + "Andr\u00e9\nMa\u2019ruf\n".encode("cp1252"))
    assert first_rows(path) == [["NAMA"], ["Ma\u2019ruf"], ["Andr\u00e9"], ["Ma\u2019ruf"]]


def test_formulas_are_never_names_or_numbers(db: None, tmp_path: Path) -> None:
    formulas = [
        row(f'="{SUKARNI}"', "SUKARNI", "2", "07-03-1950", "=A1&B1"),
        row("=HYPERLINK(1)", "TUKINEM", "2", "07-03-1950", "PAINEM"),
        row("9903044703500009", "=CMD()", "2", "07-03-1950", "PAINEM"),
    ]
    snapshot = take_in(write_csv(tmp_path / "formulas.csv", formulas))
    assert (snapshot.people, snapshot.refused, snapshot.odd["formula"]) == (2, 1, 3)
    first = look_up(SUKARNI, OFFICE)[0].person
    assert (first.nik, first.mother) == (SUKARNI, "")


def test_birth_dates_of_four_kinds_and_more(db: None, tmp_path: Path) -> None:
    kinds = ("07-03-1950", "1950-03-07", "7 Maret 1950", "Trenggalek, 07/03/1950", "1950-03-07 00:00:00")
    people = [row(f"990304470350{n:04}", f"NAMA {chr(65 + n)}", "2", born) for n, born in enumerate(kinds, 1)]
    people += [
        row("9903044703500021", "HANYA TAHUN", "2", "1950"),
        row("9903044703500022", "RUSAK", "2", "tua"),
    ]
    snapshot = take_in(write_csv(tmp_path / "dates.csv", people))
    found = [look_up(Query(nik=p[0]), OFFICE)[0].person.birth for p in people]
    assert found == ["1950-03-07"] * len(kinds) + ["1950-00-00", ""]
    assert snapshot.odd["birth_unreadable"] == 1


@pytest.mark.slow
def test_an_import_that_was_killed_goes_on(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "long.csv", [row("", f"NAMA {n}", "1", "07-03-1950") for n in range(60_000)])
    home = tmp_path / "home"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JEMPUT_", "DJANGO_"))}
    env |= {"JEMPUT_HOME": str(home), "JEMPUT_KEYS": str(tmp_path / "keys"), "JEMPUT_DEMO": "1"}
    env |= {"JEMPUT_LEDGER": str(tmp_path / "ledger.jsonl")}

    def jemput(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "jemput", *words]
        return subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    assert jemput("migrate", "-v", "0").wait() == 0
    words = ("people", "import", "--office", OFFICE, str(path))
    with jemput(*words) as first, contextlib.closing(sqlite3.connect(home / "jemput.sqlite3")) as db:
        read = 0
        while not read and first.poll() is None:
            time.sleep(0.02)
            read = sum(n for (n,) in db.execute("SELECT read FROM people_snapshot"))
        first.kill()
    assert 0 < read < 60_000
    with jemput(*words) as again:
        said = again.communicate()[0]
    assert "Going on after row" in said and "60000 people sealed" in said


def test_what_a_killed_build_left_behind_is_taken_away_by_the_next(
    register: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, working, young = (tmp_path / f"jemput-index-{name}" for name in ("killed", "working", "young"))
    for folder in (killed, working, young):
        folder.mkdir()
        (folder / "0-1").write_bytes(b"hashes")
    (killed / "lock").touch()
    with (working / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        index.build(register)
    assert sorted(tmp_path.glob("jemput-index-*")) == [working, young], "only what nobody works on is gone"


def test_files_that_are_no_table(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    bad = {
        "empty.csv": b"",
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx",
        "broken.xlsx": b"PK\x03\x04broken",
        "x.bin": b"\0\1\2\3",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    for path in (bomb, *(tmp_path / name for name in bad)):
        with pytest.raises(BadInput):
            first_rows(path)
        with pytest.raises(CommandError):
            command("import", "--office", OFFICE, path)
    assert not Snapshot.objects.exists()


def test_the_key_turns_with_the_office_key(register: Snapshot, settings: object) -> None:
    ring = keys.ring().turned()
    keys._write(keys.open_path(), {"note": "", "ring": keys._ring_json(ring)})
    assert rotate.rewrap() == 1  # as `jemput key rotate` does
    register.refresh_from_db()
    assert register.key_id == ring.current
    assert look_up(SUKARNI, OFFICE)[0].person.nik == SUKARNI


def test_dropping_leaves_nothing(register: Snapshot) -> None:
    command("drop", "--office", OFFICE)
    assert register_of(OFFICE) is None
    assert not PersonRow.objects.exists() and not TermRow.objects.exists() and not SheetRow.objects.exists()


def test_headings_of_siak_are_all_known() -> None:
    assert set(guess([HEADINGS]).columns) >= {
        "nik",
        "family",
        "name",
        "sex",
        "birth",
        "mother",
        "relation",
        "no_kel",
        "rt",
        "rw",
    }
