"""Who looked at what: read by those who answer for the work, without a citizen's name; and read by nobody
unseen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from jemput.accounts.models import AccessLog, Account
from jemput.core.codes import Duty
from jemput.journal.models import CaseRow
from jemput.office import access_log
from jemput.people.person import Person
from jemput.people.seen import write_down
from tests.office.front import NIK, WARD, Office, problems
from tests.people import BATAM, PAREPARE, signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(parepare: Office) -> CaseRow:
    case = parepare.report(nik=NIK)
    parepare.page(case, Duty.SCHEDULER)
    revealed = parepare.as_(Duty.HEAD_OF_OFFICE).post(
        reverse("office:reveal", args=[case.pk]), {"reason": "complaint"}
    )
    assert revealed.status_code == 200
    parepare.as_(Duty.SCHEDULER).post(reverse("office:search"), {"q": "Siti Aminah"})
    return case


def read(office: Office, duty: Duty = Duty.HEAD_OF_SECTION, **said: Any) -> Any:
    page = office.as_(duty).get(reverse("office:access_log") + "?" + urlencode(said))
    assert page.status_code == 200, problems(page)
    return page


def told(page: Any) -> list[tuple[str, str]]:
    """(what, duty) of each line."""
    return [(row["log"].what, row["log"].duty) for row in page.context["rows"]]


def account_of(duty: Duty) -> Account:
    return Account.objects.get(assignments__duty=duty)


def test_the_latest_comes_first_and_a_reveal_shows_its_reason(parepare: Office, case: CaseRow) -> None:
    page = read(parepare)
    assert told(page)[:3] == [
        ("searched", "scheduler"),
        ("revealed", "head_of_office"),
        ("opened", "scheduler"),
    ]
    html = page.content.decode()
    assert "Untuk menjawab pengaduan" in html
    assert "NIK dan nomor KK" in html and "Kesehatan dan kebutuhan" in html
    assert f'href="{reverse("office:case", args=[case.pk])}">{case.ticket}' in html


def test_it_names_staff_and_tickets_and_no_citizen(parepare: Office, case: CaseRow) -> None:
    html = read(parepare).content.decode()
    assert case.ticket in html and account_of(Duty.SCHEDULER).name in html
    for secret in ("SITI", "AMINAH", "HASNAH", NIK, "8120000", "frail", "groups"):
        assert secret not in html


def test_reading_it_is_written_down_with_what_it_was_narrowed_to(parepare: Office, case: CaseRow) -> None:
    read(parepare, ticket=case.ticket, kind="opened")
    assert told(read(parepare, Duty.HEAD_OF_OFFICE))[0] == ("supervised", "head_of_section")
    row = AccessLog.objects.get(what="supervised", duty="head_of_section")
    assert (row.stream, row.fields) == (case.pk, ["kind", "ticket"])


def test_it_is_narrowed_by_account_kind_case_and_day(parepare: Office, case: CaseRow) -> None:
    other = parepare.report(name="Wagimin", nik="")
    parepare.page(other, Duty.SCHEDULER)
    scheduler = account_of(Duty.SCHEDULER).pk
    assert {duty for _what, duty in told(read(parepare, account=scheduler))} == {"scheduler"}
    assert {what for what, _duty in told(read(parepare, kind="revealed"))} == {"revealed"}
    of_case = read(parepare, ticket=case.ticket.lower().replace("-", " "))
    assert {row["ticket"] for row in of_case.context["rows"]} == {case.ticket}
    day = timezone.localdate(timezone=account_of(Duty.SCHEDULER).assignments.get().office.zone)
    assert told(read(parepare, day=day, kind="searched"))
    assert told(read(parepare, day=day - timedelta(days=1))) == []
    both = read(parepare, account=scheduler, ticket=other.ticket, kind="opened")
    assert told(both) == [("opened", "scheduler")]


@pytest.mark.parametrize(
    "said",
    [{"ticket": "TRG-0000-00"}, {"day": "besok"}, {"kind": "x"}, {"account": "x"}, {"before": "x' --"}],
)
def test_what_cannot_be_understood_is_told_and_kept(
    parepare: Office, case: CaseRow, said: dict[str, str]
) -> None:
    page = read(parepare, **said)
    assert told(page)  # not filtered by it
    assert page.context["filters"].errors or "before" in said
    if {"ticket", "day"} & said.keys():
        assert f'value="{next(iter(said.values()))}"' in page.content.decode()


def test_it_comes_in_pages_that_lose_nothing(
    parepare: Office, case: CaseRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "PAGE", 2)
    for _n in range(3):
        parepare.page(case, Duty.SCHEDULER)
    seen, query = [], {"account": str(account_of(Duty.SCHEDULER).pk)}
    for _page in range(9):
        page = read(parepare, **query)
        seen += told(page)
        following = re.search(r'rel="next" href="[^"]*before=(\d+)', page.content.decode())
        if not following:
            break
        query["before"] = following[1]
    assert seen == [("opened", "scheduler")] * 3 + [("searched", "scheduler"), ("opened", "scheduler")]


def test_people_of_the_register_are_counted_by_day_and_asker(parepare: Office, case: CaseRow) -> None:
    asker = account_of(Duty.SCHEDULER).assignments.get()
    people = [Person(nik=f"990101470851000{n}", name=f"ORANG {n}") for n in range(3)]
    write_down(asker, people)
    write_down(asker, people[:1])
    page = read(parepare, kind="people")
    [row] = page.context["rows"]
    assert (row["people"], row["looks"], row["account_id"]) == (3, 4, asker.account_id)
    assert "ORANG" not in page.content.decode()
    assert read(parepare, kind="people", day="2020-01-01").context["rows"] == []


def test_another_office_and_other_duties_read_nothing_of_it(parepare: Office, case: CaseRow) -> None:
    address = reverse("office:access_log")
    elsewhere = signed_in(staff(Duty.HEAD_OF_OFFICE, BATAM))
    assert told(elsewhere.get(address)) == []
    assert told(elsewhere.get(address + f"?ticket={case.ticket}")) == []
    for duty in (Duty.FIELD_OFFICER, Duty.EVALUATOR, Duty.REPORTER):
        assert signed_in(staff(duty, PAREPARE)).get(address).status_code == 403


def test_who_supervises_a_part_of_the_office_reads_of_its_cases_alone(
    parepare: Office, case: CaseRow
) -> None:
    address = reverse("office:access_log")
    here, there = (signed_in(staff(Duty.HEAD_OF_SECTION, area)) for area in (WARD, "73.72.01.1001"))
    assert {what for what, _duty in told(here.get(address))} == {"opened", "revealed"}
    assert told(there.get(address)) == []
    assert "people" not in dict(there.get(address).context["filters"].fields["kind"].choices)


def test_it_is_reached_from_the_figures_and_from_the_case(parepare: Office, case: CaseRow) -> None:
    address = reverse("office:access_log")
    figures = parepare.as_(Duty.HEAD_OF_SECTION).get(reverse("office:measures")).content.decode()
    assert f'href="{address}"' in figures
    assert f'href="{address}?ticket={case.ticket}"' in parepare.page(case, Duty.HEAD_OF_SECTION)
    assert address not in parepare.page(case, Duty.SCHEDULER)


def test_the_number_of_questions_does_not_grow(
    parepare: Office,
    case: CaseRow,
    django_assert_max_num_queries: Any,
) -> None:
    for _n in range(20):
        parepare.page(case, Duty.SCHEDULER)
    read(parepare)
    with django_assert_max_num_queries(14):
        read(parepare)
