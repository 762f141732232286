"""One spelling for one content: canonical JSON (RFC 8785), content identity and the chain.

Three hashes stand beside each entry. ``identity`` covers all that the author wrote, with a random
salt that is sealed along with it: after erasure nothing can be guessed from it. ``clear_digest``
covers what stays readable, with the server's time. ``chain`` ties both to all that stood before.
So the chain and the clear parts verify for ever, with or without the keys.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from jemput.core.entries import Entry

JSON = dict[str, Any]
Bytes = bytes | memoryview
"""What the two databases give back for a column of bytes."""
NO_CHAIN = bytes(32)
"""What the first entry of a stream is chained to."""

_SAFE_INT = 2**53 - 1
_string = json.encoder.encode_basestring
_quick = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def canonical(value: object) -> bytes:
    """The one UTF-8 spelling of a JSON value after RFC 8785.

    Raises ValueError for what JSON cannot say the same way everywhere: NaN, infinities, integers
    that no double holds, half surrogate pairs, keys that are not text.
    """
    if _ordinary(value):
        return _quick(value).encode()  # a half surrogate pair raises UnicodeEncodeError, a ValueError
    out: list[str] = []
    _write(value, out.append)
    return "".join(out).encode()


def _ordinary(value: object) -> bool:
    """Whether the standard library's encoder spells it the same; nearly every entry is so."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        return all(type(k) is str and k.isascii() and _ordinary(v) for k, v in value.items())  # type: ignore[attr-defined]
    if kind is list:
        return all(map(_ordinary, value))  # type: ignore[call-overload]
    if kind is int:
        return -_SAFE_INT <= value <= _SAFE_INT  # type: ignore[operator]
    if kind is float:
        return 1e-4 < abs(value) < 1e15 and value % 1 != 0  # type: ignore[arg-type, operator]
    return False


def _write(value: object, out: Any) -> None:
    if isinstance(value, str):
        out(_string(value))
    elif value is None:
        out("null")
    elif value is True:
        out("true")
    elif value is False:
        out("false")
    elif isinstance(value, int):
        out(str(int(value)) if abs(value) <= _SAFE_INT else _large(value))
    elif isinstance(value, float):
        out(_number(value))
    elif isinstance(value, dict):
        _write_object(value, out)
    elif isinstance(value, list | tuple):
        out("[")
        for i, item in enumerate(value):
            if i:
                out(",")
            _write(item, out)
        out("]")
    else:
        raise ValueError(f"{type(value).__name__} is no JSON value")


def _write_object(value: dict[Any, Any], out: Any) -> None:
    keys = list(value)
    if not all(isinstance(key, str) for key in keys):
        raise ValueError("keys of an object are text")
    # RFC 8785 sorts by UTF-16 code units; that differs from code points only beyond the basic plane.
    keys.sort(key=None if all(key.isascii() for key in keys) else _utf16)
    out("{")
    comma = ""
    for key in keys:
        out(comma + _string(key) + ":")
        _write(value[key], out)
        comma = ","
    out("}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _large(value: int) -> str:
    """Beyond 2**53 a JSON number is whatever double it is; one that is none would change its value."""
    try:
        spelt = _number(float(value))
        if int(float(value)) == value or spelt == str(value):
            return spelt
    except OverflowError:
        pass
    raise ValueError("an integer that no double holds")


def _number(value: float) -> str:
    """A float as ECMAScript writes it: the shortest digits that read back the same."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("not a number")
    if value == 0:
        return "0"
    digits, exponent = f"{value!r}e0".split("e")[:2] if "e" in repr(value) else (repr(value), "0")
    sign, digits = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
    whole, _, part = digits.partition(".")
    part = "" if part == "0" else part
    point = len(whole) + int(exponent)
    figures = (whole + part).lstrip("0")
    point -= len(whole + part) - len(figures)
    figures = figures.rstrip("0")
    count = len(figures)
    if count <= point <= 21:
        return sign + figures + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{figures[:point]}.{figures[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{figures}"
    mantissa = figures if count == 1 else f"{figures[0]}.{figures[1:]}"
    return f"{sign}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def moment(value: datetime) -> str:
    """A moment in UTC with microseconds, whatever zone it was written in. Raises ValueError without one."""
    if value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def envelope(entry: Entry) -> JSON:
    """What the author wrote around the body; the server's own marks are not part of it."""
    return {
        "actor": entry.actor,
        "after": str(entry.after) if entry.after else None,
        "device": str(entry.device) if entry.device else None,
        "device_seq": entry.device_seq,
        "duty": str(entry.duty) if entry.duty else None,
        "id": str(entry.id),
        "kind": entry.kind,
        "occurred_at": moment(entry.occurred_at),
        "stream": str(entry.stream),
        "version": entry.body.version,
    }


def content(envelope: JSON, clear: JSON, sealed: JSON) -> bytes:
    """The canonical entry as its author meant it."""
    return canonical({**envelope, "clear": clear, "sealed": sealed})


def identity(salt: bytes, content: bytes) -> bytes:
    """SHA-256(salt || canonical entry): 32 bytes that say nothing without the salt."""
    return sha256(salt + content).digest()


def clear_digest(envelope: JSON, clear: JSON, received_at: datetime) -> bytes:
    """SHA-256 over what stays readable after erasure, with the server's time: deadlines count from it."""
    return sha256(canonical({**envelope, "clear": clear, "received_at": moment(received_at)})).digest()


def link(before: Bytes, identity: Bytes, clear_digest: Bytes) -> bytes:
    """The next link of the chain."""
    return sha256(bytes(before) + bytes(identity) + bytes(clear_digest)).digest()
