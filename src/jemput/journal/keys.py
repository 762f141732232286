"""The office key: what it opens, where it lies, how two people bring it back.

The *ring* holds the office keys (one current, older ones for old backups) and the search secret. On
disk it lies in ``JEMPUT_KEYS``, apart from data and backups, sealed twice: under the passphrase
(Argon2id), and to a recovery key of which three people hold shares, any two of them enough (SLIP-39).
Unlocked it lies only in memory, or in a file on a RAM disk that the server reads at start.
docs/keys.md tells what to do, loss included.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import shamir_mnemonic
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from jemput.core.text import BadInput, Words, _
from jemput.journal.seal import BrokenSeal, derive

SHARES, NEEDED = 3, 2
SHORTEST_PASSPHRASE = 12
_FORMAT = "jemput office key 1"
_ARGON2 = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 2}
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Locked(RuntimeError):
    """The office key is not unlocked (or was never made): nothing sealed can be read or written."""


@dataclass(frozen=True)
class Ring:
    """Office keys by id, and the secret behind the search keys. Never log or store it."""

    current: str
    keys: dict[str, bytes]
    search: bytes

    def __repr__(self) -> str:
        return f"Ring(current={self.current!r})"

    def wrap(self, key: bytes, owner: bytes) -> tuple[str, bytes]:
        """(key id, wrapped key): a stream's key under the current office key, bound to its owner."""
        nonce = os.urandom(12)
        return self.current, nonce + AESGCM(self.keys[self.current]).encrypt(nonce, key, owner)

    def unwrap(self, key_id: str, wrapped: bytes, owner: bytes) -> bytes:
        """The stream's key. Raises Locked without that office key, BrokenSeal for an altered one."""
        try:
            return AESGCM(self.keys[key_id]).decrypt(wrapped[:12], wrapped[12:], owner)
        except KeyError as error:
            raise Locked(f"office key {key_id} is not on the ring") from error
        except InvalidTag as error:
            raise BrokenSeal(f"a key wrapped by office key {key_id} was altered") from error

    @cached_property
    def search_key(self) -> bytes:
        """The key of the search terms; it survives rotation, or nothing would be found any more."""
        return derive(self.search, "search terms", 32)

    def turned(self, *, keep_old: bool = True) -> Ring:
        """With a fresh current key; the old ones stay for old backups unless told otherwise."""
        key_id, key = _fresh()
        return replace(self, current=key_id, keys={**(self.keys if keep_old else {}), key_id: key})


def new_ring() -> Ring:
    """A fresh ring with one office key."""
    key_id, key = _fresh()
    return Ring(key_id, {key_id: key}, os.urandom(32))


def _fresh() -> tuple[str, bytes]:
    key = os.urandom(32)
    return "k" + sha256(b"jemput key id" + key).hexdigest()[:12], key


# ---- where it lies --------------------------------------------------------------------------------


def sealed_path() -> Path:
    """The sealed ring in ``JEMPUT_KEYS``."""
    return Path(settings.JEMPUT_KEYS) / "office-key.json"


def open_path() -> Path:
    """The open ring of a demonstration."""
    return Path(settings.JEMPUT_KEYS) / "open-key.json"


def unlocked_path() -> Path:
    """Where the unlocked ring lies while the server runs: JEMPUT_RUNTIME, else a RAM disk of the system."""
    home = getattr(settings, "JEMPUT_RUNTIME", None) or os.environ.get("JEMPUT_RUNTIME")
    if not home:
        run = os.environ.get("XDG_RUNTIME_DIR")
        home = Path(run) / "jemput" if run else Path("/dev/shm") / f"jemput-{os.getuid()}"  # noqa: S108
    which = sha256(str(sealed_path()).encode()).hexdigest()[:12]
    return Path(home) / f"ring-{which}.json"


def state() -> str:
    """ "missing" | "locked" | "unlocked" | "open"."""
    if sealed_path().exists():
        return "unlocked" if unlocked_path().exists() else "locked"
    return "open" if open_path().exists() else "missing"


