"""A report becomes a case."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from jemput import journal
from jemput.core.codes import Channel, Document, Duty, Group, Service
from jemput.core.dates import AgeBand
from jemput.core.entries import GuardianNamed, ReporterNamed
from jemput.core.text import BadInput
from jemput.intake import Author, beside, is_entry_id, made_at, new_id, open_case, similar
from jemput.intake.cases import band
from jemput.intake.tickets import ticket_of
from jemput.journal.models import CaseRow, Quarantine
from jemput.programmes import packaged
from tests.journal.cases import NIK

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ADMIN = Author("11111111-1111-4111-8111-111111111111", Duty.MAIN_ADMIN)
VILLAGE, NEIGHBOUR = "35.10.01.2001", "35.10.01.2002"


def tell(**facts: Any) -> CaseRow:
    """Report somebody to GODOC; the case."""
    programme = journal.install(packaged()["godoc"])
    more = {k: facts.pop(k) for k in ("reporter", "guardian", "entry", "author") if k in facts}
    said = {"area": VILLAGE, "channel": Channel.VILLAGE, "documents": [Document.KTP_EL]} | facts
    opened = open_case(programme, said, **{"author": ADMIN, "now": NOW, "today": TODAY} | more)
    return CaseRow.objects.get(pk=opened.stream)


def test_the_report_pins_its_programme_and_says_what_follows() -> None:
    case = tell(birth_about="umur 70-an", blocked_services=[Service.HEALTH_CARE], groups=[Group.GRAVELY_ILL])
    assert case.programme_hash == journal.newest(1).hash
    assert (case.age_band, case.urgency, case.status) == ("70_up", "emergency", "reported")
    assert "unidentified" in case.flags
    assert case.ticket.startswith("BYW-")


def test_reporter_and_guardian_are_entries_of_their_own() -> None:
    case = tell(
        name="SITI",
        reporter=ReporterNamed(name="HASNAH", phone="+6281200000001"),
        guardian=GuardianNamed(name="HASNAH"),
    )
    kinds = [entry.kind for entry in journal.entries(case.pk)]
    assert kinds == ["reported", "reporter_named", "guardian_named"]


def test_the_same_form_sent_twice_opens_one_case() -> None:
    entry = new_id()
    assert tell(entry=entry).pk == tell(entry=entry).pk
    assert CaseRow.objects.count() == 1


def test_the_same_form_sent_twice_at_once_opens_one_case_too(monkeypatch: pytest.MonkeyPatch) -> None:
    entry, usual = new_id(), ticket_of

    def the_other_is_quicker(*given: Any) -> str:
        monkeypatch.setattr("jemput.intake.cases.ticket_of", usual)
        tell(entry=entry)
        return usual(*given)

    monkeypatch.setattr("jemput.intake.cases.ticket_of", the_other_is_quicker)
    tell(entry=entry)
    assert (CaseRow.objects.count(), Quarantine.objects.count()) == (1, 0)


def test_nobody_takes_over_anothers_form() -> None:
    entry = new_id()
    tell(entry=entry)
    with pytest.raises(BadInput):
        tell(entry=entry, author=Author("somebody-else", Duty.MAIN_ADMIN))


def test_a_taken_ticket_is_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = tell()
    monkeypatch.setattr("jemput.intake.cases.ticket_of", lambda *_a: first.ticket)
    assert tell().ticket != first.ticket


@pytest.mark.parametrize(
    "facts, expected",
    [
        ({"birth_date": date(2023, 1, 1)}, AgeBand.UNDER_5),
        ({"birth_about": "umur 70-an"}, AgeBand.OLDEST),
        ({"nik": NIK}, AgeBand.OLDEST),
        ({"birth_about": "entah"}, AgeBand.UNKNOWN),
        ({}, AgeBand.UNKNOWN),
    ],
)
def test_the_age_band_comes_from_what_is_known(facts: dict[str, Any], expected: AgeBand) -> None:
    assert band(facts, TODAY) is expected


def test_ids_beside_an_id_keep_its_moment() -> None:
    id = new_id()
    other = beside(id, "reporter")
    assert is_entry_id(other)
    assert other != id
    assert other.int >> 80 == id.int >> 80
    assert beside(id, "reporter") == other


def test_a_moment_is_never_in_the_future_nor_long_ago() -> None:
    now = datetime.now(UTC)
    id = new_id()
    assert abs(made_at(id, now) - now) < timedelta(seconds=5)
    assert abs(made_at(id, now - timedelta(hours=1)) - (now - timedelta(hours=1))) < timedelta(seconds=1)
    assert made_at(id, now + timedelta(days=3)) == now + timedelta(days=3)


# ---- duplicates -------------------------------------------------------------------------------------


def why(**facts: Any) -> list[str]:
    """The strongest reason of each hit."""
    return [str(hit.why[0]) for hit in similar(facts, CaseRow.objects.all())]


def test_each_hit_says_why() -> None:
    tell(name="MUHAMMAD SUCIPTO", nik=NIK, phone="+6281200000001", family_number="9901010101010001")
    assert why(nik=NIK) == ["Same NIK"]
    assert why(phone="0812 0000 0001") == ["Same phone"]
    assert why(family_number="9901010101010001") == ["Same family card number"]
    assert why(name="H. Moch. Soetjipto", area=VILLAGE) == ["Same name in the same village"]
    assert why(name="Sucipto Wibowo", area=VILLAGE) == ["Similar name in the same village"]
    assert why(name="Moch Sucipto", area=NEIGHBOUR) == ["Same name"]
    assert why(name="Sucipto Wibowo", area=NEIGHBOUR) == []


def test_the_strongest_comes_first() -> None:
    tell(name="SITI AMINAH")
    best = tell(name="AMINAH", nik=NIK)
    hits = similar({"name": "Siti Aminah", "area": VILLAGE, "nik": NIK}, CaseRow.objects.all())
    assert len(hits) == 2
    assert hits[0].case.pk == best.pk


def test_a_hit_outside_ones_sight_says_nothing() -> None:
    tell(nik=NIK)
    assert similar({"nik": NIK}, CaseRow.objects.filter(area=NEIGHBOUR)) == []


def test_the_case_itself_is_no_duplicate() -> None:
    case = tell(nik=NIK)
    assert similar({"nik": NIK}, CaseRow.objects.all(), but=case.pk) == []


def test_a_letter_or_two_is_no_name_to_look_for() -> None:
    tell(name="AL")
    assert why(name="Al", area=VILLAGE) == []


def test_namesakes_elsewhere_do_not_hide_ones_own_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jemput.journal.search.MOST", 2)
    for _n in range(4):
        tell(name="SITI AMINAH")
    own = tell(name="SITI AMINAH", area=NEIGHBOUR)
    hits = similar({"name": "Siti Aminah"}, CaseRow.objects.filter(area=NEIGHBOUR))
    assert [hit.case.pk for hit in hits] == [own.pk]
