"""The pages of the papers in Chromium: the head of section signs a letter and checks its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from jemput import journal
from jemput.core.codes import Duty
from jemput.planning.papers.models import AssignmentLetter
from jemput.programmes import packaged
from tests.browser.test_accessibility import Looker, looker  # noqa: F401  (a fixture)
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.planning_office.cases import MONDAY
from tests.planning_office.keeping import Keeper
from tests.planning_office.papers import Office

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("looker", [("light", 1280), ("dark", 360)], indirect=True)
def test_the_head_signs_and_checks_a_letter(
    looker: Looker,  # noqa: F811
    transactional_db: None,
    office_key: None,  # noqa: F811
    tmp_path: Path,
) -> None:
    office = Office(Keeper(), journal.install(packaged()["jempol-keren"]))
    office.reported()
    office.reported(name="RADEN AJENG SITI NURHALIZAH KUSUMANINGRUM", area="35.03.04.2003")
    office.planned()
    looker.sign_in(office.at(Duty.HEAD_OF_SECTION))
    page = looker.page
    looker.open(reverse("planning:papers_weeks"))
    papers = reverse("planning:papers", args=[MONDAY.isoformat()])
    looker.open(papers)
    with page.expect_navigation():
        page.locator("main a.primary").first.click()
    looker.look("the page to sign")
    with page.expect_navigation():
        page.get_by_role("button", name="Tandatangani").click()
    looker.look("unsigned, for want of all")
    page.get_by_label("Nomor surat tugas").fill("800/7/ST/2026")
    page.get_by_label("Saya sudah membaca").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Tandatangani").click()
    looker.look("signed")
    assert page.url.endswith(papers)
    letter = AssignmentLetter.objects.get()
    file = tmp_path / "surat.pdf"
    file.write_bytes(bytes(letter.pdf))
    looker.open(reverse("planning:check_letter"))
    page.locator("input[type=file]").set_input_files(file)
    with page.expect_navigation():
        page.get_by_role("button", name="Periksa berkas").click()
    looker.look("checked")
    assert "800/7/ST/2026" in page.get_by_role("status").inner_text()
    assert not looker.wrong, "\n".join(looker.wrong)
