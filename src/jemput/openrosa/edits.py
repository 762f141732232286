"""A sent form that was changed on the phone (``deprecatedID``) becomes corrections of what it said before.

Only while that is what holds now: where the office has corrected it meanwhile, or another change came first,
the form is offered under the old numbers, and the journal keeps both for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from jemput.core.corrections import as_corrected, correction_of
from jemput.core.entries import Body, Corrected, Entry, VisitStarted
from jemput.core.entries.files import WithFiles
from jemput.core.programme import Step
from jemput.core.text import _
from jemput.openrosa.answers import Answers
from jemput.openrosa.forms import in_language
from jemput.openrosa.models import Access, Submission

EDITABLE = timedelta(days=14)
"""How long the case of a sent form stays in the list: Collect forgets one that is not there on opening it."""
PATIENCE = timedelta(days=1)
"""How long what a form changes may be on its way, before the change is kept for somebody to look at."""
WHY = _("Changed on the phone in Collect after it was sent.")


def base_of(said: Answers) -> Submission | None:
    """The form that this one changes, whoever sent it, as far as it has come."""
    if not said.deprecated or said.deprecated == said.instance:
        return None
    return Submission.objects.filter(instance=said.deprecated).first()


def is_own(access: Access, form: Submission) -> bool:
    """Whether the form, and all that it changes, came from this duty of this officer: a phone that was set up
    anew has another key, and keeps the forms that it sent with the old one.
    """
    return all(f.device.assignment_id == access.device.assignment_id for f in line_of(form))


def line_of(form: Submission | None) -> list[Submission]:
    """The form and those before it, the first one last."""
    found: list[Submission] = []
    while form is not None and form not in found:
        found.append(form)
        form = form.replaces
    return found


def followed(said: Answers, base: Submission, steps: Sequence[Step], told: Sequence[Entry]) -> Answers:
    """The form under the number of the first of its line, and of the same visit."""
    under = replace(said, root=line_of(base)[-1].instance)
    ids = {under.entry_id(step) for step in steps}
    visits = [str(e.body.visit) for e in told if isinstance(e.body, VisitStarted) and e.id in ids]
    return replace(under, visit=visits[0] if visits else "")


def changes(
    said: Answers,
    base: Submission,
    steps: Sequence[Step],
    found: Sequence[tuple[Step, Body]],
    told: Sequence[Entry],
) -> list[tuple[UUID, Body]] | None:
    """The entries, with their ids, that the changed form adds to what was told; None where it is too late."""
    line = [form.instance for form in line_of(base)]
    own = {said.change_id(step, instance) for step in steps for instance in line}
    theirs = (e for e in told if e.id in own or not isinstance(e.body, Corrected))
    was, now = ({e.id: e for e in as_corrected(entries)} for entries in (theirs, told))
    written = {e.id for e in told}
    new = {said.entry_id(step): body for step, body in found}
    added: list[tuple[UUID, Body]] = []
    for step in steps:
        id = said.entry_id(step)
        body, held, before = new.get(id), now.get(id), was.get(id)
        if (held and held.body) != (before and before.body):
            return None
        if held is None and body is not None:
            if id in written:
                return None  # taken back before: an entry does not come twice
            added.append((id, body))
        elif held is not None and body is None:
            taken_back = Corrected(entry=id, void=True, reason=in_language("id", WHY))
            added.append((said.change_id(step), taken_back))
        elif held is not None and body is not None and (body := _in_order(body, held.body)) != held.body:
            added.append((said.change_id(step), correction_of(held, body, in_language("id", WHY))))
    return added


def _in_order(body: Body, held: Body) -> Body:
    """The same files in another order are no change."""
    if not (isinstance(body, WithFiles) and isinstance(held, WithFiles)):
        return body
    same = set(body.files or ()) == set(held.files or ())
    return body.model_copy(update={"files": held.files}) if same else body
