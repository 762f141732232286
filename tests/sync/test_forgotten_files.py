"""Photos of who is erased go with them, also those that nothing but quarantine leads to."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.journal import erase, ledger
from jemput.journal.backup import backup, restore
from jemput.journal.models import EntryRow, Quarantine
from jemput.sync.enrol import revoke
from jemput.sync.models import Blob, Device
from tests.journal.cases import NIK, Case
from tests.sync.conftest import Enrolled
from tests.sync.phone import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PHOTOS = [b"\xff\xd8\xff KTP %d \xff\xd9" % number for number in range(3)]
NAMES = [sha256(photo).hexdigest() for photo in PHOTOS]


def here(home: Path) -> set[bytes]:
    return {path.read_bytes() for path in (home / "files").rglob("*") if path.is_file()}


def offers(phone: Phone, case: Case, *photos: int, text: str = "KTP") -> None:
    phone.captures(case.stream, e.Note(text=text, files=[NAMES[n] for n in photos]))
    assert phone.push().status_code == 200


def erases(case: Case) -> None:
    found = erase.find([case.stream])
    erase.erase([case.stream], (), found.kept)


@pytest.fixture
def withdrawn(enrolled: Enrolled) -> Phone:
    phone = enrolled()
    revoke(Device.objects.get(pk=phone.id))
    return phone


def test_a_photo_that_only_quarantine_leads_to_goes_with_its_person(
    withdrawn: Phone, case: Case, home: Path
) -> None:
    offers(withdrawn, case, 0, 1)
    withdrawn.sends_file(PHOTOS[0])
    withdrawn.sends_file(PHOTOS[2])  # of somebody else
    assert Quarantine.objects.get().code == "revoked" and here(home) == {PHOTOS[0], PHOTOS[2]}
    erases(case)
    assert here(home) == {PHOTOS[2]} and not Quarantine.objects.exists()
    assert withdrawn.sends_file(PHOTOS[1])["gone"] and here(home) == {PHOTOS[2]}, "it came late"


def test_so_does_one_whose_row_somebody_had_seen_to(withdrawn: Phone, case: Case, home: Path) -> None:
    offers(withdrawn, case, 0)
    withdrawn.sends_file(PHOTOS[0])
    journal.held.mark(Quarantine.objects.get(), "ani", "mistaken")
    erases(case)
    assert here(home) == set()


def test_so_does_one_that_what_cannot_be_read_names(withdrawn: Phone, case: Case, home: Path) -> None:
    withdrawn.seals = False
    withdrawn.offer([{"id": "x", "note": f"NIK {NIK}", "files": [NAMES[0]]}])
    withdrawn.sends_file(PHOTOS[0])
    assert Quarantine.objects.get().verdict == "unreadable"
    erases(case)
    assert here(home) == set()


def test_so_does_one_that_a_correction_brought(enrolled: Enrolled, case: Case, home: Path) -> None:
    phone = enrolled()
    note = phone.captures(case.stream, e.Note(text="KTP", files=[NAMES[0]]))
    phone.captures(case.stream, e.Corrected(entry=note, clear_values={"files": [NAMES[1]]}, reason="buram"))
    phone.push()
    assert EntryRow.objects.filter(kind="corrected").exists()
    phone.sends_file(PHOTOS[1])
    erases(case)
    assert here(home) == set()


def test_a_photo_stays_that_an_entry_of_another_case_names(
    enrolled: Enrolled, case: Case, home: Path
) -> None:
    phone = enrolled()
    other = Case(case.programme).reported(name="SUKARNI", nik="9901010101600002", phone="081200000009")
    offers(phone, other, 0)
    phone.sends_file(PHOTOS[0])
    [entry] = phone.sent
    phone.offer([entry | {"sealed": {"text": f"tertukar dengan {NIK}"}}])  # the same number, other words
    assert Quarantine.objects.get().code == "same_id"
    erases(case)
    assert here(home) == {PHOTOS[0]} and not Quarantine.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_restore_brings_no_photo_back_that_only_quarantine_led_to(
    withdrawn: Phone, case: Case, home: Path, tmp_path: Path
) -> None:
    offers(withdrawn, case, 0)
    withdrawn.sends_file(PHOTOS[0])
    backup(tmp_path / "b.tar")
    erases(case)
    assert ledger.read()
    restore(tmp_path / "b.tar", replace=True)
    assert here(home) == set() and Blob.objects.get().gone_at
