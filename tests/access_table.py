"""Who gets which answer at which address: written by hand, compared with every URL by test_access.py.

A URL that is absent here fails. To add one, add a line to TABLE:

    "office:today": row(),                                        every duty is let in
    "office:report": row(DESK, others=DENIED),                    these duties; the others read why not
    "office:case": row(SEE_THE_CASE, about_a_case=True),          hidden (404) outside one's area and duty
    "office:act": row(..., methods="get post", kwargs={"key": "note"}),

The sample case was just reported in the village VILLAGE by the reporter "inside"; nothing waits for
partners, printers or couriers yet. "inside" people serve that village (or the office), "outside" people the
village next to it, "elsewhere" people another office.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jemput.core.codes import Duty

Answer = Literal["in", "denied", "hidden", "sign in"]
IN: Answer = "in"  # 2xx, a redirect to another page of ours, or a form with its errors (400, 409, 422)
DENIED: Answer = "denied"  # 403 with words
HIDDEN: Answer = "hidden"  # 404, as if it did not exist
SIGN_IN: Answer = "sign in"  # to the sign-in page (or 401 at the API)

EVERYBODY = frozenset(Duty)
NOBODY: frozenset[Duty] = frozenset()
PARTNERS = frozenset({Duty.SOCIAL_AGENCY, Duty.HEALTH_WORKER})
HAND_OVER = frozenset({Duty.PRINTING, Duty.COURIER})
SEE_THE_CASE = EVERYBODY - PARTNERS - HAND_OVER
"""Duties that see the sample case: it waits for none of the others yet."""
READ_FIGURES = frozenset(
    {Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE, Duty.EVALUATOR}
)
SIGN = frozenset({Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE})
WEEK_PAPERS = SIGN | {Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.FIELD_OFFICER}
NO_PLAN = {"monday": "2026-03-02", "team": "tim_1", "on": "2026-03-02"}
KEEP_RESOURCES = frozenset({Duty.MAIN_ADMIN, Duty.SCHEDULER})
LOOK_AT_WEEKS = KEEP_RESOURCES | {Duty.HEAD_OF_SECTION}
LOAD_LISTS = frozenset({Duty.MAIN_ADMIN, Duty.DATA_ENTRY})
WATCH_THE_CENTRE = READ_FIGURES | {Duty.FIELD_OFFICER, Duty.DATA_ENTRY, Duty.PRINTING}
NO_LISTS = EVERYBODY - LOAD_LISTS
NO_BATCH = "00000000-0000-4000-8000-000000000000"
MAY_WRITE = EVERYBODY - {Duty.EVALUATOR}

World = Any  # tests/test_access.py
Value = str | int | Callable[[World], Any]


@dataclass(frozen=True)
class Row:
    """What is expected at one URL."""

    lets_in: frozenset[Duty]
    others: Answer
    outside: Answer | None
    anonymous: Answer
    methods: tuple[str, ...]
    kwargs: Mapping[str, Value] = field(default_factory=dict)
    denied: frozenset[Duty] = frozenset()

    def expects(self, duty: Duty, where: str) -> Answer:
        """The answer for a duty "inside", "outside" or "elsewhere"."""
        if where != "inside" and self.outside is not None:
            return self.outside
        if duty in self.denied:
            return DENIED
        return IN if duty in self.lets_in else self.others


def row(
    lets_in: Collection[Duty] = EVERYBODY,
    *,
    others: Answer | None = None,
    about_a_case: bool = False,
    outside: Answer | None = None,
    anonymous: Answer = SIGN_IN,
    methods: str = "get",
    kwargs: Mapping[str, Value] | None = None,
    denied: Collection[Duty] = (),
) -> Row:
    """A line of the table; ``about_a_case`` hides the page outside one's area and from other duties.

    ``denied`` duties see the case, but may not do this with it.
    """
    if others is None:
        others = HIDDEN if about_a_case else DENIED
    if about_a_case and outside is None:
        outside = HIDDEN
    when = (others, outside, anonymous, tuple(methods.split()))
    return Row(frozenset(lets_in), *when, kwargs or {}, frozenset(denied))


def public(methods: str = "get", kwargs: Mapping[str, Value] | None = None) -> Row:
    """For everybody, signed in or not."""
    return row(anonymous=IN, methods=methods, kwargs=kwargs)


READERS = frozenset({Duty.EVALUATOR})
READ_PAPERS = frozenset(
    {Duty.VILLAGE_REGISTRAR, Duty.SUBDISTRICT, Duty.MAIN_ADMIN, Duty.FIELD_OFFICER, Duty.DATA_ENTRY}
)
REPORT_TO_SMALL = frozenset({Duty.REPORTER, Duty.MAIN_ADMIN})  # as its file says
REPORT_ANYWHERE = PARTNERS | {
    *(Duty.REPORTER, Duty.VILLAGE_REGISTRAR, Duty.SUBDISTRICT, Duty.RW_AGENT),
    *(Duty.MAIN_ADMIN, Duty.FIELD_OFFICER),
}
CORRECT_A_REPORT = frozenset(
    {Duty.REPORTER, Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE}
)  # who wrote it, and who answers for the work


def ticket_of(world: World) -> str:
    """The ticket of the sample case."""
    from jemput.journal.models import CaseRow

    return CaseRow.objects.get(pk=world.stream).ticket


THE_CASE: dict[str, Value] = {"case": lambda world: str(world.stream)}
A_WEEK: dict[str, Value] = {"monday": "2026-01-05"}
SMALL: dict[str, Value] = {"number": 900}
"""The sample case's programme."""

