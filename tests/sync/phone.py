"""A device in Python, as docs/sync.md asks of any client: it keeps what it wrote until the office has it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import uuid_utils
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from jemput.core.entries import Body
from jemput.journal.feeds import SUMS, weight
from jemput.sync.push import PURPOSE
from jemput.sync.sealing import SUITE, b64, from_b64

JSON = dict[str, Any]


def new_id() -> UUID:
    return UUID(str(uuid_utils.uuid7()))


@dataclass
class Phone:
    """One incarnation: its own id, key, numbers and outbox."""

    id: UUID = field(default_factory=uuid4)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    http: Client = field(default_factory=Client)
    clock: timedelta = timedelta(0)
    seals: bool = True
    actor: str = ""
    duty: str = ""
    seal_key: bytes = b""
    epoch: str = ""
    used: int = 0
    outbox: list[JSON] = field(default_factory=list)
    sent: dict[str, JSON] = field(default_factory=dict)
    """What the office has, kept to be offered again after a restore."""
    refused: dict[str, JSON] = field(default_factory=dict)
    cursors: dict[str, JSON] = field(default_factory=dict)
    cases: dict[str, dict[str, JSON]] = field(default_factory=dict)
    """Entries by case and id."""
    feed_of: dict[str, str] = field(default_factory=dict)
    answer: JSON = field(default_factory=dict)

    # ---- speaking -----------------------------------------------------------------------------

    def call(self, path: str, data: JSON | bytes, method: str = "POST", **headers: str) -> Any:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        time = (datetime.now(UTC) + self.clock).isoformat()
        signed = "\n".join([method, path, time, sha256(body).hexdigest()]).encode()
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(SHA256())))
        signature = b64(r.to_bytes(32) + s.to_bytes(32))
        sent = {
            "Jemput-Device": str(self.id),
            "Jemput-Time": time,
            "Jemput-Signature": signature,
            **headers,
        }
        return self.http.generic(method, path, body, "application/json", headers=sent)

    def enrol(self, code: str) -> Any:
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        data = {"code": code, "device": str(self.id), "public_key": b64(spki), "name": "HP Rini"}
        response = self.http.post("/sync/enrol", data, "application/json")
        if response.status_code == 200:
            said = response.json()
            lease = json.loads(said["lease"]["text"])
            self.actor, self.duty = lease["account"], lease["duty"]
            self.seal_key, self.epoch = from_b64(said["keys"]["seal"]), said["epoch"]
        return response

    # ---- capturing ----------------------------------------------------------------------------

    def captures(self, stream: UUID, body: Body, after: UUID | None = None) -> UUID:
        """Write something down; it waits in the outbox."""
        self.used += 1
        clear, sealed = body.split()
        entry = {
            "id": str(new_id()),
            "stream": str(stream),
            "kind": body.kind,
            "version": body.version,
            "clear": clear,
            "sealed": sealed,
            "actor": self.actor,
            "duty": self.duty,
            "device": str(self.id),
            "device_seq": self.used,
            "occurred_at": (datetime.now(UTC) + self.clock).isoformat(),
            "after": str(after) if after else None,
        }
        self.outbox.append(entry)
        return UUID(entry["id"])

    def _as_sent(self, entry: JSON) -> JSON:
        plain = json.dumps(entry).encode()
        if not self.seals:
            return entry
        key = X25519PublicKey.from_public_bytes(self.seal_key)
        return {"sealed": b64(SUITE.encrypt(plain, key, info=PURPOSE.encode()))}

    def push(self, most: int = 200) -> Any:
        batch = self.outbox[:most]
        items = [self._as_sent(entry) for entry in batch]
        response = self.call("/sync/push", {"items": items, "left": len(self.outbox)})
        if response.status_code == 200:
            self.hear(batch, response.json())
        return response

    def hear(self, batch: list[JSON], said: JSON) -> None:
        """Take note of what became of a batch."""
        self.answer = said
        for entry, answer in zip(batch, said["answers"], strict=True):
            if answer["answer"] == "held":
                continue
            self.outbox.remove(entry)
            if answer["answer"] in ("accepted", "known"):
                self.sent[entry["id"]] = entry
            else:
                self.refused[entry["id"]] = answer

    # ---- hearing ------------------------------------------------------------------------------

    def pull(self) -> Any:
        """Pull until there is no more."""
        while True:
            response = self.call("/sync/pull", {"epoch": self.epoch, "cursors": self.cursors})
            if response.status_code != 200:
                return response
            said = response.json()
            self.apply(said)
            if not said["more"]:
                return response

    def apply(self, said: JSON) -> None:
        """A whole answer, cursors and all."""
        if said["epoch"] != self.epoch:
            self.epoch, self.cursors = said["epoch"], {}
            self.outbox[:0] = self.sent.values()
            self.sent = {}
        for feed in said["drop"]:
            self.cursors.pop(feed, None)
            for case in [c for c, f in self.feed_of.items() if f == feed]:
                self.let_go(case)
        for page in said["feeds"]:
            self._apply(page)

    def _apply(self, page: JSON) -> None:
        feed, cursor = page["feed"], self.cursors.get(page["feed"])
        if cursor is None and page["rows"] and page["rows"][0]["type"] != "case":
            raise AssertionError("rows before a beginning")
        total = cursor["total"] if cursor else None
        for row in page["rows"]:
            kind, case = row["type"], row.get("stream")
            if total is not None and kind != "case":
                entry = row["entry"]["id"] if kind == "entry" else row.get("entry")
                added = row["weight"] if kind == "other" else weight(kind, UUID(case), entry)
                total = (total + added) % SUMS
            if kind in ("case", "enter"):
                self.cases[case] = {e["id"]: e for e in row["entries"]}
                self.feed_of[case] = feed
            elif kind == "entry":
                self.cases.setdefault(case, {})[row["entry"]["id"]] = row["entry"]
                self.feed_of[case] = feed
            elif kind == "leave":
                if self.feed_of.get(case) == feed:
                    self.let_go(case)
            elif kind == "forget":
                self.forget(case, row["entry"])
        if total is not None and not page["cursor"]["beginning"] and total != page["cursor"]["total"]:
            raise AssertionError("this device has lost something")
        self.cursors[feed] = page["cursor"]

    def let_go(self, case: str) -> None:
        if not any(entry["stream"] == case for entry in self.outbox):
            self.cases.pop(case, None)
            self.feed_of.pop(case, None)

    def forget(self, case: str, entry: str | None) -> None:
        if entry is None:
            self.cases.pop(case, None)
            self.sent = {id: e for id, e in self.sent.items() if e["stream"] != case}
            self.outbox = [e for e in self.outbox if e["stream"] != case]
        elif entry in self.cases.get(case, {}):
            self.cases[case][entry]["sealed"] = None
            self.sent.pop(entry, None)
