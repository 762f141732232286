"""Photos of papers: told by their content, without the place where they were taken; forgotten in time."""

from __future__ import annotations

import struct

from django.db import connection

from jemput.core.text import BadInput, _
from jemput.journal.models import Stream
from jemput.openrosa.models import Photo

MOST_BYTES = 19_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112
_DROPPED = frozenset({0xE1, *range(0xE3, 0xEE), 0xFE})
"""JPEG segments that tell more than the picture: EXIF, XMP, maker's notes, comments."""
_COLOURS = b"ICC_PROFILE\0"
"""The only second application segment that is kept; others hold previews with EXIF of their own."""


def without_place(photo: bytes) -> bytes:
    """The picture alone, as upright as before. Raises BadInput for what is no JPEG or PNG, or too large."""
    if len(photo) > MOST_BYTES:
        raise BadInput(_("A photo is larger than %(limit)s MB."), limit=MOST_BYTES // 1_000_000)
    try:
        if photo.startswith(b"\xff\xd8\xff"):
            return _jpeg(photo)
        if photo.startswith(_PNG):
            return _png(photo)
    except (struct.error, IndexError, ValueError) as error:
        raise BadInput(_("A photo is damaged.")) from error
    raise BadInput(_("Only photos (JPEG, PNG) can be sent with a visit."))


def _jpeg(photo: bytes) -> bytes:
    out, at, turned = [b"\xff\xd8"], 2, 1
    while photo[at : at + 2] != b"\xff\xd9":  # what stands behind the end, such as a film, is not the picture
        mark, kind, size = struct.unpack_from(">BBH", photo, at)
        if mark != 0xFF or size < 2 or at + 2 + size > len(photo):
            raise ValueError("not a segment")
        segment = photo[at : at + 2 + size]
        if kind == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:]) or turned
        elif kind not in _DROPPED and (kind != 0xE2 or segment[4:16] == _COLOURS):
            out.append(segment)
        at += 2 + size
        if kind == 0xDA:  # the dots themselves follow
            end = _after_dots(photo, at)
            out.append(photo[at:end])
            at = end
    if turned != 1:
        tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, turned, 0, 0)
        out.insert(1, b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff)
    return b"".join([*out, b"\xff\xd9"])


def _after_dots(photo: bytes, at: int) -> int:
    """Where the next segment or the end stands: FF 00 and the restart marks belong to the dots."""
    while True:
        at = photo.index(b"\xff", at)
        if photo[at + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return at
        at += 1 if photo[at + 1] == 0xFF else 2


def _orientation(tiff: bytes) -> int:
    """How the camera was held: 1 to 8; 0 where the photo does not say."""
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for number in range(min(count, 200)):
        tag, _type, _count, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
        if tag == _ORIENTATION:
            return value if 1 <= value <= 8 else 0
    return 0


def _png(photo: bytes) -> bytes:
    out, at = [_PNG], len(_PNG)
    while at < len(photo):
        (size,) = struct.unpack_from(">I", photo, at)
        chunk = photo[at : at + 12 + size]
        if len(chunk) < 12 + size:
            raise ValueError("cut short")
        if chunk[4:8] not in (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            out.append(chunk)
        at += 12 + size
    return b"".join(out)


def of_the_erased() -> set[str]:
    """Digests of those that came with forms about cases that were erased, whatever became of the form."""
    if Photo._meta.db_table not in connection.introspection.table_names():
        return set()  # while migrating
    erased = Stream.objects.exclude(erased_at=None).values("id")
    theirs = Photo.objects.filter(submission__case__in=erased, blob__gone_at=None)
    return set(theirs.values_list("blob_id", flat=True))
