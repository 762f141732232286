"""Whatever is sent to the API: an answer as described, never a fault of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from schemathesis import Case
from schemathesis.checks import ignored_auth, positive_data_acceptance

from jemput.core.codes import Duty
from tests.office.front import NIK, Office

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


# The session is added behind, so an invented one cannot be refused; and what the rules, the office's areas
# and the structure of a NIK refuse, a schema cannot say.
BEYOND_THE_DESCRIPTION = [ignored_auth, positive_data_acceptance]


class SignedIn:
    """The application as somebody's browser reaches it: with their session and their CSRF token."""

    def __init__(self, session: str) -> None:
        self.app = WSGIHandler()
        token = "a" * 32
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: token}
        self.environ = {
            "HTTP_COOKIE": "; ".join(f"{k}={v}" for k, v in cookies.items()),
            "HTTP_X_CSRFTOKEN": token,
            "HTTP_ACCEPT_ENCODING": "identity",  # the caller here does not unpack
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ | self.environ, start_response)


@pytest.fixture
def described(parepare: Office) -> Iterator[tuple[Any, str]]:
    """The description, answered by the application for the main administrator; and a case that is there."""
    case = parepare.report(nik=NIK)
    session = parepare.as_(Duty.MAIN_ADMIN).cookies[settings.SESSION_COOKIE_NAME].value
    # A server closes its connection after each request; the test's own must stay open.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", SignedIn(session)), str(case.pk)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/api/programmes"),
        ("GET", "/api/cases"),
        ("GET", "/api/cases/{case}"),
        ("POST", "/api/reports"),
        ("POST", "/api/cases/{case}/entries"),
    ],
)
def test_every_answer_is_as_described(described: tuple[Any, str], method: str, path: str) -> None:
    schema, stream = described
    operation = schema[path][method]

    @given(case=operation.as_strategy())
    @profile(max_examples=60, suppress_health_check=list(HealthCheck))
    def fuzz(case: Case) -> None:
        if "case" in case.path_parameters:
            case.path_parameters["case"] = stream
        case.call_and_validate(excluded_checks=BEYOND_THE_DESCRIPTION)

    fuzz()
