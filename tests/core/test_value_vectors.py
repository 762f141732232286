"""Small functions that Python and TypeScript both have: what each gives for some values.

Rows are ``[function, arguments, result]``; a refusal is ``{"refused": message}``. Write them anew with
``JEMPUT_WRITE_VECTORS=1``.
"""

import json
import os
from collections.abc import Callable
from datetime import date, datetime
from itertools import product
from typing import Any

import pytest
from pydantic import TypeAdapter

from jemput.core import areas, calendar, centre, dates
from jemput.core.calendar import TimeZone
from jemput.core.codes import Service
from jemput.core.dates import Birth
from jemput.core.text import BadInput
from jemput.journal.canonical import canonical, moment
from tests.core.stories import VECTORS, programme
from tests.core.vectors import plain

FOLDER = VECTORS / "values"
ON = "2026-03-04"
day = date.fromisoformat
HOLIDAYS = ["2026-03-19", "2026-03-20", "2026-03-21", "2026-12-25"]


def _birth(text: str, on: str) -> dict[str, str]:
    born = dates.parse_birth(text, day(on))
    return {"earliest": born.earliest.isoformat(), "latest": born.latest.isoformat()}


def _deadline(start: str, n: int, tz: str, holidays: list[str]) -> str:
    off = frozenset(map(day, holidays))
    return calendar.deadline(datetime.fromisoformat(start), n, TimeZone(tz), off).isoformat()


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "parse_date": lambda text: dates.parse_date(text).isoformat(),
    "parse_birth": _birth,
    "age_band": lambda one, other, on: dates.age_band(Birth(day(one), day(other)), day(on)),
    "format_date": lambda text: dates.format_date(day(text)),
    "numeric_date": lambda text: dates.numeric_date(day(text)),
    "deadline": _deadline,
    "is_working_day": lambda text, holidays: calendar.is_working_day(day(text), set(map(day, holidays))),
    "meaning": centre.meaning,
    "clear_raw": centre.clear_raw,
    "is_clear_raw": centre.is_clear_raw,
    "stuck": lambda raw, days: centre.stuck(centre.CentreMeaning(raw), days),
    "covers": areas.covers,
    "urgency_of": lambda name, services: programme(name).urgency_of([Service(s) for s in services]),
    "canonical": lambda value: canonical(value).decode(),
    "read_moment": lambda text: TypeAdapter(datetime).validate_python(text).isoformat(),
    "utc": lambda text: moment(datetime.fromisoformat(text)),
}

BIRTHS = (
    *("3 Maret 1950", "03-03-1950", "03/03/1950", "1950-03-03", "Trenggalek, 3 Mrt 1950", "3 mar. 1950"),
    *("Maret 1950", "pebruari 1948", "02-1948", "00-03-1950", "00-00-1950", "1950", "1950-an", "1950s"),
    *("umur 70", "70 tahun", "70", "sekitar 70 tahun", "umur sekitar 70", "umur 70-an", "70an tahun"),
    *(
        "usia tahun 1950",
        "lahir 1950",
        "tahun 50-an",
        "0",
        "130",
        "± 60 th",
        "kira-kira 1950",
        "２９-０２-1948",
    ),
    *("29 Februari 1949", "31-04-1950", "25-25-1950", "04-25-1950", "13-1950", "3 Mart 50", "3 xyz 1950"),
    *(
        "70-an",
        "75-an tahun",
        "131",
        "umur abc",
        "entah",
        "",
        "1849",
        "2200",
        "5 Maret 2026",
        "2027",
        "1" * 61,
    ),
    *(
        "3\u00a0Maret\u200b 1950",
        "\u202a03-03-1950\u202c",
        "umur 1950-an",
        "12-12-12",
        "3-3-195",
        "9999 tahun",
    ),
)
MOMENTS = (
    *("2026-03-02T09:30:00+00:00", "2026-03-02T09:30:00.654321+07:00", "2026-03-02T09:30:00.5Z"),
    *("2026-03-02 23:59:59.1234567-03:30", "2024-02-29t00:00:00z", "2026-01-01T06:59:59+07:00"),
    *("1969-12-31T23:59:59.999999+00:00", "2026-03-02T23:59:59+05:30", "2026-03-02T00:00:00-23:59"),
)
RAWS = (
    *(
        "PRINT_READY_RECORD",
        "Print-ready record",
        " sfe ",
        "Enroll Failure at Central",
        "CARD SHIPPED",
        "BARU_X",
    ),
    *(
        "siap cetak",
        "SUKARNI",
        "Ibu Sukarni",
        "A_99010147",
        "WAITING_ROOM_2",
        "_",
        "",
        "ß_ä",
        "BIO  CAPTURED",
    ),
)
AREAS = ("35.03", "35.03.01", "35.03.01.2001", "35.03.01.2001.004", "35.0", "35.031", "36")
STARTS = (
    "2026-03-06T16:59:59+00:00",
    "2026-03-06T17:00:00+00:00",
    "2026-03-17T23:30:00.000001-05:00",
    "2026-03-06T18:20:00+05:30",
)

