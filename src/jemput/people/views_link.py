"""Lists of people: taken in, looked at, compared; doubtful pairs side by side; who is left; their cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from jemput import journal
from jemput.accounts.access import access_office, access_programme, searched
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.areas import label
from jemput.core.codes import DataCondition, Duty
from jemput.core.entries import ListSource, PairAnswer
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.intake import Author
from jemput.journal import keys
from jemput.people.link import runs, store, targets
from jemput.people.link.lists import ODD, ListRow
from jemput.people.link.targets import Reached, Target
from jemput.people.lookup import register_of
from jemput.people.models import LinkList, LinkPair, LinkRun
from jemput.people.person import Person
from jemput.people.seen import write_down
from jemput.uploads.tables import MAX_BYTES

LINKERS = (Duty.MAIN_ADMIN,)
"""Compares NIKs in full, so only the duty that sees them all."""
SHOWN = 20
A_PAGE = 50

FIELD_NAMES = {
    "name": mark("Name"), "mother": mark("Mother"), "father": mark("Father"), "birth": mark("Birth"),
    "nik": mark("NIK"), "family": mark("Family card number"), "village": mark("Village"), "sex": mark("Sex"),
    "neighbourhood": mark("RW and RT"),
}  # fmt: skip
RULES = {
    "sibling": mark("Same mother or family, another given name: perhaps a brother or sister."),
    "number_alone": mark(
        "A number fits, the name does not: perhaps a wrong digit, or somebody else's number."
    ),
    "two_niks": mark("Two NIKs: if this is one person, a second officer must confirm it."),
    "two_people": mark("Linking would make two registered people one."),
}


def _say(bad: BadInput) -> str:
    message = _(bad.words.message)
    return message % bad.words.params if bad.words.params else message


def _author(request: StaffRequest) -> Author:
    return Author(request.user.actor, Duty(request.assignment.duty))


def _back(number: int, name: str = "lists", query: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"people:{name}", args=[number]) + query)


# ---- lists ------------------------------------------------------------------------------------------


@require_GET
@duty_required(*LINKERS)
def programmes(request: StaffRequest) -> HttpResponse:
    """Which programme the lists are for."""
    office = access_office(request)
    counts = dict(
        LinkList.objects.filter(office=office.code, state=LinkList.RECEIVED)
        .values_list("programme")
        .annotate(Count("id"))
    )
    found = [(p, counts.get(p.number, 0)) for p in journal.in_use()]
    return render(request, "people/link/programmes.html", {"programmes": found, "here": "lists"})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def lists(request: StaffRequest, number: int) -> HttpResponse:
    """The lists of a programme; a new one is taken in and shown before it is used."""
    programme, office = access_programme(request, number), access_office(request)
    context: dict[str, Any] = {"programme": programme, "here": "lists"}
    status = 200
    if request.method == "POST":
        try:
            kept = _taken_in(request, number, office.code)
            return _back(number, "list_preview", f"?new={kept.pk}")
        except BadInput as bad:
            context["error"], status = _say(bad), 422
        except keys.Locked:
            context["error"], status = _("The office key is locked: lists cannot be read now."), 503
    return render(request, "people/link/lists.html", context | _overview(office.code, number), status=status)


def _taken_in(request: StaffRequest, number: int, office: str) -> LinkList:
    file, pasted = request.FILES.get("file"), request.POST.get("text", "")
    if file is not None and file.size and file.size > MAX_BYTES:
        raise BadInput(mark("The file is larger than %(limit)s MB."), limit=MAX_BYTES // 1_000_000)
    data = file.read() if file is not None else pasted.encode()
    if not data.strip():
        raise BadInput(mark("Choose a file or paste a table."))
    source, condition = request.POST.get("source", ""), request.POST.get("condition", "")
    if source not in set(ListSource):
        raise BadInput(mark("Say where the list comes from."))
    name = request.POST.get("name", "").strip() or _(ListSource(source).label)
    lacks = DataCondition(condition) if condition in set(DataCondition) else DataCondition.UNKNOWN
    village = request.POST.get("village", "").strip()
    kept, _people = store.take_in(data, name, office, number, ListSource(source), lacks, village)
    return kept


def _overview(office: str, number: int) -> dict[str, Any]:
    kept = LinkList.objects.filter(office=office, programme=number, state=LinkList.RECEIVED).order_by("at")
    run = LinkRun.objects.filter(office=office, programme=number).order_by("-pk").first()
    named = []
    for one in kept:
        try:
            named.append((one, store.about(one)["name"], ListSource(one.source)))
        except (keys.Locked, BadInput):
            named.append((one, "", ListSource(one.source)))
    newest = max((one.at for one in kept), default=None)
    return {
        "lists": named, "run": run, "sources": list(ListSource), "conditions": list(DataCondition),
        "waiting": _open_pairs(office, number).count(), "register": register_of_office(office),
        "stale": bool(run and newest and run.state == LinkRun.DONE and newest > run.started_at),
    }  # fmt: skip


def register_of_office(office: str) -> date | None:
    """The day of the register extract in use."""
    try:
        register = register_of(office)
    except keys.Locked:
        return None
    return register.snapshot.taken_on if register else None


@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def preview(request: StaffRequest, number: int) -> HttpResponse:
    """What was understood of a new list; it is used, or thrown away as a whole."""
    programme, office = access_programme(request, number), access_office(request)
    id = request.POST.get("new") or request.GET.get("new") or ""
    kept = _list(id, office.code, number)
    if kept is None:
        return _back(number)
    if request.method == "POST":
        if "keep" in request.POST:
            store.confirm(kept, _author(request))
            messages.success(request, _("The list was taken in. Compare it now."))
        else:
            store.discard(kept)
            messages.info(request, _("The list was thrown away; nothing of it is kept."))
        return _back(number)
    about = store.about(kept)
    rows = [said for _row, said in store.opened(kept.rows.order_by("number")[:SHOWN])]
    context = {
        "programme": programme, "kept": kept, "about": about, "rows": rows, "here": "lists",
        "odd": [(ODD[k], n) for k, n in about["odd"].items() if k in ODD],
        "columns": [(FIELD_NAMES.get(f, f), heading) for f, heading in about["columns"].items()],
    }  # fmt: skip
    return render(request, "people/link/preview.html", context)


def _list(id: str, office: str, number: int) -> LinkList | None:
    try:
        return LinkList.objects.filter(
            pk=UUID(id), office=office, programme=number, state=LinkList.PREVIEW
        ).first()
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def compare(request: StaffRequest, number: int) -> HttpResponse:
    """Begin a comparison; asked by GET it shows how far the last one is (a partial for htmx)."""
    programme, office = access_programme(request, number), access_office(request)
    if request.method == "POST":
        if LinkList.objects.filter(office=office.code, programme=number, state=LinkList.RECEIVED).exists():
            runs.start(office.code, number, _author(request))
        return _back(number)
    if not request.htmx:
        return _back(number)
    run = LinkRun.objects.filter(office=office.code, programme=number).order_by("-pk").first()
    context = {"run": run, "programme": programme, "waiting": _open_pairs(office.code, number).count()}
    return render(request, "people/link/run.html", context)


# ---- pairs ------------------------------------------------------------------------------------------


def _open_pairs(office: str, number: int) -> QuerySet[LinkPair]:
    return LinkPair.objects.filter(
        row__list__office=office, row__list__programme=number, bin="ask", answer=""
    ).exclude(row__pairs__answer="same", row__pairs__against="person")


@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def review(request: StaffRequest, number: int) -> HttpResponse:
    """The next doubtful pair side by side; answered by one key, and taken back by another."""
    programme, office = access_programme(request, number), access_office(request)
    if request.method == "POST":
        return _answered(request, number, office.code)
    waiting = _open_pairs(office.code, number)
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
        pk=_whole(request.POST.get("pair")), row__list__office=office, row__list__programme=number
    ).first()
    answer = request.POST.get("answer", "")
    if pair is None:
        messages.warning(request, _("This pair is no longer there: the lists were compared anew."))
        return _back(number, "review")
    try:
        if answer in ("same", "different"):
            runs.decide(pair, PairAnswer(answer), _author(request))
            request.session["last_pair"] = pair.pk
        elif answer == "undo":
            runs.undo(pair, _author(request))
            request.session.pop("last_pair", None)
        elif answer == "later":
            LinkPair.objects.filter(pk=pair.pk).update(later=True)
    except BadInput as bad:
        messages.warning(request, _say(bad))
    if request.POST.get("from") == "person":
        return _back(number, "person", f"?row={pair.row_id}")
    return _back(number, "review")


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0


def side_by_side(request: StaffRequest, pair: LinkPair) -> dict[str, Any]:
    """Both records, field by field, with what fits and what differs."""
    mine = runs.row_of(pair.row)
    person = runs.person_of(pair)
    if person is not None:
        write_down(request.assignment, [person])
        theirs = _of_person(person)
    elif pair.other is not None:
        theirs = _of_row(runs.row_of(pair.other))
    else:
        theirs = {}
    left = _of_row(mine)
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


def _of_row(row: ListRow) -> dict[str, str]:
    query = row.query
    where = ", ".join(label(code) for code in sorted(query.places, key=lambda c: -query.places[c])[:2])
    return {
        "name": query.name, "mother": query.mother, "father": query.father, "birth": str(query.birth or ""),
        "nik": query.nik, "family": query.family, "village": where,
        "sex": _(query.sex.label) if query.sex != "unknown" else "",
        "neighbourhood": " / ".join(filter(None, (query.rw, query.rt))),
    }  # fmt: skip


def _of_person(person: Person) -> dict[str, str]:
    from jemput.core.codes import Sex

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
                runs.answer_proposal(*chosen, PairAnswer(answer), _author(request))
                messages.success(request, _("Your answer was written down."))
            except BadInput as bad:
                messages.warning(request, _say(bad))
        return _back(number, "niks")
    lines = [{"entry": e, "list": k, "mine": e.actor == request.user.actor} for k, e in found]
    return render(request, "people/link/niks.html", {"programme": programme, "lines": lines, "here": "lists"})


# ---- people -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def target_list(request: StaffRequest, number: int) -> HttpResponse:
    """Everybody of the lists once, with reason and sources; cases are opened for those who have none."""
    programme, office = access_programme(request, number), access_office(request)
    everybody = targets.targets(office.code, number)
    if request.method == "POST":
        chosen = {_whole(v) for v in request.POST.getlist("row")}
        opened = targets.open_cases(
            [t for t in everybody if t.id in chosen],
            programme,
            _author(request),
            timezone.now(),
            office.today(),
        )
        said = ngettext("%(n)d case was opened.", "%(n)d cases were opened.", len(opened))
        messages.success(request, said % {"n": len(opened)})
        return _back(number, "target_list", "?reached=in_hand")
    wanted = _filtered(everybody, request)
    page = Paginator(wanted, A_PAGE).get_page(request.GET.get("page"))
    names = {row.pk: said.query for row, said in store.opened(_full([t.rows[0].pk for t in page]))}
    searched(request)
    context = {
        "programme": programme, "here": "lists", "page": page, "count": len(wanted), "reaches": list(Reached),
        "conditions": list(DataCondition), "reached": request.GET.get("reached", ""),
        "condition": request.GET.get("condition", ""), "village": request.GET.get("village", ""),
        "lines": [(t, names.get(t.id), [ListSource(s) for s in _sources(t)]) for t in page],
        "may_open": any(t.reached is Reached.NOT_REACHED for t in page),
    }  # fmt: skip
    return render(request, "people/link/people.html", context)


def _full(ids: list[int]) -> Any:
    from jemput.people.models import LinkRow

    return LinkRow.objects.filter(pk__in=ids)


def _sources(target: Target) -> list[str]:
    return list(dict.fromkeys(row.list.source for row in target.rows))


def _filtered(everybody: list[Target], request: StaffRequest) -> list[Target]:
    tests: dict[str, Callable[[Target, str], bool]] = {
        "reached": lambda t, v: t.reached.value == v or (v == "left" and t.reached is not Reached.SERVED),
        "condition": lambda t, v: t.condition.value == v,
        "village": lambda t, v: t.area == ("" if v == "none" else v),
        "sex": lambda t, v: t.sex.value == v,
        "age": lambda t, v: t.age_band.value == v,
        "disability": lambda t, v: {True: "yes", False: "no", None: "unknown"}[t.disability] == v,
    }
    for name, fits in tests.items():
        if value := request.GET.get(name, ""):
            everybody = [t for t in everybody if fits(t, value)]
    return everybody


@require_GET
@duty_required(*LINKERS)
def person(request: StaffRequest, number: int) -> HttpResponse:
    """One person of the lists: all rows and why each is linked; a link is undone here."""
    programme, office = access_programme(request, number), access_office(request)
    id = _whole(request.GET.get("row"))
    target = next((t for t in targets.targets(office.code, number) if id in [r.pk for r in t.rows]), None)
    if target is None:
        if not id:
            return _back(number, "target_list")
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


@require_GET
@duty_required(*LINKERS)
def sasaran(request: StaffRequest, number: int) -> HttpResponse:
    """The backlog of the lists: the starting number, reached, left; every number opens the list behind it."""
    programme, office = access_programme(request, number), access_office(request)
    counted = targets.backlog(targets.targets(office.code, number))
    order = list(Reached)

    def table(name: str, counts: dict[Any, Any], say: Any) -> dict[str, Any]:
        rows = sorted(counts.items(), key=lambda kv: -sum(kv[1].values()))
        lines = [(str(k) or "none", say(k), sum(c.values()), [(r, c[r]) for r in order]) for k, c in rows]
        return {"name": name, "lines": lines}

    spoken = {"yes": _("With disability"), "no": _("Without disability"), "unknown": _("Not said")}
    coded = lambda code: _(code.label)  # noqa: E731
    context = {
        "programme": programme, "here": "lists", "counted": counted, "order": order,
        "targets": programme.targets,
        "sums": [(r, counted.by_reached[r]) for r in order],
        "tables": [
            (_("By reason"), table("condition", counted.by_condition, coded)),
            (_("By village"), table("village", counted.by_village,
            lambda c: label(c) if c else _("Village not known"))),
            (_("By sex"), table("sex", counted.by_sex, coded)),
            (_("By age"), table("age", counted.by_age, coded)),
            (_("By disability"), table("disability", counted.by_disability, spoken.__getitem__)),
        ],
    }  # fmt: skip
    return render(request, "people/link/backlog.html", context)
