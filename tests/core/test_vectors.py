"""The vectors that every implementation of the fold and the rules must pass.

Each file is one case: its clear entries, and what follows. After a wanted change of the
rules write them anew with ``JEMPUT_WRITE_VECTORS=1`` and read the difference before you commit it.
"""

import json
import os

import pytest

from jemput.core.waiting import OfficeTime
from tests.core.stories import VECTORS, programme
from tests.core.vector_stories import STORIES, TIMES
from tests.core.vectors import PROGRAMMES, vector_of, write

CASES = VECTORS / "cases"
WRITE = bool(os.environ.get("JEMPUT_WRITE_VECTORS"))


@pytest.mark.parametrize("name", STORIES)
def test_the_vector_holds(name: str):
    told = vector_of(STORIES[name](), TIMES.get(name, OfficeTime()))
    if WRITE:
        write(CASES / f"{name}.json", told)
    assert told == json.loads((CASES / f"{name}.json").read_text())


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_is_given_as_json(name: str):
    file = VECTORS / "programmes" / f"{name}.json"
    given = programme(name).model_dump(mode="json")
    if WRITE:
        write(file, given)
    assert json.loads(file.read_text()) == given


def test_no_vector_lies_about_unheard():
    assert {p.stem for p in CASES.glob("*.json")} == set(STORIES)
