"""Forms of the field app that were cut off, that the case left behind, or that are filled in by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Duty
from tests.browser.field_app import PIN
from tests.browser.field_phone import (  # noqa: F401
    ISLANDS,
    WARD,
    Phones,
    Thumb,
    at_home,
    finished,
    handed_out,
    installed,
    papers_to_collect,
)
from tests.browser.test_field_day import kinds, state_of
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import BEKASI

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_card_is_not_handed_over_against_a_signature_that_the_lock_took_away(
    handed_out: Phones,  # noqa: F811
) -> None:
    sutini = finished(installed("odgj-batam"))
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    phone.enrol()
    phone.worker()
    phone.go(f"kasus/{sutini.stream}")
    phone.press(re.compile("^Berangkat mengantar"))
    phone.press("Simpan")
    phone.press(re.compile("^Antar ke lokasi"))
    phone.write("recipient", "sutini")
    phone.sign()
    phone.page.wait_for_timeout(800)  # what was typed is on the disk
    phone.page.reload()
    phone.unlock()
    expect(phone.question("recipient").get_by_role("textbox")).to_have_value("sutini")
    phone.press("Simpan")
    phone.sees("Tanda tangani, atau pilih bukti lain.")
    expect(phone.question("proof").locator(":focus")).to_be_attached()
    assert state_of(sutini.stream).documents[Document.KTP_EL].delivered is None
    phone.sign()
    expect(phone.page.get_by_text("Tanda tangani, atau pilih bukti lain.")).to_have_count(0)
    phone.press("Simpan")
    phone.sees(re.compile("^Akhiri pengantaran"))
    phone.sync()
    phone.sees_all_in()
    [told] = [x.body for x in journal.entries(sutini.stream) if isinstance(x.body, e.Delivered)]
    assert told.proof is e.Proof.SIGNATURE and len(told.files or ()) == 1


def test_a_form_whose_visit_ended_elsewhere_begins_another_one_and_can_be_thrown_away(
    handed_out: Phones,  # noqa: F811
) -> None:
    family = papers_to_collect(installed("halo-pamor", BEKASI))
    [promise] = state_of(family.stream).visits.values()
    phone = handed_out(Duty.RW_AGENT, WARD)
    phone.enrol()
    phone.go(f"kasus/{family.stream}")
    phone.press(re.compile("^Datang ke rumah"))
    phone.choose("partners", "Keluarga")
    family.says(
        Duty.RW_AGENT,
        e.VisitStarted(visit=promise.id, purpose=e.VisitPurpose.COLLECT_PAPERS),
        e.VisitEnded(visit=promise.id, outcome=e.VisitOutcome.NOT_HOME),
    )
    other = Thumb(phone.context, phone.root)
    other.open()
    other.sync()
    other.go(f"kasus/{family.stream}")
    expect(other.page.get_by_role("link", name=re.compile("^Selesai Datang ke rumah"))).to_be_visible()
    other.page.close()
    phone.page.wait_for_timeout(1000)  # the case comes anew under the open form
    phone.press("Simpan")
    phone.sees(re.compile("^Tersimpan: Datang ke rumah|Memang demikian"))
    again = phone.page.get_by_role("button", name=re.compile("^Memang demikian"))
    if again.count():
        again.click()
    phone.sees(re.compile("^Tersimpan: Datang ke rumah"))
    phone.sync()
    phone.sees_all_in()
    begun = [x.body for x in journal.entries(family.stream) if isinstance(x.body, e.VisitStarted)]
    assert len({visit.visit for visit in begun}) == 2

    phone.go(f"kasus/{family.stream}/note")
    phone.page.get_by_label("Catatan").fill("Rumah lain")
    phone.page.wait_for_timeout(800)
    phone.page.get_by_text("Mulai dari awal").click()
    phone.press("Buang formulir ini")
    phone.heading("HENDRA")
    phone.go(f"kasus/{family.stream}/note")
    expect(phone.page.get_by_label("Catatan")).to_have_value("")
    phone.go("lapor")
    phone.write("name", "salah orang")
    phone.page.get_by_text("Mulai dari awal").click()
    phone.press("Buang formulir ini")
    phone.heading(re.compile("^Hari ini"))
    phone.press("Laporkan orang yang perlu didatangi")
    expect(phone.question("name").get_by_role("textbox")).to_have_value("")
    assert kinds(family.stream)[-1] == "visit_started"


def test_a_visit_by_keyboard_alone_with_something_against_it(handed_out: Phones) -> None:  # noqa: F811
    joko = at_home(installed("odgj-batam"))
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    phone.enrol()
    phone.page.goto(f"{phone.root}/lapangan/")
    press = phone.page.keyboard.press
    expect(phone.page.get_by_label("PIN")).to_be_focused()
    phone.page.keyboard.type(PIN)
    press("Enter")
    on_heading(phone, re.compile("^Hari ini"))
    tab_to(phone, phone.page.get_by_role("article", name=re.compile("JOKO")).get_by_role("link", name="Buka"))
    press("Enter")
    on_heading(phone, "JOKO PRASETYO")
    tab_to(phone, phone.page.get_by_role("link", name=re.compile("^Datangi lokasi")))
    press("Enter")
    on_heading(phone, re.compile("^Datangi lokasi"))
    partners = phone.question("partners")
    known = partners.get_by_role("checkbox").count()
    tab_to(phone, partners.get_by_role("checkbox", checked=True).first)
    press("Space")
    more = partners.get_by_role("button", name=re.compile("^Tampilkan semua"))
    tab_to(phone, more)
    assert more.evaluate("it => getComputedStyle(it).outlineStyle") == "solid", "where one is can be seen"
    press("Enter")
    expect(partners.get_by_role("checkbox").nth(known)).to_be_focused()
    tab_to(phone, phone.page.get_by_role("button", name="Simpan", exact=True))
    press("Enter")
    against = phone.page.get_by_role("alert").filter(has_text="Menurut programnya")
    expect(against).to_be_focused()
    assert "visit_started" not in kinds(joko.stream)
    press("Tab")
    expect(against.get_by_role("button")).to_be_focused()
    press("Enter")
    on_heading(phone, "JOKO PRASETYO")
    phone.sees("Tersimpan: Datangi lokasi")
    phone.page.get_by_text("Catatan Anda di sini (1)").click()
    phone.page.get_by_role("link", name=re.compile("Koreksi")).click()
    on_heading(phone, re.compile("^Koreksi"))


def on_heading(phone: Thumb, text: str | re.Pattern[str]) -> None:
    """A screen is told to whoever does not see it."""
    phone.heading(text)
    expect(phone.page.get_by_role("heading", level=1)).to_be_focused()


def tab_to(phone: Thumb, wanted: Locator) -> None:
    """By the tab key, forwards."""
    expect(wanted).to_be_visible()
    for _step in range(40):
        phone.page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError("the keyboard does not get there")
