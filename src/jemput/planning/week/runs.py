"""A search goes on behind the page: it tells how far it is, can be stopped, and keeps the best it found."""

from __future__ import annotations

import logging
import time
from datetime import date, timedelta
from threading import Thread

from django.db import connection, transaction
from django.utils import timezone

from jemput.accounts.models import Account, Office
from jemput.core.text import BadInput, Words, _
from jemput.journal import keys
from jemput.planning.week import keep, make
from jemput.planning.week.models import WeekRun

log = logging.getLogger(__name__)
GIVEN_UP = timedelta(minutes=10)
"""A run older than this was ended with its server."""
ASK_EVERY = 0.5
"""Seconds between two looks whether somebody has pressed stop."""


def going(office: Office, monday: date) -> WeekRun | None:
    """The search that is going on for a week, if one is."""
    since = timezone.now() - GIVEN_UP
    rows = WeekRun.objects.filter(office=office, monday=monday, state=WeekRun.RUNNING, started_at__gte=since)
    return rows.order_by("-pk").first()


def is_going(run: WeekRun) -> bool:
    """Whether a search went on when its row was read."""
    return run.state == WeekRun.RUNNING and timezone.now() - run.started_at < GIVEN_UP


def last(office: Office, monday: date) -> WeekRun | None:
    """The latest search for a week, going on or over."""
    return WeekRun.objects.filter(office=office, monday=monday).order_by("-pk").first()


def start(office: Office, monday: date, by: Account, seen: int, seconds: float = make.SECONDS) -> WeekRun:
    """Begin a search in the background; the one that is going on when there is one.

    Raises BadInput when the plan has a newer version than the one that was seen.
    """
    with transaction.atomic():
        if (run := going(office, monday)) is not None:
            return run
        week = keep.current(office, monday)
        if (week.version if week else 0) != seen and week is not None:
            raise keep.Stale(week)
        run = WeekRun.objects.create(office=office, monday=monday, by=by, limit=seconds)

    def work() -> None:
        try:
            go(run, seen)
        except Exception:
            log.exception("the search for a week's plan failed")
        finally:
            connection.close()

    transaction.on_commit(Thread(target=work, name="week plan", daemon=True).start)
    return run


def stop(run: WeekRun) -> None:
    """Ask a search to end with what it has."""
    WeekRun.objects.filter(pk=run.pk, state=WeekRun.RUNNING).update(stop=True)


def go(run: WeekRun, seen: int) -> WeekRun:
    """Search and keep; a run that fails changes nothing, and its row says why."""
    asked, pressed = time.monotonic(), False

    def stopped() -> bool:
        nonlocal asked, pressed
        if not pressed and time.monotonic() - asked > ASK_EVERY:
            asked = time.monotonic()
            pressed = WeekRun.objects.filter(pk=run.pk, stop=True).exists()
        return pressed

    def watch(people: int, of: int, seconds: float) -> None:
        WeekRun.objects.filter(pk=run.pk).update(people=people, of=of, seconds=seconds)

    try:
        make.make(run.office, run.monday, run.by, seen=seen, seconds=run.limit, stop=stopped, watch=watch)
        run.state = WeekRun.DONE
    except BadInput as bad:
        run.state, run.failure = WeekRun.FAILED, keep.plain_of(bad.words)
    except keys.Locked:
        words = Words(_("The office key is locked: no plan can be made now. Ask the administrator."))
        run.state, run.failure = WeekRun.FAILED, keep.plain_of(words)
    except BaseException:
        words = Words(_("The search ended with a fault. The plan is as it was; it has been written down."))
        run.state, run.failure = WeekRun.FAILED, keep.plain_of(words)
        raise
    finally:
        run.ended_at = timezone.now()
        end = {"state": run.state, "failure": run.failure, "ended_at": run.ended_at}
        WeekRun.objects.filter(pk=run.pk).update(**end)
    return run
