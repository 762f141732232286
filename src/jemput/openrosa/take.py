"""Taking in a filled form: photos first, then, with its last part, the entries that it says.

Sent again it is known; altered under the same number it is a conflict. What cannot be read, or was not this
officer's to write, lies in quarantine, and the phone is told that it has arrived: else it would stick there.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from enum import Enum
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jemput import journal
from jemput.accounts.access import cases_of
from jemput.core.areas import label
from jemput.core.entries import Body, Entry
from jemput.core.programme import Programme, Step
from jemput.core.text import BadInput, _
from jemput.journal import Answer, keys
from jemput.journal.models import CaseRow
from jemput.journal.project import state_of
from jemput.journal.verdicts import Unreadable, verdict
from jemput.openrosa import answers, forms
from jemput.openrosa.answers import Answers
from jemput.openrosa.models import Access, Photo, Submission
from jemput.openrosa.photos import without_place
from jemput.sync import blobs, scope, sealing


class Taken(Enum):
    """What became of a part of a submission."""

    PART = "more parts are to come"
    NEW = "in the journal"
    KNOWN = "it had come before"
    KEPT = "in quarantine"
    CONFLICT = "another form came under this number"


def take(access: Access, xml: bytes, files: Sequence[bytes], *, is_last: bool) -> Taken:
    """Take in one request of a submission. Raises BadInput, keys.Locked."""
    said = answers.read(xml)
    ring = keys.ring()
    digest = hmac.digest(ring.search_key, xml, "sha256")
    clean = [without_place(file) for file in files]
    with transaction.atomic():
        values = {"device": access.device, "digest": digest}
        Submission.objects.get_or_create(instance=said.instance, defaults=values)
        # Locked: two requests of the same form wait for each other.
        form = Submission.objects.select_for_update().get(instance=said.instance)
        same = bytes(form.digest) == digest and form.device_id == access.device_id
        if same:
            for photo in clean:
                _keep(form, photo, hmac.digest(ring.search_key, photo, "sha256"))
        if not is_last:
            return Taken.PART if same else Taken.CONFLICT
        if same and form.done_at:
            return Taken.KNOWN
        photos = [photo.blob_id for photo in form.photos.order_by("pk")] if same else []
        stored = _write(access, said, xml, photos)
        if same:
            form.done_at, form.kept = timezone.now(), not stored
            form.save(update_fields=["done_at", "kept"])
    if not same:
        return Taken.CONFLICT
    return Taken.NEW if stored else Taken.KEPT


def _keep(form: Submission, photo: bytes, digest: bytes) -> None:
    if form.photos.filter(digest=digest).exists():
        return
    sealed = sealing.seal_for_office(photo, blobs.PURPOSE)
    blob = blobs.begin(form.device, sha256(sealed).hexdigest(), len(sealed))
    blobs.add(blob, 0, sealed)
    Photo.objects.create(submission=form, digest=digest, blob=blob)


def _write(access: Access, said: Answers, xml: bytes, photos: list[str]) -> bool:
    """Whether all that the form says is in the journal now."""
    try:
        case = _case(access, said)
        found = answers.bodies(said, _programme(said), photos)
        entries = [_entry(access, said, case, step, body) for step, body in found]
    except BadInput as error:
        return _keep_raw(access, xml, error)
    except ValueError:
        return _keep_raw(access, xml)
    if access.device.revoked_at:
        journal.turn_away([(entry, "revoked") for entry in entries])
        return False
    areas = scope.areas_of({case})
    refused = [(e, "not_authorised") for e in entries if not scope.may_write(access.device, e, areas)]
    if refused:
        journal.turn_away(refused)
        return False
    return all(said.answer in (Answer.ACCEPTED, Answer.KNOWN) for said in journal.append(entries))


def _keep_raw(access: Access, xml: bytes, error: BadInput | None = None) -> bool:
    said = verdict(None, Answer.REJECTED, "unreadable", where=error.words if error else "XForm")
    journal.keep_unreadable([Unreadable(xml, said)], access.device.assignment.account.actor)
    return False


def _case(access: Access, said: Answers) -> UUID:
    """The case of the ticket, among all of the office: whether it is this officer's is judged later."""
    office = access.device.assignment.office_id
    row = CaseRow.objects.filter(office=office, ticket=said.text("case")).first()
    if row is None:
        raise BadInput(_("No case here has this ticket number."))
    return row.stream_id


def _programme(said: Answers) -> Programme:
    for programme in journal.in_use():
        if forms.form_id(programme) == said.form:
            return programme
    raise BadInput(_("This form is not used here."))


def _entry(access: Access, said: Answers, case: UUID, step: Step, body: Body) -> Entry:
    assignment = access.device.assignment
    return Entry(
        id=said.entry_id(step),
        stream=case,
        actor=assignment.account.actor,
        duty=assignment.role,
        occurred_at=said.moment("start" if step.entry == "visit_started" else "end"),
        device=access.device.id,
        body=body,
    )


def waiting(access: Access, programme: Programme) -> list[tuple[str, str, str]]:
    """Cases of the programme whose visit waits for this officer: ticket, where, and the visit promised."""
    wanted = {step.id for step in forms.steps(programme)}
    rows = cases_of(access.device.assignment).filter(
        programme=programme.number, is_open=True, merged_into=None, stream__erased_at=None,
        waiting__step__in=wanted, waiting__duty=access.device.duty.value,
    )  # fmt: skip
    found = []
    for row in rows.distinct().order_by("due_at", "stream_id")[:500]:
        visits = [v for v in state_of(row).visits.values() if not v.ended]
        shown = f"{row.ticket} · {label(row.area, depth=1)}"
        found.append((row.ticket, shown, str(visits[0].id) if visits else ""))
    return found
