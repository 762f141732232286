"""Forgetting a person in everything found for them.

Their own cases lose the key, every sealed part, search terms and headline. In cases of others, where
they stand as reporter, guardian, companion, recipient, carrier, parent and so on (``terms.ROLES``), that
entry alone loses its sealed part. The clear parts stay, so chains verify and every number stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from jemput.core.corrections import as_corrected
from jemput.core.entries import BiodataChecked, BiometricsChecked, PersonDescribed, Reported
from jemput.journal import keys, ledger
from jemput.journal.feeds import Line, feeds_with, publish
from jemput.journal.held import naming, offer_id
from jemput.journal.known import Known
from jemput.journal.ledger import Erased
from jemput.journal.models import CaseRow, EntryRow, Erasure, Quarantine, Stream, Term, Waiting
from jemput.journal.project import save
from jemput.journal.read import chunks, entries
from jemput.journal.rebuild import drawn
from jemput.journal.terms import PERSON, VILLAGE, nik_term, phone_term, whole_name_term

unconfirmed: list[Callable[[Sequence[UUID]], Iterable[str]]] = []
"""Asked which devices may still hold something of these streams: in words, with what is to be expected."""

leaving: list[Callable[[Iterable[Quarantine]], None]] = []
"""Called, within the transaction, with rows of quarantine that go: what lies elsewhere and only they name."""

passing: list[Callable[[], None]] = []
"""Called when somebody was forgotten: takes away what waits outside the journal and may name them."""


@dataclass(frozen=True)
class Elsewhere:
    """What an app above the journal keeps of people, each under an id that tells nothing."""

    find: Callable[[Known], Iterable[UUID]]
    forget: Callable[[Collection[UUID]], None]
    """Called within the transaction, and again after a restore; ids that are gone are no error."""


elsewhere: dict[str, Elsewhere] = {}
"""By the word, of at most six letters, that the ledger has for it: apps add theirs."""

again: dict[str, Callable[[Sequence[Erased]], None]] = {}
"""Other words of the ledger: what apps write there that no restore may undo, and how it is done again.

Called at every start with all their lines; they need no key.
"""

_EMPTIED = ("journal_stream", "journal_entryrow", "journal_term", "journal_quarantine", "sync_trace")
"""Tables from which an erasure takes something; an older backup may lack one."""

naming_entries: list[Callable[[Known], Iterable[UUID]]] = []
"""Asked for entries outside cases that name the person."""


@dataclass(frozen=True)
class Mention:
    """An entry of somebody else's case in which this person seems to stand."""

    entry: UUID
    case: UUID
    ticket: str
    role: str
    certain: bool
    """Name and phone fit; else only the name: a human must say so."""


@dataclass(frozen=True)
class Findings:
    """What was found for a person, and would be forgotten."""

    cases: tuple[CaseRow, ...] = ()
    mentions: tuple[Mention, ...] = ()
    kept: tuple[int, ...] = ()
    """Rows in quarantine that name them."""
    refused: tuple[UUID, ...] = ()
    """Cases of theirs whose report was refused: they have no journal, but may be offered again."""
    entries: tuple[UUID, ...] = ()
    """Entries outside cases that name them."""
    elsewhere: tuple[tuple[str, UUID], ...] = ()
    """What other apps keep of them."""


def find(
    cases: Iterable[UUID] = (), niks: Iterable[str] = (), named: Iterable[tuple[str, str]] = ()
) -> Findings:
    """Everything of the person of these cases, NIKs, or names with their phones: their other cases, merged
    ones, mentions, what lies in quarantine and in other apps. Raises keys.Locked.
    """
    search_key = keys.ring().search_key
    pairs = list(named)
    person = Known(niks=set(niks), names={n for n, __ in pairs}, phones={p for __, p in pairs})
    own: set[UUID] = set()
    new = set(cases) | _with_niks(search_key, person.niks) | _with_names(search_key, pairs)
    while new:
        own |= new
        for case in new:
            _learn(person, case)
        new = (_with_niks(search_key, person.niks) | _merged_with(own)) - own
    rows = tuple(CaseRow.objects.filter(stream__in=own, stream__erased_at=None).order_by("opened_at"))
    person.tickets = {row.ticket for row in rows}
    mentions = tuple(_mentions(search_key, person, own, anywhere=bool(pairs)))
    kept, refused = naming(person)
    person.cases = own
    also = {id for asked in naming_entries for id in asked(person)}
    others = {(what, id) for what, keeper in elsewhere.items() for id in keeper.find(person)}
    return Findings(
        rows, mentions, tuple(kept), tuple(sorted(refused)), tuple(sorted(also)), tuple(sorted(others))
    )


