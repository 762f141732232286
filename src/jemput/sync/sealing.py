"""The office's two keys towards its devices: one to sign leases, one to which devices seal.

Both follow from the secret of the key ring that rotation leaves alone, so that a device that was away for a
month can still deliver. What was sealed, the device itself cannot read back.
"""

from __future__ import annotations

import base64
import binascii
import json
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from jemput.journal import keys
from jemput.journal.seal import derive

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
"""RFC 9180, base mode; what is sealed is the encapsulated key followed by the ciphertext."""


class NotSealedToUs(ValueError):
    """What came was not sealed to this office's key, or was altered on its way."""


def signing_key() -> Ed25519PrivateKey:
    """Signs leases. Raises keys.Locked."""
    return _signing_key(keys.ring().search)


def sealing_key() -> X25519PrivateKey:
    """Opens what devices have sealed. Raises keys.Locked."""
    return _sealing_key(keys.ring().search)


@lru_cache(maxsize=1)
def _signing_key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(secret, "device leases", 32))


@lru_cache(maxsize=1)
def _sealing_key(secret: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(derive(secret, "device seals", 32))


def seal_for_office(plain: bytes, purpose: str) -> bytes:
    """As a device does it."""
    return SUITE.encrypt(plain, sealing_key().public_key(), info=purpose.encode())


def open_sealed(sealed: bytes, purpose: str, key: X25519PrivateKey | None = None) -> bytes:
    """What a device has sealed to this office for a purpose. Raises NotSealedToUs, keys.Locked."""
    try:
        return SUITE.decrypt(sealed, key or sealing_key(), info=purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise NotSealedToUs from error


def signed(statement: dict[str, Any]) -> dict[str, str]:
    """A statement of the office that a device can check: the text and its Ed25519 signature."""
    text = json.dumps(statement, separators=(",", ":"), sort_keys=True)
    return {"text": text, "signature": b64(signing_key().sign(text.encode()))}


def b64(data: bytes) -> str:
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64(text: str) -> bytes:
    """The bytes. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64") from error
