"""The board's addresses: look, have a week planned, change it by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jemput.accounts.access import access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Office
from jemput.core.codes import Duty
from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.office.week.board import Board, open_board
from jemput.office.week.labels import price_in_words
from jemput.office.week.left import left_out
from jemput.office.week.map import picture
from jemput.office.words import say
from jemput.planning.models import Team
from jemput.planning.week import edit, keep, make, runs
from jemput.planning.week.models import Change, WeekPlan, WeekRun

PLANNERS = (Duty.SCHEDULER, Duty.MAIN_ADMIN)
"""Whom every programme lets fix the time of a visit."""
LOOKERS = (*PLANNERS, Duty.HEAD_OF_SECTION)
FAR = timedelta(weeks=60)


@require_GET
@duty_required(*LOOKERS)
def weeks(request: StaffRequest) -> HttpResponse:
    """To the week that is planned now: this one, or from Saturday on the next."""
    today = access_office(request).today()
    return redirect("office:week", make.monday_of(today + timedelta(days=2)).isoformat())


@require_GET
@duty_required(*LOOKERS)
def week(request: StaffRequest, monday: date) -> HttpResponse:
    """The board of a week."""
    office = access_office(request)
    if monday.weekday() or abs(monday - office.today()) > FAR:
        near = monday if abs(monday - office.today()) <= FAR else office.today()
        return redirect("office:week", make.monday_of(near).isoformat())
    return board_page(request, office, monday)


def board_page(
    request: StaffRequest, office: Office, monday: date, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The board, with whatever went wrong on top and what was typed still there."""
    run = runs.last(office, monday)  # before the plan: a search that ends meanwhile is asked for once more
    kept = keep.current(office, monday)
    given = request.POST if request.method == "POST" else request.GET
    day = _date(given.get("show") or given.get("day"), monday)
    board = open_board(request, office, monday, kept, day, given.get("visit", ""))
    is_planner = request.assignment.role in PLANNERS
    context: dict[str, Any] = {
        "here": "planning", "board": board, "week": kept, "monday": monday, "run": run,
        "sunday": monday + timedelta(days=6), "may_plan": is_planner, "today": office.today(),
        "before": (monday - timedelta(days=7)), "after": (monday + timedelta(days=7)),
        "is_over": monday + timedelta(days=6) < office.today(), "typed": given,
        "going": run if run and runs.is_going(run) else None,
        "no_teams": not Team.objects.during(office.code, monday, monday + timedelta(days=6)).exists(),
    }  # fmt: skip
    if run and run.state == WeekRun.FAILED and run.failure and (kept is None or kept.now.at < run.started_at):
        context["failure"] = say(keep.words_of(run.failure))
    if kept is not None:
        context |= _of_plan(request, board, kept)
    return render(request, "office/week/board.html", context | more, status=status)


def _of_plan(request: StaffRequest, board: Board, kept: WeekPlan) -> dict[str, Any]:
    found: dict[str, Any] = {
        "left": left_out(board, request.GET.get("page", "1")),
        "picture": picture(board),
        "notices": [board.labels.say(n) for n in board.notices],
        "teams": board.labels.teams,
        "last_label": _(Change(kept.now.what).label),
        "can_undo": bool(kept.now.before) and not board.locked,
    }
    if board.data is not None:
        found["news"] = make.news(kept, board.data, board.known, timezone.now())
        found["gone"] = [board.called(v) for v in found["news"].gone]
    if board.chosen:
        found["chosen"] = _chosen(board)
    return found


def _chosen(board: Board) -> dict[str, Any]:
    visit = board.chosen
    place = next(
        ((b, i) for d in board.days for b in d.blocks for i in b.items if i.who and i.who.visit == visit),
        None,
    )
    visits: list[dict[str, Any]] = (board.data or {}).get("visits", [])
    asked = next((v for v in visits if v["id"] == visit), {})
    needs = asked.get("needs", {})
    words = [board.labels.token(t) for name in ("kits", "partners", "skills") for t in needs.get(name, ())]
    words += [board.labels.token(f"language:{t}") for t in needs.get("languages", ())]
    return {
        "who": board.who(visit), "block": place[0] if place else None, "item": place[1] if place else None,
        "promise": board.promise(visit), "needs": words, "minutes": asked.get("service_minutes"),
        "waited": asked.get("waited_days"),
    }  # fmt: skip


def _date(text: str | None, monday: date) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if monday <= day < monday + timedelta(days=7) else None


# ---- planning -------------------------------------------------------------------------------------------


@require_POST
@duty_required(*PLANNERS)
def plan(request: StaffRequest, monday: date) -> HttpResponse:
    """Have the week planned, behind the page."""
    office = access_office(request)
    try:
        runs.start(office, monday, request.user, _whole(request.POST.get("seen")))
    except BadInput as bad:
        messages.warning(request, say(bad.words))
    return _back(request, monday)


