"""What no tuning may break: blank is no evidence, a number alone never links, nor does a sibling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random

import pytest

from jemput.core.dates import Birth
from jemput.people.likeness import Figures
from jemput.people.link import embedded
from jemput.people.link.compare import BLANK, FIELDS, compare, may_be_sibling, name_supports
from jemput.people.link.decide import Bin, Rule, Wanted, lines
from jemput.people.link.engine import link
from jemput.people.link.model import Model, Pairs, certainty, train
from jemput.people.link.records import Record, of_person, of_query
from jemput.people.person import Person, Query

FIGURES = Figures(10_000, {})
FIRST = [
    *(
        "WAGIMIN",
        "TUMINAH",
        "SUKARNI",
        "HARTONO",
        "LESTARI",
        "PRATAMA",
        "KASIATI",
        "YATINI",
        "PONIRAN",
        "SUGENG",
    ),
    *("MARIYATI", "DJOKO"),
]


def person(i: int, **more: str) -> Person:
    draw = Random(i)
    known = {
        "name": f"{draw.choice(FIRST)} {draw.choice(FIRST)}", "mother": draw.choice(FIRST),
        "birth": f"{1940 + draw.randrange(70)}-{1 + draw.randrange(12):02}-{2 + draw.randrange(26):02}",
        "nik": f"990301{i:010}", "family": f"990399{i // 4:010}", "sex": "female",
        "area": f"35.03.02.20{i % 20:02}",
    }  # fmt: skip
    return Person(**(known | more))


class Town:
    """A register in memory that brings everybody to everybody's attention."""

    figures = FIGURES

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = dict(enumerate(people, 1))
        self.people = len(people)

    def candidates(self, queries: Sequence[Query]) -> list[list[int]]:
        return [list(self._people) for _query in queries]

    def records(self, numbers: set[int]) -> dict[int, Record]:
        return {n: of_person(self._people[n]) for n in numbers if n in self._people}

    def everybody(self) -> Iterator[tuple[int, Record]]:
        return ((n, of_person(p)) for n, p in self._people.items())

    def further(self, queries: Mapping[int, Query]) -> dict[int, list[int]]:
        return {}


def asked(p: Person, **more: object) -> Query:
    said: dict[str, object] = {
        "name": p.name, "mother": p.mother, "nik": p.nik, "family": p.family,
        "places": {p.area: 1.0},
        "birth": Birth.exact(p.born or date.min),
    }  # fmt: skip
    return Query(**(said | more))  # type: ignore[arg-type]


PEOPLE = [person(i) for i in range(40)]


def outcome_of(query: Query) -> tuple[Bin, Rule]:
    others = [asked(p) for p in PEOPLE[10:30]]
    found = link([query, *others], Town(PEOPLE))
    first = next((k for k in found.to_register if k.row == 0), None)
    return (first.bin, first.rule) if first else (Bin.DIFFERENT, Rule.NONE)


@pytest.mark.parametrize("field", ["mother", "nik", "family", "birth", "places"])
def test_a_blank_field_is_no_evidence(field: str) -> None:
    blank = {"birth": None, "places": {}}.get(field, "")
    levels = compare(of_query(asked(PEOPLE[0], **{field: blank})), of_person(PEOPLE[0]), FIGURES)
    name = {"places": "village"}.get(field, field)
    if field != "nik":
        assert levels[FIELDS.index(name)] == BLANK
    assert Model.start().bits()[FIELDS.index(name)][BLANK] == 0
    assert outcome_of(asked(PEOPLE[0], **{field: blank}))[0] is Bin.SAME


def test_a_number_alone_never_links() -> None:
    p = PEOPLE[0]
    for said in (
        Query(name="ZULAIKHA", nik=p.nik),
        Query(name="ZULAIKHA", nik=p.nik, family=p.family),
        Query(name="ZULAIKHA", nik=p.nik, birth=Birth.exact(p.born), places={p.area: 1.0}),
    ):
        bin, _rule = outcome_of(said)
        assert bin is not Bin.SAME
        levels = compare(of_query(said), of_person(p), FIGURES)
        assert not name_supports(levels)


@pytest.mark.parametrize("nik", [False, True])
def test_a_sibling_is_never_linked_by_itself(nik: bool) -> None:
    there = person(99, name="RIZKY PRATAMA", mother="SUMIATI", birth="1990-02-01", sex="male")
    sister = Query(
        name="RISKA PRATAMI", mother="SUMIATI", family=there.family, places={there.area: 1.0},
        birth=Birth.exact(date(1993, 6, 5)), nik=there.nik if nik else "",
    )  # fmt: skip
    twin = Query(
        name="BAGAS SAPUTRA", mother="SUMIATI", family=there.family, places={there.area: 1.0},
        birth=Birth.exact(date(1990, 2, 1)),
    )  # fmt: skip
    for said in (sister, twin):
        one, two = of_query(said), of_person(there)
        assert may_be_sibling(one, two, compare(one, two, FIGURES))
        found = link([said, *[asked(p) for p in PEOPLE[10:30]]], Town([*PEOPLE, there]))
        assert all(k.bin is not Bin.SAME for k in found.to_register if k.row == 0)
        with_each_other = link([said, asked(there)], None)
        assert all(k.bin is not Bin.SAME for k in with_each_other.to_each_other)


def test_every_automatic_link_says_why() -> None:
    found = link([asked(p) for p in PEOPLE], Town(PEOPLE))
    assert len(found.persons) == len(PEOPLE)
    for k in found.to_register:
        assert len(k.bits) == len(FIELDS) and sum(k.bits) > 0


def test_humans_bind_the_run() -> None:
    queries = [asked(p) for p in PEOPLE[:5]]
    found = link(queries, Town(PEOPLE), decided={(0, 1): False, (1, 7): True})
    assert 0 not in found.persons and found.persons[1] == 7


@pytest.mark.slow
def test_several_processes_find_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    few = PEOPLE[:4]
    rows = [asked(few[i % 4], mother="") if i % 3 else asked(few[i % 4]) for i in range(3_000)]
    apart = link(rows, Town(few), decided={(5, 2): False})
    monkeypatch.setattr(embedded, "_WORTH_FORKING", 10_000)
    assert link(rows, Town(few), decided={(5, 2): False}) == apart
    assert len(apart.persons) == 2_999


def test_two_registered_people_are_never_joined_by_a_row_between_them() -> None:
    p, q = person(1, name="SUKARNI"), person(2, name="SUKARNI", mother="PAINEM")
    between = Query(name="SUKARNI")
    found = link([asked(p), between, asked(q)], Town([p, q, *PEOPLE]))
    assert found.groups[0] != found.groups[2]


def test_the_line_follows_from_the_wanted_precision() -> None:
    import numpy as np

    sure = np.array([0.999] * 80 + [0.9] * 20)
    strict = lines(sure, np.ones(100, bool), Wanted(0.995), 100)
    loose = lines(sure, np.ones(100, bool), Wanted(0.97), 100)
    assert strict.same > 0.9 >= loose.same
    assert strict.ask <= strict.same


def test_training_keeps_to_the_prior_when_pairs_are_few() -> None:
    start = Model.start()
    levels = compare(of_query(asked(PEOPLE[0])), of_person(PEOPLE[0]), FIGURES)
    pairs = Pairs.of([0], [levels], [False], [-1])
    model = train(pairs, start, 1)
    assert abs(model.m["sex"][0] - start.m["sex"][0]) < 0.05
    assert certainty(model, pairs)[0] > 0.99
    assert Model.from_json(model.to_json()).m.keys() == model.m.keys()
