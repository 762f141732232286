"""No item of the acceptance list is forgotten, and every claim points at something that is there."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("acceptance", ROOT / "tools" / "acceptance.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_item_has_a_status_and_none_is_listed_twice(tool: ModuleType):
    ids = [row.id for row in tool.rows()]
    assert len(ids) == len(set(ids)) == 347


def test_every_item_is_cited_in_a_programme_file(tool: ModuleType):
    assert [row.id for row in tool.rows() if not row.cited] == []


def test_no_programme_file_cites_an_item_that_is_not_in_the_list(tool: ModuleType):
    assert set(tool.citations()) <= {item["id"] for item in tool.items()}


def test_an_item_is_cited_in_the_file_of_its_own_source(tool: ModuleType):
    file = {"G": "godoc", "B": "odgj-batam", "T": "jempol-keren", "P": "on-the-spot", "H": "halo-pamor"}
    for row in tool.rows():
        assert any(place.startswith(f"{file[row.id[0]]}.toml") for place in row.cited), row.id


def test_all_evidence_exists(tool: ModuleType):
    assert tool.missing_evidence(tool.rows()) == []


def test_what_does_not_wholly_work_says_why(tool: ModuleType):
    assert [row.id for row in tool.rows() if row.status != "works" and not row.why] == []


def test_what_works_has_evidence_beside_the_file(tool: ModuleType):
    assert [row.id for row in tool.rows() if row.status == "works" and not row.evidence] == []


def test_the_page_is_up_to_date(tool: ModuleType):
    assert tool.PAGE.read_text("utf-8") == tool.page(tool.rows()), "run python tools/acceptance.py"
