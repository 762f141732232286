"""Phones that only send and ask: signed and sealed as docs/sync.md says, on bare and cheap sockets."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import uuid_utils
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from isal import igzip

from jemput.sync.push import PURPOSE
from jemput.sync.sealing import SUITE, b64

JSON = dict[str, Any]
TIMEOUT = 120.0


@dataclass
class Tally:
    """What all phones saw: seconds until each request was answered, and how often they were sent away."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    busy: int = 0
    broken: int = 0
    rows: int = 0
    entries: int = 0

    def p95(self, what: str) -> float:
        """Seconds; 0 where there was nothing."""
        times = sorted(self.seconds.get(what, [0.0]))
        return times[min(int(len(times) * 0.95), len(times) - 1)]


def empty_disk(path: Path) -> Path:
    """The database of a phone that has pulled nothing yet."""
    with sqlite3.connect(path) as line:
        line.execute("PRAGMA synchronous=OFF")  # made before anything is measured
        line.execute("CREATE TABLE pulled (feed, seq, type, stream, said, PRIMARY KEY (feed, seq))")
        line.execute("CREATE TABLE cursor (feed PRIMARY KEY, said)")
    line.close()
    return path


@dataclass
class Phone:
    """One device with its key."""

    actor: str
    duty: str
    cursor: JSON | None = None
    feed: str = ""
    id: UUID = field(default_factory=uuid4)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    used: int = 0
    disk: Path | None = None
    """A database of its own for what it pulls; without one it only counts."""

    def public_key(self) -> bytes:
        """As it was enrolled with."""
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def notes(self, cases: list[UUID], number: int, seal: X25519PublicKey) -> bytes:
        """The body of a push of so many notes, each sealed to the office."""
        items = []
        for _ in range(number):
            self.used += 1
            entry = {
                "id": str(uuid_utils.uuid7()), "stream": str(random.choice(cases)),
                "kind": "note", "version": 1,
                "clear": {}, "sealed": {"text": "Ibu menunggu di rumah, anaknya bekerja di kota"},
                "actor": self.actor, "duty": self.duty, "device": str(self.id), "device_seq": self.used,
                "occurred_at": datetime.now(UTC).isoformat(), "after": None,
            }  # fmt: skip
            sealed = SUITE.encrypt(json.dumps(entry).encode(), seal, info=PURPOSE.encode())
            items.append({"sealed": b64(sealed)})
        return json.dumps({"items": items, "left": 0}).encode()

    def keep(self, pages: list[JSON]) -> None:
        """Write down what was pulled, and how far, in one transaction with SQLite's default durability."""
        assert self.disk
        rows = [
            (page["feed"], row["seq"], row["type"], str(row.get("stream")), orjson.dumps(row))
            for page in pages
            for row in page["rows"]
        ]
        cursors = [(page["feed"], orjson.dumps(page["cursor"])) for page in pages]
        line = sqlite3.connect(self.disk)
        try:
            with line:
                line.executemany("INSERT INTO pulled VALUES (?, ?, ?, ?, ?)", rows)
                line.executemany("INSERT OR REPLACE INTO cursor VALUES (?, ?)", cursors)
        finally:
            line.close()

    def signed(self, path: str, body: bytes, port: int) -> bytes:
        """The whole request."""
        now = datetime.now(UTC).isoformat()
        said = "\n".join(["POST", path, now, sha256(body).hexdigest()]).encode()
        r, s = decode_dss_signature(self.key.sign(said, ec.ECDSA(SHA256())))
        signature = b64(r.to_bytes(32) + s.to_bytes(32))
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nAccept-Encoding: gzip\r\n"
            f"Jemput-Device: {self.id}\r\nJemput-Time: {now}\r\nJemput-Signature: {signature}\r\n\r\n"
        )
        return head.encode() + body


async def call(phone: Phone, what: str, body: bytes, port: int, tally: Tally) -> JSON:
    """The answer, after as many tries as it takes: away for as long as the server says, or a second.

    What that cost is in its time, waits and all.
    """
    begun = time.perf_counter()
    while True:
        try:
            request = phone.signed(f"/sync/{what}", body, port)
            status, wait, said = await asyncio.wait_for(_once(request, port), TIMEOUT)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            tally.broken += 1
            await asyncio.sleep(random.uniform(0.5, 2))
            continue
        if status == 200:
            tally.seconds.setdefault(what, []).append(time.perf_counter() - begun)
            answer: JSON = orjson.loads(said)
            return answer
        if status != 429:
            raise SystemExit(f"{what}: {status} {said[:300]!r}")
        tally.busy += 1
        await asyncio.sleep(wait)


async def _once(request: bytes, port: int) -> tuple[int, float, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split(" ", 2)[1])
        fields = dict(line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        said = await reader.readexactly(int(fields["content-length"]))
        if fields.get("content-encoding") == "gzip":
            said = igzip.decompress(said)
        return status, float(fields.get("retry-after", 0)), said
    finally:
        writer.close()


async def push(phone: Phone, body: bytes, port: int, tally: Tally) -> None:
    """Until all of it is accepted or known."""
    said = await call(phone, "push", body, port, tally)
    wrong = [a for a in said["answers"] if a["answer"] not in ("accepted", "known")]
    if wrong:
        raise SystemExit(f"refused: {wrong[0]}")
    tally.entries += len(said["answers"])


async def pull(phone: Phone, epoch: str, port: int, tally: Tally) -> None:
    """Until there is no more."""
    cursors = {phone.feed: phone.cursor} if phone.cursor else {}
    while True:
        body = json.dumps({"epoch": epoch, "cursors": cursors}).encode()
        said = await call(phone, "pull", body, port, tally)
        if phone.disk:
            await asyncio.to_thread(phone.keep, said["feeds"])
        for page in said["feeds"]:
            cursors[page["feed"]] = page["cursor"]
            tally.rows += sum(len(row.get("entries", "1")) for row in page["rows"])
        if not said["more"]:
            return
