"""Builds the message catalogs without the gettext programs.

Each part of Jemput keeps its Indonesian in `locale/id/<part>.po`; here they become the one
`locale/id/LC_MESSAGES/django.mo` that Django reads. Run as `python -m jemput.locale_build`.
"""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).parent / "locale"
HEADER = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "id",
    "Plural-Forms": "nplurals=1; plural=0;",  # Indonesian has no plural forms
}

Key = tuple[str | None, str]


def key(entry: polib.POEntry) -> Key:
    """What gettext finds an entry by: its context and its msgid."""
    return entry.msgctxt, entry.msgid


def translation(entry: polib.POEntry) -> str:
    """The Indonesian text; for a plural entry its one form."""
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def parts(locale: Path = LOCALE) -> list[polib.POFile]:
    """The PO files in order of their names. Raises OSError with file and line when one is broken."""
    return [polib.pofile(str(path), encoding="utf-8") for path in sorted((locale / "id").glob("*.po"))]


def live(part: polib.POFile) -> list[polib.POEntry]:
    """The entries that count: translated, neither fuzzy nor obsolete."""
    return [e for e in part if translation(e) and not e.fuzzy and not e.obsolete]


def build(locale: Path = LOCALE) -> Path:
    """Merge all parts into the MO file; the first part wins where two differ (./run messages tells)."""
    merged = polib.POFile()
    merged.metadata = HEADER
    seen: set[Key] = set()
    for entry in (entry for part in parts(locale) for entry in live(part)):
        if key(entry) not in seen:
            seen.add(key(entry))
            merged.append(entry)
    target = locale / "id" / "LC_MESSAGES" / "django.mo"
    content = merged.to_binary()
    if not (target.is_file() and target.read_bytes() == content):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(target)  # whoever reads meanwhile sees the old file or the new one, whole
    return target


if __name__ == "__main__":
    build()
