"""What an entry took from an extract of the population register, and from which."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from jemput.core.codes import Coded
from jemput.core.entries.base import Body, Clear
from jemput.core.text import _


class RegisterField(Coded):
    """A fact that the register holds of a person; the fact itself is never here."""

    NAME = "name", _("Full name")
    NIK = "nik", _("NIK")
    FAMILY_NUMBER = "family_number", _("Family card number")
    BIRTH = "birth", _("Date of birth")
    BIRTH_PLACE = "birth_place", _("Place of birth")
    SEX = "sex", _("Sex")
    MOTHER = "mother", _("Mother's name")
    AREA = "area", _("Village or ward")
    ADDRESS = "address", _("Address")


class FromExtract(Body):
    """Of a register extract a case keeps only what was used, and the day on which it was drawn."""

    extract: Clear[date | None] = Field(None, title=_("Register extract of"))
    from_extract: Clear[list[RegisterField] | None] = Field(None, title=_("Taken from the extract"))
