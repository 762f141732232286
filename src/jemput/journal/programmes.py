"""Every programme file that was ever in use, by the hash of its bytes.

A case pins the hash, so history is never folded with a newer file.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils import timezone

from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.journal.models import ProgrammeVersion


def install(data: bytes) -> Programme:
    """Check a programme file and keep it; the same bytes twice are kept once. Raises ProgrammeError."""
    programme = read_programme(data)
    ProgrammeVersion.objects.get_or_create(
        hash=programme.hash,
        defaults={"number": programme.number, "data": data, "added_at": timezone.now()},
    )
    return programme


@lru_cache(maxsize=256)
def programme_of(hash: str) -> Programme:
    """The programme of this hash, as it was. Raises KeyError when it was never installed."""
    try:
        row = ProgrammeVersion.objects.get(hash=hash)
    except ProgrammeVersion.DoesNotExist:
        raise KeyError(hash) from None
    return read_programme(bytes(row.data))


def newest(number: int) -> Programme:
    """The newest version of a programme. Raises KeyError."""
    found = ProgrammeVersion.objects.filter(number=number).order_by("-added_at", "hash").first()
    if found is None:
        raise KeyError(number)
    return programme_of(found.hash)


def in_use() -> list[Programme]:
    """The newest version of every programme, in the order of their numbers."""
    numbers = ProgrammeVersion.objects.order_by("number").values_list("number", flat=True).distinct()
    return [newest(number) for number in numbers]


def run_by(office: str) -> list[Programme]:
    """The office's own programmes; all that are in use, where it has none of its own."""
    every = in_use()
    return [p for p in every if p.office == office] or every
