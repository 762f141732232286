"""Months as they were published: kept with a digest, drawn again at any time, beside today's value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from jemput import journal
from jemput.core.codes import Document, Duty
from jemput.core.corrections import as_corrected
from jemput.core.entries import Entry, MonthPublished, MonthRow
from jemput.core.text import BadInput, Words, _
from jemput.journal.canonical import canonical
from jemput.journal.models import EntryRow
from jemput.journal.read import clear_entry
from jemput.measure.counting import ISSUED, Ledger, Scope, read_ledger
from jemput.measure.historical import append_all, history, new_id


@dataclass(frozen=True)
class Change:
    """What moved a number of a document since the publication, and why."""

    document: Document
    late: int = 0
    """Acts of that month that reached the journal only afterwards."""
    taken_back: int = 0
    """Counted then; corrected since, or counted in another month because of an earlier act."""
    came: int = 0
    """Cases that moved here since, from another programme or office."""
    went: int = 0
    """Cases that moved away since."""
    historical: int = 0
    """Difference in what the history says of the month."""

    @property
    def difference(self) -> int:
        """Today's number less the published one."""
        return self.late - self.taken_back + self.came - self.went + self.historical

    @property
    def words(self) -> list[Words]:
        """The change for people to read."""
        found = []
        if self.late:
            found.append(
                Words(
                    _("%(n)s added: the act was in this month, but reached the office later."),
                    {"n": self.late},
                )
            )
        if self.taken_back:
            found.append(
                Words(
                    _("%(n)s taken away: corrected since, or counted in another month."),
                    {"n": self.taken_back},
                )
            )
        if self.came:
            found.append(Words(_("%(n)s added: moved here since."), {"n": self.came}))
        if self.went:
            found.append(
                Words(_("%(n)s taken away: moved to another programme or office."), {"n": self.went})
            )
        if self.historical:
            found.append(Words(_("Historical count changed by %(n)s."), {"n": f"{self.historical:+}"}))
        return found


@dataclass(frozen=True)
class Publication:
    """One publication of a month."""

    entry: UUID
    at: datetime
    actor: str
    month: str
    rows: tuple[MonthRow, ...]
    digest: str
    digest_holds: bool
    """The digest is that of the rows."""
    reproduced: bool
    """The journal as it stood then gives these rows again."""
    today: tuple[MonthRow, ...]
    changes: tuple[Change, ...]

    @property
    def lines(self) -> list[tuple[MonthRow, MonthRow, Change]]:
        """Then, now and why, by document."""
        now = {row.document: row for row in self.today}
        return [
            (row, now.get(row.document, MonthRow(document=row.document, count=0)), change)
            for row, change in zip(self.rows, self.changes, strict=True)
        ]


def month_rows(
    ledger: Ledger, documents: tuple[Document, ...], month: str, before: int | None = None
) -> tuple[MonthRow, ...]:
    """The counts of a month: today's, or (with the ledger of ``before``) as the journal gave them then."""
    past = history(ledger.scope, before)
    rows = []
    for document in documents:
        cases = _cases(ledger, document, month)
        known = past.get((month, document))
        rows.append(MonthRow(document=document, count=len(cases), historical=known.number if known else 0))
    return tuple(rows)


def digest(scope: Scope, month: str, rows: tuple[MonthRow, ...]) -> str:
    """SHA-256 of the canonical table: office, programme, month and rows."""
    table = {
        "office": scope.office,
        "programme": scope.programme,
        "month": month,
        "rows": [row.model_dump(mode="json") for row in rows],
    }
    return sha256(canonical(table)).hexdigest()


@transaction.atomic  # what is counted is what stands before the publication
def publish(
    scope: Scope, documents: tuple[Document, ...], month: str, *, actor: str, duty: Duty | None, now: datetime
) -> MonthPublished:
    """Publish a month that is over. Raises BadInput, also when nothing changed since the last time."""
    if not scope.is_whole:
        raise BadInput(_("Only the figures of the whole office can be published."))
    if now < scope.end(month):
        raise BadInput(_("The month is not over yet."))
    rows = month_rows(read_ledger(scope), documents, month)
    last = published(scope).get(month)
    if last and _body(last).rows == list(rows):
        raise BadInput(_("This month is already published with the same figures."))
    body = MonthPublished(
        programme=scope.programme, month=month, rows=list(rows), digest=digest(scope, month, rows)
    )
    stream = journal.open_office(scope.office)
    append_all([Entry(id=new_id(), stream=stream, actor=actor, duty=duty, occurred_at=now, body=body)])
    return body


def published(scope: Scope) -> dict[str, Entry]:
    """The latest publication of each month."""
    return {_body(entry).month: entry for entry in _publications(scope)}


def publications(scope: Scope, month: str) -> list[Publication]:
    """Every publication of a month, the latest first, each drawn again and held against today's value."""
    found = [e for e in reversed(_publications(scope)) if _body(e).month == month]
    if not found:
        return []
    now = read_ledger(scope)
    return [_compared(now, e) for e in found]


def _publications(scope: Scope) -> list[Entry]:
    kinds = ["month_published", "corrected"]
    rows = EntryRow.objects.filter(stream=journal.office_stream(scope.office), kind__in=kinds)
    entries = as_corrected(clear_entry(row) for row in rows.order_by("position"))
    return [e for e in entries if isinstance(e.body, MonthPublished) and e.body.programme == scope.programme]


def _body(entry: Entry) -> MonthPublished:
    assert isinstance(entry.body, MonthPublished)
    return entry.body


def _compared(ledger: Ledger, entry: Entry) -> Publication:
    body, scope = _body(entry), ledger.scope
    then = read_ledger(scope, entry.seq)
    rows = tuple(body.rows)
    documents = tuple(row.document for row in rows)
    drawn = month_rows(then, documents, body.month, entry.seq)
    today = month_rows(ledger, documents, body.month)
    changes = []
    for row, now in zip(rows, today, strict=True):
        before, after = (_cases(each, row.document, body.month) for each in (then, ledger))
        more, fewer = after - before, before - after
        came, went = more - then.cases.keys(), fewer - ledger.cases.keys()
        changes.append(
            Change(
                row.document,
                late=len(more - came),
                taken_back=len(fewer - went),
                came=len(came),
                went=len(went),
                historical=now.historical - row.historical,
            )
        )
    return Publication(
        entry.id,
        entry.at,
        entry.actor,
        body.month,
        rows,
        body.digest,
        digest(scope, body.month, rows) == body.digest,
        drawn == rows,
        today,
        tuple(changes),
    )


def _cases(ledger: Ledger, document: Document, month: str) -> frozenset[UUID]:
    scope = ledger.scope
    people = ledger.served(ISSUED, document, since=scope.begin(month), until=scope.end(month))
    return frozenset(person.case for person in people)
