"""Writes docs/acceptance.md: every item that the sources say, whether it works, and what shows it.

The items are docs/acceptance.tsv. Which programme file cites an item is read from the files themselves;
the rest of the evidence is kept by hand in tests/acceptance_map.toml. With --check: only say whether the
page is up to date.
"""

import csv
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ITEMS, MAP, PAGE = (
    ROOT / p for p in ("docs/acceptance.tsv", "tests/acceptance_map.toml", "docs/acceptance.md")
)
PROGRAMMES = ROOT / "src" / "jemput" / "programmes"
STATUSES = ("works", "partly", "not yet")


@dataclass(frozen=True)
class Row:
    """One item with its verdict."""

    id: str
    seed: str
    kind: str
    quote: str
    gloss: str
    status: str
    why: str
    cited: tuple[str, ...]  # programme file: the part of it
    evidence: tuple[str, ...]  # path or path::test


def items() -> list[dict[str, str]]:
    """The acceptance list, in its order."""
    with ITEMS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def citations() -> dict[str, list[str]]:
    """Item id -> the places in programme files that name it as their source."""
    found: dict[str, list[str]] = {}
    for path in sorted(PROGRAMMES.glob("*.toml")):
        for item, place in _sources(tomllib.loads(path.read_text("utf-8")), ""):
            found.setdefault(item, []).append(f"{path.name}: {place}")
    return found


def _sources(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for part in value:
            yield from _sources(part, place)
    elif isinstance(value, dict):
        for item in value.get("source", []):
            yield item, f"{place} {value['id']}" if "id" in value else place
        for key, part in value.items():
            if key != "source":
                yield from _sources(part, place or key)


def rows() -> list[Row]:
    """Every item with status and evidence. Raises ValueError for a map that does not fit the list."""
    kept = tomllib.loads(MAP.read_text("utf-8"))
    listed = items()
    strangers = sorted(set(kept["item"]) - {i["id"] for i in listed})
    if strangers:
        raise ValueError(f"not in the list: {', '.join(strangers)}")
    cited = citations()
    found = []
    for item in listed:
        verdict = kept["item"].get(item["id"]) or kept["type"].get(item["type"])
        if verdict is None or verdict["status"] not in STATUSES:
            raise ValueError(f"no status for {item['id']}")
        found.append(
            Row(
                item["id"],
                item["seed"],
                item["type"],
                item["quote_id"],
                item["gloss_en"],
                verdict["status"],
                verdict.get("why", ""),
                tuple(dict.fromkeys(cited.get(item["id"], []))),
                tuple(verdict.get("evidence", [])),
            )
        )
    return found


def missing_evidence(found: list[Row]) -> list[str]:
    """Evidence that is not there: a path that does not exist, a test that its file does not have."""
    wrong = []
    for row in found:
        for piece in row.evidence:
            path, _sep, name = piece.partition("::")
            file = ROOT / path
            if not file.is_file() or (name and f"def {name}(" not in file.read_text("utf-8")):
                wrong.append(f"{row.id}: {piece}")
    return sorted(wrong)


def page(found: list[Row]) -> str:
    """docs/acceptance.md."""
    counts = Counter(row.status for row in found)
    total = ", ".join(f"{counts[status]} {status}" for status in STATUSES)
    out = [
        "# What the sources say, and what works",
        "",
        "Made by `tools/acceptance.py` from `docs/acceptance.tsv`, the programme files and",
        "`tests/acceptance_map.toml`; do not edit by hand. What the source only states (a name, a figure, a",
        "reason) works when the programme page quotes it with its source, and says so.",
        "",
        f"{len(found)} items: {total}.",
        "",
        "| source | works | partly | not yet |",
        "|---|---|---|---|",
    ]
    for seed in dict.fromkeys(row.seed for row in found):
        of = Counter(row.status for row in found if row.seed == seed)
        out.append(f"| {seed} | {of['works']} | {of['partly']} | {of['not yet']} |")
    for seed in dict.fromkeys(row.seed for row in found):
        out += [
            "",
            f"## {seed}",
            "",
            "| id | type | the source says | meaning | status | shown by |",
            "|---" * 6 + "|",
        ]
        out += [_line(row) for row in found if row.seed == seed]
    return "\n".join(out) + "\n"


def _line(row: Row) -> str:
    shown = [f"`{place}`" for place in row.cited] + [f"`{piece}`" for piece in row.evidence]
    status = f"**{row.status}**" if row.status != "works" else row.status
    if row.why:
        status += f": {row.why}"
    cells = [row.id, row.kind, row.quote, row.gloss, status, "<br>".join(shown)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    """Write the page, or with --check compare it."""
    found = rows()
    wrong = missing_evidence(found) + [f"{r.id}: no programme file cites it" for r in found if not r.cited]
    for line in wrong:
        print(line)
    text = page(found)
    if "--check" in sys.argv:
        if PAGE.read_text("utf-8") != text:
            print("docs/acceptance.md is out of date: run python tools/acceptance.py")
            return 1
    else:
        PAGE.write_text(text, "utf-8")
        print(f"{len(found)} items written to {PAGE.relative_to(ROOT)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
