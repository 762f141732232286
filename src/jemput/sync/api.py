"""What devices call, under /sync/. docs/sync.md says it in words; the description in openapi.json."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from isal import igzip
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError
from pydantic import Field

from jemput import journal
from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.journal.backup import epoch
from jemput.journal.say import say
from jemput.sync import blobs, drafts, enrol, extract, forget, pull, push, sealing
from jemput.sync.book import book
from jemput.sync.guard import MOST_BODY, Busy, Signed, TooLarge, body_of, turn
from jemput.sync.models import SIGN_OF_LIFE, Blob, Device

JSON = dict[str, Any]
WORTH_PACKING = 1000
"""Bytes."""


class DeviceAPI(NinjaAPI):
    """An API without a page of its own."""

    def get_root_path(self, path_params: JSON) -> str:
        """Where the API begins."""
        return reverse("sync:openapi-json").removesuffix("openapi.json")

    def _get_urls(self) -> list[Any]:
        return [url for url in super()._get_urls() if getattr(url, "name", "") != "api-root"]


api = DeviceAPI(
    title="Jemput for devices",
    version="1",
    description=__doc__ or "",
    docs_url=None,
    urls_namespace="sync",
    auth=Signed(),
)


class EnrolIn(Schema):
    """A code from the office, and who the device is."""

    code: str = Field(max_length=40)
    device: UUID
    public_key: str = Field(max_length=200, description="P-256 SubjectPublicKeyInfo, base64url")
    name: str = Field(max_length=60)
    app: str = Field("", max_length=20)
    account: UUID | None = Field(None, description="of whom it was, where a restored server forgot it")
    duty: str = Field("", max_length=40)


# ---- operations -------------------------------------------------------------------------------------


@api.post("/enrol", auth=None, url_name="enrol")
def enrol_device(request: HttpRequest, data: EnrolIn) -> Any:
    """Make a device known. Asked again with the same code and key, it gets the same answer."""
    with turn():
        key = sealing.from_b64(data.public_key)
        whose = (data.account, data.duty) if data.account else None
        device = enrol.enrol(data.code, data.device, key, data.name, data.app, whose=whose)
        seal = sealing.sealing_key().public_key().public_bytes_raw()
        sign = sealing.signing_key().public_key().public_bytes_raw()
        keys_of_office = {"seal": sealing.b64(seal), "sign": sealing.b64(sign)}
        return {**_standing(device), "keys": keys_of_office, "prefix": device.prefix}


@api.post("/push", url_name="push")
def push_entries(request: HttpRequest) -> Any:
    """Entries that were captured: an answer to each, in their order. At most 200 items, 256 KB.

    The heads in the answer are those after these entries: a device lets go of its own copy when it has
    pulled that far.
    """
    device = _device(request)
    data = _read(request)
    items = data.get("items")
    if not isinstance(items, list) or len(items) > push.MOST_ITEMS:
        raise TooLarge
    device.app = str(data.get("app", device.app))[:20]
    left = data.get("left")
    device.waiting = left if type(left) is int and 0 <= left < 2**31 else 0
    with turn():
        answers = [_answer(t) for t in push.take(device, items)]
        return {**_standing(device), "answers": answers, "gaps": device.gaps, "heads": pull.heads(device)}


@api.post("/pull", url_name="pull")
def pull_changes(request: HttpRequest) -> Any:
    """What changed since the device's cursors, with new ones. Apply a page and its cursor together.

    A cursor of another server (``epoch``), or one that this server never gave, begins that feed anew. A
    device that was withdrawn, or whose duty has ended, gets nothing.
    """
    device = _device(request)
    data = _read(request)
    said = data.get("cursors", {})
    if not isinstance(said, dict) or len(said) > 2000:
        raise ValueError("cursors")
    cursors = dict(pull.read_cursors(said))
    same = data.get("epoch") == str(epoch())
    with turn():
        standing = _standing(device)
        if pull.note_emptied(device, cursors, timezone.now(), may_read=standing["may_read"]):
            _remember(device, "emptied_at")
        if not standing["may_read"]:
            return {**standing, "feeds": [], "drop": sorted(cursors), "more": False}
        if same and pull.note_applied(device, cursors):
            _remember(device, "cursors")
        elif device.was_silent:
            _remember(device)
        page = pull.page(device, cursors if same else {}, timezone.now())
        return _packed(request, orjson.dumps({**standing, **page}))


@api.post("/status", url_name="status")
def status(request: HttpRequest) -> Any:
    """How things stand: the lease, the heads of the feeds, numbers that never arrived, files half sent."""
    device = _device(request)
    _remember(device)
    unfinished = Blob.objects.filter(device=device, complete_at=None)
    parts = {b.digest: blobs.here(b) for b in unfinished}
    standing = _standing(device)
    heads = pull.heads(device) if standing["may_read"] else {}
    return {**standing, "heads": heads, "gaps": device.gaps, "files": parts}


@api.post("/office", url_name="office")
def office(request: HttpRequest) -> Any:
    """The office as the device needs it; ``{"same": true}`` where it is the one of ``{"known": digest}``.

    A device whose duty has ended learns no more.
    """
    device = _device(request)
    known = _read(request).get("known")
    standing = _standing(device)
    _remember(device)
    if not standing["may_read"]:
        return {**standing, "same": True}
    found = book(device)
    return {**standing, "same": True} if found["digest"] == known else {**standing, "office": found}


@api.post("/people", url_name="people")
def people(request: HttpRequest) -> Any:
    """A sealed slice of the register for villages of the device's own area (docs/people.md), for 14 days.

    ``{"areas": [...]}``; none: the whole area of the duty. Everybody in it is written down as carried away. A
    device that was withdrawn, or whose duty has ended, gets none.
    """
    device = _device(request)
    areas = _read(request).get("areas", [])
    if not isinstance(areas, list) or not all(isinstance(one, str) for one in areas):
        raise ValueError("areas")
    with turn():
        standing = _standing(device)
        _remember(device)
        if not standing["may_read"]:
            return standing
        return {**standing, "slice": extract.slice_for(device, areas)}


@api.post("/people/seen", url_name="people_seen")
def people_seen(request: HttpRequest) -> Any:
    """Who of an extract was opened without signal: ``{"register": ..., "people": [numbers]}``."""
    device = _device(request)
    data = _read(request)
    register, numbers = data.get("register"), data.get("people")
    if not isinstance(numbers, list) or len(numbers) > extract.MOST_SEEN:
        raise ValueError("people")
    if not all(type(n) is int and 0 <= n < 2**31 for n in [register, *numbers]):
        raise ValueError("numbers")
    with turn():
        standing = _standing(device)
        _remember(device)
        noted = extract.note_opened(device, register, numbers) if standing["may_read"] else 0  # type: ignore[arg-type]
        return {**standing, "noted": noted}


@api.get("/programmes/{hash}", url_name="programme")
def programme(request: HttpRequest, hash: str) -> Any:
    """A version of a programme, by the digest that cases pin."""
    try:
        return journal.programme_of(hash).model_dump(mode="json")
    except KeyError:
        return _problem(request, 404, "unknown_programme", _("This version of the programme is not here."))


@api.post("/files/{digest}", url_name="file")
def begin_file(request: HttpRequest, digest: str, size: int, draft: bool = False) -> Any:
    """Begin a file, or ask how much of it is here: ``{"here": bytes, "complete": ...}``.

    ``draft``: a form that was begun on a device that cannot finish it, sealed as ``jemput draft``. With
    ``gone`` the office has let go of it, as of somebody who was erased: the device does the same at once.
    """
    begin = drafts.begin if draft else blobs.begin
    return _of_file(begin(_device(request), digest, size))


@api.patch("/files/{digest}", url_name="file_piece")
def add_piece(request: HttpRequest, digest: str, offset: int) -> Any:
    """The next piece, of at most a megabyte. 409 tells where it should begin."""
    blob = Blob.objects.filter(digest=digest, device=_device(request)).first()
    if blob is None:
        return _problem(request, 404, "no_such_file", _("Begin this file first."))
    if len(request.body) > blobs.MOST_PIECE:
        raise TooLarge
    with turn(), transaction.atomic():
        try:
            blobs.add(blob, offset, request.body)
        except blobs.WrongPlace as error:
            return api.create_response(request, {"here": error.args[0]}, status=409)
        if blob.complete_at:
            forget.arrived(blob)
    return _of_file(blob)


# ---- parts of answers -------------------------------------------------------------------------------


def _device(request: HttpRequest) -> Device:
    device: Device = request.auth  # type: ignore[attr-defined]
    return device


def _read(request: HttpRequest) -> JSON:
    data = json.loads(body_of(request) or b"{}")
    if not isinstance(data, dict):
        raise ValueError("an object")
    return data


def _packed(request: HttpRequest, said: bytes) -> HttpResponse:
    """Quickly packed: a page is the half of a megabyte, and a thousand devices ask at once.

    Without the padding that pages with a form need: no stranger makes a device sign a call of his choice.
    """
    packs = len(said) > WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(igzip.compress(said, 1) if packs else said, content_type="application/json")
    if packs:
        answer["Content-Encoding"] = "gzip"
    return answer


def _of_file(blob: Blob) -> JSON:
    said = {"here": blobs.here(blob), "complete": blob.complete_at is not None}
    return {**said, "gone": True} if blob.gone_at else said


def _standing(device: Device) -> JSON:
    """What every answer says: the server, its clock, and a signed lease."""
    now = timezone.now()
    assignment = device.assignment
    may_read = device.revoked_at is None and assignment.account.is_active and assignment.holds(now)
    lease = {
        "device": str(device.id),
        "account": assignment.account.actor,
        "name": assignment.account.name,
        "duty": assignment.duty,
        "area": assignment.area,
        "office": assignment.office_id,
        "until": device.lease_until.isoformat() if may_read else now.isoformat(),
    }
    return {
        "epoch": str(epoch()),
        "server_time": now.isoformat(),
        "lease": sealing.signed(lease),
        "may_read": may_read,
        "erase": device.revoked_at is not None,
        "copied": device.copied_at is not None,
    }


def _remember(device: Device, *fields: str) -> None:
    device.save(update_fields=[*SIGN_OF_LIFE, *fields])


def _answer(taken: push.Taken) -> JSON:
    said = taken.verdict
    return {
        "id": str(said.id) if said.id else None,
        "answer": said.answer,
        "code": said.code,
        "words": say(said.words) if said.words else "",
        "seq": said.seq,
        "position": said.position,
        "unseen": [str(id) for id in said.unseen],
    }


# ---- what goes wrong --------------------------------------------------------------------------------


def _problem(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message}, status=status)


@api.exception_handler(Busy)
def _busy(request: HttpRequest, error: Busy) -> HttpResponse:
    answer = _problem(request, 429, "busy", _("Many are sending at once. The device tries again by itself."))
    answer["Retry-After"] = str(error.args[0])
    return answer


@api.exception_handler(TooLarge)
def _too_large(request: HttpRequest, error: TooLarge) -> HttpResponse:
    words = _("Too much at once: at most %(limit)s KB. The device sends it in halves.")
    return _problem(request, 413, "too_large", words % {"limit": MOST_BODY // 1024})


@api.exception_handler(BadInput)
def _bad_input(request: HttpRequest, error: BadInput) -> HttpResponse:
    return _problem(request, 422, "unfit", say(error.words))


@api.exception_handler(ValidationError)
@api.exception_handler(ValueError)
def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return _problem(request, 400, "unreadable", _("The request cannot be read."))


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _problem(request, 401, "unknown_device", _("This device is not known here. Enrol it anew."))


@api.exception_handler(keys.Locked)
def _locked(request: HttpRequest, error: keys.Locked) -> HttpResponse:
    words = _("The office key is locked. Nothing is lost: the device keeps all and tries again.")
    return _problem(request, 503, "locked", words)
