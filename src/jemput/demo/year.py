"""A year of work of one office, ending now: pure, drawn from a seed.

Two thirds of the people were reported more than three months ago and nearly all of these are served;
of the others some are on the way and some still wait. On top come the tales: one case, or a few, for
each state and flag. Three things are added that need two cases: merged, separated, not yet noticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from jemput.core import entries as e
from jemput.core.areas import label
from jemput.core.calendar import local_day
from jemput.core.codes import Channel, Document, Duty, Relation, Service, Urgency
from jemput.core.dates import AgeBand
from jemput.core.entries import Entry
from jemput.core.programme import Programme
from jemput.demo.invented import Invented, report_of
from jemput.demo.life import Life, uuid7
from jemput.demo.offices import Plan, Staff
from jemput.demo.people import People, care_home, misspelt
from jemput.demo.tales import TALES, Tale
from jemput.demo.walk import Walk
from jemput.intake.tickets import RECEIPT, number_of, ticket_of

SEED = 2021
"""The year of the JEMPOL KEREN guide."""
DAYS = 365
_LONG_AGO = 95
NEWEST = 6
"""Days within which a report may still be unanswered."""
_VISITS = frozenset({"visit_scheduled", "visit_started"})
REPORTED_TWICE = ("closed", "accepted", "scheduled")
PARTS, PART = 16, 150
"""At most so many parts, of so many cases each."""
_REPORTS: Mapping[Channel, Duty] = {
    Channel.VILLAGE: Duty.VILLAGE_REGISTRAR,
    Channel.SUBDISTRICT: Duty.SUBDISTRICT,
    Channel.SOCIAL_AGENCY: Duty.SOCIAL_AGENCY,
    Channel.HEALTH_AGENCY: Duty.HEALTH_WORKER,
    Channel.NEIGHBOURHOOD: Duty.REPORTER,
    Channel.HAMLET_HEAD: Duty.REPORTER,
    Channel.COMMUNITY: Duty.REPORTER,
    Channel.RW_AGENT: Duty.RW_AGENT,
    Channel.TEXT_MESSAGE: Duty.RW_AGENT,
    Channel.FIELD: Duty.FIELD_OFFICER,
}
_RELATIONS = (Relation.CHILD, Relation.NEIGHBOUR, Relation.NEIGHBOURHOOD_HEAD, Relation.SPOUSE)


@dataclass
class Year:
    """Tells the cases of one programme in one office."""

    plan: Plan
    programme: Programme
    staff: Staff
    now: datetime
    seed: int = SEED
    long_ago: float = 0.57
    """Share of the people who were reported more than three months ago: most of them are served."""
    part: int = 0
    """Parts of a year can be told apart from each other, at once: their NIKs and tickets never meet."""
    _tickets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.key = f"{self.seed}/{self.plan.code}/{self.programme.number}/{self.part}"
        if not 0 <= self.part < PARTS:
            raise ValueError("no such part")
        today = local_day(self.now, self.plan.time.tz)
        serials = range(self.part * 600 + 1, self.part * 600 + 601)
        households = self.plan.number * 1000 + self.part * PART
        self.people = People(self.plan.setting, today, self._rng("people"), serials, households)
        self.time = self.plan.time

    def tales(self) -> Iterator[list[Entry]]:
        """One case, or a few, for each state and flag; as many as ``tales_of`` says."""
        for name, tale in TALES.items():
            if not tale.fits(self.programme):
                continue
            for copy in range(tale.copies):
                life, person = self._tale(name, tale, copy)
                yield life.entries
                if name in REPORTED_TWICE:
                    yield self._second_report(life, person, self._rng(f"again/{name}/{copy}")).entries

    def cases(self, count: int) -> Iterator[list[Entry]]:
        """The journals of this many ordinary cases."""
        told = 0
        while told < count:
            rng = self._rng(f"case/{told}")
            life, walk = self._ordinary(rng)
            told += 1
            yield life.entries
            if told < count and walk is not None and rng.random() < 0.02:
                told += 1
                yield self._second_report(life, walk.person, rng).entries

    def _rng(self, what: str) -> Random:
        return Random(f"{self.key}/{what}")  # noqa: S311

    # ---- reports --------------------------------------------------------------------------------------

    def _somebody(self, rng: Random) -> tuple[Invented, list[Document]]:
        """A person; a few more live where the narrow duties work."""
        draw = rng.random()
        area = self.plan.home if draw < 0.04 else self.plan.home_rw if draw < 0.07 else None
        if area == self.plan.home and self.plan.setting.by_rw:
            area = self.plan.home_rw
        return self.people.person(self.programme, area)

    def _open(
        self, person: Invented, documents: list[Document], at: datetime, rng: Random
    ) -> tuple[Life, Walk]:
        """The report, and now and then who reported; the walk leads on from there."""
        id, ticket = self._ticket(at, rng)
        life = Life(self.programme, rng, self.staff.actor, UUID(int=id.int ^ 1))
        channel = rng.choice(self.programme.channels).kind
        report = report_of(self.programme, person, ticket, channel, documents)
        duty = self._reporter(channel)
        life.tell(report, duty, at, id)
        if duty is Duty.MAIN_ADMIN or rng.random() < 0.3:
            named = e.ReporterNamed(name=person.family, relation=rng.choice(_RELATIONS), phone=person.phone)
            life.tell(named, duty, life.now + timedelta(seconds=40))
        walk = Walk(
            self.programme,
            person,
            rng,
            self.time,
            mishaps=0.05,
            extras=0.6,
            pace=0.25 if report.urgency is Urgency.EMERGENCY else rng.choice((0.7, 1.0, 1.0, 1.4)),
            new_id=lambda: uuid7(life.now, rng),
            receipts=self._receipts(rng),
        )
        return life, walk

    def _ticket(self, at: datetime, rng: Random) -> tuple[UUID, str]:
        while True:
            id = uuid7(at, rng)
            ticket = ticket_of(self.plan.code, id)
            if ticket not in self._tickets and ord(ticket[4]) % PARTS == self.part:
                self._tickets.add(ticket)
                return id, ticket

    def _receipts(self, rng: Random) -> Iterator[str]:
        while True:
            yield number_of(self.plan.code, RECEIPT, UUID(int=rng.getrandbits(128)))

    def _reporter(self, channel: Channel) -> Duty:
        allowed = next(s for s in self.programme.steps if s.entry == "reported").duties
        duty = _REPORTS.get(channel, Duty.MAIN_ADMIN)
        return duty if duty in allowed else Duty.MAIN_ADMIN if Duty.MAIN_ADMIN in allowed else allowed[0]

    # ---- the ordinary ---------------------------------------------------------------------------------

    def _ordinary(self, rng: Random) -> tuple[Life, Walk | None]:
        person, documents = self._somebody(rng)
        long_ago = rng.random() < self.long_ago
        days = rng.uniform(_LONG_AGO, DAYS) if long_ago else rng.triangular(0.2, _LONG_AGO, 15)
        at = self._daytime(self.now - timedelta(days=days), rng)
        life, walk = self._open(person, documents, at, rng)
        if rng.random() < 0.035:
            self._refuse(life, walk, rng)
            return life, None
        begins = at + timedelta(days=rng.expovariate(1 / 14))
        if not long_ago and rng.random() < 0.55:
            begins = self.now + timedelta(days=1)  # still in the queue
            if days < NEWEST and rng.random() < 0.5:
                return life, walk
        elif long_ago and rng.random() < 0.04:
            begins = at + timedelta(days=rng.uniform(35, 80))
        life.follow(walk, self.now, before=_VISITS)
        ended = begins <= self.now and life.follow(walk, self.now, start=begins)
        if ended:
            self._afterwards(life, walk, rng)
        return life, walk

    def _refuse(self, life: Life, walk: Walk, rng: Random) -> None:
        name = rng.choice(("refused", "served", "referred"))
        if life.now + timedelta(hours=7) < self.now:
            TALES[name].tell(life, walk)

    def _afterwards(self, life: Life, walk: Walk, rng: Random) -> None:
        """What citizens say and ask when all is done, and what the office answers."""
        asked = life.now + timedelta(days=rng.uniform(1, 25))
        answered = asked + timedelta(days=rng.uniform(0.2, 2.5))
        draw = rng.random()
        if answered > self.now or draw > 0.035:
            return
        if draw < 0.02:
            about = rng.choice(list(e.ComplaintClass))
            text = rng.choice(("Petugas datang terlambat.", "Nama salah eja.", "Tidak diberi kabar."))
            complaint = life.tell(e.Complaint(about=about, text=text), Duty.MAIN_ADMIN, asked)
            body = e.ComplaintAnswered(
                complaint=complaint.id, founded=rng.random() < 0.5, answer="Sudah ditindaklanjuti."
            )
            life.tell(body, Duty.HEAD_OF_SECTION, answered)
        else:
            right = rng.choice((e.DataRight.ACCESS, e.DataRight.CORRECTION))
            request = life.tell(
                e.DataRequested(right=right, by=walk.person.family, relation=Relation.CHILD),
                Duty.MAIN_ADMIN,
                asked,
            )
            given = e.DataRequestAnswered(request=request.id, granted=True, answer="Salinan diserahkan.")
            life.tell(given, Duty.MAIN_ADMIN, answered)

    def _second_report(self, first: Life, person: Invented, rng: Random) -> Life:
        """The same person as another caller tells it: merged, merged and separated, or not yet noticed."""
        other = replace(person, name=misspelt(person.name, rng), nik=None, mother="", facts={})
        gone = self.now - first.entries[0].at
        later = first.entries[0].at + timedelta(
            days=min(rng.uniform(0.5, 20), gone / timedelta(days=1) * 0.9)
        )
        life, walk = self._open(other, list(first.state.documents), later, rng)
        draw, decided = rng.random(), life.now + timedelta(hours=rng.uniform(2, 30))
        is_new = self.now - life.now < timedelta(days=12)
        if decided > self.now or (is_new and draw < 0.5):
            return life
        if draw < 0.65:
            same = e.Triaged(
                result=e.TriageResult.MERGED, reason=e.TriageReason.DUPLICATE, merged_with=first.stream
            )
            life.tell(same, Duty.MAIN_ADMIN, decided)
        else:
            link = e.Merged(into=first.stream, note="Nama, ibu, dan alamat sama.")
            life.tell(link, Duty.MAIN_ADMIN, decided)
            if draw > 0.9 and decided + timedelta(days=1) < self.now:
                apart = e.Separated(note="Ternyata adiknya; NIK berbeda.")
                life.tell(apart, Duty.HEAD_OF_SECTION, decided + timedelta(days=1))
                life.follow(walk, self.now)
        return life

    # ---- tales ----------------------------------------------------------------------------------------

    def _tale(self, name: str, tale: Tale, copy: int) -> tuple[Life, Invented]:
        """Told again, earlier or later, until its last entry is about as old as wanted."""
        person, documents = self._for_tale(name, copy)
        ends = self.now - timedelta(days=tale.days_ago * (1 + 0.3 * copy))
        begins = ends - timedelta(days=20)
        best: Life | None = None
        for attempt in range(6):
            life, walk = self._open(
                person,
                documents,
                self._daytime(begins, self._rng(name)),
                self._rng(f"tale/{name}/{copy}"),
            )
            walk.mishaps, walk.pace, walk.pen.asked_centre = 0.0, 0.6, 0
            life.ends = ends
            tale.tell(life, walk)
            late = (life.reached or life.now) - ends
            if life.now <= self.now and (best is None or life.now > best.now):
                best = life
            if timedelta(days=-2) < late <= timedelta(hours=3) and life.now <= self.now:
                break
            begins -= late + timedelta(hours=5 * attempt)
        assert best is not None, name
        return best, person

    def _for_tale(self, name: str, copy: int) -> tuple[Invented, list[Document]]:
        area = self.plan.home_rw if self.plan.setting.by_rw else self.plan.home
        lives_here = copy == 0 or name == "residents"
        person, documents = self.people.person(self.programme, area if lives_here else None)
        if Document.KTP_EL in self.programme.documents:
            documents = [Document.KTP_EL, *(d for d in documents if d is not Document.KTP_EL)]
        if person.age_band in (AgeBand.UNDER_5, AgeBand.CHILD):
            person.birth, person.age_band = date(1961, 8, 17), AgeBand.ELDERLY
            person.nik, person.later_nik = None, None
        if name == "unidentified":
            person.name, person.nik, person.mother = "TANPA NAMA (MR. X)", None, ""
        if name == "residents":
            person.address = f"Jl. Panti Rekaan No. 1, {label(person.area[:13], 1)}"
            person.facts |= care_home(self.programme)
        if name == "emergency":
            pressing = [b.service for b in self.programme.blocked if b.urgency is Urgency.EMERGENCY]
            person.facts["blocked_services"] = pressing or [Service.HEALTH_CARE]
        return person, documents

    def _daytime(self, at: datetime, rng: Random) -> datetime:
        """The same day at an hour when people call; never after now."""
        local = at.astimezone(self.plan.zone)
        hour = local.replace(hour=rng.randint(8, 15), minute=rng.randrange(60))
        return min(hour, self.now - timedelta(minutes=rng.randint(5, 50)))


def tales_of(programme: Programme) -> int:
    """How many cases the tales of a programme are."""
    return sum(
        tale.copies * (1 + (name in REPORTED_TWICE)) for name, tale in TALES.items() if tale.fits(programme)
    )
