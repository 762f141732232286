"""Who is calling: a device proves itself by its key, and nobody is served who would drown the others."""

from __future__ import annotations

import random
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from jemput.sync.enrol import signs
from jemput.sync.models import Device
from jemput.sync.sealing import from_b64

MOST_BODY = 256 * 1024
MOST_UNPACKED = 4 * 1024 * 1024
AT_ONCE = 3
"""Devices that one process serves at the same time; the office's screens need the rest of it."""
PATIENCE = 2.0
"""Seconds that a device waits for its turn before it is sent away for a while."""
AWAY = (5, 60)
SILENCE = timedelta(minutes=1)
"""Within it a further call is not noted as a sign of life: thousands of notes a day that say nothing."""


class Busy(Exception):
    """Too many devices at once; ``args[0]`` is in how many seconds to come again."""


class TooLarge(Exception):
    """More than one request may carry; the device halves what it sends."""


_turn = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """One of the few places. Raises Busy, each time with another wait: a thousand phones spread out."""
    if not _turn.acquire(timeout=PATIENCE):
        raise Busy(random.randint(*AWAY))  # noqa: S311 - no secret
    try:
        yield
    finally:
        _turn.release()


class Signed(AuthBase):
    """Three headers: ``Jemput-Device``, ``Jemput-Time`` (its clock, ISO 8601), ``Jemput-Signature`` over
    ``said``. Repeating a request does no harm: what was pushed is known, what is pulled stays unreadable
    without TLS being broken.
    """

    openapi_type = "apiKey"

    def __call__(self, request: HttpRequest) -> Any:
        """The device; None (401) for one that is not known or did not sign."""
        headers = request.headers
        try:
            id = UUID(headers.get("Jemput-Device", ""))
            signature = from_b64(headers.get("Jemput-Signature", ""))
        except ValueError:
            return None
        if int(headers.get("Content-Length") or 0) > MOST_BODY and request.method != "PATCH":
            raise TooLarge
        found = Device.objects.select_related("assignment__office", "assignment__account")
        device = found.filter(id=id).first()
        if device is None or not signs(device, signature, said(request)):
            return None
        _note_call(device, headers.get("Jemput-Time", ""))
        return device


def said(request: HttpRequest) -> bytes:
    """What a device signs: method, path with its query, its time, and the digest of the body."""
    parts = [
        request.method or "",
        request.get_full_path(),
        request.headers.get("Jemput-Time", ""),
        sha256(request.body).hexdigest(),
    ]
    return "\n".join(parts).encode()


def body_of(request: HttpRequest) -> bytes:
    """The body, unpacked where it was sent gzipped. Raises TooLarge, ValueError."""
    if request.headers.get("Content-Encoding") != "gzip":
        return request.body
    unpacker = zlib.decompressobj(31)
    try:
        plain = unpacker.decompress(request.body, MOST_UNPACKED)
    except zlib.error as error:
        raise ValueError("not gzip") from error
    if unpacker.unconsumed_tail:
        raise TooLarge
    if not unpacker.eof:
        raise ValueError("cut short")
    return plain


def _note_call(device: Device, time: str) -> None:
    now = timezone.now()
    device.renew(now)
    device.was_silent = device.seen_at is None or now - device.seen_at > SILENCE
    device.seen_at = now
    try:
        there = datetime.fromisoformat(time)
        ahead = int((there.astimezone(UTC) - now).total_seconds() * 1000)
    except (ValueError, OverflowError):
        return
    device.clock_ahead = max(min(ahead, 2**31 - 1), -(2**31))
