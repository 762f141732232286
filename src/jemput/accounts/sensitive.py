"""Which facts are masked, which duty needs them shown, and which may ask to see them.

Masked by default: NIK, phone, health facts, prison, the language understood. A duty sees a class unmasked
when it cannot be done without it (NEEDS); another duty of the office may reveal it, giving a reason that is
written down.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from jemput.core.codes import Coded, Duty
from jemput.core.nik import mask_nik
from jemput.core.phone import mask_phone


class Sensitive(Coded):
    """A class of facts that is masked by default (UU 27/2022 art. 4)."""

    NIK = "nik"
    PHONE = "phone"
    HEALTH = "health"
    PRISON = "prison"
    LANGUAGE = "language"
    """Sign language tells of health; who plans and calls needs it, but no more of health."""


NIK, PHONE, HEALTH, PRISON, LANGUAGE = Sensitive
ALL = frozenset(Sensitive)
NONE: frozenset[Sensitive] = frozenset()

# The one table. Left: shown without asking. Right: may be revealed for a reason.
_TABLE: dict[Duty, tuple[frozenset[Sensitive], frozenset[Sensitive]]] = {
    Duty.REPORTER: (NONE, NONE),
    Duty.VILLAGE_REGISTRAR: (frozenset({NIK, PHONE}), NONE),  # writes the application (G18)
    Duty.SUBDISTRICT: (frozenset({NIK, PHONE}), NONE),  # passes it on (G12)
    Duty.RW_AGENT: (frozenset({PHONE}), frozenset({NIK})),  # collects papers at the door (H56)
    Duty.SOCIAL_AGENCY: (frozenset({PHONE, HEALTH, LANGUAGE}), frozenset({NIK})),  # comes along (B50)
    Duty.HEALTH_WORKER: (frozenset({PHONE, HEALTH, LANGUAGE}), NONE),
    Duty.MAIN_ADMIN: (ALL, ALL),  # checks the person against SIAK and sets the urgency
    Duty.SCHEDULER: (frozenset({PHONE, PRISON, LANGUAGE}), ALL),  # calls, sends who speaks it, books a gate
    Duty.HEAD_OF_SECTION: (frozenset({PRISON}), ALL),  # the order letter names the place
    Duty.FIELD_OFFICER: (ALL, ALL),
    Duty.DATA_ENTRY: (frozenset({NIK}), ALL),
    Duty.PRINTING: (frozenset({NIK}), NONE),
    Duty.COURIER: (frozenset({PHONE, PRISON}), NONE),
    Duty.HEAD_OF_OFFICE: (NONE, ALL),
    Duty.EVALUATOR: (NONE, NONE),
}
NEEDS: Mapping[Duty, frozenset[Sensitive]] = {duty: row[0] for duty, row in _TABLE.items()}
MAY_REVEAL: Mapping[Duty, frozenset[Sensitive]] = {duty: row[0] | row[1] for duty, row in _TABLE.items()}

# Fields of the entry models, "field" anywhere or "kind.field"; a field not named here is shown to whoever may
# see the case. Modalities tell of lost fingers or eyes, outcomes of crises: health.
CLASS_OF: Mapping[str, Sensitive] = {
    **dict.fromkeys(["nik", "family_number"], NIK),
    **dict.fromkeys(["phone", "holder_phone"], PHONE),
    **dict.fromkeys(["groups", "blocked_services", "needs", "blood_group", "outcome"], HEALTH),
    **dict.fromkeys(["calm", "understands", "treated", "risk", "comfort"], HEALTH),
    **dict.fromkeys(["visit_ended.note", "recorded.note", "biometrics_checked.note"], HEALTH),
    # Free words in which callers and officers tell how the person is.
    **dict.fromkeys(["reported.note", "consent_given.how", "consent_withdrawn.note"], HEALTH),
    **dict.fromkeys(["visit_ended.next_step", "corrected.reason"], HEALTH),
    "biodata_checked.differences": NIK,  # register data: whoever enters or prints them reads it
    **dict.fromkeys(["photo", "signature", "right_hand", "left_hand", "thumbs", "iris"], HEALTH),
    **dict.fromkeys(["place_kind", "place_name", "visit_routed.hours"], PRISON),
    "preferred_language": LANGUAGE,
}


def class_of(field: str, kind: str = "") -> Sensitive | None:
    """The class of a field (of a kind of entry); None: not sensitive."""
    return CLASS_OF.get(f"{kind}.{field}") or CLASS_OF.get(field)


def sees(duty: Duty, field: str, kind: str = "") -> bool:
    """Whether a duty sees a field without asking."""
    found = class_of(field, kind)
    return found is None or found in NEEDS[duty]


def may_reveal(duty: Duty, field: str, kind: str = "") -> bool:
    """Whether a duty may ask to see a field."""
    found = class_of(field, kind)
    return found is None or found in MAY_REVEAL[duty]


def mask(field: str, value: Any, kind: str = "") -> str:
    """What stands in place of a masked value; says nothing more than that there is one."""
    if value in (None, "", [], ()):
        return ""
    match class_of(field, kind):
        case Sensitive.NIK if str(value).isdecimal():
            return mask_nik(str(value))
        case Sensitive.PHONE:
            return mask_phone(str(value))
        case _:
            return _("Masked")


def shown(duty: Duty, field: str, value: Any, kind: str = "", revealed: Collection[str] = ()) -> Any:
    """The value when the duty sees the field or has just revealed it, else its mask."""
    return value if field in revealed or sees(duty, field, kind) else mask(field, value, kind)


def needs_second_factor(duty: Duty) -> bool:
    """Duties that see, or may reveal, masked facts sign in with a second factor."""
    return bool(MAY_REVEAL[duty])
