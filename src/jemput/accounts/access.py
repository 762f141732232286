"""The only way to a case: office, area, and what the duty in hand has to do with it.

Every screen and every download asks here; nothing else queries ``CaseRow`` on behalf of a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from enum import Enum
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from jemput.accounts.models import Access, AccessLog, Assignment, Office, Reason
from jemput.accounts.sensitive import may_reveal, sees
from jemput.core import areas
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.core.text import BadInput, _
from jemput.journal.models import CaseRow, EntryRow, Waiting
from jemput.journal.programmes import newest


class Sight(Enum):
    """Which cases a duty sees."""

    AREA = "every case in its area"
    REPORTED = "those this account reported, wherever they lie"
    WAITING = "those in its area with a step that waits for this duty, and those it reported"


# The one table of who sees which cases.
SIGHT: Mapping[Duty, Sight] = {
    Duty.REPORTER: Sight.REPORTED,
    Duty.VILLAGE_REGISTRAR: Sight.AREA,
    Duty.SUBDISTRICT: Sight.AREA,
    Duty.RW_AGENT: Sight.AREA,
    Duty.SOCIAL_AGENCY: Sight.WAITING,
    Duty.HEALTH_WORKER: Sight.WAITING,
    Duty.MAIN_ADMIN: Sight.AREA,
    Duty.SCHEDULER: Sight.AREA,
    Duty.HEAD_OF_SECTION: Sight.AREA,
    Duty.FIELD_OFFICER: Sight.AREA,
    Duty.DATA_ENTRY: Sight.AREA,
    Duty.PRINTING: Sight.WAITING,
    Duty.COURIER: Sight.WAITING,
    Duty.HEAD_OF_OFFICE: Sight.AREA,
    Duty.EVALUATOR: Sight.AREA,
}
READ_ONLY = frozenset({Duty.EVALUATOR})
SUPERVISORS = (Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE)
"""Who reads the access log: the heads, because the office answers for how it handles data (UU 27/2022 art.
47), and the main administrator, because these three answer when a citizen asks who saw their data (3 x 24
hours; ``LEAD`` of the rules). Each for their own office and area. That the main administrator looks most is
no reason against it: the log only grows, reading it is written there too, and the heads read that."""

# Whoever has just done a step still sees the case for a while: to read it over, print a receipt, correct it.
AFTERGLOW = timedelta(days=1)
_REPORTING = ("reported", "reporter_named", "guardian_named")


def in_area(scope: str) -> Q:
    """``area`` is ``scope`` or lies in it, as one range of an index ("/" follows "." in the code tables)."""
    return Q(area__gte=scope, area__lt=scope + "/")


def _in_hand(request: HttpRequest) -> Assignment:
    assignment: Assignment | None = getattr(request, "assignment", None)
    if assignment is None:
        raise PermissionDenied
    return assignment


def access_office(request: HttpRequest) -> Office:
    """The office of the duty in hand. Raises PermissionDenied without a duty."""
    return _in_hand(request).office


def access_cases(request: HttpRequest) -> QuerySet[CaseRow]:
    """Every case that the duty in hand sees. Raises PermissionDenied without a duty."""
    return cases_of(_in_hand(request))


def access_waiting(request: HttpRequest) -> QuerySet[Waiting]:
    """What waits for the duty in hand, in its area; reporters' own cases only. Oldest promise first.

    Raises PermissionDenied without a duty.
    """
    assignment = _in_hand(request)
    rows = Waiting.objects.filter(duty=assignment.duty, office=assignment.office_id)
    if SIGHT[assignment.role] is Sight.REPORTED:
        rows = rows.filter(case__in=cases_of(assignment).values("pk"))
    elif assignment.area != assignment.office_id:
        rows = rows.filter(in_area(assignment.area))
    return rows.order_by("due_at", "case_id", "step")


def cases_of(assignment: Assignment) -> QuerySet[CaseRow]:
    """Every case that an assignment sees; for lists, so the afterglow is left out."""
    rows = CaseRow.objects.filter(office=assignment.office_id)
    # A duty for the whole office needs no range: the office's own index serves the list.
    here = Q() if assignment.area == assignment.office_id else in_area(assignment.area)
    mine = Q(pk__in=_reported_by(assignment))
    match SIGHT[assignment.role]:
        case Sight.AREA:
            return rows.filter(here | mine if here else here)
        case Sight.REPORTED:
            return rows.filter(mine)
        case Sight.WAITING:
            waits = Waiting.objects.filter(duty=assignment.duty, office=assignment.office_id).filter(here)
            return rows.filter(Q(pk__in=waits.values("case")) | mine)


def _reported_by(assignment: Assignment) -> QuerySet[EntryRow, UUID]:
    """The streams that this account opened. What somebody has told us themselves is no secret to them."""
    made = EntryRow.objects.filter(kind="reported", actor=assignment.account.actor)
    return made.values_list("stream", flat=True)


def access_case(request: HttpRequest, stream_id: UUID | str, *, write: bool = False) -> CaseRow:
    """One case, if the duty in hand sees it.

    Raises Http404 alike for a case that does not exist and one that is not for this reader, so that
    nothing can be guessed; PermissionDenied when ``write`` is asked by a duty that only reads.
    """
    assignment = _in_hand(request)
    try:
        stream = stream_id if isinstance(stream_id, UUID) else UUID(stream_id)
    except ValueError:
        raise Http404 from None
    row = cases_of(assignment).filter(pk=stream).first()
    if row is None and _glowing(assignment, [stream]):
        row = CaseRow.objects.filter(pk=stream, office=assignment.office_id).first()
    if row is None and write and request.method == "POST":
        row = _was_open(assignment, stream)
    if row is None:
        raise Http404
    if write and assignment.role in READ_ONLY:
        raise PermissionDenied
    return row


def _glowing(assignment: Assignment, streams: Collection[UUID], but: Collection[str] = ()) -> set[UUID]:
    """Those of these streams in which this duty has written lately."""
    since = timezone.now() - AFTERGLOW
    mine = EntryRow.objects.filter(
        stream__in=streams, actor=assignment.account.actor, duty=assignment.duty, received_at__gte=since
    )
    return set(mine.exclude(kind__in=but).values_list("stream_id", flat=True))


def _was_open(assignment: Assignment, stream: UUID) -> CaseRow | None:
    """The case of a form that stood open while the case went on to others: its sender reads why not, and
    keeps what they typed. For sending alone; a page read now would keep the case in sight for ever.
    """
    log = AccessLog.objects.filter(
        stream=stream,
        what=Access.OPENED,
        account=assignment.account_id,
        office=assignment.office_id,
        duty=assignment.duty,
        at__gte=timezone.now() - AFTERGLOW,
    )
    return CaseRow.objects.filter(pk=stream, office=assignment.office_id).first() if log.exists() else None


def seen_whole(request: HttpRequest, cases: Iterable[CaseRow]) -> frozenset[UUID]:
    """Those of these cases in which the duty in hand reads all that was written; it must see them at all.

    Whoever sees a case only for having reported it reads their own words, and which steps were done.
    At most two queries, however many cases.
    """
    assignment = _in_hand(request)
    area_of = {case.pk: case.area for case in cases}
    match SIGHT[assignment.role]:
        case Sight.REPORTED:
            return frozenset()
        case Sight.AREA:
            here = {pk for pk, area in area_of.items() if areas.covers(assignment.area, area)}
        case Sight.WAITING:
            waits = Waiting.objects.filter(
                in_area(assignment.area),
                case__in=area_of,
                duty=assignment.duty,
                office=assignment.office_id,
            )
            here = set(waits.values_list("case_id", flat=True))
    rest = area_of.keys() - here
    return frozenset(here | (_glowing(assignment, rest, but=_REPORTING) if rest else set()))


def access_programme(request: HttpRequest, number: int) -> Programme:
    """A programme by its number; programmes are no secret, but one must hold a duty. Raises Http404."""
    _in_hand(request)
    try:
        return newest(number)
    except KeyError:
        raise Http404 from None


# ---- what is written down --------------------------------------------------------------------------


def _write_down(
    request: HttpRequest, what: Access, stream: UUID | None, fields: Iterable[str] = (), reason: str = ""
) -> None:
    assignment = _in_hand(request)
    AccessLog.objects.create(
        account=assignment.account,
        office=assignment.office,
        duty=assignment.duty,
        stream=stream,
        what=what,
        fields=sorted(fields),
        reason=reason,
    )


def opened(request: HttpRequest, case: CaseRow) -> None:
    """Write down that a case page was opened."""
    _write_down(request, Access.OPENED, case.pk)


def searched(request: HttpRequest) -> None:
    """Write down that somebody searched (what for is not written: it is a name)."""
    _write_down(request, Access.SEARCHED, None)


def exported(request: HttpRequest, case: CaseRow | None = None) -> None:
    """Write down that data left the screen: a list, a letter, a receipt."""
    _write_down(request, Access.EXPORTED, case.pk if case else None)


def access_log(request: HttpRequest) -> QuerySet[AccessLog]:
    """What was written down in the office of a supervisor, the latest first; where their area is smaller,
    what concerns a case in it. Raises PermissionDenied for others.
    """
    assignment = _in_hand(request)
    if assignment.role not in SUPERVISORS:
        raise PermissionDenied
    rows = AccessLog.objects.filter(office=assignment.office_id)
    if assignment.area != assignment.office_id:
        rows = rows.filter(stream__in=CaseRow.objects.filter(in_area(assignment.area)).values("pk"))
    return rows.select_related("account").order_by("-id")


def log_read(request: HttpRequest, stream: UUID | None, narrowed: Iterable[str]) -> None:
    """Write down that the log itself was read, and by which filters."""
    _write_down(request, Access.SUPERVISED, stream, narrowed)


def reveal(request: HttpRequest, case: CaseRow, names: Collection[str], reason: str) -> frozenset[str]:
    """Show masked fields for a reason, and write it down; returns the names that may now be shown.

    Raises BadInput without a reason of the list, PermissionDenied when the duty may not see such facts.
    """
    duty = _in_hand(request).role
    if reason not in list(Reason):
        raise BadInput(_("Choose why you need to see this."))
    if not names or not all(may_reveal(duty, name) for name in names):
        raise PermissionDenied
    hidden = frozenset(name for name in names if not sees(duty, name))
    if hidden:
        _write_down(request, Access.REVEALED, case.pk, hidden, reason)
    return frozenset(names)
