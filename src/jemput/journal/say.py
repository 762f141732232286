"""Words of core in the reader's language, for the commands of the journal."""

from __future__ import annotations

from django.utils.translation import gettext

from jemput.core.text import Words


def say(words: Words) -> str:
    """Translated and filled in."""
    values = {k: say(v) if isinstance(v, Words) else v for k, v in words.params.items()}
    text = gettext(words.message)
    return text % values if values else text
