"""A run: all lists of a programme against the register, the cases and each other; then what humans say of it.

The outcome is kept as pairs. A decision is an entry in the journal of the list; the next run reads them all
and is bound by them, so that nothing is asked twice and the model learns from what was said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from threading import Thread
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from jemput import journal
from jemput.core.dates import Birth
from jemput.core.entries import (
    Entry,
    LinkEngine,
    ListLinked,
    NikMergeConfirmed,
    NikMergeProposed,
    PairAnswer,
    PairDecided,
    PairUndone,
    PairWith,
)
from jemput.core.text import BadInput, _
from jemput.intake import Author
from jemput.people.link.blocking import against_register
from jemput.people.link.compare import BLANK, FIELDS, NIK
from jemput.people.link.decide import Bin, Rule, Wanted
from jemput.people.link.engine import Link, Outcome, link
from jemput.people.link.engines import of_this_office
from jemput.people.link.known_cases import cases_as_queries
from jemput.people.link.lists import ListRow
from jemput.people.link.pairs import Engine
from jemput.people.link.register import OpenRegister
from jemput.people.link.store import opened, rows_of, tell
from jemput.people.lookup import Register, register_of
from jemput.people.models import LinkList, LinkPair, LinkRow, LinkRun
from jemput.people.person import Person, Query


def start(office: str, programme: int, author: Author) -> LinkRun:
    """Begin a run in the background; the one that is going on when there is one."""
    going = LinkRun.objects.filter(office=office, programme=programme, state=LinkRun.RUNNING).first()
    if going is not None and (timezone.now() - going.started_at).total_seconds() < 3600:
        return going
    run = LinkRun.objects.create(office=office, programme=programme)

    def work() -> None:
        try:
            run_now(run, author)
        finally:
            connection.close()

    Thread(target=work, name="link lists", daemon=True).start()
    return run


def run_now(
    run: LinkRun, author: Author, wanted: Wanted | None = None, engine: Engine | None = None
) -> LinkRun:
    """Compare everything and keep the pairs; a run that fails changes nothing."""
    try:
        _run(run, author, wanted or Wanted(), engine or of_this_office())
        run.state = LinkRun.DONE
    except BaseException:
        run.state = LinkRun.FAILED
        raise
    finally:
        run.ended_at = timezone.now()
        run.save()
    return run


def _run(run: LinkRun, author: Author, wanted: Wanted, engine: Engine) -> None:
    people = list(rows_of(run.office, run.programme))
    if not people:
        raise BadInput(_("There is no list to compare yet."))
    rows = [row for row, _said in people]
    cases = cases_as_queries(run.office)
    queries = [said.query for _row, said in people] + [query for _case, query in cases]
    register = register_of(run.office)
    told = Told(rows, [case for case, _query in cases], register)
    count = len(rows)
    outcome = link(
        queries, OpenRegister(register) if register else None, wanted=wanted, decided=told.persons,
        decided_pairs=told.rows, same_source=lambda i, j: i >= count and j >= count,
        progress=lambda what, done, of: _progress(run, what, done, of), engine=engine,
    )  # fmt: skip
    with transaction.atomic():  # only now: others write while the lists are compared
        _keep(run, rows, [case for case, _query in cases], outcome, told, register)
        _write_figures(run, rows, outcome, wanted, author, engine.NAME)


def _progress(run: LinkRun, what: str, done: int, of: int) -> None:
    run.what, run.done, run.of = what, done, of
    run.save(update_fields=["what", "done", "of"])


class Told:
    """What humans said so far, in the numbers of this run."""

    def __init__(self, rows: Sequence[LinkRow], cases: Sequence[UUID], register: Register | None) -> None:
        self.persons: dict[tuple[int, int], bool] = {}
        self.rows: dict[tuple[int, int], bool] = {}
        self.by: dict[tuple[str, int, int], UUID] = {}
        at = {(row.list_id, row.number): i for i, row in enumerate(rows)}
        case_at = {case: len(rows) + i for i, case in enumerate(cases)}
        for stream in dict.fromkeys(row.list_id for row in rows):
            for entry in standing(journal.entries(stream)):
                self._take(entry, at, case_at, register)

    def _take(
        self,
        entry: Entry,
        at: dict[tuple[UUID, int], int],
        case_at: dict[UUID, int],
        register: Register | None,
    ) -> None:
        body = entry.body
        assert isinstance(body, PairDecided)
        row = at.get((entry.stream, body.row))
        if row is None:
            return
        same = body.answer is PairAnswer.SAME
        if body.against is PairWith.PERSON:
            number = None if register is None or not body.person else _number_of(register, body.person)
            if number is not None:
                self.persons[row, number] = same
                self.by["person", row, number] = entry.id
            return
        other = (
            case_at.get(body.case)
            if body.case
            else at.get((body.other_list or entry.stream, body.other_row or 0))
        )
        if other is not None:
            pair = (min(row, other), max(row, other))
            self.rows[pair] = same
            self.by["row", *pair] = entry.id


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """Decisions on pairs that were not taken back, the latest last."""
    undone = {e.body.decision for e in entries if isinstance(e.body, PairUndone)}
    return [e for e in entries if isinstance(e.body, PairDecided) and e.id not in undone]


def called(person: Person) -> str:
    """What a registered person is called in a decision, so that it holds for the next extract."""
    return person.nik or f"{person.name} {person.birth} {person.area}"


def _number_of(register: Register, said: str) -> int | None:
    """The person of this extract who is called so; None when nobody is, or several are."""
    if said.isdecimal() and len(said) == 16:
        found = register.vault.postings(register.vault.terms([("N", "", said)]))
        return next((int(n) for numbers in found.values() for n in numbers[:1]), None)
    name, birth, area = [*said.rsplit(" ", 2), "", ""][:3]
    born = date.fromisoformat(birth) if len(birth) == 10 and "-00" not in birth else None
    query = Query(name=name, birth=Birth.exact(born) if born else None, places={area: 1.0} if area else {})
    near = next(against_register([query], register.vault, register.snapshot.people, kept=(200, 0.0)))
    same = [n for n, person in register.vault.people(near).items() if called(person) == said]
    return same[0] if len(same) == 1 else None


# ---- keeping the outcome ----------------------------------------------------------------------------


def _keep(
    run: LinkRun,
    rows: Sequence[LinkRow],
    cases: Sequence[UUID],
    outcome: Outcome,
    told: Told,
    register: Register | None,
) -> None:
    count = len(rows)
    LinkPair.objects.filter(row__list__office=run.office, row__list__programme=run.programme).delete()
    made = []
    for found in outcome.to_register:
        if found.row < count and (found.bin is not Bin.DIFFERENT or found.rule is Rule.DECIDED):
            pair = _pair(rows[found.row], found, told.by.get(("person", found.row, found.other)))
            pair.against, pair.person = PairWith.PERSON, found.other
            pair.extract = register.snapshot.pk if register else None
            made.append(pair)
    for found in outcome.to_each_other:
        if found.row >= count:
            continue
        pair = _pair(rows[found.row], found, told.by.get(("row", found.row, found.other)))
        if found.other >= count:
            pair.against, pair.case = PairWith.CASE, cases[found.other - count]
        else:
            pair.against, pair.other = PairWith.ROW, rows[found.other]
        made.append(pair)
    LinkPair.objects.bulk_create(made, batch_size=500)


def _pair(row: LinkRow, found: Link, decision: UUID | None) -> LinkPair:
    says = {
        f: [level, round(bits, 1)]
        for f, level, bits in zip(FIELDS, found.levels, found.bits, strict=True)
        if level != BLANK
    }
    answer = "" if found.rule is not Rule.DECIDED else "same" if found.bin is Bin.SAME else "different"
    return LinkPair(
        row=row, certainty=round(found.certainty, 4), rule=found.rule, levels=says, bin=found.bin,
        answer=answer, decision=decision,
    )  # fmt: skip


def _write_figures(
    run: LinkRun,
    rows: Sequence[LinkRow],
    outcome: Outcome,
    wanted: Wanted,
    author: Author,
    engine: LinkEngine,
) -> None:
    count = len(rows)
    best: dict[int, Bin] = {k.row: k.bin for k in outcome.to_register if k.row < count and k.bin == Bin.ASK}
    best |= {k.row: k.bin for k in outcome.to_register if k.row < count and k.bin == Bin.SAME}
    by_list: Counter[tuple[UUID, str]] = Counter()
    for i, row in enumerate(rows):
        by_list[row.list_id, best.get(i, Bin.DIFFERENT)] += 1
    run.figures = {
        "rows": count, "same": list(best.values()).count(Bin.SAME), "ask": list(best.values()).count(Bin.ASK),
        "people": len(set(outcome.groups[:count])), "line": outcome.lines.same, "ask_line": outcome.lines.ask,
        "model": outcome.model.to_json(), "precision": wanted.precision, "engine": engine.value,
    }  # fmt: skip
    for stream in dict.fromkeys(row.list_id for row in rows):
        body = ListLinked(
            engine=engine, same=by_list[stream, Bin.SAME], ask=by_list[stream, Bin.ASK],
            different=by_list[stream, Bin.DIFFERENT], wanted_per_thousand=round(wanted.precision * 1000),
        )  # fmt: skip
        tell(stream, body, author)


# ---- what humans say --------------------------------------------------------------------------------


def decide(pair: LinkPair, answer: PairAnswer, author: Author) -> UUID:
    """Say whether a pair is one person; the entry's id. Two sound NIKs wait for a second pair of eyes."""
    with transaction.atomic():
        pair = LinkPair.objects.select_for_update().select_related("row", "other").get(pk=pair.pk)
        if pair.answer:
            raise BadInput(_("Somebody has decided on this pair already. Take that back first."))
        person = person_of(pair)
        body = PairDecided(
            row=pair.row.number, against=PairWith(pair.against), answer=answer,
            other_list=pair.other.list_id if pair.other else None,
            other_row=pair.other.number if pair.other else None,
            case=pair.case, extract=pair.extract, person=called(person) if person else None,
        )  # fmt: skip
        pair.decision = tell(pair.row.list_id, body, author)
        pair.answer = answer.value
        pair.save(update_fields=["decision", "answer"])
        if answer is PairAnswer.SAME and person is not None:
            _propose_niks(pair, person, author)
    return pair.decision


