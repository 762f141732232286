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
    """The sample case and a browser for everybody."""

    stream: UUID
    entry: UUID
    sessions: dict[tuple[Duty, str], str]

    def path(self, name: str, pattern: URLPattern, row: Row) -> str:
        """The address, with the sample case where it asks for one."""
        known = {"stream": self.stream, "entry": self.entry, "number": 1}
        values = {k: v(self) if callable(v) else v for k, v in row.kwargs.items()}
        wanted = pattern.pattern.regex.groupindex
        return reverse(name, kwargs={k: v for k, v in (known | values).items() if k in wanted})


@pytest.fixture
def world(db: None, office_key: None) -> World:  # noqa: F811
    from jemput.journal.programmes import install
    from tests.core.stories import VECTORS
    from tests.journal.cases import Case

    office(TRENGGALEK)
    people = {(duty, where): staff(duty, area) for duty in Duty for where, area in AREAS.items()}
    case = Case(install((VECTORS / "programmes/small.toml").read_bytes()), area=VILLAGE)
    reporter = people[Duty.REPORTER, "inside"]
    case.tell(case.report(), Duty.REPORTER, actor=reporter.actor)
    cookie = settings.SESSION_COOKIE_NAME
    sessions = {who: signed_in(person).cookies[cookie].value for who, person in people.items()}
    return World(case.stream, case.told[0].id, sessions)


def answer_of(response: HttpResponse) -> Answer | str:
    """What the response means to its reader."""
    status = response.status_code
    if status == 401 or (status == 302 and response.headers["Location"].startswith(reverse("account_login"))):
        return SIGN_IN
    if status < 400 or status in (400, 422):
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


def test_every_url_answers_every_duty_as_the_table_says(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")  # hundreds of pages are refused on purpose
    wrong: dict[str, list[str]] = {}
    for name, pattern in urls():
        row = TABLE.get(name)
        if row is None:
            continue  # the first test says so
        path = world.path(name, pattern, row)
        places = list(AREAS) if row.outside else ["inside", "outside"]
        for method in row.methods:
            got = ask(path, method, None)
            if got != row.anonymous:
                wrong[f"{method} {name} as nobody: {row.anonymous}, but was {got}"] = []
            for duty, where in product(Duty, places):
                expected = row.expects(duty, where)
                got = ask(path, method, world.sessions[duty, where])
                if got != expected:
                    at = f"{method} {name} {where}: {expected}, but was {got}, for"
                    wrong.setdefault(at, []).append(duty)
    assert not wrong, "".join(f"\n{at} {', '.join(duties)}" for at, duties in wrong.items())
