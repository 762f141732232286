"""Which column is what: guessed from SIAK headings and everyday ones, else from what stands in the column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jemput.core.text import BadInput, _, plain

# Field -> headings, without spaces and signs. The first of each list is SIAK's own.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "nik": ("nik", "nonik", "nomornik", "nomorindukkependudukan", "noktp", "nikpenduduk"),
    "family": ("nokk", "kk", "nomorkk", "nokartukeluarga", "nomorkartukeluarga"),
    "name": (
        "namalgkp",
        "nama",
        "namalengkap",
        "namapenduduk",
        "namaanggota",
        "namawarga",
        "namapenerima",
        "name",
    ),
    "sex": ("jenisklmin", "jk", "jeniskelamin", "kelamin", "lp", "sex", "gender", "jnskelamin"),
    "birth": (
        "tgllhr",
        "tgllahir",
        "tanggallahir",
        "lahir",
        "ttl",
        "tempattanggallahir",
        "tempattgllahir",
        "birthdate",
    ),
    "age": ("umur", "usia", "age", "umurtahun"),
    "birth_place": ("tmptlhr", "tempatlahir", "tmplahir", "tmptlahir"),
    "mother": ("namalgkpibu", "namaibu", "ibu", "namaibukandung", "ibukandung", "nmibu", "mother"),
    "father": ("namalgkpayah", "namaayah", "ayah", "namabapak", "namaayahkandung", "nmayah", "father"),
    "relation": ("stathbkel", "shdk", "hubungan", "hubungankeluarga", "statushubungan", "stathubkeluarga"),
    "address": ("alamat", "alamatlengkap", "address"),
    "rt": ("nort", "rt"),
    "rw": ("norw", "rw"),
    "village": (
        "namakel",
        "desa",
        "kelurahan",
        "desakelurahan",
        "kelurahandesa",
        "kel",
        "namadesa",
        "village",
        "desakel",
    ),
    "subdistrict": ("namakec", "kecamatan", "kec", "namakecamatan", "subdistrict"),
    "area": ("kodewilayah", "kodedesa", "kodekelurahan", "kodearea", "area", "kodekel"),
    "no_prop": ("noprop", "noprov", "kodeprop"),
    "no_kab": ("nokab", "nokabkota", "kodekab"),
    "no_kec": ("nokec", "kodekec"),
    "no_kel": ("nokel", "nodesa"),
    "text": ("text", "teks", "keterangan", "query", "kueri", "pencarian"),
    "id": ("id", "no", "nomor", "nourut", "kueriid", "queryid"),
}
_FIELD = {heading: field for field, headings in HEADINGS.items() for heading in headings}
MOST_ABOVE = 12


@dataclass(frozen=True)
class Mapper:
    """Where each field stands: position in the row, from 0."""

    columns: dict[str, int]
    headings_row: int
    """How many rows stand above the data, headings included."""
    ignored: tuple[str, ...]
    """Headings that nothing was made of."""

    def cell(self, row: Sequence[str], field: str) -> str:
        """What a row has for a field; empty when the column is missing or the row too short."""
        at = self.columns.get(field)
        if at is None or at >= len(row):
            return ""
        text = row[at]
        return text.strip() if text.isascii() and text.isprintable() else plain(text)

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """What a row has, by field. As ``cell`` for each, and faster: this runs a million times."""
        whole = "".join(row)
        clean = str.strip if whole.isascii() and whole.isprintable() else plain
        return {field: clean(row[at]) for field, at in self.columns.items() if at < len(row)}


class NoNames(BadInput):
    """A table, but no column in it is known to hold names."""


def bare(heading: str) -> str:
    """A heading without spaces, signs and capitals."""
    return re.sub(r"[^a-z]", "", plain(heading).lower())


def guess(rows: Sequence[Sequence[str]], said: Mapping[str, str] | None = None, need: str = "name") -> Mapper:
    """The mapper for a table that begins with these rows; ``said`` (field: heading) overrules guesses.

    Titles above the headings are skipped. Raises NoNames when no column of ``need`` is found, BadInput.
    """
    best: dict[str, int] = {}
    at = 0
    for index, row in enumerate(rows[:MOST_ABOVE]):
        found = _by_heading(row)
        if len(found) > len(best):
            best, at = found, index
    if said:
        headings = {plain(h).lower(): i for i, h in enumerate(rows[at])}
        for field, heading in said.items():
            if field not in HEADINGS or plain(heading).lower() not in headings:
                raise BadInput(
                    _("There is no such column. Write it as field=heading, as the preview shows them.")
                )
            best[field] = headings[plain(heading).lower()]
    best = best | _by_content(rows[at + 1 :], best)
    if need and need not in best:
        raise NoNames(_("No column with names was found. Say which it is, for example --column name=NAMA."))
    taken = set(best.values())
    ignored = tuple(h for i, h in enumerate(rows[at]) if i not in taken and h.strip()) if rows else ()
    return Mapper(best, at + 1, ignored)


def _by_heading(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, heading in enumerate(row):
        field = _FIELD.get(bare(heading))
        if field and field not in found:
            found[field] = index
    return found


def _by_content(rows: Sequence[Sequence[str]], known: Mapping[str, int]) -> dict[str, int]:
    """Columns of sixteen digits without a heading that tells: all different is NIK, repeated is the
    family."""
    found: dict[str, int] = {}
    width = max(map(len, rows), default=0)
    for index in set(range(width)) - set(known.values()):
        cells = [plain(row[index]).strip("'") for row in rows if index < len(row) and row[index].strip()]
        if len(cells) < 5 or not all(re.fullmatch(r"[0-9]{16}", c) for c in cells):
            continue
        field = "nik" if len(set(cells)) == len(cells) and "nik" not in {**known, **found} else "family"
        if field not in known and field not in found:
            found[field] = index
    return found
