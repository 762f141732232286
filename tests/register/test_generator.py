"""The invented register of the bench: of the promised size, of region 99 only, the same for the same seed."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(autouse=True)
def bench_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    for name in [n for n in sys.modules if n == "people" or n.startswith("people.")]:
        monkeypatch.delitem(sys.modules, name)


def test_a_register_is_of_its_size_and_invented() -> None:
    from people.register import HEADINGS, people  # type: ignore[import-not-found]

    rows = list(people(1500, 7))
    niks = {row[0] for row in rows}
    assert len(rows) == len(niks) == 1500
    assert all(len(nik) == 16 and nik.startswith("99") for nik in niks)
    assert all(len(row) == len(HEADINGS) and row[2].strip() for row in rows)
    assert rows == list(people(1500, 7)) != list(people(1500, 8))
    families = {row[1] for row in rows}
    assert families == {row[1] for row in rows if row[6] == "1"}  # every family has a head


def test_noise_leaves_something_to_look_for(tmp_path: Path) -> None:
    from people import noise, queries, register

    path = tmp_path / "register.csv"
    register.write(path, 600, 3)
    rows = queries.mixed(path, 300, 5)
    assert len(rows) == 300 and all(row["truth"].startswith("99") for row in rows)
    assert sum(bool(row["nama"]) for row in rows) > 295
    random = Random(1)
    for digits in ("9903044703500001", "9903041203100001"):
        assert len(noise.wrong_digit(random, digits)) == 16 and noise.swapped(random, digits) != digits
