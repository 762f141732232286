"""One shape for everybody who is compared: a row of a list, a person of the register, a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from jemput.core.codes import Sex
from jemput.core.dates import Birth
from jemput.core.spelling import words
from jemput.people.person import Person, Query

Words = tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """What is known of one person; every field may be blank, and blank is never evidence.

    Names are brought to their sound only when they are compared.
    """

    name: str = ""
    mother_name: str = ""
    father_name: str = ""
    nik: str = ""
    family: str = ""
    birth: Birth | None = None
    sex: str = ""
    places: dict[str, float] = field(default_factory=dict)
    rw: str = ""
    rt: str = ""

    @cached_property
    def words(self) -> Words:
        """The name as it sounds."""
        return words(self.name) if self.name else ()

    @cached_property
    def written(self) -> str:
        """The name as it is written, its words in order of the alphabet."""
        return _written(self.name)

    @cached_property
    def mother_written(self) -> str:
        """The mother's name as it is written."""
        return _written(self.mother_name)

    @cached_property
    def mother(self) -> Words:
        """The mother's name as it sounds."""
        return words(self.mother_name) if self.mother_name else ()

    @cached_property
    def father(self) -> Words:
        """The father's name as it sounds."""
        return words(self.father_name) if self.father_name else ()


def _written(name: str) -> str:
    return " ".join(sorted(name.lower().replace(".", " ").split()))


def of_query(query: Query) -> Record:
    """A row of a list, as it was understood."""
    return Record(
        query.name, query.mother, query.father, query.nik, query.family, query.birth,
        query.sex.value if query.sex in (Sex.FEMALE, Sex.MALE) else "", query.places,
        query.rw.lstrip("0"), query.rt.lstrip("0"),
    )  # fmt: skip


def of_person(person: Person) -> Record:
    """A person of the register; a birth known to the year only is a year long."""
    birth: Birth | None = None
    if person.born is not None:
        birth = Birth.exact(person.born)
    elif person.year:
        birth = Birth(date(person.year, 1, 1), date(person.year, 12, 31))
    return Record(
        person.name, person.mother, person.father, person.nik, person.family, birth, person.sex,
        {person.area: 1.0} if person.area else {}, person.rw.lstrip("0"), person.rt.lstrip("0"),
    )  # fmt: skip
