"""Taking in a filled form: photos first, then, with its last part, the entries that it says.

Sent again it is known; altered under the same number it is a conflict; changed under a new one it corrects.
What cannot be read, or was not this officer's to write, lies in quarantine, and the phone is told that it has
arrived: else it would stick there.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jemput import journal
from jemput.core.entries import Body, Entry, Note, VisitStarted
from jemput.core.programme import Programme
from jemput.core.text import BadInput, _
from jemput.journal import Answer, Verdict, keys
from jemput.journal.models import CaseRow, Erasure, ProgrammeVersion
from jemput.journal.verdicts import Unreadable, verdict
from jemput.openrosa import answers, edits, forms
from jemput.openrosa.answers import Answers
from jemput.openrosa.forms import in_language
from jemput.openrosa.models import Access, Photo, Submission
from jemput.openrosa.offer import offered
from jemput.openrosa.photos import without_place
from jemput.sync import blobs, scope, sealing
from jemput.sync.aside import enclosed, with_photos

DAMAGED = _(
    "%(n)s photos of this visit could not be read (damaged, too large, or no photo). They are kept in "
    "quarantine; photograph the papers again."
)


class Taken(Enum):
    """What became of a part of a submission."""

    PART = "more parts are to come"
    NEW = "in the journal"
    KNOWN = "it had come before"
    KEPT = "in quarantine"
    CONFLICT = "another form came under this number"
    EARLY = "it changes a form that has not arrived whole"
    ERASED = "of somebody who was erased: nothing is kept"


def take(access: Access, xml: bytes, files: Sequence[bytes], *, is_last: bool) -> Taken:
    """Take in one request of a submission. Raises BadInput, keys.Locked."""
    said = answers.read(xml)
    ring = keys.ring()
    digest = hmac.digest(ring.search_key, xml, "sha256")
    case = _case(access, said)
    programme = _programme(access, said, case)
    if case and case.stream.erased_at:
        return Taken.ERASED
    stream = case.stream_id if case else None
    with transaction.atomic():
        base = edits.base_of(said)
        values = {"device": access.device, "digest": digest, "replaces": base, "case": stream}
        Submission.objects.get_or_create(instance=said.instance, defaults=values)
        # Locked: two requests of the same form wait for each other.
        form = Submission.objects.select_for_update().get(instance=said.instance)
        same = bytes(form.digest) == digest  # whoever sends it: the phone may be another officer's by now
        if form.done_at is None and (same or form.device.assignment_id == access.device.assignment_id):
            if not same:
                _begin_anew(form)  # altered before all of it had come: it would never end
            form.digest, form.replaces, form.case, same = digest, base, stream, True
            form.save(update_fields=["digest", "replaces", "case"])
        if not same:
            kept = _keep_raw(access, form, said, xml, case, programme, "same_id")
            return Taken.CONFLICT if kept is Taken.KEPT else kept
        is_early = base is None or (edits.is_own(access, base) and base.done_at is None)
        waited = timezone.now() - form.begun_at
        if said.deprecated and is_early and not form.done_at and waited < edits.PATIENCE:
            return Taken.EARLY
        new = [photo for file in files if (photo := _keep(form, file, ring, case))]
        if not is_last:
            return Taken.PART
        if form.done_at:
            if case and not form.kept:
                _append(access, _about_photos(access, said, case, new, late=True))
            return Taken.KNOWN
        misses_base = said.deprecated and is_early
        if misses_base or not edits.is_own(access, form):  # another officer's phone may send the rest of it
            why = "missing" if misses_base else "not_authorised"
            taken = _keep_raw(access, form, said, xml, case, programme, why)
        else:
            taken = _write(access, form, said, xml, case, programme)
        form.done_at, form.kept = timezone.now(), taken is not Taken.NEW
        form.save(update_fields=["done_at", "kept"])
    return taken


def _begin_anew(form: Submission) -> None:
    """Without the photos that have come, but for those of the form that it changes."""
    came = [photo.blob for photo in form.photos.select_related("blob") if photo.blob]
    form.photos.all().delete()
    for blob in came:
        if not Photo.objects.filter(blob=blob).exists():
            blobs.let_go(blob)


def _keep(form: Submission, file: bytes, ring: keys.Ring, case: CaseRow | None) -> Photo | None:
    """A file of the form that is new: sealed among the files of devices, or, where it is no photo, in
    quarantine, lest the whole form be refused for it again and again."""
    try:
        photo, refused = without_place(file), None
    except BadInput as error:
        photo, refused = file, error
    digest = hmac.digest(ring.search_key, photo, "sha256")
    line = edits.line_of(form)
    before = Photo.objects.filter(submission__in=line, digest=digest).order_by("-submission").first()
    if before:
        if before.blob_id and before.submission_id != form.pk:
            Photo.objects.create(submission=form, digest=digest, blob=before.blob)
        return None
    blob = None
    if refused is None:
        sealed = sealing.seal_for_office(photo, blobs.PURPOSE)
        blob = blobs.begin(form.device, sha256(sealed).hexdigest(), len(sealed))
        blobs.add(blob, 0, sealed)
    else:
        said = verdict(None, Answer.REJECTED, "unreadable", where=refused.words)
        kept = Unreadable(enclosed(file, form.instance), said, case.stream_id if case else None)
        journal.keep_unreadable([kept], form.device.assignment.account.actor)
    return Photo.objects.create(submission=form, digest=digest, blob=blob)


def _write(
    access: Access,
    form: Submission,
    said: Answers,
    xml: bytes,
    case: CaseRow | None,
    programme: Programme | None,
) -> Taken:
    """All that the form says into the journal, or the form as it came into quarantine."""
    if programme is None or case is None:
        return _keep_raw(access, form, said, xml, case, programme)
    base, photos = form.replaces, _photos(form)
    try:
        steps = forms.steps(programme, access.device.duty)
        told = journal.entries(case.stream_id) if base else []
        said = edits.followed(said, base, steps, told) if base else said
        found = answers.bodies(said, programme, [p.blob_id for p in photos if p.blob_id])
        changed = edits.changes(said, base, steps, found, told) if base else None
        new = [(said.entry_id(step), body) for step, body in found] if changed is None else changed
        entries = [_entry(access, said, case.stream_id, id, body) for id, body in new]
        entries += _about_photos(access, said, case, photos, late=False)
    except ValueError:
        return _keep_raw(access, form, said, xml, case, programme)
    return _append(access, entries)


def _photos(form: Submission) -> list[Photo]:
    return list(form.photos.order_by("pk"))


def _append(access: Access, entries: list[Entry]) -> Taken:
    areas = scope.areas_of({entry.stream for entry in entries})
    refused = [(e, "not_authorised") for e in entries if not scope.may_write(access.device, e, areas)]
    if access.device.revoked_at:
        refused = [(entry, "revoked") for entry in entries]
    return _taken(journal.turn_away(refused) if refused else journal.append(entries))


def _taken(fared: Sequence[Verdict]) -> Taken:
    codes = {said.code for said in fared if not said.stored}
    return Taken.NEW if not codes else Taken.ERASED if codes == {"erased"} else Taken.KEPT


def _keep_raw(
    access: Access,
    form: Submission,
    said: Answers,
    xml: bytes,
    case: CaseRow | None,
    programme: Programme | None,
    why: str = "unreadable",
) -> Taken:
    """As it came, for somebody to look at; unless one of its entries was forgotten: it has the same words.

    With the names of its photos: nothing else says whose they are, and Collect has deleted them.
    """
    under = replace(said, root=edits.line_of(form)[-1].instance)
    steps = forms.steps(programme, access.device.duty) if programme else []
    own = [id for step in steps for id in (under.entry_id(step), under.change_id(step))]
    if Erasure.objects.filter(id__in=own).exists():
        return Taken.ERASED
    is_same = why != "same_id"
    answer = Answer.REJECTED if is_same else Answer.CONFLICT
    raw = with_photos(xml, [p.blob_id for p in _photos(form) if p.blob_id] if is_same else [])
    item = Unreadable(raw, verdict(None, answer, why, where="XForm"), case.stream_id if case else None)
    return _taken(journal.keep_unreadable([item], form.device.assignment.account.actor))


def _case(access: Access, said: Answers) -> CaseRow | None:
    """The case of the ticket, among all of the office: whether it is this officer's is judged later."""
    office = access.device.assignment.office_id
    cases = CaseRow.objects.filter(office=office, ticket=said.text("case"))
    return cases.select_related("stream").first()


