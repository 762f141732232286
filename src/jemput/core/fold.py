"""From the entries of a case to its state. A pure fold over the clear parts alone.

No clock, no seal, no database: what the fold does not need, an erasure cannot take away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from jemput.core import entries as e
from jemput.core.changes import CHANGES, is_print_ready, must_record_again, set_flag
from jemput.core.codes import Flag, Status
from jemput.core.corrections import as_corrected
from jemput.core.entries import Entry
from jemput.core.programme import Programme, Step
from jemput.core.state import State

ProgrammeLookup = Callable[[str], Programme]
"""Gives the programme of a hash. Raises KeyError for one that was never installed."""

# Results that let a case go on, where the programme file does not say otherwise.
PASSES: dict[str, dict[str, tuple[str | bool, ...]]] = {
    "triaged": {"result": ("accepted",)},
    "recorded": {"result": ("complete", "with_exception")},
    "visit_ended": {"result": ("done",)},
    "condition_checked": {"go_ahead": (True,)},
}
PAPER_KINDS = frozenset({"printed", "custody_taken", "delivered", "originals_returned"})
AT_THE_DOOR = frozenset({"visit_scheduled", "visit_started"})
RECORDING = frozenset({"recorded", "sent_to_centre", "centre_status"})


def fold(lookup: ProgrammeLookup, entries: Iterable[Entry]) -> State:
    """The state of one case after its entries, in journal order.

    The first entry is the report, which names the programme and pins its version.
    Raises ValueError when the entries do not begin with a report.
    """
    applied: list[Entry] = []
    state = State()
    programme: Programme | None = None
    for entry in as_corrected(entries):
        body = entry.body
        if isinstance(body, e.Reported):
            if programme is None:
                programme = lookup(body.programme_hash)
        elif programme is None:
            raise ValueError("a case begins with a report")
        if isinstance(body, e.ProgrammeChanged):
            programme = lookup(body.programme_hash)
            state = _judged_anew(programme, applied, state)
            state.programme, state.programme_hash = body.programme, body.programme_hash
        assert programme is not None
        _apply(programme, state, entry, judge=True)
        applied.append(entry)
    if programme is None:
        raise ValueError("a case begins with a report")
    return state


def advance(programme: Programme, state: State, entry: Entry) -> State:
    """The state after one more entry, in place: folding step by step costs no more than once at the end.

    For an entry that does not reach back: corrections and changes of programme need ``fold``.
    """
    if isinstance(entry.body, e.Corrected | e.ProgrammeChanged):
        raise ValueError(f"{entry.kind} needs the whole journal")
    _apply(programme, state, entry, judge=True)
    return state


def _judged_anew(programme: Programme, applied: list[Entry], old: State) -> State:
    """What was done so far, seen through another programme; what was irregular stays so."""
    state = State(irregular=list(old.irregular))
    for entry in applied:
        _apply(programme, state, entry, judge=False)
    if Flag.AGAINST_RULES in old.flags:
        state.flags[Flag.AGAINST_RULES] = old.flags[Flag.AGAINST_RULES]
    return state


def _apply(programme: Programme, state: State, entry: Entry, *, judge: bool) -> None:
    if judge and _is_irregular(programme, state, entry):
        state.irregular.append(entry.id)
        state.flags.setdefault(Flag.AGAINST_RULES, entry.at)
    had_failed = Flag.CENTRE_FAILED in state.flags
    if (change := CHANGES.get(entry.kind)) is not None:
        change(state, entry.body, entry)
    _mark_steps(programme, state, entry)
    if had_failed and isinstance(entry.body, e.CentreStatus) and is_print_ready(entry.body.raw):
        _was_sent_again(programme, state, entry)
    state.opened_at = state.opened_at or entry.at
    state.last_at, state.last = entry.at, entry.id
    _settle_flags(programme, state, entry.at)
    state.status = _status(state)


ENDED = frozenset({Status.CLOSED, Status.REJECTED, Status.REFERRED, Status.MERGED})


def _is_irregular(programme: Programme, state: State, entry: Entry) -> bool:
    """Whether the entry does a step before those that should come first, works on an ended case, or is
    about a paper that the case does not want."""
    if getattr(entry.body, "document", None) not in (None, *state.documents):
        return True
    steps = [s for s in _steps_of(programme, entry.kind) if _matches(s, entry) and concerns(state, s)]
    if not steps or entry.kind == "reported" or at_any_time(state, entry.kind):
        return False
    if isinstance(entry.body, e.Triaged) and entry.body.result is not e.TriageResult.ACCEPTED:
        return False  # nobody waits for papers to turn a report away
    if state.status in ENDED:
        return True
    return not any(step_is_ready(programme, state, s) for s in steps)


def at_any_time(state: State, kind: str) -> bool:
    """Whether this waits for no step: people get their papers back, and may consent anew to what goes on."""
    if kind == "consent_given":
        return Flag.CONSENT_WITHDRAWN in state.flags and state.status not in ENDED
    return kind == "originals_returned"


def concerns(state: State, step: Step) -> bool:
    """Whether the case goes through this step: its documents are wanted and nothing said waives it."""
    return step.concerns(state.wanted) and not (step.unless and step.waived(state.said))


def step_is_ready(programme: Programme, state: State, step: Step) -> bool:
    """Whether all that must come before the step is done, or does not concern this case."""
    return all(b in state.done or not concerns(state, programme.step(b)) for b in step.after)


_STEPS: dict[tuple[str, str], tuple[Step, ...]] = {}
_ASKED: dict[str, frozenset[str]] = {}


def _steps_of(programme: Programme, kind: str) -> tuple[Step, ...]:
    key = (programme.hash, kind)
    if key not in _STEPS:
        _STEPS[key] = tuple(s for s in programme.steps if s.entry == kind)
    return _STEPS[key]


def _asked_about(programme: Programme) -> frozenset[str]:
    """Steps whose answer can waive another."""
    if programme.hash not in _ASKED:
        _ASKED[programme.hash] = frozenset(name for step in programme.steps for name in step.unless)
    return _ASKED[programme.hash]


def _matches(step: Step, entry: Entry) -> bool:
    return all(getattr(entry.body, name) == value for name, value in step.match.items())


def _passes(step: Step, entry: Entry) -> bool:
    wanted = step.passes or PASSES.get(entry.kind, {})
    if any(getattr(entry.body, name) not in values for name, values in wanted.items()):
        return False
    if isinstance(entry.body, e.CentreStatus) and "raw" not in step.passes:
        return is_print_ready(entry.body.raw)
    return True


def _mark_steps(programme: Programme, state: State, entry: Entry) -> None:
    for step in _steps_of(programme, entry.kind):
        if not _matches(step, entry):
            continue
        if step.id in _asked_about(programme):
            state.said[step.id] = entry.body.split()[0]
        if not _passes(step, entry):
            if not step.repeats and entry.kind not in PAPER_KINDS:
                state.done.pop(step.id, None)  # the newest answer holds: a match that became a mismatch
            continue
        if entry.kind in PAPER_KINDS and not _all_papers(state, step):
            continue
        state.done.setdefault(step.id, entry.at)
    purpose = _purpose(entry) or "record"  # a failure at the centre sends the kit again, nobody else
    for kind in _reopened_by(state, entry):
        for step in _steps_of(programme, kind):
            if step.match.get("purpose", purpose) != purpose:
                continue
            state.done.pop(step.id, None)


def _all_papers(state: State, step: Step) -> bool:
    if step.entry == "originals_returned":
        return not state.originals
    papers = [p for d, p in state.documents.items() if not step.documents or d in step.documents]
    if step.entry == "printed":
        return all(p.printed for p in papers)
    if step.entry == "custody_taken":
        return all(p.holder or p.delivered for p in papers)
    return all(p.delivered for p in papers)


def _reopened_by(state: State, entry: Entry) -> frozenset[str]:
    """Kinds whose steps must be done again after this entry."""
    body = entry.body
    if isinstance(body, e.VisitEnded) and body.result is not e.VisitResult.DONE and body.again:
        return AT_THE_DOOR
    if isinstance(body, e.CentreStatus) and must_record_again(body.raw):
        return RECORDING | AT_THE_DOOR | {"visit_ended"}
    if isinstance(body, e.Spoiled):
        return frozenset({"printed", "custody_taken"})
    if isinstance(body, e.DeliveryFailed):
        return frozenset({"custody_taken"})
    if isinstance(body, e.OriginalsCollected):
        return frozenset({"originals_returned"})
    return frozenset()


def _was_sent_again(programme: Programme, state: State, entry: Entry) -> None:
    """After a failure the centre says print ready: the recording was resent, nobody must go again."""
    for step in programme.steps:
        if step.entry in RECORDING | AT_THE_DOOR | {"visit_ended"} and step.match.get("purpose") in (
            None,
            "record",
        ):
            state.done.setdefault(step.id, entry.at)


def _purpose(entry: Entry) -> str | None:
    return getattr(entry.body, "purpose", None)


def _settle_flags(programme: Programme, state: State, at: datetime) -> None:
    """Flags that follow from the rest of the state."""
    papers = state.documents.values()
    set_flag(state, Flag.PAPERS_WANTING, bool(state.papers_wanting), at)
    set_flag(state, Flag.ORIGINALS_HELD, bool(state.originals), at)
    set_flag(state, Flag.COMPLAINT_OPEN, bool(state.complaints), at)
    set_flag(state, Flag.DATA_REQUEST_OPEN, bool(state.data_requests), at)
    set_flag(state, Flag.IN_CUSTODY, any(p.holder and not p.delivered for p in papers), at)
    unprinted = any(
        not state.documents[d].printed for d in programme.recorded_documents if d in state.documents
    )
    ready = state.centre_raw is not None and is_print_ready(state.centre_raw)
    set_flag(state, Flag.PRINT_READY, ready and unprinted, at)


def _status(state: State) -> Status:
    if state.merged_into is not None:
        return Status.MERGED
    if state.closed_for is not None:
        return Status.CLOSED
    if state.triage is e.TriageResult.REFUSED:
        return Status.REJECTED
    if state.triage is e.TriageResult.REFERRED:
        return Status.REFERRED
    papers = state.documents.values()
    if papers and all(p.delivered for p in papers):
        return Status.DELIVERED
    if papers and all(p.printed for p in papers):
        return Status.ISSUED
    if state.visits or state.originals or any(p.printed for p in papers) or state.flags.keys() & _WORKING:
        return Status.IN_PROGRESS
    return Status.ACCEPTED if state.triage is e.TriageResult.ACCEPTED else Status.REPORTED


_WORKING = {Flag.AT_CENTRE, Flag.REVISIT, Flag.CENTRE_FAILED, Flag.PRINT_READY}
