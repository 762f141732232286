"""An open key for every test, and a small invented register of Trenggalek."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from jemput.journal import keys
from jemput.people import importing, index
from jemput.people.models import Snapshot
from tests.people import staff

OFFICE = "35.03"
DONGKO, PULE = "35.03.04.2007", "35.03.03.2006"
HEADINGS = [
    "NIK",
    "NO_KK",
    "NAMA_LGKP",
    "JENIS_KLMIN",
    "TGL_LHR",
    "NAMA_LGKP_IBU",
    "STAT_HBKEL",
    "NO_PROP",
    "NO_KAB",
    "NO_KEC",
    "NO_KEL",
    "NO_RT",
    "NO_RW",
]


def row(
    nik: str,
    name: str,
    sex: str,
    born: str,
    mother: str = "",
    family: str = "",
    village: str = DONGKO,
    relation: str = "1",
) -> list[str]:
    """A row of an extract with SIAK's headings."""
    prop, kab, kec, kel = village.split(".")
    return [nik, family, name, sex, born, mother, relation, prop, kab, str(int(kec)), kel, "001", "002"]


SUKARNI = "9903044703500001"
PEOPLE = [
    row(SUKARNI, "SUKARNI", "2", "07-03-1950", "PAINEM", "9903041203100001"),
    row("9903044703500002", "SUKARMI", "2", "07-03-1950", "TUKINEM", "9903041203100002"),
    row("9903040112480001", "SUKARNO", "1", "31-12-1948", "PAINEM", "9903041203100003"),
    row("9903041708720001", "BAMBANG SUTRISNO", "1", "17-08-1972", "SUKARNI", "9903041203100004"),
    row("9903045708750001", "SRI WAHYUNI", "2", "17-08-1975", "TUKINEM", "9903041203100004", relation="3"),
    row(
        "9903040101010001",
        "MUHAMMAD RIZKY PRATAMA",
        "1",
        "01-01-2001",
        "SRI WAHYUNI",
        "9903041203100004",
        relation="4",
    ),
    row(
        "9903040202040001",
        "MUHAMMAD FAJAR PRATAMA",
        "1",
        "02-02-2004",
        "SRI WAHYUNI",
        "9903041203100004",
        relation="4",
    ),
    row("9903034703500001", "SUKARNI", "2", "07-03-1950", "WAGIYEM", "9903031203100001", PULE),
    row("9903031212400001", "SAIFUDDIN", "1", "12-12-1940", "", "", PULE),
]


def write_csv(path: Path, rows: list[list[str]], headings: list[str] = HEADINGS) -> Path:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def take_in(path: Path, office: str = OFFICE, taken_on: date = date(2026, 1, 2)) -> Snapshot:
    """Import, index, put in place."""
    snapshot = importing.load(importing.begin(path, office, taken_on), path)
    index.build(snapshot)
    importing.take_over(snapshot)
    return snapshot


def account_of(duty: Duty, area: str = OFFICE) -> Assignment:
    """The duty in hand of somebody new."""
    return staff(duty, area).assignments.select_related("account", "office").get()


@pytest.fixture(autouse=True)
def office_key(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Each test has an office key of its own."""
    settings.JEMPUT_KEYS = tmp_path / "keys"
    keys.init_open()
    yield


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """The extract as a file."""
    return write_csv(tmp_path / "extract.csv", PEOPLE)


@pytest.fixture
def register(db: None, extract: Path) -> Snapshot:
    """The extract, in use."""
    return take_in(extract)
