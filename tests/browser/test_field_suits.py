"""In which language and when somebody wants to be visited: read at the door, asked of whoever is met."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from jemput import journal
from jemput.core.codes import Duty
from jemput.core.entries import DayPart, PersonDescribed, Reported
from jemput.journal.models import CaseRow
from tests.browser.field_phone import (  # noqa: F401
    ISLANDS,
    Phones,
    at_home,
    handed_out,
    installed,
)
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_an_officer_reads_which_language_and_which_time_suit_and_asks_it_of_others(
    handed_out: Phones,  # noqa: F811
) -> None:
    joko = at_home(installed("odgj-batam"))
    joko.says(
        Duty.MAIN_ADMIN,
        PersonDescribed(preferred_language="malay", preferred_time="morning", preferred_days=["mon", "thu"]),
    )
    said = re.compile("Bahasa: Melayu · waktu yang cocok: Pagi, Senin, Kamis")
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    phone.enrol()
    phone.worker()
    phone.to("Hari ini")
    door = phone.page.get_by_role("article", name=re.compile("JOKO"))
    expect(door.get_by_text(said)).to_be_visible()
    phone.press("Buka", door)
    phone.heading("JOKO PRASETYO")
    phone.sees(said)
    phone.shot("suits-case")

    phone.offline()
    phone.go("lapor")
    phone.write("name", "rusdi")
    phone.choose("area", "Kel. Kasu")
    phone.page.get_by_text(re.compile("^Pertanyaan lain")).click()
    phone.question("preferred_language").get_by_role("combobox").select_option(
        label="Bahasa isyarat Indonesia"
    )
    phone.choose("preferred_time", "Siang atau sore")
    phone.choose("preferred_days", "Selasa", "Jumat")
    phone.shot("suits-report")
    phone.press("Kirim laporan")
    ticket = phone.page.locator("strong.number").inner_text()
    phone.offline(False)
    phone.sync()
    phone.sees_all_in()
    told = journal.entries(CaseRow.objects.get(ticket=ticket).pk)[0].body
    assert isinstance(told, Reported)
    assert told.preferred_language == "sign" and told.preferred_time is DayPart.AFTERNOON
    assert told.preferred_days == ["tue", "fri"]

    # Corrected by the office, it is what the phone shows next.
    joko.says(Duty.MAIN_ADMIN, PersonDescribed(preferred_time="afternoon"))
    phone.sync()
    phone.sees_all_in()
    phone.to("Hari ini")
    expect(door.get_by_text("Siang atau sore, Senin, Kamis")).to_be_visible()
