"""NIK and family-card numbers: reading, judging against what people say, masking, inventing.

A NIK is PPKKCC DDMMYY SSSS: region of FIRST registration (never proof of today's address), birth
date with 40 added to the day for women, serial (Perpres 96/2018 practice; structure rules by
``lokal-id``). Two things are ours: the century, which sixteen digits cannot tell, and region 99,
which no Indonesian area has (real codes run from 11 to 96) and which we keep for invented people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jemput.core.codes import Sex
from jemput.core.dates import Birth, age, numeric_date
from jemput.core.text import BadInput, Words, _, plain

SYNTHETIC_PROVINCE = "99"
_WOMAN = 40
_SEPARATORS = re.compile(r"[ .'\u2010-\u2015-]")
_SIXTEEN = re.compile(r"[0-9]{16}")
_SPREADSHEET = re.compile(r"[0-9]+([.,][0-9]+)?E\+?[0-9]+|[0-9]{13,}[.,]0{1,2}", re.IGNORECASE)
_LOOKALIKES = str.maketrans("OoIl", "0011")


@dataclass(frozen=True)
class Nik:
    """What sixteen digits tell."""

    digits: str
    region: str
    """Dotted district code of the first registration, e.g. "35.03.01"; may be older than a split."""
    sex: Sex
    births: tuple[date, ...]
    """The dates it may mean, latest century first."""
    serial: int

    @property
    def synthetic(self) -> bool:
        """An invented person's number (region 99)."""
        return self.digits.startswith(SYNTHETIC_PROVINCE)


def parse_nik(text: str) -> Nik:
    """Read a NIK as people write it, with spaces, dots or dashes.

    Raises BadInput with what to do; the words never repeat the number.
    """
    from lokal.nik import parse_nik as read_structure  # here, since it takes 0.35 s to import

    digits = _sixteen_digits(text, _NIK_LENGTH)
    # The reference date only spares lokal-id the clock; the century is chosen below.
    info = read_structure(digits, reference_date=date(2099, 12, 31))
    faults = {issue.code for issue in info.errors}
    if digits.startswith(SYNTHETIC_PROVINCE):
        faults.discard("province")
    if faults & {"province", "wilayah"}:
        raise BadInput(_("The first six digits of this NIK are no area. Check the KTP-el or KK."))
    if "birth_date" in faults:
        raise BadInput(
            _(
                "Digits 7 to 12 of this NIK are no birth date (day, month, year; women have 40 added to "
                "the day). Check them against the KTP-el or KK."
            )
        )
    if "serial" in faults:
        raise BadInput(_("A NIK does not end in 0000. Check the last four digits."))
    coded_day = int(digits[6:8])
    return Nik(
        digits=digits,
        region=f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}",
        sex=Sex.FEMALE if coded_day > _WOMAN else Sex.MALE,
        births=_births(int(digits[10:12]), int(digits[8:10]), coded_day - _WOMAN * (coded_day > _WOMAN)),
        serial=int(digits[12:]),
    )


def birth_from(nik: Nik, on: date, youngest: int = 0) -> date | None:
    """The likeliest birth date: the latest one at which the person is at least ``youngest`` on ``on``.

    Ask with ``youngest=16`` where only people of recording age can be meant. None: no date fits.
    """
    return next((born for born in nik.births if born <= on and age(born, on) >= youngest), None)


def plausible(nik: Nik | str, birth: date | Birth | None = None, sex: Sex = Sex.UNKNOWN) -> list[Words]:
    """What does not fit between a NIK and what is said of the person; empty when all fits.

    A misfit is a question to the family and SIAK, never a refusal: numbers with mistakes were issued.
    """
    if isinstance(nik, str):
        try:
            nik = parse_nik(nik)
        except BadInput as bad:
            return [bad.words]
    found = []
    if isinstance(birth, date):
        birth = Birth.exact(birth)
    if birth and not any(birth.earliest <= born <= birth.latest for born in nik.births):
        found.append(_birth_misfit(nik, birth))
    if sex in (Sex.FEMALE, Sex.MALE) and sex != nik.sex:
        found.append(Words(_WOMANS if nik.sex == Sex.FEMALE else _MANS))
    return found


