"""A programme's visit as an XForm: a group for each step, its questions made from the entry's model.

The cases to choose from come as ``cases.csv``, without names. ``answers`` reads what comes back by the same
description, so the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from hashlib import md5
from typing import Any
from xml.etree import ElementTree as ET

from django.utils import translation
from django.utils.translation import gettext
from pydantic import BaseModel

from jemput.core.codes import Coded, Duty
from jemput.core.entries.visit import VisitPurpose
from jemput.core.programme import Programme, Step
from jemput.core.text import _
from jemput.office.forms.shapes import Shape, shape_of

VERSION = 3
"""Of what is made here; raised when the questions change though the programme did not."""
KINDS = ("visit_started", "condition_checked", "biometrics_checked", "form_filled", "recorded", "visit_ended")
ALWAYS = frozenset({"visit_started", "visit_ended"})
"""The other steps are asked about only where they were done."""
PHOTOS = ("photo_1", "photo_2", "photo_3")
MOST_PIXELS = "2560"
"""Of a photo's longer side: Collect makes it smaller, and a paper stays legible."""
_NOT_ASKED = {
    "visit_started": {"visit", "purpose", "latitude", "longitude"},
    "visit_ended": {"visit", "purpose", "result", "again"},
    "recorded": {"result"},
}
_FILES = "files"
_MISSING = ("amputated", "injured", "stiff", "unable")
_PARTS = ("photo", "signature", "right_hand", "left_hand", "thumbs", "iris")
_NEEDED = {
    ("recorded", "exception_approved_by"): " or ".join(
        f"selected('{' '.join(_MISSING)}', {{group}}/{part}/result)" for part in _PARTS
    ),
    ("biometrics_checked", "nik"): "{group}/result = 'found'",
}
"""What the entry's model demands beyond its fields, as XPath."""
_YES_NO = (("yes", _("Yes")), ("no", _("No")))
_LANGUAGES = (("id", "Bahasa Indonesia (id)"), ("en", "English (en)"))
_XF, _H, _JR, _ORX, _ODK = (
    "http://www.w3.org/2002/xforms",
    "http://www.w3.org/1999/xhtml",
    "http://openrosa.org/javarosa",
    "http://openrosa.org/xforms",
    "http://www.opendatakit.org/xforms",
)


@dataclass(frozen=True)
class Question:
    """One field: where its answer stands, below the step's group."""

    path: tuple[str, ...]
    title: str
    shape: Shape
    required: bool
    default: str = ""
    hint: str = ""


def form_id(programme: Programme) -> str:
    """The form's id, the same for all its versions."""
    return f"jemput-{programme.code}"


def version(programme: Programme) -> str:
    """Another one when programme or questions change."""
    return f"{VERSION}-{programme.hash[:12]}"


def hash_in(version: str) -> str:
    """With what the hash of the programme begins from which a form of this version was made."""
    found = version.rpartition("-")[2]
    return found if len(found) == 12 else "none"


def steps(programme: Programme, duty: Duty = Duty.FIELD_OFFICER) -> list[Step]:
    """The steps of the visit that the duty does and a form can ask about, in their order."""
    found = [
        step
        for step in programme.steps
        if step.entry in KINDS
        and duty in step.duties
        and step.match.get("purpose", VisitPurpose.RECORD) == VisitPurpose.RECORD
    ]
    kinds = {step.entry for step in found}
    return found if kinds >= ALWAYS else []


def group_of(step: Step) -> str:
    """The name of a step's group; no other element begins like it."""
    return f"step_{step.id}"


def questions(step: Step) -> Iterator[Question]:
    """What is asked about a step."""
    for name, info in step.body.model_fields.items():
        if name in _NOT_ASKED.get(step.entry, ()) or name in step.match or name == _FILES:
            continue
        shape = shape_of(step.body, name)
        if issubclass(shape.type, BaseModel):
            for part, inner in shape.type.model_fields.items():
                at = shape_of(shape.type, part)
                title = f"{info.title}: {inner.title}"
                yield Question((name, part), title, at, inner.is_required(), _default(inner.default))
        elif shape.type is not dict:
            default, hint = _default(info.default), info.description or ""
            yield Question((name,), info.title or name, shape, info.is_required(), default, hint)


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    return str(value) if isinstance(value, int) else ""


def xform(programme: Programme) -> bytes:
    """The form; the same bytes for the same programme."""
    return _Writer(programme).write()


