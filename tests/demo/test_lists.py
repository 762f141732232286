"""The three lists of the demo: compared, mostly found, with somebody to decide on and to open a case for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from jemput.demo.fill import Part, Progress, fill
from jemput.demo.lists import take_in
from jemput.demo.offices import plans
from jemput.journal import keys
from jemput.people.backlog import everybody
from jemput.people.link.targets import Reached
from jemput.people.models import LinkList, LinkPair, LinkRow, LinkRun
from tests.demo.conftest import NOW


@pytest.mark.django_db
def test_trenggalek_shows_three_lists_that_were_compared(
    settings: Settings, tmp_path: Path, todo: list[Part]
) -> None:
    settings.JEMPUT_KEYS = tmp_path / "keys"
    keys.init_open()
    some = [replace(part, count=60) for part in todo if part.plan == 0 and part.number == 1]
    fill(Progress.load(tmp_path / "demo.json", NOW), some, processes=0)
    assert {kept.source for kept in LinkList.objects.all()} == {"office", "social_agency", "village"}
    run = LinkRun.objects.get()
    rows = LinkRow.objects.count()
    assert run.state == LinkRun.DONE and run.figures["rows"] == rows > 120
    assert run.figures["people"] < rows, "some stand on two lists"
    reached = {t.reached for t in everybody("35.03", 3) if t.rows}
    assert {Reached.NOT_REACHED, Reached.SERVED} <= reached
    assert LinkPair.objects.filter(bin="ask", answer="").exists(), "somebody has to decide"

    take_in(plans()[0], NOW.date(), 1, tmp_path / "none.json")
    assert LinkRow.objects.count() == rows, "asked twice, taken in once"


@pytest.mark.django_db
def test_without_a_register_there_are_no_lists(settings: Settings, tmp_path: Path) -> None:
    settings.JEMPUT_KEYS = tmp_path / "keys"
    keys.init_open()
    take_in(plans()[0], NOW.date(), 1, tmp_path / "none.json")
    assert not LinkList.objects.exists()
