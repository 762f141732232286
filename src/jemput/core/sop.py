"""A programme file as the SOP that people read: what, for whom, by which steps, until when, at what price.

``say`` renders anything that core hands out (message ids in Words, the office's Text, codes) in the
reader's language; core itself knows none.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args

from jemput.core.codes import Coded
from jemput.core.entries.base import KINDS
from jemput.core.programme import Fact, Programme, Requirement, Step, Text, Topic
from jemput.core.text import Words, _
from jemput.core.waiting import COMPLAINT_WORKING_DAYS

Say = Callable[[object], str]

_LEVY = _(
    "Whoever orders, allows or takes a levy faces up to 6 years in prison or a fine of up to Rp75,000,000 "
    "(UU 24/2013, articles 79A and 95B). Report it: every case has a complaint button."
)


@dataclass(frozen=True)
class Line:
    """One point of a section, with the smaller points under it and the source items that it rests on."""

    text: str
    under: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading and its points; ``numbered`` ones are the steps, ``quoted`` ones the source's own words."""

    title: str
    lines: tuple[Line, ...]
    numbered: bool = False
    quoted: bool = False


def explain(programme: Programme, say: Say, width: int = 100) -> str:
    """The whole SOP as plain text for a terminal or a letter, lines at most ``width`` wide."""
    title = say(programme.long_name)
    out = [title, "=" * min(len(title), width), "", *_wrapped(say(programme.summary), width), ""]
    for section in sections(programme, say):
        out += [section.title, "-" * min(len(section.title), width)]
        for number, line in enumerate(section.lines, 1):
            mark = f"{number:>2}. " if section.numbered else "  - "
            cited = f" [{', '.join(line.source)}]" if line.source else ""
            out += _wrapped(line.text + cited, width, mark)
            for under in line.under:
                out += _wrapped(under, width, "      ", "        ")
        out.append("")
    return "\n".join(out)


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    indent = " " * len(first) if rest is None else rest
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent) or [first]


def sections(programme: Programme, say: Say) -> list[Section]:
    """The SOP in its parts, those of a service standard (PermenPANRB 15/2014) and the source's own words."""

    def words(message: str, **params: object) -> str:
        return say(Words(message, params))

    found = [
        Section(
            words(_("Who provides the service")),
            (
                Line(f"{words(_('Office'))}: {say(programme.owner)} ({programme.office})"),
                Line(words(_("Programme number: %(number)s"), number=str(programme.number))),
                Line(words(_("Version of this file: %(hash)s"), hash=programme.hash[:12])),
            ),
        ),
        Section(words(_("Legal basis")), tuple(_legal(programme, say))),
        Section(words(_("Whom it serves")), tuple(_serves(programme, say))),
        Section(words(_("How to report")), tuple(_channels(programme, say))),
        Section(words(_("Requirements")), tuple(_papers(programme, say))),
        Section(words(_("Documents issued")), tuple(Line(say(d)) for d in programme.documents)),
        Section(words(_("Steps")), tuple(_steps(programme, say)), numbered=True),
        Section(words(_("Time")), tuple(_time(programme, say))),
        Section(words(_("Cost")), tuple(_cost(programme, say))),
        Section(words(_("Complaints")), tuple(_complaints(programme, say))),
        Section(words(_("What is blocked without the document")), tuple(_blocked(programme, say))),
        Section(words(_("Targets")), tuple(_targets(programme, say))),
    ]
    for topic in Topic:
        facts = tuple(_fact(f, say) for f in programme.facts if f.topic is topic)
        found.append(Section(f"{words(_('From the source'))}: {say(topic)}", facts, quoted=True))
    return [section for section in found if section.lines]


def _legal(programme: Programme, say: Say) -> Iterable[Line]:
    for legal in programme.legal:
        under = tuple(say(part) for part in (legal.about, legal.status) if part)
        yield Line(legal.cite, under, legal.source)


def _serves(programme: Programme, say: Say) -> Iterable[Line]:
    serves = programme.serves
    yield Line(
        f"{say(Words(_('People')))}: {_joined(serves.groups, say)}",
        (say(serves.note),) if serves.note else (),
        serves.source,
    )
    if serves.conditions:
        yield Line(f"{say(Words(_('What is missing')))}: {_joined(serves.conditions, say)}")
    if serves.domicile:
        yield Line(
            say(Words(_("Only residents of area %(area)s; others are referred."), {"area": serves.domicile}))
        )
    if serves.open_ended:
        yield Line(say(Words(_("The list is a minimum: whoever cannot come may be served."))))
    yield Line(f"{say(Words(_('Places')))}: {_joined(programme.places, say)}")


def _channels(programme: Programme, say: Say) -> Iterable[Line]:
    for channel in programme.channels:
        label = say(channel.label) if channel.label else say(channel.kind)
        yield Line(f"{label}: {channel.contact}" if channel.contact else label, (), channel.source)


def _papers(programme: Programme, say: Say) -> Iterable[Line]:
    for paper in programme.requirements:
        yield Line(f"{say(paper.label)} ({_how_needed(programme, paper, say)})", (), paper.source)


