"""axe on every screen of the field app at 360 px: each programme's forms, every door, both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django.live_server_helper import LiveServer

from jemput.accounts.models import Assignment
from jemput.core.codes import Document, Duty, PlaceKind
from jemput.journal.held import quarantined
from jemput.programmes import packaged
from jemput.sync import app, enrol
from jemput.sync.models import Device
from tests.browser.field_app import PIN, WIDTH
from tests.browser.field_phone import (
    ACCEPTED,
    HERE,
    ISLANDS,
    SIZE,
    Given,
    Thumb,
    at_home,
    finished,
    in_a_home,
    installed,
)
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NAMES = {"id": "Bahasa Indonesia", "en": "English"}
CRISIS = {"id": "Sedang krisis", "en": "Person in crisis"}


class Looked(Thumb):
    """A phone whose every screen is looked at."""

    def look(self, where: str) -> None:
        """axe, and the edge, with nothing under the bars."""
        expect(self.page.locator("h1")).to_be_visible()
        expect(self.page.locator(".busy")).to_have_count(0)
        tall = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": WIDTH, "height": max(tall, SIZE["height"])})
        self.check(where)
        self.page.set_viewport_size(SIZE)

    def opens(self, path: str) -> None:
        """A screen, however often it was open before; it has been read when this returns."""
        self.go("pengaturan")
        expect(self.language("en")).to_be_attached()
        self.go(path)
        expect(self.language("en")).to_have_count(0)
        expect(self.page.locator("h1")).to_be_visible()
        expect(self.page.locator(".busy")).to_have_count(0)

    def language(self, language: str) -> Locator:
        """Its choice on the page of settings."""
        return self.page.locator("fieldset label", has_text=NAMES[language])

    def speaks(self, language: str) -> None:
        """The words of all screens."""
        self.go("pengaturan")
        self.language(language).click()
        expect(self.page.locator(f"html[lang={language}]")).to_be_attached()

    def starts_in(self, language: str) -> None:
        """The app is opened anew, before its door, in this language."""
        self.store(
            "await new Promise((done) => { db.transaction('about', 'readwrite').objectStore('about')"
            f".put('{language}', 'language').onsuccess = done }}).then(() => 1)"
        )
        self.page.goto(f"{self.root}/lapangan/")
        expect(self.page.locator(f"html[lang={language}]")).to_be_attached()

    def gives(self, pin: str) -> None:
        """A PIN, in any language."""
        self.page.locator("input[type=password]").fill(pin)
        self.page.locator("button[type=submit]").click()
        expect(self.page.locator("button[type=submit][aria-disabled=true]")).to_have_count(0)


@pytest.fixture
def handed_out(
    live_server: LiveServer,
    browser: Browser,
    office_key: None,  # noqa: F811
) -> Iterator[Callable[..., Looked]]:
    """Phones of 360 px; afterwards none has complained, axe neither."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    made: list[Looked] = []

    def give(duty: Duty = Duty.FIELD_OFFICER) -> Looked:
        context = browser.new_context(**HERE)
        made.append(Looked(context, live_server.url, duty=duty, area=ISLANDS))
        return made[-1]

    yield give
    for phone in made:
        phone.context.close()
    assert [phone.wrong for phone in made] == [[] for _phone in made]


def test_every_form_of_every_programme_can_be_read(handed_out: Callable[..., Looked]) -> None:
    given = {code: promised(code) for code in sorted(packaged())}
    seen: dict[Duty, set[str]] = {}
    for duty in (Duty.FIELD_OFFICER, Duty.RW_AGENT, Duty.VILLAGE_REGISTRAR):
        phone = handed_out(duty)
        phone.enrol()
        for code, one in given.items():
            for path in forms(phone, one, beside=not seen.get(duty)):
                key = path.rpartition("/")[2]
                if any(f"{code} {key}" in some for some in seen.values()):
                    continue  # the same form in another hand
                seen.setdefault(duty, set()).add(f"{code} {key}")
                phone.opens(path)
                phone.look(f"{duty}: {code} {key}")
        phone.context.close()
    forms_seen = set().union(*seen.values())
    assert {name.split()[0] for name in forms_seen} == set(packaged())
    assert len(forms_seen) > 40, forms_seen


def promised(code: str) -> Given:
    """Somebody of this programme who is visited today."""
    one = Given(
        installed(code),
        name="JOKO PRASETYO",
        address="Rumah panggung dekat dermaga",
        place_kind=PlaceKind.HOME,
        documents=[Document.KTP_EL],
    )
    return one.says(Duty.MAIN_ADMIN, ACCEPTED).promised()


def forms(phone: Looked, given: Given, *, beside: bool) -> list[str]:
    """The addresses of all forms that this duty has in the case."""
    phone.opens(f"kasus/{given.stream}")
    phone.look("case")
    for summary in phone.page.locator("main details summary").all():
        summary.click()
    if beside:
        phone.look("case, opened")
    links = phone.page.locator(f"main a[href^='#/kasus/{given.stream}/']")
    found = [str(link.get_attribute("href")).removeprefix("#/") for link in links.all()]
    apart = phone.page.locator("main details:last-of-type .list a[href^='#/kasus/']")
    common = {str(link.get_attribute("href")).removeprefix("#/") for link in apart.all()}
    return [path for path in dict.fromkeys(found) if beside or path not in common]


