"""What an office does beside its cases: training for its officers, telling people that the service exists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from pydantic import ValidationError

from jemput import journal
from jemput.accounts.access import access_office
from jemput.accounts.decorators import duty_required, keeps_typed
from jemput.accounts.drafts import came_back
from jemput.accounts.http import StaffRequest
from jemput.core.codes import Duty
from jemput.core.corrections import as_corrected
from jemput.core.entries import Body, Entry, OutreachHeld, TrainingHeld
from jemput.intake import is_entry_id, made_at, new_id
from jemput.journal import keys
from jemput.office.forms.entry import in_words
from jemput.office.forms.fields import field_for
from jemput.office.words import say

KINDS: dict[str, type[Body]] = {"training": TrainingHeld, "outreach": OutreachHeld}
READERS = (
    Duty.MAIN_ADMIN,
    Duty.SCHEDULER,
    Duty.HEAD_OF_SECTION,
    Duty.FIELD_OFFICER,
    Duty.HEAD_OF_OFFICE,
    Duty.EVALUATOR,
)
WRITERS = (Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE)


class ActivityForm(forms.Form):
    """The fields of a training or a public information event."""

    required_css_class = "required"

    def __init__(self, body: type[Body], data: Any = None) -> None:
        super().__init__(data, auto_id="id_%s", use_required_attribute=False)
        self.kind = body
        self.body: Body | None = None
        for name in body.model_fields:
            self.fields[name] = field_for(body, name)

    def clean(self) -> dict[str, Any]:
        """Builds ``body``; what the model refuses is said at its field."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.body = self.kind.model_validate({k: v for k, v in cleaned.items() if v is not None})
            except ValidationError as error:
                for fault in error.errors(include_url=False, include_input=False):
                    self.add_error(str(fault["loc"][0]) if fault["loc"] else None, in_words(dict(fault)))
        return cleaned


@require_GET
@duty_required(*READERS)
def activities(request: StaffRequest) -> HttpResponse:
    """The office's trainings and public information events, newest first."""
    stream = journal.office_stream(access_office(request).code)
    held = [
        e for e in as_corrected(journal.entries(stream)) if isinstance(e.body, TrainingHeld | OutreachHeld)
    ]
    held.sort(key=lambda e: getattr(e.body, "day"), reverse=True)  # noqa: B009 - both kinds have a day
    context = {
        "here": "activities",
        "trainings": [e.body for e in held if isinstance(e.body, TrainingHeld)],
        "outreach": [e.body for e in held if isinstance(e.body, OutreachHeld)],
        "trained": sum(e.body.participants for e in held if isinstance(e.body, TrainingHeld)),
        "reached": sum(e.body.reached or 0 for e in held if isinstance(e.body, OutreachHeld)),
        "may_write": request.assignment.role in WRITERS,
    }
    return render(request, "office/activities.html", context)


@keeps_typed
@require_http_methods(["GET", "POST"])
@duty_required(*WRITERS)
def activity(request: StaffRequest, what: str) -> HttpResponse:
    """Record a training or an event. Raises Http404 for anything else."""
    if (body := KINDS.get(what)) is None:
        raise Http404
    posted = request.POST.get("_entry", "")
    entry = UUID(posted) if _is_uuid(posted) and is_entry_id(UUID(posted)) else new_id()
    form = ActivityForm(body, request.POST if request.method == "POST" else None)
    back = came_back(request)
    may_save = request.method == "POST" and not back and form.is_valid()
    if may_save and form.body is not None and _write(request, form, form.body, entry):
        return redirect("office:activities")
    status = 422 if request.method == "POST" and not back else 200
    context = {"here": "activities", "form": form, "title": _(body.action), "entry": entry}
    return render(request, "office/activity.html", context, status=status)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _write(request: StaffRequest, form: forms.Form, body: Body, id: UUID) -> bool:
    now = timezone.now()
    try:
        stream = journal.open_office(access_office(request).code)
        entry = Entry(
            id=id,
            stream=stream,
            actor=request.user.actor,
            duty=request.assignment.role,
            occurred_at=made_at(id, now),
            body=body,
        )
        verdict = journal.append([entry])[0]
    except keys.Locked:
        form.add_error(None, _("The office key is locked: nothing can be saved now. Ask the administrator."))
        return False
    if not verdict.stored:
        form.add_error(None, say(verdict.words))
        return False
    messages.success(request, f"{_(body.title)}.")
    return True
