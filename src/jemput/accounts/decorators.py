"""Marks on views: who may call them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from jemput.accounts.http import AnyRequest
from jemput.core.codes import Duty

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def duty_required(*duties: Duty) -> Callable[[V], V]:
    """The view is for these duties; others get a page (403) that says so and offers their other duties."""
    allowed = frozenset(duties)

    def mark(view: V) -> V:
        @wraps(view)
        def guarded(request: AnyRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.assignment is None or request.assignment.role not in allowed:
                return refuse(request, allowed)
            return view(request, *args, **kwargs)

        guarded.duties = allowed  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def duty_not_required(view: V) -> V:
    """The view is for every signed-in account, also one without a duty at present."""
    view.duty_required = False  # type: ignore[attr-defined]
    return view


def keeps_typed(view: V) -> V:
    """What was typed into this form is kept when its session has ended, and comes back after sign-in.

    The view shows the form again, and saves nothing, when ``drafts.came_back`` says so.
    """
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def beside_a_form(view: V) -> V:
    """The view answers beside a form that is being filled in: it never leads away from it."""
    view.beside_a_form = True  # type: ignore[attr-defined]
    return view


def refuse(request: AnyRequest, allowed: frozenset[Duty]) -> HttpResponse:
    """The page that says which duty this page is for."""
    others = [a for a in request.assignments if a != request.assignment and a.role in allowed]
    context = {"allowed": sorted(allowed, key=list(Duty).index), "others": others}
    return render(request, "accounts/not_your_duty.html", context, status=403)
