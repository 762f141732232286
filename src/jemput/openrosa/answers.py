"""Reading a filled form: the entries that it says, by the description by which it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from xml.parsers import expat

from jemput.core.entries import Body
from jemput.core.programme import Programme, Step
from jemput.core.text import BadInput, _
from jemput.openrosa import forms

MOST_XML = 200_000
MOST_DEEP = 8
_SPACE = UUID("0b6f3d3a-52b1-5d56-9a0e-6d1f3a0c7c11")
"""Ids of entries follow from the submission's own id and the step in this space."""

Tree = dict[str, Any]
"""An element by name: its text, or the elements in it."""


@dataclass(frozen=True)
class Answers:
    """A filled form, not yet judged."""

    form: str
    version: str
    instance: str
    tree: Tree
    deprecated: str = ""
    """The form that this one changes."""
    root: str = ""
    """The form whose number the entries carry: of one that changes another, the first."""
    visit: str = ""
    """The visit, where it is known from elsewhere."""

    def text(self, *path: str) -> str:
        """What was answered there; empty where nothing was."""
        found: Any = self.tree
        for name in path:
            found = found.get(name, "") if isinstance(found, dict) else ""
        return found.strip() if isinstance(found, str) else ""

    def entry_id(self, step: Step) -> UUID:
        """The id of the entry that this form says about a step: the same each time it is sent."""
        return uuid5(_SPACE, f"{self.root or self.instance}/{step.id}")

    def change_id(self, step: Step, instance: str = "") -> UUID:
        """The id of what this form, or another, changes in a step."""
        return uuid5(_SPACE, f"{instance or self.instance}/{step.id}/changed")

    def note_id(self, *about: str) -> UUID:
        """The id of a note about files of this form."""
        return uuid5(_SPACE, "/".join((self.instance, "note", *about)))

    def moment(self, name: str) -> datetime:
        """``start`` or ``end``. Raises ValueError."""
        found = datetime.fromisoformat(self.text(name))
        if found.tzinfo is None:
            raise ValueError("no time zone")
        return found


def read(xml: bytes) -> Answers:
    """A filled form. Raises BadInput for what is none, or has no id of its own."""
    if len(xml) > MOST_XML:
        raise BadInput(_("This form is too large."))
    root, attributes = _parse(xml)
    meta = root.get("meta")
    instance = meta.get("instanceID", "") if isinstance(meta, dict) else ""
    form = attributes.get("id", "")
    if not isinstance(instance, str) or not 8 <= len(instance.strip()) <= 120 or not form:
        raise BadInput(_("This form has no number of its own (instanceID)."))
    deprecated = meta.get("deprecatedID", "") if isinstance(meta, dict) else ""
    changes = deprecated.strip() if isinstance(deprecated, str) else ""
    return Answers(form, attributes.get("version", ""), instance.strip(), root, changes)


def _parse(xml: bytes) -> tuple[Tree, dict[str, str]]:
    """Elements by their names without namespaces. No document type, so no entity ever."""
    parser = expat.ParserCreate(namespace_separator=" ")
    stack: list[tuple[str, Tree, list[str]]] = [("", {}, [])]
    first: dict[str, str] = {}

    def refuse(*_args: object) -> None:
        raise BadInput(_("This form cannot be read."))

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) == 1:
            first.update(attributes)
        if len(stack) > MOST_DEEP:
            refuse()
        stack.append((name.rpartition(" ")[2], {}, []))

    def end(_name: str) -> None:
        name, inner, text = stack.pop()
        stack[-1][1][name] = inner or "".join(text)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: stack[-1][2].append(text)
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise error if isinstance(error, BadInput) else BadInput(_("This form cannot be read.")) from error
    [root] = stack[0][1].values()
    return root if isinstance(root, dict) else {}, first


def bodies(said: Answers, programme: Programme, files: list[str]) -> list[tuple[Step, Body]]:
    """What each step's entry says. Raises ValueError (also pydantic's) where something does not fit."""
    found = []
    for step in forms.steps(programme):
        if step.entry not in forms.ALWAYS and said.text(f"did_{step.id}") != "yes":
            continue
        values: dict[str, Any] = dict(step.match)
        for question in forms.questions(step):
            text = said.text(forms.group_of(step), *question.path)
            if not text:
                continue
            inner = values.setdefault(question.path[0], {}) if len(question.path) > 1 else values
            inner[question.path[-1]] = _value(question, text)
        if step.entry in forms.ALWAYS:
            values["visit"] = (
                said.visit or said.text("visit") or str(uuid5(_SPACE, said.root or said.instance))
            )
        if step.entry == "visit_started" and (place := said.text(forms.group_of(step), "place").split()):
            values |= {"latitude": float(place[0]), "longitude": float(place[1])}
        if step.entry == "visit_ended" and files:
            values["files"] = files
        found.append((step, step.body.model_validate(values)))
    return found


def _value(question: forms.Question, text: str) -> Any:
    if question.shape.many:
        return text.split()
    if question.shape.type is bool:
        return text == "yes"
    return text
