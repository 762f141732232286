"""Walks every URL as every duty, inside and outside the area, and as nobody, against the table."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jemput.core.codes import Duty
from tests.access_table import DENIED, HIDDEN, IN, SIGN_IN, TABLE, Answer, Row
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import BATAM, NEIGHBOUR, TRENGGALEK, VILLAGE, office, signed_in, staff

AREAS = {"inside": VILLAGE, "outside": NEIGHBOUR, "elsewhere": BATAM}


def urls(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL with its full name; one without a name is called by its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from urls(pattern, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}", pattern


def test_every_url_stands_in_the_table() -> None:
    absent = sorted({name for name, _pattern in urls()} - set(TABLE))
    assert not absent, f"add a line to tests/access_table.py for: {', '.join(absent)}"


def test_the_table_names_no_url_that_is_gone() -> None:
    assert not set(TABLE) - {name for name, _pattern in urls()}


@dataclass
class World:
    """The sample case, and the browser session of one duty in each place."""

    stream: UUID
    entry: UUID
    number: int
    ticket: str
    sessions: dict[str, str]

    def path(self, name: str, pattern: URLPattern, row: Row) -> str:
        """The address, with the sample case where it asks for one."""
        known = {"stream": self.stream, "entry": self.entry, "number": self.number, "ticket": self.ticket}
        values = {k: v(self) if callable(v) else v for k, v in row.kwargs.items()}
        wanted = pattern.pattern.regex.groupindex
        return reverse(name, kwargs={k: v for k, v in (known | values).items() if k in wanted})


def a_world(duty: Duty) -> World:
    """A case just reported, and people of one duty inside and outside its village."""
    from jemput.journal.programmes import install
    from tests.core.stories import VECTORS
    from tests.journal.cases import Case

    office(TRENGGALEK)
    people = {where: staff(duty, area) for where, area in AREAS.items()}
    case = Case(install((VECTORS / "programmes/small.toml").read_bytes()), area=VILLAGE)
    reporter = people["inside"] if duty is Duty.REPORTER else staff(Duty.REPORTER, VILLAGE)
    case.tell(case.report(), Duty.REPORTER, actor=reporter.actor)
    cookie = settings.SESSION_COOKIE_NAME
    sessions = {where: signed_in(person).cookies[cookie].value for where, person in people.items()}
    row = case.row
    return World(case.stream, case.told[0].id, row.programme, row.ticket, sessions)


def answer_of(response: HttpResponse) -> Answer | str:
    """What the response means to its reader."""
    status = response.status_code
    if status == 401 or (status == 302 and response.headers["Location"].startswith(reverse("account_login"))):
        return SIGN_IN
    if status < 400 or status in (400, 409, 422):
        return IN
    return {403: DENIED, 404: HIDDEN}.get(status, f"status {status}")


def ask(path: str, method: str, session: str | None) -> Answer | str:
    """One request whose traces in the database are taken back."""
    client = Client(raise_request_exception=True)
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response: Any = getattr(client, method)(path)
        transaction.set_rollback(True)
    return answer_of(response)


@pytest.fixture(autouse=True)
def refusals_are_wanted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")


@pytest.mark.parametrize("duty", Duty)
def test_every_url_answers_a_duty_as_the_table_says(db: None, office_key: None, duty: Duty) -> None:  # noqa: F811
    world, wrong = a_world(duty), []
    for name, pattern in urls():
        if (row := TABLE.get(name)) is None:
            continue  # the first test says so
        path = world.path(name, pattern, row)
        # Another office differs from the next village only where the table tells places apart.
        places = list(AREAS) if row.outside else ["inside", "outside"]
        for method, where in product(row.methods, places):
            expected, got = row.expects(duty, where), ask(path, method, world.sessions[where])
            if got != expected:
                wrong.append(f"{method} {name} {where}: {expected}, but was {got}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_url_answers_a_stranger_as_the_table_says(db: None, office_key: None) -> None:  # noqa: F811
    world, wrong = a_world(Duty.MAIN_ADMIN), []
    for name, pattern in urls():
        for method in (row := TABLE[name]).methods if name in TABLE else ():
            if (got := ask(world.path(name, pattern, row), method, None)) != row.anonymous:
                wrong.append(f"{method} {name}: {row.anonymous}, but was {got}")
    assert not wrong, "\n" + "\n".join(wrong)
