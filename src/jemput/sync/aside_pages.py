"""The pages of what was set aside, and settling it: taken in as it was captured, or seen to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

import uuid_utils
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from jemput import journal
from jemput.accounts.access import access_cases
from jemput.accounts.decorators import duty_required, keeps_typed
from jemput.accounts.drafts import came_back
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Access
from jemput.accounts.sensitive import ALL, NEEDS
from jemput.core import areas
from jemput.core.codes import Duty
from jemput.core.entries import Corrected, Entry, Note, ProgrammeChanged, Reported
from jemput.core.text import BadInput, Words
from jemput.core.text import _ as marked
from jemput.journal import held, keys
from jemput.journal.models import EntryRow, Quarantine
from jemput.journal.say import say
from jemput.journal.verdicts import REASONS
from jemput.sync.aside import PATIENCE, Aside, described, due, early, file_of, is_locked, photo_of, waiting
from jemput.sync.begun import KEEPERS, Answer, answers, write_down
from jemput.sync.pictures import SHOWN

PAGE = 50
LONGEST = 1000
_TAKEN = "taken"
_READ_NOW = frozenset({"unreadable", "unknown_kind", "too_large"})
_MAY_BE_TAKEN = frozenset({"revoked", "not_authorised", "unknown_programme", "missing", *_READ_NOW})


# ---- pages ------------------------------------------------------------------------------------------


@require_GET
@duty_required(*KEEPERS)
def set_aside(request: StaffRequest) -> HttpResponse:
    """All that somebody must look at; apart from it, what waits for an earlier act."""
    rows = waiting(request)
    number = request.GET.get("after", "")
    after = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
    todo, soon = due(rows), rows.filter(early())
    page = list(todo.filter(pk__gt=after)[: PAGE + 1])
    context = {
        "here": "devices",
        "locked": is_locked(),
        "total": journal.count(todo),
        "list": described(request, page[:PAGE]),
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
        "continued": bool(after),
        "early_total": journal.count(soon),
        "early": described(request, list(soon[:PAGE])) if not after else [],
        "days": PATIENCE.days,
    }
    return render(request, "sync/set_aside.html", context, status=503 if context["locked"] else 200)


@keeps_typed
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@duty_required(*KEEPERS)
def one_set_aside(request: StaffRequest, number: int) -> HttpResponse:
    """What was offered; by POST, that it is taken in after all, or that it was seen to."""
    row = waiting(request).filter(pk=number).first() if number < 2**63 else None
    if row is None:
        raise Http404
    if is_locked():
        locked = {"here": "devices", "locked": True, "typed": request.POST, "longest": LONGEST}
        return render(request, "sync/one_set_aside.html", locked, status=503)
    [found] = described(request, [row])
    if request.method == "POST" and not came_back(request):
        return _settle(request, found)
    return _page(request, found)


@require_GET
@duty_required(*KEEPERS)
def set_aside_file(request: StaffRequest, number: int) -> HttpResponse:
    """A file that nobody could read, byte by byte as it came: to be kept and looked at, never drawn here;
    or the photo of this number, of a form that nobody could read.
    """
    photo = request.GET.get("photo", "")
    row = waiting(request).filter(pk=number).first() if number < 2**63 else None
    if row is None or NEEDS[request.assignment.role] != ALL:
        raise Http404
    try:
        content = photo_of(row, int(photo)) if photo.isdecimal() and len(photo) < 4 else file_of(row)
    except keys.Locked:
        return HttpResponse(_("The office key is locked. Ask the administrator."), status=503)
    if content is None:
        raise Http404
    write_down(request, row.stream, Access.EXPORTED)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{_name_of(row, photo, content)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _name_of(row: Quarantine, photo: str, content: bytes) -> str:
    kind = next((kind for start, kind in SHOWN.items() if photo and content.startswith(start)), "")
    return f"jemput-{row.pk}{f'-{int(photo) + 1}' if kind else ''}.{kind.partition('/')[2] or 'bin'}"


def _page(
    request: StaffRequest, found: Aside, *, errors: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    duty = request.assignment.role
    first = _first(request, found)
    there, is_elsewhere = _in_the_journal(request, found)
    is_hidden = not _may_read(found, duty)
    context = {
        "here": "devices",
        "one": found,
        "offered": _in_words(found.read, duty) if found.read and not is_hidden else [],
        "raw": found.raw if not is_hidden else "",
        "is_hidden": is_hidden,
        "there": there,
        "there_answers": _in_words(there, duty) if there else [],
        "is_elsewhere": is_elsewhere,
        "first": first,
        "advice": _advice(request, found, first),
        "may_take": _may_take(request, found) and first is None,
        "done": [(value, _(words)) for value, words in held.SEEN_TO.items()],
        "days": PATIENCE.days,
        "longest": LONGEST,
        "errors": errors or {},
        "typed": request.POST,
    }
    write_down(request, found.row.stream)
    response = render(request, "sync/one_set_aside.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _may_read(found: Aside, duty: Duty) -> bool:
    """What is no entry of a case cannot be masked field by field: for those who need every class of facts."""
    return NEEDS[duty] == ALL or (found.read is not None and found.read.body.stream_type == "case")


def _in_words(entry: Entry, duty: Duty) -> list[Answer]:
    clear, sealed = entry.body.split()
    values, kinds = {**clear, **sealed}, [entry.kind]
    if isinstance(entry.body, Corrected):  # a correction tells no more than what it corrects
        values |= {**values.pop("clear_values", {}), **values.pop("sealed_values", {})}
        kinds += EntryRow.objects.filter(id=entry.body.entry).values_list("kind", flat=True)
    return list(answers(values, kinds, duty))


def _in_the_journal(request: StaffRequest, found: Aside) -> tuple[Entry | None, bool]:
    """Of a conflict, what the journal holds under its number; and whether it is out of this duty's sight."""
    if found.row.verdict != Quarantine.CONFLICT or found.row.entry is None:
        return None, False
    there = EntryRow.objects.filter(id=found.row.entry).first()
    if there is None or not access_cases(request).filter(pk=there.stream_id).exists():
        return None, True
    return journal.entry(there.id), False


