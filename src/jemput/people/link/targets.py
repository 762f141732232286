"""The target list: one line per person, with their rows, their cases, and why they are here."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models.fields.json import KT

from jemput.core.areas import Level, within
from jemput.core.codes import Channel, Coded, DataCondition, Document, Group, Service, Sex, Urgency
from jemput.core.dates import AgeBand
from jemput.core.entries import CaseOpenedFromList
from jemput.core.priority import Priority, priority
from jemput.core.programme import Programme
from jemput.core.proposal import Proposal, Situation, propose
from jemput.core.text import _
from jemput.intake import Author, open_case
from jemput.journal.models import CaseRow
from jemput.measure import Act, Scope, read_ledger
from jemput.people.link.decide import Rule
from jemput.people.link.lists import ListRow
from jemput.people.link.store import disabilities, opened, tell
from jemput.people.lookup import register_of
from jemput.people.models import LinkList, LinkPair, LinkRow, Snapshot

MOST_OPENED = 100
UNASKED = ("state", "headline", "documents", "flags")
"""Columns of a case that are large and not asked for here."""
_FOLLOWED = 5
"""How often a case that was merged into another is followed."""


class Reached(Coded):
    """How far somebody is."""

    SERVED = "served", _("Document issued")
    IN_HAND = "in_hand", _("Case open")
    ENDED = "ended", _("Case ended without a document")
    DOUBTFUL = "doubtful", _("A human must look first")
    NOT_REACHED = "not_reached", _("Never reached")


@dataclass
class Target:
    """One person: of the lists, or reported without a list."""

    rows: list[LinkRow] = field(default_factory=list)
    person: int | None = None
    """Number in the register, when they are there."""
    sought: bool = False
    """Whether there was a register to look in."""
    cases: list[CaseRow] = field(default_factory=list)
    doubtful: bool = False
    said: list[bool] = field(default_factory=list)
    """What lists and reports say of a disability."""
    issued: datetime | None = None
    """When their first document was."""
    visited: datetime | None = None
    """When a team last stood at the door."""

    @property
    def id(self) -> int:
        """Of the first row; 0 for somebody who stands on no list."""
        return self.rows[0].pk if self.rows else 0

    @property
    def reached(self) -> Reached:
        """How far they are; reached is who has a first document (T61, T63)."""
        if self.issued is not None:
            return Reached.SERVED
        if self.cases:
            return Reached.IN_HAND if any(c.is_open for c in self.cases) else Reached.ENDED
        return Reached.DOUBTFUL if self.doubtful else Reached.NOT_REACHED

    @property
    def is_left(self) -> bool:
        """Whether they still wait for a first document."""
        return self.reached is not Reached.SERVED

    @property
    def _told(self) -> list[LinkRow | CaseRow]:
        return [*self.rows, *self.cases]

    @property
    def condition(self) -> DataCondition:
        """Why they are here: what lists and reports say, the gravest first; else what the register says."""
        said = {DataCondition(one.condition) for one in self._told} - {DataCondition.UNKNOWN}
        if said:
            return min(said, key=list(DataCondition).index)
        missed = self.sought and self.person is None
        return DataCondition.NOT_IN_DATABASE if missed else DataCondition.UNKNOWN

    @property
    def area(self) -> str:
        """The village, or as near as anybody says; the lists' own word first."""
        said = [r.area for r in self.rows if r.area] or [c.area for c in self.cases]
        code = max(said, key=len, default="")
        return within(code, Level.VILLAGE) or code

    @property
    def sex(self) -> Sex:
        """From the first row or case that says."""
        told = (Sex(one.sex) for one in self._told)
        return next((sex for sex in told if sex is not Sex.UNKNOWN), Sex.UNKNOWN)

    @property
    def age_band(self) -> AgeBand:
        """From the first row or case that says."""
        told = (AgeBand(one.age_band) for one in self._told)
        return next((age for age in told if age is not AgeBand.UNKNOWN), AgeBand.UNKNOWN)

    @property
    def disability(self) -> bool | None:
        """Whether a list or report says so."""
        return any(self.said) if self.said else None

    @property
    def known_since(self) -> datetime:
        """When the office first heard of them."""
        return min([r.list.at for r in self.rows] + [c.opened_at for c in self.cases])

    @property
    def waits_since(self) -> datetime:
        """Since the last visit, or since they are known when there was none."""
        return self.visited or self.known_since


