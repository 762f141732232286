"""Doing one thing with a case: a form made from the entry's model, judged by the rules, appended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jemput import journal
from jemput.accounts.access import access_case, access_cases, opened
from jemput.accounts.decorators import keeps_typed
from jemput.accounts.drafts import came_back
from jemput.accounts.http import StaffRequest
from jemput.core.centre import KNOWN
from jemput.core.corrections import correction_of
from jemput.core.entries import KINDS, Body, Corrected, Entry
from jemput.core.fold import fold
from jemput.core.rules import GENERAL, Action, matches, objections_since
from jemput.core.state import State
from jemput.core.text import BadInput, Words
from jemput.core.text import _ as mark
from jemput.intake import beside, is_entry_id, made_at, new_id, read_ticket
from jemput.journal import Answer, Verdict, keys
from jemput.journal.models import EntryRow
from jemput.office.dossier import Dossier, open_dossier, person_facts
from jemput.office.forms import EntryForm, Situation
from jemput.office.forms.places import offered
from jemput.office.timeline import may_correct, may_take_back
from jemput.office.who import picked_before, picked_now
from jemput.office.words import say


@dataclass(frozen=True)
class Seen:
    """What the author of a form had seen of the case when it was opened."""

    entry: UUID
    """The id that the entry will have, made with the form."""
    after: UUID | None
    state: State
    """The case as it was then."""


@keeps_typed
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, stream: UUID, key: str) -> HttpResponse:
    """One action on a case. Raises Http404 for an action that its programme does not know."""
    dossier = open_dossier(request, stream, write=True)
    action = dossier.action(key)
    if action is None or action.kind in ("reported", "corrected"):
        raise Http404
    if request.method == "GET":
        opened(request, dossier.case)
    if not _is_for(request, action):
        return _refused(request, dossier, action, status=403)
    seen = _seen(request, dossier)
    if request.method == "GET" or "_pick" in request.POST:
        if not action.allowed:
            return _refused(request, dossier, action, status=409)
        try:
            return _page(request, dossier, action, seen, _form(request, dossier, action, seen))
        except BadInput as bad:  # whom the hit stood for is no longer there
            messages.error(request, say(bad.words))
            return redirect("office:case", stream)
    if _is_written(request, dossier, seen.entry):
        return redirect("office:case", stream)
    form = _form(request, dossier, action, seen, request.POST)
    if came_back(request):
        return _page(request, dossier, action, seen, form)
    if not form.is_valid() or form.body is None:
        return _page(request, dossier, action, seen, form, status=422)
    reasons = _against(dossier, seen, form.body)
    if not reasons and _write(request, dossier, seen, form.body, form):
        return redirect("office:case", stream)
    for reason in reasons:
        form.add_error(None, say(reason))
    return _page(request, dossier, action, seen, form, status=409 if reasons else 503)


class WhyForm(forms.Form):
    """Why an earlier entry was wrong."""

    why = forms.CharField(
        label=gettext_lazy("Why it was wrong"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )


@keeps_typed
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, stream: UUID, entry: UUID) -> HttpResponse:
    """Say what holds instead of an earlier entry; both stay to be read."""
    dossier, held = _to_correct(request, stream, entry)
    seen = _seen(request, dossier)
    body = type(held.body)
    situation = _situation(request, dossier, seen, None)
    if request.method == "GET":
        opened(request, dossier.case)
        form, why = EntryForm(body, situation, old=held.body), WhyForm(use_required_attribute=False)
        return _correction_page(request, dossier, held, seen, why, form)
    if _is_written(request, dossier, seen.entry):
        return redirect("office:case", stream)
    form, why = EntryForm(body, situation, request.POST, old=held.body), WhyForm(request.POST)
    if came_back(request):
        return _correction_page(request, dossier, held, seen, why, form)
    if form.is_valid() & why.is_valid() and form.body is not None:
        try:
            correction = correction_of(held, form.body, why.cleaned_data["why"])
        except ValueError:
            form.add_error(None, _("Nothing was changed. Change what was wrong, or cancel."))
        else:
            if _write(request, dossier, seen, correction, form):
                return redirect("office:case", stream)
    return _correction_page(request, dossier, held, seen, why, form, status=422)


@keeps_typed
@require_http_methods(["GET", "POST"])
def take_back(request: StaffRequest, stream: UUID, entry: UUID) -> HttpResponse:
    """Say that an earlier entry does not hold at all. Raises Http404 for the report itself."""
    dossier, held = _to_correct(request, stream, entry)
    if not may_take_back(held.kind):
        raise Http404
    seen = _seen(request, dossier)
    why = WhyForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    if request.method == "POST":
        if _is_written(request, dossier, seen.entry):
            return redirect("office:case", stream)
        if came_back(request):
            return _correction_page(request, dossier, held, seen, why)
        if why.is_valid():
            correction = Corrected(entry=held.id, void=True, reason=why.cleaned_data["why"])
            if _write(request, dossier, seen, correction, why):
                return redirect("office:case", stream)
        return _correction_page(request, dossier, held, seen, why, status=422)
    opened(request, dossier.case)
    return _correction_page(request, dossier, held, seen, why)


# ---- what stands against it -------------------------------------------------------------------------


def _is_for(request: StaffRequest, action: Action) -> bool:
    duties = action.step.duties if action.step else GENERAL[action.kind].duties
    return request.assignment.role in duties


def _against(dossier: Dossier, seen: Seen, body: Body) -> list[Words]:
    return objections_since(dossier.programme, seen.state, dossier.state, dossier.actor, body)


def _to_correct(request: StaffRequest, stream: UUID, entry: UUID) -> tuple[Dossier, Entry]:
    dossier = open_dossier(request, stream, write=True)
    held = next((x for x in dossier.held if x.id == entry), None)
    me = request.user.actor
    if held is None or isinstance(held.body, Corrected):
        raise Http404
    if not may_correct(dossier, held, request.assignment.role, me):
        raise Http404
    return dossier, held


# ---- the form ---------------------------------------------------------------------------------------


def _seen(request: StaffRequest, dossier: Dossier) -> Seen:
    entry, after = _uuid(request, "_entry"), _uuid(request, "_after")
    if entry is None or not is_entry_id(entry):
        entry = new_id()
    if after is None or after == dossier.state.last:
        return Seen(entry, dossier.state.last, dossier.state)
    place = next((n for n, x in enumerate(dossier.written) if x.id == after), None)
    if place is None:
        return Seen(entry, dossier.state.last, dossier.state)
    return Seen(entry, after, fold(journal.programme_of, dossier.written[: place + 1]))


def _uuid(request: StaffRequest, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


def _situation(request: StaffRequest, dossier: Dossier, seen: Seen, action: Action | None) -> Situation:
    return Situation(
        office=dossier.office,
        programme=dossier.programme,
        state=seen.state,
        entry=seen.entry,
        now=timezone.now(),
        duty=request.assignment.role,
        scope=request.assignment.area,
        step=action.step if action else None,
        entries=dossier.held,
        programmes=journal.in_use() if action and action.kind == "programme_changed" else [],
        find_case=_case_finder(request, dossier),
        ticket_of=lambda case: _ticket_of(request, case),
        correcting=action is None,
        picked=picked_now(request) or picked_before(request),
    )


def situation_of(request: StaffRequest, dossier: Dossier, body: Body, entry: UUID) -> Situation:
    """The situation in which a form for this entry would be opened now."""
    steps = [a for a in dossier.actions if a.kind == body.kind and (a.step is None or matches(a.step, body))]
    action = next((a for a in steps if a.allowed), steps[0] if steps else None)
    return _situation(request, dossier, Seen(entry, dossier.state.last, dossier.state), action)


def _case_finder(request: StaffRequest, dossier: Dossier) -> Any:
    def find(text: str) -> UUID:
        ticket = read_ticket(text)
        others = access_cases(request).filter(merged_into=None).exclude(pk=dossier.id)  # no circles
        row = others.filter(ticket=ticket).first()
        if row is None:
            raise BadInput(mark("No other case with this ticket number, as far as you may see."))
        return UUID(str(row.pk))

    return find


def _ticket_of(request: StaffRequest, case: UUID) -> str:
    row = access_cases(request).filter(pk=case).only("ticket").first()
    return row.ticket if row else ""


def _form(request: StaffRequest, dossier: Dossier, action: Action, seen: Seen, data: Any = None) -> EntryForm:
    return EntryForm(KINDS[action.kind], _situation(request, dossier, seen, action), data)


# ---- writing ----------------------------------------------------------------------------------------


def _is_written(request: StaffRequest, dossier: Dossier, entry: UUID) -> bool:
    """Whether this form was sent before: nothing is written twice."""
    if not EntryRow.objects.filter(id=entry, stream=dossier.id).exists():
        return False
    messages.info(request, _("This was recorded before. To change it, correct the entry below."))
    return True


def _write(request: StaffRequest, dossier: Dossier, seen: Seen, body: Body, form: forms.Form) -> bool:
    """Append; on success tell what happened, otherwise say why at the form."""
    try:
        verdict = append_one(request, dossier, body, seen.entry, seen.after)
    except keys.Locked:
        form.add_error(None, _("The office key is locked: nothing can be saved now. Ask the administrator."))
        return False
    if not verdict.stored:
        form.add_error(None, say(verdict.words))
        return False
    messages.success(request, f"{_(body.title)}.")
    if verdict.answer is Answer.KNOWN:
        messages.info(request, _("This was recorded before; it was not recorded twice."))
    if verdict.unseen:
        messages.warning(request, what_changed(dossier, verdict))
    return True


def append_one(request: StaffRequest, dossier: Dossier, body: Body, id: UUID, after: UUID | None) -> Verdict:
    """Append one entry by the person at the screen. Raises keys.Locked."""
    now = timezone.now()
    entry = Entry(
        id=id,
        stream=dossier.id,
        actor=request.user.actor,
        duty=request.assignment.role,
        occurred_at=made_at(id, now),
        after=after,
        body=body,
    )
    return journal.append([entry])[0]


def what_changed(dossier: Dossier, verdict: Verdict) -> str:
    """What others wrote while the form was open."""
    rows = {row.id: row for row in EntryRow.objects.filter(id__in=verdict.unseen)}
    told = [
        f"{_(KINDS[rows[id].kind].title)} ({dossier.name_of(rows[id].actor)})"
        for id in verdict.unseen
        if id in rows
    ]
    return _("Meanwhile others wrote in this case: %(what)s. Your entry was kept; please look again.") % {
        "what": ", ".join(told)
    }


# ---- pages ------------------------------------------------------------------------------------------


def _context(dossier: Dossier, seen: Seen) -> dict[str, Any]:
    facts = person_facts(dossier.held)
    return {
        "here": "cases",
        "dossier": dossier,
        "case": dossier.case,
        "state": dossier.state,
        "seen": seen,
        "name": next((f.value for f in facts if f.name == "name"), ""),
        "villages": offered(dossier.office.code),
        "statuses": sorted(KNOWN),
    }


def _page(
    request: StaffRequest, dossier: Dossier, action: Action, seen: Seen, form: EntryForm, status: int = 200
) -> HttpResponse:
    context = {**_context(dossier, seen), "action": action, "step": action.step, "form": form}
    if request.method == "POST":
        context["gone"] = not _in_sight(request, dossier)
    return render(request, "office/act.html", context, status=status)


def _in_sight(request: StaffRequest, dossier: Dossier) -> bool:
    """Whether the case page would still open; it may have gone on to others while the form was open."""
    try:
        access_case(request, dossier.id)
    except Http404:
        return False
    return True


def _refused(request: StaffRequest, dossier: Dossier, action: Action, status: int) -> HttpResponse:
    context = {**_context(dossier, _seen(request, dossier)), "action": action}
    return render(request, "office/cannot.html", context, status=status)


def _correction_page(
    request: StaffRequest,
    dossier: Dossier,
    held: Entry,
    seen: Seen,
    why: WhyForm,
    form: EntryForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **_context(dossier, seen),
        "held": held,
        "title": _(held.body.title),
        "who": dossier.name_of(held.actor),
        "why": why,
        "form": form,
    }
    return render(request, "office/correct.html", context, status=status)


__all__ = ["act", "append_one", "beside", "correct", "situation_of", "take_back", "what_changed"]