def undo(pair: LinkPair, author: Author) -> None:
    """Take a decision back; the pair is as the run left it."""
    with transaction.atomic():
        pair = LinkPair.objects.select_for_update().select_related("row").get(pk=pair.pk)
        if not pair.answer or pair.decision is None:
            raise BadInput(_("There is no decision to take back."))
        tell(pair.row.list_id, PairUndone(decision=pair.decision), author)
        pair.answer, pair.decision = "", None
        if pair.rule == Rule.DECIDED:
            pair.bin, pair.rule = Bin.ASK.value, ""
        pair.save(update_fields=["answer", "decision", "bin", "rule"])


def person_of(pair: LinkPair) -> Person | None:
    """The registered person of a pair, while that extract is in use."""
    if pair.person is None:
        return None
    register = register_of(pair.row.list.office)
    if register is None or register.snapshot.pk != pair.extract:
        return None
    return register.vault.people([pair.person]).get(pair.person)


def row_of(row: LinkRow) -> ListRow:
    """What stands in a row."""
    return next(opened([row]))[1]


def _propose_niks(pair: LinkPair, person: Person, author: Author) -> None:
    mine = row_of(pair.row).query.nik
    if len(mine) == 16 and len(person.nik) == 16 and mine != person.nik and pair.levels.get(FIELDS[NIK]):
        assert pair.decision is not None
        body = NikMergeProposed(row=pair.row.number, decision=pair.decision, nik=mine, other_nik=person.nik)
        tell(pair.row.list_id, body, author)


