"""The vectors that every implementation of the fold and the rules must pass.

Each file is one case: its programme, its clear entries, and what follows. After a wanted change of the
rules write them anew with ``JEMPUT_WRITE_VECTORS=1`` and read the difference before you commit it.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jemput.core import entries as e
from jemput.core.codes import Document, Duty
from jemput.core.entries import Entry, join
from jemput.core.fold import fold
from jemput.core.reading import read_programme
from jemput.core.rules import Actor, allowed
from jemput.core.text import Words
from jemput.core.waiting import OfficeTime, waiting
from tests.core.stories import VECTORS, VISIT, Story, entry_id

CASES = VECTORS / "cases"
DUTIES = (Duty.REPORTER, Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.FIELD_OFFICER, Duty.EVALUATOR)


def _visit_again() -> Story:
    story = Story().reported().accepted().checked().at_the_door()
    ended = e.VisitEnded(visit=VISIT, outcome="in_crisis", next_step="revisit", again_on=date(2026, 3, 20))
    story.tell(ended, Duty.FIELD_OFFICER)
    return story


def _failed_at_centre() -> Story:
    story = Story().reported().accepted().checked().at_the_door().recorded()
    story.tell(e.CentreStatus(raw="ADJUDICATE_RECORD"))
    return story


def _delivered_two() -> Story:
    both = [Document.KTP_EL, Document.FAMILY_CARD]
    story = Story().reported(both).accepted().checked().at_the_door().recorded().printed()
    story.tell(e.Printed(document="family_card"), Duty.PRINTING)
    story.tell(e.CustodyTaken(document="ktp_el", holder="courier"), Duty.PRINTING)
    story.tell(e.DeliveryFailed(document="ktp_el", reason="nobody"), Duty.COURIER)
    for document in both:
        story.tell(e.Delivered(document=document, receipt="TT-0001", recipient="Painem"), Duty.COURIER)
    return story


def _corrected() -> Story:
    story = Story().reported()
    wrong = story.tell(e.Triaged(result="refused", reason="already_served"))
    story.tell(
        e.Corrected(entry=wrong.id, clear_values={"result": "accepted", "reason": None}, reason="Salah")
    )
    return story


def _voice_of_the_citizen() -> Story:
    story = Story().reported().accepted().checked().at_the_door()
    story.tell(e.ConsentWithdrawn())
    story.tell(e.Complaint(about="illegal_levy", text="Diminta uang"))
    story.tell(e.DataRequested(right="access", by="Sukarni"))
    return story


def _out_of_order() -> Story:
    story = Story().reported().accepted()
    story.tell(e.Recorded(), Duty.FIELD_OFFICER)
    return story


def _merged() -> Story:
    story = Story().reported().accepted()
    story.tell(e.Merged(into=entry_id(700)))
    return story


STORIES: dict[str, Any] = {
    "reported": lambda: Story().reported(),
    "papers-wanting": lambda: Story().reported().accepted(),
    "siak-mismatch": lambda: Story().reported().accepted().checked(e.BiodataResult.MISMATCH),
    "at-the-door": lambda: Story().reported().accepted().checked().at_the_door(),
    "visit-again": _visit_again,
    "failed-at-centre": _failed_at_centre,
    "print-ready-and-printed": lambda: (
        Story().reported().accepted().checked().at_the_door().recorded().printed()
    ),
    "delivered-two-documents": _delivered_two,
    "family-card-only": lambda: Story().reported([Document.FAMILY_CARD]).accepted().checked(),
    "corrected": _corrected,
    "voice-of-the-citizen": _voice_of_the_citizen,
    "out-of-order": _out_of_order,
    "merged": _merged,
}


def _words(value: Any) -> Any:
    """Words as language-free JSON: the message id and its parameters."""
    if isinstance(value, Words):
        return {"message": value.message, **{k: _words(v) for k, v in value.params.items()}}
    if isinstance(value, list):
        return [_words(v) for v in value]
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def _clear_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "stream": str(entry.stream),
        "kind": entry.kind,
        "version": entry.body.version,
        "actor": entry.actor,
        "duty": entry.duty,
        "occurred_at": entry.occurred_at.isoformat(),
        "seq": entry.seq,
        "clear": entry.body.split()[0],
    }


def _from_json(raw: dict[str, Any]) -> Entry:
    body = join(raw["kind"], raw["version"], raw["clear"], None)
    return Entry.model_validate(
        {k: v for k, v in raw.items() if k not in ("kind", "version", "clear")} | {"body": body}
    )


def _expected(programme_file: str, raw_entries: list[dict[str, Any]]) -> dict[str, Any]:
    programme = read_programme((VECTORS / "programmes" / programme_file).read_bytes())
    state = fold(lambda _hash: programme, [_from_json(r) for r in raw_entries])
    return {
        "state": state.to_json(),
        "allowed": {
            duty: {a.key: _words(list(a.reasons)) for a in allowed(programme, state, Actor(duty, "99.01"))}
            for duty in DUTIES
        },
        "waiting": [
            {
                "step": w.step,
                "duties": list(w.duties),
                "since": w.since.isoformat(),
                "due": w.due and w.due.isoformat(),
                "blocked": _words(list(w.blocked)),
            }
            for w in waiting(programme, state, OfficeTime())
        ],
    }


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _write(name: str) -> None:
    story: Story = STORIES[name]()
    raw = [_clear_json(entry) for entry in story.entries]
    vector = {"programme": "small.toml", "time_zone": "wib", "area": "99.01", "entries": raw}
    CASES.mkdir(exist_ok=True)
    text = json.dumps(vector | {"expect": _expected("small.toml", _plain(raw))}, indent=1, ensure_ascii=False)
    (CASES / f"{name}.json").write_text(text + "\n")


@pytest.mark.parametrize("name", STORIES)
def test_the_vector_holds(name: str):
    if os.environ.get("JEMPUT_WRITE_VECTORS"):
        _write(name)
    vector = json.loads((CASES / f"{name}.json").read_text())
    assert _plain(_expected(vector["programme"], vector["entries"])) == vector["expect"]


def test_no_vector_lies_about_unheard():
    assert {p.stem for p in Path(CASES).glob("*.json")} == set(STORIES)
