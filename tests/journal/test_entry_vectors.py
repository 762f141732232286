"""Entries of every released version: they are read for ever, and hash the same everywhere.

The files are written once, when a kind or a version is new (JEMPUT_WRITE_VECTORS=1), and never again.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jemput.core.entries import KINDS, Entry, join
from jemput.journal.canonical import NO_CHAIN, canonical, clear_digest, content, envelope, identity, link
from jemput.journal.verdicts import parse
from tests.core.stories import VECTORS
from tests.journal.samples import RECEIVED, sample, sample_entry

FOLDER = VECTORS / "entries"
SALT = bytes(range(16))
WRITE = bool(os.environ.get("JEMPUT_WRITE_VECTORS"))


def vector(entry: Entry) -> dict[str, Any]:
    clear, sealed = entry.body.split()
    around = envelope(entry)
    said = content(around, clear, sealed)
    digest = clear_digest(around, clear, RECEIVED)
    return {
        "entry": around | {"clear": clear, "sealed": sealed},
        "received_at": RECEIVED.isoformat(),
        "salt": SALT.hex(),
        "canonical": said.decode(),
        "identity": identity(SALT, said).hex(),
        "clear_digest": digest.hex(),
        "first_link": link(NO_CHAIN, identity(SALT, said), digest).hex(),
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_every_version_has_its_vector(kind: str) -> None:
    for version in range(1, KINDS[kind].version + 1):
        file = FOLDER / f"v{version}" / f"{kind}.json"
        if WRITE and not file.exists() and version == KINDS[kind].version:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(vector(sample_entry(kind)), indent=1, ensure_ascii=False) + "\n")
        assert file.exists(), "write it with JEMPUT_WRITE_VECTORS=1"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("v*/*.json")), ids=lambda f: f"{f.parent.name}-{f.stem}")
def test_a_released_entry_is_read_and_hashes_as_ever(file: Path) -> None:
    stored = json.loads(file.read_text())
    said = stored["entry"]
    around = {k: v for k, v in said.items() if k not in ("clear", "sealed")}
    received = datetime.fromisoformat(stored["received_at"])
    salt = bytes.fromhex(stored["salt"])
    assert canonical(said).decode() == stored["canonical"]
    assert identity(salt, stored["canonical"].encode()).hex() == stored["identity"]
    digest = clear_digest(around, said["clear"], received)
    assert digest.hex() == stored["clear_digest"]
    assert link(NO_CHAIN, bytes.fromhex(stored["identity"]), digest).hex() == stored["first_link"]

    read = parse(said)
    assert isinstance(read, Entry), "a device of that version is still understood"
    assert read.kind == file.stem
    forgotten = join(said["kind"], said["version"], said["clear"], None)
    assert forgotten.split()[0] == read.body.split()[0], "and its clear part stands alone"
    if said["version"] == KINDS[file.stem].version:
        assert envelope(read) == around and read.body.split() == (said["clear"], said["sealed"])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_samples_fill_every_field(kind: str) -> None:
    body = sample(kind)
    clear, sealed = body.split()
    assert {*clear, *sealed} == set(type(body).model_fields)
