"""Writes what the field app takes from Python: the closed lists, the kinds of entries, the centre's ladder,
and the Indonesian of every message that the app can show.

So the two sides cannot come to differ in data; what decides (fold, rules, ...) is written twice and held
together by tests/vectors. The files go to field/src/core/generated/, which is not in git.
"""

import json
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import messages  # noqa: E402 - its neighbour in tools/

from jemput import locale_build  # noqa: E402
from jemput.core import calendar, centre, priority, programme  # noqa: E402, F401 - these declare codes
from jemput.core.codes import Coded  # noqa: E402
from jemput.core.entries import KINDS, base  # noqa: E402

FIELD = ROOT / "field"
TARGET = FIELD / "src" / "core" / "generated"
HEAD = "// Made by tools/field_data.py from src/jemput/core.\n"


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# ---- closed lists -----------------------------------------------------------------------------------


def lists() -> dict[str, type[StrEnum]]:
    """Every closed list by its name."""
    found: dict[str, type[StrEnum]] = {c.__name__: c for c in Coded.__subclasses__()}
    return {**found, "CentreMeaning": centre.CentreMeaning}


def codes() -> str:
    """Each list as an object from code to label, and the type of its codes."""
    parts = []
    for name, codes in lists().items():
        lines = "".join(f"  {as_json(c.value)}: {as_json(c.label)},\n" for c in codes)  # type: ignore[attr-defined]
        parts.append(
            f"export const {name} = {{\n{lines}}} as const;\nexport type {name} = keyof typeof {name};\n"
        )
    return "\n".join(parts)


# ---- kinds of entries -------------------------------------------------------------------------------


