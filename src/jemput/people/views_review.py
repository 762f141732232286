"""Doubtful pairs side by side, answered by one key; two NIKs for a second officer; why rows are linked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jemput.accounts.access import access_office, access_programme, opened
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.areas import label
from jemput.core.codes import Sex
from jemput.core.entries import ListSource, PairAnswer
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.journal.models import CaseRow
from jemput.people.link import runs, targets
from jemput.people.link.known_cases import case_as_query
from jemput.people.models import LinkPair
from jemput.people.person import Person, Query
from jemput.people.seen import write_down
from jemput.people.views_shared import FIELD_NAMES, LINKERS, author, back, open_pairs, said, whole

RULES = {
    "sibling": mark("Same mother or family, another given name: perhaps a brother or sister."),
    "number_alone": mark(
        "A number fits, the name does not: perhaps a wrong digit, or somebody else's number."
    ),
    "two_niks": mark("Two NIKs: if this is one person, a second officer must confirm it."),
    "two_people": mark("Linking would make two registered people one."),
}


@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def review(request: StaffRequest, number: int) -> HttpResponse:
    """The next doubtful pair side by side; answered by one key, and taken back by another."""
    programme, office = access_programme(request, number), access_office(request)
    if request.method == "POST":
        return _answered(request, number, office.code)
    waiting = open_pairs(office.code, number)
    pair = (
        waiting.select_related("row__list", "other__list")
        .order_by("later", "row__list__at", "row__number", "-certainty")
        .first()
    )
    context: dict[str, Any] = {"programme": programme, "here": "lists", "left": waiting.count()}
    context["last"] = request.session.get("last_pair")
    if pair is not None:
        context |= {"pair": pair, "pair_view": side_by_side(request, pair)}
    return render(request, "people/link/review.html", context)


def _answered(request: StaffRequest, number: int, office: str) -> HttpResponse:
    pair = LinkPair.objects.filter(
        pk=whole(request.POST.get("pair")), row__list__office=office, row__list__programme=number
    ).first()
    answer = request.POST.get("answer", "")
    if pair is None:
        messages.warning(request, _("This pair is no longer there: the lists were compared anew."))
        return back(number, "review")
    try:
        if answer in ("same", "different"):
            runs.decide(pair, PairAnswer(answer), author(request))
            request.session["last_pair"] = pair.pk
        elif answer == "undo":
            runs.undo(pair, author(request))
            request.session.pop("last_pair", None)
        elif answer == "later":
            LinkPair.objects.filter(pk=pair.pk).update(later=True)
    except BadInput as bad:
        messages.warning(request, said(bad))
    if request.POST.get("from") == "person":
        return back(number, "person", f"?row={pair.row_id}")
    return back(number, "review")


def side_by_side(request: StaffRequest, pair: LinkPair) -> dict[str, Any]:
    """Both records, field by field, with what fits and what differs."""
    mine = runs.row_of(pair.row)
    person = runs.person_of(pair)
    if person is not None:
        write_down(request.assignment, [person])
        theirs = _of_person(person)
    elif pair.other is not None:
        theirs = _of_query(runs.row_of(pair.other).query)
    else:
        theirs = _of_case(request, pair.case)
    left = _of_query(mine.query)
    lines = []
    for field, name in FIELD_NAMES.items():
        one, two = left.get(field, ""), theirs.get(field, "")
        if one or two:
            bits = pair.levels.get(field, [0, 0.0])[1]
            told = (
                "blank"
                if field not in pair.levels
                else "fits"
                if bits > 0.5
                else "differs"
                if bits < -0.5
                else "open"
            )
            lines.append(
                {
                    "name": name,
                    "left": _marked(one, two),
                    "right": _marked(two, one),
                    "told": told,
                    "bits": bits,
                }
            )
    return {
        "pair": pair, "lines": lines, "rule": RULES.get(pair.rule, ""), "person": person, "row": mine,
        "source": ListSource(pair.row.list.source),
        "other_source": ListSource(pair.other.list.source) if pair.other else None,
        "percent": min(round(pair.certainty * 100), 99),
    }  # fmt: skip


def _of_case(request: StaffRequest, case: UUID | None) -> dict[str, str]:
    row = CaseRow.objects.filter(pk=case, office=access_office(request).code).first()
    query = case_as_query(row.pk) if row else None
    if row is None or query is None:
        return {}
    opened(request, row)
    return _of_query(query)


def _of_query(query: Query) -> dict[str, str]:
    where = ", ".join(label(code) for code in sorted(query.places, key=lambda c: -query.places[c])[:2])
    return {
        "name": query.name, "mother": query.mother, "father": query.father, "birth": str(query.birth or ""),
        "nik": query.nik, "family": query.family, "village": where,
        "sex": _(query.sex.label) if query.sex != "unknown" else "",
        "neighbourhood": " / ".join(filter(None, (query.rw, query.rt))),
    }  # fmt: skip


def _of_person(person: Person) -> dict[str, str]:
    born = person.born.strftime("%d-%m-%Y") if person.born else person.birth[:4]
    return {
        "name": person.name, "mother": person.mother, "father": person.father, "birth": born,
        "nik": person.nik,
        "family": person.family, "village": label(person.area) if person.area else "",
        "sex": _(Sex(person.sex).label) if person.sex else "",
        "neighbourhood": " / ".join(filter(None, (person.rw, person.rt))),
    }  # fmt: skip


def _marked(one: str, other: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it differs from the other's."""
    from rapidfuzz.distance import Indel

    if not one or not other or one.casefold() == other.casefold():
        return [(one, False)]
    pieces: list[tuple[str, bool]] = []
    for block in Indel.opcodes(one.casefold(), other.casefold()):
        if part := one[block.src_start : block.src_end]:
            pieces.append((part, block.tag != "equal"))
    return pieces


@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def niks(request: StaffRequest, number: int) -> HttpResponse:
    """Two NIKs that somebody holds for one person's: another officer confirms or refuses."""
    programme, office = access_programme(request, number), access_office(request)
    found = runs.proposals(office.code, number)
    if request.method == "POST":
        chosen = next(((k, e) for k, e in found if str(e.id) == request.POST.get("proposal")), None)
        answer = request.POST.get("answer")
        if chosen is not None and answer in set(PairAnswer):
            try:
                runs.answer_proposal(*chosen, PairAnswer(answer), author(request))
                messages.success(request, _("Your answer was written down."))
            except BadInput as bad:
                messages.warning(request, said(bad))
        return back(number, "niks")
    lines = [{"entry": e, "list": k, "mine": e.actor == request.user.actor} for k, e in found]
    return render(request, "people/link/niks.html", {"programme": programme, "lines": lines, "here": "lists"})


@require_GET
@duty_required(*LINKERS)
def person(request: StaffRequest, number: int) -> HttpResponse:
    """One person of the lists: all rows and why each is linked; a link is undone here."""
    programme, office = access_programme(request, number), access_office(request)
    id = whole(request.GET.get("row"))
    target = next((t for t in targets.targets(office.code, number) if id in [r.pk for r in t.rows]), None)
    if target is None:
        if not id:
            return back(number, "target_list")
        raise Http404
    pairs = LinkPair.objects.filter(row__in=[r.pk for r in target.rows]).select_related(
        "row__list", "other__list"
    )
    context = {
        "programme": programme, "here": "lists", "target": target,
        "pairs": [side_by_side(request, p) for p in pairs.exclude(bin="different",
        answer="").order_by("row", "pk")[:12]],
    }  # fmt: skip
    return render(request, "people/link/person.html", context)
