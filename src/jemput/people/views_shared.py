"""What the screens of the lists share: who they are for, how they answer, what their fields are called."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jemput.accounts.http import StaffRequest
from jemput.core.codes import Duty
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.intake import Author
from jemput.people.models import LinkPair

LINKERS = (Duty.MAIN_ADMIN,)
"""Compares NIKs in full, so only the duty that sees them all."""
READERS = (Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE, Duty.EVALUATOR)
"""Answers for the count, and plans by it."""

FIELD_NAMES = {
    "name": mark("Name"), "mother": mark("Mother"), "father": mark("Father"), "birth": mark("Birth"),
    "nik": mark("NIK"), "family": mark("Family card number"), "village": mark("Village"), "sex": mark("Sex"),
    "neighbourhood": mark("RW and RT"),
}  # fmt: skip


def said(bad: BadInput) -> str:
    """What went wrong, in the reader's language."""
    message = _(bad.words.message)
    return message % bad.words.params if bad.words.params else message


def author(request: StaffRequest) -> Author:
    """Who writes."""
    return Author(request.user.actor, Duty(request.assignment.duty))


def back(number: int, name: str = "lists", query: str = "") -> HttpResponseRedirect:
    """To another screen of the same programme."""
    return HttpResponseRedirect(reverse(f"people:{name}", args=[number]) + query)


def whole(text: str | None) -> int:
    """A number out of a form; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else 0


def open_pairs(office: str, number: int) -> QuerySet[LinkPair]:
    """Doubtful pairs that nobody has answered."""
    return LinkPair.objects.filter(
        row__list__office=office, row__list__programme=number, bin="ask", answer=""
    ).exclude(row__pairs__answer="same", row__pairs__against="person")
