"""Reads single values of a JSON instance: numbers, times, days, windows; collects what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jemput.core.text import Words, _
from jemput.planning.world import DAY_MINUTES, WEEKDAYS, Hours, Span

ALWAYS: Span = (0, DAY_MINUTES)


class Values:
    """Reads one value after another; what is wrong goes to ``problems`` and reading goes on."""

    def __init__(self) -> None:
        self.problems: list[Words] = []
        self.days: tuple[date, ...] = ()
        self.where = ""

    def wrong(self, message: str, **values: object) -> None:
        """Note a problem at the current item."""
        words = Words(message, values)
        self.problems.append(Words(_("%(where)s: %(what)s"), {"where": self.where, "what": words}))

    def text(self, item: Mapping[str, Any], name: str, default: str | None = None) -> str:
        value = item.get(name, default)
        if isinstance(value, str) and (value or default == ""):
            return value
        self.wrong(_("“%(name)s” is missing or is not text"), name=name)
        return ""

    def number(
        self, item: Mapping[str, Any], name: str, default: float | None, low: float, high: float
    ) -> float:
        value = item.get(name, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(
            _("“%(name)s” must be a number from %(low)s to %(high)s"),
            name=name,
            low=f"{low:g}",
            high=f"{high:g}",
        )
        return low

    def whole(self, item: Mapping[str, Any], name: str, default: int | None, low: int, high: int) -> int:
        value = self.number(item, name, default, low, high)
        if value != int(value):
            self.wrong(_("“%(name)s” must be a whole number"), name=name)
        return int(value)

    def texts(self, item: Mapping[str, Any], name: str) -> tuple[str, ...]:
        value = item.get(name, ())
        if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            return tuple(value)
        self.wrong(_("“%(name)s” must be a list of words"), name=name)
        return ()

    def table(self, item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = item.get(name) or {}
        if isinstance(value, Mapping):
            return value
        self.wrong(_("“%(name)s” must be an object"), name=name)
        return {}

    def minute(self, value: object) -> int:
        parts = value.split(":") if isinstance(value, str) else []
        if len(parts) == 2 and all(p.isdecimal() and len(p) <= 2 for p in parts):
            minute = int(parts[0]) * 60 + int(parts[1])
            if minute <= DAY_MINUTES and int(parts[1]) < 60:
                return minute
        self.wrong(_("a time of day looks like 08:30"))
        return 0

    def span(self, value: object) -> Span:
        if isinstance(value, list | tuple) and len(value) == 2:
            span = self.minute(value[0]), self.minute(value[1])
            if span[0] > span[1]:
                self.wrong(_("a window ends before it begins"))
            return span
        self.wrong(_('a window looks like ["08:00", "12:00"]'))
        return ALWAYS

    def spans(self, value: object) -> tuple[Span, ...]:
        if isinstance(value, list | tuple):
            return tuple(sorted(self.span(v) for v in value))
        self.wrong(_("windows are a list of windows"))
        return ()

    def day(self, value: object) -> int:
        try:
            return self.days.index(date.fromisoformat(str(value)))
        except ValueError:
            self.wrong(_("%(day)s is not a day of this plan"), day=str(value)[:20])
            return 0

    def day_set(self, item: Mapping[str, Any], name: str = "days") -> frozenset[int]:
        if name not in item:
            return frozenset(range(len(self.days)))
        return frozenset(self.day(d) for d in self.texts(item, name))

    def by_day(self, item: Mapping[str, Any], name: str) -> list[object] | None:
        """For each day the value under its date, its weekday or "*"; None where the name is missing."""
        if item.get(name) is None:
            return None
        table = self.table(item, name)
        for key in table:
            if key != "*" and key not in WEEKDAYS:
                self.day(key)
        keys = ((d.isoformat(), WEEKDAYS[d.weekday()], "*") for d in self.days)
        return [next((table[k] for k in ks if k in table), None) for ks in keys]

    def hours(self, item: Mapping[str, Any], name: str) -> Hours | None:
        values = self.by_day(item, name)
        if values is None:
            return None
        return tuple(self.spans(v) if v is not None else () for v in values)
