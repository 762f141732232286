"""One box understands what a neighbour says on the phone."""

from __future__ import annotations

from datetime import date

import pytest

from jemput.core.codes import Sex
from jemput.people.box import numerals, understood
from jemput.people.person import Query

TODAY = date(2026, 1, 2)
DONGKO_VILLAGE, DONGKO = "35.03.04.2007", "35.03.04"


def ask(text: str) -> Query:
    return understood(text, "35.03", TODAY)


def test_what_a_neighbour_said() -> None:
    query = ask("Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem")
    assert query.words == ("sukarni",)
    assert query.mother == "Painem"
    assert query.birth is not None
    assert (query.birth.earliest.year, query.birth.latest.year) == (1946, 1956)
    assert DONGKO in query.places


@pytest.mark.parametrize(
    "text",
    [
        "Sukarni Dongko 70 tahun ibunya Painem",
        "sukarni; desa dongko; 70 th; nama ibu: painem",
        "Sukarni, ds. Dongko, usia 70, ibu kandung Painem",
        "nama Sukarni, Dongko, kira-kira 70 tahun, anaknya mak Painem",
    ],
)
def test_the_same_in_other_words(text: str) -> None:
    query = ask(text)
    assert query.words == ("sukarni",)
    assert query.mother.lower() == "painem"
    assert query.birth is not None and query.birth.middle.year in (1954, 1955, 1956)
    assert any(p.startswith(DONGKO) for p in query.places)


def test_numbers() -> None:
    assert ask("3503 0147 0350 0001").nik == "3503014703500001"
    assert ask("NIK 350301470350001").nik == "350301470350001"
    assert ask("KK 3503011203100001").family == "3503011203100001"
    assert ask("no kk: 3503011203100001, Sukarni").name == "Sukarni"
    assert ask("3503014703500001 kk 3503011203100001").family == "3503011203100001"
    assert ask("0812-3456-7890").phone == "+6281234567890"


def test_sex_father_and_neighbourhood() -> None:
    assert ask("Pak Darmo, Pule").sex is Sex.MALE
    assert ask("Hj. Maimunah").sex is Sex.FEMALE
    assert ask("Sukarni binti Karto, Pule").father == "Karto"
    query = ask("Wagiman, L, RT 03 RW 2, Pule")
    assert (query.sex, query.rt, query.rw) == (Sex.MALE, "3", "2")


def test_birth_in_many_forms() -> None:
    for text in ("Sukarni, lahir 7 Maret 1950", "Sukarni, 07-03-1950", "Sukarni, tgl lahir 07/03/1950"):
        assert ask(text).birth is not None
        assert str(ask(text).birth) == "07-03-1950"
    assert str(ask("Sukarni, lahir tahun 1950").birth) == "1950"


def test_number_words() -> None:
    assert numerals("tujuh puluhan") == "70-an"
    assert numerals("enam puluh lima tahun") == "65 tahun"
    assert numerals("umur delapan belas") == "umur 18"


def test_a_place_misspelt_and_said_with_its_subdistrict() -> None:
    assert ask("Sukarni, Dongkok").places
    assert (
        ask("Sukarni, desa Sumberbening, kec. Dongko").places.keys() == {"35.03.04.2006"}
        or ask("Sukarni, desa Sumberbening, kec. Dongko").places
    )
    assert "35.03.08" in "".join(ask("Sukarni, watu limo").places)


def test_what_is_not_understood_is_left_out() -> None:
    query = ask("Sukarni, entah di mana, katanya")
    assert query.words == ("sukarni",)
    assert query.birth is None and not query.nik and not query.family
    assert understood("", "35.03", TODAY).empty
    assert understood("???", "35.03", TODAY).empty


def test_a_ticket_is_no_name() -> None:
    assert ask("TRG-7K4M-2X").ticket == ask("trg 7k4m2x").ticket == "TRG-7K4M-2X"
    assert ask("Sri Wahyun").ticket == ""
