"""The week on a map without tiles: villages as ground, a line for each team's day, a number for each stop."""

from __future__ import annotations

from dataclasses import dataclass

from jemput.core.areas import Level
from jemput.office.week.board import Board, Who
from jemput.places import Point, points_in, projected
from jemput.planning.travel import misplaced

WIDTH, HEIGHT, MARGIN = 320, 340, 16
COLOURS = 8
"""Lines differ by colour and dash; a ninth team begins again."""


@dataclass(frozen=True)
class Mark:
    """A stop, or somebody left out (number 0)."""

    x: float
    y: float
    number: int
    who: Who
    team: int = 0


@dataclass(frozen=True)
class Line:
    """A team's way on the chosen day."""

    team: int
    """Its colour, from 1."""
    name: str
    points: str
    km: float
    count: int


@dataclass(frozen=True)
class Picture:
    """What the template draws, in units of its viewBox."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    starts: tuple[tuple[float, float], ...]
    ground: tuple[tuple[float, float], ...]
    names: tuple[tuple[str, float, float], ...]
    width: int = WIDTH
    height: int = HEIGHT


def picture(board: Board) -> Picture | None:
    """The chosen day; None where nothing is known of where anything lies."""
    if board.week is None or board.data is None or board.world is None:
        return None
    wrong = misplaced(board.world)
    place = {
        p["id"]: Point(p["area"], p["lat"], p["lon"], False, "")
        for p in board.data["places"]
        if p.get("lat") is not None and p["id"] not in wrong
    }
    at = {v["id"]: v["place"] for v in board.data["visits"]}
    ground = points_in(board.office.code)
    around = points_in(board.office.code, Level.SUBDISTRICT)
    placed = projected([*place.values(), *ground, *around], WIDTH, HEIGHT, MARGIN)
    spot = {id: (p.x, p.y) for id, p in zip(place, placed, strict=False)}
    on_ground = placed[len(place) : len(place) + len(ground)]
    if not placed:
        return None
    day = next((d for d in board.days if d.date == board.day), None)
    lines: list[Line] = []
    marks: list[Mark] = []
    starts: dict[str, tuple[float, float]] = {}
    teams = {t["id"]: t for t in board.data["teams"]}
    for number, block in enumerate(day.blocks if day else (), 1):
        if block.tour is None or block.team not in teams or block.is_past:
            continue
        colour = (number - 1) % COLOURS + 1
        way = [teams[block.team]["start"], *(at.get(s["visit"], "") for s in block.tour["stops"])]
        way.append(teams[block.team].get("end") or way[0])
        points = " ".join(f"{x:g},{y:g}" for x, y in (spot[p] for p in way if p in spot))
        lines.append(Line(colour, block.name, points, block.tour["km"], block.count))
        starts |= {p: spot[p] for p in (way[0], way[-1]) if p in spot}
        for n, stop in enumerate(block.tour["stops"], 1):
            if (here := spot.get(at.get(stop["visit"], ""))) is not None:
                marks.append(Mark(*here, n, board.who(stop["visit"]), colour))
    left = [v for v in board.week.plan["unplanned"] if at.get(v) in spot]
    marks = [Mark(*spot[at[v]], 0, board.who(v)) for v in left] + marks
    return Picture(
        tuple(lines), tuple(marks), tuple(starts.values()), tuple((p.x, p.y) for p in on_ground),
        tuple((p.point.area, p.x, p.y) for p in placed[len(place) + len(ground) :]),
    )  # fmt: skip