def proposals(office: str, programme: int) -> list[tuple[LinkList, Entry]]:
    """NIKs that wait for a second pair of eyes: proposed, not answered, and their decision stands."""
    found = []
    for kept in LinkList.objects.filter(office=office, programme=programme, state=LinkList.RECEIVED):
        entries = journal.entries(kept.pk)
        valid = {e.id for e in standing(entries)}
        answered = {e.body.proposal for e in entries if isinstance(e.body, NikMergeConfirmed)}
        found += [
            (kept, e)
            for e in entries
            if isinstance(e.body, NikMergeProposed) and e.id not in answered and e.body.decision in valid
        ]
    return found


def answer_proposal(kept: LinkList, proposal: Entry, answer: PairAnswer, author: Author) -> None:
    """The second pair of eyes. Refusing takes the decision back. Raises BadInput for the proposer."""
    assert isinstance(proposal.body, NikMergeProposed)
    if proposal.actor == author.actor:
        raise BadInput(_("You proposed this yourself. Somebody else must look at it."))
    with transaction.atomic():
        tell(kept.pk, NikMergeConfirmed(proposal=proposal.id, answer=answer), author)
        if answer is PairAnswer.DIFFERENT:
            pair = LinkPair.objects.filter(decision=proposal.body.decision).first()
            if pair is not None:
                undo(pair, author)
