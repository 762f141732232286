"""How far a case is: the steps of its programme by phase, done, now, later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from jemput.core.codes import Coded, Duty
from jemput.core.fold import concerns
from jemput.core.programme import Phase, Step
from jemput.core.rules import Action
from jemput.core.text import Words, _
from jemput.core.waiting import Wait
from jemput.office.dossier import Dossier


class Progress(Coded):
    """Where a step stands."""

    DONE = "done", _("Done")
    NOW = "now", _("Now")
    LATER = "later", _("Later")
    IF_NEEDED = "if_needed", _("If needed")


@dataclass(frozen=True)
class Stage:
    """One step and where it stands."""

    step: Step
    progress: Progress
    at: datetime | None = None
    wait: Wait | None = None


@dataclass
class Lane:
    """A phase with its steps."""

    phase: Phase
    stages: list[Stage] = field(default_factory=list)

    @property
    def progress(self) -> Progress:
        """A phase is under way when one of its steps is, and done when none is left."""
        found = {s.progress for s in self.stages} - {Progress.IF_NEEDED}
        if Progress.NOW in found:
            return Progress.NOW
        return Progress.LATER if Progress.LATER in found or not found else Progress.DONE


def lanes(dossier: Dossier) -> list[Lane]:
    """The phases of the case, in the order of the programme; steps that do not concern it are left out."""
    waits = {w.step: w for w in dossier.waits}
    found: dict[Phase, Lane] = {}
    for step in dossier.programme.steps:
        if not concerns(dossier.state, step):
            continue
        stage = _stage(dossier, step, waits.get(step.id))
        found.setdefault(step.phase, Lane(step.phase)).stages.append(stage)
    return list(found.values())


def _stage(dossier: Dossier, step: Step, wait: Wait | None) -> Stage:
    if step.id in dossier.state.done:
        return Stage(step, Progress.DONE, dossier.state.done[step.id])
    if wait is not None:
        return Stage(step, Progress.NOW, wait=wait)
    return Stage(step, Progress.IF_NEEDED if step.optional else Progress.LATER)


@dataclass(frozen=True)
class Next:
    """What may be done: the one thing to do first, what else, and why not the rest."""

    primary: Action | None
    others: list[Action]
    general: list[Action]
    elsewhere: list[tuple[Wait, Step, tuple[Words, ...]]]
    """Steps that wait, but not for this person or not yet, with the reasons."""
    refused: list[Action]
    """Steps that cannot be done now, though this duty does them."""


def next_actions(dossier: Dossier, duty: Duty) -> Next:
    """The first waiting step that this person may do is the primary action; the rest follow in order."""
    waiting = [w.step for w in dossier.waits]
    by_key = {a.key: a for a in dossier.actions}
    doable = [a for a in dossier.actions if a.allowed]
    urgent = [by_key[key] for key in waiting if key in by_key and by_key[key].allowed]
    primary = urgent[0] if urgent else None
    steps = [a for a in doable if a.step is not None and a is not primary]
    # What waits comes before what is only possible.
    steps.sort(key=lambda a: (a.key not in waiting, a.key in dossier.state.done))
    known = {s.id: s for s in dossier.programme.steps}
    elsewhere = [
        (w, known[w.step], by_key[w.step].reasons)
        for w in dossier.waits
        if w.step in known and w.step in by_key and not by_key[w.step].allowed
    ]
    told = {s.id for _w, s, _r in elsewhere}
    refused = [
        a
        for a in dossier.actions
        if a.step is not None
        and not a.allowed
        and duty in a.step.duties
        and a.key not in dossier.state.done
        and a.key not in told
    ]
    general = [a for a in doable if a.step is None and a.key != "corrected" and a is not primary]
    return Next(primary, steps, general, elsewhere, refused)
