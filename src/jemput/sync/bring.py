"""The sealed file of a device without signal, brought to the office: the same verdicts as if it were sent."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from jemput.core.text import BadInput, _
from jemput.journal.say import say
from jemput.sync import blobs, drafts, forget, push, sealing
from jemput.sync.enrol import signs
from jemput.sync.models import Device

FORMAT = "jemput-export-1"
MOST_BYTES = 45_000_000
_DAMAGED = _("This file is damaged or cut short. Have it saved on the device once more.")


@dataclass
class Brought:
    """What was in a file and what became of it."""

    device: Device
    answers: Counter[str] = field(default_factory=Counter)
    reasons: list[tuple[int | None, str]] = field(default_factory=list)
    """Number on the device, and why: of what was not taken up."""
    files: int = 0
    drafts: int = 0
    """Forms that were begun and not finished."""
    failed: dict[str, int] = field(default_factory=dict)
    """Why files and begun forms were not taken in, and how many."""

    @property
    def new(self) -> int:
        """Entries that were not here before."""
        return self.answers["accepted"]

    @property
    def known(self) -> int:
        """Entries that were here already."""
        return self.answers["known"]

    @property
    def held(self) -> int:
        """Entries that wait for an earlier one."""
        return self.answers["held"]


def bring(data: bytes, office: str) -> Brought:
    """Take a file of one of the office's devices in. Again does no harm.

    Raises BadInput for what is no such file, was altered, or comes from a device that is not known here;
    keys.Locked.
    """
    head, lines = _read(data)
    device = _device(head, office)
    said, signature = data[: data.rstrip().rfind(b"\n") + 1], _signature(lines.pop())
    if not signs(device, signature, b"jemput export\n" + sha256(said).hexdigest().encode()):
        raise BadInput(_DAMAGED)
    brought = Brought(device)
    items = [line for line in lines if not line.keys() & {"file", "draft"}]
    for start in range(0, len(items), push.MOST_ITEMS):
        for taken in push.take(device, items[start : start + push.MOST_ITEMS]):
            brought.answers[taken.verdict.answer] += 1
            if taken.verdict.answer in ("rejected", "conflict") and taken.verdict.words:
                brought.reasons.append((taken.number, say(taken.verdict.words)))
    for line in lines:
        try:
            if "file" in line:
                _file(device, str(line["file"]), line.get("content"))
                brought.files += 1
            elif "draft" in line:
                _file(device, str(line["draft"]), line.get("content"), is_draft=True)
                brought.drafts += 1
        except BadInput as error:  # it stops neither the rest nor the word of what was taken in
            words = say(error.words)
            brought.failed[words] = brought.failed.get(words, 0) + 1
    return brought


def _read(data: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    try:
        lines = [json.loads(line) for line in data.decode().splitlines()]
    except (ValueError, RecursionError):
        raise BadInput(_DAMAGED if data.startswith(b'{"format"') else _NO_EXPORT) from None
    if not lines or not all(isinstance(line, dict) for line in lines) or lines[0].get("format") != FORMAT:
        raise BadInput(_NO_EXPORT)
    return lines[0], lines[1:]


_NO_EXPORT = _("This is no file of the field app. Choose the file whose name begins with “jemput-”.")


def _device(head: dict[str, Any], office: str) -> Device:
    found = Device.objects.select_related("assignment__office", "assignment__account")
    try:
        device = found.filter(id=UUID(str(head.get("device"))), assignment__office=office).first()
    except ValueError:
        device = None
    if device is None:
        raise BadInput(
            _(
                "This office does not know the device of this file. Keep the device as it is and show its "
                "officer a new code: entered on its page Sending, it lets the device send all itself."
            )
        )
    return device


def _signature(line: dict[str, Any]) -> bytes:
    try:
        return sealing.from_b64(str(line["signature"]))
    except (KeyError, ValueError):
        raise BadInput(_DAMAGED) from None


def _file(device: Device, digest: str, content: Any, *, is_draft: bool = False) -> None:
    try:
        whole = sealing.from_b64(str(content))
        blob = (drafts if is_draft else blobs).begin(device, digest, len(whole))
    except ValueError:
        raise BadInput(_DAMAGED) from None
    if blob.complete_at:
        return
    with transaction.atomic():
        while not blob.complete_at:
            there = blobs.here(blob)
            with suppress(blobs.WrongPlace):  # the device sends it at the same moment
                blobs.add(blob, there, whole[there : there + blobs.MOST_PIECE])
        forget.arrived(blob)
