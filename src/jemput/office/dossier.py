"""One case, read once for a page: its entries, what they amount to, and what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from jemput import journal
from jemput.accounts.access import access_case, seen_whole
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Account, Office
from jemput.core import entries as e
from jemput.core.corrections import as_corrected
from jemput.core.entries import Entry
from jemput.core.fold import fold
from jemput.core.programme import Programme
from jemput.core.rules import Action, Actor, allowed
from jemput.core.state import State
from jemput.core.waiting import OfficeTime, Wait, waiting
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.office.actor import actor_of
from jemput.planning import team_names


@dataclass
class Dossier:
    """A case as the person at the screen may have it."""

    case: CaseRow
    written: list[Entry]
    """As written, in journal order."""
    office: Office
    actor: Actor
    locked: bool = False
    """The office key is locked: only the clear parts are here."""
    whole: bool = True
    """Whether the words of others are here too, and not only what this person wrote."""
    _names: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        """The case's id."""
        return UUID(str(self.case.pk))

    @cached_property
    def held(self) -> list[Entry]:
        """The entries as they hold after their corrections."""
        return as_corrected(self.written)

    @cached_property
    def state(self) -> State:
        """What the entries amount to."""
        return fold(journal.programme_of, self.written)

    @cached_property
    def programme(self) -> Programme:
        """The programme in the version that the case pins."""
        return journal.programme_of(self.state.programme_hash)

    @cached_property
    def teams(self) -> dict[str, str]:
        """What the teams of the office are called."""
        return team_names(self.office)

    @cached_property
    def actions(self) -> list[Action]:
        """All actions, with the reasons against those that cannot be done now."""
        return allowed(self.programme, self.state, self.actor)

    @cached_property
    def waits(self) -> list[Wait]:
        """Who is waited for."""
        time = OfficeTime(self.office.tz, self.office.holidays())
        return waiting(self.programme, self.state, time)

    @cached_property
    def forgotten(self) -> bool:
        """Whether the person was erased: their sealed parts are gone for ever."""
        return self.case.headline is None and not self.locked

    def find(self, id: UUID) -> Entry | None:
        """An entry of this case."""
        return next((entry for entry in self.written if entry.id == id), None)

    def action(self, key: str) -> Action | None:
        """The action of a key (a step's id, or a kind)."""
        return next((a for a in self.actions if a.key == key), None)

    def name_of(self, actor: str) -> str:
        """Who wrote an entry, by display name."""
        if not self._names:
            ids = {entry.actor for entry in self.written}
            self._names = {actor: actor for actor in ids} | names_of(ids)
        return self._names.get(actor, actor)


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The display names of accounts; what is no account of ours (a device, a list) is left out."""
    ids = []
    for actor in actors:
        try:
            ids.append(UUID(actor))
        except ValueError:
            continue
    return {str(pk): name for pk, name in Account.objects.filter(pk__in=ids).values_list("pk", "name")}


def open_dossier(request: StaffRequest, stream: UUID, *, write: bool = False) -> Dossier:
    """The case, if this person may see it (else Http404; PermissionDenied for readers who would write)."""
    case = access_case(request, stream, write=write)
    locked = False
    try:
        written = journal.entries(case.pk)
    except keys.Locked:
        written, locked = journal.clear_entries(case.pk), True
    whole = case.pk in seen_whole(request, [case])
    if not locked and not whole:
        clear = {entry.id: entry for entry in journal.clear_entries(case.pk)}
        written = [entry if entry.actor == request.user.actor else clear[entry.id] for entry in written]
    return Dossier(case, written, request.assignment.office, actor_of(request), locked, whole)


# ---- what is known of the person ---------------------------------------------------------------------

_NOT_SHOWN = frozenset({"latitude", "longitude", "documents", "urgency", "age_band", "identified", "area"})
_PERSON = [n for n in e.PersonFacts.model_fields if n not in _NOT_SHOWN]


@dataclass(frozen=True)
class Fact:
    """Something known of somebody, under the name of its field."""

    name: str
    label: str
    value: Any


def person_facts(held: Iterable[Entry]) -> list[Fact]:
    """What is known of the person now: later words replace earlier ones, and an empty list a full one."""
    known: dict[str, Any] = {}
    for entry in held:
        body = entry.body
        if isinstance(body, e.Reported | e.PersonDescribed):
            known |= {n: v for n in _PERSON if (v := getattr(body, n)) is not None}
        elif isinstance(body, e.BiodataChecked | e.BiometricsChecked) and body.nik:
            known["nik"] = body.nik
    return [Fact(n, say_title(e.PersonFacts, n), known[n]) for n in _PERSON if known.get(n, []) != []]


def people_around(held: Iterable[Entry]) -> list[tuple[str, list[Fact]]]:
    """Guardian, companion and reporter as last named."""
    found: dict[str, e.Body] = {}
    for entry in held:
        if isinstance(entry.body, e.GuardianNamed | e.CompanionNamed | e.ReporterNamed) and entry.body.name:
            found[entry.kind] = entry.body
    order = ("guardian_named", "companion_named", "reporter_named")
    return [(kind, facts_of(found[kind])) for kind in order if kind in found]


def facts_of(body: e.Body) -> list[Fact]:
    """The fields of a body that say something."""
    return [
        Fact(n, say_title(type(body), n), v)
        for n in type(body).model_fields
        if (v := getattr(body, n)) not in (None, [], {})
    ]


def say_title(model: type[e.Body], name: str) -> str:
    """The label of a field in the reader's language."""
    title = model.model_fields[name].title
    return gettext(title) if title else name
