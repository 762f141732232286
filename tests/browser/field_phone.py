"""What an officer's thumb does on a phone, and the cases of a day for it; everybody is invented."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Channel, DataCondition, Document, Duty, Group, Partner, PlaceKind, Relation
from jemput.core.entries import Body, Entry
from jemput.core.programme import Programme
from jemput.intake import Author, new_id, open_case
from jemput.programmes import packaged
from jemput.sync import app
from tests.browser.field_app import WIDTH, Handset
from tests.people import BATAM, VILLAGE, office
from tools.screenshots import small_png

ISLANDS = "21.71.01"
"""Belakang Padang, islands off Batam."""
WARD = "32.75.01.1002"
"""Margahayu in Bekasi."""
SIZE: ViewportSize = {"width": WIDTH, "height": 740}
HERE: dict[str, Any] = {
    "locale": "id-ID",
    "timezone_id": "Asia/Jakarta",
    "viewport": SIZE,
    "has_touch": True,
    "reduced_motion": "reduce",
}
"""A phone of 360 px in Indonesia."""
TALLEST = 1500
SHOTS = os.environ.get("JEMPUT_FIELD_SHOTS")
"""A folder for pictures of the screens; none are taken without."""


expect.set_options(timeout=20_000)  # small machines: a phone is simulated beside its office


# ---- the cases of the day -----------------------------------------------------------------------------


def installed(code: str, by: str = BATAM) -> Programme:
    """A shipped programme as an office would copy it."""
    data = packaged()[code].decode()
    return journal.install(re.sub(r'^office = "[0-9.]+"', f'office = "{by}"', data, flags=re.M).encode())


class Given:
    """A case that others have prepared for the officer's day."""

    def __init__(self, programme: Programme, area: str = f"{ISLANDS}.1002", **facts: Any) -> None:
        office(area[:5])
        author = Author("desk", Duty.MAIN_ADMIN)
        known = {"area": area, "documents": [Document.KTP_EL], "channel": Channel.HOTLINE, **facts}
        now = timezone.now()
        self.stream: UUID = open_case(programme, known, author=author, now=now, today=today()).stream

    def says(self, duty: Duty, *bodies: Body) -> Given:
        """Acts of somebody else."""
        made = [
            Entry(
                id=new_id(),
                stream=self.stream,
                actor="desk",
                duty=duty,
                occurred_at=timezone.now(),
                body=body,
            )
            for body in bodies
        ]
        assert all(v.stored for v in journal.append(made))
        return self

    def promised(self, purpose: e.VisitPurpose = e.VisitPurpose.RECORD, **more: Any) -> Given:
        """A visit today."""
        visit = e.VisitScheduled(visit=new_id(), purpose=purpose, day=today(), team="tim_1", **more)
        return self.says(Duty.SCHEDULER, visit)


def today() -> date:
    """The date on the office's wall."""
    return office(BATAM).today(timezone.now())


ACCEPTED = e.Triaged(result=e.TriageResult.ACCEPTED)


def at_home(programme: Programme) -> Given:
    """Somebody with a mental disorder at home, whose brother speaks for him."""
    one = Given(
        programme,
        name="JOKO PRASETYO",
        address="Rumah panggung dekat dermaga",
        place_kind=PlaceKind.HOME,
        groups=[Group.MENTAL_DISORDER],
        needs="Tenang bila kakaknya duduk di sebelahnya",
        latitude=1.0612,
        longitude=103.8901,
    )
    one.says(Duty.MAIN_ADMIN, ACCEPTED)
    one.says(
        Duty.MAIN_ADMIN,
        e.GuardianNamed(name="SRI WAHYUNI", relation=Relation.SIBLING, phone="+6281200000011"),
    )
    return one.promised(partners=[Partner.HEALTH_WORKER])


def in_a_home(programme: Programme, *names: str) -> list[Given]:
    """People who live in one care home."""
    return [
        Given(
            programme,
            f"{ISLANDS}.1004",
            name=name,
            place_kind=PlaceKind.OLD_AGE_HOME,
            place_name="Panti Wreda Bahagia",
            latitude=1.0203,
            longitude=103.8622,
        )
        .says(
            Duty.MAIN_ADMIN,
            e.RequirementReceived(requirement="family_card"),
            ACCEPTED,
            e.BiodataChecked(result=e.BiodataResult.MATCH),
        )
        .says(Duty.HEAD_OF_SECTION, e.Ordered(team="tim_1"))
        .promised()
        for name in names
    ]


def finished(programme: Programme) -> Given:
    """A card that only has to be brought."""
    one = Given(programme, name="SUTINI", address="Warung ujung jalan", phone="+6281200000012")
    visit = new_id()
    one.says(Duty.MAIN_ADMIN, ACCEPTED, e.VisitScheduled(visit=visit, day=today()))
    one.says(
        Duty.FIELD_OFFICER,
        e.VisitStarted(visit=visit, partners=[Partner.HEALTH_WORKER]),
        e.PersonDescribed(birth_about="umur 60-an"),
        e.ConditionChecked(go_ahead=True),
        e.ConsentGiven(basis=e.ConsentBasis.CONSENT),
        e.BiodataChecked(result=e.BiodataResult.MATCH),
        e.Recorded(),
        e.VisitEnded(visit=visit, outcome=e.VisitOutcome.DONE),
        e.HandOverChosen(place=e.HandOverPlace.AT_THE_DOOR),
    )
    one.says(Duty.DATA_ENTRY, e.DataEntered(), e.SentToCentre(), e.CentreStatus(raw="PRINT_READY_RECORD"))
    one.says(Duty.PRINTING, e.Printed(document=Document.KTP_EL))
    one.says(Duty.PRINTING, e.CustodyTaken(document=Document.KTP_EL, holder=e.Holder.OFFICER))
    return one.promised(e.VisitPurpose.DELIVER)


