"""The erasure ledger: what was forgotten, one JSON line each, outside the data and the backups.

It names streams and entries by their ids only, what lay in quarantine by a keyed digest; and the devices that
were withdrawn. After a restore it is read, and what it names is forgotten, or withdrawn, again.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Erased:
    """One line: ``what`` is "stream" (all of it, key included), "entry" (its sealed part) or "offer"
    (what lay in quarantine), or the word of another app (``erase.elsewhere``, ``erase.again``).
    """

    what: str
    id: UUID
    at: datetime


def path() -> Path:
    """Where the ledger lies."""
    return Path(settings.JEMPUT_LEDGER)


def write(lines: Iterable[Erased]) -> None:
    """Add lines; they, and the file's name in its folder, are on the disk when this returns."""
    folder, is_new = path().parent, not path().exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = "".join(
        json.dumps({"what": line.what, "id": str(line.id), "at": line.at.isoformat()}) + "\n"
        for line in lines
    )
    torn = path().exists() and path().read_bytes()[-1:] not in (b"", b"\n")
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write("\n" + text if torn else text)
        file.flush()
        os.fsync(file.fileno())
    if is_new:  # else a power cut may take the file itself away
        for place in (folder, folder.parent):
            _sync_folder(place)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read() -> list[Erased]:
    """All lines. Half a line, from a power cut, is left out: its erasure was never said to be done."""
    if not path().exists():
        return []
    found = []
    for line in path().read_text().splitlines():
        try:
            data = json.loads(line)
            found.append(Erased(data["what"], UUID(data["id"]), datetime.fromisoformat(data["at"])))
        except (ValueError, KeyError, TypeError):
            if line:
                log.warning("a line of the erasure ledger cannot be read")
    return found
