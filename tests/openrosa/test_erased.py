"""Who is erased goes from what Collect sent too, and does not come back with it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from jemput import journal
from jemput.accounts.models import AccessLog
from jemput.core.codes import Duty
from jemput.journal import erase
from jemput.journal.models import EntryRow, Quarantine
from tests.journal.cases import Case
from tests.openrosa.collect import Collect
from tests.openrosa.conftest import FORM, visit
from tests.openrosa.test_photos import jpeg
from tests.people import TRENGGALEK, signed_in, staff

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def erases(case: Case) -> None:
    call_command("erase", ticket=[case.row.ticket], yes=True, stdout=io.StringIO())


def is_told(said: object) -> bool:
    return said.status_code == 202 and "sudah dihapus" in said.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def unfit(collect: Collect, promised: Case) -> bytes:
    """A form that the programme does not allow: nobody approved the exception."""
    wrong = visit(promised, **{"step_record/iris/result": "amputated"})
    return collect.fills(collect.forms()[FORM], wrong)


def test_a_form_that_did_not_fit_goes_with_its_photos_and_is_not_kept_again(
    collect: Collect, promised: Case, unfit: bytes
) -> None:
    assert collect.sends(unfit, jpeg(b"satu")).status_code == 202
    [row] = Quarantine.objects.all()
    desk = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    assert desk.get(f"/devices/aside/{row.pk}/file/?photo=0").status_code == 200
    assert AccessLog.objects.get(what="exported").stream == promised.stream
    erases(promised)
    assert not Quarantine.objects.exists() and files() == []
    for _again in range(2):
        assert is_told(collect.sends(unfit, jpeg(b"satu"), b"no photo"))
    assert not Quarantine.objects.exists() and files() == []


def test_photos_go_of_a_form_of_which_only_a_part_has_come(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    assert collect.sends(form, jpeg(b"satu"), is_last=False).status_code == 201
    assert len(files()) == 1
    erases(promised)
    assert files() == []
    assert is_told(collect.sends(form, jpeg(b"satu"), jpeg(b"dua"))) and files() == []


def test_photos_go_that_a_form_brought_before_it_was_altered(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form, jpeg(b"satu"), is_last=False)
    altered = form.replace(b"Ibu menunggu", b"Bapak menunggu")
    assert collect.sends(altered, jpeg(b"dua")).status_code == 201
    erases(promised)
    assert files() == []


def test_photos_go_that_a_change_of_the_form_brought(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form, jpeg(b"satu"))
    changed = collect.changes(form, "Ibu menunggu", "Bapak menunggu")
    assert collect.sends(changed, jpeg(b"satu"), jpeg(b"dua")).status_code == 201
    assert len(files()) == 2
    erases(promised)
    assert files() == []
    assert is_told(collect.sends(collect.changes(changed, "Bapak", "Bibi"), jpeg(b"tiga"))) and files() == []


def test_a_form_that_came_before_its_case_goes_with_it(collect: Collect, promised: Case) -> None:
    ticket = "TRG-777001"
    form = collect.fills(collect.forms()[FORM], visit(promised) | {"case": ticket})
    assert collect.sends(form, jpeg(b"satu")).status_code == 202
    other = collect.fills(collect.forms()[FORM], visit(promised) | {"case": f"{ticket}1"})
    assert collect.sends(other).status_code == 202
    erases(Case(promised.programme).reported(ticket=ticket))
    assert files() == []
    [left] = Quarantine.objects.all()
    assert f"{ticket}1" in journal.content_of(left.pk)["raw"]


def test_words_that_were_forgotten_do_not_come_back_in_an_altered_form(
    collect: Collect, promised: Case
) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form)
    erase.erase([], [EntryRow.objects.get(kind="visit_ended").id])
    assert is_told(collect.sends(form.replace(b"Ibu menunggu", b"Ibu tetap menunggu")))
    assert not Quarantine.objects.exists()
