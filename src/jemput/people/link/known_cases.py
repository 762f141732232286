"""The cases of an office as people to compare with: what was reported of each, corrected."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.utils import timezone

from jemput import journal
from jemput.core.codes import Sex
from jemput.core.corrections import as_corrected
from jemput.core.dates import Birth, parse_birth
from jemput.core.entries import Entry, PersonDescribed, Reported
from jemput.core.spelling import of_father
from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow, Stream
from jemput.journal.read import chunks, open_entry, stream_key
from jemput.people.person import Query

_KINDS = ("reported", "person_described", "corrected")
_FACTS = ("name", "nik", "family_number", "birth_date", "birth_about", "mother")


def cases_as_queries(office: str) -> list[tuple[UUID, Query]]:
    """(case, what is known of its person) for every case of the office whose key was not destroyed."""
    ring = keys.ring()
    ids = CaseRow.objects.filter(office=office).exclude(status="merged").values_list("stream_id", flat=True)
    found: list[tuple[UUID, Query]] = []
    for some in chunks(ids):
        opened = {s.pk: stream_key(s, ring) for s in Stream.objects.filter(pk__in=some)}
        told: defaultdict[UUID, list[Entry]] = defaultdict(list)
        rows = EntryRow.objects.filter(stream__in=some, kind__in=_KINDS).order_by("seq")
        for row in rows:
            if opened.get(row.stream_id) is not None:
                told[row.stream_id].append(open_entry(row, opened[row.stream_id]))
        found += [(case, query) for case, entries in told.items() if (query := _query(entries)) is not None]
    return found


def case_as_query(case: UUID) -> Query | None:
    """What is known of the person of one case; None where they were forgotten. Raises keys.Locked."""
    return _query([entry for entry in journal.entries(case) if entry.kind in _KINDS])


def _query(entries: list[Entry]) -> Query | None:
    facts: dict[str, object] = {}
    area, sex = "", Sex.UNKNOWN
    for entry in as_corrected(entries):
        body = entry.body
        if isinstance(body, Reported | PersonDescribed):
            facts |= {f: v for f in _FACTS if (v := getattr(body, f)) is not None}
            area = body.area or area
            sex = body.sex if body.sex not in (None, Sex.UNKNOWN) else sex
    if not facts.get("name"):
        return None
    name, father = of_father(str(facts["name"]))
    birth: Birth | None = None
    if facts.get("birth_date"):
        birth = Birth.exact(facts["birth_date"])  # type: ignore[arg-type]
    elif facts.get("birth_about"):
        try:
            birth = parse_birth(str(facts["birth_about"]), timezone.localdate())
        except BadInput:
            birth = None
    return Query(
        name=name, father=father, mother=str(facts.get("mother") or ""), nik=str(facts.get("nik") or ""),
        family=str(facts.get("family_number") or ""), birth=birth, sex=sex,
        places={area[:13]: 1.0} if area else {},
    )  # fmt: skip
