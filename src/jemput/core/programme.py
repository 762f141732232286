"""A programme is a file: whom it serves, by which steps, through whose hands, until when.

This module says what such a file may hold. ``reading`` turns text into a Programme or says, line by
line, what is wrong and how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from jemput.core.codes import (
    Channel,
    Coded,
    DataCondition,
    Document,
    Duty,
    Group,
    Partner,
    PlaceKind,
    Service,
    Training,
    Urgency,
)
from jemput.core.entries.base import KINDS, Area, Body, Code, Hash
from jemput.core.text import _

_PRINTABLE = r"^[^\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]*$"
"""No control characters: the words go into pages, pictures and letters."""
Words40 = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=_PRINTABLE)
]
Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=_PRINTABLE)
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Part):
    """The office's own words: Indonesian always, English where somebody wrote it."""

    id: Sentence
    en: Sentence | None = None

    def in_language(self, language: str) -> str:
        """The text in ``language`` ("id" or "en"), Indonesian where the other is missing."""
        return (self.en or self.id) if language.startswith("en") else self.id


def _bare_is_indonesian(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


Label = Annotated[Text, BeforeValidator(_bare_is_indonesian)]
SourceId = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}$")]
"""An item of the acceptance list: G21, B14, T27, P23, H20."""


class Phase(Coded):
    """The lane in which a step is drawn."""

    REPORT = "report", _("Report")
    CHECK = "check", _("Check")
    PLAN = "plan", _("Order and schedule")
    VISIT = "visit", _("Visit")
    CENTRE = "centre", _("National centre")
    ISSUE = "issue", _("Issue")
    HAND_OVER = "hand_over", _("Hand over")
    AFTER = "after", _("Afterwards")


