"""A phone with the field app in Chromium, and the office that it speaks to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from jemput.journal.models import EntryRow
from jemput.sync.enrol import make_code
from jemput.sync.models import Device
from tests.journal.cases import Case
from tests.people import VILLAGE, staff

PIN = "271828"
ALL_IN = "Semua sudah masuk."
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTH = 360


_LOOK_INTO = """async () => {
  const open = indexedDB.open("jemput");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result) });
  const get = (name) => new Promise((done) => {
    const all = db.transaction(name).objectStore(name).getAll();
    all.onsuccess = () => done(all.result);
  });
  try { return SCRIPT } finally { db.close() }
}"""


@dataclass
class Handset:
    """One phone: a browser of its own, with what lies in it."""

    context: BrowserContext
    root: str
    duty: Duty = Duty.FIELD_OFFICER
    area: str = VILLAGE[:8]
    wrong: list[str] = field(default_factory=list)
    """What the browser complained of."""

    def __post_init__(self) -> None:
        self.page = self.tab()

    def tab(self) -> Page:
        """Another tab of the same phone."""
        page = self.context.new_page()
        page.set_default_timeout(90_000)  # small machines: a phone is simulated beside its office
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._listen)
        return page

    def _listen(self, message: Any) -> None:
        text = message.text
        offline = "ERR_INTERNET_DISCONNECTED" in text or "Failed to load resource" in text
        if message.type == "error" and not offline:
            self.wrong.append(text)

    def enrol(self) -> Device:
        """Scan the office's square with the camera, choose a PIN, fetch the cases."""
        account = staff(self.duty, self.area)
        assignment = Assignment.objects.select_related("office", "account").get(account=account)
        code = make_code(assignment, account)
        before = set(Device.objects.values_list("id", flat=True))
        self.begin(code)
        self.sees_all_in()
        return Device.objects.exclude(id__in=before).get()

    def begin(self, code: str) -> None:
        """Become known with this code of some office, and choose a PIN."""
        self.page.goto(f"{self.root}/lapangan/#{code}")
        self.page.get_by_role("button", name="Daftarkan").click()
        self.choose_pin()

    def choose_pin(self) -> None:
        """The first PIN of this phone."""
        self.page.get_by_label("PIN baru").fill(PIN)
        self.page.get_by_label("Sekali lagi").fill(PIN)
        self.page.get_by_role("button", name="Simpan PIN ini").click()

    def sees_all_in(self) -> None:
        """The sync page says that everything is in."""
        self.go("sinkron")
        expect(self.page.get_by_text(ALL_IN)).to_be_visible(timeout=30_000)

    def go(self, path: str) -> None:
        """To a screen of the app."""
        self.page.evaluate("path => { location.hash = `#/${path}` }", path)

    def open(self, pin: str = PIN) -> None:
        """Start the app anew and give the PIN."""
        self.page.goto(f"{self.root}/lapangan/")
        self.unlock(pin)

    def unlock(self, pin: str = PIN) -> None:
        """Give the PIN."""
        self.page.get_by_label("PIN").fill(pin)
        self.page.get_by_role("button", name="Buka", exact=True).click()

    def sync(self) -> None:
        """Press the button of the sync page."""
        self.go("sinkron")
        self.page.get_by_role("button", name="Kirim dan ambil sekarang").click()

    def offline(self, off: bool = True) -> None:
        """Into the hills, and back."""
        self.context.set_offline(off)

    def types_a_note(self, case: Case, text: str) -> None:
        """Open the note of a case and write, without saving it."""
        self.go(f"kasus/{case.stream}/note")
        self.page.get_by_label("Catatan").fill(text)

    def notes(self, case: Case, text: str) -> None:
        """Write a note and save it."""
        self.types_a_note(case, text)
        self.page.get_by_role("button", name="Simpan").click()
        expect(self.page.get_by_role("heading", name="SITI AMINAH")).to_be_visible()

    def check(self, where: str) -> None:
        """What axe says of this screen, and whether it runs over the edge."""
        found = Axe().run(self.page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        for violation in found.response["violations"]:
            places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            self.wrong.append(f"{where}: {violation['id']}: {violation['help']} ({places})")
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        if wide > WIDTH:
            self.wrong.append(f"{where}: {wide} px wide")

    def worker(self) -> None:
        """Wait until the service worker has put the app aside."""
        self.page.evaluate("navigator.serviceWorker.ready")

    def store(self, script: str) -> Any:
        """Look into the phone's store; ``get(name)`` gives all rows of one."""
        return self.page.evaluate(_LOOK_INTO.replace("SCRIPT", script))

    def waiting(self) -> int:
        """Entries that the office has not confirmed."""
        states = self.store("(await get('outbox')).map((row) => row.state)")
        return sum(state != "settled" for state in states)


Phone = Callable[..., Handset]


def notes(case: Case) -> int:
    """How many notes the office has of the case."""
    return EntryRow.objects.filter(stream=case.stream, kind="note").count()
