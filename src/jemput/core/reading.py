"""Read a programme file: a Programme, or every fault with its line, the reason and the remedy."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from jemput.core.codes import Document
from jemput.core.entries.base import KINDS
from jemput.core.programme import Programme, Step
from jemput.core.text import Words, _

MAX_BYTES = 262_144
MAX_LINES, MAX_LINE = 5_000, 2_000
"""No real file is longer or wider; the TOML reader takes quadratic time for a key of a million dots."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a programme file; ``line`` counts from 1, 0 where no line can be named."""

    line: int
    reason: Words
    remedy: Words


class ProgrammeError(ValueError):
    """A programme file that cannot be used; ``faults`` say why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"line {f.line}: {f.reason}" for f in faults))
        self.faults = faults


def read_programme(data: bytes) -> Programme:
    """Read the bytes of a programme file. Raises ProgrammeError with all its faults."""
    text = _decode(data)
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        raise ProgrammeError([_syntax_fault(str(error), text)]) from None
    if "hash" in raw:
        raise ProgrammeError(
            [
                Fault(
                    _line_of(text, ("hash",)),
                    Words(_("A programme file does not hold its own hash.")),
                    Words(_("Remove the line; it is computed.")),
                )
            ]
        )
    try:
        programme = Programme.model_validate({**raw, "hash": hashlib.sha256(data).hexdigest()})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:20]
        raise ProgrammeError([_schema_fault(text, e, raw) for e in found]) from None
    except RecursionError:
        raise ProgrammeError([_syntax_fault("", text)]) from None
    faults = [
        Fault(_line_of(text, loc), reason, remedy) for loc, reason, remedy in _meaning_faults(programme)
    ]
    if faults:
        raise ProgrammeError(faults)
    return programme


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ProgrammeError(
            [
                Fault(
                    0,
                    Words(_("The file is larger than %(kb)s kB."), {"kb": MAX_BYTES // 1024}),
                    Words(_("Keep pictures and long texts out of the programme file.")),
                )
            ]
        )
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ProgrammeError(
            [
                Fault(
                    data[: error.start].count(b"\n") + 1,
                    Words(_("The file is not written in UTF-8.")),
                    Words(_("Save it again with the encoding UTF-8.")),
                )
            ]
        ) from None
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        raise ProgrammeError(
            [
                Fault(
                    MAX_LINES + 1,
                    Words(_("The file has more than %(count)s lines."), {"count": MAX_LINES}),
                    Words(_("Keep pictures and long texts out of the programme file.")),
                )
            ]
        )
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise ProgrammeError(
                [
                    Fault(
                        number,
                        Words(_("The line is longer than %(count)s characters."), {"count": MAX_LINE}),
                        Words(_("Break it into several lines; shorten long texts.")),
                    )
                ]
            )
    return text


def _syntax_fault(message: str, text: str) -> Fault:
    found = re.search(r"line (\d+)", message)
    line = int(found[1]) if found else text.count("\n") + 1 if "end of document" in message else 0
    return Fault(
        line,
        Words(_("This is not valid TOML.")),
        Words(_("Compare the line with a neighbour: quotes, brackets and commas come in pairs.")),
    )


_EXPECTED: dict[str, str] = {
    "missing": _("This must be given."),
    "extra_forbidden": _("This name is not known here."),
    "too_short": _("This list is too short."),
    "too_long": _("This list is too long."),
    "string_too_long": _("This text is too long."),
    "string_too_short": _("This text is empty."),
    "string_pattern_mismatch": _("This is not written in the expected form."),
    "greater_than_equal": _("This number is too small."),
    "less_than_equal": _("This number is too large."),
    "int_type": _("This must be a whole number."),
    "int_parsing": _("This must be a whole number."),
    "int_from_float": _("This must be a whole number."),
    "float_type": _("This must be a number."),
    "float_parsing": _("This must be a number."),
    "bool_type": _("This must be true or false."),
    "bool_parsing": _("This must be true or false."),
    "string_type": _("This must be text in quotes."),
    "tuple_type": _("This must be a list in square brackets."),
    "dict_type": _("This must be a table."),
    "model_type": _("This must be a table."),
}
_LIMITS = {"ge": "≥ %s", "le": "≤ %s", "min_length": "≥ %s", "max_length": "≤ %s"}


def _as_written(raw: dict[str, Any], loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where a value stands in the file: facts are written under their topic, but kept as one list."""
    if len(loc) > 1 and loc[0] == "facts" and isinstance(raw.get("facts"), dict):
        place = int(loc[1])
        for topic, facts in raw["facts"].items():
            if place < len(facts):
                return ("facts", topic, place, *loc[2:])
            place -= len(facts)
    return loc


