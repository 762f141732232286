"""What the planner calls by an id, in words: visits, teams, sets, vehicles, partners, skills."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from jemput.accounts.models import Office
from jemput.core.codes import Coded, Duty, Language, Partner
from jemput.core.text import Words
from jemput.journal import newest
from jemput.office.showing import programme_label
from jemput.office.words import say, say_day
from jemput.planning.kinds import KitKind, VehicleKind
from jemput.planning.models import Kit, PartnerPerson, Team, Vehicle
from jemput.planning.week.edit import Price

_CODES: dict[str, Coded] = {c.value: c for kind in (Partner, KitKind, VehicleKind) for c in kind}


class Labels:
    """The names of one office's things; ``visit`` says what a visit is called on this page."""

    def __init__(self, office: Office, duty: Duty, visit: Callable[[str], str]) -> None:
        self.duty, self.visit = duty, visit
        self.teams: dict[str, str] = dict(Team.objects.filter(office=office).values_list("code", "name"))
        self.names: dict[str, str] = {}
        kinds: tuple[tuple[str, type[Kit | Vehicle | PartnerPerson]], ...]
        kinds = (("kit", Kit), ("vehicle", Vehicle), ("partner", PartnerPerson))
        for name, model in kinds:
            rows = model._default_manager.filter(office=office).values_list("pk", "name")
            self.names |= {f"{name}-{pk}": said for pk, said in rows}

    def team(self, code: str) -> str:
        """A team's name."""
        return self.teams.get(code, code)

    def thing(self, id: str) -> str:
        """A set, vehicle or partner; a partner of every village ("partner-7-35.03.04.2001") too."""
        return self.names.get("-".join(id.split("-")[:2]), id)

    def token(self, text: str) -> str:
        """One id or code of the engine."""
        head, colon, rest = text.partition(":")
        if text in self.teams:
            return self.teams[text]
        if "-".join(text.split("-")[:2]) in self.names:
            return self.thing(text)
        if head == "programme" and rest.isdecimal():
            return gettext("training for %(programme)s") % {"programme": self.programme(int(rest))}
        if head == "language" and colon:
            return gettext(Language(rest).label)
        if all(part in _CODES for part in text.split("|")):
            return gettext(" or ").join(gettext(_CODES[part].label) for part in text.split("|"))
        return _as_day(text) or self.visit(text)

    def programme(self, number: int) -> str:
        """A programme as this duty may know it: a name like ODGJ is a health fact."""
        return programme_label(self.duty, number, newest(number).name)

    def say(self, words: Words) -> str:
        """Words of the engine, with its ids said."""
        return gettext(words.message) % {k: self._param(v) for k, v in words.params.items()}

    def _param(self, value: object) -> object:
        if isinstance(value, Words):
            return self.say(value)
        if isinstance(value, str):
            return ", ".join(self.token(t) for t in value.split(", "))
        return value if isinstance(value, int | float) else say(value)

    def where(self, text: str) -> str:
        """Where a rule is broken: a team and a day, or a visit."""
        return " ".join(self.token(part) for part in text.split(" "))


def _as_day(text: str) -> str:
    try:
        return say_day(date.fromisoformat(text))
    except ValueError:
        return ""


def price_in_words(price: Price) -> str:
    """People, minutes, kilometres more or less."""
    people = ngettext("%(n)s person", "%(n)s people", abs(price.people)) % {"n": _signed(price.people)}
    minutes = gettext("%(n)s minutes of work") % {"n": _signed(price.minutes)}
    km = gettext("%(n)s km") % {"n": _signed(round(price.metres / 1000, 1))}
    return f"{people}, {minutes}, {km}"


def _signed(number: float) -> str:
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return sign + number_format(abs(number))