# ---- what can be done -------------------------------------------------------------------------------


def _first(request: StaffRequest, found: Aside) -> Quarantine | None:
    """What it follows, where that was set aside as well."""
    after = found.read.after if found.read else None
    rows = waiting(request).exclude(verdict=Quarantine.CONFLICT)
    return rows.filter(entry=after).exclude(pk=found.row.pk).first() if after else None


def _may_take(request: StaffRequest, found: Aside) -> bool:
    """Whether it can be taken in as it was captured, as far as can be seen without trying."""
    entry = found.read
    if entry is None or found.row.code not in _MAY_BE_TAKEN or found.is_early:
        return False
    return _is_own(found, entry) and _has_a_place(request, found, entry) and _is_installed(entry)


def _is_own(found: Aside, entry: Entry) -> bool:
    """Whether it bears the name of who sent it, for no hand is forged; with other reasons that was so."""
    if found.row.code != "not_authorised" and found.row.code not in _READ_NOW:
        return True
    device = found.device if found.row.device else None
    if device is None:
        return False
    author = (entry.device, entry.actor, entry.duty)
    return author == (device.pk, device.assignment.account.actor, device.duty)


def _has_a_place(request: StaffRequest, found: Aside, entry: Entry) -> bool:
    if found.case is not None:
        return bool(entry.stream == found.case.pk)
    return isinstance(entry.body, Reported) and areas.covers(request.assignment.area, entry.body.area)


def _is_installed(entry: Entry) -> bool:
    if isinstance(entry.body, Reported | ProgrammeChanged):
        try:
            journal.programme_of(entry.body.programme_hash)
        except KeyError:
            return False
    return True


