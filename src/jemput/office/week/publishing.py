"""Publishing a week: first what would be said to whom, and what the rules forbid; then it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jemput.accounts.access import access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.entries import MoveReason, Ordered, VisitMoved, VisitScheduled
from jemput.core.text import Words
from jemput.journal import keys
from jemput.office.actor import actor_of
from jemput.office.week.board import Board, Who, open_board
from jemput.office.week.views import LOOKERS
from jemput.office.words import say
from jemput.planning.week import keep, route
from jemput.planning.week.publish import Published, Saying, publish, sayings


@dataclass(frozen=True)
class Told:
    """One line of the page."""

    who: Who
    what: str
    day: date | None
    part: str
    team: str
    before: str
    against: str


@require_http_methods(["GET", "POST"])
@duty_required(*LOOKERS)
def publish_week(request: StaffRequest, monday: date) -> HttpResponse:
    """What is still to be said in the cases, and the button that says it."""
    office = access_office(request)
    kept = keep.current(office, monday)
    if kept is None:
        return redirect("office:week", monday.isoformat())
    context: dict[str, Any] = {
        "here": "planning",
        "week": kept,
        "monday": monday,
        "reasons": list(MoveReason),
    }
    status = 200
    if request.method == "POST":
        try:
            seen = int(request.POST.get("seen", "0") or 0)
            reason = MoveReason(request.POST.get("reason") or MoveReason.OTHER)
            done = publish(kept, request.user, actor_of(request), seen=seen, reason=reason)
            _tell(request, done)
            return redirect("office:week", monday.isoformat())
        except keep.Stale as stale:
            context["stale"], status = say(stale.words), 409
            kept = context["week"] = stale.newer
        except keys.Locked:
            context["impossible"] = _(
                "The office key is locked: nothing can be saved now. Ask the administrator."
            )
            status = 503
        except ValueError:
            context["impossible"], status = _("Choose a reason of the list."), 422
    board = open_board(request, office, monday, kept, None, "")
    context |= {
        "board": board,
        "sunday": monday + timedelta(days=6),
        "typed": request.POST or {"reason": MoveReason.OTHER},
    }
    if not board.locked:
        todo = sayings(kept, actor_of(request))
        lines = [(s, _line(board, s)) for s in todo]
        moved = {s.visit for s in todo if isinstance(s.body, VisitMoved)}  # perhaps to another team as well
        context |= {
            "new": [x for s, x in lines if _is_new(s, x) and not s.against],
            "renamed": [
                x
                for s, x in lines
                if isinstance(s.body, VisitScheduled) and x.before and not s.against and s.visit not in moved
            ],
            "moved": [x for s, x in lines if isinstance(s.body, VisitMoved) and not s.against],
            "refused": list({s.visit: x for s, x in lines if s.against}.values()),
            "routed": len(route.places(kept, but={s.visit for s in todo})),
        }  # fmt: skip
    return render(request, "office/week/publish.html", context, status=status)


def _is_new(saying: Saying, line: Told) -> bool:
    return isinstance(saying.body, Ordered) or (isinstance(saying.body, VisitScheduled) and not line.before)


def _line(board: Board, saying: Saying) -> Told:
    body = saying.body
    day = getattr(body, "day", None)
    part = getattr(body, "part", None)
    tour = board.week and next(
        (t for t in board.week.plan["tours"] if any(s["visit"] == saying.visit for s in t["stops"])), None
    )
    return Told(
        board.who(saying.visit), say(Words(body.action)), day, say(part) if part else "",
        board.labels.team(tour["team"]) if tour else "", board.promise(saying.visit),
        " ".join(map(say, saying.against)),
    )  # fmt: skip


def _tell(request: StaffRequest, done: Published) -> None:
    written, refused = {s.case for s in done.written}, {s.case for s in done.refused}
    if written:
        messages.success(
            request,
            ngettext("%(n)d case has been told.", "%(n)d cases have been told.", len(written))
            % {"n": len(written)},
        )
    elif done.routed:
        words = ngettext(
            "Changed in its team's day: %(n)d visit.",
            "Changed in their team's day: %(n)d visits.",
            done.routed,
        )
        messages.success(request, words % {"n": done.routed})
    elif not refused:
        messages.info(request, _("The cases say this already; nothing was written twice."))
    if refused:
        words = ngettext(
            "%(n)d case was left: the rules are against it.",
            "%(n)d cases were left: the rules are against it.",
            len(refused),
        )
        messages.warning(request, words % {"n": len(refused)})
