"""Finds the words that Jemput shows and compares them with the Indonesian in locale/id/*.po.

Reports, with file and line: messages without a translation, translations that differ between two
parts, translations of nothing (obsolete), and placeholders lost or invented in translation.
With --stubs: the missing ones as PO text. Exit code 1 when there is anything to mend.
"""

import ast
import json
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from jemput import locale_build  # noqa: E402

# function -> positions of (context, msgid, plural)
PLAIN, PLURAL = (None, 0, None), (None, 0, 1)
CONTEXT, CONTEXT_PLURAL = (0, 1, None), (0, 1, 2)
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {"_": PLAIN, "N_": PLAIN}
for _lazy in ("", "_lazy", "_noop"):
    FUNCTIONS |= {f"gettext{_lazy}": PLAIN, f"ngettext{_lazy}": PLURAL}
    FUNCTIONS |= {f"pgettext{_lazy}": CONTEXT, f"npgettext{_lazy}": CONTEXT_PLURAL}
SOURCES = {"django.utils.translation", "jemput.core.text"}  # an `import ... as` from here counts too
IN_TYPESCRIPT = re.compile(r"""(?<![\w.])_\(\s*("(?:[^"\\\n]|\\.)*")\s*,?\s*\)""")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|(?<!\{)\{\w*\}(?!\})|(?<!%)%[sd]")


@dataclass(frozen=True)
class Message:
    """A message as the source says it."""

    context: str | None
    msgid: str
    plural: str | None
    where: str  # file:line


class NotLiteral(ValueError):
    """A message put together at run time can never be translated."""


def from_python(source: str, name: str, first_line: int = 1) -> Iterator[Message]:
    """The messages of a Python file. Raises NotLiteral for an f-string inside a translation call."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source, name)
    functions = dict(FUNCTIONS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in SOURCES:
            functions |= {a.asname: FUNCTIONS[a.name] for a in node.names if a.asname and a.name in FUNCTIONS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in functions:
            continue
        where = f"{name}:{node.lineno + first_line - 1}"
        texts = []
        for position in functions[called]:
            argument = node.args[position] if position is not None and position < len(node.args) else None
            if isinstance(argument, ast.JoinedStr):
                raise NotLiteral(f"{where}: an f-string cannot be translated; use a placeholder and format()")
            literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            texts.append(argument.value if literal else None)
        context, msgid, plural = texts
        if msgid:  # no literal: a message that was marked elsewhere is being rendered
            yield Message(context, msgid, plural, where)


def from_template(source: str, name: str) -> Iterator[Message]:
    """The messages of a Django template, read by Django's own extractor."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    text = templatize(source)
    for match in re.finditer(r"\b(?:n?p?gettext|_)\(", text):
        line = text.count("\n", 0, match.start()) + 1
        for end in (m.end() for m in re.finditer(r"\)", text[match.start() :])):
            call = text[match.start() : match.start() + end]
            try:
                ast.parse(call)
            except SyntaxError:
                continue  # that parenthesis was inside the message
            yield from from_python(call, name, line)
            break


def from_typescript(source: str, name: str) -> Iterator[Message]:
    """The messages of the field app: _("...")."""
    for match in IN_TYPESCRIPT.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        yield Message(None, json.loads(match[1]), None, f"{name}:{line}")


def from_tree(folder: Path) -> list[Message]:
    """All messages of the .py, .html, .txt, .ts and .tsx files under a folder."""
    found: list[Message] = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
        if path.suffix == ".py" and "migrations" not in path.parts:
            found += from_python(path.read_text("utf-8"), name)
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            found += from_template(path.read_text("utf-8"), name)
        elif path.suffix in {".ts", ".tsx"}:
            found += from_typescript(path.read_text("utf-8"), name)
    return found


def placeholders(text: str) -> set[str]:
    """The places that are filled in when the message is shown."""
    return set(PLACEHOLDER.findall(text))


def compare(messages: list[Message], parts: list[polib.POFile]) -> tuple[list[Message], list[str]]:
    """(messages without a translation, complaints about the translations)."""
    wanted: dict[locale_build.Key, Message] = {}
    for message in messages:
        kept = wanted.setdefault((message.context, message.msgid), message)
        if message.plural and not kept.plural:
            wanted[message.context, message.msgid] = message
    complaints = []
    seen: dict[locale_build.Key, tuple[str, str]] = {}
    for part in parts:
        for entry in part:
            if entry.obsolete or not entry.msgid:
                continue
            where = f"{Path(part.fpath).name}:{entry.linenum}"
            key, text = locale_build.key(entry), locale_build.translation(entry)
            if key not in wanted:
                complaints.append(f"{where}: obsolete: {entry.msgid!r}")
                continue
            if not text or entry.fuzzy:
                continue
            if key in seen and seen[key][0] != text:
                complaints.append(f"{where}: differs from {seen[key][1]}: {entry.msgid!r}")
            seen.setdefault(key, (text, where))
            allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
            odd = placeholders(text) - allowed or placeholders(
                entry.msgid_plural or entry.msgid
            ) - placeholders(text)
            if odd:
                complaints.append(f"{where}: placeholder {', '.join(sorted(odd))}: {entry.msgid!r}")
            if bool(wanted[key].plural) != bool(entry.msgid_plural):
                complaints.append(
                    f"{where}: plural here or in {wanted[key].where}, not both: {entry.msgid!r}"
                )
    return [message for key, message in wanted.items() if key not in seen], complaints


def stub(message: Message) -> str:
    """A PO entry to be filled in."""
    entry = polib.POEntry(msgctxt=message.context, msgid=message.msgid)
    entry.occurrences = [tuple(message.where.rsplit(":", 1))]
    if message.plural:
        entry.msgid_plural, entry.msgstr_plural = message.plural, {0: ""}
    return str(entry)


def main() -> int:
    """Build, compare, report."""
    locale_build.build()
    try:
        messages = from_tree(ROOT / "src" / "jemput") + from_tree(ROOT / "field" / "src")
    except (NotLiteral, SyntaxError) as error:
        print(error)
        return 1
    missing, complaints = compare(messages, locale_build.parts())
    if "--stubs" in sys.argv:
        print("\n".join(map(stub, missing)))
        return 0
    for line in [f"{m.where}: no translation: {m.msgid!r}" for m in missing] + complaints:
        print(line)
    distinct = len({(m.context, m.msgid) for m in messages})
    print(f"{distinct} messages, {len(missing)} without a translation, {len(complaints)} complaints")
    return 1 if missing or complaints else 0


if __name__ == "__main__":
    sys.exit(main())
