"""Lists in the database: taken in sealed, looked at first, confirmed or thrown away as a whole."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jemput import journal
from jemput.core.codes import DataCondition, Group, Sex
from jemput.core.dates import Birth, age_band
from jemput.core.entries import Body, Entry, ListReceived, ListSource
from jemput.core.text import BadInput, _
from jemput.intake import Author, NotTaken, new_id
from jemput.journal import keys
from jemput.journal.canonical import NO_CHAIN
from jemput.journal.models import Stream
from jemput.journal.read import stream_key
from jemput.journal.seal import new_key, new_salt, seal, unseal
from jemput.people.columns import Mapper, NoNames
from jemput.people.link import lists
from jemput.people.link.lists import ListRow, People
from jemput.people.models import LinkList, LinkRow
from jemput.people.person import Query

_FORGOTTEN_AFTER = timedelta(hours=12)
_AT_ONCE = 1000
_LONGEST = 50_000
"""Rows of a list: somebody waits while it is read, and so many take some twenty seconds."""


def take_in(
    data: bytes, name: str, office: str, programme: int, source: ListSource, condition: DataCondition,
    village: str = "",
) -> tuple[LinkList, People]:  # fmt: skip
    """Read a list and keep it sealed, not yet in use. Raises BadInput, keys.Locked.

    Where no column is known to hold names, the list is kept without rows: somebody has to say which it is.
    """
    _refuse_twice(data, office, programme)
    people = _people(data, office, village)
    sweep(office)
    with transaction.atomic():
        kept = _new(data, office, programme, source, condition)
        _fill(kept, people, {"name": name[:200], "village": village, "file": pack(data)})
    return kept, people


def read_again(kept: LinkList, mapper: Mapper) -> People:
    """Read a list that is not in use by other columns. Raises BadInput, keys.Locked; then all stays."""
    known = about(kept)
    people = lists.read(
        unpack(known["file"]), kept.office, timezone.localdate(), known["village"],
        mapper=mapper, limit=_LONGEST,
    )  # fmt: skip
    if not people.rows:
        raise BadInput(_("With these columns no person is found. Is the row of the headings right?"))
    with transaction.atomic():
        kept.rows.all().delete()
        _fill(kept, people, {name: known[name] for name in ("name", "village", "file")})
    return people


def pack(data: bytes) -> str:
    """A file as it is kept, sealed, until its list is in use or thrown away."""
    return b64encode(zlib.compress(data)).decode()


def unpack(text: str) -> bytes:
    """The file again."""
    return zlib.decompress(b64decode(text))


def _refuse_twice(data: bytes, office: str, programme: int) -> None:
    digest = sha256(data).hexdigest()
    received = LinkList.objects.filter(office=office, programme=programme, state=LinkList.RECEIVED)
    if received.filter(digest=digest).exists():
        raise BadInput(_("This very file was taken in before."))


def _people(data: bytes, office: str, village: str) -> People:
    try:
        people = lists.read(data, office, timezone.localdate(), village, limit=_LONGEST)
    except NoNames:
        return People()
    if not people.rows:
        raise BadInput(_("No person was found in this list. Is there a heading row with NAMA?"))
    return people


def _new(data: bytes, office: str, programme: int, source: ListSource, condition: DataCondition) -> LinkList:
    id, key = new_id(), new_key()
    key_id, wrapped = keys.ring().wrap(key, id.bytes)
    Stream.objects.create(
        id=id,
        type="list",
        office=office,
        area=office,
        wrapped_key=wrapped,
        key_id=key_id,
        head_hash=NO_CHAIN,
    )
    return LinkList(
        id=id, office=office, programme=programme, source=source, condition=condition,
        digest=sha256(data).hexdigest(),
    )  # fmt: skip


def _fill(kept: LinkList, people: People, known: dict[str, Any]) -> None:
    key = key_of(kept.pk)
    content = known | {
        "columns": people.columns, "at": people.at, "above": people.above, "ignored": list(people.ignored),
        "odd": dict(people.odd), "refused": people.refused[:200], "skipped": people.skipped,
    }  # fmt: skip
    kept.sealed = _sealed(key, kept.pk, 0, content)
    kept.count, kept.refused = len(people.rows), len(people.refused)
    kept.save()
    today, condition = timezone.localdate(), DataCondition(kept.condition)
    rows = (_row(kept, key, row, condition, today) for row in people.rows)
    LinkRow.objects.bulk_create(rows, batch_size=_AT_ONCE)


def confirm(kept: LinkList, author: Author) -> None:
    """Put a list into use; the file itself is not needed any more. Raises BadInput, keys.Locked, NotTaken."""
    if kept.state == LinkList.RECEIVED:
        return
    if not kept.count:
        raise BadInput(_("Say first which column holds the names."))
    known = about(kept)
    body = ListReceived(
        programme=kept.programme, source=ListSource(kept.source), rows=kept.count, refused=kept.refused,
        condition=DataCondition(kept.condition), digest=kept.digest, name=known["name"] or "-",
    )  # fmt: skip
    with transaction.atomic():
        tell(kept.pk, body, author)
        kept.state = LinkList.RECEIVED
        without = {what: said for what, said in known.items() if what != "file"}
        kept.sealed = _sealed(key_of(kept.pk), kept.pk, 0, without)
        kept.save(update_fields=["state", "sealed"])


def discard(kept: LinkList) -> None:
    """Throw a list away that is not in use; its key goes with it."""
    if kept.state == LinkList.PREVIEW:
        with transaction.atomic():
            kept.delete()
            Stream.objects.filter(pk=kept.pk, head=0).delete()


def tell(stream: UUID, body: Body, author: Author) -> UUID:
    """Write an entry into a list's journal; its id. Raises NotTaken, keys.Locked."""
    entry = Entry(
        id=new_id(),
        stream=stream,
        actor=author.actor,
        duty=author.duty,
        occurred_at=timezone.now(),
        body=body,
    )
    verdict = journal.append([entry])[0]
    if not verdict.stored:
        raise NotTaken(verdict)
    return entry.id


