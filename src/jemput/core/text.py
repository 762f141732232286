"""Words for people, written in core and translated where they are shown.

Core knows no language: ``_`` only marks an English message id for the extractor, and ``Words``
carries it to the screen together with the values it names.
"""

from __future__ import annotations

import unicodedata
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

    def __init__(self, words: Words | str, **params: object) -> None:
        """``words``, or a message marked with ``_`` and the values it names."""
        self.words = Words(words, params) if isinstance(words, str) else words
        super().__init__(str(self.words))


def plain(text: str) -> str:
    """Typed or pasted text without what nobody sees: wide letters narrowed, hidden marks removed.

    WhatsApp and spreadsheets add direction marks, zero-width and no-break spaces around numbers and names.
    """
    if text.isascii() and text.isprintable():
        return text.strip()  # nearly every cell of a list
    narrowed = unicodedata.normalize("NFKC", text)
    spaced = (" " if c.isspace() else c for c in narrowed)
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf")).strip()