@require_POST
@duty_required(*PLANNERS)
def stop(request: StaffRequest, monday: date) -> HttpResponse:
    """End the search with what it has."""
    run = runs.going(access_office(request), monday)
    if run is not None:
        runs.stop(run)
        messages.info(request, _("The search ends now; the best plan it has found is kept."))
    return _back(request, monday)


@require_GET
@duty_required(*LOOKERS)
def progress(request: StaffRequest, monday: date) -> HttpResponse:
    """How far the search is: a part of the board; 204 when it is over, so that the board is read again."""
    run = runs.going(access_office(request), monday)
    if run is None:
        return HttpResponse(status=204)
    context = {"going": run, "monday": monday, "may_plan": request.assignment.role in PLANNERS}
    return render(request, "office/week/progress.html", context)


# ---- changing -------------------------------------------------------------------------------------------


@require_POST
@duty_required(*PLANNERS)
def change(request: StaffRequest, monday: date) -> HttpResponse:
    """One change by hand. What breaks, and its price, is said at once; nothing is done by halves."""
    office = access_office(request)
    kept = keep.current(office, monday)
    if kept is None:
        return _back(request, monday)
    board = open_board(request, office, monday, kept, None, request.POST.get("visit", ""))
    again: dict[str, Any] = {}
    try:
        if kept.version != _whole(request.POST.get("seen")):
            raise keep.Stale(kept)
        said = _done(request, kept, board)
    except keep.Stale as stale:
        again = {"stale": say(stale.words), "since": stale.newer.now}
    except edit.Costs as costs:
        again = {"costs": costs.price, "price": price_in_words(costs.price), **_losers(board, costs.price)}
    except keep.Breaks as breaks:
        again = {
            "breaks": [(board.labels.where(v.where), board.labels.say(v.words)) for v in breaks.violations]
        }
    except BadInput as bad:
        again = {"impossible": board.labels.say(bad.words), "about": board.called(board.chosen)}
    except keys.Locked:
        again = {
            "impossible": _("The office key is locked: nothing can be saved now. Ask the administrator.")
        }
    if again:
        return board_page(request, office, monday, status=409, **again)
    messages.success(request, said)
    return _back(request, monday)


def _done(request: StaffRequest, kept: WeekPlan, board: Board) -> str:
    """Do what was asked; what was done, in words. Raises what ``edit`` raises."""
    asked, by, visit = request.POST, request.user, board.chosen
    agreed = asked.get("agreed") == "1"
    what = asked.get("do", "")
    if what == "undo":
        keep.undo(kept, by)
        return _("Undone.")
    if what == "refresh":
        newer = make.refresh(kept, by)
        gone = len(newer.now.visits)
        return _("The plan is up to date; %(n)d visits have left it.") % {"n": gone}
    if not visit:
        raise BadInput(_("Choose a visit first."))
    who = board.called(visit)
    if what == "lock":
        edit.lock(kept, [visit], by)
        return _("%(who)s is locked to this team and day.") % {"who": who}
    if what == "unlock":
        edit.unlock(kept, [visit], by)
        return _("The lock on %(who)s is off.") % {"who": who}
    if what == "insert":
        done = edit.insert(kept, visit, by)
        said = _("%(who)s is in the plan now. Price: %(price)s.")
    elif what == "take_out":
        done = edit.take_out(kept, visit, by, agreed=agreed)
        said = _("%(who)s is out of the plan. Price: %(price)s.")
    else:
        position = _whole(asked.get("position"))
        done = edit.move(
            kept, visit, by, day=asked.get("day", ""), team=asked.get("team", ""),
            position=position - 1 if position else None, agreed=agreed,
        )  # fmt: skip
        said = _("%(who)s was moved. Price: %(price)s.")
    return said % {"who": who, "price": price_in_words(done.price)}


def _losers(board: Board, price: edit.Price) -> dict[str, Any]:
    return {
        "dropped": [board.called(v) for v in price.dropped],
        "told_else": [(board.called(v), board.promise(v)) for v in price.told_else],
    }


def _whole(text: str | None) -> int:
    """A number out of a form; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _back(request: StaffRequest, monday: date) -> HttpResponseRedirect:
    """To the board as it was looked at."""
    kept = {n: v for n in ("show", "visit") if (v := request.POST.get(n, ""))}
    if "show" in kept:
        kept["day"] = kept.pop("show")
    place = "#chosen" if request.POST.get("at") == "chosen" else ""
    address = reverse("office:week", args=[monday.isoformat()])
    return HttpResponseRedirect(f"{address}{'?' + urlencode(kept) if kept else ''}{place}")