def targets(office: str, programme: int) -> list[Target]:
    """Everybody of the lists in use, each person once. Raises keys.Locked."""
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
    # Two rows found through the register are joined by their person; a case has nothing else that joins it.
    for pair in pairs.exclude(rule=Rule.THROUGH_REGISTER, answer="", case=None).order_by("-certainty"):
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
    known = _cases({c for found in cases.values() for c in found} | _opened_from(rows))
    sought = Snapshot.objects.filter(office=office, state=Snapshot.CURRENT).exists()
    made: dict[int, Target] = {}
    for i, row in enumerate(rows):
        target = made.setdefault(root(i), Target(sought=sought))
        target.rows.append(row)
        if (said := health[row.pk]) is not None:
            target.said.append(said)
        target.person = persons.get(i, target.person)
        target.doubtful = target.doubtful or (i in doubtful and i not in persons)
        for stream in (*cases[i], stream_of(row)):
            if stream in known and known[stream] not in target.cases:
                target.cases.append(known[stream])
    found = list(made.values())
    follow(found, office)
    return found


def _cases(ids: Collection[UUID]) -> dict[UUID, CaseRow]:
    """Cases by id; one that was merged into another stands for that other."""
    rows = CaseRow.objects.defer(*UNASKED)
    known: dict[UUID, CaseRow] = {}
    wanted = set(ids)
    for _again in range(_FOLLOWED):
        known |= rows.in_bulk(wanted)
        wanted = {row.merged_into for row in known.values() if row.merged_into} - known.keys()
    return {id: last for id in ids if (last := _last_of(known, id))}


def _last_of(known: Mapping[UUID, CaseRow], id: UUID) -> CaseRow | None:
    row = known.get(id)
    for _again in range(_FOLLOWED):
        if row is None or row.merged_into is None:
            break
        row = known.get(row.merged_into)
    return row


def follow(people: Iterable[Target], office: str) -> None:
    """Say of each when the first document was issued and when somebody was last there, from their cases."""
    people = [t for t in people if t.cases]
    issued: dict[UUID, datetime] = {}
    visited: dict[UUID, datetime] = {}
    for number in sorted({c.programme for t in people for c in t.cases}):
        scope = Scope(number, office, ZoneInfo("UTC"))  # moments only, no months
        issued |= {served.case: served.at for served in read_ledger(scope).served((Act.PRINTED,))}
        visited |= _visits(scope)
    for target in people:
        mine = [c.pk for c in target.cases]
        target.issued = min((issued[c] for c in mine if c in issued), default=None)
        target.visited = max((visited[c] for c in mine if c in visited), default=None)


def _visits(scope: Scope) -> dict[UUID, datetime]:
    """When a team last stood at the door, by case."""
    found: dict[UUID, datetime] = {}
    rows = CaseRow.objects.filter(scope.cases()).annotate(visits=KT("state__visits"))
    for case, told in rows.exclude(visits="{}").values_list("pk", "visits"):
        began = [v["started"] for v in json.loads(told or "{}").values() if v.get("started")]
        if began:
            found[case] = max(map(datetime.fromisoformat, began))
    return found


def stream_of(row: LinkRow) -> UUID:
    """The case that is opened from this row."""
    from jemput.intake import beside

    return beside(row.entry, "stream")


def _opened_from(rows: Sequence[LinkRow]) -> set[UUID]:
    return {stream_of(row) for row in rows}


@dataclass(frozen=True)
class Judged:
    """What is proposed for somebody: a programme, and how soon."""

    proposal: Proposal
    priority: Priority
    services: tuple[Service, ...] = ()
    """What is refused to them without the document, as the lists say."""


