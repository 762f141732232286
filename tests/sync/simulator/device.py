"""A phone behind a bad line, in bad hands."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from jemput.accounts.models import Account
from jemput.core.entries import Body
from jemput.sync import scope
from tests.sync import phone as phones
from tests.sync.phone import JSON, Phone
from tests.sync.simulator.server import Killed, Server, uuid

STORED = ("outbox", "sent", "refused", "cursors", "cases", "feed_of", "leaving", "unseen", "used", "epoch")
"""What lies on the phone's disk, and comes back with an old copy of it."""


class Lost(Exception):
    """No answer came."""


@dataclass
class Line:
    """What may happen between a phone and the office. ``bad`` is the share of requests that fare badly."""

    chance: Random
    server: Server
    bad: float
    late: list[Callable[[], Any]] = field(default_factory=list)
    """Requests that are still on their way."""
    kept: set[str] = field(default_factory=set)
    """Entries that the office has said it has, wherever its answer went; taken back when it is restored."""

    def carry(self, deliver: Callable[[bytes], Any], body: bytes) -> Any:
        """The answer. Raises Lost."""
        if self.chance.random() >= self.bad:
            return deliver(body)
        fault = self.chance.choice(["request", "answer", "twice", "late", "cut", "killed", "killed"])
        self.server.happened[fault] += 1
        match fault:
            case "answer":
                deliver(body)
            case "twice":
                first, second = deliver(body), deliver(body)
                return self.chance.choice([first, second])
            case "late":
                self.late.append(partial(deliver, body))
            case "cut":
                said = deliver(body[: self.chance.randrange(len(body))] if body else body)
                assert not body or said.status_code in (400, 401), said.content  # nothing to cut off
            case "killed":
                try:
                    with self.server.dying(self.chance.randrange(40)):
                        return deliver(body)
                except Killed:
                    pass
        raise Lost

    def catch_up(self) -> None:
        """A request that was under way arrives; nobody waits for its answer any more."""
        if self.late:
            self.late.pop(self.chance.randrange(len(self.late)))()


@dataclass
class Device(Phone):
    """A phone as docs/sync.md asks, on such a line, with what the judge must know of it."""

    line: Line = None  # type: ignore[assignment]
    gone: set[str] = field(default_factory=set)
    """Entries that this phone lost with its disk, before or after they were sent."""
    begun: dict[str, tuple[UUID, JSON]] = field(default_factory=dict)
    """Forms that were ever begun on it and did not go with its disk: case and words, by digest."""
    is_withdrawn: bool = False
    copy: JSON | None = None
    unanswered: list[tuple[JSON, JSON]] = field(default_factory=list)
    """Answers to a pull that the other tab has not applied yet."""

    @classmethod
    def like(cls, phone: Phone, line: Line) -> Device:
        """The same phone, fresh, on this line."""
        own = {
            name: getattr(phone, name) for name in ("id", "key", "http", "actor", "duty", "seal_key", "epoch")
        }
        own |= {"line": line, "keeps": scope.KEPT}
        return cls(**own, seals=line.chance.random() < 0.5)

    def call(self, path: str, data: JSON | bytes, method: str = "POST", **headers: str) -> Any:
        response = super().call(path, data, method, **headers)
        if response.status_code != 401:
            return response
        self.server_has_forgotten_me()
        return super().call(path, data, method, **headers)

    def server_has_forgotten_me(self) -> None:
        """It was restored from before the enrolment: the officer gets a new code, the phone stays itself."""
        account = Account.objects.get(pk=self.actor)
        self.line.server.enrol(self, account.assignments.get())

    def deliver(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        direct = super().deliver

        def arrive(sent: bytes) -> Any:
            response = direct(method, path, sent, headers)
            if path == "/sync/push" and response.status_code == 200:
                said = response.json()["answers"]
                self.line.kept |= {answer["id"] for answer in said if answer["code"] != "erased"}
            return response

        return self.line.carry(arrive, body)

    def ask(self) -> tuple[JSON, Any]:
        asked, response = super().ask()
        if self.is_withdrawn and response.status_code == 200:
            assert not response.json()["feeds"], f"{self.id} was withdrawn, and is served"
        return asked, response

    def settle(self, said: JSON) -> None:
        held = self.holds()
        super().settle(said)
        if self.erased:
            self.gone |= held

    def captures(self, stream: UUID, body: Body, after: UUID | None = None) -> UUID:
        phones.new_id = partial(uuid, self.line.chance)  # type: ignore[assignment]
        return super().captures(stream, body, after)

    def begins(self, form: str, stream: UUID, **values: Any) -> str:
        digest = super().begins(form, stream, **values)
        self.begun[digest] = (stream, values)
        return digest

    # ---- what people do with it -------------------------------------------------------------------

    def sends(self) -> None:
        """A push of a part, or of all, in some order. A late or lost answer changes nothing here."""
        chance = self.line.chance
        if chance.random() < 0.3:
            chance.shuffle(self.outbox)
        self.push(chance.choice([1, 3, 200]))

    def sends_from_two_tabs(self) -> None:
        """Both have read the outbox before either of them is answered."""
        first, second = list(self.outbox), list(self.outbox)
        self.line.chance.shuffle(second)
        heard = [(batch, self.offer(batch)) for batch in (first, second)]
        self.line.chance.shuffle(heard)
        for batch, response in heard:
            if response.status_code == 200:
                self.hear(batch, response.json())

    def loses_power_after_an_answer(self) -> None:
        """The office has said "accepted"; the phone never wrote it down."""
        self.offer(list(self.outbox))

    def asks_in_another_tab(self) -> None:
        """An answer that will be looked at later, when this tab may have gone on."""
        asked, response = self.ask()
        if response.status_code == 200:
            self.unanswered.append((asked, response.json()))

    def other_tab_goes_on(self) -> None:
        if self.unanswered:
            asked, said = self.unanswered.pop()
            self.apply(said, asked)

    def is_copied(self) -> None:
        """Somebody makes a copy of the phone's disk."""
        self.copy = copy.deepcopy({name: getattr(self, name) for name in STORED})

    def comes_back_from_the_copy(self) -> None:
        """The disk is as it was when the copy was made; what was captured since is gone with it."""
        if self.copy is None or self.erased:
            return
        now, differs = self.holds(), any(getattr(self, name) != value for name, value in self.copy.items())
        self.line.server.happened["back from a copy"] += differs
        for name, value in copy.deepcopy(self.copy).items():
            setattr(self, name, value)
        self.unanswered = []
        self.gone |= now - self.holds()
        self.gone -= self.holds()

    def holds(self) -> set[str]:
        """Ids of its own entries that it could still offer."""
        refused = {id for id, answer in self.refused.items() if "entry" in answer}
        return {entry["id"] for entry in [*self.outbox, *self.sent]} | refused