FIND_OUT_WHO = frozenset(
    {
        *(Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.HEAD_OF_SECTION, Duty.FIELD_OFFICER, Duty.DATA_ENTRY),
        *(Duty.VILLAGE_REGISTRAR, Duty.SUBDISTRICT),
    }
)
"""Duties that look people up in the register; village and subdistrict only among their own people."""

TABLE: dict[str, Row] = {
    # ---- accounts ----
    "account_page": row(),
    "choose_duty": row(methods="post"),
    "draft": row(),  # nothing waits: on to the first page
    "account_login": public(),
    "demo_sign_in": row(NOBODY, others=HIDDEN, anonymous=HIDDEN, methods="post"),  # outside demo mode
    "account_logout": public(methods="get post"),
    "account_inactive": public(),
    "account_change_password": row(methods="get post"),
    "account_reauthenticate": row(NOBODY),  # these people have no password to confirm with
    "mfa_index": row(),
    "mfa_authenticate": row(),  # signed in: on to the first page
    "mfa_reauthenticate": row(NOBODY),
    "mfa_activate_totp": row(),
    "mfa_deactivate_totp": row(NOBODY, others=HIDDEN),  # none of them has a second factor
    "mfa_view_recovery_codes": row(NOBODY, others=HIDDEN),
    "mfa_generate_recovery_codes": row(),
    "set_language": public(methods="post"),
    "office_theme": public(kwargs={"number": 1, "theme": "0063a8"}),
    "office_logo": row(NOBODY, others=HIDDEN, anonymous=HIDDEN, kwargs={"number": 1}),  # it has none
    # ---- lists, programmes, figures ----
    "office:today": row(),
    "office:cases": row(),
    "office:search": row(methods="post"),
    "office:found": row(kwargs={"key": "over"}),  # the search of another session: says that it is over
    "office:programmes": row(),
    "office:programme": row(kwargs=SMALL),
    "office:access_log": row({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE}),
    "office:measures": row(READ_FIGURES),
    "office:year": row(READ_FIGURES, kwargs=SMALL | {"year": 2026}),
    "office:download": row(READ_FIGURES, kwargs=SMALL | {"year": 2026, "form": "csv"}),
    "office:month": row(READ_FIGURES, kwargs=SMALL | {"month": "2026-01"}),
    "office:publish": row(
        {Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE}, kwargs=SMALL | {"month": "2026-01"}, methods="post"
    ),
    "office:backlog": row(READ_FIGURES, kwargs=SMALL),
    "office:satisfaction": row(READ_FIGURES, kwargs=SMALL | {"year": 2026}),
    "office:activities": row(READ_FIGURES | {Duty.FIELD_OFFICER}),
    "office:activity": row(
        {Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE},
        kwargs={"what": "training"},
        methods="get post",
    ),
    # ---- the centre ----
    "office:centre": row(WATCH_THE_CENTRE),
    "office:status_list": row(LOAD_LISTS, methods="get post"),
    "office:list_errors": row(NOBODY, others=HIDDEN, denied=NO_LISTS, kwargs={"batch": NO_BATCH}),
    "office:apply_list": row(LOAD_LISTS, kwargs={"batch": NO_BATCH}, methods="post"),  # says: load it again
    "office:undo_list": row(
        NOBODY, others=HIDDEN, denied=NO_LISTS, kwargs={"batch": NO_BATCH}, methods="post"
    ),
    "office:case_centre": row(SEE_THE_CASE, about_a_case=True),
    # ---- reports, the case page, acts ----
    "office:report": row(REPORT_TO_SMALL, methods="get post"),
    "office:report_similar": row(REPORT_TO_SMALL, methods="post"),
    "office:reported": row(SEE_THE_CASE, about_a_case=True),
    "office:ticket": row(SEE_THE_CASE, about_a_case=True, kwargs={"ticket": ticket_of}),
    "office:case": row(SEE_THE_CASE, about_a_case=True),
    "office:reveal": row(SEE_THE_CASE, about_a_case=True, methods="post"),
    "office:act": row(
        SEE_THE_CASE, about_a_case=True, methods="get post", kwargs={"key": "note"}, denied=READERS
    ),
    "office:who": row(
        FIND_OUT_WHO, about_a_case=True, methods="get post", denied=SEE_THE_CASE - FIND_OUT_WHO
    ),
    "office:correct": row(CORRECT_A_REPORT, about_a_case=True, methods="get post", denied=READERS),
    "office:take_back": row(
        NOBODY, about_a_case=True, methods="get post", denied=READERS
    ),  # it is the report
    "office:receipt": row(NOBODY, about_a_case=True),  # nothing was handed over
    # ---- the same through the API ----
    "office:api:openapi-json": row(),
    "office:api:programmes": row(),
    "office:api:cases": row(),
    "office:api:case": row(SEE_THE_CASE, about_a_case=True, kwargs=THE_CASE),
    "office:api:reports": row(REPORT_ANYWHERE, methods="post"),
    "office:api:slice": row({Duty.FIELD_OFFICER, Duty.VILLAGE_REGISTRAR, Duty.SUBDISTRICT}, methods="post"),
    "office:api:entries": row(
        SEE_THE_CASE, about_a_case=True, methods="post", kwargs=THE_CASE, denied=READERS
    ),
    # ---- people ----
    "people:lookup": row(FIND_OUT_WHO, methods="post"),
    # lists: only the duty that sees every NIK compares them
    "people:list_programmes": row({Duty.MAIN_ADMIN}),
    "people:lists": row({Duty.MAIN_ADMIN}, methods="get post", kwargs=SMALL),
    "people:list_preview": row({Duty.MAIN_ADMIN}, methods="get post", kwargs=SMALL),
    "people:compare": row({Duty.MAIN_ADMIN}, methods="get post", kwargs=SMALL),
    "people:review": row({Duty.MAIN_ADMIN}, methods="get post", kwargs=SMALL),
    "people:niks": row({Duty.MAIN_ADMIN}, methods="get post", kwargs=SMALL),
    "people:target_list": row(READ_FIGURES, kwargs=SMALL),
    "people:open_cases": row({Duty.MAIN_ADMIN}, methods="post", kwargs=SMALL),
    "people:person": row({Duty.MAIN_ADMIN}, kwargs=SMALL),
    "people:sasaran": row(READ_FIGURES, kwargs=SMALL),
    # ---- devices: the first calls are theirs, signed by their own keys ----
    "sync:openapi-json": row(),
    "sync:enrol": public(methods="post"),
    "sync:push": row(NOBODY, others=SIGN_IN, methods="post"),
    "sync:pull": row(NOBODY, others=SIGN_IN, methods="post"),
    "sync:status": row(NOBODY, others=SIGN_IN, methods="post"),
    "sync:office": row(NOBODY, others=SIGN_IN, methods="post"),
    "sync:people": row(NOBODY, others=SIGN_IN, methods="post"),
    "sync:people_seen": row(NOBODY, others=SIGN_IN, methods="post"),
    "sync:programme": row(NOBODY, others=SIGN_IN, kwargs={"hash": "0" * 64}),
    "sync:file": row(NOBODY, others=SIGN_IN, methods="post", kwargs={"digest": "0" * 64}),
    "sync:file_piece": row(NOBODY, others=SIGN_IN, methods="patch", kwargs={"digest": "0" * 64}),
    "devices": row({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION}),
    "device_file": row({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION}, methods="get post"),
    "begun_form": row(
        NOBODY,
        others=HIDDEN,
        denied=EVERYBODY - {Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION},
        kwargs={"digest": "0" * 64},
    ),  # there is none
    "begun_photo": row(
        NOBODY,
        others=HIDDEN,
        denied=EVERYBODY - {Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION},
        kwargs={"digest": "0" * 64, "number": 0},
    ),
    "set_aside": row({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION}),
    "one_set_aside": row(
        NOBODY,
        others=HIDDEN,
        denied=EVERYBODY - {Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION},
        methods="get post",
        kwargs={"number": 1},
    ),
    "set_aside_file": row(
        NOBODY,
        others=HIDDEN,
        denied=EVERYBODY - {Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION},
        kwargs={"number": 1},
    ),
    "case_files": row(READ_PAPERS, about_a_case=True),
    "case_file": row(NOBODY, about_a_case=True, kwargs={"digest": "0" * 64}),
    "field_app": public(),
    "field_app_file": public(kwargs={"path": "icon.svg"}),
    "openrosa_forms": row(NOBODY, others=SIGN_IN),
    "openrosa_form": row(NOBODY, others=SIGN_IN, kwargs=SMALL),
    "openrosa_manifest": row(NOBODY, others=SIGN_IN, kwargs=SMALL),
    "openrosa_cases": row(NOBODY, others=SIGN_IN, kwargs=SMALL),
    "openrosa_submission": row(NOBODY, others=SIGN_IN, methods="head post"),
    "device_collect": row({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION}, methods="get post"),
    "device_code": row({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION}, methods="post"),
    "device_revoke": row(
        NOBODY,
        others=HIDDEN,
        denied=EVERYBODY - {Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION},
        methods="post",
        kwargs={"device": NO_BATCH},
    ),  # there is none
    # planning: the week's board
    "office:when": row(
        KEEP_RESOURCES, about_a_case=True, methods="get post", denied=SEE_THE_CASE - KEEP_RESOURCES
    ),
    "office:anew": row(KEEP_RESOURCES, kwargs=A_WEEK, methods="get post"),
    "office:tell": row(KEEP_RESOURCES, kwargs=A_WEEK, methods="get post"),
    "office:what_if": row(KEEP_RESOURCES, kwargs=A_WEEK, methods="get post"),
    "office:weeks": row(LOOK_AT_WEEKS),
    "office:week": row(LOOK_AT_WEEKS, kwargs=A_WEEK),
    "office:week_done": row(LOOK_AT_WEEKS, kwargs=A_WEEK | {"day": "2026-01-06"}),
    "office:week_publish": row(LOOK_AT_WEEKS, kwargs=A_WEEK, methods="get post"),
    "office:week_progress": row(LOOK_AT_WEEKS, kwargs=A_WEEK),
    "office:week_plan": row(KEEP_RESOURCES, kwargs=A_WEEK, methods="post"),
    "office:week_stop": row(KEEP_RESOURCES, kwargs=A_WEEK, methods="post"),
    "office:week_change": row(KEEP_RESOURCES, kwargs=A_WEEK, methods="post"),
    # planning: what the planner plans with
    "planning:resources": row(KEEP_RESOURCES),
    "planning:settings": row(KEEP_RESOURCES, methods="get post"),
    "planning:resource_list": row(KEEP_RESOURCES, kwargs={"sort": "teams"}),
    "planning:resource_new": row(KEEP_RESOURCES, kwargs={"sort": "partners"}, methods="get post"),
    "planning:resource": row(
        NOBODY,
        others=HIDDEN,
        denied=EVERYBODY - KEEP_RESOURCES,
        kwargs={"sort": "teams", "pk": 0},
        methods="get post",
    ),  # there is none
    # planning: the papers of a week; the office of the walk has no plan
    "planning:papers_weeks": row(WEEK_PAPERS),
    "planning:check_letter": row(methods="get post"),
    "planning:letter": row(NOBODY, others=HIDDEN, denied=EVERYBODY - WEEK_PAPERS, kwargs={"id": NO_BATCH}),
    "planning:papers": row(NOBODY, others=HIDDEN, denied=EVERYBODY - WEEK_PAPERS, kwargs=NO_PLAN),
    "planning:partner_list": row(
        NOBODY, others=HIDDEN, denied=EVERYBODY - WEEK_PAPERS, kwargs=NO_PLAN | {"partner": 0}
    ),
    "planning:letter_draft": row(NOBODY, others=HIDDEN, denied=EVERYBODY - WEEK_PAPERS, kwargs=NO_PLAN),
    "planning:sign_letter": row(
        NOBODY, others=HIDDEN, denied=EVERYBODY - SIGN, kwargs=NO_PLAN, methods="get post"
    ),
    "planning:route_sheet": row(NOBODY, others=HIDDEN, denied=EVERYBODY - WEEK_PAPERS, kwargs=NO_PLAN),
    "planning:bring": row(NOBODY, others=HIDDEN, denied=EVERYBODY - WEEK_PAPERS, kwargs=NO_PLAN),
}