def _how_needed(programme: Programme, paper: Requirement, say: Say) -> str:
    if paper.carried:
        said = say(Words(_("brought by the team")))
    elif not paper.required:
        said = say(Words(_("if there is one")))
    elif paper.one_of:
        others = [r.label for r in programme.requirements if r.one_of == paper.one_of and r.id != paper.id]
        said = say(Words(_("or instead: %(papers)s"), {"papers": others}))
    else:
        said = say(Words(_("required")))
    if paper.documents and set(paper.documents) != set(programme.documents):
        said += f"; {say(Words(_('for: %(documents)s'), {'documents': list(paper.documents)}))}"
    return said


def _steps(programme: Programme, say: Say) -> Iterable[Line]:
    number = {step.id: n for n, step in enumerate(programme.steps, 1)}
    for step in programme.steps:
        label = say(step.label)
        if step.optional:
            label += f" ({say(Words(_('if needed')))})"
        yield Line(label, tuple(step_notes(programme, step, number, say)), step.source)


def step_notes(programme: Programme, step: Step, number: dict[str, int], say: Say) -> Iterable[str]:
    """What a reader must know of a step; ``number`` gives the number under which each step is listed."""

    def noted(message: str, **params: object) -> str:
        return say(Words(message, params))

    yield noted(_("By: %(duties)s"), duties=list(step.duties))
    if step.after:
        yield noted(_("Waits for step: %(steps)s"), steps=", ".join(str(number[s]) for s in step.after))
    if step.needs_papers:
        yield noted(_("Only when all required papers have been received"))
    if step.documents and set(step.documents) != set(programme.documents):
        yield noted(_("Only for: %(documents)s"), documents=list(step.documents))
    for other, wanted in step.unless.items():
        answers = _answers(programme.step(other), wanted)
        yield noted(
            _("Left out when step %(step)s says: %(answers)s"), step=str(number[other]), answers=answers
        )
    if step.passes:
        yield noted(_("Goes on only with: %(answers)s"), answers=_answers(step, step.passes))
    if step.present:
        yield noted(_("Must be present: %(partners)s"), partners=list(step.present))
    if step.present_any:
        yield noted(_("One of these must be present: %(partners)s"), partners=list(step.present_any))
    if step.trained:
        yield noted(_("The team must be trained for: %(trainings)s"), trainings=list(step.trained))
    if step.where:
        yield noted(_("Where: %(places)s"), places=list(step.where))
    if step.within_working_days is not None:
        yield noted(_("Working days allowed: %(days)s"), days=str(step.within_working_days))
    if step.evidence:
        yield noted(_("Evidence: %(papers)s"), papers=list(step.evidence))
    if step.help:
        yield say(step.help)


def _answers(step: Step, wanted: dict[str, tuple[str | bool, ...]]) -> list[object]:
    """The labels of values that a step's entry may carry: ``not_found`` -> “Not found”."""
    fields = KINDS[step.entry].model_fields
    return [
        _labels(fields[name].annotation).get(value, Words(_("yes")) if value is True else value)
        for name, values in wanted.items()
        for value in values
    ]


def _labels(annotation: Any) -> dict[Any, Coded]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {member.value: member for member in annotation if isinstance(member, Coded)}
    return {value: label for part in get_args(annotation) for value, label in _labels(part).items()}


def _time(programme: Programme, say: Say) -> Iterable[Line]:
    if programme.promise_working_days:
        days = str(programme.promise_working_days)
        yield Line(say(Words(_("From the report to the hand: %(days)s working days."), {"days": days})))
    minutes = str(programme.visit_minutes)
    yield Line(say(Words(_("A visit takes about %(minutes)s minutes."), {"minutes": minutes})))


def _cost(programme: Programme, say: Say) -> Iterable[Line]:
    if programme.free_of_charge:
        yield Line(say(Words(_("Free of charge: no fee may be asked or taken at any step."))))
        yield Line(say(Words(_LEVY)))


def _complaints(programme: Programme, say: Say) -> Iterable[Line]:
    days = str(COMPLAINT_WORKING_DAYS)
    yield Line(
        say(
            Words(_("By every channel above; the answer comes within %(days)s working days."), {"days": days})
        )
    )


def _blocked(programme: Programme, say: Say) -> Iterable[Line]:
    for blocked in programme.blocked:
        yield Line(f"{say(blocked.service)}: {say(blocked.urgency)}", (), blocked.source)


def _targets(programme: Programme, say: Say) -> Iterable[Line]:
    for target in programme.targets:
        numbers = [
            say(Words(message, {"number": str(number)}))
            for message, number in (
                (_("Start: %(number)s"), target.start),
                (_("To reach: %(number)s"), target.reach),
                (_("Share: %(number)s%%"), None if target.share is None else round(target.share * 100)),
                (_("Year: %(number)s"), target.year),
            )
            if number is not None
        ]
        yield Line(say(target.label), ("; ".join(numbers),) if numbers else (), target.source)


def _fact(fact: Fact, say: Say) -> Line:
    label = f"{say(fact.label)}: " if fact.label else ""
    under = (f"{say(Words(_('Doubtful')))}: {say(fact.doubtful)}",) if fact.doubtful else ()
    told = say(Text(id=fact.quote, en=fact.en))
    quote = f"“{fact.quote}”" if told == fact.quote else f"{told} (“{fact.quote}”)"
    return Line(label + quote, under, fact.source)


def _joined(values: Iterable[Coded], say: Say) -> str:
    return ", ".join(map(say, values))
