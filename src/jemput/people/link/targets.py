"""The target list: one line per person, with their rows, their cases, and why they are here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jemput.core.codes import Channel, Coded, DataCondition, Document, Sex
from jemput.core.dates import AgeBand
from jemput.core.entries import CaseOpenedFromList
from jemput.core.programme import Programme
from jemput.core.text import _
from jemput.intake import Author, open_case
from jemput.journal.models import CaseRow
from jemput.people.link.decide import Rule
from jemput.people.link.store import disabilities, opened, tell
from jemput.people.lookup import register_of
from jemput.people.models import LinkList, LinkPair, LinkRow

MOST_OPENED = 100


class Reached(Coded):
    """How far a person of the target list is."""

    SERVED = "served", _("Already served")
    IN_HAND = "in_hand", _("Case open")
    DOUBTFUL = "doubtful", _("A human must look first")
    NOT_REACHED = "not_reached", _("Never reached")


_SERVED = frozenset(("delivered", "closed"))


@dataclass
class Target:
    """One person of the lists."""

    rows: list[LinkRow] = field(default_factory=list)
    person: int | None = None
    """Number in the register, when they are there."""
    cases: list[CaseRow] = field(default_factory=list)
    doubtful: bool = False
    said: list[bool] = field(default_factory=list)
    """What the lists say of a disability."""

    @property
    def id(self) -> int:
        """Of its first row."""
        return self.rows[0].pk

    @property
    def reached(self) -> Reached:
        """How far they are."""
        if any(c.is_open for c in self.cases):
            return Reached.IN_HAND
        if any(c.status in _SERVED for c in self.cases):
            return Reached.SERVED
        return Reached.DOUBTFUL if self.doubtful else Reached.NOT_REACHED

    @property
    def condition(self) -> DataCondition:
        """Why they are here: what the lists say, the gravest first; else what the register says."""
        said = {DataCondition(r.condition) for r in self.rows} - {DataCondition.UNKNOWN}
        if said:
            return min(said, key=list(DataCondition).index)
        return DataCondition.UNKNOWN if self.person is not None else DataCondition.NOT_IN_DATABASE

    @property
    def area(self) -> str:
        """The village, from the first row that says one."""
        return max((r.area for r in self.rows), key=len, default="")

    @property
    def sex(self) -> Sex:
        """From the first row that says."""
        return next((Sex(r.sex) for r in self.rows if r.sex != Sex.UNKNOWN), Sex.UNKNOWN)

    @property
    def age_band(self) -> AgeBand:
        """From the first row that says."""
        return next(
            (AgeBand(r.age_band) for r in self.rows if r.age_band != AgeBand.UNKNOWN), AgeBand.UNKNOWN
        )

    @property
    def disability(self) -> bool | None:
        """Whether a list says so."""
        return any(self.said) if self.said else None


def targets(office: str, programme: int) -> list[Target]:
    """Everybody of the lists in use, each person once."""
    rows = list(
        LinkRow.objects.filter(list__office=office, list__programme=programme, list__state=LinkList.RECEIVED)
        .select_related("list")
        .defer("sealed", "list__sealed")
        .order_by("list__at", "number")
    )
    health = disabilities(rows)
    at = {row.pk: i for i, row in enumerate(rows)}
    parent = list(range(len(rows)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    persons: dict[int, int] = {}
    cases: defaultdict[int, set[UUID]] = defaultdict(set)
    doubtful: set[int] = set()
    first_of: dict[int, int] = {}
    pairs = LinkPair.objects.filter(row__list__office=office, row__list__programme=programme)
    for pair in pairs.exclude(rule=Rule.THROUGH_REGISTER, answer="").order_by("-certainty"):
        i = at.get(pair.row_id)
        if i is None:
            continue
        same = pair.answer == "same" or (pair.bin == "same" and not pair.answer)
        if not same:
            if pair.bin == "ask" and not pair.answer:
                doubtful.add(i)
            continue
        if pair.person is not None:
            persons[i] = pair.person
            j = first_of.setdefault(pair.person, i)
        elif pair.case is not None:
            cases[i].add(pair.case)
            continue
        else:
            j = at.get(pair.other_id or 0, i)
        a, b = sorted((root(i), root(j)))
        parent[b] = a
    known = CaseRow.objects.in_bulk({c for found in cases.values() for c in found} | _opened_from(rows))
    made: dict[int, Target] = {}
    for i, row in enumerate(rows):
        target = made.setdefault(root(i), Target())
        target.rows.append(row)
        if (said := health[row.pk]) is not None:
            target.said.append(said)
        target.person = persons.get(i, target.person)
        target.doubtful = target.doubtful or (i in doubtful and i not in persons)
        target.cases += [
            known[c] for c in (*cases[i], stream_of(row)) if c in known and known[c] not in target.cases
        ]
    return list(made.values())


def stream_of(row: LinkRow) -> UUID:
    """The case that is opened from this row."""
    from jemput.intake import beside

    return beside(row.entry, "stream")


def _opened_from(rows: Sequence[LinkRow]) -> set[UUID]:
    return {stream_of(row) for row in rows}


@dataclass
class Backlog:
    """The starting number, who is reached and who is left; every number is the length of a list."""

    total: int
    by_reached: Counter[Reached]
    by_condition: dict[DataCondition, Counter[Reached]]
    by_village: dict[str, Counter[Reached]]
    by_sex: dict[Sex, Counter[Reached]]
    by_age: dict[AgeBand, Counter[Reached]]
    by_disability: dict[str, Counter[Reached]]

    @property
    def left(self) -> int:
        """Not served yet."""
        return self.total - self.by_reached[Reached.SERVED]


def backlog(people: Sequence[Target]) -> Backlog:
    """Counts of a target list."""
    made: Backlog = Backlog(len(people), Counter(), {}, {}, {}, {}, {})
    for t in people:
        made.by_reached[t.reached] += 1
        disability = {True: "yes", False: "no", None: "unknown"}[t.disability]
        tables: list[tuple[Any, Hashable]] = [
            (made.by_condition, t.condition), (made.by_village, t.area), (made.by_sex, t.sex),
            (made.by_age, t.age_band), (made.by_disability, disability),
        ]  # fmt: skip
        for table, key in tables:
            table.setdefault(key, Counter())[t.reached] += 1
    return made


def open_cases(
    people: Collection[Target], programme: Programme, author: Author, now: datetime, today: date
) -> list[UUID]:
    """A case for each of these people who has none; asked twice it opens nothing twice."""
    found = []
    wanted = [t for t in people if t.reached is Reached.NOT_REACHED][:MOST_OPENED]
    for target in wanted:
        row, said = next(opened([target.rows[0]]))
        case = open_case(
            programme,
            _facts(target, said, programme, row.list.office),
            author=author,
            now=now,
            today=today,
            entry=row.entry,
        )
        if not case.known:
            by_list: defaultdict[UUID, list[int]] = defaultdict(list)
            for one in target.rows:
                by_list[one.list_id].append(one.number)
            for stream, numbers in by_list.items():
                tell(stream, CaseOpenedFromList(rows=numbers, case=case.stream), author)
        found.append(case.stream)
    return found


def _facts(target: Target, said: Any, programme: Programme, office: str) -> dict[str, Any]:
    query = said.query
    facts: dict[str, Any] = {
        "channel": Channel.REGISTER, "area": target.area or office, "condition": target.condition,
        "sex": target.sex,
        "documents": list(programme.recorded_documents or programme.documents[:1]) or [Document.KTP_EL],
        "name": query.name, "mother": query.mother or None, "address": said.address or None,
        "nik": query.nik if len(query.nik) == 16 else None,
        "family_number": query.family if len(query.family) == 16 else None,
        "phone": said.phone or None, "groups": list(said.groups) or None,
    }  # fmt: skip
    if query.birth is not None:
        if query.birth.is_exact:
            facts["birth_date"] = query.birth.earliest
        else:
            facts["birth_about"] = str(query.birth.middle.year)
    if target.person is not None:
        register = register_of(office)
        person = register.vault.people([target.person]).get(target.person) if register else None
        if person is not None:
            facts["nik"] = person.nik or facts["nik"]
            facts["name"] = person.name
            if person.born:
                facts["birth_date"] = person.born
    return facts