def test_every_screen_can_be_read_in_both_languages(handed_out: Callable[..., Looked]) -> None:
    disorder, on_the_spot = installed("odgj-batam"), installed("on-the-spot")
    joko, sutini = at_home(disorder), finished(disorder)
    home = in_a_home(on_the_spot, "ADIL", "BUDIMAN", "CITRA", "DARMI")
    phone = handed_out()
    phone.page.goto(f"{phone.root}/lapangan/")
    phone.look("signing in")
    phone.page.get_by_role("button", name="English").click()
    phone.look("signing in, English")
    phone.page.get_by_role("button", name="Bahasa Indonesia").click()
    device = phone.enrol()

    paths = ["hari-ini", "kasus", f"kasus/{joko.stream}", "kasus/nobody", "lapor", "sinkron"]
    for language in NAMES:
        phone.speaks(language)
        for summary in phone.page.locator("main details summary").all():
            summary.click()
        phone.look(f"settings, {language}")
        for path in paths:
            phone.opens(path)
            phone.look(f"{path.rpartition('/')[0] or path}, {language}")
        phone.opens(f"tempat/{home[0].stream}")
        for summary in phone.page.locator(".stop details summary").all():
            summary.click()
        phone.look(f"roster, {language}")
        phone.opens(f"kasus/{joko.stream}/end_visit")
        phone.choose("outcome", CRISIS[language])
        expect(phone.question("next_step")).to_be_visible()
        phone.look(f"crisis, {language}")
        phone.opens(f"kasus/{sutini.stream}/deliver")
        expect(phone.page.locator("canvas.pad")).to_be_visible()
        phone.look(f"hand-over, {language}")
        phone.opens("lapor")
        phone.page.locator("form button[type=submit]").click()  # nothing is filled in
        expect(phone.page.locator(".fault").first).to_be_visible()
        phone.look(f"a report that lacks something, {language}")

    # What the office refused.
    phone.offline()
    phone.opens(f"kasus/{joko.stream}/note")
    phone.page.locator("textarea").fill("Sudah bukan wilayah saya")
    phone.page.locator("form button[type=submit]").click()
    expect(phone.page.locator("h1")).to_have_text("JOKO PRASETYO")
    Assignment.objects.filter(pk=device.assignment_id).update(area="21.71.02")
    phone.offline(False)
    phone.go("sinkron")
    phone.page.locator(".page > button.main").click()
    expect(phone.page.locator("section .list li")).to_have_count(1)
    assert [kept.verdict for kept in quarantined()] == ["rejected"]
    for language in reversed(NAMES):
        phone.speaks(language)
        phone.opens("sinkron")
        expect(phone.page.locator("section .list li")).to_have_count(1)
        phone.look(f"something was refused, {language}")

    # Behind its door, and after ten wrong PINs with something that waits.
    for language in NAMES:
        phone.starts_in(language)
        phone.look(f"the lock, {language}")
    phone.gives("000001")
    expect(phone.page.locator(".fault")).to_be_visible()
    phone.look("a wrong PIN")
    for _more in range(9):
        phone.gives("000001")
    expect(phone.page.locator("input[type=password]")).to_have_count(0)
    for language in NAMES:
        phone.starts_in(language)
        phone.look(f"lost, {language}")


def test_a_phone_that_begins_or_was_withdrawn_can_be_read(handed_out: Callable[..., Looked]) -> None:
    at_home(installed("odgj-batam"))
    for language in NAMES:
        phone = handed_out()
        phone.page.goto(f"{phone.root}/lapangan/")
        expect(phone.page.locator("h1")).to_be_visible()
        phone.starts_in(language)
        phone.page.locator("form input").fill(code_of(phone))
        phone.page.locator("button[type=submit]").click()
        pins = phone.page.locator("input[type=password]")
        expect(pins).to_have_count(2)
        phone.look(f"the first PIN, {language}")
        for n in range(2):
            pins.nth(n).fill(PIN)
        phone.page.locator("button[type=submit]").click()
        expect(phone.page.locator("nav.bar")).to_be_visible()
        phone.go("sinkron")
        expect(phone.page.locator(".notice.good")).to_be_visible()
        enrol.revoke(Device.objects.latest("enrolled_at"))
        phone.page.locator(".page > button.main").click()
        expect(phone.page.locator("nav.bar")).to_have_count(0)
        expect(phone.page.locator(".notice")).to_have_count(1)
        phone.look(f"withdrawn, {language}")


def code_of(phone: Looked) -> str:
    """A code of the office for this phone's duty."""
    officer = staff(phone.duty, phone.area)
    return enrol.make_code(Assignment.objects.get(account=officer), officer)


def test_a_store_that_cannot_be_opened_is_said(handed_out: Callable[..., Looked]) -> None:
    phone = handed_out()
    phone.page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('no') }")
    phone.page.goto(f"{phone.root}/lapangan/")
    phone.sees("Tidak ada yang dihapus")
    phone.look("a store that cannot be opened")
