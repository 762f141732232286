"""The programme page: procedure, picture, facts quoted with their source, target and backlog."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from jemput import journal
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.programmes import packaged
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import PAREPARE, TRENGGALEK, office, signed_in, staff

pytestmark = pytest.mark.django_db


def shown(programme: Programme, area: str = PAREPARE, duty: Duty = Duty.MAIN_ADMIN) -> str:
    response = signed_in(staff(duty, area)).get(reverse("office:programme", args=[programme.number]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def five(db: None, office_key: None) -> dict[str, Programme]:  # noqa: F811
    for code in (TRENGGALEK, PAREPARE):
        office(code)
    return {name: journal.install(data) for name, data in packaged().items()}


@pytest.mark.parametrize("name", sorted(packaged()))
def test_each_programme_shows_its_procedure_its_picture_and_its_source(
    five: dict[str, Programme], name: str
) -> None:
    one = five[name]
    html = shown(one)
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="flow"' in html
    assert html.count('class="flow-box"') == len(one.steps)
    for fact in one.facts:
        assert f"[{', '.join(fact.source)}]" in html
    for legal in one.legal:
        assert legal.cite.split("&")[0] in html.replace("&#x27;", "'").replace("&quot;", '"')
    assert "Rp75" in html
    assert "style=" not in html
    assert "<script>" not in html


def test_doubtful_figures_are_marked(five: dict[str, Programme]) -> None:
    html = shown(five["halo-pamor"])
    doubtful = sum(1 for f in five["halo-pamor"].facts if f.doubtful)
    assert html.count('class="doubt"') == doubtful >= 3


def test_the_target_stands_with_its_backlog(five: dict[str, Programme]) -> None:
    html = shown(five["jempol-keren"], TRENGGALEK)
    assert "2.028" in html
    assert "1.200" in html
    assert 'id="target"' in html
    assert 'id="target"' not in shown(five["on-the-spot"])


def test_an_unknown_programme_is_not_there(five: dict[str, Programme]) -> None:
    client: Any = signed_in(staff(Duty.MAIN_ADMIN, PAREPARE))
    assert client.get("/programmes/77/").status_code == 404
    assert client.get("/programmes/99999999999999999999/").status_code == 404


def test_a_programme_file_cannot_write_into_the_page(db: None, office_key: None) -> None:  # noqa: F811
    text = packaged()["on-the-spot"].decode()
    evil = '"<script>alert(1)</script>'
    data = re.sub(r'name = "ON THE SPOT"', f"name = '{evil}'", text, count=1)
    data = data.replace('label = { id = "Terima laporan di layanan aduan"', f"label = {{ id = '{evil}'")
    office(PAREPARE)
    html = shown(journal.install(data.encode()))
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_the_list_names_the_programmes_of_the_office(five: dict[str, Programme]) -> None:
    html = signed_in(staff(Duty.MAIN_ADMIN, PAREPARE)).get(reverse("office:programmes")).content.decode()
    assert "ON THE SPOT" in html
    assert "GODOC" not in html
