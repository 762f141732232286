"""What a form must know of the case: choices, values made by code, and first guesses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from jemput.accounts.models import Office
from jemput.accounts.sensitive import sees
from jemput.core import entries as e
from jemput.core.calendar import add_working_days
from jemput.core.codes import Document, Duty, Service
from jemput.core.dates import Birth, age_band, parse_birth
from jemput.core.entries import Body, Entry
from jemput.core.programme import Programme, Step
from jemput.core.rules import missing_partners
from jemput.core.state import State, Visit
from jemput.core.text import BadInput
from jemput.intake.tickets import ORIGINALS, RECEIPT, number_of
from jemput.office.dossier import person_facts
from jemput.office.forms.fields import Choices
from jemput.office.forms.register import guesses_from
from jemput.office.words import say, say_moment
from jemput.people.picked import Picked
from jemput.planning import team_choices

# Filled by the models or by code, never asked.
DERIVED: dict[str, frozenset[str]] = {
    "visit_ended": frozenset({"result", "again"}),
    "recorded": frozenset({"result"}),
    "person_described": frozenset({"age_band", "urgency", "identified", "extract", "from_extract"}),
    "reported": frozenset(
        {
            *("programme", "programme_hash", "ticket", "age_band", "urgency", "identified"),
            *("extract", "from_extract"),
        }
    ),
    "biodata_checked": frozenset({"extract", "from_extract"}),
    "ordered": frozenset({"letter_sha256"}),  # the signing of a team's letter says it
    "programme_changed": frozenset({"programme_hash"}),
    "visit_started": frozenset({"latitude", "longitude"}),  # the officer's phone tells them
}
FROM_DEVICES = frozenset({"files"})
"""Sealed and sent by phones alone."""
WHERE_ERRORS_BELONG = {"biometrics_checked": "nik", "recorded": "exception_approved_by"}
"""The field that mends what is wrong with the whole entry."""


@dataclass(frozen=True)
class Situation:
    """One form on one case at one moment."""

    office: Office
    programme: Programme
    state: State
    entry: UUID
    """The id that the entry will have. What code makes follows from it: a form sent twice says the same."""
    now: datetime
    duty: Duty
    scope: str
    step: Step | None = None
    entries: list[Entry] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)
    find_case: Callable[[str], UUID] | None = None
    ticket_of: Callable[[UUID], str] = lambda case: ""
    """The ticket of another case; nothing when this person may not see it."""
    correcting: bool = False
    """What was chosen once may be chosen again."""
    picked: Picked | None = None
    """Whom of the register the form was filled in from."""

    @property
    def today(self) -> date:
        """The date on the office's wall."""
        return self.office.today(self.now)

    @property
    def next_working_day(self) -> date:
        """When a team could go at the earliest."""
        return add_working_days(self.now, 1, self.office.tz, self.office.holidays())

    def visit(self, kind: str) -> Visit | None:
        """The visit that an entry of this kind speaks of."""
        purpose = self.step.match.get("purpose") if self.step else None
        known = [v for v in self.state.visits.values() if purpose in (None, v.purpose) and not v.ended]
        if kind == "visit_ended":
            return next((v for v in known if v.started), None) or next(iter(known), None)
        waiting = [v for v in known if not v.started and v.day]
        return min(waiting, key=lambda v: v.day or date.max, default=None)


def made(body: type[Body], s: Situation) -> dict[str, Any]:
    """The values that code gives."""
    values: dict[str, Any] = dict(s.step.match) if s.step else {}
    kind = body.kind
    if kind in ("visit_scheduled", "visit_started", "visit_ended", "visit_moved"):
        visit = s.visit(kind) if kind != "visit_scheduled" else None
        values["visit"] = visit.id if visit else uuid5(s.entry, "visit")
        if visit and kind != "visit_moved":
            values.setdefault("purpose", visit.purpose)
    elif kind == "delivered":
        values["receipt"] = number_of(s.office.code, RECEIPT, s.entry)
    elif kind == "originals_collected":
        values["receipt"] = number_of(s.office.code, ORIGINALS, s.entry)
    elif kind in ("biodata_checked", "centre_status"):
        values["source"] = e.AnswerSource.MANUAL
    return {k: v for k, v in values.items() if k in body.model_fields}


def derive(body: type[Body], values: dict[str, Any], s: Situation) -> dict[str, Any]:
    """The values that follow from what was typed: age band, urgency, programme version."""
    derived: dict[str, Any] = {}
    if body.kind in ("person_described", "reported"):
        if (birth := birth_of(values, s.today)) is not None:
            derived["age_band"] = age_band(birth, s.today)
        if (blocked := values.get("blocked_services")) is not None:
            derived["urgency"] = s.programme.urgency_of([Service(v) for v in blocked])
        if values.get("name"):
            derived["identified"] = True
    elif body.kind == "programme_changed":
        chosen = next((p for p in s.programmes if p.number == values.get("programme")), None)
        derived["programme_hash"] = chosen.hash if chosen else ""
    if s.picked and "extract" in body.model_fields:
        derived |= s.picked.used(values, s.duty)
        if derived.get("extract") and "source" in body.model_fields:
            derived["source"] = e.AnswerSource.EXTRACT
    return derived


def birth_of(values: dict[str, Any], today: date) -> Birth | None:
    """What is known of the birth, exactly or roughly."""
    if exact := values.get("birth_date"):
        return Birth.exact(exact)
    try:
        return parse_birth(values["birth_about"], today) if values.get("birth_about") else None
    except BadInput:
        return None


# ---- choices ----------------------------------------------------------------------------------------