def _programme(access: Access, said: Answers, case: CaseRow | None) -> Programme | None:
    """The version of the programme that the form was made from: a phone may have kept an old one.

    Raises BadInput for a programme that neither the office offers nor the case runs in: refused, it stays on
    the phone.
    """
    rows = ProgrammeVersion.objects.filter(hash__startswith=forms.hash_in(said.version))
    known = [journal.programme_of(row.hash) for row in rows] if said.version else journal.in_use()
    found = next((p for p in known if forms.form_id(p) == said.form), None)
    offers = {p.number for p in offered(access)} | ({case.programme} if case else set())
    if found and found.number not in offers:
        raise BadInput(_("This form is of a programme that your office does not run. Tell the office."))
    return found


def _entry(access: Access, said: Answers, case: UUID, id: UUID, body: Body) -> Entry:
    assignment = access.device.assignment
    return Entry(
        id=id,
        stream=case,
        actor=assignment.account.actor,
        duty=assignment.role,
        occurred_at=said.moment("start" if isinstance(body, VisitStarted) else "end"),
        device=access.device.id,
        body=body,
    )


def _about_photos(
    access: Access, said: Answers, case: CaseRow, photos: list[Photo], *, late: bool
) -> list[Entry]:
    """Notes in the case: how many photos nobody could read; and those that came after their visit."""
    damaged = [p for p in photos if p.blob_id is None]
    after = [p for p in photos if p.blob_id] if late else []
    notes = [(damaged, Note(text=in_language("id", DAMAGED) % {"n": len(damaged)}))] if damaged else []
    if after:
        text = in_language("id", _("Photos of the visit that came later."))
        notes.append((after, Note(text=text, files=[p.blob_id for p in after])))
    return [
        _entry(access, said, case.stream_id, said.note_id(*(bytes(p.digest).hex() for p in about)), note)
        for about, note in notes
    ]
