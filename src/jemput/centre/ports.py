"""The one port to the national centre: what may be asked, what comes back, what can go wrong.

Everything here is read only. An office has no documented way to write into SIAK from outside, and
Jemput does not look for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from jemput.core.centre import CentreMeaning, meaning
from jemput.core.codes import Coded, Sex
from jemput.core.entries.checking import BiodataResult
from jemput.core.text import Words, _


class Element(Coded):
    """One item of biodata that can be compared with the register."""

    NIK = "nik", _("NIK")
    FAMILY_NUMBER = "family_number", _("Family card number")
    NAME = "name", _("Full name")
    BIRTH_PLACE = "birth_place", _("Place of birth")
    BIRTH_DATE = "birth_date", _("Date of birth")
    SEX = "sex", _("Sex")
    MARITAL_STATUS = "marital_status", _("Marital status")
    OCCUPATION = "occupation", _("Occupation")
    ADDRESS = "address", _("Address")
    RT = "rt", _("RT")
    RW = "rw", _("RW")
    PROVINCE = "province", _("Province")
    REGENCY = "regency", _("Regency or city")
    DISTRICT = "district", _("Subdistrict")
    VILLAGE = "village", _("Village or ward")


@dataclass(frozen=True, slots=True)
class BiodataFacts:
    """What the papers say of a person; what is None is not compared. Never printed whole."""

    name: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)
    birth_place: str | None = field(default=None, repr=False)
    family_number: str | None = field(default=None, repr=False)
    marital_status: str | None = field(default=None, repr=False)
    occupation: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    rt: str | None = field(default=None, repr=False)
    rw: str | None = field(default=None, repr=False)
    area: str | None = field(default=None, repr=False)
    """Kemendagri code with dots, as far down as it is known: "35.03.01.2001"."""


@dataclass(frozen=True, slots=True)
class ElementAnswer:
    """Whether one element agrees; `score` is 0..100 for elements that are compared loosely."""

    element: Element
    agrees: bool
    score: int | None = None


@dataclass(frozen=True, slots=True)
class BiodataAnswer:
    """What the register says of a NIK. The register's own data is compared and let go, never kept."""

    result: BiodataResult
    elements: tuple[ElementAnswer, ...] = ()
    recording: str | None = None
    """The raw recording status, when the service tells it."""
    quota_left: int | None = None
    simulated: bool = False

    @property
    def differences(self) -> tuple[Element, ...]:
        """The elements that do not agree with the papers."""
        return tuple(answer.element for answer in self.elements if not answer.agrees)

    @property
    def recorded_before(self) -> bool | None:
        """Whether the person's biometrics are already known to the centre; None when it is not told."""
        if self.recording is None or (said := meaning(self.recording)) is CentreMeaning.UNKNOWN:
            return None
        return said not in {CentreMeaning.UNREGISTERED, CentreMeaning.NOT_YET_DUE}


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The status of one recording as the centre wrote it; `raw` is None when `problem` says why not."""

    nik: str = field(repr=False)
    raw: str | None
    problem: BiodataResult | None = None
    simulated: bool = False

    @property
    def meaning(self) -> CentreMeaning | None:
        """What the status means; None when there is none."""
        return None if self.raw is None else meaning(self.raw)


class CentreError(Exception):
    """The centre gave no usable answer. `words` say what happened, `remedy` what the reader can do."""

    def __init__(self, words: Words, remedy: Words) -> None:
        super().__init__(str(words))
        self.words = words
        self.remedy = remedy
        self.answered: list[StatusAnswer] = []
        """What had been answered before a list of questions broke off; it cost quota and is kept."""


class QuotaExhausted(CentreError):
    """No more questions today; go on by hand."""


class ConfigurationAlarm(CentreError):
    """Our user, address or agreement is wrong; only the administrator can mend it."""

    @classmethod
    def setting(cls, name: str) -> ConfigurationAlarm:
        """The setting `name` is missing or wrong."""
        return cls(
            Words(_("The setting %(name)s for the centre is missing or wrong"), {"name": name}),
            Words(_("Ask the administrator to correct it; record by hand meanwhile.")),
        )


class TryLater(CentreError):
    """The line or the centre is down, slow or closed."""


class NikRefused(CentreError):
    """The number itself cannot be a NIK; it must be read again."""


class Unreadable(CentreError):
    """The answer does not look like any answer that is documented."""


class Centre(Protocol):
    """What an adapter to the national centre can do. Every method may raise CentreError."""

    def check_biodata(self, nik: str, facts: BiodataFacts) -> BiodataAnswer:
        """Look `nik` up and compare what is found with `facts`."""
        ...

    def verify_elements(self, nik: str, facts: BiodataFacts, threshold: int = 90) -> BiodataAnswer:
        """Have the centre compare; no data comes back. `threshold` 0..100 for loosely compared elements."""
        ...

    def statuses(self, niks: Sequence[str]) -> list[StatusAnswer]:
        """The recording status of each NIK, in the order asked."""
        ...