def judged(
    people: Iterable[Target], usual: Programme, programmes: Sequence[Programme], now: datetime
) -> list[Judged]:
    """A programme and a priority for each of these people, in their order. Raises keys.Locked."""
    people = list(people)
    ids = [row.pk for target in people if not target.cases for row in target.rows]
    said: dict[int, ListRow] = {}
    for start in range(0, len(ids), 500):
        rows = LinkRow.objects.filter(pk__in=ids[start : start + 500])
        said |= {row.pk: told for row, told in opened(rows)}
    return [_judged(t, [said[r.pk] for r in t.rows if r.pk in said], usual, programmes, now) for t in people]


def _judged(
    target: Target, told: Sequence[ListRow], usual: Programme, programmes: Sequence[Programme], now: datetime
) -> Judged:
    groups = tuple(dict.fromkeys(g for one in told for g in one.groups))
    if not groups and target.disability:
        groups = (Group.DISABILITY,)
    services = services_of(told)
    proposal = propose(programmes, Situation(target.area, target.condition, groups), usual)
    urgencies = [Urgency(c.urgency) for c in target.cases if c.is_open]
    urgencies.append(proposal.programme.urgency_of(list(services)))
    urgency = min(urgencies, key=list(Urgency).index)
    days = (now - target.waits_since).days
    return Judged(proposal, priority(urgency, days, target.age_band, groups), services)


_SERVICES = (
    (r"rumah sakit|\brs\b|rawat inap|berobat|puskesmas|operasi", Service.HEALTH_CARE),
    (r"bpjs|\bkis\b|\bjkn\b", Service.HEALTH_INSURANCE),
    (r"\brsj\b|obat jiwa", Service.MENTAL_HEALTH_CARE),
    (r"bansos|\bpkh\b|\bblt\b|bantuan|sembako", Service.SOCIAL_AID),
    (r"sekolah", Service.SCHOOL),
    (r"vaksin", Service.VACCINATION),
)


def services_of(told: Iterable[ListRow]) -> tuple[Service, ...]:
    """The services that rows say are refused: "ditolak RS karena belum punya NIK"."""
    text = " ".join(" ".join(one.shown.get(f, "") for f in ("condition", "text", "group")) for one in told)
    return tuple(service for pattern, service in _SERVICES if re.search(pattern, text.lower()))


def open_cases(
    people: Collection[Target], usual: Programme, author: Author, now: datetime, today: date,
    programmes: Sequence[Programme] = (),
) -> list[UUID]:  # fmt: skip
    """A case for each of these people who has none, in the programme that is proposed for them.

    The most pressing first, at most MOST_OPENED; asked twice it opens nothing twice. Raises keys.Locked.
    """
    found = []
    without = [t for t in people if t.reached is Reached.NOT_REACHED]
    pairs = list(zip(without, judged(without, usual, programmes, now), strict=True))
    for target, wanted in sorted(pairs, key=lambda pair: pair[1].priority.order)[:MOST_OPENED]:
        row, said = next(opened([target.rows[0]]))
        case = open_case(
            wanted.proposal.programme,
            _facts(target, said, wanted, row.list.office),
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


def _facts(target: Target, said: ListRow, wanted: Judged, office: str) -> dict[str, Any]:
    query, programme = said.query, wanted.proposal.programme
    facts: dict[str, Any] = {
        "channel": Channel.REGISTER, "area": target.area or office, "condition": target.condition,
        "sex": target.sex,
        "documents": list(programme.recorded_documents or programme.documents[:1]) or [Document.KTP_EL],
        "name": query.name, "mother": query.mother or None, "address": said.address or None,
        "nik": query.nik if len(query.nik) == 16 else None,
        "family_number": query.family if len(query.family) == 16 else None,
        "phone": said.phone or None, "groups": list(said.groups) or None,
        "blocked_services": list(wanted.services) or None,
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
