"""What waits for somebody's word and is nobody's journal yet: a list that was read, a form sent too late.

Sealed by the office key in a file, so that a stolen disk says nothing; only the account that brought it
can take it up again; gone after a day.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from jemput.journal import keys
from jemput.journal.seal import derive

KEPT_SECONDS = 24 * 3600
_NONCE = 12


def _folder() -> Path:
    folder = Path(settings.JEMPUT_HOME) / "pending"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _key() -> bytes:
    return derive(keys.ring().search, "pending lists", 32)


def keep(account: UUID, content: dict[str, Any]) -> UUID:
    """Seal and keep something for an account; returns its number. Raises keys.Locked."""
    sweep()
    number, nonce = uuid4(), os.urandom(_NONCE)
    sealed = AESGCM(_key()).encrypt(nonce, json.dumps(content).encode(), number.bytes + account.bytes)
    path = _folder() / number.hex
    path.touch(mode=0o600)
    path.write_bytes(nonce + sealed)
    return number


def look(account: UUID, number: UUID) -> dict[str, Any] | None:
    """What was kept for this account under this number; None when it is gone or another's."""
    sweep()
    try:
        blob = (_folder() / number.hex).read_bytes()
        plain = AESGCM(_key()).decrypt(blob[:_NONCE], blob[_NONCE:], number.bytes + account.bytes)
    except (FileNotFoundError, InvalidTag):
        return None
    found: dict[str, Any] = json.loads(plain)
    return found


def drop(number: UUID) -> None:
    """It is done with."""
    (_folder() / number.hex).unlink(missing_ok=True)


def clear() -> None:
    """Take everything away: somebody was forgotten, and rows that wait here may name them."""
    for path in _folder().iterdir():
        path.unlink(missing_ok=True)


def sweep() -> int:
    """Take away what nobody came back for; how many there were."""
    oldest = time.time() - KEPT_SECONDS
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
