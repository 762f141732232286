"""What the register knows of the invented people: for the simulated centre, and for the offices' extracts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jemput.core import entries as e
from jemput.core.codes import Sex
from jemput.core.entries import Entry

_CODES = {e.BiodataResult.DEAD: "11", e.BiodataResult.DOUBLE: "12", e.BiodataResult.INACTIVE: "14"}


def note(path: Path, journals: list[list[Entry]]) -> None:
    """Add the people of these cases to the file that the simulator reads (docs/centre.md)."""
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError):
        known = {}
    for entries in journals:
        if found := person(entries):
            known.setdefault(*found)
    path.write_text(json.dumps(known))


def person(entries: list[Entry]) -> tuple[str, dict[str, Any]] | None:
    """NIK and register row of one case; None where nobody has found a NIK."""
    report = entries[0].body
    if not isinstance(report, e.Reported) or not report.name or not report.birth_date:
        return None
    nik, told = report.nik, {}
    for entry in entries:
        body = entry.body
        nik = nik or getattr(body, "nik", None)
        if isinstance(body, e.BiodataChecked):
            code = _CODES.get(body.result)
            told = {"RESPONSE_CODE": code} if code else {}
        elif isinstance(body, e.CentreStatus):
            told["STATUS"] = body.raw
    if nik is None:
        return None
    row = {
        "NAMA_LGKP": report.name,
        "TGL_LHR": report.birth_date.isoformat(),
        "TMPT_LHR": (report.birth_place or "").upper(),
        "JENIS_KLMIN": "PEREMPUAN" if report.sex is Sex.FEMALE else "LAKI-LAKI",
        "NAMA_LGKP_IBU": report.mother or "",
        "AREA": report.area,
    }
    if report.family_number:
        row["NO_KK"] = report.family_number
    return nik, row | told
