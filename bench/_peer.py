"""The peer: the same entries through the ``eventsourcing`` library, its front door, its own tables.

One aggregate per case, one event per entry; neither sealed nor chained there, since its ciphers need
a further package. That favours the peer.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from jemput.core.entries import Entry


class Case(Aggregate):
    """A case as the library sees it."""

    @event("Opened")
    def __init__(self, id: UUID) -> None:
        self._id = id
        self.count = 0

    @event("Told")
    def tell(self, kind: str, actor: str, at: str, clear: dict[str, Any], sealed: dict[str, Any]) -> None:
        self.count += 1


def environment(sqlite_file: str) -> dict[str, str]:
    """The library's settings for the database under test."""
    url = os.environ.get("JEMPUT_DATABASE_URL")
    if not url:
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": sqlite_file}
    parts = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.strip("/"),
        "POSTGRES_HOST": unquote(parts.hostname or ""),
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_USER": parts.username or "postgres",
        "POSTGRES_PASSWORD": parts.password or "none",
    }


class Peer:
    """Appends entries as our journal does, a batch at a time, reading each case before it is told more."""

    def __init__(self, sqlite_file: str, *, make_tables: bool = False) -> None:
        env = environment(sqlite_file) | {"CREATE_TABLE": "y" if make_tables else "n"}
        self.app: Application[UUID] = Application(env=env)

    def append(self, batch: Sequence[Entry]) -> None:
        """One save, which is one transaction."""
        cases: dict[UUID, Case] = {}
        for entry in batch:
            case = cases.get(entry.stream)
            if case is None:
                opens = entry.after is None
                case = Case(entry.stream) if opens else self.app.repository.get(entry.stream)
                cases[entry.stream] = case
            clear, sealed = entry.body.split()
            case.tell(entry.kind, entry.actor, entry.occurred_at.isoformat(), clear, sealed)
        self.app.save(*cases.values())