def synthetic_nik(birth: date, sex: Sex, serial: int, region: str = "99.01.01") -> str:
    """A NIK that can belong to nobody, for demo, training and tests (serial 1 to 9999)."""
    if not region.startswith(SYNTHETIC_PROVINCE) or not 1 <= serial <= 9999:
        raise ValueError("a synthetic NIK needs a region 99 and a serial from 1 to 9999")
    if sex not in (Sex.FEMALE, Sex.MALE):
        raise ValueError("a NIK tells a sex")
    day = birth.day + (_WOMAN if sex == Sex.FEMALE else 0)
    return f"{region.replace('.', '')}{day:02}{birth:%m%y}{serial:04}"


def parse_family_number(text: str) -> str:
    """The sixteen digits of a family card (nomor KK). Raises BadInput.

    Only length and a non-zero serial are required: the middle is the day of registration, which early
    cards carry in more than one way.
    """
    digits = _sixteen_digits(text, _FAMILY_LENGTH)
    if digits.endswith("0000"):
        raise BadInput(_("A family number does not end in 0000. Check the last four digits."))
    return digits


def synthetic_family_number(issued: date, serial: int, region: str = "99.01.01") -> str:
    """A family number of region 99 that can belong to no household."""
    return synthetic_nik(issued, Sex.MALE, serial, region)


def mask_nik(digits: str) -> str:
    """A NIK or family number with only its last four digits left; shorter text is hidden wholly."""
    kept = digits[-4:] if len(digits) == 16 else ""
    return "•" * (len(digits) - len(kept)) + kept


_WOMANS = _("This NIK is a woman's (40 is added to the day of birth), but the person is noted as a man.")
_MANS = _("This NIK is a man's, but the person is noted as a woman.")
_NIK_LENGTH = _("A NIK has 16 digits; here are %(count)s. Check it against the KTP-el or KK.")
_FAMILY_LENGTH = _("A family number has 16 digits; here are %(count)s. Check it against the KK.")


def _sixteen_digits(text: str, wrong_length: str) -> str:
    bare = plain(text)
    if _SPREADSHEET.fullmatch(bare):
        raise BadInput(
            _(
                "A spreadsheet turned this number into a quantity and lost its last digits. Format the "
                "column as Text, fill in the number again from its source, then copy it."
            )
        )
    digits = _SEPARATORS.sub("", bare)
    if _SIXTEEN.fullmatch(digits):
        return digits
    if _SIXTEEN.fullmatch(digits.translate(_LOOKALIKES)):
        raise BadInput(_("This number holds the letter O, I or L where a 0 or 1 belongs. Type digits only."))
    if any(not ("0" <= c <= "9") for c in digits):
        raise BadInput(_("This number holds something other than digits. Type the 16 digits only."))
    raise BadInput(wrong_length, count=len(digits))


def _births(year: int, month: int, day: int) -> tuple[date, ...]:
    found = []
    for century in (2000, 1900):
        try:
            found.append(date(century + year, month, day))
        except ValueError:  # 29 February 1900 was no day
            continue
    return tuple(found)


def _birth_misfit(nik: Nik, birth: Birth) -> Words:
    said = birth.earliest
    swapped = any((b.day, b.month, b.year) == (said.month, said.day, said.year) for b in nik.births)
    if birth.is_exact and swapped:
        return Words(_("Day and month of birth look swapped between the NIK and the form."))
    nearest = min(nik.births, key=lambda born: abs((born - said).days))
    return Words(
        _("The NIK says born %(from_nik)s; the form says %(said)s. Ask which is right and check in SIAK."),
        {"from_nik": numeric_date(nearest), "said": str(birth)},
    )
