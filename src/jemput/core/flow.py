"""The steps of a programme as a picture: one band for each phase, order from left to right, arrows.

The layout is pure arithmetic on the file, so the same file always gives the same picture. Boxes stand on
a grid; arrows run in the gaps between its rows and columns and never cross a box.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from jemput.core.programme import Phase, Programme, Step
from jemput.core.text import Words, _

Say = Callable[[object], str]

BOX_W, BOX_H = 186, 64
GAP_X, GAP_Y = 36, 18
LANE_W, HEAD = 112, 8
LETTERS = 24
"""How many letters fit in one line of a box."""


@dataclass(frozen=True)
class Node:
    """A box: the step, its number, its column in the band, and its upper left corner in pixels."""

    step: Step
    number: int
    lane: Phase
    column: int
    x: int
    y: int


@dataclass(frozen=True)
class Edge:
    """An arrow: ``to`` waits for ``before``. Dashed where ``to`` is only done if needed."""

    before: str
    to: str
    optional: bool


@dataclass(frozen=True)
class Lane:
    """A band of the picture: one phase."""

    phase: Phase
    y: int
    height: int


@dataclass(frozen=True)
class Flow:
    """The whole picture, ready to draw."""

    name: str
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int


def lay_out(programme: Programme) -> Flow:
    """Place every step: its band is its phase, its column is one behind what it waits for in the band."""
    behind = {step.id: _behind(programme, step) for step in programme.steps}
    column = _columns(programme, behind)
    rows: dict[tuple[Phase, int], int] = {}
    row: dict[str, int] = {}
    for step in programme.steps:
        cell = (step.phase, column[step.id])
        row[step.id] = rows[cell] = rows.get(cell, -1) + 1
    lanes: list[Lane] = []
    y = HEAD
    for phase in Phase:
        deep = max((row[s.id] + 1 for s in programme.steps if s.phase is phase), default=0)
        if deep:
            height = deep * BOX_H + (deep + 1) * GAP_Y
            lanes.append(Lane(phase, y, height))
            y += height
    top = {lane.phase: lane.y for lane in lanes}
    nodes = tuple(
        Node(
            step,
            number,
            step.phase,
            column[step.id],
            LANE_W + GAP_X + column[step.id] * (BOX_W + GAP_X),
            top[step.phase] + GAP_Y + row[step.id] * (BOX_H + GAP_Y),
        )
        for number, step in enumerate(programme.steps, 1)
    )
    edges = tuple(
        Edge(before, step.id, step.optional)
        for step in programme.steps
        for before in step.after
        if not any(before in behind[other] for other in step.after)  # fewer arrows, the same order
    )
    width = LANE_W + GAP_X + (max(column.values()) + 1) * (BOX_W + GAP_X)
    return Flow(programme.name, tuple(lanes), nodes, edges, width, y + HEAD)


def _behind(programme: Programme, step: Step) -> set[str]:
    """Everything that must come before a step, near and far."""
    found: set[str] = set()
    left = list(step.after)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += programme.step(name).after
    return found


def _columns(programme: Programme, behind: dict[str, set[str]]) -> dict[str, int]:
    """The longest way to each step inside its own phase. The reader has refused circles."""
    column: dict[str, int] = {}
    for step in sorted(programme.steps, key=lambda s: len(behind[s.id])):  # who waits has more behind it
        same = (column[b] + 1 for b in behind[step.id] if programme.step(b).phase is step.phase)
        column[step.id] = max(same, default=0)
    return column


def svg(flow: Flow, say: Say) -> str:
    """The picture as SVG with title and description; colours come from the page (classes, currentColor)."""
    title = say(Words(_("Flow of %(name)s"), {"name": flow.name}))
    described = say(
        Words(
            _("%(count)s steps in %(lanes)s phases, from left to right; the list of steps says the same."),
            {"count": str(len(flow.nodes)), "lanes": str(len(flow.lanes))},
        )
    )
    place = {node.step.id: node for node in flow.nodes}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img"'
        ' aria-labelledby="flow-title flow-desc"'
        f' viewBox="0 0 {flow.width} {flow.height}" width="{flow.width}" height="{flow.height}">',
        f'<title id="flow-title">{escape(title)}</title><desc id="flow-desc">{escape(described)}</desc>',
        '<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
        ' orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="currentColor"/></marker></defs>',
    ]
    parts += [_lane(lane, n, flow.width, say) for n, lane in enumerate(flow.lanes)]
    parts += [_arrow(place[edge.before], place[edge.to], edge.optional) for edge in flow.edges]
    parts += [_box(node, say) for node in flow.nodes]
    return "".join([*parts, "</svg>"])


def _lane(lane: Lane, n: int, width: int, say: Say) -> str:
    lines = textwrap.wrap(say(lane.phase), 14)
    middle = lane.y + lane.height // 2 - 8 * (len(lines) - 1)
    return (
        f'<g class="flow-lane"><rect x="0" y="{lane.y}" width="{width}" height="{lane.height}"'
        f' fill="currentColor" fill-opacity="{0.07 if n % 2 else 0.02}"/>'
        + "".join(
            f'<text x="12" y="{middle + 16 * i}" font-size="13" font-weight="600" fill="currentColor">'
            f"{escape(line)}</text>"
            for i, line in enumerate(lines)
        )
        + "</g>"
    )


def _arrow(before: Node, to: Node, optional: bool) -> str:
    """Beside the next box, or below the row, along the gap before the later box, and into its left edge."""
    gap, end = to.x - GAP_X // 2, to.y + BOX_H // 2
    if before.lane is to.lane and before.column + 1 == to.column:
        way = f"M{before.x + BOX_W} {before.y + BOX_H // 2} H{gap} V{end} H{to.x - 2}"
    else:
        below = before.y + BOX_H
        way = f"M{before.x + BOX_W // 2} {below} V{below + GAP_Y // 2} H{gap} V{end} H{to.x - 2}"
    dash = ' stroke-dasharray="5 4"' if optional else ""
    return (
        f'<path class="flow-edge" d="{way}" fill="none" stroke="currentColor" stroke-opacity="0.55"'
        f' stroke-width="1.5"{dash} marker-end="url(#flow-arrow)"/>'
    )


def _box(node: Node, say: Say) -> str:
    step = node.step
    lines = textwrap.wrap(f"{node.number}. {say(step.label)}", LETTERS, max_lines=3, placeholder=" …")
    top = node.y + BOX_H // 2 + 5 - 8 * (len(lines) - 1)
    dash = ' stroke-dasharray="5 4"' if step.optional else ""
    who = ", ".join(map(say, step.duties))
    return (
        f'<g class="flow-step"><title>{escape(f"{node.number}. {say(step.label)} ({who})")}</title>'
        f'<rect x="{node.x}" y="{node.y}" width="{BOX_W}" height="{BOX_H}" rx="6" class="flow-box"'
        f' fill="Canvas" stroke="currentColor"{dash}/>'
        + "".join(
            f'<text x="{node.x + 10}" y="{top + 16 * i}" font-size="12" fill="currentColor">'
            f"{escape(line)}</text>"
            for i, line in enumerate(lines)
        )
        + "</g>"
    )
