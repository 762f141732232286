"""Splink as the second engine: the same input, bins, rules and review screen."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jemput import journal
from jemput.core.codes import DataCondition, Duty
from jemput.core.dates import Birth
from jemput.core.entries import LinkEngine, ListSource, PairAnswer
from jemput.intake import Author
from jemput.people.link import runs, splink_engine, store
from jemput.people.link.decide import Bin
from jemput.people.link.engine import Outcome, link
from jemput.people.link.splink_engine import SPLINK, SPLINK_SPARK
from jemput.people.models import LinkPair, LinkRun
from jemput.people.person import Query
from tests.lists import linkage
from tests.lists.linkage import OFFICE, PROGRAMME
from tests.lists.test_rules import PEOPLE, Town, asked, person

ANI = Author("0190a000-0000-7000-8000-00000000000a", Duty.MAIN_ADMIN)
HERE = pytest.mark.skipif(find_spec("splink") is None, reason="the extra jemput[splink] is not installed")
THERE = person(99, name="RIZKY PRATAMA", mother="SUMIATI", birth="1990-02-01", sex="male")
SISTER = Query(
    name="RISKA PRATAMI", mother="SUMIATI", family=THERE.family, places={THERE.area: 1.0},
    birth=Birth.exact(date(1993, 6, 5)), nik=THERE.nik,
)  # fmt: skip
ROWS = [
    *[asked(p) for p in PEOPLE[:20]],
    Query(name="ZULAIKHA", nik=PEOPLE[30].nik, family=PEOPLE[30].family),
    SISTER,
    replace(asked(PEOPLE[31]), mother=""),
    replace(asked(PEOPLE[32]), nik="", family=""),
    replace(asked(PEOPLE[33]), places={}),
]


def in_bins(found: Outcome) -> dict[int, Bin]:
    best: dict[int, Bin] = {}
    for k in found.to_register:
        best.setdefault(k.row, k.bin)
    return best


def keeps_the_rules(found: Outcome) -> None:
    bins = in_bins(found)
    assert all(found.persons.get(row) == row + 1 for row in range(20)), "the people themselves are linked"
    assert bins.get(20) is not Bin.SAME, "a number alone never links"
    assert bins.get(21) is not Bin.SAME, "a sister is never linked by itself"
    assert [found.persons.get(22 + i) for i in range(3)] == [32, 33, 34], "a blank is no evidence"
    for k in found.to_register:
        assert len(k.bits) == len(k.levels)
        assert all(bits == 0 for bits, level in zip(k.bits, k.levels, strict=True) if level == -1)


@HERE
def test_splink_keeps_to_the_same_rules_and_bins() -> None:
    keeps_the_rules(link(ROWS, Town([*PEOPLE, THERE]), engine=SPLINK))


@HERE
def test_humans_bind_splink_too() -> None:
    found = link(ROWS[:5], Town(PEOPLE), decided={(0, 1): False, (1, 7): True}, engine=SPLINK)
    assert found.persons.get(0) != 1 and found.persons[1] == 7


@HERE
def test_splink_may_not_write_the_register_to_the_disk() -> None:
    with splink_engine.duckdb() as database:
        [(folder,)] = database.duckdb_con.execute("SELECT current_setting('temp_directory')").fetchall()
    assert not folder


@pytest.fixture
def register(settings: Any, tmp_path: Path, db: None) -> Iterator[Path]:
    settings.JEMPUT_KEYS = tmp_path / "keys"
    linkage.register(tmp_path)
    (tmp_path / "asked.csv").write_text(linkage.three_lists()["office"])
    yield tmp_path


def answers(folder: Path, engine: str) -> list[dict[str, str]]:
    output = folder / "answers.csv"
    call_command(
        "people", "link", "--office", OFFICE, "--engine", engine, "--batch", folder / "asked.csv",
        "--output", output,
    )  # fmt: skip
    with output.open() as file:
        return list(csv.DictReader(file))


@HERE
def test_the_command_links_with_splink(register: Path) -> None:
    rows = answers(register, "splink")
    assert [r["nik"] for r in rows if r["bin"] == "same"] == ["9903015708510001", "9903011207720004"]
    assert all("name +" in r["why"] for r in rows if r["bin"] == "same")


@HERE
def test_what_splink_found_is_reviewed_like_any_other_run(register: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("JEMPUT_LINK_ENGINE", "splink")
    text = linkage.three_lists()["office"].encode()
    kept, _people = store.take_in(text, "x", OFFICE, PROGRAMME, ListSource.OFFICE, DataCondition.UNKNOWN)
    store.confirm(kept, ANI)
    run = runs.run_now(LinkRun.objects.create(office=OFFICE, programme=PROGRAMME), ANI)
    assert run.figures["same"] == 2 and run.figures["engine"] == "splink"
    [told] = [e.body for e in journal.entries(kept.pk) if e.kind == "list_linked"]
    assert told.engine is LinkEngine.SPLINK  # type: ignore[union-attr]
    pair = LinkPair.objects.filter(against="person", bin="same").first()
    assert pair is not None and pair.levels
    runs.decide(pair, PairAnswer.DIFFERENT, ANI)
    runs.run_now(LinkRun.objects.create(office=OFFICE, programme=PROGRAMME), ANI)
    assert LinkPair.objects.get(row=pair.row_id, person=pair.person).answer == "different"


@pytest.mark.parametrize(
    ("engine", "package", "says"),
    [("splink", "splink", "jemput[splink]"), ("splink-spark", "pyspark", "jemput[spark]")],
)
def test_without_the_extra_the_command_says_what_to_install(
    register: Path, monkeypatch: Any, engine: str, package: str, says: str
) -> None:
    for name in [m for m in sys.modules if m == package or m.startswith(package + ".")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CommandError) as told:
        answers(register, engine)
    assert says in str(told.value) and not (register / "answers.csv").exists()


def why_no_spark() -> str:
    if find_spec("pyspark") is None:
        return "PySpark is not installed: pip install 'jemput[spark]'"
    return "" if shutil.which("java") else "there is no Java on this machine: Spark needs Java 17"


@pytest.mark.slow
@pytest.mark.skipif(bool(why_no_spark()), reason=why_no_spark() or "-")
def test_splink_on_spark_keeps_to_the_same_rules_and_bins() -> None:
    """Minutes, not seconds: a check that it works on local[2], no road to speed on one machine."""
    keeps_the_rules(link(ROWS, Town([*PEOPLE, THERE]), engine=SPLINK_SPARK))
