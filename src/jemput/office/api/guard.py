"""Who may ask the API, and in what writing."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.security import APIKeyCookie

from jemput.accounts.access import access_case
from jemput.accounts.sensitive import needs_second_factor
from jemput.core.codes import Duty


class Staff(APIKeyCookie):
    """The session of somebody with a duty in hand. ``duties`` narrows it; ``write`` shuts out readers."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, *, duties: frozenset[Duty] | None = None, write: bool = False) -> None:
        super().__init__(csrf=True)
        self.duties, self.write = duties, write

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The assignment in hand; None (401) for strangers. Raises PermissionDenied, Http404.

        Here and not in the operation, so that nobody learns from the shape of an answer what is hidden.
        """
        if not request.user.is_authenticated:
            return None
        assignment = request.assignment  # type: ignore[attr-defined]
        if assignment is None or request.user.must_change_password or _lacks_second_factor(request):
            raise PermissionDenied
        if self.duties is not None and assignment.role not in self.duties:
            raise PermissionDenied
        if request.resolver_match and (case := request.resolver_match.kwargs.get("case")):
            access_case(request, case, write=self.write)
        return assignment


def _lacks_second_factor(request: HttpRequest) -> bool:
    wanted = settings.JEMPUT_REQUIRE_MFA and needs_second_factor(request.assignment.role)  # type: ignore[attr-defined]
    return bool(wanted) and not request.session.get("second_factor")


class StrictJSON(Parser):
    """JSON without NaN and infinities, which no other reader would read the same way."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises ValueError."""
        return json.loads(request.body, parse_constant=_no_such_number)


def _no_such_number(name: str) -> float:
    raise ValueError("not a JSON number")


class OfficeAPI(NinjaAPI):
    """An API that lives under the office's own names and has no page of its own."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Where the API begins."""
        return reverse("office:api:openapi-json").removesuffix("openapi.json")

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The operation's plain name."""
        return str(operation.view_func.__name__)

    def _get_urls(self) -> list[Any]:
        return [url for url in super()._get_urls() if getattr(url, "name", "") != "api-root"]
