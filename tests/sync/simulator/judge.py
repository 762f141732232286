"""What must be true when everything has come to rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from jemput import journal
from jemput.core.areas import covers
from jemput.core.codes import Duty
from jemput.core.fold import fold
from jemput.journal import ledger
from jemput.journal.canonical import moment
from jemput.journal.erase import again
from jemput.journal.models import CaseRow, EntryRow, Erasure, Quarantine, Stream
from jemput.journal.project import stored
from jemput.journal.read import open_entry, row_envelope, stream_key
from jemput.journal.rebuild import rebuild
from jemput.journal.verify import verify
from jemput.sync import drafts, scope
from jemput.sync.models import Device as Known
from jemput.sync.models import Trace
from tests.sync.phone import JSON, as_entry
from tests.sync.simulator.device import Device

Captured = dict[str, list[JSON]]
"""What was ever captured, by id; several where a faulty phone wrote one id twice."""


@dataclass
class Told:
    """The whole journal, read once: the entries of each case in their order, opened where possible."""

    cases: dict[str, list[EntryRow]] = field(default_factory=dict)
    entries: dict[str, EntryRow] = field(default_factory=dict)
    said: dict[str, JSON] = field(default_factory=dict)
    """Each as its author wrote it; ``sealed`` is None where nobody can open it any more."""

    @classmethod
    def read(cls) -> Told:
        told, keys = cls(), {s.id: stream_key(s) for s in Stream.objects.all()}
        for row in EntryRow.objects.order_by("stream_id", "position"):
            id, key = str(row.id), keys[row.stream_id]
            assert id not in told.entries, "twice in the journal"
            told.entries[id] = row
            told.cases.setdefault(str(row.stream_id), []).append(row)
            is_open = key is not None and row.sealed is not None
            sealed = open_entry(row, key).body.split()[1] if is_open else None
            told.said[id] = {**row_envelope(row), "clear": row.clear, "sealed": sealed}
        return told


def judge(devices: list[Device], captured: Captured, kept: set[str], forgotten: set[UUID]) -> None:
    """Whether the office has what it said it ``kept``, nothing of whom it said it has ``forgotten``, and
    everybody the same. Raises AssertionError.
    """
    gone = {line.id for line in ledger.read() if line.what not in again}
    assert forgotten <= gone, "forgotten, and not in the ledger"
    assert gone == set(Erasure.objects.values_list("id", flat=True)), "not forgotten again"
    told = Told.read()
    _nothing_is_lost(devices, captured, kept, told, gone)
    _begun_forms_are_here_once(devices, gone)
    assert verify().breaks == ()
    assert rebuild().different == 0
    known = Known.objects.select_related("assignment__office", "assignment__account").in_bulk()
    rows = {str(row.stream_id): row for row in CaseRow.objects.all()}
    _copies_are_noticed(captured, told, known)
    for device in devices:
        _nothing_of_the_erased(device, gone)
        assert device.erased == device.is_withdrawn, f"{device.id} was withdrawn, or erased without it"
        if device.erased:
            assert not (device.cases or device.sent or device.refused or device.outbox), device.id
        elif known[device.id].assignment.holds():
            _sees_what_is_there(device, known[device.id], rows, told, gone)
        else:
            assert set(device.cases) <= {e["stream"] for e in device.outbox}, "cases without a duty"


def _nothing_is_lost(
    devices: list[Device], captured: Captured, kept: set[str], told: Told, gone: set[UUID]
) -> None:
    lost = {id for device in devices for id in device.gone}
    quarantine: dict[str, list[Quarantine]] = {}
    for one in Quarantine.objects.all():
        quarantine.setdefault(str(one.entry), []).append(one)
    for id, versions in captured.items():
        row, aside = told.entries.get(id), quarantine.get(id, [])
        if not gone.isdisjoint({UUID(versions[0]["stream"]), UUID(id)}):
            assert not aside, f"{id} of an erased person is in quarantine"
            assert row is None or row.sealed is None
            continue
        is_twofold = len(versions) > 1
        if (id in lost or versions[0]["device"] is None) and (id not in kept or is_twofold):
            continue  # nobody has it any more who could offer it, and the office never said that it has
        verdicts = {one.verdict for one in aside}
        assert not (row and Quarantine.HELD in verdicts), f"{id} is in the journal and waits for it"
        assert is_twofold or Quarantine.CONFLICT not in verdicts, f"{id} is in conflict with itself"
        contents = [told.said[id]] if row else []
        if not row or is_twofold:
            contents += [journal.content_of(one.pk) for one in aside]
        for version in versions:
            at = moment(datetime.fromisoformat(version["occurred_at"]))
            assert {**version, "occurred_at": at} in contents, f"{id} ({version['kind']}) is lost"


def _begun_forms_are_here_once(devices: list[Device], gone: set[UUID]) -> None:
    begun = {digest: said for device in devices for digest, said in device.begun.items()}
    here = {draft.pk: draft for draft in drafts.waiting()}
    forgotten = {d for d, (stream, __) in begun.items() if not gone.isdisjoint({stream, UUID(hex=d[:32])})}
    assert here.keys() >= begun.keys() - forgotten, "a begun form is lost"
    assert forgotten.isdisjoint(here), "a begun form of an erased person is here"
    assert all(draft.stream not in gone for draft in here.values())
    for digest in begun.keys() - forgotten:
        read, (stream, values) = drafts.read(here[digest]), begun[digest]
        assert (read.stream, read.values) == (stream, values)
        assert (here[digest].stream, here[digest].traced) == (stream, True)
    assert not Trace.objects.exclude(draft__blob__gone_at=None).exists(), "traces of a form that is gone"
    for digest in forgotten:
        assert not (Path(settings.MEDIA_ROOT) / digest[:2] / digest).exists(), "its words are on the disk"


def _copies_are_noticed(captured: Captured, told: Told, known: dict[UUID, Known]) -> None:
    """A device is said to be used twice where two entries came under one number, and nowhere else."""
    numbers: dict[tuple[UUID, int], set[str]] = {}
    kept = {str(kept.entry) for kept in Quarantine.objects.all()}
    for id, [first, *__] in captured.items():
        if first["device"] is not None:
            numbers.setdefault((UUID(first["device"]), first["device_seq"]), set()).add(id)
    for device in known.values():
        mine = [ids for (whose, __), ids in numbers.items() if whose == device.id]
        if any(len([id for id in ids if id in told.entries or id in kept]) > 1 for ids in mine):
            assert device.copied_at, f"{device.id} was copied, and nobody is told"
        if all(len(ids) == 1 for ids in mine):
            assert device.copied_at is None, f"{device.id} was never copied"


def _nothing_of_the_erased(device: Device, gone: set[UUID]) -> None:
    """What is sent does not count: a phone keeps it sealed to the office, and cannot read it."""
    places = {
        "outbox": device.outbox,
        "refused": [answer["entry"] for answer in device.refused.values() if "entry" in answer],
        "cases": [entry for case in device.cases.values() for entry in case.values()],
    }
    for place, entries in places.items():
        for entry in entries:
            if entry["sealed"] is not None:
                named = {UUID(entry["stream"]), UUID(entry["id"])}
                assert gone.isdisjoint(named), f"{device.duty} remembers who was erased, in {place}"


def _sees_what_is_there(
    device: Device,
    known: Known,
    rows: dict[str, CaseRow],
    told: Told,
    gone: set[UUID],
) -> None:
    area = known.assignment.area
    waiting = {entry["stream"] for entry in device.outbox}
    for case in set(device.cases) - waiting:
        assert case in rows and covers(area, rows[case].area), f"holds {case} outside its scope"
        assert _belongs(rows[case]), f"{device.duty} keeps {case}, which ended long ago"
    for case, row in rows.items():
        if _belongs(row) and covers(area, row.area) and row.stream_id not in gone:
            kinds = [entry.kind for entry in told.cases[case]]
            assert case in device.cases, f"{device.duty} does not hold {kinds}"
    for case, pulled in device.cases.items():
        if case not in rows or not covers(area, rows[case].area):
            continue  # stays until what waits of it is sent
        entries = _in_order(pulled)
        positions = [entry["position"] for entry in entries.values()]
        assert list(entries) == [str(row.id) for row in told.cases[case]], (
            f"{device.duty} sees {positions} of {len(told.cases[case])} entries"
        )
        for entry in told.cases[case]:
            _is_the_same(entries[str(entry.id)], entry, told.said[str(entry.id)], known.duty)
        folded = stored(fold(device.programme, [as_entry(entry) for entry in entries.values()]))
        differ = {k: (v, rows[case].state.get(k)) for k, v in folded.items() if v != rows[case].state.get(k)}
        assert not differ, f"folds {case} otherwise: {differ}"


def _belongs(row: CaseRow) -> bool:
    return row.merged_into is None and (row.is_open or row.last_at >= timezone.now() - scope.KEPT)


def _is_the_same(entry: JSON, row: EntryRow, said: JSON, duty: Duty) -> None:
    sealed, hidden = said["sealed"], entry["hidden"]
    if sealed is not None:
        sealed, hidden = scope.visible(duty, row.kind, sealed)
    marks = {"hidden": hidden, "position": row.position, "received_at": moment(row.received_at)}
    assert entry == {**said, "sealed": sealed, **marks}


def _in_order(entries: dict[str, JSON]) -> dict[str, JSON]:
    return dict(sorted(entries.items(), key=lambda item: item[1]["position"]))
