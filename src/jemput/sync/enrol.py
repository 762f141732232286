"""Enrolling a device, and taking it away again.

The office shows a code to an officer it has before it; the device answers with a key of its own. From then
on that key signs whatever the device sends. A code works once, for a quarter of an hour, in one duty.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from jemput.accounts.access import SIGHT, Sight
from jemput.accounts.models import Account, Assignment, Office
from jemput.core.codes import Duty
from jemput.core.text import BadInput, _
from jemput.journal import ledger
from jemput.sync.models import LEASE, Device, EnrolmentCode

TAKES_ALONG = (Duty.FIELD_OFFICER, Duty.RW_AGENT, Duty.VILLAGE_REGISTRAR)
"""Duties of the field app. Each sees every case of its area: a device may hold all that it is sent."""
assert all(SIGHT[duty] is Sight.AREA for duty in TAKES_ALONG)

WITHDRAWN = "device"
"""The ledger's word for a device that was withdrawn."""
OTHER_KEY = _("The office knows this device by another key. Erase nothing on it, and ask the administrator.")
SOMEBODY_ELSE = _("This code is for somebody else. Ask the office for one for the same officer and duty.")
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10


def make_code(assignment: Assignment, by: Account) -> str:
    """A new code for somebody's duty; only its digest is kept. Raises BadInput for a duty of the desk."""
    if assignment.role not in TAKES_ALONG:
        raise BadInput(_("This duty does not use the field app."))
    if not assignment.holds() or not assignment.account.is_active:
        raise BadInput(_("This duty is not held today."))
    code = "".join(secrets.choice(_LETTERS) for __ in range(_LENGTH))
    EnrolmentCode.objects.create(digest=_digest(code), assignment=assignment, made_by=by)
    return code


def enrol(
    code: str,
    device: UUID,
    public_key: bytes,
    name: str,
    app: str = "",
    *,
    whose: tuple[UUID, str] | None = None,
) -> Device:
    """The device, now known. Enrolled again with the same code and key: the same answer, nothing new.

    ``whose``: the account and duty of a device that a restored server has forgotten: it stays theirs, unless
    the account is forgotten too. Then what it holds goes to quarantine, where somebody takes it in.
    Raises BadInput for a code that does not hold (any more), or is for others; a key that is none; a device
    that is known by another key.
    """
    _check_key(public_key)
    now = timezone.now()
    with transaction.atomic():
        found = EnrolmentCode.objects.select_for_update().filter(digest=_digest(code)).first()
        is_another = found and whose not in (None, (found.assignment.account_id, found.assignment.duty))
        if whose and is_another and Account.objects.filter(pk=whose[0]).exists():
            raise BadInput(SOMEBODY_ELSE)
        before = Device.objects.filter(id=device).first()
        if before is not None:
            if bytes(before.public_key) != public_key:
                raise BadInput(OTHER_KEY)
            if found and found.assignment == before.assignment:
                return before  # the first answer was lost on its way
            if found and found.holds(now):
                raise BadInput(SOMEBODY_ELSE)
        if before or found is None or not found.holds(now):
            raise BadInput(_("This code does not hold (any more). Ask the office for a new one."))
        office = Office.objects.select_for_update().get(pk=found.assignment.office_id)
        last = Device.objects.filter(assignment__office=office).aggregate(Max("number"))["number__max"]
        made = Device.objects.create(
            id=device,
            assignment=found.assignment,
            number=(last or 0) + 1,
            name=name[:60],
            public_key=public_key,
            enrolled_at=now,
            lease_until=now + LEASE,
            app=app[:20],
            revoked_at=_withdrawn_before(device),
        )
        found.used_at = now
        found.save(update_fields=["used_at"])
    return made


def revoke(device: Device) -> None:
    """Take a device away: it sees nothing any more; what it still sends is kept for people to look at.

    In the ledger first: no restore of a backup from before gives it back its sight.
    """
    if not Device.objects.filter(pk=device.pk, revoked_at=None).exists():
        return  # pressed twice
    now = timezone.now()
    ledger.write([ledger.Erased(WITHDRAWN, device.pk, now)])
    Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now)


def revoke_again(lines: Sequence[ledger.Erased]) -> None:
    """What the ledger says of devices, after a restore."""
    at = {line.id: line.at for line in reversed(lines)}
    if not at or Device._meta.db_table not in connection.introspection.table_names():
        return
    for device in Device.objects.filter(pk__in=at, revoked_at=None).only("pk"):
        Device.objects.filter(pk=device.pk).update(revoked_at=at[device.pk])


def _withdrawn_before(device: UUID) -> datetime | None:
    """A device that a restored server has forgotten comes back as what it was."""
    return next((x.at for x in ledger.read() if x.what == WITHDRAWN and x.id == device), None)


def signs(device: Device, signature: bytes, said: bytes) -> bool:
    """Whether the device's own key signed this (ECDSA P-256, r and s of 32 bytes, as browsers do it)."""
    if len(signature) != 64:
        return False
    key = load_der_public_key(bytes(device.public_key))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), said, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _check_key(public_key: bytes) -> None:
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise BadInput(_("The key of the device cannot be read."))


def _digest(code: str) -> bytes:
    return sha256(code.strip().upper().replace("-", "").encode()).digest()