def _advice(request: StaffRequest, found: Aside, first: Quarantine | None) -> str:
    """What to do about it."""
    code, entry = found.row.code, found.read
    if found.file_size is not None:
        return _(
            "Have somebody who knows pictures look whether it can be mended."
            " Else have the papers photographed again."
        )
    if found.is_early:
        return _("Nothing yet: it is taken in by itself as soon as what it follows has come.")
    if code == "same_id":
        return _(
            "Compare both. The journal keeps the one it has: write down in the case what is lacking there."
        )
    if first is not None:
        return _("It follows another one that was set aside too. See to that one first.")
    if entry is not None and not _is_own(found, entry):
        return _(
            "It bears another author or device than what sent it: it cannot be taken in. Ask the officer."
        )
    if entry is not None and not _is_installed(entry):
        return _("Have this version of the programme installed. Then it can be taken in here.")
    if _may_take(request, found):
        return _(_TAKE.get(code, marked("This server can read it now. If the officer did this, take it in.")))
    if code == "missing" and found.case is None:
        return _(
            "The report of its case has not come. Let the device send; if it is lost, report the person anew."
        )
    return _("It cannot be taken in as it is. Ask the officer what it was, and write it down in the case.")


_TAKE = {
    "revoked": marked("The device was withdrawn before it sent this. If its officer did this, take it in."),
    "not_authorised": marked(
        "The case does not lie in the area of this device. If its officer did this, take it in."
    ),
    "unknown_programme": marked("This version of the programme is installed now. Take it in."),
    "missing": marked(
        "What it follows has not come for days. If that device sends nothing more, take this in without it."
    ),
}


def _settle(request: StaffRequest, found: Aside) -> HttpResponse:
    if found.is_early:
        raise Http404
    if request.POST.get("do") != "take":
        done = request.POST.get("done", "")
        if done not in held.SEEN_TO:
            return _page(request, found, errors={"done": _("Choose what was done.")}, status=422)
        held.mark(found.row, request.user.actor, done)
        messages.success(request, _("It is marked as seen to. It stays here, sealed."))
        return redirect("set_aside")
    why = request.POST.get("why", "").strip()[:LONGEST]
    if not why:
        return _page(request, found, errors={"why": _("Say why it is taken in after all.")}, status=422)
    if not _may_take(request, found) or _first(request, found) is not None or found.read is None:
        error = _("This cannot be taken in as things are now. What you wrote: “%(why)s”") % {"why": why}
        return _page(request, found, errors={"all": error}, status=409)
    try:
        is_new = journal.in_one(_taking(request, found, found.read, why))
    except BadInput as error:
        return _page(request, found, errors={"all": say(error.words)}, status=409)
    taken = _("It was taken in and stands in the case, with a note of why.")
    messages.success(request, taken if is_new else _("It stood in the case already."))
    return redirect("set_aside")


def _taking(request: StaffRequest, found: Aside, entry: Entry, why: str) -> Callable[[], bool]:
    """All or nothing: as it was captured, a note beside it, and off the list; gives whether it was new.

    Raises BadInput with the journal's own words.
    """

    def take() -> bool:
        [said] = journal.append([entry], alone=frozenset({entry.id}))
        if not said.stored:
            raise BadInput(said.words or Words(REASONS["unreadable"], {"where": "…"}))
        if is_new := said.answer is journal.Answer.ACCEPTED:
            [noted] = journal.append([_note(request, found, entry, why)])
            if not noted.stored:
                raise BadInput(noted.words or Words(REASONS["missing"]))
        held.mark(found.row, request.user.actor, _TAKEN)
        return is_new

    return take


def _note(request: StaffRequest, found: Aside, entry: Entry, why: str) -> Entry:
    text = _(
        "Taken in by the office after all: “%(act)s” of %(when)s, once set aside (%(why)s) Reason: %(reason)s"
    )
    when = date_format(timezone.localtime(entry.occurred_at), "j F Y H.i")
    said = text % {"act": found.act, "when": when, "why": found.why, "reason": why}
    return Entry(
        id=UUID(str(uuid_utils.uuid7())),
        stream=entry.stream,
        actor=request.user.actor,
        duty=request.assignment.role,
        occurred_at=timezone.now(),
        after=entry.id,
        body=Note(text=said),
    )
