"""What may this person do next with this case, and if not, why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from jemput.core import areas
from jemput.core import entries as e
from jemput.core.codes import Duty, Flag, Partner
from jemput.core.entries import KINDS, Body
from jemput.core.fold import AT_THE_DOOR, ENDED, at_any_time, concerns
from jemput.core.programme import Programme, Step, Text
from jemput.core.state import State
from jemput.core.text import Words, _


@dataclass(frozen=True)
class Actor:
    """Who asks: one duty at a time, in one area (dotted code; it covers what lies inside)."""

    duty: Duty
    area: str


@dataclass(frozen=True)
class Action:
    """One thing that can be done with a case, or the reasons why this person cannot do it now."""

    key: str
    kind: str
    label: Text | Words
    reasons: tuple[Words, ...] = ()
    step: Step | None = None

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons


_EVERYBODY = frozenset(Duty) - {Duty.EVALUATOR}
LEAD = frozenset({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE})
_INTAKE = frozenset(
    {
        Duty.REPORTER,
        Duty.VILLAGE_REGISTRAR,
        Duty.SUBDISTRICT,
        Duty.RW_AGENT,
        Duty.SOCIAL_AGENCY,
        Duty.HEALTH_WORKER,
        Duty.MAIN_ADMIN,
        Duty.FIELD_OFFICER,
    }
)
_CARRIERS = frozenset(
    {
        Duty.FIELD_OFFICER,
        Duty.COURIER,
        Duty.RW_AGENT,
        Duty.VILLAGE_REGISTRAR,
        Duty.SOCIAL_AGENCY,
        Duty.PRINTING,
    }
)

Objection = Callable[[State], Words | None]


def _unless(condition: Callable[[State], object], message: str) -> Objection:
    return lambda state: None if condition(state) else Words(message)


@dataclass(frozen=True)
class General:
    """What may be done in every programme, beside its steps."""

    duties: frozenset[Duty]
    objection: Objection = field(default=lambda state: None)
    after_the_end: bool = False


GENERAL: dict[str, General] = {
    "note": General(_EVERYBODY, after_the_end=True),
    "person_described": General(_INTAKE | {Duty.DATA_ENTRY}),
    "guardian_named": General(_INTAKE),
    "companion_named": General(_INTAKE),
    "requirement_received": General(_INTAKE | {Duty.DATA_ENTRY}),
    "requirement_wanting": General(frozenset({Duty.MAIN_ADMIN, Duty.DATA_ENTRY, Duty.RW_AGENT})),
    "visit_moved": General(
        frozenset({Duty.SCHEDULER, Duty.FIELD_OFFICER, Duty.MAIN_ADMIN, Duty.RW_AGENT}),
        _unless(lambda s: s.next_visit, _("No visit is scheduled.")),
    ),
    "consent_given": General(_INTAKE - {Duty.REPORTER}),
    "consent_withdrawn": General(_EVERYBODY),
    "condition_checked": General(
        frozenset({Duty.FIELD_OFFICER, Duty.SOCIAL_AGENCY, Duty.HEALTH_WORKER, Duty.MAIN_ADMIN})
    ),
    "spoiled": General(
        frozenset({Duty.PRINTING, Duty.FIELD_OFFICER, Duty.MAIN_ADMIN}),
        _unless(
            lambda s: any(p.printed and not p.delivered for p in s.documents.values()),
            _("No printed document is here."),
        ),
    ),
    "delivery_failed": General(
        _CARRIERS,
        _unless(
            lambda s: any(p.printed and not p.delivered for p in s.documents.values()),
            _("No printed document is on its way."),
        ),
    ),
    "originals_returned": General(
        _CARRIERS | {Duty.MAIN_ADMIN},
        _unless(lambda s: s.originals, _("We hold no original papers.")),
        after_the_end=True,
    ),
    "satisfaction": General(_EVERYBODY, after_the_end=True),
    "complaint": General(_EVERYBODY, after_the_end=True),
    "complaint_answered": General(
        LEAD, _unless(lambda s: s.complaints, _("No complaint is open.")), after_the_end=True
    ),
    "data_requested": General(_EVERYBODY, after_the_end=True),
    "data_request_answered": General(
        LEAD, _unless(lambda s: s.data_requests, _("No data request is open.")), after_the_end=True
    ),
    "merged": General(frozenset({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION})),
    "separated": General(
        frozenset({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION}),
        _unless(lambda s: s.merged_into, _("The case is not merged.")),
        after_the_end=True,
    ),
    "corrected": General(_EVERYBODY, after_the_end=True),
    "programme_changed": General(frozenset({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION})),
    "closed": General(
        frozenset({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION}),
        _unless(lambda s: not s.originals, _("Return the original papers first.")),
    ),
}

_FIRST, _DONE = _("First: %(steps)s."), _("This has been done.")
_OF_ORDER = frozenset({_FIRST, _DONE})
_SAYS_WHAT_IS_WANTED = frozenset({"reported", "person_described"})
_NEEDS_CONSENT = frozenset({"visit_started", "biometrics_checked", "form_filled", "recorded"})


def allowed(programme: Programme, state: State, actor: Actor) -> list[Action]:
    """Every action on the case: the programme's steps in order, then what is possible in every case."""
    steps = [s for s in programme.steps if s.entry != "reported" and concerns(state, s)]
    by_step = [Action(s.id, s.entry, s.label, tuple(_against(programme, state, actor, s)), s) for s in steps]
    # A step that matches some leaves the others possible, and so does one for what may be done at any time.
    kinds = {
        a.kind
        for a in by_step
        if a.step and not a.step.match and (a.allowed or not at_any_time(state, a.kind))
    }
    by_step += [
        Action("turn_away", "triaged", Words(_("Refuse or refer the report")), step=a.step)
        for a in by_step
        if a.kind == "triaged"
        and a.step
        and not a.allowed
        and not _against_turning_away(state, actor, a.step)
    ]
    general = [
        Action(
            kind,
            kind,
            Words(KINDS[kind].action),
            tuple(_against_general(state, actor, kind)),
        )
        for kind in GENERAL
        if kind not in kinds
    ]
    return by_step + general