class Reader:
    """Turns the JSON schema of one model into the table that entries/base.ts reads by, and into its type."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.schema = model.model_json_schema()
        self.known = lists()
        self.used: set[str] = set()
        self.parts: dict[str, dict[str, Any]] = {}

    def shape(self, schema: dict[str, Any]) -> tuple[str, str]:
        """(what the value is, its TypeScript type)."""
        if ref := schema.get("$ref"):
            name = ref.rpartition("/")[2]
            if name in self.known:
                self.used.add(name)
                return f'{{ is: "code", codes: {name} }}', f"codes.{name}"
            self.parts[name] = self.schema["$defs"][name]
            return f'{{ is: "part", fields: {name}Fields }}', name
        limits = {
            ours: schema[theirs]
            for ours, theirs in (
                ("min", "minimum"), ("max", "maximum"),
                ("least", "minLength"), ("most", "maxLength"), ("least", "minItems"), ("most", "maxItems"),
            )
            if theirs in schema
        }  # fmt: skip
        more = "".join(f", {key}: {value}" for key, value in limits.items())
        if "pattern" in schema:
            more += f", pattern: /{schema['pattern']}/u"
        if schema.get("format") in ("uuid", "date"):
            kind = {"uuid": "id", "date": "day"}[schema["format"]]
            return f'{{ is: "{kind}" }}', "string"
        if schema["type"] == "array":
            of, typed = self.shape(schema["items"])
            return f'{{ is: "list", of: {of}{more} }}', f"{typed}[]"
        kind, typed = {
            "string": ("text", "string"),
            "integer": ("whole", "number"),
            "number": ("number", "number"),
            "boolean": ("bool", "boolean"),
            "object": ("object", "Record<string, unknown>"),
        }[schema["type"]]
        return f'{{ is: "{kind}"{more} }}', typed

    def fields(self, model: type[BaseModel], clear: frozenset[str]) -> tuple[str, str]:
        """(the table of the fields, the members of the type). Sealed fields may be missing: erased, or not
        ours to open."""
        table, typed = "", ""
        required = self.schema.get("required", ())
        for name, schema in self.schema["properties"].items():
            choices = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
            value, type_ = self.shape(choices[0] if choices else schema)
            field = model.model_fields[name]
            if any(getattr(m, "func", None) is base._no_long_number for m in field.metadata):
                value = value.replace(" }", ", shortNumbers: true }")
            marks = f"value: {value}"
            marks += ", clear: true" if name in clear else ""
            marks += ", required: true" if name in required else ""
            default = field.get_default(call_default_factory=True)
            if default is not None and name not in required:
                dumped = (
                    default.model_dump(mode="json", exclude_none=True)
                    if isinstance(default, BaseModel)
                    else default
                )
                marks += f", default: {as_json(dumped)}"
            elif name not in required:
                marks += ", optional: true"
            marks += "".join(
                f", {key}: {as_json(text)}"
                for key, text in (("title", field.title), ("description", field.description))
                if text
            )
            table += f"    {name}: {{ {marks} }},\n"
            absent = "" if name in clear and (name in required or default is not None) else "?"
            typed += f"  {name}{absent}: {type_};\n"
        return table, typed


def kinds() -> str:
    """The table of all kinds, and the type of each body."""
    table, types, used, parts = "", "", set(), {}
    for kind, model in KINDS.items():
        reader = Reader(model)
        fields, typed = reader.fields(model, model.clear_fields())
        about = {
            "version": model.version,
            "stream": model.stream_type,
            "title": model.title,
            "action": model.action,
        }
        marks = ", ".join(f"{key}: {as_json(value)}" for key, value in about.items())
        table += f"  {kind}: {{\n    {marks},\n    fields: {{\n{fields}    }},\n  }},\n"
        types += f"export interface {model.__name__} {{\n{typed}}}\n\n"
        used |= reader.used
        parts |= dict.fromkeys(reader.parts, model)
    inner = ""
    for name, around in parts.items():
        module = sys.modules[around.__module__]
        model = getattr(module, name)
        reader = Reader(model)
        fields, typed = reader.fields(model, frozenset(model.model_fields))
        inner += f"const {name}Fields: Fields = {{\n{fields}}};\n\n"
        types = f"export interface {name} {{\n{typed}}}\n\n" + types
        used |= reader.used
    bodies = "".join(f"  {kind}: {model.__name__};\n" for kind, model in KINDS.items())
    return (
        'import type { Fields, KindOf } from "../entries/base";\n'
        'import type * as codes from "./codes";\n'
        f'import {{ {", ".join(sorted(used))} }} from "./codes";\n\n'
        f"{types}export interface Bodies {{\n{bodies}}}\n\n"
        f"{inner}export const KINDS: {{ [K in keyof Bodies]: KindOf }} = {{\n{table}}};\n"
    )


# ---- the centre -------------------------------------------------------------------------------------


def ladder() -> str:
    """Who acts on what the centre says, and the statuses as the sources spell them."""
    acts = "".join(f"  {meaning.value}: {as_json(r.acts.value)},\n" for meaning, r in centre.LADDER.items())
    known = "".join(f"  {raw}: {as_json(meaning.value)},\n" for raw, meaning in centre.KNOWN.items())
    return (
        'import type { Acts, CentreMeaning } from "./codes";\n\n'
        f"export const ACTS: Record<CentreMeaning, Acts> = {{\n{acts}}};\n\n"
        f"export const KNOWN: Record<string, CentreMeaning> = {{\n{known}}};\n"
    )


# ---- messages ---------------------------------------------------------------------------------------


def indonesian(generated: str) -> str:
    """From English to Indonesian: what is marked in field/src, and the labels in the generated files."""
    translations = {
        entry.msgid: locale_build.translation(entry)
        for part in reversed(locale_build.parts())  # the first part wins, as in locale_build.build
        for entry in locale_build.live(part)
        if not entry.msgctxt
    }
    marked = {m.msgid: m.where for m in messages.from_tree(FIELD / "src")}
    quoted = {json.loads(text) for text in re.findall(r'"(?:[^"\\]|\\.)*"', generated)}
    labels = quoted & translations.keys()
    if missing := marked.keys() - translations.keys():
        raise SystemExit("\n".join(f"{marked[m]}: no translation: {m!r}" for m in sorted(missing)))
    return json.dumps(
        {m: translations[m] for m in sorted(marked.keys() | labels)}, ensure_ascii=False, indent=0
    )


def write(name: str, content: str) -> None:
    """Only what changed is written: Vite and the stamps look at the files."""
    file = TARGET / name
    if not (file.is_file() and file.read_text("utf-8") == content):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")


def main() -> None:
    """Write all files that are not up to date."""
    made = {"codes.ts": codes(), "kinds.ts": kinds(), "ladder.ts": ladder()}
    for name, content in made.items():
        write(name, HEAD + content)
    write("id.json", indonesian("".join(made.values())) + "\n")


if __name__ == "__main__":
    main()