def _schema_fault(text: str, error: Any, raw: dict[str, Any]) -> Fault:
    loc = _as_written(raw, error["loc"])
    name = ".".join(str(part + 1 if isinstance(part, int) else part) for part in loc)
    reason = _EXPECTED.get(error["type"], _("This value does not fit here."))
    context = error.get("ctx") or {}
    if error["type"] in ("enum", "literal_error"):
        values = str(context.get("expected")).replace("'", "").replace(" or ", ", ")
        remedy = Words(_("Use one of: %(values)s."), {"values": values})
    elif error["type"] == "missing":
        remedy = Words(_("Add the line “%(name)s = ...”."), {"name": str(loc[-1])})
    elif error["type"] == "extra_forbidden":
        remedy = Words(
            _("Remove it or correct its spelling; known names: %(values)s."),
            {"values": _names_at(error["loc"])},
        )
    elif error["type"] == "string_pattern_mismatch":
        remedy = Words(_("Expected form: %(form)s"), {"form": str(context.get("pattern"))})
    elif limits := ", ".join(_LIMITS[k] % v for k, v in context.items() if k in _LIMITS):
        remedy = Words(_("Allowed: %(limits)s."), {"limits": limits})
    else:
        remedy = Words(_("Write it as in the other programme files."))
    return Fault(
        _line_of(text, loc), Words(_("%(name)s: %(reason)s"), {"name": name, "reason": Words(reason)}), remedy
    )


def _names_at(loc: tuple[Any, ...]) -> str:
    """The field names that stand where an unknown one was found."""
    model: Any = Programme
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        field = getattr(model, "model_fields", {}).get(part)
        if field is None:
            return "..."
        model = _model_in(field.annotation)
    return ", ".join(n for n in getattr(model, "model_fields", {}) if n != "hash") or "..."


def _model_in(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model_in(a))), None)


Found = tuple[tuple[str | int, ...], Words, Words]
Condition = tuple[str, str, tuple[str | bool, ...]]


def _meaning_faults(programme: Programme) -> list[Found]:
    """What a well-formed file can still get wrong."""
    faults: list[Found] = []
    seen: set[str] = set()
    ids = {step.id for step in programme.steps}
    papers = [r.id for r in programme.requirements]
    for i, step in enumerate(programme.steps):
        at = ("steps", i)
        if step.id in seen:
            faults.append(
                (
                    (*at, "id"),
                    Words(_("The step “%(step)s” stands twice."), {"step": step.id}),
                    Words(_("Give each step an id of its own.")),
                )
            )
        seen.add(step.id)
        if step.entry not in KINDS or KINDS[step.entry].stream_type != "case":
            known = ", ".join(sorted(k for k, b in KINDS.items() if b.stream_type == "case"))
            faults.append(
                (
                    (*at, "entry"),
                    Words(_("There is no entry “%(entry)s”."), {"entry": step.entry}),
                    Words(_("Use one of: %(values)s."), {"values": known}),
                )
            )
            continue
        for before in step.after:
            if before not in ids:
                faults.append(
                    (
                        (*at, "after"),
                        Words(
                            _("“%(step)s” comes after “%(before)s”, which is no step."),
                            {"step": step.id, "before": before},
                        ),
                        Words(_("Use one of: %(values)s."), {"values": ", ".join(sorted(ids))}),
                    )
                )
        faults += _field_faults(at, step) + _waiver_faults(at, step, programme)
        if unknown := set(step.documents) - set(programme.documents):
            faults.append(
                (
                    (*at, "documents"),
                    Words(
                        _("The programme does not issue: %(documents)s."),
                        {"documents": ", ".join(sorted(unknown))},
                    ),
                    Words(_("Add the document to “documents” or take it out of the step.")),
                )
            )
    if not faults:
        faults += _order_faults(programme)
    for paper in sorted({p for p in papers if papers.count(p) > 1}):
        faults.append(
            (
                ("requirements", papers.index(paper), "id"),
                Words(_("The paper “%(paper)s” stands twice."), {"paper": paper}),
                Words(_("Give each paper an id of its own.")),
            )
        )
    return faults


def _field_faults(at: tuple[str | int, ...], step: Step) -> list[Found]:
    """``match`` and ``passes`` may only speak of clear fields and of values these can have."""
    conditions: list[Condition] = [("match", name, (value,)) for name, value in step.match.items()]
    conditions += [("passes", name, values) for name, values in step.passes.items()]
    return _condition_faults(at, step, conditions)


def _waiver_faults(at: tuple[str | int, ...], step: Step, programme: Programme) -> list[Found]:
    """``unless`` names another step and what its entry may say."""
    faults: list[Found] = []
    others = {s.id: s for s in programme.steps if s.id != step.id}
    for name, wanted in step.unless.items():
        if name not in others:
            faults.append(
                (
                    (*at, "unless"),
                    Words(_("There is no other step “%(step)s”."), {"step": name}),
                    Words(_("Use one of: %(values)s."), {"values": ", ".join(sorted(others))}),
                )
            )
        elif others[name].entry in KINDS:
            conditions: list[Condition] = [("unless", field, values) for field, values in wanted.items()]
            faults += _condition_faults(at, others[name], conditions)
    return faults