def objections(programme: Programme, state: State, actor: Actor, body: Body) -> list[Words]:
    """Why this person may not write this entry now; empty when they may.

    Screens ask before they append. What a device brings from the field is accepted all the same and
    flagged: it has happened.
    """
    return [*_unwanted(state, body), *_against_body(programme, state, actor, body)]


def _against_body(programme: Programme, state: State, actor: Actor, body: Body) -> list[Words]:
    steps = [s for s in programme.steps if s.entry == body.kind and concerns(state, s) and matches(s, body)]
    if steps and isinstance(body, e.Triaged) and body.result is not e.TriageResult.ACCEPTED:
        return _against_turning_away(state, actor, steps[0])
    if not steps or at_any_time(state, body.kind):
        if body.kind in GENERAL:
            return _against_general(state, actor, body.kind)
        return [Words(_("This programme has no such step."))]
    found: list[Words] = []
    for step in steps:
        found = _against(programme, state, actor, step)
        if isinstance(body, e.VisitStarted):
            found += _partners_missing(step, body.partners)
        if not found:
            return []
    return found


def objections_since(
    programme: Programme, seen: State, state: State, actor: Actor, body: Body
) -> list[Words]:
    """``objections`` for somebody who saw the case as ``seen`` and writes into ``state``.

    What others did meanwhile does not undo an act, so the order of steps is judged by what the author saw.
    All else (consent, the end of the case, area, duty) holds as it stands today, whatever was seen.
    """
    today = objections(programme, state, actor, body)
    if any(reason.message not in _OF_ORDER for reason in today):
        return today
    return today and objections(programme, seen, actor, body) and today


def _unwanted(state: State, body: Body) -> list[Words]:
    """A paper is printed, carried and handed over in a case that wants it."""
    about = [getattr(body, "document", None)]
    if body.kind not in _SAYS_WHAT_IS_WANTED:
        about += getattr(body, "documents", None) or []
    if all(document is None or document in state.documents for document in about):
        return []
    return [Words(_("This document is not wanted in this case."))]


