"""The report form: what a caller says, in the order in which callers say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from jemput.accounts.models import Assignment
from jemput.core import areas
from jemput.core.codes import Channel, DataCondition, Document, Duty, Group, Relation, Service, Sex
from jemput.core.dates import Birth, numeric_date, parse_birth
from jemput.core.entries import DayPart, GuardianNamed, Reported, ReporterNamed
from jemput.core.names import parse_name
from jemput.core.nik import parse_nik, plausible
from jemput.core.phone import parse_phone
from jemput.core.programme import Programme
from jemput.core.text import BadInput, Words, plain
from jemput.office.forms.fields import Choices, Read, field_for
from jemput.office.forms.places import any_area, as_typed, village_in
from jemput.office.words import say
from jemput.people.picked import Picked

OWN_CHANNEL: Mapping[Duty, Channel] = {
    Duty.REPORTER: Channel.NEIGHBOURHOOD,
    Duty.VILLAGE_REGISTRAR: Channel.VILLAGE,
    Duty.SUBDISTRICT: Channel.SUBDISTRICT,
    Duty.RW_AGENT: Channel.RW_AGENT,
    Duty.SOCIAL_AGENCY: Channel.SOCIAL_AGENCY,
    Duty.HEALTH_WORKER: Channel.HEALTH_AGENCY,
    Duty.FIELD_OFFICER: Channel.FIELD,
}
"""Who reports for others comes by one way; the desk chooses."""

OWN_RELATION: Mapping[Duty, Relation] = {
    Duty.REPORTER: Relation.NEIGHBOURHOOD_HEAD,
    Duty.VILLAGE_REGISTRAR: Relation.VILLAGE,
    Duty.SUBDISTRICT: Relation.VILLAGE,
    Duty.RW_AGENT: Relation.NEIGHBOURHOOD_HEAD,
    Duty.SOCIAL_AGENCY: Relation.AGENCY,
    Duty.HEALTH_WORKER: Relation.AGENCY,
    Duty.FIELD_OFFICER: Relation.AGENCY,
}

VILLAGE = len("35.03.04.2007")
_FACTS = (
    *("name", "nik", "family_number", "mother", "address", "place_kind", "place_name", "phone", "groups"),
    *("blocked_services", "needs", "documents", "condition", "sex", "note", "channel"),
    *("preferred_language", "preferred_time", "preferred_days"),
)


def report_choices(programme: Programme, duty: Duty) -> dict[str, Choices]:
    """What a duty chooses from when it reports to a programme: on the screen, and through the API."""
    own = OWN_CHANNEL.get(duty)
    channels = [own] if own else [Channel.HOTLINE, Channel.DESK, *_named(programme), Channel.WHATSAPP]
    groups = list(programme.serves.groups)
    if programme.serves.open_ended:
        groups.append(Group.SELF_DECLARED)
    values: dict[str, Sequence[Any]] = {
        "channel": channels,
        "groups": groups,
        "documents": programme.documents,
        "blocked_services": [*(b.service for b in programme.blocked), Service.OTHER],
        "condition": [*programme.serves.conditions, DataCondition.UNKNOWN],
        "place_kind": programme.places,
    }
    return {name: [(v.value, say(v)) for v in dict.fromkeys(found)] for name, found in values.items()}


def _named(programme: Programme) -> list[Channel]:
    return [channel.kind for channel in programme.channels]


class ReportForm(forms.Form):
    """A report for one programme by one duty. ``facts()``, ``reporter()`` and ``guardian()`` when valid.

    ``picked``: whom of the register the form was filled in from.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        programmes: Sequence[Programme],
        programme: Programme,
        assignment: Assignment,
        today: date,
        initial: Mapping[str, Any] | None = None,
        picked: Picked | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), use_required_attribute=False)
        self.programme, self.assignment, self.today = programme, assignment, today
        self.picked = picked
        self.birth: Birth | None = None
        self.doubts: list[Words] = []
        self.offered = report_choices(programme, assignment.role)
        add = self.fields
        add["programme"] = forms.TypedChoiceField(
            label=_("Programme"), coerce=int, choices=[(p.number, p.name) for p in programmes]
        )
        add["channel"] = field_for(Reported, "channel", choices=self.offered["channel"])
        self._ask_reporter()
        self._ask_person()
        self._ask_place()
        self._ask_need()
        self._guess()

    # ---- what is asked ------------------------------------------------------------------------

    def _ask_reporter(self) -> None:
        self.fields["reporter_name"] = Read(
            read=parse_name, label=_("Who is calling"), widget=forms.TextInput(attrs={"autocomplete": "off"})
        )
        relation = field_for(ReporterNamed, "relation", required=True)
        relation.label = _("Who are they to the person")
        self.fields["reporter_relation"] = relation
        self.fields["reporter_phone"] = Read(
            read=parse_phone,
            required=False,
            label=_("Phone of the caller"),
            widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        )
        self.fields["is_guardian"] = forms.BooleanField(
            required=False, label=_("The caller is the family or guardian who speaks for the person")
        )

    def _ask_person(self) -> None:
        self.fields["name"] = field_for(Reported, "name")
        self.fields["name"].label = _("Name of the person")
        self.fields["name"].help_text = _("Leave empty when nobody knows it")
        self.fields["birth"] = forms.CharField(
            required=False,
            max_length=60,
            label=_("Birth date, or about how old"),
            help_text=_("3 Maret 1950, 1950, umur 70-an"),
        )
        self.fields["sex"] = field_for(
            Reported, "sex", choices=[(s.value, say(s)) for s in Sex], required=True
        )
        self.fields["nik"] = field_for(Reported, "nik")
        self.fields["family_number"] = field_for(Reported, "family_number")
        self.fields["mother"] = field_for(Reported, "mother")
        self.fields["phone"] = field_for(Reported, "phone")

    def _ask_place(self) -> None:
        scope = self.assignment.area
        attrs = {"list": "villages", "autocomplete": "off"}
        self.fields["village"] = Read(
            read=village_in(scope),
            required=False,
            label=_("Village or ward"),
            widget=forms.TextInput(attrs=attrs),
        )
        if areas.level(scope) < areas.Level.RW:
            self.fields["rw"] = Read(read=as_rw, max_length=8, required=False, label=_("RW"))
            self.fields["rw"].widget.attrs |= {"inputmode": "numeric"}
        self.fields["address"] = field_for(Reported, "address")
        self.fields["address"].widget.attrs["rows"] = 2
        self.fields["place_kind"] = field_for(Reported, "place_kind", choices=self.offered["place_kind"])
        self.fields["place_name"] = field_for(Reported, "place_name")
        self.fields["elsewhere"] = Read(
            read=any_area,
            required=False,
            label=_("Lives outside this area, in"),
            help_text=_("Name or code of the regency, city, subdistrict or village. The report is referred."),
        )

    def _ask_need(self) -> None:
        for name in ("groups", "documents", "blocked_services", "condition"):
            required = name != "blocked_services"
            self.fields[name] = field_for(Reported, name, choices=self.offered[name], required=required)
        for name in ("preferred_language", "preferred_days"):
            self.fields[name] = field_for(Reported, name)
        parts = [("", _("Not chosen")), *((part.value, say(part)) for part in DayPart)]
        self.fields["preferred_time"] = field_for(Reported, "preferred_time", choices=parts, compact=True)
        for name in ("needs", "note"):
            self.fields[name] = field_for(Reported, name)
            self.fields[name].widget.attrs["rows"] = 2

    def _guess(self) -> None:
        """What is usual; the caller's own words replace it."""
        documents = self.programme.documents
        usual = Document.KTP_EL if Document.KTP_EL in documents else documents[0]
        guess: dict[str, Any] = {
            "programme": self.programme.number,
            "channel": self.offered["channel"][0][0],
            "reporter_relation": OWN_RELATION.get(self.assignment.role),
            "documents": [usual.value],
            "sex": Sex.UNKNOWN.value,
            "condition": DataCondition.UNKNOWN.value,
            "place_kind": self.programme.places[0].value,
        }
        if self.assignment.role in OWN_CHANNEL:
            guess |= {
                "reporter_name": self.assignment.account.name,
                "reporter_phone": self.assignment.account.phone,
            }
        if areas.level(self.assignment.area) >= areas.Level.VILLAGE:
            guess["village"] = as_typed(self.assignment.area)
        self.initial = {**guess, **self.initial}

    # ---- what was said ------------------------------------------------------------------------

    def clean_birth(self) -> str | None:
        """A birth date, a year or an age; kept as it was said when it is not exact."""
        text = plain(self.cleaned_data["birth"])
        if not text:
            return None
        try:
            self.birth = parse_birth(text, self.today)
        except BadInput as bad:
            raise forms.ValidationError(say(bad.words)) from None
        return text

    def clean(self) -> dict[str, Any]:
        """Where the person lives must be known; doubts about the NIK are said, not refused."""
        cleaned = super().clean() or {}
        if not cleaned.get("village") and not cleaned.get("elsewhere"):
            if "village" not in self.errors and "elsewhere" not in self.errors:
                self.add_error("village", _("Write where the person lives, or where they live elsewhere."))
        elif cleaned.get("rw") and areas.level(cleaned.get("village") or "00") != areas.Level.VILLAGE:
            cleaned["rw"] = None
        if nik := cleaned.get("nik"):
            self.doubts = plausible(nik, self.birth, Sex(cleaned.get("sex") or Sex.UNKNOWN))
        return cleaned

    @property
    def area(self) -> str:
        """Where the case belongs: the village, its RW; an area of our own office that somebody else keeps;
        what this duty covers when the person lives outside the office."""
        office, elsewhere = self.assignment.office_id, self.cleaned_data.get("elsewhere")
        if elsewhere:
            return elsewhere if areas.covers(office, elsewhere) else self.assignment.area
        village, rw = self.cleaned_data["village"], self.cleaned_data.get("rw")
        return f"{village}.{rw}" if rw else village

    @property
    def referred_to(self) -> str | None:
        """The area of another office that should serve, if it is not ours."""
        elsewhere = self.cleaned_data.get("elsewhere")
        return elsewhere if elsewhere and not areas.covers(self.assignment.office_id, elsewhere) else None

    def facts(self) -> dict[str, Any]:
        """Fields of ``Reported``."""
        cleaned = self.cleaned_data
        facts = {name: cleaned[name] for name in _FACTS if cleaned.get(name) not in (None, "", [])}
        facts["area"] = self.area
        if self.birth is not None and self.birth.is_exact:
            facts["birth_date"] = self.birth.earliest
        elif cleaned.get("birth"):
            facts["birth_about"] = cleaned["birth"]
        if cleaned.get("nik") and cleaned["sex"] == Sex.UNKNOWN:
            facts["sex"] = parse_nik(cleaned["nik"]).sex
        if self.picked is not None:
            facts |= self.picked.used(facts, self.assignment.role)
        return facts

    def hints(self) -> dict[str, Any]:
        """What is known so far, for finding duplicates while the rest is still being typed."""
        self.is_valid()
        names = ("name", "nik", "family_number", "phone", "reporter_phone")
        known = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        if self.assignment.role in OWN_CHANNEL:
            known.pop("reporter_phone", None)  # their own, in every report of theirs
        if self.cleaned_data.get("village"):
            known["area"] = self.cleaned_data["village"]
        return known

    def reporter(self) -> ReporterNamed:
        """Who told us."""
        return ReporterNamed(
            name=self.cleaned_data["reporter_name"],
            relation=self.cleaned_data["reporter_relation"],
            phone=self.cleaned_data["reporter_phone"],
        )

    def guardian(self) -> GuardianNamed | None:
        """The caller as the one who speaks for the person, if they said so."""
        if not self.cleaned_data["is_guardian"]:
            return None
        return GuardianNamed(**self.reporter().model_dump())


def from_register(picked: Picked, duty: Duty, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields as the register has them; how to find the place stays as the caller told it."""
    known = picked.facts(duty)
    born = known.get("birth_date")
    fields = {
        **{name: known.get(name) for name in ("name", "nik", "family_number", "sex", "mother")},
        "birth": numeric_date(born) if born else known.get("birth_about"),
        "village": as_typed(known["area"][:VILLAGE]) if "area" in known else None,
        "rw": picked.person.rw if picked.person else None,
        "address": typed.get("address") or known.get("address"),
    }
    return {name: value for name, value in fields.items() if value}


def as_rw(text: str) -> str:
    """ "4", "RW 004" or "RW.04" as three digits. Raises BadInput."""
    digits = "".join(c for c in plain(text) if c in "0123456789")
    if not digits or int(digits) > 999 or int(digits) == 0:
        raise BadInput(_("Write the number of the RW, for example 4."))
    return f"{int(digits):03}"