def digest(content: bytes) -> str:
    """As OpenRosa wants it: it tells versions apart and guards nothing."""
    return f"md5:{md5(content, usedforsecurity=False).hexdigest()}"


@dataclass
class _Writer:
    programme: Programme
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Label id -> the words in each language."""
    data: ET.Element = field(init=False)
    model: ET.Element = field(init=False)
    body: ET.Element = field(init=False)

    def write(self) -> bytes:
        """The whole XForm."""
        for prefix, space in (("", _XF), ("h", _H), ("jr", _JR), ("orx", _ORX), ("odk", _ODK)):
            ET.register_namespace(prefix, space)
        html = ET.Element(f"{{{_H}}}html")
        head = ET.SubElement(html, f"{{{_H}}}head")
        ET.SubElement(head, f"{{{_H}}}title").text = f"{self.programme.name} – {in_language('id', 'Visit')}"
        self.model = ET.SubElement(head, _x("model"), {f"{{{_ODK}}}xforms-version": "1.0.0"})
        itext = ET.SubElement(self.model, _x("itext"))
        instance = ET.SubElement(self.model, _x("instance"))
        about = {"id": form_id(self.programme), "version": version(self.programme)}
        self.data = ET.SubElement(instance, _x("data"), about)
        ET.SubElement(self.model, _x("submission"), {f"{{{_ODK}}}client-editable": "true"})
        cases = {"id": "cases", "src": "jr://file-csv/cases.csv"}
        ET.SubElement(self.model, _x("instance"), cases)
        self.body = ET.SubElement(html, f"{{{_H}}}body")
        self._envelope()
        for step in steps(self.programme):
            self._step(step)
        self._photos()
        self._meta()
        self._itext(itext)
        ET.indent(html)
        written: bytes = ET.tostring(html, encoding="utf-8", xml_declaration=True)
        return written

    def _envelope(self) -> None:
        for name in ("start", "end"):
            ET.SubElement(self.data, _x(name))
            preload = {f"{{{_JR}}}preload": "timestamp", f"{{{_JR}}}preloadParams": name}
            self._bind(f"/data/{name}", "dateTime", **preload)
        ET.SubElement(self.data, _x("case"))
        ET.SubElement(self.data, _x("visit"))
        self._bind("/data/case", "string", required="true()")
        row = "instance('cases')/root/item[name = /data/case]/visit"
        self._bind("/data/visit", "string", calculate=row)
        look = {"ref": "/data/case", "appearance": "minimal autocomplete"}
        control = ET.SubElement(self.body, _x("select1"), look)
        self._label(control, "/data/case", _("Case"))
        itemset = ET.SubElement(control, _x("itemset"), {"nodeset": "instance('cases')/root/item"})
        ET.SubElement(itemset, _x("value"), {"ref": "name"})
        ET.SubElement(itemset, _x("label"), {"ref": "label"})

    def _step(self, step: Step) -> None:
        base = f"/data/{group_of(step)}"
        if step.entry not in ALWAYS:
            ET.SubElement(self.data, _x(f"did_{step.id}"))
            self._bind(f"/data/did_{step.id}", "string", required="true()")
            self._choice(f"/data/did_{step.id}", step, _YES_NO)
            self._bind(base, relevant=f"/data/did_{step.id} = 'yes'")
        node = ET.SubElement(self.data, _x(group_of(step)))
        group = ET.SubElement(self.body, _x("group"), {"ref": base, "appearance": "field-list"})
        self._label(group, base, _words(step))
        if step.entry == "visit_started":
            ET.SubElement(node, _x("place"))
            self._bind(f"{base}/place", "geopoint")
            control = ET.SubElement(group, _x("input"), {"ref": f"{base}/place"})
            self._label(control, f"{base}/place", _("Where we are"))
        parents: dict[tuple[str, ...], ET.Element] = {(): node}
        for question in questions(step):
            if question.path[:-1] not in parents:
                parents[question.path[:-1]] = ET.SubElement(node, _x(question.path[0]))
            ET.SubElement(parents[question.path[:-1]], _x(question.path[-1])).text = question.default or None
            self._question(group, base, step, question)

    def _question(self, group: ET.Element, base: str, step: Step, asked: Question) -> None:
        ref, shape = "/".join((base, *asked.path)), asked.shape
        rules: dict[str, str] = {"required": "true()"} if asked.required else {}
        if needed := _NEEDED.get((step.entry, asked.path[-1])):
            rules["required"] = needed.format(group=base)
        if limits := _constraint(shape):
            rules["constraint"] = limits
        self._bind(ref, _type(shape), **rules)
        if choices := _choices(shape):
            control = ET.SubElement(group, _x("select" if shape.many else "select1"), {"ref": ref})
            self._label(control, ref, asked.title, asked.hint)
            self._items(control, ref, choices)
        else:
            more = {"appearance": "multiline"} if shape.is_prose else {}
            control = ET.SubElement(group, _x("input"), {"ref": ref, **more})
            self._label(control, ref, asked.title, asked.hint)

    def _choice(self, ref: str, step: Step, choices: tuple[tuple[str, str], ...]) -> None:
        control = ET.SubElement(self.body, _x("select1"), {"ref": ref})
        done = tuple(
            in_language(x, _("Done: %(step)s")) % {"step": step.label.in_language(x)} for x, __ in _LANGUAGES
        )
        self._label(control, ref, done)
        self._items(control, ref, choices)

    def _items(self, control: ET.Element, ref: str, choices: tuple[tuple[str, str], ...]) -> None:
        for value, title in choices:
            item = ET.SubElement(control, _x("item"))
            self._label(item, f"{ref}/{value}", title)
            ET.SubElement(item, _x("value")).text = value

    def _photos(self) -> None:
        for name in PHOTOS:
            ET.SubElement(self.data, _x(name))
            self._bind(f"/data/{name}", "binary", **{f"{{{_ORX}}}max-pixels": MOST_PIXELS})
            upload = {"ref": f"/data/{name}", "mediatype": "image/*"}
            control = ET.SubElement(self.body, _x("upload"), upload)
            self._label(control, f"/data/{name}", _("Photo of a paper"))

    def _meta(self) -> None:
        meta = ET.SubElement(self.data, _x("meta"))
        ET.SubElement(meta, _x("instanceID"))
        ET.SubElement(meta, _x("instanceName"))
        self._bind("/data/meta/instanceID", "string", readonly="true()", **{f"{{{_JR}}}preload": "uid"})
        self._bind("/data/meta/instanceName", "string", calculate="/data/case")

    # ---- parts ------------------------------------------------------------------------------------

    def _bind(self, nodeset: str, type: str = "", **rules: str) -> None:
        said = {"nodeset": nodeset, **({"type": type} if type else {}), **rules}
        ET.SubElement(self.model, _x("bind"), said)

    def _label(self, control: ET.Element, ref: str, title: str | tuple[str, ...], hint: str = "") -> None:
        for part, words in (("label", title), ("hint", hint)):
            if words:
                id = f"{ref}:{part}"
                both = (
                    words
                    if isinstance(words, tuple)
                    else tuple(in_language(x, words) for x, __ in _LANGUAGES)
                )
                self.texts[id] = both
                ET.SubElement(control, _x(part), {"ref": f"jr:itext('{id}')"})

    def _itext(self, itext: ET.Element) -> None:
        for number, (__, name) in enumerate(_LANGUAGES):
            first = {} if number else {"default": "true()"}
            language = ET.SubElement(itext, _x("translation"), {"lang": name, **first})
            for id, words in self.texts.items():
                text = ET.SubElement(language, _x("text"), {"id": id})
                ET.SubElement(text, _x("value")).text = words[number]


def _x(name: str) -> str:
    return f"{{{_XF}}}{name}"


def in_language(language: str, message: str) -> str:
    """A message in a language, whatever the reader's is."""
    with translation.override(language):
        return gettext(message)


def _words(step: Step) -> tuple[str, ...]:
    return tuple(step.label.in_language(language) for language, __ in _LANGUAGES)


def _type(shape: Shape) -> str:
    known = {int: "int", float: "decimal"}
    return "date" if shape.type.__name__ == "date" else known.get(shape.type, "string")


def _choices(shape: Shape) -> tuple[tuple[str, str], ...]:
    if shape.type is bool:
        return _YES_NO
    if issubclass(shape.type, Coded):
        return tuple((c.value, c.label) for c in shape.type)
    return ()


def _constraint(shape: Shape) -> str:
    if shape.pattern == "digits16":
        return "regex(., '^[0-9]{16}$')"
    signs = {"ge": ". >= {}", "le": ". <= {}", "max_length": "string-length(.) <= {}"}
    return " and ".join(signs[name].format(value) for name, value in shape.limits.items() if name in signs)
