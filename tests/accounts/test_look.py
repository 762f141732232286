"""The frame of every page: small, readable, without inline script or style, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from jemput.accounts.models import check_colour, contrast_on_white
from jemput.core.codes import Duty
from tests.people import office, signed_in, staff

PACKAGE = Path(__file__).parents[2] / "src/jemput"
CSS = (PACKAGE / "static/jemput/base.css").read_text()
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))


def tokens(block: str) -> dict[str, str]:
    """The colours of a :root block."""
    found = re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})\b", block)
    return {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for name, value in found
    }


LIGHT = tokens(CSS.split("@media (prefers-color-scheme:dark)")[0])
DARK = LIGHT | tokens(CSS.split("@media (prefers-color-scheme:dark)")[1].split("}}")[0])


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours."""
    a, b = (1.05 / contrast_on_white(colour) for colour in (one, other))
    return max(a, b) / min(a, b)


PAIRS = [("text", "bg"), ("text", "surface"), ("text", "sunken"), ("muted", "bg"), ("muted", "surface")]
PAIRS += [("muted", "sunken"), ("link", "bg"), ("link", "surface"), ("link", "sunken"), ("bad", "surface")]
PAIRS += [(tone, f"{tone}-bg") for tone in ("ok", "warn", "bad", "info")]
PAIRS += [("text", f"{tone}-bg") for tone in ("ok", "warn", "bad", "info")]
PAIRS += [("on-brand", "brand"), ("on-brand", "brand-strong")]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_words_can_be_read(theme: dict[str, str], front: str, back: str) -> None:
    assert contrast(theme[front], theme[back]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("back", ["bg", "surface", "sunken"])
def test_borders_and_focus_can_be_seen(theme: dict[str, str], back: str) -> None:
    assert contrast(theme["edge"], theme[back]) >= 3
    assert contrast(theme["focus"], theme[back]) >= 3


def test_the_style_sheet_stays_small() -> None:
    assert len(CSS.encode()) < 30_000


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_templates_obey_the_strict_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=\"", text)
    assert not re.search(r"<script(?![^>]*(\ssrc=|application/json))", text)
    assert "<style" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_templates_name_icons_that_exist(path: Path) -> None:
    known = set(re.findall(r'<symbol id="([a-z]+)"', (PACKAGE / "static/jemput/icons.svg").read_text()))
    assert set(re.findall(r'{% icon "([^"]+)"', path.read_text())) <= known


@pytest.mark.parametrize("colour", ["#ffee00", "#fff", "red", "#0063a8;}body{display:none", "", "#0063aG"])
def test_an_office_colour_that_cannot_be(colour: str) -> None:
    with pytest.raises(ValidationError):
        check_colour(colour)


@pytest.mark.django_db
def test_the_office_has_its_own_colour() -> None:
    place = office()
    place.colour = "#7A1F1F"
    place.save()
    client = signed_in(staff(Duty.COURIER))
    address = f"/offices/{place.number}/theme-7a1f1f.css"
    assert address in client.get("/accounts/").content.decode()
    answer = Client().get(address)
    assert answer.headers["Content-Type"] == "text/css"
    assert answer.content.decode() == ":root{--brand:#7a1f1f;--brand-strong:#5b1717}"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_has_its_landmarks(language: str) -> None:
    client = signed_in(staff(Duty.COURIER))
    client.cookies["django_language"] = language
    page = client.get("/accounts/").content.decode()
    assert f'<html lang="{language}">' in page
    assert page.index('class="skip"') < page.index("<header")
    assert all(mark in page for mark in ('<main id="main"', "<h1>", "<footer", 'name="viewport"'))
    assert ("Akun saya" in page) is (language == "id")
    assert len(page.encode()) < 20_000


@pytest.mark.django_db
def test_refusals_are_in_plain_words(client: Client) -> None:
    missing = client.get("/tidak-ada/")
    assert missing.status_code == 404
    assert "Halaman tidak ditemukan" in missing.content.decode()


@pytest.mark.django_db
def test_a_broken_page_shows_no_inner_parts(settings) -> None:  # type: ignore[no-untyped-def]
    settings.ROOT_URLCONF = "tests.accounts.broken_urls"
    client = Client(raise_request_exception=False)
    page = client.get("/rusak/")
    assert page.status_code == 500
    assert "Gangguan sistem" in page.content.decode()
    assert "9901" not in page.content.decode()


@pytest.mark.django_db
def test_another_duty_s_page_says_whose_it_is_and_offers_the_change(settings) -> None:  # type: ignore[no-untyped-def]
    from tests.people import assign

    settings.ROOT_URLCONF = "tests.accounts.broken_urls"
    rini = staff(Duty.COURIER)
    client = signed_in(rini)
    refused = client.get("/cetak/")
    assert refused.status_code == 403
    assert "Halaman ini untuk tugas lain" in refused.content.decode()
    other = assign(rini, Duty.PRINTING)
    assert f'name="assignment" value="{other.pk}"' in client.get("/cetak/").content.decode()
    client.post("/accounts/duty/", {"assignment": other.pk})
    assert client.get("/cetak/").status_code == 200
