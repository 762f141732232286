"""Photos of papers, signatures, thumb marks: files that an entry names."""

from __future__ import annotations

from pydantic import Field

from jemput.core.entries.base import Body, Clear, Hash
from jemput.core.text import _

MOST_FILES = 20


class WithFiles(Body):
    """Files come after their entry; it names them by the digest of what was sealed, which says nothing."""

    files: Clear[list[Hash] | None] = Field(
        None, min_length=1, max_length=MOST_FILES, title=_("Photos and signatures")
    )
