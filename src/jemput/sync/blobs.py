"""Files of devices: named by their digest, sent in pieces, resumed after days, sealed all the way.

They come after the data; a case says that its files follow. Nobody here can read one without the office key.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from jemput.core.text import BadInput, _
from jemput.sync.models import Blob, Device, Trace

KEPT = timedelta(days=90)
"""How long a begun form is kept that nobody deals with, and a file that belongs to nothing."""
MOST_BYTES = 20_000_000
MOST_PIECE = 1_000_000
PURPOSE = "jemput file"


class WrongPlace(Exception):
    """A piece that does not begin where the last one ended; ``args[0]`` is where it should."""


def begin(device: Device, digest: str, size: int) -> Blob:
    """The file, new or begun before. Raises BadInput for one that is too large."""
    if not 0 < size <= MOST_BYTES:
        raise BadInput(_("The file is larger than %(limit)s MB."), limit=MOST_BYTES // 1_000_000)
    office = device.assignment.office_id
    blob, __ = Blob.objects.get_or_create(
        digest=digest, defaults={"size": size, "device": device, "office_id": office}
    )
    if blob.size != size or blob.office_id != office:
        raise BadInput(_("Another file has this name."))
    return blob


def here(blob: Blob) -> int:
    """How many bytes have arrived; of a part that grew too long, none: it is begun anew."""
    if blob.complete_at:
        return blob.size
    try:
        there = _part(blob).stat().st_size
    except FileNotFoundError:
        return 0
    return there if there <= blob.size else 0


def arrived(digests: Collection[str]) -> int:
    """How many of these files are here, whole."""
    return Blob.objects.filter(digest__in=digests).exclude(complete_at=None).count()


def add(blob: Blob, offset: int, piece: bytes) -> int:
    """Write the next piece to disk, and the end of the file where this is it; gives where the next begins.

    In a transaction: until it ends, nobody else adds to this file. Raises WrongPlace, and BadInput for a
    file that is not what its name says: it must be sent anew.
    """
    blob.refresh_from_db(from_queryset=Blob.objects.select_for_update())
    there = here(blob)
    if blob.complete_at or offset != there:
        raise WrongPlace(there)
    if there + len(piece) > blob.size:
        raise BadInput(_("The file is longer than it was said to be."))
    path = _part(blob)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(there)
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    there += len(piece)
    if there == blob.size:
        _finish(blob, path)
    return there


def let_go(blob: Blob) -> None:
    """Take its bytes away for good, and what a begun form was found by, before the row says so: a power cut
    in between forgets more, not less.
    """
    for path in (whole(blob), _part(blob)):
        path.unlink(missing_ok=True)
    if Trace._meta.db_table in connection.introspection.table_names():  # a backup may be older
        Trace.objects.filter(draft=blob.pk).delete()
    blob.gone_at = timezone.now()
    blob.complete_at = blob.complete_at or blob.gone_at
    blob.save(update_fields=["gone_at", "complete_at"])


def sweep(now: datetime, named: Collection[str] = ()) -> int:
    """Take away files that no row or entry names and that nobody sent again for 90 days; gives how many.

    They came after the backup that was restored. Nobody could find them for who is erased.
    """
    known = set(Blob.objects.filter(gone_at=None).values_list("digest", flat=True))
    known |= set(named)
    unknown = [path for path in Path(settings.MEDIA_ROOT).glob("??/*") if path.stem not in known]
    gone = [path for path in unknown if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in gone:
        path.unlink()
    return len(gone)


def look_what_is_missing(manifest: dict[str, Any]) -> None:
    """After a restore: files that did not come along (an older backup had none) are asked for again."""
    missing = [
        blob.pk
        for blob in Blob.objects.filter(gone_at=None).exclude(complete_at=None)
        if not whole(blob).exists()
    ]
    for digest in missing:
        Blob.objects.filter(pk=digest).update(complete_at=None)
    manifest["files_missing"] = len(missing)


def _finish(blob: Blob, path: Path) -> None:
    with path.open("rb") as file:
        digest = sha256(file.read()).hexdigest()
    if digest != blob.digest:
        path.unlink()
        raise BadInput(_("The file was damaged on its way. It must be sent anew."))
    path.rename(whole(blob))
    blob.complete_at = timezone.now()
    blob.save(update_fields=["complete_at"])


def whole(blob: Blob) -> Path:
    """Where it lies, sealed."""
    return Path(settings.MEDIA_ROOT) / blob.digest[:2] / blob.digest


def _part(blob: Blob) -> Path:
    return whole(blob).with_suffix(".part")
