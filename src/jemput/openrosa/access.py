"""A name and a key for Collect: one duty of one officer, on one phone, taken away like any device.

Collect cannot do a second factor, so it never gets the officer's own password.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import zlib
from hashlib import sha256
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from jemput.accounts.models import Assignment, Office
from jemput.core.codes import Duty
from jemput.core.text import BadInput, _
from jemput.openrosa.models import Access
from jemput.sync.models import LEASE, Device

VISITS = frozenset({Duty.FIELD_OFFICER})
"""Duties whose visits are forms."""


def make(assignment: Assignment) -> tuple[Access, str]:
    """A new name and its key, told this once. Raises BadInput."""
    if assignment.role not in VISITS:
        raise BadInput(_("Only field officers record visits with Collect."))
    if not assignment.holds() or not assignment.account.is_active:
        raise BadInput(_("This duty is not held today."))
    key = secrets.token_urlsafe(18)
    with transaction.atomic():
        office = Office.objects.select_for_update().get(pk=assignment.office_id)
        last = Device.objects.filter(assignment__office=office).aggregate(Max("number"))["number__max"]
        device = Device.objects.create(
            id=uuid4(),
            assignment=assignment,
            number=(last or 0) + 1,
            name="ODK Collect",
            public_key=b"",  # it signs nothing: the calls of the field app are closed to it
            lease_until=timezone.now() + LEASE,
            app="OpenRosa",
        )
        name = f"collect-{secrets.token_hex(4)}"
        return Access.objects.create(device=device, name=name, digest=_digest(key)), key


def of_header(header: str) -> Access | None:
    """Whose name and key a Basic ``Authorization`` header carries, also of a device that was withdrawn."""
    scheme, __, rest = header.partition(" ")
    try:
        name, __, key = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    related = ("device__assignment__office", "device__assignment__account")
    found = Access.objects.select_related(*related).filter(name=name).first()
    if scheme.lower() != "basic" or found is None:
        return None
    return found if hmac.compare_digest(bytes(found.digest), _digest(key)) else None


def may_read(access: Access) -> bool:
    """Whether forms and cases are shown: the duty is held, and the phone was not withdrawn."""
    assignment = access.device.assignment
    return access.device.revoked_at is None and assignment.account.is_active and assignment.holds()


def settings_code(address: str, access: Access, key: str, *, keeps_sent: bool = False) -> str:
    """What Collect reads from a QR code to set itself up: JSON, packed with zlib, in base64.

    Forms leave the phone as soon as there is signal, and what was sent is deleted, unless it is to stay for
    changes (docs.getodk.org/collect-import-export).
    """
    general = {
        "server_url": address,
        "username": access.name,
        "password": key,
        "form_update_mode": "match_exactly",
        "hide_old_form_versions": True,
        "autosend": "wifi_and_cellular",
        "delete_send": not keeps_sent,
        "analytics": False,
    }
    admin = {} if keeps_sent else {"delete_after_send": False}  # the officer is not offered to turn it off
    packed = zlib.compress(json.dumps({"general": general, "admin": admin}).encode())
    return base64.b64encode(packed).decode()


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()