def matches(step: Step, body: Body) -> bool:
    """Whether an entry is of this step: a visit with another purpose is another step."""
    return all(getattr(body, name) == value for name, value in step.match.items())


def _against(programme: Programme, state: State, actor: Actor, step: Step) -> list[Words]:
    found = _outside(state, actor)
    if state.status in ENDED:
        return [*found, _ended(state)]
    if step.id in state.done and not step.repeats:
        found.append(Words(_DONE))
    waits = [b for b in map(programme.step, step.after) if b.id not in state.done and concerns(state, b)]
    if waits:
        found.append(Words(_FIRST, {"steps": [b.label for b in waits]}))
    if step.needs_papers:
        found += papers_missing(programme, state)
    if step.entry in GENERAL and (objection := GENERAL[step.entry].objection(state)):
        found.append(objection)
    if Flag.CONSENT_WITHDRAWN in state.flags and step.entry in _NEEDS_CONSENT:
        found.append(Words(_("Consent was withdrawn; speak with the person or guardian first.")))
    visit = state.visit
    if visit is not None and step.entry not in AT_THE_DOOR | {"visit_ended"}:
        found += _partners_missing(step, visit.partners)
    if actor.duty not in step.duties:
        found.append(Words(_("Done by: %(duties)s."), {"duties": [Words(d.label) for d in step.duties]}))
    return found


def _against_turning_away(state: State, actor: Actor, step: Step) -> list[Words]:
    """A report is refused, referred or merged without waiting for papers or any other step."""
    found = _outside(state, actor)
    if state.status in ENDED:
        found.append(_ended(state))
    if step.id in state.done:
        found.append(Words(_DONE))
    if actor.duty not in step.duties:
        found.append(Words(_("Done by: %(duties)s."), {"duties": [Words(d.label) for d in step.duties]}))
    return found


def _against_general(state: State, actor: Actor, kind: str) -> list[Words]:
    general = GENERAL[kind]
    found = _outside(state, actor)
    if state.status in ENDED and not general.after_the_end:
        found.append(_ended(state))
    objection = general.objection(state)
    if objection is not None:
        found.append(objection)
    if actor.duty not in general.duties:
        duties = [Words(d.label) for d in Duty if d in general.duties]
        found.append(Words(_("Done by: %(duties)s."), {"duties": duties}))
    return found


def _outside(state: State, actor: Actor) -> list[Words]:
    if areas.covers(actor.area, state.area):
        return []
    return [Words(_("The case lies outside your area."))]


def _ended(state: State) -> Words:
    return Words(_("The case has ended: %(status)s."), {"status": Words(state.status.label)})


def papers_missing(programme: Programme, state: State) -> list[Words]:
    """The papers that the case still lacks, as a reason; empty when none is."""
    wanted = programme.papers_wanted(state.wanted, set(state.papers_received))
    if not wanted:
        return []
    return [Words(_("Papers not yet received: %(papers)s."), {"papers": [r.label for r in wanted]})]


def missing_partners(step: Step, present: list[Partner]) -> list[Partner]:
    """Who should be at the visit and is not; of ``present_any``, all while none is there."""
    missing = [p for p in step.present if p not in present]
    if step.present_any and not set(step.present_any) & set(present):
        missing += [p for p in step.present_any if p not in missing]
    return missing


def _partners_missing(step: Step, present: list[Partner]) -> list[Words]:
    missing = missing_partners(step, present)
    if not missing:
        return []
    message = (
        _("One of these must be present: %(partners)s.")
        if not set(missing) & set(step.present)
        else _("Must be present: %(partners)s.")
    )
    return [Words(message, {"partners": [Words(p.label) for p in missing]})]


__all__ = [
    "ENDED",
    "GENERAL",
    "LEAD",
    "Action",
    "Actor",
    "allowed",
    "matches",
    "missing_partners",
    "objections",
    "objections_since",
    "papers_missing",
]
