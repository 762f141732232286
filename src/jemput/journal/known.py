"""What a person who is to be forgotten is known by, gathered while they are looked for."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Known:
    """NIKs, names and phones that are theirs, the villages of their cases."""

    niks: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    villages: set[str] = field(default_factory=set)