def is_open_demo() -> bool:
    """Whether the key lies open beside the data, as in a demonstration; every screen says so."""
    return state() == "open"


def ring() -> Ring:
    """The unlocked ring. Raises Locked with what to do."""
    path = unlocked_path() if sealed_path().exists() else open_path()
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        if sealed_path().exists():
            raise Locked("the office key is locked: run `jemput key unlock`") from None
        raise Locked("there is no office key: run `jemput key init`") from None
    return _read_ring(path, changed)


@lru_cache(maxsize=4)
def _read_ring(path: Path, changed: int) -> Ring:
    return _ring_from(json.loads(path.read_text())["ring"])


def _ring_from(data: dict[str, Any]) -> Ring:
    keys = {key_id: bytes.fromhex(key) for key_id, key in data["keys"].items()}
    return Ring(data["current"], keys, bytes.fromhex(data["search"]))


def _ring_json(ring: Ring) -> dict[str, Any]:
    keys = {key_id: key.hex() for key_id, key in ring.keys.items()}
    return {"current": ring.current, "keys": keys, "search": ring.search.hex()}


# ---- making, unlocking, rotating, recovering --------------------------------------------------------


def init(passphrase: str) -> list[str]:
    """Make the office key; gives the recovery shares, which are kept nowhere else.

    Raises BadInput for a short passphrase, or when a key is there already.
    """
    _check_passphrase(passphrase)
    if state() != "missing":
        raise BadInput(Words(_("There is an office key already. Rotate it instead.")))
    recovery = os.urandom(32)
    public = X25519PrivateKey.from_private_bytes(recovery).public_key().public_bytes_raw()
    _save(new_ring(), passphrase, public)
    return _shares(recovery)


def init_open() -> Ring:
    """The open key of a demonstration or a test; makes it when there is none. Never for real people."""
    if sealed_path().exists():
        raise BadInput(Words(_("There is an office key already. Rotate it instead.")))
    if not open_path().exists():
        note = "OPEN KEY of a demonstration: whoever reads this file reads everything."
        _write(open_path(), {"note": note, "ring": _ring_json(new_ring())})
    return ring()


def unlock(passphrase: str) -> Ring:
    """Open the ring for the servers of this machine, until ``lock`` or a restart of the machine."""
    opened = _open(passphrase)
    _write(_on_ram_disk(unlocked_path()), {"ring": _ring_json(opened)})
    return opened


def lock() -> None:
    """Take the unlocked ring away; servers that run go on until they are stopped."""
    unlocked_path().unlink(missing_ok=True)


def rotate(passphrase: str, *, keep_old: bool = True) -> Ring:
    """A fresh office key in front; the recovery shares stay good. Rewrapping is ``journal.rewrap``."""
    ring = _open(passphrase).turned(keep_old=keep_old)
    public = bytes.fromhex(json.loads(sealed_path().read_text())["recovery"]["public"])
    _save(ring, passphrase, public)
    if unlocked_path().exists():
        _write(unlocked_path(), {"ring": _ring_json(ring)})
    return ring


def drop_old(passphrase: str) -> Ring:
    """Forget all office keys but the current one; backups from before can be read no more."""
    ring = _open(passphrase)
    ring = replace(ring, keys={ring.current: ring.keys[ring.current]})
    public = bytes.fromhex(json.loads(sealed_path().read_text())["recovery"]["public"])
    _save(ring, passphrase, public)
    if unlocked_path().exists():
        _write(unlocked_path(), {"ring": _ring_json(ring)})
    return ring


def recover(shares: Sequence[str], passphrase: str) -> Ring:
    """Two people's shares and a new passphrase: the ring is back. Raises BadInput."""
    _check_passphrase(passphrase)
    try:
        recovery = shamir_mnemonic.combine_mnemonics([" ".join(s.lower().split()) for s in shares])
    except Exception as error:  # the library raises several kinds; all mean the same here
        raise BadInput(
            Words(_("These shares do not fit together. Check every word; two different shares are needed."))
        ) from error
    stored = json.loads(sealed_path().read_text())["recovery"]
    private = X25519PrivateKey.from_private_bytes(recovery)
    try:
        plain = _SUITE.decrypt(bytes.fromhex(stored["sealed"]), private, info=_FORMAT.encode())
    except Exception as error:
        raise BadInput(Words(_("These shares belong to another office key."))) from error
    ring = _ring_from(json.loads(plain))
    _save(ring, passphrase, bytes.fromhex(stored["public"]))
    return ring


