"""Which programme to propose for somebody: the one whose file says that it serves their situation best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jemput.core.areas import covers
from jemput.core.codes import Channel, DataCondition, Document, Group
from jemput.core.programme import Programme
from jemput.core.text import Words, _


@dataclass(frozen=True)
class Situation:
    """What is known of somebody who needs a programme."""

    area: str = ""
    condition: DataCondition = DataCondition.UNKNOWN
    groups: tuple[Group, ...] = ()
    documents: tuple[Document, ...] = ()
    channel: Channel = Channel.REGISTER


@dataclass(frozen=True)
class Proposal:
    """A programme, and in one line why this one."""

    programme: Programme
    because: Words


def propose(programmes: Iterable[Programme], whom: Situation, usual: Programme) -> Proposal:
    """The programme that fits best among those of the office.

    Left out: programmes for people who live elsewhere, and those that do not issue a wanted document. Of the
    rest the one that names most of the person's groups; then the one that names what is missing; then, for
    somebody of a named group, the one made for the fewest groups (ODGJ goes to the service for ODGJ); then
    the one that takes reports by this channel; then ``usual``, the answer when none is better.
    """
    fitting = [p for p in programmes if _may_serve(p, whom)]
    best = max(fitting, key=lambda p: _fit(p, whom, usual), default=usual)
    served = tuple(g for g in whom.groups if g in best.serves.groups)
    if served:
        return Proposal(best, Words(_("serves %(groups)s"), {"groups": served}))
    if whom.condition in best.serves.conditions:
        return Proposal(best, Words(_("serves people of whom this is missing")))
    return Proposal(best, Words(_("the programme of this list: no other serves better")))


def _may_serve(programme: Programme, whom: Situation) -> bool:
    domicile = programme.serves.domicile
    here = domicile is None or not whom.area or covers(domicile, whom.area)
    return here and set(whom.documents) <= set(programme.documents)


def _fit(programme: Programme, whom: Situation, usual: Programme) -> tuple[int, ...]:
    served = sum(g in programme.serves.groups for g in whom.groups)
    return (
        served,
        whom.condition in programme.serves.conditions,
        -len(programme.serves.groups) if served else 0,
        any(line.kind is whom.channel for line in programme.channels),
        programme.number == usual.number,
        -programme.number,
    )
