"""The key of an extract, and what only it can do: seal and unseal rows, name terms.

Each extract has a fresh key, wrapped by the office key. Destroying it makes rows, terms and sheets of
that extract unreadable at once, whatever lies on old disks.

Terms are keyed hashes. HMAC over ten million terms would take a minute, so they are made in two steps: each
word is hashed once with BLAKE2b in its keyed mode (RFC 7693), and the two halves of a compound term (word and
village, say) are one block of AES-256 under another key: CBC-MAC of a single block, a pseudo-random function.
"""

from __future__ import annotations

import os
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from threading import Lock

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from jemput.journal import keys
from jemput.journal.seal import BrokenSeal, derive
from jemput.people.models import Snapshot
from jemput.people.person import Person

ROW_BITS = 32
SLOTS = 1024
TERM_BITS = 53
"""A term's id: 10 bits for the extract, so that it is deleted as one range, then 53 bits of the hash. Two
terms that fall together (one in a thousand million) only bring a few needless candidates."""
_NONCE = 12
MOST_IN_MEMORY = 10_000
"""Decrypted people kept by one process: about 15 MB."""


def new_key() -> tuple[bytes, str, bytes]:
    """A fresh key for an extract: (key, id of the office key, wrapped). Raises keys.Locked."""
    key = os.urandom(32)
    key_id, wrapped = keys.ring().wrap(key, _OWNER)
    return key, key_id, wrapped


_OWNER = b"jemput register extract"


def vault_of(snapshot: Snapshot) -> Vault:
    """The open vault of an extract, kept while the process lives. Raises keys.Locked."""
    if snapshot.wrapped_key is None:
        raise keys.Locked("the key of this extract was destroyed")
    return _vault(
        snapshot.pk,
        snapshot.slot or 0,
        keys.ring().unwrap(snapshot.key_id, bytes(snapshot.wrapped_key), _OWNER),
    )


@lru_cache(maxsize=4)
def _vault(pk: int, slot: int, key: bytes) -> Vault:
    return Vault(pk, slot, key)


def rewrap() -> int:
    """Wrap the keys of all extracts by the current office key; how many were turned."""
    ring = keys.ring()
    old = Snapshot.objects.exclude(key_id=ring.current).exclude(wrapped_key=None)
    for snapshot in (found := list(old)):
        key = ring.unwrap(snapshot.key_id, bytes(snapshot.wrapped_key or b""), _OWNER)
        snapshot.key_id, snapshot.wrapped_key = ring.wrap(key, _OWNER)
        snapshot.save(update_fields=["key_id", "wrapped_key"])
    return len(found)


class Vault:
    """What the key of one extract opens. Decrypted people are kept in memory, and only so many."""

    def __init__(self, pk: int, slot: int, key: bytes) -> None:
        self.pk = pk
        self._aead = AESGCM(derive(key, "register rows", 32))
        self._term_key, self._pair_key = derive(key, "register words", 32), derive(key, "register terms", 32)
        self.left = lru_cache(50_000)(self._left)
        self.right = lru_cache(50_000)(self._right)
        self._first_term = slot << TERM_BITS
        self._people: OrderedDict[int, Person] = OrderedDict()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Vault({self.pk})"

    # ---- rows

    def row_id(self, number: int) -> int:
        """The primary key of a person's row."""
        return self.pk << ROW_BITS | number

    def seal(self, place: int, plain: bytes) -> bytes:
        """Under the key of the extract, bound to its place."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, plain, place.to_bytes(8, "big"))

    def unseal(self, place: int, blob: bytes) -> bytes:
        """Raises BrokenSeal when the blob was altered or moved."""
        try:
            return self._aead.decrypt(blob[:_NONCE], blob[_NONCE:], place.to_bytes(8, "big"))
        except InvalidTag as error:
            raise BrokenSeal("a row of the register does not fit its key or its place") from error

    def seal_text(self, place: int, text: str) -> bytes:
        """A long text, packed before it is sealed."""
        return self.seal(place, zlib.compress(text.encode(), 6))

    def unseal_text(self, place: int, blob: bytes) -> str:
        """What ``seal_text`` sealed."""
        return zlib.decompress(self.unseal(place, blob)).decode()

    def people(self, numbers: Iterable[int]) -> dict[int, Person]:
        """People by number; those who are not there are left out."""
        numbers = list(numbers)
        with self._lock:
            found = {n: self._people[n] for n in numbers if n in self._people}
        wanted = [self.row_id(n) for n in numbers if n not in found]
        fresh: dict[int, Person] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join(["%s"] * len(part))
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id, sealed FROM people_personrow WHERE id IN ({marks})", part)  # noqa: S608
                rows = cursor.fetchall()
            for id, blob in rows:
                fresh[id & 0xFFFFFFFF] = Person.unpacked(self.unseal(id, bytes(blob)))
        with self._lock:
            self._people.update(fresh)
            while len(self._people) > MOST_IN_MEMORY:
                self._people.popitem(last=False)
        return found | fresh

    def forget(self, numbers: Iterable[int]) -> None:
        """Out of memory; their rows are deleted by the caller."""
        with self._lock:
            for number in numbers:
                self._people.pop(number, None)

    # ---- terms

    def _left(self, kind: str, text: str) -> int:
        return self._hash(f"{kind} {text}")

    def _right(self, text: str) -> int:
        digits = text.replace(".", "").replace("-", "")
        return int(digits) if digits.isdigit() else self._hash(text)

    def _hash(self, text: str) -> int:
        return int.from_bytes(blake2b(text.encode(), digest_size=8, key=self._term_key).digest(), "big")

    def compound(self, parts: np.ndarray) -> np.ndarray:
        """The ids of compound terms, given as pairs of parts in one flat array."""
        cipher = Cipher(algorithms.AES(self._pair_key), modes.ECB()).encryptor()  # noqa: S305 - each block a term, see above
        hashed = np.frombuffer(cipher.update(parts.astype("<u8").tobytes()), "<u8")[::2]
        return (hashed >> np.uint64(64 - TERM_BITS)) | np.uint64(self._first_term)

    def terms(self, terms: Iterable[tuple[str, str, str]]) -> list[int]:
        """The ids of compound terms (kind, left, right)."""
        flat: list[int] = []
        for kind, left, right in terms:
            flat += self.left(kind, left), self.right(right)
        found: list[int] = self.compound(np.array(flat, "<u8")).tolist()
        return found

    @property
    def term_range(self) -> tuple[int, int]:
        """First and last id a term of this extract may have."""
        return self._first_term, self._first_term | (1 << TERM_BITS) - 1

    def postings(self, terms: Iterable[int]) -> dict[int, np.ndarray]:
        """The people that terms lead to, by term; unknown terms are left out."""
        wanted = list(terms)
        found: dict[int, np.ndarray] = {}
        for start in range(0, len(wanted), 900):
            part = wanted[start : start + 900]
            marks = ",".join(["%s"] * len(part))
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id, people FROM people_termrow WHERE id IN ({marks})", part)  # noqa: S608
                found |= {id: np.frombuffer(blob, "<u4") for id, blob in cursor.fetchall()}
        return found