def _learn(person: Known, case: UUID) -> None:
    """As written and as corrected, and by the NIK that a check found."""
    written = entries(case)
    for entry in [*written, *as_corrected(written)]:
        body = entry.body
        if isinstance(body, BiodataChecked | BiometricsChecked):
            person.niks |= {body.nik} if body.nik else set()
        elif isinstance(body, Reported | PersonDescribed):
            person.niks |= {body.nik} if body.nik else set()
            person.names |= {body.name} if body.name else set()
            person.phones |= {body.phone} if body.phone else set()
            person.villages |= {body.area[:VILLAGE]} if body.area else set()


def _with_niks(search_key: bytes, niks: Iterable[str]) -> set[UUID]:
    hashes = [nik_term(search_key, nik) for nik in niks]
    return set(Term.objects.filter(hash__in=hashes, role=PERSON).values_list("case_id", flat=True))


def _with_names(search_key: bytes, named: Sequence[tuple[str, str]]) -> set[UUID]:
    """Cases whose person has both the name and the phone: of one who was given so, and may have a case."""
    found: set[UUID] = set()
    for name, phone in named:
        hashes = {whole_name_term(search_key, name), phone_term(search_key, phone)}
        terms = Term.objects.filter(hash__in=hashes, role=PERSON).values_list("case_id", "hash")
        fits = {(case, bytes(hash)) for case, hash in terms}
        found |= {case for case, __ in fits if {(case, hash) for hash in hashes} <= fits}
    return found


def _merged_with(cases: set[UUID]) -> set[UUID]:
    """Cases that go on in these, and those in which these go on."""
    into = CaseRow.objects.filter(merged_into__in=cases).values_list("stream_id", flat=True)
    onward = CaseRow.objects.filter(stream__in=cases, merged_into__isnull=False)
    return set(into) | {id for id in onward.values_list("merged_into", flat=True) if id}


def _mentions(search_key: bytes, person: Known, own: set[UUID], *, anywhere: bool) -> Iterable[Mention]:
    """Of one given by name and phone also where the name alone fits in villages nobody knows of: for many
    acts (a carrier, a health worker) no phone is written. A human says which are meant.
    """
    names = [whole_name_term(search_key, name) for name in person.names]
    phones = [phone_term(search_key, phone) for phone in person.phones]
    by_phone = set(
        Term.objects.filter(hash__in=phones).exclude(role=PERSON).values_list("entry_id", flat=True)
    )
    named = Term.objects.filter(hash__in=names).exclude(role=PERSON).exclude(case__in=own)
    for term in named.select_related("case", "entry").order_by("entry_id"):
        certain = term.entry_id in by_phone
        if certain or anywhere or term.case.area[:VILLAGE] in person.villages:
            yield Mention(term.entry.id, term.case_id, term.case.ticket, term.role, certain)


@dataclass(slots=True)
class _Going:
    """What is to be forgotten, as the ledger names it."""

    cases: set[UUID] = field(default_factory=set)
    entries: set[UUID] = field(default_factory=set)
    offers: set[UUID] = field(default_factory=set)
    elsewhere: set[tuple[str, UUID]] = field(default_factory=set)

    @classmethod
    def of(cls, line: Erased) -> _Going:
        """What one line of the ledger names."""
        named = {line.id}
        if line.what in elsewhere:
            return cls(elsewhere={(line.what, line.id)})
        if line.what == "offer":
            return cls(offers=named)
        return cls(cases=named) if line.what == "stream" else cls(entries=named)

    def lines(self, at: datetime) -> list[Erased]:
        """The lines of the ledger that name it."""
        named = (("stream", self.cases), ("entry", self.entries), ("offer", self.offers))
        others = [Erased(what, id, at) for what, id in sorted(self.elsewhere)]
        return [Erased(what, id, at) for what, ids in named for id in sorted(ids)] + others


def erase(
    cases: Iterable[UUID] = (),
    mentions: Iterable[UUID] = (),
    kept: Iterable[int] = (),
    others: Iterable[tuple[str, UUID]] = (),
) -> list[str]:
    """Forget these cases whole, the sealed parts of these entries, these rows in quarantine and elsewhere.

    Gives, in words, the devices yet to confirm and those that never will. In the ledger before it is
    committed: a power cut between the two forgets more, never less.
    """
    now = timezone.now()
    _overwrite_what_goes()
    with transaction.atomic():
        going = _Going(set(cases), set(mentions), elsewhere=set(others))
        _add_kept(going, list(kept))
        lines, streams = _erase(going, now)
        ledger.write(lines)
    _scrub()
    for take_away in passing:
        take_away()
    return sorted({device for ask in unconfirmed for device in ask(streams)})


def _add_kept(going: _Going, kept: Sequence[int]) -> None:
    """Rows in quarantine by digest, and by the id of the entry unless another was accepted under it."""
    rows = Quarantine.objects.filter(id__in=kept).values_list("entry", "digest")
    going.offers |= {offer_id(digest) for __, digest in rows}
    named = {entry for entry, __ in rows if entry}
    going.entries |= named - set(EntryRow.objects.filter(id__in=named).values_list("id", flat=True))