def choices_for(body: type[Body], name: str, s: Situation) -> Choices | None:
    """What may be chosen in this case; None: whatever the model allows."""
    match body.kind, name:
        case "programme_changed", "programme":
            return [(p.number, f"{p.number}. {p.name}") for p in s.programmes if p.hash != s.programme.hash]
        case "originals_returned", "receipt":
            return [(r, f"{r} · {say_moment(at)}") for r, at in s.state.originals.items()]
        case "complaint_answered", "complaint":
            return [(i, _about(s, i, at)) for i, at in s.state.complaints.items()]
        case "data_request_answered", "request":
            return [(i, _about(s, i, at)) for i, at in s.state.data_requests.items()]
        case "requirement_received", "requirement":
            come = s.state.papers_received
            left = [(r.id, say(r.label)) for r in _requirements(s) if r.id not in come]
            return left if left and not s.correcting else _all_papers(s)
        case "requirement_wanting", "requirement":
            return _all_papers(s)
        case _, "document":
            return [(d.value, say(d)) for d in _papers(body.kind, s)]
        case (("reported" | "person_described"), "documents"):
            return [(d.value, say(d)) for d in s.programme.documents]
        case _, "documents":
            return [(d.value, say(d)) for d in s.state.wanted]
        case _, "place_kind":
            return [(p.value, say(p)) for p in s.programme.places]
        case _:
            return None


def teams(s: Situation, keep: str = "") -> Choices | None:
    """The office's teams; None, so that one is typed, where it keeps none. ``keep``: what an entry names."""
    trained = {t for step in s.programme.steps if step.entry == "visit_started" for t in step.trained}
    choices = team_choices(s.office, s.today, trained)
    return team_choices(s.office, s.today, trained, keep) if choices else None


def _requirements(s: Situation) -> list[Any]:
    wanted = set(s.state.wanted)
    asked = [r for r in s.programme.requirements if not r.carried]  # the team brings those itself
    return [r for r in asked if not r.documents or wanted & set(r.documents)]


def _all_papers(s: Situation) -> Choices:
    return [(r.id, say(r.label)) for r in _requirements(s)]


def _papers(kind: str, s: Situation) -> list[Document]:
    """The documents that an entry of this kind can be about, all wanted ones where none fits."""
    papers = s.state.documents
    of_step = s.step.documents if s.step else ()
    wanted = [d for d in papers if not of_step or d in of_step]
    if s.correcting:
        return wanted
    here = [d for d in wanted if papers[d].printed and not papers[d].delivered]
    if kind == "printed":
        fitting = [d for d in wanted if not papers[d].printed]
    elif kind == "custody_taken":
        fitting = [d for d in here if not papers[d].holder]
    else:
        fitting = here
    return fitting or wanted or list(papers)


def _about(s: Situation, id: UUID, at: datetime) -> str:
    entry = next((x for x in s.entries if x.id == id), None)
    about = getattr(entry.body, "about", None) or getattr(entry.body, "right", None) if entry else None
    return f"{say(about)} · {say_moment(at)}" if about else say_moment(at)


# ---- first guesses ----------------------------------------------------------------------------------


def guesses(body: type[Body], s: Situation) -> dict[str, Any]:
    """What is most likely, to be changed where it is wrong."""
    found: dict[str, Any] = {}
    for name, info in body.model_fields.items():
        if info.is_required():
            continue  # pydantic's "undefined" is no guess
        default = info.get_default(call_default_factory=True, validated_data={})
        if default is not None and not isinstance(default, list):
            found[name] = default
    match body.kind:
        case "visit_scheduled" | "visit_moved":
            found["day"] = s.next_working_day
            found["partners"] = _who_should_come(s)
        case "visit_started":
            visit = s.visit(body.kind)
            found["partners"] = (visit.partners if visit else []) or _who_should_come(s)
        case "application_filed" | "data_entered":
            found["documents"] = s.state.wanted
        case "condition_checked":
            found.pop("go_ahead", None)
        case "person_described":  # a list is told whole: else who ticks one more drops the others
            found |= {n: known for n, known in lists_known(s).items() if sees(s.duty, n, body.kind)}
        case "delivered" if s.state.visit is None and s.duty is Duty.PRINTING:
            found["place"] = e.HandOverPlace.COUNTER
    for name in ("document", "receipt", "complaint", "request", "requirement"):
        if name in body.model_fields and (choices := choices_for(body, name, s)):
            found[name] = choices[0][0]
    return found | (guesses_from(s.picked, body, s.duty, s.entries) if s.picked else {})


def lists_known(s: Situation) -> dict[str, list[Any]]:
    """Lists of what is known of the person."""
    told = {fact.name: fact.value for fact in person_facts(s.entries) if isinstance(fact.value, list)}
    return told | {"documents": s.state.wanted}


def what_is_new(values: dict[str, Any], s: Situation) -> dict[str, Any]:
    """The person's facts without the lists that say what is known. Nobody drops what they are not shown."""
    new = dict(values)
    for name, known in lists_known(s).items():
        if name in new:
            hidden = [] if sees(s.duty, name, "person_described") else known
            new[name] = [*hidden, *(v for v in new[name] if v not in hidden)]
            if set(new[name]) == set(known):
                del new[name]
    return new


def _who_should_come(s: Situation) -> list[Any]:
    """Partners whom the step of the visit itself, or one at the door after it, asks for."""
    at_the_door = [x for x in s.programme.steps_for(s.state.wanted) if x.present or x.present_any]
    named = [p for x in at_the_door for p in missing_partners(x, [])]
    return list(dict.fromkeys(named))
