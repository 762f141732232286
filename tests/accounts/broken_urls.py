"""The real addresses, one page that breaks, and one for the printing officer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from jemput.accounts.decorators import duty_required
from jemput.core.codes import Duty
from jemput.urls import urlpatterns as real


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """Breaks with a NIK in its hand."""
    raise RuntimeError("9901014708510001")


@duty_required(Duty.PRINTING)
def prints(request: HttpRequest) -> HttpResponse:
    """For one duty."""
    return HttpResponse("cetak")


urlpatterns = [*real, path("rusak/", broken), path("cetak/", prints)]
