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

from jemput.core.codes import Duty
from jemput.core.entries import Body, Entry, join
from jemput.core.fold import fold
from jemput.core.programme import Programme
from jemput.journal.feeds import SUMS, weight
from jemput.sync.bring import FORMAT
from jemput.sync.drafts import PURPOSE as DRAFT
from jemput.sync.push import PURPOSE
from jemput.sync.sealing import SUITE, b64, from_b64

JSON = dict[str, Any]


def new_id() -> UUID:
    return UUID(str(uuid_utils.uuid7()))


def as_entry(entry: JSON) -> Entry:
    """An entry as a device reads it: its clear part."""
    body: Any = join(entry["kind"], entry["version"], entry["clear"], None)
    return Entry.model_construct(
        id=UUID(entry["id"]),
        stream=UUID(entry["stream"]),
        actor=entry["actor"],
        duty=Duty(entry["duty"]) if entry["duty"] else None,
        occurred_at=datetime.fromisoformat(entry["occurred_at"]),
        received_at=datetime.fromisoformat(entry["received_at"]),
        body=body,
        after=UUID(entry["after"]) if entry["after"] else None,
    )


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
    sent: list[JSON] = field(default_factory=list)
    """What the office has, kept to be offered again. A real phone keeps it sealed to the office."""
    refused: dict[str, JSON] = field(default_factory=dict)
    """Answers to what was not taken in, each with its ``entry``: to be looked at, and offered again too."""
    drafts: dict[str, bytes] = field(default_factory=dict)
    """Forms that were begun, sealed to the office, by their digest."""
    cursors: dict[str, JSON] = field(default_factory=dict)
    cases: dict[str, dict[str, JSON]] = field(default_factory=dict)
    """Entries by case and id."""
    programmes: dict[str, Programme] = field(default_factory=dict)
    feed_of: dict[str, str] = field(default_factory=dict)
    keeps: timedelta = timedelta(days=30)
    """How long it keeps a case that has ended."""
    leaving: set[str] = field(default_factory=set)
    """Cases that go as soon as nothing of them waits."""
    unseen: set[str] = field(default_factory=set)
    """Cases from before a feed began anew: those that do not come again, go."""
    erased: bool = False
    is_told_of_a_copy: bool = False
    """It should be enrolled anew, with what it still holds."""
    answer: JSON = field(default_factory=dict)

    # ---- speaking -----------------------------------------------------------------------------

    def call(self, path: str, data: JSON | bytes, method: str = "POST", **headers: str) -> Any:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        time = (datetime.now(UTC) + self.clock).isoformat()
        signed = "\n".join([method, path, time, sha256(body).hexdigest()]).encode()
        sent = {
            "Jemput-Device": str(self.id),
            "Jemput-Time": time,
            "Jemput-Signature": self._signs(signed),
            **headers,
        }
        return self.deliver(method, path, body, sent)

    def _signs(self, said: bytes) -> str:
        r, s = decode_dss_signature(self.key.sign(said, ec.ECDSA(SHA256())))
        return b64(r.to_bytes(32) + s.to_bytes(32))

    def deliver(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        return self.http.generic(method, path, body, "application/json", headers=headers)

    def enrol(self, code: str, **whose: str) -> Any:
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        data = {"code": code, "device": str(self.id), "public_key": b64(spki), "name": "HP Rini", **whose}
        response = self.http.post("/sync/enrol", data, "application/json")
        if response.status_code == 200:
            said = response.json()
            lease = json.loads(said["lease"]["text"])
            self.actor, self.duty = lease["account"], lease["duty"]
            self.seal_key = from_b64(said["keys"]["seal"])
            self.epoch = self.epoch or said["epoch"]  # enrolled again: the old one tells what was lost
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

    def begins(self, form: str, stream: UUID, **values: Any) -> str:
        """A form that is being filled in, as it lies on the phone; gives its digest."""
        said = json.dumps({"id": form, "stream": str(stream), "values": values}).encode()
        key = X25519PublicKey.from_public_bytes(self.seal_key)
        sealed = SUITE.encrypt(said, key, info=DRAFT.encode())
        digest = sha256(sealed).hexdigest()
        self.drafts[digest] = sealed
        return digest

    def hands_in_drafts(self) -> None:
        """As a phone does whose PIN is lost, or that was withdrawn: what is in, it lets go."""
        for digest, sealed in list(self.drafts.items()):
            self.sends_file(sealed, "&draft=true")
            del self.drafts[digest]

    def sends_file(self, content: bytes, more: str = "") -> JSON:
        """In pieces, from where the last one ended; the last answer."""
        path = f"/sync/files/{sha256(content).hexdigest()}"
        said: JSON = self.call(f"{path}?size={len(content)}{more}", b"").json()
        while not said["complete"]:
            piece = content[said["here"] : said["here"] + 1_000_000]
            said = self.call(f"{path}?offset={said['here']}", piece, "PATCH").json()
            if "complete" not in said:  # another piece came first, or the whole file
                said = self.call(f"{path}?size={len(content)}{more}", b"").json()
        return said

    def export(self) -> bytes:
        """The sealed file for days without signal, with all that waits and the begun forms."""
        head = {"format": FORMAT, "device": str(self.id), "made_at": datetime.now(UTC).isoformat()}
        drafts = [{"draft": digest, "content": b64(sealed)} for digest, sealed in self.drafts.items()]
        lines = [head, *map(self._as_sent, self.outbox), *drafts]
        text = "".join(json.dumps(line) + "\n" for line in lines).encode()
        signature = self._signs(b"jemput export\n" + sha256(text).hexdigest().encode())
        return text + json.dumps({"signature": signature}).encode() + b"\n"

    def push(self, most: int = 200) -> Any:
        batch = self.outbox[:most]
        response = self.offer(batch)
        if response.status_code == 200:
            self.hear(batch, response.json())
        return response

    def offer(self, batch: list[JSON]) -> Any:
        items = [self._as_sent(entry) for entry in batch]
        left = max(len(self.outbox) - len(batch), 0)
        return self.call("/sync/push", {"items": items, "left": left})

    def hear(self, batch: list[JSON], said: JSON) -> None:
        """Take note of what became of a batch; of some of it another tab may have done so."""
        self.answer = said
        for entry, answer in zip(batch, said["answers"], strict=True):
            if answer["answer"] == "held" or entry not in self.outbox:
                continue
            self.outbox.remove(entry)
            if answer["answer"] in ("accepted", "known"):
                self.sent.append(entry)
            elif answer["code"] == "erased":
                self.refused[entry["id"]] = answer
            else:
                self.refused[entry["id"]] = answer | {"entry": entry}
        self.settle(said)

    # ---- hearing ------------------------------------------------------------------------------

    def pull(self) -> Any:
        """Pull until there is no more."""
        while True:
            asked, response = self.ask()
            if response.status_code != 200:
                return response
            said = response.json()
            self.apply(said, asked)
            if not said["more"]:
                return response

    def ask(self) -> tuple[JSON, Any]:
        """The cursors that were asked with, and the answer."""
        asked = dict(self.cursors)
        return asked, self.call("/sync/pull", {"epoch": self.epoch, "cursors": asked})

    def apply(self, said: JSON, asked: JSON | None = None) -> None:
        """A whole answer, cursors and all; nothing where another tab was quicker."""
        if asked is not None and asked != self.cursors:
            return
        if said["epoch"] != self.epoch:
            self.epoch, self.cursors = said["epoch"], {}
            self.unseen = set(self.cases)
            self.offer_again()
        for feed in said["drop"]:
            self.cursors.pop(feed, None)
            self.leaving |= {c for c, f in self.feed_of.items() if f == feed}
        for page in said["feeds"]:
            self._apply(page)
        if not said["more"] and said["may_read"]:
            self.leaving |= self.unseen
            self.unseen = set()
        self.settle(said)

    def offer_again(self) -> None:
        """The server may have lost, or forgotten, what this device wrote: also what was refused."""
        refused = [r["entry"] for r in self.refused.values() if "entry" in r]
        self.outbox[:0] = [*self.sent, *refused]
        self.sent, self.refused = [], {}

    def settle(self, said: JSON) -> None:
        """Let go of cases that have left, and of everything when the office says so, once all is sent."""
        self.is_told_of_a_copy = said["copied"]
        if said.get("more") is False:  # pulled to the end
            self.leaving |= {case for case in self.cases if self._has_ended(case)}
        waiting = {entry["stream"] for entry in self.outbox}
        for case in self.leaving - waiting:
            self.cases.pop(case, None)
            self.feed_of.pop(case, None)
        self.leaving &= waiting
        if said["erase"] and not self.outbox:
            self.cases, self.feed_of, self.cursors, self.sent, self.refused = {}, {}, {}, [], {}
            self.erased = True

    def _has_ended(self, case: str) -> bool:
        """Whether it belongs here no longer: it was merged, or has ended and been silent for long."""
        entries = sorted(self.cases[case].values(), key=lambda entry: int(entry["position"]))
        if not entries or entries[0]["kind"] != "reported":
            return False  # its beginning never came here: nothing can be said of it
        state = fold(self.programme, map(as_entry, entries))
        is_silent = state.last_at is not None and state.last_at < datetime.now(UTC) - self.keeps
        return state.merged_into is not None or (is_silent and not state.is_open)

    def programme(self, hash: str) -> Programme:
        """A version that a case pins; asked for once."""
        if hash not in self.programmes:
            said = self.call(f"/sync/programmes/{hash}", b"", "GET").json()
            self.programmes[hash] = Programme.model_validate(said)
        return self.programmes[hash]

    def _apply(self, page: JSON) -> None:
        feed, cursor = page["feed"], self.cursors.get(page["feed"])
        if cursor is None and page["rows"] and page["rows"][0]["type"] != "case":
            raise AssertionError("rows before a beginning")
        if page["cursor"]["beginning"] or not page["rows"] or page["rows"][0]["type"] == "case":
            if not (cursor and cursor["beginning"]):
                self.offer_again()  # rows from before, also a "forget", never come: the answers tell
                self.unseen |= {c for c, f in self.feed_of.items() if f == feed}
            total = None
        else:
            total = cursor["total"] if cursor else None
        for row in page["rows"]:
            kind, case = row["type"], row.get("stream")
            if total is not None:
                entry = row["entry"]["id"] if kind == "entry" else row.get("entry")
                added = row["weight"] if kind == "other" else weight(kind, UUID(case), entry)
                total = (total + added) % SUMS
            if kind in ("case", "enter"):
                self.cases[case] = {e["id"]: e for e in row["entries"]}
            elif kind == "entry":
                self.cases.setdefault(case, {})[row["entry"]["id"]] = row["entry"]
            elif kind == "leave" and self.feed_of.get(case) == feed:
                self.leaving.add(case)
            elif kind == "forget":
                self.forget(case, row["entry"])
            if kind in ("case", "enter", "entry"):
                self.feed_of[case] = feed
                self.leaving.discard(case)
                self.unseen.discard(case)
        if total is not None and total != page["cursor"]["total"]:
            raise AssertionError("this device has lost something")
        self.cursors[feed] = page["cursor"]

    def forget(self, case: str, entry: str | None) -> None:
        """Of a whole case, or of what one entry had sealed."""

        def goes(one: JSON) -> bool:
            return one["stream"] == case and entry in (None, one["id"])

        self.outbox = [e for e in self.outbox if not goes(e)]
        self.sent = [e for e in self.sent if not goes(e)]
        for answer in self.refused.values():
            if "entry" in answer and goes(answer["entry"]):
                del answer["entry"]
        if entry is None:
            self.cases.pop(case, None)
            self.feed_of.pop(case, None)
        elif entry in self.cases.get(case, {}):
            self.cases[case][entry]["sealed"] = None