VALUES: dict[str, list[list[Any]]] = {
    "dates": [
        *(["parse_birth", text, ON] for text in BIRTHS),
        *(["parse_birth", text, "2024-02-29"] for text in ("umur 70", "0 tahun", "sekitar 5 tahun")),
        *(["parse_date", text] for text in (*BIRTHS[:6], "3 3 50", "Kediri,", "12/25/1950")),
        *(
            ["age_band", one, other, ON]
            for one, other in (
                *(("2021-03-05", "2021-03-05"), ("2021-03-04", "2021-03-04"), ("2009-03-05", "2009-03-05")),
                *(("1966-03-04", "1966-03-05"), ("1956-01-01", "1956-12-31"), ("1940-01-01", "1949-12-31")),
                *(("2008-02-29", "2008-02-29"), ("2026-03-04", "2026-03-05"), ("2026-03-04", "2026-03-08")),
            )
        ),
        *([name, text] for name in ("format_date", "numeric_date") for text in ("1950-03-03", "2000-12-31")),
    ],
    "calendar": [
        *(["deadline", start, n, tz, HOLIDAYS] for start, n, tz in product(STARTS, (0, 1, 3, 14), TimeZone)),
        *(["is_working_day", f"2026-03-{n}", HOLIDAYS] for n in range(18, 25)),
        *(["read_moment", text] for text in MOMENTS),
        *(["utc", text] for text in MOMENTS[:2]),
    ],
    "centre": [
        *([name, raw] for name in ("meaning", "clear_raw", "is_clear_raw") for raw in RAWS),
        *(["stuck", m, days] for m in centre.CentreMeaning for days in (0.5, 1, 3, 7.25)),
    ],
    "areas": [["covers", scope, code] for scope, code in product(AREAS, AREAS)],
    "programme": [
        ["urgency_of", "wide", services]
        for services in ([], ["school"], ["banking"], ["banking", "health_care"], ["health_care"])
    ],
    "canonical": [
        ["canonical", value]
        for value in (
            *(0, -0.0, 1.0, 0.1 + 0.2, 1e21, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308),
            *(None, True, [], {}, [1, [2.5, None]], '\u2028 \u007f \b\t\n\f\r \x1f " \\ / é \U0001f6f6'),
            {"\U0001f6f6": 1, "\ufb33": 2, "b": {"z": 1, "a": [{"y": 2, "x": 1}]}, "": 0, "10": 1, "9": 2},
        )
    ],
}


def _row(function: str, *arguments: Any) -> list[Any]:
    try:
        result = FUNCTIONS[function](*arguments)
    except BadInput as error:
        result = {"refused": error.words.message}
    return [function, list(arguments), result]


@pytest.mark.parametrize("name", VALUES)
def test_the_values_hold(name: str):
    rows = plain([_row(*row) for row in VALUES[name]])
    if os.environ.get("JEMPUT_WRITE_VECTORS"):
        FOLDER.mkdir(exist_ok=True)
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n")
    assert json.loads((FOLDER / f"{name}.json").read_text()) == rows
