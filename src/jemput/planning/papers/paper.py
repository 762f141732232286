"""From what a paper says to a PDF: tagged (PDF/UA-1), offline, own fonts, the same bytes each time."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import segno
import typst
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

HERE = Path(__file__).parent
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Letterhead:
    """Who writes."""

    name: str
    government: str
    """The regency or city."""
    contact: str
    city: str


@dataclass(frozen=True)
class Square:
    """A square code with words for those who cannot see it. It leads to an address that tells of nobody."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Member:
    """Somebody who is sent."""

    name: str
    duty: str


@dataclass(frozen=True)
class OrderDay:
    """A day of an order: where, how many are met there, and never who."""

    day: date
    departs: str
    returns: str
    villages: Sequence[str]
    people: int
    vehicle: str
    along: Sequence[str]
    """The kinds of partners."""


@dataclass(frozen=True)
class Order:
    """Surat tugas: a team is sent for its days of a week. Names nobody who is visited."""

    template: ClassVar[str] = "order"
    words: ClassVar[Mapping[str, str]] = {
        "title": _("Assignment order"),
        "number": _("Number"),
        "basis": _("Basis"),
        "orders": _("Orders"),
        "no": _("No."),
        "name": _("Name"),
        "duty": _("Duty"),
        "no_members": _("Nobody belongs to this team on these days."),
        "task": _("To do"),
        "day": _("Day"),
        "villages": _("Villages and wards"),
        "people": _("People"),
        "along": _("Vehicle and companions"),
        "rules": _("Rules"),
        "check": _("Check this letter here, with its file"),
        "copies": _("Copies to"),
        "logo": _("Emblem of the office"),
    }
    office: Letterhead
    number: str
    basis: Sequence[str]
    members: Sequence[Member]
    task: str
    days: Sequence[OrderDay]
    rules: Sequence[str]
    place_and_date: str
    signer_duty: str
    signer: str
    signature: str
    """How it was signed, in one plain line."""
    copies: Sequence[str] = ()
    square: Square | None = None

    @property
    def no_members(self) -> bool:
        """Whether nobody is sent."""
        return not self.members


@dataclass(frozen=True)
class Break:
    """A rest of the team."""

    what: str
    starts: str
    ends: str


@dataclass(frozen=True)
class Stop:
    """One visit, as far as the reader's duty may see it."""

    arrives: str
    starts: str
    ends: str
    name: str
    told: str
    """What the family was promised."""
    village: str
    place: str
    approximate: bool
    """Only the village is known."""
    phones: Sequence[str]
    purpose: str
    documents: str
    along: str
    notes: Pairs
    square: Square


@dataclass(frozen=True)
class RouteSheet:
    """Lembar rute: one team, one day, stop by stop."""

    template: ClassVar[str] = "route"
    words: ClassVar[Mapping[str, str]] = {
        "title": _("Route sheet"),
        "way": _("Way"),
        "departs": _("leaves"),
        "returns": _("is back"),
        "members": _("Team"),
        "vehicle": _("Vehicle"),
        "kits": _("Equipment"),
        "partners": _("Partners"),
        "breaks": _("Breaks"),
        "secret": _("For this team only: bring it back to the office after the day, where it is destroyed."),
        "stops": _("Visits in their order"),
        "no": _("No."),
        "time": _("Time"),
        "arrives": _("arrives"),
        "whom": _("Whom and where"),
        "what": _("What, with whom, what to know"),
        "page": _("Case"),
        "approximate": _("Only the village is known: call first."),
        "phone": _("Phone"),
        "along": _("Comes along"),
        "bring": _("What to bring"),
    }  # fmt: skip
    office: Letterhead
    team: str
    day: date
    departs: str
    returns: str
    km: str
    members: Sequence[str]
    vehicle: str
    kits: Sequence[str]
    partners: Sequence[str]
    breaks: Sequence[Break]
    stops: Sequence[Stop]
    bring: Sequence[str]
    hidden: int = 0
    hidden_words: str = ""


@dataclass(frozen=True)
class Meeting:
    """When and where a partner joins a team."""

    day: date
    starts: str
    ends: str
    village: str
    meet: str
    team: str


@dataclass(frozen=True)
class PartnerList:
    """Daftar mitra: a partner's own visits, and no more than they need to be there."""

    template: ClassVar[str] = "partner"
    words: ClassVar[Mapping[str, str]] = {
        "title": _("Visits with your help"),
        "for_whom": _("For"),
        "week": _("Week"),
        "day": _("Day"),
        "time": _("Time"),
        "where": _("Where to meet"),
        "team": _("Team"),
        "least": _("Whom you meet is not on this list: the team tells you on the way what you must know."),
        "thanks": _("If you cannot come, please call the office early, so that nobody waits in vain."),
        "logo": _("Emblem of the office"),
    }  # fmt: skip
    office: Letterhead
    partner: str
    week: str
    visits: Sequence[Meeting]


@dataclass(frozen=True)
class Checklist:
    """Daftar bawaan: what a team takes along on a day."""

    template: ClassVar[str] = "bring"
    words: ClassVar[Mapping[str, str]] = {
        "title": _("What to bring"),
        "checked": _("Checked by"),
    }
    office: Letterhead
    team: str
    day: date
    parts: Sequence[tuple[str, Sequence[str]]]


Paper = Order | RouteSheet | PartnerList | Checklist


@dataclass(frozen=True)
class Look:
    """How a paper is set: language, date in its properties, and what stands across it."""

    language: str
    date: date
    mark: str = ""
    """Across each page, as a watermark."""
    notice: str = ""
    """The same in plain words at the top, for those who listen."""
    logo: bytes = b""


def square(address: str, alt: str) -> Square:
    """A square code that leads to an address."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=1, xmldecl=False, scale=1)
    return Square(out.getvalue().decode(), alt)


def pdf(paper: Paper, look: Look) -> bytes:
    """The paper as a tagged PDF."""
    moment = datetime.combine(look.date, time(), UTC)
    made = _compiler(paper.template).compile(
        format="pdf", sys_inputs=_inputs(paper, look), pdf_standards=["ua-1"], timestamp=moment
    )
    assert isinstance(made, bytes)
    return made


def png(paper: Paper, look: Look, ppi: float = 96) -> list[bytes]:
    """Its pages as pictures."""
    made = _compiler(paper.template).compile(format="png", sys_inputs=_inputs(paper, look), ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made or [])


@cache
def _fonts() -> typst.Fonts:
    """Those that come with typst: a paper looks alike on every machine."""
    return typst.Fonts(include_system_fonts=False)


def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(HERE / f"{template}.typ", root=HERE, font_paths=_fonts(), ignore_system_fonts=True)


def _inputs(paper: Paper, look: Look) -> dict[str, str]:
    with override(look.language):
        said: dict[str, Any] = _as_told(asdict(paper))
        if isinstance(paper, Order):
            said["no_members"] = paper.no_members
        words = {name: gettext(message) for name, message in paper.words.items()}
    data = {
        "lang": look.language[:2],
        "date": {"year": look.date.year, "month": look.date.month, "day": look.date.day},
        "mark": look.mark,
        "notice": look.notice,
        "logo": list(look.logo) or None,
        "words": words,
        "paper": said,
    }
    return {"data": json.dumps(data, ensure_ascii=False)}


def _as_told(value: Any) -> Any:
    """Dates as letters carry them: Senin, 3 Maret 2026."""
    if isinstance(value, date):
        return date_format(value, "l, j F Y")
    if isinstance(value, dict):
        return {k: _as_told(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_as_told(v) for v in value]
    return value
