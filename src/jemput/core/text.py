"""Words for people, written in core and translated where they are shown.

Core knows no language: ``_`` only marks an English message id for the extractor, and ``Words``
carries it to the screen together with the values it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def _(message: str) -> str:
    """Mark an English message id; the screen that shows it looks up the translation."""
    return message


@dataclass(frozen=True)
class Words:
    """A message with ``%(name)s`` places, to be translated first and filled in after.

    ``message`` is marked at the call: ``Words(_("This NIK has %(count)s digits"), {"count": 15})``.
    A parameter may itself be ``Words``; whoever renders translates it too.
    """

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English text."""
        return self.message % self.params if self.params else self.message


class BadInput(ValueError):
    """Something typed or pasted cannot be understood; ``words`` say what to do about it.

    The words never repeat what was typed: it may be a NIK, a name or a phone number.
    """

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words