def about(kept: LinkList) -> dict[str, Any]:
    """Name, columns and oddities of a list. Raises keys.Locked."""
    return _opened(key_of(kept.pk), kept.pk, 0, bytes(kept.sealed))


def key_of(stream: UUID) -> bytes:
    """The key of a list. Raises keys.Locked, BadInput when it was destroyed."""
    key = stream_key(Stream.objects.get(pk=stream))
    if key is None:
        raise BadInput(_("This list was erased."))
    return key


def opened(rows: Iterable[LinkRow]) -> Iterator[tuple[LinkRow, ListRow]]:
    """Rows with what stands in them. Raises keys.Locked."""
    known: dict[UUID, bytes] = {}
    for row in rows:
        key = known.get(row.list_id) or known.setdefault(row.list_id, key_of(row.list_id))
        yield row, _from_json(row, _opened(key, row.list_id, row.number, bytes(row.sealed)))


def blank(row: LinkRow) -> None:
    """Take out what stands in a row and keep it as a number; not saved yet. Raises keys.Locked, BadInput."""
    nobody = ListRow(row.number, Query())
    row.sealed = _sealed(key_of(row.list_id), row.list_id, row.number, _to_json(nobody))


def rows_of(office: str, programme: int) -> Iterator[tuple[LinkRow, ListRow]]:
    """Every row of the lists in use."""
    rows = LinkRow.objects.filter(
        list__office=office, list__programme=programme, list__state=LinkList.RECEIVED
    )
    return opened(rows.order_by("list__at", "number").iterator(_AT_ONCE))


def sweep(office: str = "") -> int:
    """Lists that nobody confirmed do not lie about; of this office, or of all. How many there were."""
    old = LinkList.objects.filter(state=LinkList.PREVIEW, at__lt=timezone.now() - _FORGOTTEN_AFTER)
    found = list(old.filter(office=office) if office else old)
    for kept in found:
        discard(kept)
    return len(found)


def _row(kept: LinkList, key: bytes, row: ListRow, condition: DataCondition, today: date) -> LinkRow:
    query = row.query
    said = row.condition if row.condition is not DataCondition.UNKNOWN else condition
    village = max(query.places, key=lambda c: (query.places[c], c.count(".")), default="")
    return LinkRow(
        list=kept, number=row.number, entry=new_id(), sealed=_sealed(key, kept.pk, row.number, _to_json(row)),
        area=village, condition=said, sex=query.sex, age_band=age_band(query.birth, today),
        disability=seal(key, _health(kept.pk, row.number), new_salt(), {"disability": _disability(row)}),
    )  # fmt: skip


def _disability(row: ListRow) -> bool | None:
    return bool({Group.DISABILITY, Group.MENTAL_DISORDER} & {*row.groups}) if row.groups else None


def disabilities(rows: Sequence[LinkRow]) -> dict[int, bool | None]:
    """Whether the lists say that somebody has a disability, by the row's primary key."""
    keys_of = {stream: key_of(stream) for stream in {row.list_id for row in rows}}
    return {
        row.pk: unseal(keys_of[row.list_id], _health(row.list_id, row.number), bytes(row.disability))[1][
            "disability"
        ]
        for row in rows
    }


def _health(stream: UUID, number: int) -> bytes:
    return b"health of a row" + stream.bytes + number.to_bytes(8, "big")


def _sealed(key: bytes, stream: UUID, number: int, content: dict[str, Any]) -> bytes:
    return seal(key, _place(stream, number), new_salt(), content)


def _opened(key: bytes, stream: UUID, number: int, blob: bytes) -> dict[str, Any]:
    return unseal(key, _place(stream, number), blob)[1]


def _place(stream: UUID, number: int) -> bytes:
    return b"row of a list" + stream.bytes + number.to_bytes(8, "big")


def _to_json(row: ListRow) -> dict[str, Any]:
    q = row.query
    return {
        "shown": row.shown, "groups": [g.value for g in row.groups], "phone": row.phone,
        "address": row.address,
        "name": q.name, "mother": q.mother, "father": q.father, "nik": q.nik, "family": q.family,
        "birth": [q.birth.earliest.isoformat(), q.birth.latest.isoformat()] if q.birth else None,
        "sex": q.sex.value, "places": {k: str(v) for k, v in q.places.items()}, "rw": q.rw, "rt": q.rt,
    }  # fmt: skip


def _from_json(row: LinkRow, data: dict[str, Any]) -> ListRow:
    birth = Birth(*map(date.fromisoformat, data["birth"])) if data["birth"] else None
    query = Query(
        name=data["name"], mother=data["mother"], father=data["father"], nik=data["nik"],
        family=data["family"], birth=birth, sex=Sex(data["sex"]), rw=data["rw"], rt=data["rt"],
        places={k: float(v) for k, v in data["places"].items()},
    )  # fmt: skip
    groups = tuple(map(Group, data["groups"]))
    return ListRow(
        row.number, query, data["shown"], DataCondition(row.condition), groups, data["phone"], data["address"]
    )