class Step(_Part):
    """One thing that somebody does, in its place in the order.

    ``after`` names the steps that must be done first. ``match`` picks entries by a clear field (a visit
    with another purpose is another step); ``passes`` says which results let the case go on; ``unless``
    waives the step by what an earlier one said: ``unless = { check = { result = ["found"] } }``.
    """

    id: Code
    entry: str
    label: Label
    phase: Phase
    duties: tuple[Duty, ...] = Field(min_length=1)
    after: tuple[Code, ...] = ()
    documents: tuple[Document, ...] = ()
    match: dict[str, str] = Field(default_factory=dict)
    passes: dict[str, tuple[str | bool, ...]] = Field(default_factory=dict)
    unless: dict[Code, dict[str, tuple[str | bool, ...]]] = Field(default_factory=dict, max_length=1)
    present: tuple[Partner, ...] = ()
    present_any: tuple[Partner, ...] = ()
    trained: tuple[Training, ...] = ()
    where: tuple[PlaceKind, ...] = ()
    evidence: tuple[Label, ...] = ()
    needs_papers: bool = False
    optional: bool = False
    repeats: bool = False
    within_working_days: int | None = Field(None, ge=0, le=365)
    help: Label | None = None
    source: tuple[SourceId, ...] = ()

    @property
    def body(self) -> type[Body]:
        """The model of the entry that does this step."""
        return KINDS[self.entry]

    def concerns(self, documents: tuple[Document, ...] | list[Document]) -> bool:
        """Whether a case that wants these documents goes through this step."""
        return not self.documents or bool(set(self.documents) & set(documents))

    def waived(self, said: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether an earlier step's answer makes this one needless.

        ``said`` holds, by step id, the clear fields of the last entry that did the step.
        """
        return any(
            said.get(step, {}).get(name) in values
            for step, wanted in self.unless.items()
            for name, values in wanted.items()
        )


class ChannelLine(_Part):
    """A way in, with the number or address where there is one."""

    kind: Channel
    label: Label | None = None
    contact: Words40 | None = None
    source: tuple[SourceId, ...] = ()


class Requirement(_Part):
    """A paper asked of the family; ``one_of`` groups papers of which any one is enough."""

    id: Code
    label: Label
    documents: tuple[Document, ...] = ()
    required: bool = True
    one_of: Code | None = None
    carried: bool = False
    source: tuple[SourceId, ...] = ()


class Serves(_Part):
    """Whom it is for. ``open_ended``: the law's list is a minimum (Permendagri 19/2018 art. 10)."""

    groups: tuple[Group, ...] = Field(min_length=1)
    conditions: tuple[DataCondition, ...] = ()
    domicile: Area | None = None
    open_ended: bool = True
    note: Label | None = None
    source: tuple[SourceId, ...] = ()


class Blocked(_Part):
    """A service that is refused without the document, and how urgent that makes the case (G50, G54)."""

    service: Service
    urgency: Urgency = Urgency.NORMAL
    source: tuple[SourceId, ...] = ()


class Legal(_Part):
    """A legal basis as cited by the source. ``status`` tells what we know of it today."""

    cite: Sentence
    about: Label | None = None
    status: Label | None = None
    source: tuple[SourceId, ...] = ()


class Topic(Coded):
    """Under which heading a quoted fact stands on the programme page."""

    PROFILE = "profile", _("Profile")
    FIGURE = "figure", _("Figures in the source")
    ACTOR = "actor", _("Who takes part")
    RESOURCE = "resource", _("Resources")
    FACILITY = "facility", _("Accessibility at the office")
    RULE = "rule", _("Rules and standards")
    PROBLEM = "problem", _("Why the programme exists")
    BENEFIT = "benefit", _("What it brings")
    QUIRK = "quirk", _("Doubts about the source")


class Fact(_Part):
    """Something the source says, quoted; ``en`` says it in English.

    ``doubtful`` figures are shown with the doubt, never computed on.
    """

    topic: Topic
    quote: Sentence
    en: Sentence | None = None
    label: Label | None = None
    doubtful: Label | None = None
    source: tuple[SourceId, ...] = Field(min_length=1)


def _flat_facts(value: Any) -> Any:
    """Facts are written under their topics (``[facts]``, ``figure = [...]``) and kept as one list."""
    if not isinstance(value, dict) or not all(isinstance(v, list) for v in value.values()):
        return value
    return [
        {"topic": topic, **fact} if isinstance(fact, dict) else fact
        for topic, facts in value.items()
        for fact in facts
    ]


Facts = Annotated[tuple[Fact, ...], BeforeValidator(_flat_facts)]


class Target(_Part):
    """A number to reach. ``start`` is the backlog it is measured against."""

    label: Label
    start: int | None = Field(None, ge=0)
    reach: int | None = Field(None, ge=0)
    share: float | None = Field(None, ge=0, le=1)
    year: int | None = Field(None, ge=2000, le=2100)
    source: tuple[SourceId, ...] = ()


class Programme(_Part):
    """A whole programme file. ``hash`` is that of its bytes: a case pins it."""

    number: int = Field(ge=1, le=9999)
    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    name: Words40
    long_name: Label
    summary: Label
    owner: Label
    office: Annotated[str, StringConstraints(pattern=r"^\d\d\.\d\d$")]
    serves: Serves
    channels: tuple[ChannelLine, ...] = Field(min_length=1)
    places: tuple[PlaceKind, ...] = Field(min_length=1)
    documents: tuple[Document, ...] = Field(min_length=1)
    recorded_documents: tuple[Document, ...] = (Document.KTP_EL,)
    requirements: tuple[Requirement, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=3, max_length=60)
    blocked: tuple[Blocked, ...] = ()
    legal: tuple[Legal, ...] = ()
    facts: Facts = ()
    targets: tuple[Target, ...] = ()
    promise_working_days: int | None = Field(None, ge=1, le=365)
    visit_minutes: int = Field(45, ge=5, le=480)
    free_of_charge: bool = True
    hash: Hash

    def step(self, step_id: str) -> Step:
        """The step of that id. Raises KeyError."""
        return self._by_id[step_id]

    @cached_property
    def _by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    def steps_for(self, documents: tuple[Document, ...] | list[Document]) -> list[Step]:
        """The steps of a case that wants these documents, in the order of the file."""
        return [s for s in self.steps if s.concerns(documents)]

    def urgency_of(self, services: list[Service]) -> Urgency:
        """The most pressing urgency among blocked services; normal when none is named."""
        by_service = {b.service: b.urgency for b in self.blocked}
        found = {by_service.get(s, Urgency.NORMAL) for s in services}
        for urgency in Urgency:  # listed from the most pressing
            if urgency in found:
                return urgency
        return Urgency.NORMAL

    def papers_wanted(self, documents: list[Document], received: set[str]) -> list[Requirement]:
        """Required papers that have not come; of a ``one_of`` group, its papers only while none has."""
        groups = {r.one_of for r in self.requirements if r.id in received and r.one_of}
        return [
            r
            for r in self.requirements
            if r.required
            and r.id not in received
            and r.one_of not in groups
            and (not r.documents or set(r.documents) & set(documents))
        ]