def _condition_faults(at: tuple[str | int, ...], step: Step, conditions: list[Condition]) -> list[Found]:
    faults: list[Found] = []
    clear = step.body.clear_fields()
    for key, name, values in conditions:
        if name not in clear:
            faults.append(
                (
                    (*at, key),
                    Words(
                        _("The entry “%(entry)s” has no open field “%(field)s”."),
                        {"entry": step.entry, "field": name},
                    ),
                    Words(_("Use one of: %(values)s."), {"values": ", ".join(sorted(clear)) or "-"}),
                )
            )
            continue
        known = _known_values(step.body.model_fields[name].annotation)
        if known and (wrong := [v for v in values if v not in known]):
            faults.append(
                (
                    (*at, key),
                    Words(_("“%(field)s” can never be %(value)s."), {"field": name, "value": str(wrong[0])}),
                    Words(_("Use one of: %(values)s."), {"values": ", ".join(map(str, known))}),
                )
            )
    return faults


def _known_values(annotation: Any) -> list[Any]:
    if annotation is bool:
        return [True, False]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [member.value for member in annotation]
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [v for a in get_args(annotation) for v in _known_values(a)]


def _order_faults(programme: Programme) -> list[Found]:
    faults: list[Found] = []
    after = {step.id: set(step.after) for step in programme.steps}
    left = dict(after)
    while ready := [s for s, before in left.items() if not before & left.keys()]:
        for step_id in ready:
            del left[step_id]
    while behind := left.keys() - set[str]().union(*left.values()):  # these only wait behind a circle
        for step_id in behind:
            del left[step_id]
    if left:
        first = next(i for i, s in enumerate(programme.steps) if s.id in left)
        faults.append(
            (
                ("steps", first, "after"),
                Words(_("These steps wait for each other: %(steps)s."), {"steps": ", ".join(left)}),
                Words(_("Take one “after” out so that the order has a beginning.")),
            )
        )
    first_step = programme.steps[0]
    if first_step.entry != "reported" or first_step.after:
        faults.append(
            (
                ("steps", 0),
                Words(_("A programme begins with the report.")),
                Words(_('Make the first step: entry = "reported", without “after”.')),
            )
        )
    needed: list[tuple[str, tuple[Document, ...]]] = [
        ("triaged", ()),
        ("printed", programme.documents),
        ("delivered", programme.documents),
        ("recorded", tuple(d for d in programme.documents if d in programme.recorded_documents)),
    ]
    for entry, documents in needed:
        steps = [s for s in programme.steps if s.entry == entry]
        missing = [d for d in documents if not any(s.concerns([d]) for s in steps)]
        if missing or (not documents and entry == "triaged" and not steps):
            faults.append(
                (
                    ("steps",),
                    Words(
                        _("No step “%(entry)s” for: %(documents)s."),
                        {"entry": entry, "documents": ", ".join(missing) or "-"},
                    ),
                    Words(_("Add the step, so that the document can reach the person.")),
                )
            )
    return faults


def _line_of(text: str, loc: tuple[str | int, ...]) -> int:
    """The line (from 1) where the value at ``loc`` stands, or of the table that should hold it."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    best = 1
    for depth, part in enumerate(loc):
        if isinstance(part, int):
            continue
        index = loc[depth + 1] if depth + 1 < len(loc) and isinstance(loc[depth + 1], int) else None
        headers = [
            n
            for n in range(start, end)
            if re.match(rf"\s*\[\[?\s*(?:[\w-]+\.)*{re.escape(part)}\s*\]\]?", lines[n])
        ]
        if headers:
            number = index if isinstance(index, int) else 0
            if number >= len(headers):
                return best
            start = headers[number]
            best = start + 1
            follow = [n for n in range(start + 1, end) if re.match(r"\s*\[", lines[n])]
            end = follow[0] if follow else end
            continue
        keys_end = next((n for n in range(start + 1, end) if re.match(r"\s*\[", lines[n])), end)
        key = next(
            (
                n
                for n in range(start, keys_end)
                if re.match(rf"\s*[\"']?{re.escape(part)}[\"']?\s*=", lines[n])
            ),
            None,
        )
        if key is None:
            return best
        items = _items_under(lines, key, keys_end)
        return (items[index] if isinstance(index, int) and index < len(items) else key) + 1
    return best


def _items_under(lines: list[str], key: int, end: int) -> list[int]:
    """The lines of a list that is written with one ``{ ... }`` on each line, below its name."""
    items: list[int] = []
    for n in range(key + 1, end):
        if re.match(r"\s*\{", lines[n]):
            items.append(n)
        elif not re.match(r"\s*(#|$)", lines[n]):
            break
    return items
