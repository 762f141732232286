"""Who is this person: found in spite of slips, explained, never decided by a number alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from jemput.core.dates import Birth, parse_birth
from jemput.journal.seal import BrokenSeal
from jemput.people import Query, look_up, who_saw
from jemput.people.likeness import Figures
from jemput.people.lookup import Hit
from jemput.people.models import SheetRow, Snapshot
from jemput.people.person import Person
from jemput.people.places import places
from jemput.people.score import Evidence, birth_bits, weigh
from jemput.people.sheets import scan, village_id
from jemput.people.terms import edits
from jemput.people.vault import new_key, vault_of
from tests.register.conftest import DONGKO, OFFICE, PULE, SUKARNI, account_of, row, take_in, write_csv

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def names(hits: list[Hit]) -> list[str]:
    return [hit.person.nik for hit in hits]


def test_the_right_person_stands_on_top(register: Snapshot) -> None:
    hits = look_up("Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem", OFFICE)
    assert hits[0].person.nik == SUKARNI
    assert {str(w) for w in hits[0].matched} >= {"Same name", "Same mother's name"}
    assert hits[0].score > hits[1].score + 3
    assert hits[0].snapshot == register.pk


@pytest.mark.parametrize(
    "asked",
    [
        "Soekarni, Dongko, 1950, ibunya Pa'inem",
        "Sukarny dongko ibunya painem",
        "karni, ds Dongko, ibunya Painem",
    ],
)
def test_by_ear_old_spelling_and_cut_short(register: Snapshot, asked: str) -> None:
    assert look_up(asked, OFFICE)[0].person.nik == SUKARNI


def test_a_nik_with_any_one_slip_still_shows_the_person(register: Snapshot) -> None:
    wrong = [SUKARNI[:i] + str((int(SUKARNI[i]) + 3) % 10) + SUKARNI[i + 1 :] for i in range(16)]
    swapped = [SUKARNI[:i] + SUKARNI[i + 1] + SUKARNI[i] + SUKARNI[i + 2 :] for i in range(15)]
    missing = [SUKARNI[:i] + SUKARNI[i + 1 :] for i in range(16)]
    more = [SUKARNI[:i] + "7" + SUKARNI[i:] for i in range(17)]
    for nik in (*wrong, *swapped, *missing, *more):
        assert SUKARNI in names(look_up(Query(nik=nik), OFFICE)), nik


def test_a_family_number_with_a_slip_shows_the_family(register: Snapshot) -> None:
    hits = look_up(Query(family="9903041203100904"), OFFICE)
    assert {h.person.name for h in hits} >= {"BAMBANG SUTRISNO", "SRI WAHYUNI"}


def test_one_slip_reaches_every_number_at_distance_one() -> None:
    assert len(edits(SUKARNI)) >= 144
    assert all(len(e) == 16 for n in (SUKARNI, SUKARNI[1:], SUKARNI + "1") for e in edits(n))


def test_a_number_alone_is_no_identity(register: Snapshot) -> None:
    hit = look_up(Query(nik=SUKARNI), OFFICE)[0]
    assert hit.person.nik == SUKARNI
    assert not hit.evidence.identity_supported
    other = look_up(Query(nik=SUKARNI, name="Wagiman"), OFFICE)[0]
    assert "Other name" in {str(w) for w in other.differs}
    assert not other.evidence.identity_supported


def test_brothers_are_told_apart(register: Snapshot) -> None:
    hits = look_up("Rizky, Dongko, ibunya Sri Wahyuni", OFFICE)
    assert hits[0].person.name == "MUHAMMAD RIZKY PRATAMA"


def test_blank_fields_are_never_evidence() -> None:
    someone = Person(name="SUKARNI", birth="1950-03-07", area=DONGKO)
    full = Query(name="Sukarni", mother="Painem", family="9903041203100001", places={DONGKO: 1.0})
    assert set(weigh(full, someone, Figures()).bits) == {"name", "village"}
    assert weigh(
        Query(name="Sukarni"), Person(name="SUKARNI", nik=SUKARNI, mother="PAINEM"), Figures()
    ).bits.keys() == {"name"}
    assert Evidence({}).total == 0


@pytest.mark.parametrize(
    ("said", "registered", "agrees"),
    [
        ("umur 70-an", "1950-03-07", True),
        ("umur 70-an", "1948-12-31", True),
        ("umur 70-an", "1975-03-07", False),
        ("sekitar 70 tahun", "1955-07-01", True),
        ("umur 75", "1951-03-07", True),
        ("umur 75", "1952-01-01", True),
        ("umur 75", "1965-01-01", False),
        ("1950", "1950-01-01", True),
        ("1950", "1950-00-00", True),
        ("1950-an", "1957-08-17", True),
        ("Maret 1950", "1950-03-07", True),
        ("7 Maret 1950", "1950-12-31", True),  # the register knew the year only
        ("7 Maret 1950", "1951-07-01", True),
        ("7 Maret 1950", "1962-01-01", False),
        ("31-12-1950", "1950-03-07", True),  # whoever wrote the list knew the year only
        ("01-07-1950", "1951-03-07", True),  # a lunar year counted as one of the sun
        ("03-07-1950", "1950-03-07", True),  # day and month swapped
        ("7 Maret 1950", "1950-08-17", True),
        ("7 Maret 1950", "1955-08-17", False),
    ],
)
def test_births_that_are_known_roughly(said: str, registered: str, agrees: bool) -> None:
    bits = birth_bits(parse_birth(said, date(2026, 1, 2)), Person(name="X", birth=registered))
    assert (bits > 0) is agrees


def test_default_days_say_less_than_real_ones() -> None:
    query = Query(birth=Birth.exact(Person(name="X", birth="1948-12-31").born))  # type: ignore[arg-type]
    default = weigh(query, Person(name="X", birth="1948-12-31"), Figures()).total
    real = weigh(
        Query(birth=Birth.exact(Person(name="X", birth="1948-03-30").born)),
        Person(name="X", birth="1948-03-30"),
        Figures(),
    )  # type: ignore[arg-type]
    assert default < real.total


def test_nobody_found_is_an_empty_list_also_without_a_register(db: None) -> None:
    assert look_up("Sukarni, Dongko", OFFICE) == []


def test_a_village_registrar_finds_only_their_own_people(register: Snapshot) -> None:
    registrar: Assignment = account_of(Duty.VILLAGE_REGISTRAR, PULE)
    assert {h.person.area for h in look_up("Sukarni, 1950", OFFICE, registrar)} == {PULE}


def test_who_looked_up_whom_is_written_down(register: Snapshot) -> None:
    desk = account_of(Duty.MAIN_ADMIN, OFFICE)
    look_up("Sukarni, Dongko, ibunya Painem", OFFICE, desk)
    look_up("Sukarni, Dongko, ibunya Painem", OFFICE, desk)
    (seen,) = who_saw(SUKARNI)
    assert (seen.account, seen.duty, seen.times) == (desk.account, "main_admin", 2)
    assert who_saw("9903049999999999") == []


def test_sheets_of_one_extract_are_never_read_for_another(register: Snapshot) -> None:
    village = places("desa Pule", OFFICE)
    assert scan(vault_of(register), Query(name="Saifudin", places=village), PULE, 5)
    register.wrapped_key, register.key_id = new_key()[2], new_key()[1]  # the same ids under another key
    with pytest.raises(BrokenSeal):
        SheetRow.objects.update(village=village_id(vault_of(register), PULE))
        scan(vault_of(register), Query(name="Saifudin", places=village), PULE, 5)


def test_a_wrong_digit_that_is_anothers_number_hides_nobody(db: None, tmp_path: Path) -> None:
    called = ("SUKARNI", "PAINEM", "WAGIYEM", "TUKINEM", "SARMI", "LASTRI", "JUMINAH", "KATEMI", "RUBIYAH")
    people = [row(f"990304470350{n:04}", called[n % 9], "2", "07-03-1950") for n in range(1, 20)]
    take_in(write_csv(tmp_path / "dense.csv", people))
    meant, typed = people[4][0], people[6][0]  # 0005, written as 0007
    alone = look_up(Query(nik=typed), OFFICE)
    assert alone[0].person.nik == typed and meant in names(alone)
    assert len(alone) > 8  # everybody one slip away, however many
    assert look_up(Query(nik=typed, name=people[4][2]), OFFICE)[0].person.nik == meant
    settled = look_up(Query(nik=typed, name=people[6][2]), OFFICE)
    assert settled[0].person.nik == typed and len(settled) <= 8


def test_a_namesake_at_the_wrong_family_number_hides_nobody(db: None, tmp_path: Path) -> None:
    meant = row("9903040204060001", "FITRIANI LESTARI", "2", "02-04-2006", family="9903041203100011")
    namesakes = [
        row(f"990304420570000{n}", f"FITRIANI {given}", "2", "02-05-1970", family="9903041203100012")
        for n, given in enumerate(("", "DITA", "SARI", "DEWI", "RINI", "YUNI", "WATI", "ANI", "TUTIK"), 1)
    ]
    take_in(write_csv(tmp_path / "namesakes.csv", [*namesakes, meant]))
    hits = look_up(Query(family="9903041203100012", name="Fitriani"), OFFICE)
    assert len(hits) == 10 and meant[0] in names(hits)


def test_a_family_number_that_is_anothers_still_shows_the_family(register: Snapshot) -> None:
    hits = look_up(Query(family="9903041203100003", name="Bambang Sutrisno"), OFFICE)
    assert hits[0].person.name == "BAMBANG SUTRISNO"
