"""A case being told: each deed becomes an entry, and the state goes along with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.entries import Body, Entry
from jemput.core.fold import advance, fold
from jemput.core.programme import Programme
from jemput.core.state import State
from jemput.demo.walk import Walk

ActorOf = Callable[[Duty, str], str]
"""Who does a duty in an area: the actor of the entry."""
MOST_DEEDS = 200


@dataclass
class Life:
    """One case's journal as it grows."""

    programme: Programme
    rng: Random
    actor_of: ActorOf
    stream: UUID
    programmes: dict[str, Programme] = field(default_factory=dict)
    """By hash: other programmes the case may move to."""
    ends: datetime | None = None
    """When the story wants its last entry."""
    reached: datetime | None = None
    """When it had come so far."""
    entries: list[Entry] = field(default_factory=list)
    state: State = field(default_factory=State)

    @property
    def now(self) -> datetime:
        """When the last entry was received."""
        return self.entries[-1].at

    def tell(self, body: Body, duty: Duty, at: datetime, id: UUID | None = None) -> Entry:
        """Append what somebody did."""
        area = getattr(body, "area", None) or self.state.area
        entry = Entry(
            id=id or uuid7(at, self.rng),
            stream=self.stream,
            actor=self.actor_of(duty, area),
            duty=duty,
            occurred_at=at,
            received_at=at + timedelta(seconds=self.rng.randint(1, 40)),
            body=body,
            after=self.entries[-1].id if self.entries else None,
        )
        self.entries.append(entry)
        if isinstance(body, e.Corrected | e.ProgrammeChanged):
            known = {self.programme.hash: self.programme, **self.programmes}
            self.state = fold(known.__getitem__, self.entries)
            self.programme = known[self.state.programme_hash]
        else:
            advance(self.programme, self.state, entry)
        return entry

    def follow(
        self,
        walk: Walk,
        until: datetime,
        *,
        before: Collection[str] = (),
        when: Callable[[State], object] = lambda state: False,
        start: datetime | None = None,
    ) -> bool:
        """Go on as the walk says, up to a moment; whether the case has come to its end.

        Stops before an entry of a kind in ``before``, and after one that makes ``when`` true. ``start``:
        nothing happens earlier, as when a case lay waiting.
        """
        now = max(self.now, start) if start else self.now
        for _ in range(MOST_DEEDS):
            deed = walk.next(self.state, now)
            if deed is None:
                return True
            now += deed.delay
            if now > until or deed.body.kind in before:
                return False
            now = self.tell(deed.body, deed.duty, now).at
            if when(self.state):
                return False
        raise RuntimeError(f"no end in sight: {[entry.kind for entry in self.entries[-8:]]}")


def uuid7(at: datetime, rng: Random) -> UUID:
    """A UUIDv7 of a moment, drawn from ``rng``: the same seed gives the same id."""
    stamp = int(at.timestamp() * 1000) << 80
    return UUID(int=stamp | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))
