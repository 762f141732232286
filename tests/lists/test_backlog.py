"""The backlog: 2,028 to begin with, the least promised, reached, left; and the list behind each number."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import DataCondition, Document, Duty, Group, Sex
from jemput.core.dates import AgeBand
from jemput.core.entries import ListSource
from jemput.core.programme import Programme
from jemput.intake import Author
from jemput.journal import keys
from jemput.measure.counting import Scope, read_ledger
from jemput.measure.monthly import columns, year_table
from jemput.people.backlog import Backlog, backlog, everybody, parts
from jemput.people.link import store
from jemput.people.link.targets import Reached
from jemput.programmes import packaged
from tests.journal.cases import NEIGHBOUR, VILLAGE, Case, new_id
from tests.people import TRENGGALEK, office, signed_in, staff

MARCH = datetime(2026, 3, 2, 3, tzinfo=UTC)
WIB = ZoneInfo("Asia/Jakarta")
AT = "/lists/3/"


@pytest.fixture
def keren(settings, tmp_path: Path, db: None) -> Programme:  # type: ignore[no-untyped-def]
    settings.JEMPUT_KEYS = tmp_path / "keys"
    keys.init_open()
    office(TRENGGALEK)
    return journal.install(packaged()["jempol-keren"])


def known(of: Programme, area: str = VILLAGE, **more: object) -> Case:
    case = Case(of, area=area)
    happens(case, case.report(**{"condition": DataCondition.NO_NIK} | more), Duty.REPORTER)
    return case


def happens(case: Case, body: e.Body, duty: Duty, days: int = 0) -> None:
    at = MARCH + timedelta(days=days)
    [verdict] = journal.append([case.says(body, duty, occurred_at=at, received_at=at)], as_received=True)
    assert verdict.stored, verdict


def issue(case: Case, document: Document = Document.KTP_EL, days: int = 0) -> None:
    happens(case, e.Printed(document=document), Duty.PRINTING, days)


def visit(case: Case, days: int) -> None:
    happens(case, e.VisitStarted(visit=new_id(), purpose=e.VisitPurpose.RECORD), Duty.FIELD_OFFICER, days)


def listed(text: str, source: ListSource = ListSource.VILLAGE) -> None:
    kept, _people = store.take_in(text.encode(), "daftar", TRENGGALEK, 3, source, DataCondition.NOT_RECORDED)
    store.confirm(kept, Author("0190a000-0000-7000-8000-00000000000a", Duty.MAIN_ADMIN))


def stands(of: Programme) -> Backlog:
    return backlog(everybody(TRENGGALEK, of.number), of, MARCH + timedelta(days=70), WIB)


def test_it_begins_with_what_the_source_says(keren: Programme) -> None:
    now = stands(keren)
    assert (now.start, now.reached, now.left, now.unknown) == (2028, 0, 2028, 2028)
    assert now.to_minimum == 1200 and now.points == ()


def test_somebody_is_reached_when_their_first_document_is_issued(keren: Programme) -> None:
    first, second = known(keren), known(keren, NEIGHBOUR, condition=DataCondition.NOT_RECORDED)
    known(keren, NEIGHBOUR)
    issue(first)
    issue(first, Document.FAMILY_CARD, 40)
    issue(second, Document.BIODATA, 40)
    now = stands(keren)
    assert (now.known, now.reached, now.left, now.to_minimum) == (3, 2, 2026, 1198)
    people = everybody(TRENGGALEK, 3)
    assert [(p.key, p.known, p.reached, p.left) for p in parts(people, lambda t: t.area)] == [
        (NEIGHBOUR, 2, 1, 1),
        (VILLAGE, 1, 1, 0),
    ]
    assert [(p.month, p.left) for p in now.points] == [
        ("2026-03", 2027),
        ("2026-04", 2026),
        ("2026-05", 2026),
    ]


def test_somebody_reported_twice_is_one_person(keren: Programme) -> None:
    first, second = known(keren), known(keren)
    assert second.tell(e.Merged(into=first.stream), Duty.MAIN_ADMIN).stored
    assert stands(keren).known == 1


def test_who_is_on_a_list_only_was_never_reached_and_an_ended_case_is_told_apart(keren: Programme) -> None:
    listed("Nama,Desa\nPAIDI KROMO,\n")
    ended = known(keren)
    happens(ended, e.Closed(reason=e.CloseReason.DECEASED_OR_MOVED), Duty.MAIN_ADMIN)
    assert sorted(t.reached for t in everybody(TRENGGALEK, 3)) == [Reached.ENDED, Reached.NOT_REACHED]


def test_a_programme_without_a_number_begins_with_the_people_it_knows(keren: Programme) -> None:
    spot = journal.install(packaged()["on-the-spot"])
    issue(known(spot))
    known(spot)
    now = stands(spot)
    assert (now.target, now.start, now.reached, now.left) == (None, 2, 1, 1)


# ---- the page ---------------------------------------------------------------------------------------


@pytest.fixture
def people(keren: Programme) -> Programme:
    """Five people: two served, one visited, one never, one only on a list."""
    served = known(keren, name="SRI SUDAH", sex=Sex.FEMALE, groups=[Group.MENTAL_DISORDER])
    issue(served, days=5)
    issue(known(keren, NEIGHBOUR, name="JOKO SUDAH", condition=DataCondition.NOT_RECORDED), days=40)
    visit(known(keren, NEIGHBOUR, name="TUTIK PERNAH", age_band=AgeBand.OLDEST), 3)
    known(keren, name="SLAMET BELUM", groups=[Group.FRAIL_ELDERLY])
    listed("Nama,Umur,Desa\nPAIDI KROMO,80,Ngulungkulon\n")
    return keren


def page(client: Client, path: str = "backlog/") -> str:
    answer = client.get(AT + path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_number_opens_a_list_that_is_as_long(people: Programme) -> None:
    admin = signed_in(staff(Duty.MAIN_ADMIN))
    shown = page(admin)
    links = re.findall(r'<a href="(/lists/3/people/[^"]*)">(?:<strong>)?([\d.]+)(?:</strong>)?', shown)
    assert len(links) > 25
    for address, number in links:
        behind = page(admin, html.unescape(address).removeprefix(AT))
        told = int(re.findall(r'role="status">([\d.]+) orang', behind)[0].replace(".", ""))
        nameless = re.findall(r"([\d.]+) orang lagi terhitung", behind)
        told += int(nameless[0].replace(".", "")) if nameless else 0
        assert told == int(number.replace(".", "")), address


def test_the_map_and_its_table_say_the_same(people: Programme) -> None:
    shown = page(signed_in(staff(Duty.HEAD_OF_OFFICE)))
    spots = re.findall(r'village=([\d.]+)&amp;reached=left" aria-label="([^"]*): (\d+) tersisa', shown)
    assert {(area, int(n)) for area, _name, n in spots} >= {(VILLAGE, 1), (NEIGHBOUR, 1)}
    assert "GeoNames (CC BY 4.0)" in shown and "style=" not in shown
    closer = page(signed_in(staff(Duty.HEAD_OF_OFFICE)), f"backlog/?area={VILLAGE[:8]}")
    assert "Hanya" in closer or "hanya" in closer
    for area in (VILLAGE, NEIGHBOUR):
        assert re.search(rf'village={area}&amp;reached=left">1</a>', closer)


def test_who_was_not_visited_for_longest_stands_first(people: Programme) -> None:
    head = signed_in(staff(Duty.HEAD_OF_OFFICE))
    shown = page(head)
    waiting = shown[shown.index('id="long"') :]
    assert waiting.index("SLAMET BELUM") < waiting.index("TUTIK PERNAH"), "reported earlier, never visited"
    assert "SUDAH" not in waiting
    listed = page(head, "people/?reached=left&sort=longest")
    assert listed.index("SLAMET BELUM") < listed.index("TUTIK PERNAH")


def test_an_evaluator_sees_numbers_and_no_names(people: Programme) -> None:
    evaluator = signed_in(staff(Duty.EVALUATOR))
    for path in ("backlog/", "people/", "people/?reached=left"):
        shown = page(evaluator, path)
        assert "SLAMET" not in shown and "PAIDI" not in shown


def test_who_may_not_see_health_gets_no_list_by_disability(people: Programme) -> None:
    head, admin = signed_in(staff(Duty.HEAD_OF_OFFICE)), signed_in(staff(Duty.MAIN_ADMIN))
    assert "disability=" not in page(head) and "disability=yes" in page(admin)
    one_village = f"backlog/?area={VILLAGE}"
    assert "Menurut disabilitas" in page(head) and "Menurut disabilitas" not in page(head, one_village)
    assert head.get(f"{AT}people/?disability=yes").status_code == 403
    assert "sakit, disabilitas" not in page(head, "people/")


def test_a_part_of_the_office_counts_its_own_people(people: Programme) -> None:
    part = signed_in(staff(Duty.EVALUATOR, "35.03.02"))
    shown = page(part)
    assert "2.028" not in shown and VILLAGE not in shown
    assert "1 orang" in page(part, "people/")
    assert VILLAGE not in page(part, f"backlog/?area={VILLAGE[:8]}"), "no way round by the address"


def test_a_locked_key_is_told_in_words(people: Programme, settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    admin = signed_in(staff(Duty.MAIN_ADMIN))
    settings.JEMPUT_KEYS = tmp_path / "none"
    answer = admin.get(f"{AT}backlog/")
    assert answer.status_code == 503 and "terkunci" in answer.content.decode()


def test_the_old_address_leads_here(people: Programme) -> None:
    head = signed_in(staff(Duty.HEAD_OF_OFFICE))
    assert head.get("/figures/3/backlog/")["Location"] == f"{AT}backlog/"


# ---- figures that are only quoted -------------------------------------------------------------------

DOUBTFUL = {"H45", "H46", "H62", "T91"}


@pytest.mark.parametrize("name", ["halo-pamor", "jempol-keren"])
def test_figures_that_the_source_contradicts_are_quoted_and_never_computed_on(
    name: str, keren: Programme
) -> None:
    """Whatever a doubtful fact says, no figure of ours moves; and no target rests on one."""
    as_it_is = packaged()[name].decode()
    quoted = {f.source[0]: f for f in journal.install(packaged()[name]).facts if f.doubtful}
    assert DOUBTFUL & quoted.keys(), "the doubtful figures are quoted"
    changed = "\n".join(
        re.sub(r'quote = "[^"]*"', 'quote = "999.999"', line) if "doubtful" in line else line
        for line in as_it_is.splitlines()
    )
    assert changed != as_it_is
    figures = []
    for text in (as_it_is, changed):
        programme = journal.install(text.encode())
        where = Scope(programme.number, programme.office, WIB)
        table = year_table(read_ledger(where), columns(programme), 2026, MARCH)
        now = backlog(everybody(programme.office, programme.number), programme, MARCH, WIB)
        figures.append((now, table.lines, table.total))
        assert not DOUBTFUL & {source for target in programme.targets for source in target.source}
    assert figures[0] == figures[1]
