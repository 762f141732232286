"""The programme page: its procedure in words and as a picture, what its source says, its target."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from jemput.accounts.access import access_office, access_programme
from jemput.accounts.http import StaffRequest
from jemput.accounts.sensitive import sees
from jemput.core.flow import lay_out, svg
from jemput.core.programme import Fact, Programme, Topic
from jemput.core.sop import sections
from jemput.core.text import Words, _
from jemput.journal import keys
from jemput.measure.counting import Scope
from jemput.office.showing import programmes_of
from jemput.office.words import say
from jemput.people.backlog import Backlog, backlog, everybody

FROM_THE_SOURCE = Words(_("From the source"))


@require_GET
def programmes(request: StaffRequest) -> HttpResponse:
    """The programmes of the office."""
    context = {"here": "programmes", "programmes": programmes_of(request.assignment)}
    return render(request, "office/programmes.html", context)


@require_GET
def programme(request: StaffRequest, number: int) -> HttpResponse:
    """One programme, as its newest file says it."""
    one = access_programme(request, number)
    # ``svg`` escapes every word of the file itself.
    picture = mark_safe(svg(lay_out(one), say))  # noqa: S308
    quoted = say(FROM_THE_SOURCE)
    context = {
        "here": "programmes",
        "programme": one,
        "picture": picture,
        "sections": [s for s in sections(one, say) if not s.title.startswith(quoted)],
        "topics": _facts(one),
        "backlog": _backlog(request, one),
        "health": sees(request.assignment.role, "groups"),
    }
    return render(request, "office/programme.html", context)


def scope_of(request: StaffRequest, programme: Programme) -> Scope:
    """The programme's numbers, for the area in hand."""
    return Scope(programme.number, request.assignment.area, access_office(request).zone)


def _backlog(request: StaffRequest, programme: Programme) -> Backlog | None:
    """Where the target stands; None where the programme has none, or only a part of the office is in hand."""
    office = access_office(request)
    if request.assignment.area != office.code or not any(t.start for t in programme.targets):
        return None
    try:
        people = everybody(office.code, programme.number)
    except keys.Locked:
        return None
    return backlog(people, programme, timezone.now(), office.zone)


def _facts(programme: Programme) -> list[tuple[Topic, list[Fact]]]:
    """What the source says, under its headings; quoted, never computed on."""
    by_topic = [(topic, [f for f in programme.facts if f.topic is topic]) for topic in Topic]
    return [(topic, facts) for topic, facts in by_topic if facts]