def new_shares(passphrase: str) -> list[str]:
    """Fresh recovery shares, under this passphrase; the old papers are worthless afterwards.

    The passphrase must be right; where the key file is lost but the key still unlocked, it is a new one
    and the file is made again. Raises BadInput, Locked.
    """
    if sealed_path().exists():
        ring = _open(passphrase)
    else:
        _check_passphrase(passphrase)
        ring = _unlocked()
    recovery = os.urandom(32)
    _save(ring, passphrase, X25519PrivateKey.from_private_bytes(recovery).public_key().public_bytes_raw())
    return _shares(recovery)


def _unlocked() -> Ring:
    try:
        return _ring_from(json.loads(unlocked_path().read_text())["ring"])
    except FileNotFoundError:
        raise Locked("there is no office key: run `jemput key init`") from None


def _shares(recovery: bytes) -> list[str]:
    return list(shamir_mnemonic.generate_mnemonics(1, [(NEEDED, SHARES)], recovery)[0])


def _check_passphrase(passphrase: str) -> None:
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        message = _("The passphrase needs at least %(count)s characters; several words are best.")
        raise BadInput(Words(message, {"count": SHORTEST_PASSPHRASE}))


def _open(passphrase: str) -> Ring:
    try:
        stored = json.loads(sealed_path().read_text())["passphrase"]
    except FileNotFoundError:
        raise Locked("there is no office key: run `jemput key init`") from None
    blob = bytes.fromhex(stored["sealed"])
    key = _stretch(passphrase, bytes.fromhex(stored["salt"]), stored)
    try:
        plain = AESGCM(key).decrypt(blob[:12], blob[12:], _FORMAT.encode())
    except InvalidTag:
        raise BadInput(Words(_("This is not the passphrase of the office key."))) from None
    return _ring_from(json.loads(plain))


def _save(ring: Ring, passphrase: str, recovery_public: bytes) -> None:
    plain = json.dumps(_ring_json(ring)).encode()
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = nonce + AESGCM(_stretch(passphrase, salt, _ARGON2)).encrypt(nonce, plain, _FORMAT.encode())
    to_shares = _SUITE.encrypt(
        plain, X25519PublicKey.from_public_bytes(recovery_public), info=_FORMAT.encode()
    )
    _write(
        sealed_path(),
        {
            "format": _FORMAT,
            "current": ring.current,
            "passphrase": {"kdf": "argon2id", **_ARGON2, "salt": salt.hex(), "sealed": sealed.hex()},
            "recovery": {"public": recovery_public.hex(), "sealed": to_shares.hex()},
        },
    )


def _stretch(passphrase: str, salt: bytes, cost: dict[str, Any]) -> bytes:
    return hash_secret_raw(
        passphrase.strip().encode(),
        salt,
        time_cost=cost["time_cost"],
        memory_cost=cost["memory_cost"],
        parallelism=cost["parallelism"],
        hash_len=32,
        type=Type.ID,
    )


def _write(path: Path, data: dict[str, Any]) -> None:
    """Whole or not at all, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(data, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _read_ring.cache_clear()


def _on_ram_disk(path: Path) -> Path:
    """The path again, when nothing written there reaches a disk. Raises BadInput."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _file_system(path.parent.resolve(), _mounts()) not in ("tmpfs", "ramfs"):
        raise BadInput(
            Words(_("%(path)s is no RAM disk. Set JEMPUT_RUNTIME to one."), {"path": str(path.parent)})
        )
    return path


def _mounts() -> Iterable[str]:
    try:
        return Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ()


def _file_system(path: Path, mounts: Iterable[str]) -> str:
    best, kind = "", "unknown"
    for line in mounts:
        point, fs = line.split()[1:3]
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fs
    return kind
