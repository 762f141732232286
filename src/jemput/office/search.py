"""Finding a case by its ticket, or a person by name, NIK or phone.

What is typed never stands in an address: it comes by POST, and what was found is kept in the session as
case numbers alone. Only keyed hashes are asked for, so neither the database nor its log learns a name.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from jemput import journal
from jemput.accounts.access import access_cases, searched, seen_whole
from jemput.accounts.http import StaffRequest
from jemput.core.entries import Body
from jemput.core.names import name_tokens
from jemput.core.phone import parse_phone
from jemput.core.text import BadInput, plain
from jemput.intake import read_ticket
from jemput.journal import keys
from jemput.office.cases import shown
from jemput.office.showing import NAMELESS, own_words
from jemput.office.words import say

LONGEST = 100
MOST = 50
KEPT = 10
SESSION = "found"


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def search(request: StaffRequest) -> HttpResponse:
    """Look for what was typed: on to the case, to the list of what was found, or say what to try instead."""
    typed = plain(request.POST.get("q", ""))
    try:
        if not typed:
            raise BadInput(_("Type a ticket number or a name."))
        if len(typed) > LONGEST:
            raise BadInput(_("This is too long to search for. Type a ticket number or a name."))
        hits = _visible(request, typed, list(dict.fromkeys(_candidates(request, typed))))
    except keys.Locked:
        return _nothing(request, typed, _("The office key is locked: only ticket numbers can be found."), 503)
    except BadInput as bad:
        return _nothing(request, typed, say(bad.words), 422)
    searched(request)
    if not hits:
        return _nothing(request, typed, _("Nothing was found in your area."), 200)
    if len(hits) == 1:
        return HttpResponseRedirect(reverse("office:case", args=hits))
    key = secrets.token_urlsafe(9)
    kept = dict(list(request.session.get(SESSION, {}).items())[-(KEPT - 1) :])
    request.session[SESSION] = kept | {key: [case.hex for case in hits]}
    return HttpResponseRedirect(reverse("office:found", args=[key]))


@require_GET
def found(request: StaffRequest, key: str) -> HttpResponse:
    """What a search of this session found; who may no longer see a case, no longer sees it here."""
    kept = request.session.get(SESSION, {}).get(key)
    if kept is None:
        return _nothing(request, "", _("This search is over. Search again."), 200)
    order = {UUID(case): n for n, case in enumerate(kept)}
    page = sorted(access_cases(request).filter(pk__in=order).defer("state"), key=lambda c: order[c.pk])
    context = {"found": True, "most": len(kept) >= MOST}
    return render(request, "office/found.html", context | shown(request, page))


def _nothing(request: StaffRequest, typed: str, words: str, status: int) -> HttpResponse:
    context = {"here": "cases", "typed": typed, "words": words, "rows": []}
    return render(request, "office/found.html", context, status=status)


@sensitive_variables()
def _candidates(request: StaffRequest, typed: str) -> Iterator[UUID]:
    """Cases by ticket, then by number, then by name, the best first. Raises BadInput, keys.Locked."""
    mine = access_cases(request)  # asked among these alone: others' cases cannot crowd them out
    if (by_ticket := journal.by_ticket(_ticket(typed))) is not None:
        yield by_ticket
        return
    if request.assignment.role in NAMELESS:
        return
    digits = re.sub(r"[\s.\-+]", "", typed)
    if digits.isascii() and digits.isdigit():
        if len(digits) == 16:
            yield from journal.by_nik(digits, mine)
            yield from journal.by_family(digits, mine)
        elif len(digits) >= 6:
            yield from journal.by_phone(typed, mine, anybody=True)
        else:
            raise BadInput(_("This number is too short. A NIK has 16 digits."))
        return
    if not any(len(token) > 1 for token in name_tokens(typed)):
        raise BadInput(_("Type at least two letters of the name."))
    area = request.assignment.area
    village = area if area.count(".") >= 3 else None
    yield from (case for case, _fit in journal.by_name(typed, village, mine))


@sensitive_variables()
def _visible(request: StaffRequest, typed: str, found: list[UUID]) -> list[UUID]:
    """Those that the duty in hand sees. Who only reported a case finds it by what they said themselves: any
    other hit would tell them that what they guessed is true. Raises keys.Locked.
    """
    rows = {row.pk: row for row in access_cases(request).filter(pk__in=found[:200]).defer("state")}
    guessed = rows.keys() - seen_whole(request, rows.values())
    guessed = {case for case in guessed if rows[case].ticket != _ticket(typed)}
    said = own_words(request.user.actor, guessed)
    guessed -= {case for case, entries in said.items() if any(_says(e.body, typed) for e in entries)}
    return [case for case in found if case in rows and case not in guessed][:MOST]


def _says(body: Body, typed: str) -> bool:
    """Whether the words of an entry hold the number, or a word of the name, that was typed."""
    try:
        phone = parse_phone(typed)
    except BadInput:
        phone = ""
    numbers = {getattr(body, name, None) for name in ("nik", "family_number", "phone")}
    words = set(name_tokens(getattr(body, "name", None) or ""))
    return bool(numbers & {re.sub(r"[^0-9]", "", typed) or "-", phone} or words & {*name_tokens(typed)})


def _ticket(typed: str) -> str:
    """The ticket as it is written, however it was typed; what is none, as it is."""
    try:
        return read_ticket(typed)
    except BadInput:
        return typed[:24]
