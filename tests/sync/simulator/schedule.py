"""One schedule: people work, lines and machines fail, all by one seed; then everything comes to rest."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from jemput.core import entries as e
from jemput.journal.models import CaseRow, EntryRow, Erasure
from jemput.sync.enrol import revoke
from jemput.sync.held import still_to_forget
from jemput.sync.models import Device as Known
from tests.sync.phone import Phone
from tests.sync.simulator.device import Device, Line, Lost
from tests.sync.simulator.judge import Captured, judge
from tests.sync.simulator.server import AREAS, Killed, Server, uuid

ROUNDS = 20
"""Everything comes to rest within these, or never."""


class Schedule:
    """A day of four phones and a server."""

    def __init__(self, seed: int, server: Server) -> None:
        self.chance, self.server = Random(seed), server
        self.line = Line(self.chance, server, self.chance.choice([0.0, 0.2, 0.5]))
        server.begin()
        self.devices = [Device.like(phone, self.line) for phone in server.phones]
        self.captured: Captured = {}
        self.trace: list[str] = []
        self.withdrawn: set[UUID] = set()
        self.forgotten: set[UUID] = set()
        self.handed_in: set[str] = set()
        self.backed_up: list[set[Any]] = []
        """What the office had of each of these when it was backed up."""
        self.acts = self._chosen()

    def _chosen(self) -> list[Act]:
        acts = self.chance.choices(list(ACTS), list(ACTS.values()), k=self.chance.randrange(10, 30))
        for story in STORIES:
            if self.chance.random() < 0.2:
                places = sorted(self.chance.sample(range(len(acts) + len(story)), len(story)))
                for place, act in zip(places, story, strict=True):
                    acts.insert(place, act)
        return acts

    def play(self) -> None:
        """Raises AssertionError where something was lost, doubled, or seen by whom it does not concern."""
        for act in self.acts:
            self.trace.append(act.__name__.strip("_"))
            with suppress(Lost, Killed):
                act(self)
        self.trace.append("at rest")
        self.come_to_rest()
        judge(self.devices, self.captured, self.line.kept, self.forgotten)
        self._is_told_who_has_not_forgotten()
        again = Known.objects.filter(id__in=self.withdrawn, revoked_at=None)
        assert not again.exists(), "a restore gave a withdrawn device back its sight"
        self.server.happened["both copies wrote"] += Known.objects.exclude(copied_at=None).count()

    def come_to_rest(self) -> None:
        """The line is good again, and everybody sends and asks until nothing moves."""
        self.line.bad = 0
        while self.line.late:
            self.line.catch_up()
        for device in self.devices:
            device.other_tab_goes_on()
        for device in self.devices:
            device.hands_in_drafts()
        before: list[Any] = []
        for _ in range(ROUNDS):
            for device in self.devices:
                if device.outbox:
                    device.push()
                if not device.erased:
                    device.pull()
            now = [(d.outbox, d.cursors, d.epoch, d.erased, set(d.cases)) for d in self.devices]
            if now == before:
                return
            before = copy.deepcopy(now)
        raise AssertionError("never comes to rest")

    def _is_told_who_has_not_forgotten(self) -> None:
        """Of those that may look, every device has said that it has forgotten."""
        looking = {d.id for d in self.devices if not d.erased}
        looking &= {d.id for d in Known.objects.all() if d.assignment.holds()}
        for case in Erasure.objects.filter(what="stream").values_list("id", flat=True):
            assert not looking & {d.id for d in still_to_forget(case)}

    # ---- the phones ---------------------------------------------------------------------------------

    def _phone(self) -> Device:
        alive = [d for d in self.devices if not d.erased]
        if not alive:
            raise Lost
        return self.chance.choice(alive)

    @staticmethod
    def _known(device: Device) -> Known:
        """As the office knows it, unless it was restored from before."""
        found = Known.objects.select_related("assignment__office", "assignment__account")
        if (known := found.filter(id=device.id).first()) is None:
            raise Lost
        return known

    def captures(self) -> None:
        self._captures_on(self._phone())

    def _captures_on(self, device: Device) -> None:
        waiting = {entry["stream"]: entry["id"] for entry in device.outbox}
        cases = sorted(set(device.cases) | set(waiting))
        if not cases or self.chance.random() < 0.2:
            return self._capture_report(device)
        case = self.chance.choice(cases)
        seen = [e["id"] for e in sorted(device.cases.get(case, {}).values(), key=lambda e: e["position"])]
        last = waiting.get(case) or (seen[-1] if seen else None)
        after = UUID(last) if last and self.chance.random() < 0.8 else None
        self._wrote(device, device.captures(UUID(case), self._body(device, case), after))
        return None

    def _capture_report(self, device: Device) -> None:
        case, number = uuid(self.chance), self.chance.randrange(50)
        programme = self.chance.choice(
            [*self.server.programmes, *self.server.programmes, self.server.unknown]
        )
        report = self.server.report(self.chance, self.chance.choice(AREAS), f"LAPANG-{number}", programme)
        self._wrote(device, device.captures(case, report))

    def _body(self, device: Device, case: str) -> e.Body:
        own = [UUID(x["id"]) for x in device.outbox if x["stream"] == case and x["kind"] == "note"]
        match self.chance.choice(["note", "note", "note", "move", "correct", "close"]):
            case "move":
                return e.PersonDescribed(area=self.chance.choice(AREAS))
            case "correct" if own:
                return e.Corrected(entry=self.chance.choice(own), void=True, reason="salah orang")
            case "close":
                return e.Closed(reason="withdrawn")
        return e.Note(text=f"catatan {self.chance.randrange(10**6)}")

    def _wrote(self, device: Device, id: UUID) -> None:
        entry = next(x for x in device.outbox if x["id"] == str(id))
        self.captured.setdefault(str(id), []).append(copy.deepcopy(entry))

    def begins_a_form(self) -> None:
        """It is left in the middle: of a case that lies on the phone, or a report."""
        device = self._phone()
        words = f"kursi roda {self.chance.randrange(10**6)}"
        if device.cases and self.chance.random() < 0.8:
            case = UUID(self.chance.choice(sorted(device.cases)))
            device.begins(f"{case}:person_described", case, needs=words)
        else:
            device.begins("report", uuid(self.chance), needs=words)

    def hands_in_begun_forms(self) -> None:
        """As a phone does whose PIN is lost. What is in, it lets go: a backup from before lacks it."""
        device = self._phone()
        before = set(device.drafts)
        try:
            device.hands_in_drafts()
        finally:
            self.handed_in |= before - set(device.drafts)

    def writes_one_id_twice(self) -> None:
        """A faulty phone: the same number, other words."""
        device = self._phone()
        found = [x for x in device.sent if x["kind"] == "note" and len(self.captured[x["id"]]) == 1]
        if found:
            other = copy.deepcopy(self.chance.choice(found))
            other["sealed"]["text"] += " (lain)"
            device.outbox.append(other)
            self.captured[other["id"]].append(copy.deepcopy(other))
            self.server.happened["one id twice"] += 1

    def sends(self) -> None:
        self._phone().sends()

    def sends_from_two_tabs(self) -> None:
        self._phone().sends_from_two_tabs()

    def loses_power_after_an_answer(self) -> None:
        self._phone().loses_power_after_an_answer()

    def asks(self) -> None:
        self._phone().pull()

    def asks_in_another_tab(self) -> None:
        self._phone().asks_in_another_tab()

    def other_tab_goes_on(self) -> None:
        self._phone().other_tab_goes_on()

    def clock_jumps(self) -> None:
        self._phone().clock = timedelta(days=self.chance.uniform(-3, 3))

    def is_copied(self) -> None:
        self._phone().is_copied()

    def comes_back_from_the_copy(self) -> None:
        if copied := [device for device in self.devices if device.copy and not device.erased]:
            self.chance.choice(copied).comes_back_from_the_copy()

    def two_go_on_from_one_disk(self) -> None:
        device = self._phone()
        device.is_copied()
        self._captures_on(device)
        device.sends()
        device.comes_back_from_the_copy()
        self._captures_on(device)

    def loses_a_cursor(self) -> None:
        """Bits have flipped: this cursor was never given."""
        device = self._phone()
        if device.cursors:
            self.server.happened["lost a cursor"] += 1
            feed = self.chance.choice(sorted(device.cursors))
            device.cursors[feed] = device.cursors[feed] | {"total": 7, "beginning": False}

    def is_installed_anew(self) -> None:
        """All that lay on the phone is gone; a new incarnation begins."""
        device = self._phone()
        assignment = self._known(device).assignment
        if not assignment.holds():
            return
        self.server.happened["installed anew"] += 1
        new = Phone(id=uuid(self.chance))
        self.server.enrol(new, assignment)
        fresh = Device.like(new, self.line)
        fresh.gone = device.gone | device.holds()
        fresh.begun = {digest: said for digest, said in device.begun.items() if digest not in device.drafts}
        self.devices[self.devices.index(device)] = fresh

    def late_request_arrives(self) -> None:
        self.line.catch_up()

    # ---- the office ---------------------------------------------------------------------------------

    def _case(self) -> UUID:
        return self.chance.choice(list(CaseRow.objects.order_by("pk").values_list("pk", flat=True)))

    def office_acts(self) -> None:
        case, chance = self._case(), self.chance
        last = EntryRow.objects.filter(stream=case).order_by("position").last()
        bodies: list[Callable[[], e.Body]] = [
            lambda: e.Note(text=f"ditelepon {chance.randrange(10**6)}"),
            lambda: e.PersonDescribed(area=chance.choice(AREAS)),
            lambda: e.PersonDescribed(area=chance.choice(AREAS)),
            lambda: e.Closed(reason="served"),
            lambda: e.Merged(into=self._case()),
            lambda: e.Separated(note="bukan orang yang sama"),
            lambda: e.ProgrammeChanged(programme=900, programme_hash=self.server.programmes[1].hash),
            lambda: e.Corrected(entry=last.id, void=last.position > 1, reason="keliru"),  # type: ignore[union-attr]
        ]
        body = chance.choice(bodies)()
        with self.server.dying(chance.randrange(30)) if chance.random() < 0.3 else nullcontext():
            self._desk_writes(case, body)

    def _desk_writes(self, case: UUID, body: e.Body) -> None:
        entry, said = self.server.append(self.chance, case, body)
        self.captured[entry["id"]] = [entry]
        self.line.kept |= {entry["id"]} if said.code != "erased" else set()

    def office_reports(self) -> None:
        report = self.server.report(self.chance, self.chance.choice(AREAS), f"MEJA-{len(self.trace)}")
        self._desk_writes(uuid(self.chance), report)

    def person_is_erased(self) -> None:
        begun = sorted({stream for device in self.devices for stream, __ in device.begun.values()})
        known = CaseRow.objects.filter(pk__in=begun).order_by("pk").values_list("pk", flat=True)
        case = self.chance.choice(list(known)) if known and self.chance.random() < 0.6 else self._case()
        if self.server.erase(case, self.chance.choice([None, None, self.chance.randrange(40)])):
            self.server.happened["forgotten"] += case not in self.forgotten
            self.forgotten.add(case)

    def device_is_revoked(self) -> None:
        device = self._phone()
        revoke(self._known(device))
        self.server.happened["withdrawn"] += not device.is_withdrawn
        device.is_withdrawn = True
        self.withdrawn.add(device.id)

    def duty_ends(self) -> None:
        assignment = self._known(self._phone()).assignment
        self.server.happened["duty ended"] += assignment.holds()
        assignment.valid_until = assignment.valid_from
        assignment.save()

    def server_is_restarted(self) -> None:
        self.server.start()

    def server_is_backed_up(self) -> None:
        self.server.backup()
        told = [self.handed_in, self.line.kept, self.forgotten, self.withdrawn]
        self.backed_up = [set(one) for one in told]

    def server_is_restored(self) -> None:
        """What was told after the backup is gone, but for what the ledger names."""
        if not self.server.restore():
            return
        handed_in, kept, forgotten, withdrawn = self.backed_up
        self.server.happened["restored"] += 1
        self.server.happened["restored after an erasure"] += self.forgotten > forgotten
        self.server.happened["restored after a withdrawal"] += self.withdrawn > withdrawn
        for device in self.devices:
            for digest in self.handed_in - handed_in:
                device.begun.pop(digest, None)
        self.handed_in &= handed_in
        self.line.kept &= kept


Act = Callable[[Schedule], None]
ACTS: dict[Act, float] = {
    Schedule.captures: 10,
    Schedule.begins_a_form: 3,
    Schedule.hands_in_begun_forms: 1,
    Schedule.sends: 7,
    Schedule.asks: 5,
    Schedule.office_acts: 5,
    Schedule.sends_from_two_tabs: 1,
    Schedule.asks_in_another_tab: 1,
    Schedule.other_tab_goes_on: 1,
    Schedule.late_request_arrives: 1.5,
    Schedule.loses_power_after_an_answer: 1,
    Schedule.writes_one_id_twice: 0.5,
    Schedule.clock_jumps: 0.5,
    Schedule.is_copied: 1,
    Schedule.comes_back_from_the_copy: 1,
    Schedule.two_go_on_from_one_disk: 0.5,
    Schedule.loses_a_cursor: 0.3,
    Schedule.is_installed_anew: 0.3,
    Schedule.office_reports: 1,
    Schedule.person_is_erased: 0.7,
    Schedule.device_is_revoked: 0.4,
    Schedule.duty_ends: 0.2,
    Schedule.server_is_restarted: 0.5,
    Schedule.server_is_backed_up: 1.2,
    Schedule.server_is_restored: 1,
}
"""What happens, and how often against the others."""
STORIES = (
    (Schedule.server_is_backed_up, Schedule.person_is_erased, Schedule.server_is_restored),
    (Schedule.server_is_backed_up, Schedule.device_is_revoked, Schedule.server_is_restored),
)
"""What would hardly ever meet by chance; other things happen between."""
