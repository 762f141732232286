"""What a person who is to be forgotten is known by, gathered while they are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jemput.core.names import name_tokens

_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[ .()/-]{1,3}(?=[0-9])")
_SHORTEST_PHONE = 7


@dataclass(slots=True)
class Known:
    """NIKs, names and phones that are theirs, their cases with the tickets and villages of these."""

    niks: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    villages: set[str] = field(default_factory=set)
    cases: set[UUID] = field(default_factory=set)
    tickets: set[str] = field(default_factory=set)

    def stands_in(self, content: Any) -> bool:
        """Whether JSON content names the person: by a NIK, or by name and phone, however written."""
        texts = list(_texts(content))
        digits = "\n".join(_BETWEEN_DIGITS.sub("", text) for text in texts)
        if any(nik in digits for nik in self.niks):
            return True
        if not any(phone in digits for phone in map(_bare, self.phones) if len(phone) >= _SHORTEST_PHONE):
            return False
        words = [set(name_tokens(text)) for text in texts]
        return any(name <= said for name in self._names() for said in words)

    def traces(self) -> set[str]:
        """The ends of their NIKs and phones: what names them has one of these among its ``traces_in``."""
        phones = (phone for phone in map(_bare, self.phones) if len(phone) >= _SHORTEST_PHONE)
        return {number[-_SHORTEST_PHONE:] for number in (*self.niks, *phones)}

    def fits(self, nik: object, name: object, phone: object) -> bool:
        """Whether somebody with these, if they are known, is the person."""
        if isinstance(nik, str) and nik in self.niks:
            return True
        if not (isinstance(name, str) and isinstance(phone, str)):
            return False
        return set(name_tokens(name)) in self._names() and _bare(phone) in map(_bare, self.phones)

    def _names(self) -> list[set[str]]:
        return [tokens for name in self.names if (tokens := set(name_tokens(name)))]


def traces_in(content: Any) -> set[str]:
    """Every seven digits in a row, in JSON content, however written."""
    runs = (run for text in _texts(content) for run in re.findall(r"[0-9]+", _BETWEEN_DIGITS.sub("", text)))
    return {run[at : at + _SHORTEST_PHONE] for run in runs for at in range(len(run) - _SHORTEST_PHONE + 1)}


def _bare(phone: str) -> str:
    """The digits of a phone without what stands before them in one way of writing or another."""
    return re.sub(r"^(?:0+|620*)", "", re.sub(r"[^0-9]", "", phone))


def _texts(content: Any) -> Iterator[str]:
    """Every text and number in it, however deep."""
    waiting = [content]
    while waiting:
        match waiting.pop():
            case dict() as members:
                waiting += [*members.keys(), *members.values()]
            case list() as items:
                waiting += items
            case str() | int() | float() as value:
                yield str(value)