def apply_ledger() -> int:
    """Forget again all that the ledger names; after a restore. Gives how many were forgotten anew.

    Cheap when there is nothing to do. Raises keys.Locked when there is.
    """
    lines = ledger.read()
    for what, do in again.items():
        do([line for line in lines if line.what == what])
    lines = [line for line in lines if line.what not in again]
    known = set(Erasure.objects.values_list("id", flat=True)) if lines else set()
    new = [line for line in lines if line.id not in known]
    if not new:
        return 0
    keys.ring()
    _overwrite_what_goes()
    with transaction.atomic():
        for line in new:
            _erase(_Going.of(line), line.at)
    _scrub()
    for take_away in passing:  # a backup may bring it back as well
        take_away()
    return len(new)


def catch_up() -> int:
    """``apply_ledger`` after a restore that may have been cut off: at the start and at unlocking.

    Does nothing while the key is locked, since nobody can be read then, or where there are no tables yet.
    """
    if not ledger.read() or Erasure._meta.db_table not in connection.introspection.table_names():
        return 0
    try:
        return apply_ledger()
    except keys.Locked:
        return 0


def _erase(going: _Going, now: datetime) -> tuple[list[Erased], list[UUID]]:
    cases, mentions = going.cases, going.entries
    whose = dict(EntryRow.objects.filter(id__in=mentions).values_list("id", "stream_id"))
    ids = sorted(cases | set(whose.values()))
    locked = {s.id: s for s in Stream.objects.select_for_update().filter(id__in=ids).order_by("id")}
    mentions |= _corrections_of(mentions)
    lines = going.lines(now)
    tombstones = [Erasure(id=line.id, what=line.what, at=now) for line in lines]
    Erasure.objects.bulk_create(tombstones, ignore_conflicts=True)
    _forget_kept(going)
    _forget_cases([id for id in locked if id in cases], now)
    touched = [locked[id] for id in sorted(set(whose.values()) - cases)]
    _forget_entries(mentions, [stream for stream in touched if stream.type == "case"])
    for what, keeper in elsewhere.items():
        if theirs := {id for of, id in going.elsewhere if of == what}:
            keeper.forget(theirs)
    feeds: dict[str, list[Line]] = {}
    for id in sorted(cases & locked.keys()):
        for feed in feeds_with(id):
            feeds.setdefault(feed, []).append(Line("forget", id))
    for entry in EntryRow.objects.filter(id__in=mentions).exclude(stream__in=cases).order_by("seq"):
        for feed in feeds_with(entry.stream_id):
            feeds.setdefault(feed, []).append(Line("forget", entry.stream_id, entry.seq, entry.id))
    publish(feeds)
    return lines, ids


def _forget_cases(ids: Sequence[UUID], now: datetime) -> None:
    for chunk in chunks(ids):
        streams = Stream.objects.filter(id__in=chunk)
        streams.update(wrapped_key=None, key_id="", erased_at=now)
        EntryRow.objects.filter(stream__in=chunk).update(sealed=None)
        Term.objects.filter(case__in=chunk).delete()
        Waiting.objects.filter(case__in=chunk).delete()
        save(drawn(list(streams.filter(type="case").order_by("id")), keys.ring()))


def _forget_entries(entries: set[UUID], cases: Sequence[Stream]) -> None:
    EntryRow.objects.filter(id__in=entries).update(sealed=None)
    save(drawn(cases, keys.ring()))


def _forget_kept(going: _Going) -> None:
    """What lies in quarantine of these journals and entries, and these offers."""
    rows = Quarantine.objects
    ids: set[int] = set()
    for chunk in chunks(sorted(going.cases)):
        ids.update(rows.filter(stream__in=chunk).values_list("id", flat=True))
    for chunk in chunks(sorted(going.entries)):
        ids.update(rows.filter(entry__in=chunk).values_list("id", flat=True))
    if going.offers:
        digests = rows.values_list("id", "digest").iterator(2000)
        ids.update(id for id, digest in digests if offer_id(digest) in going.offers)
    for few in chunks(sorted(ids)):
        gone = rows.filter(id__in=few)
        for let_go in leaving:
            let_go(gone)
        gone.delete()


def _overwrite_what_goes() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def _scrub() -> None:
    """Wrapped keys and keyed hashes must not linger in freed pages or the write-ahead log of the database."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            there = connection.introspection.table_names(cursor)
            cursor.execute("VACUUM " + ", ".join(name for name in _EMPTIED if name in there))


def _corrections_of(entries: set[UUID]) -> set[UUID]:
    """Corrections of these entries, and theirs: they carry the same person's words."""
    named = [str(id) for id in entries]
    found: set[UUID] = set()
    while named:
        rows = EntryRow.objects.filter(kind="corrected", clear__entry__in=named).values_list("id", flat=True)
        new = set(rows) - found
        found |= new
        named = [str(id) for id in new]
    return found
