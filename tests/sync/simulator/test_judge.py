"""A server with a fault in it: the judge must see each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from jemput import journal
from jemput.journal import Answer, backup, erase
from jemput.journal.verdicts import verdict
from jemput.journal.write import _Append
from jemput.sync import api, push
from tests.sync.simulator.schedule import Act, Schedule
from tests.sync.simulator.server import Server

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
Fault = Callable[[pytest.MonkeyPatch, Server], None]
S = Schedule


def serves_withdrawn_devices(patch: pytest.MonkeyPatch, server: Server) -> None:
    standing = api._standing
    patch.setattr(api, "_standing", lambda device: standing(device) | {"may_read": True})


def tells_no_device_to_erase_itself(patch: pytest.MonkeyPatch, server: Server) -> None:
    standing = api._standing
    patch.setattr(api, "_standing", lambda device: standing(device) | {"erase": False})


def forgets_the_ledger(patch: pytest.MonkeyPatch, server: Server) -> None:
    patch.setattr(backup, "apply_ledger", lambda: 0)
    patch.setattr(erase, "catch_up", lambda: 0)


def writes_no_ledger(patch: pytest.MonkeyPatch, server: Server) -> None:
    patch.setattr(erase.ledger, "write", lambda lines: None)


def corrects_the_clock(patch: pytest.MonkeyPatch, server: Server) -> None:
    read = push._read

    def late(*sent: Any) -> Any:
        entry = read(*sent)
        return entry.model_copy(update={"occurred_at": entry.occurred_at + timedelta(days=1)})

    patch.setattr(push, "_read", late)


def doubts_what_it_knows(patch: pytest.MonkeyPatch, server: Server) -> None:
    known = _Append._is_known

    def in_conflict(self: _Append, entry: Any, said: Any) -> Any:
        if known(self, entry, said) is not None:
            return verdict(entry.id, Answer.CONFLICT, "same_id")
        return None

    patch.setattr(_Append, "_is_known", in_conflict)


def says_accepted_too_early(patch: pytest.MonkeyPatch, server: Server) -> None:
    """Once: the power fails before it is on the disk."""
    in_one, left = journal.in_one, [True]

    def rolled_back(work: Callable[[], Any]) -> Any:
        if not left:
            return in_one(work)
        left.pop()
        with transaction.atomic():
            said = work()
            transaction.set_rollback(True)
        return said

    patch.setattr(journal, "in_one", rolled_back)


def gives_the_newest_programme(patch: pytest.MonkeyPatch, server: Server) -> None:
    patch.setattr(journal, "programme_of", lambda hash: server.programmes[1])


@pytest.mark.parametrize(
    ("fault", "acts", "words"),
    [
        (serves_withdrawn_devices, [S.device_is_revoked], "and is served"),
        (tells_no_device_to_erase_itself, [S.asks, S.device_is_revoked], "was withdrawn"),
        (
            forgets_the_ledger,
            [S.server_is_backed_up, S.person_is_erased, S.server_is_restored],
            "not forgotten again",
        ),
        (writes_no_ledger, [S.person_is_erased], "not in the ledger"),
        (corrects_the_clock, [S.clock_jumps, S.captures, S.sends], "is lost"),
        (doubts_what_it_knows, [S.captures, S.loses_power_after_an_answer], "in conflict with itself"),
        (says_accepted_too_early, [S.two_go_on_from_one_disk], "is lost"),
        (gives_the_newest_programme, [S.asks], "otherwise"),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
def test_the_judge_sees_a_server_that(
    server: Server, monkeypatch: pytest.MonkeyPatch, fault: Fault, acts: list[Act], words: str
) -> None:
    def play() -> None:
        schedule = Schedule(4, server)
        schedule.acts, schedule.line.bad = acts * 2, 0.0
        with monkeypatch.context() as patch:
            if is_faulty:
                fault(patch, server)
            schedule.play()

    for is_faulty in (False, True):
        if is_faulty:
            with pytest.raises(AssertionError, match=words):
                play()
        else:
            play()