def papers_to_collect(programme: Programme) -> Given:
    """A family in the city whose papers the RW agent fetches."""
    facts = {"documents": [Document.FAMILY_CARD], "condition": DataCondition.DATA_CHANGE}
    one = Given(programme, WARD, name="HENDRA", phone="+6281200000013", **facts)
    one.says(Duty.SUBDISTRICT, ACCEPTED, e.PersonDescribed(address="Gang Mawar 3"))
    return one.promised(e.VisitPurpose.COLLECT_PAPERS)


def photo_of_a_paper(page: Page) -> bytes:
    """A photo as a phone takes it: 8 megapixels, and beside the picture where it was taken."""
    script = """async () => {
      const canvas = new OffscreenCanvas(3264, 2448), draw = canvas.getContext('2d')
      draw.fillStyle = '#eee'; draw.fillRect(0, 0, 3264, 2448)
      draw.fillStyle = '#111'; draw.font = '60px serif'
      for (let line = 1; line < 30; line += 1) draw.fillText('KK 9901010503260001', 200, line * 80)
      const blob = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.95})
      return [...new Uint8Array(await blob.arrayBuffer())]
    }"""
    plain = bytes(page.evaluate(script))
    beside = b"Exif\0\0II*\0GPSLatitude 1.0612"
    return plain[:2] + b"\xff\xe1" + (len(beside) + 2).to_bytes(2) + beside + plain[2:]


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height, from the header of the frame."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC2):
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return int.from_bytes(jpeg[at + 7 : at + 9]), int.from_bytes(jpeg[at + 5 : at + 7])


# ---- the phone ----------------------------------------------------------------------------------------


class Thumb(Handset):
    """A phone in the hand of somebody who reads Indonesian."""

    def to(self, place: str) -> None:
        """By the bar at the bottom."""
        self.page.locator(".bar").get_by_role("link", name=place).click()

    def sees(self, text: str | re.Pattern[str]) -> Locator:
        """Something that is shown, sooner or later."""
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible()
        return found

    def heading(self, text: str | re.Pattern[str]) -> None:
        """Wait for a screen."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """A button, or a link that looks like one."""
        around = within or self.page
        buttons = around.get_by_role("button", name=name, exact=True)
        buttons.or_(around.get_by_role("link", name=name, exact=True)).first.click()

    def choose(self, question: str, *answers: str) -> None:
        """Some of the choices of a question."""
        for answer in answers:
            self.question(question).get_by_text(answer, exact=True).click()

    def question(self, name: str) -> Locator:
        """A question of a form, by the name of its field."""
        return self.page.locator(f"[data-name='{name}']")

    def write(self, question: str, text: str) -> None:
        """Type an answer."""
        self.question(question).locator("input, textarea").first.fill(text)

    def sign(self) -> None:
        """Write a name with the finger."""
        pad = self.page.locator("canvas.pad")
        pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
        box = pad.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 30, box["y"] + 60)
        mouse.down()
        for x in range(30, int(box["width"]) - 30, 12):
            mouse.move(box["x"] + x, box["y"] + 60 + (x % 36))
        mouse.up()
        expect(self.page.get_by_label("Sudah ditandatangani")).to_be_visible()

    def shot(self, name: str) -> None:
        """Look at the screen with axe; a picture of it, where pictures are wanted."""
        tall = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": WIDTH, "height": tall})  # nothing lies under the bars
        self.page.evaluate("scrollTo(0, 0)")
        self.check(name)
        if SHOTS:
            self.page.wait_for_timeout(150)
            clip = {"x": 0, "y": 0, "width": WIDTH, "height": min(tall, TALLEST)}
            picture = self.page.screenshot(clip=clip)  # type: ignore[arg-type]
            canvas = self.context.new_page()
            Path(SHOTS, f"field-{name}.png").write_bytes(small_png(picture, canvas))
            canvas.close()
        self.page.set_viewport_size(SIZE)


Phones = Callable[..., Thumb]
"""Gives a field officer's phone in Panggul, or ``(duty, area)`` of somebody else."""


@pytest.fixture
def handed_out(
    browser: Browser, live_server: LiveServer, office_key: None, settings: Settings, tmp_path: Path
) -> Iterator[Phones]:
    """Phones of 360 px, each a tab of one browser; afterwards nothing has complained, axe neither.

    A module that imports it imports an ``office_key`` too.
    """
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    settings.MEDIA_ROOT = tmp_path / "files"
    context = browser.new_context(**HERE)
    made: list[Thumb] = []

    def give(duty: Duty = Duty.FIELD_OFFICER, area: str = VILLAGE[:8]) -> Thumb:
        made.append(Thumb(context, live_server.url, duty=duty, area=area))
        return made[-1]

    yield give
    context.close()
    assert [phone.wrong for phone in made] == [[] for _phone in made]
