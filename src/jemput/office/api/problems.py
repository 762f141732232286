"""What the API says when something goes wrong: one shape, in the reader's language, without what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ValidationError as PydanticError

from jemput.core.entries import KINDS
from jemput.journal import keys
from jemput.office.api.shapes import Fault, Problem
from jemput.office.forms import in_words
from jemput.office.forms.situation import WHERE_ERRORS_BELONG

Answer = tuple[int, Problem]


def tell(api: NinjaAPI) -> None:
    """Let the API answer every refusal in its one shape."""
    for error, words in _ANSWERS.items():
        api.add_exception_handler(error, _handler(api, words))


def _handler(api: NinjaAPI, words: Any) -> Any:
    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        status, problem = words(error)
        return api.create_response(request, problem, status=status)

    return handle


def problem(code: str, message: str, faults: Iterable[Fault] = ()) -> Problem:
    """A problem."""
    return Problem(code=code, message=message, faults=list(faults))


def one_fault(field: str, message: str) -> Problem:
    """A problem with one field."""
    return problem("unfit", message, [Fault(field=field, message=message)])


def _unfit(error: ValidationError) -> Answer:
    faults = [_fault(f) for f in error.errors]
    return 422, problem("unfit", _("Something in the request must be mended."), faults)


def _unfit_inside(error: PydanticError) -> Answer:
    faults = [_fault(dict(f)) for f in error.errors(include_url=False, include_input=False)]
    return 422, problem("unfit", _("Something in the request must be mended."), faults)


def _fault(found: Mapping[str, Any]) -> Fault:
    """The place of a fault, without what ninja and the union of kinds put before it, and its words."""
    parts = [str(part) for part in found["loc"] if part not in ("body", "query", "path", "data")]
    kinds = [part for part in parts if part in KINDS]
    parts = [part for part in parts if part not in KINDS]
    field = ".".join(parts) if parts else WHERE_ERRORS_BELONG.get("".join(kinds), "")
    return Fault(field=field.encode(errors="replace").decode()[:120], message=in_words(found))


def _out_of_range(error: OverflowError) -> Answer:
    return 422, problem("unfit", _("A date lies too far away."))


def _locked(error: keys.Locked) -> Answer:
    words = _("The office key is locked: nothing can be saved now. Ask the administrator.")
    return 503, problem("locked", words)


def _not_there(error: Http404) -> Answer:
    return 404, problem("not_there", _("No such case, as far as you may see."))


def _not_allowed(error: PermissionDenied) -> Answer:
    return 403, problem("not_your_duty", _("The duty in hand does not do this."))


def _stranger(error: AuthenticationError) -> Answer:
    return 401, problem("sign_in", _("Sign in first."))


def _other(error: HttpError) -> Answer:
    words = {400: _("The request is no JSON."), 403: _("The CSRF token is missing or wrong.")}
    status = error.status_code
    return status, problem("refused", words.get(status, _("This was refused.")))


_ANSWERS: Mapping[type[Exception], Any] = {
    ValidationError: _unfit,
    PydanticError: _unfit_inside,
    OverflowError: _out_of_range,
    keys.Locked: _locked,
    Http404: _not_there,
    PermissionDenied: _not_allowed,
    AuthenticationError: _stranger,
    HttpError: _other,
}
