"""What the national centre says of a recording, and of a NIK: words, phases, and who must act.

Sources: the status ladder of the Directorate-General's slides on SIAK and the office pages that quote
it, the response codes of the data-use service ("hak akses", Permendagri 102/2019). No public document
lists every status, and offices count "about 18", so a value that this file does not know is accepted
and kept as it was typed; it only has no advice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jemput.core.codes import Coded
from jemput.core.entries.checking import BiodataResult
from jemput.core.text import _


class CentreMeaning(StrEnum):
    """What a raw centre status means for the office. May stand in a clear part."""

    NOT_YET_DUE = "not_yet_due"
    UNREGISTERED = "unregistered"
    RECORDED = "recorded"
    CAPTURED = "captured"
    PROCESSING = "processing"
    SENT = "sent"
    RECEIVED = "received"
    FAILED = "failed"
    SEARCH_FAILED = "search_failed"
    ADJUDICATION = "adjudication"
    VALIDATION = "validation"
    DUPLICATE = "duplicate"
    PRINT_READY = "print_ready"
    PRINTING = "printing"
    PRINTED = "printed"
    SHIPPED = "shipped"
    ISSUED = "issued"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Message id for people."""
        return LADDER[self].label


class Acts(Coded):
    """Who must do something so that a recording gets to its next step."""

    OFFICE = "office", _("The office acts")
    CENTRE = "centre", _("The centre acts")
    NOBODY = "nobody", _("Nothing to do")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: its phase (1..5, 0 when not known), who acts, its label and what to check."""

    phase: int
    acts: Acts
    label: str
    advice: str


PHASES: dict[int, str] = {
    1: _("Beginning"),
    2: _("Recording"),
    3: _("Sending to the centre"),
    4: _("Checking for duplicates"),
    5: _("Printing"),
}

_M = CentreMeaning
_REDO = _(
    "The data was incomplete or unreadable at the centre. Ask for deletion at the centre by NIK, then record "
    "the person again or resend the recording; the status goes back to BIO_CAPTURED."
)

# In the order of the ladder: a status board lists the rungs as they stand here.
LADDER: dict[CentreMeaning, Rung] = {
    _M.NOT_YET_DUE: Rung(
        1,
        Acts.NOBODY,
        _("Not yet due for a card"),
        _("Check the age and marital status before a visit is planned."),
    ),
    _M.UNREGISTERED: Rung(
        1,
        Acts.OFFICE,
        _("In SIAK, not recorded"),
        _("The NIK is in SIAK without biometrics. Plan the recording."),
    ),
    _M.RECORDED: Rung(
        2,
        Acts.OFFICE,
        _("Recorded, step not told"),
        _("The service only says that a recording exists. Look up the exact status in SIAK."),
    ),
    _M.CAPTURED: Rung(
        2,
        Acts.OFFICE,
        _("Recorded, still on the local server"),
        _("Check that the recording was uploaded from the recording kit and that the local server sends."),
    ),
    _M.PROCESSING: Rung(
        2,
        Acts.OFFICE,
        _("Being prepared for sending"),
        _("Check that the local server is running and sends its queue."),
    ),
    _M.SENT: Rung(
        3,
        Acts.CENTRE,
        _("Sent, not yet confirmed by the centre"),
        _("Most recordings arrive within three days."),
    ),
    _M.RECEIVED: Rung(
        3, Acts.CENTRE, _("Received at the centre"), _("The centre compares it with all other records.")
    ),
    _M.FAILED: Rung(4, Acts.OFFICE, _("Enrolment failed"), _REDO),
    _M.SEARCH_FAILED: Rung(
        4,
        Acts.CENTRE,
        _("Search failed at the centre"),
        _(
            "The comparison did not finish. Report the NIK to the centre's help desk "
            "and ask for the search to be repeated."
        ),
    ),
    _M.ADJUDICATION: Rung(
        4,
        Acts.OFFICE,
        _("Similar fingerprints found"),
        _(
            "Check that nobody else's fingers were recorded. Ask for deletion at the centre, "
            "then record the person again."
        ),
    ),
    _M.VALIDATION: Rung(
        4,
        Acts.OFFICE,
        _("The centre asks for validation"),
        _("Compare the biodata with the papers and answer the centre."),
    ),
    _M.DUPLICATE: Rung(
        4,
        Acts.OFFICE,
        _("Double record"),
        _(
            "The person seems to be recorded under more than one NIK. Find the earlier record and apply "
            "for deletion of the duplicate; no card can be printed until then."
        ),
    ),
    _M.PRINT_READY: Rung(
        5, Acts.OFFICE, _("Print ready"), _("Print the card; check card stock, ribbon and printer.")
    ),
    _M.PRINTING: Rung(5, Acts.OFFICE, _("Sent to the printer"), _("Check the printer and its queue.")),
    _M.PRINTED: Rung(5, Acts.OFFICE, _("Card printed"), _("Hand the card over or plan its delivery.")),
    _M.SHIPPED: Rung(
        5, Acts.OFFICE, _("Card on its way"), _("Follow the delivery until the receipt is back.")
    ),
    _M.ISSUED: Rung(5, Acts.NOBODY, _("Card issued"), _("Nothing is left to do at the centre.")),
    _M.UNKNOWN: Rung(
        0,
        Acts.OFFICE,
        _("Status not known to Jemput"),
        _("The value is kept as it was given. Ask the centre's help desk what it means."),
    ),
}

# Raw values as the sources spell them, in the normal form of `normalise`.
KNOWN: Mapping[str, CentreMeaning] = {
    "BELUM_WAJIB": _M.NOT_YET_DUE,
    "UNREGISTERED": _M.UNREGISTERED,
    "BELUM_REKAM": _M.UNREGISTERED,
    "SUDAH_REKAM": _M.RECORDED,
    "BIO_CAPTURED": _M.CAPTURED,
    "PROCESSING": _M.PROCESSING,
    "SENT_FOR_ENROLLMENT": _M.SENT,
    "SFE": _M.SENT,
    "RECEIVED_AT_CENTRAL": _M.RECEIVED,
    "ENROLL_FAILURE_AT_CENTRAL": _M.FAILED,
    "ENROLL_FAILURE_AT_REGIONAL": _M.FAILED,
    "SEARCH_FAILURE_AT_CENTRAL": _M.SEARCH_FAILED,
    "ADJUDICATE_RECORD": _M.ADJUDICATION,
    "REQUEST_VALIDATION": _M.VALIDATION,
    "DUPLICATE_RECORD": _M.DUPLICATE,
    "DUPLICATE_RECORD_ONE_TO_ONE": _M.DUPLICATE,
    "DUPLICATE_RECORD_ONE_TO_MANY": _M.DUPLICATE,
    "PRINT_READY_RECORD": _M.PRINT_READY,
    "PRR": _M.PRINT_READY,
    "SIAP_CETAK": _M.PRINT_READY,
    "SENT_FOR_CARD_PRINTING": _M.PRINTING,
    "CARD_PRINTED": _M.PRINTED,
    "CARD_SHIPPED": _M.SHIPPED,
    "CARD_ISSUED": _M.ISSUED,
}
_BY_LETTERS = {value.replace("_", ""): meaning for value, meaning in KNOWN.items()}
_SPELT = {value.replace("_", ""): value for value in KNOWN}

RAW_MAX = 60
CLEAR_RAW_PATTERN = r"^[A-Z0-9_]{1,60}$"
"""Shape of a raw status in a clear part; `is_clear_raw` also refuses runs of digits that could be a NIK."""
OTHER_RAW = "OTHER"
"""Stands in the clear part for a value that could be a name, a number or free text."""

_CLEAR = re.compile(r"[A-Z0-9_]{1,60}")
_LONG_NUMBER = re.compile(r"\d(?:_?\d){7}")


def normalise(raw: str) -> str:
    """`raw` in upper case with one `_` between words: "Print-ready record" -> "PRINT_READY_RECORD"."""
    return re.sub(r"[^A-Z0-9]+", "_", raw.upper()).strip("_")


def meaning(raw: str) -> CentreMeaning:
    """What `raw` says, however it is spelt (case, spaces, hyphens); UNKNOWN for values not in the sources."""
    return _BY_LETTERS.get(normalise(raw).replace("_", ""), CentreMeaning.UNKNOWN)


def rung(of: CentreMeaning) -> Rung:
    """Phase, who acts, label and advice of a meaning."""
    return LADDER[of]


def is_clear_raw(value: str) -> bool:
    """Whether `value` may stand in a clear part: A-Z, 0-9, `_`, at most 60, no number of 8 digits or more."""
    return bool(_CLEAR.fullmatch(value)) and not _LONG_NUMBER.search(value)


def clear_raw(raw: str) -> str:
    """The form of `raw` that may stand in a clear part.

    A known status gets its usual spelling. An unknown one is kept when it is written like a status code
    (words joined by `_`, as SIAK does); anything else could be a name that slipped into the column, and
    becomes "OTHER" (the value as typed belongs in the sealed part).
    """
    normal = normalise(raw)
    known = _SPELT.get(normal.replace("_", ""))
    if known is not None:
        return known
    written_as_code = "_" in raw.strip().strip("_") and not re.search(r"\s", raw.strip())
    return normal if written_as_code and is_clear_raw(normal) else OTHER_RAW


STUCK_AFTER_DAYS: Mapping[CentreMeaning, int] = {_M.CAPTURED: 1, _M.PROCESSING: 1, _M.SENT: 3, _M.RECEIVED: 7}
"""Days after which a step is no longer ordinary (three for arrival; the rest is our own judgement)."""

_STUCK_SENT = _(
    "Do not just wait. When a NIK is already in the central data, no new check runs there and the local "
    "status stays SENT_FOR_ENROLLMENT for ever. Check for an earlier recording, here or in another "
    "regency, and compare with the central data; then ask the centre for the status of the earlier record."
)
_STUCK_LOCAL = _(
    "The recording has not left the office. Check the recording kit, the local server "
    "and the line to the centre."
)
_STUCK_RECEIVED = _("The centre has had the recording for long. Ask its help desk, with the date of sending.")


def stuck(of: CentreMeaning, age_days: float) -> str | None:
    """Advice (a message id) when a recording has stood at `of` for longer than usual, else None.

    `age_days` counts from the first report of that status. The rule for SENT_FOR_ENROLLMENT is from the
    Directorate-General's slides: a NIK already known to the centre never leaves it.
    """
    limit = STUCK_AFTER_DAYS.get(of)
    if limit is None or age_days < limit:
        return None
    if of is CentreMeaning.SENT:
        return _STUCK_SENT
    return _STUCK_RECEIVED if of is CentreMeaning.RECEIVED else _STUCK_LOCAL


class Remedy(StrEnum):
    """What an adapter must do with a response code."""

    USE = "use"
    RETYPE = "retype"
    PAUSE = "pause"
    LATER = "later"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Response:
    """One response code of the data-use service: what it says of the person, and what follows."""

    code: str
    remedy: Remedy
    label: str
    advice: str
    result: BiodataResult | None = None


_ALARM = _("Only the administrator can mend this; record by hand meanwhile.")
_RETYPE = _("Compare the NIK with the paper and type it again.")

RESPONSES: Mapping[str, Response] = {
    response.code: response
    for response in (
        Response("01", Remedy.USE, _("Data found"), _("Compare it with the papers."), BiodataResult.MATCH),
        Response("03", Remedy.ALARM, _("The centre refused our sign-in"), _ALARM),
        Response("04", Remedy.ALARM, _("Our network address does not match the agreement"), _ALARM),
        Response(
            "05",
            Remedy.PAUSE,
            _("Today's quota at the centre is used up"),
            _(
                "Automatic checks pause until tomorrow; look the person up in SIAK "
                "and record the result by hand."
            ),
        ),
        Response(
            "06",
            Remedy.LATER,
            _("The centre is closed at this hour"),
            _("Try again within the hours of the agreement."),
        ),
        Response("07", Remedy.ALARM, _("The centre says that the request is incomplete"), _ALARM),
        Response("08", Remedy.RETYPE, _("The centre cannot process this NIK"), _RETYPE),
        Response("09", Remedy.ALARM, _("The sign-in for the centre is empty"), _ALARM),
        Response("10", Remedy.ALARM, _("Our network address is not registered at the centre"), _ALARM),
        Response(
            "11",
            Remedy.USE,
            _("Found, marked as deceased"),
            _("Stop. Check with the family and the death certificates before anything else is done."),
            BiodataResult.DEAD,
        ),
        Response(
            "12",
            Remedy.USE,
            _("Found, double record"),
            _("Find out which record is right and apply for deletion of the other."),
            BiodataResult.DOUBLE,
        ),
        Response(
            "13",
            Remedy.USE,
            _("This NIK is not in the population database"),
            _("Check biometrics first; when nothing is found, fill in the biodata form F-1.01."),
            BiodataResult.NOT_FOUND,
        ),
        Response(
            "14",
            Remedy.USE,
            _("Found, but not active"),
            _("Ask for the record to be activated or consolidated before the visit."),
            BiodataResult.INACTIVE,
        ),
        Response("15", Remedy.RETYPE, _("This is not a valid NIK"), _RETYPE),
        Response("16", Remedy.ALARM, _("The centre says that our office is not active"), _ALARM),
        Response("17", Remedy.ALARM, _("The centre says that our user is not active"), _ALARM),
    )
}

# Older services answer with words alone; the order matters ("Ditemukan" stands in most of them).
_WORDS: tuple[tuple[str, str], ...] = (
    ("kuota", "05"),
    ("login gagal", "03"),
    ("ip address tidak sesuai", "04"),
    ("ip client tidak terdaftar", "10"),
    ("meninggal", "11"),
    ("ganda", "12"),
    ("non aktif", "14"),
    ("tidak sesuai format", "15"),
    ("tidak ditemukan", "13"),
    ("data ditemukan", "01"),
)


def response(code: str | None, words: str = "") -> Response | None:
    """The response named by `code` ("5" is "05", "00" is "01"), else by `words`; None if neither is known."""
    number = (code or "").strip().zfill(2)
    if number == "00" and code:
        number = "01"
    if number in RESPONSES:
        return RESPONSES[number]
    said = " ".join(words.lower().split())
    return next((RESPONSES[known] for part, known in _WORDS if part in said), None)
