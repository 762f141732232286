"""Sealing: AES-256-GCM under the key of the stream, bound to the place of the entry.

A sealed part cannot be moved to another entry, stream, kind or version: these are its associated
data. The salt of the content identity lies inside, before the data.
"""

from __future__ import annotations

import json
import os
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jemput.journal.canonical import canonical

JSON = dict[str, Any]
KEY_BYTES = 32
SALT_BYTES = 16
_NONCE_BYTES = 12


class BrokenSeal(ValueError):
    """A sealed part was altered, moved, or belongs to another key."""


def new_key() -> bytes:
    """A fresh key for one stream."""
    return os.urandom(KEY_BYTES)


def new_salt() -> bytes:
    """A fresh salt for one entry."""
    return os.urandom(SALT_BYTES)


def place(stream: UUID, entry: UUID, kind: str, version: int) -> bytes:
    """Where a sealed part belongs: its associated data."""
    return stream.bytes + entry.bytes + f"{kind}.{version}".encode()


def seal(key: bytes, place: bytes, salt: bytes, sealed: JSON) -> bytes:
    """Nonce, then salt and canonical JSON under the key."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, salt + canonical(sealed), place)


def unseal(key: bytes, place: bytes, blob: bytes) -> tuple[bytes, JSON]:
    """Salt and sealed part. Raises BrokenSeal."""
    try:
        plain = AESGCM(key).decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal("the sealed part does not fit its key or its place") from error
    return plain[:SALT_BYTES], json.loads(plain[SALT_BYTES:])


def seal_same(key: bytes, place: bytes, value: JSON) -> bytes:
    """Sealing that gives the same bytes for the same value (AES-SIV), so that rows can be rebuilt alike.

    ``key`` is a key of its own, see ``derive``.
    """
    return AESSIV(key).encrypt(canonical(value), [place])


def unseal_same(key: bytes, place: bytes, blob: bytes) -> JSON:
    """What ``seal_same`` sealed. Raises BrokenSeal."""
    try:
        value: JSON = json.loads(AESSIV(key).decrypt(blob, [place]))
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal("the headline does not fit its key or its case") from error
    return value


def derive(key: bytes, purpose: str, length: int = 64) -> bytes:
    """Another key from this one, for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), length, None, f"jemput {purpose}".encode()).derive(key)
