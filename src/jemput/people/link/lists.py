"""A list of people from anywhere: what each row says, what is odd about it, and what is no row at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jemput.core.codes import DataCondition, Group, Sex
from jemput.core.dates import Birth, parse_birth
from jemput.core.phone import parse_phone
from jemput.core.spelling import of_father
from jemput.core.text import BadInput, _, plain
from jemput.people.box import numerals
from jemput.people.columns import Mapper, bare, guess
from jemput.people.person import Query
from jemput.people.rows import places_of
from jemput.uploads.tables import as_text, read_table, too_many

Row = tuple[int, list[str]]
"""The number of the row as the reader sees it in the file, and its cells."""
_LOOK = 40
_FOOTER = re.compile(
    r"^(?:jumlah|total|mengetahui|menyetujui|kepala|lurah|camat|petugas|keterangan|catatan|nb|demikian|ttd|"
    r"sumber|nip)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    ("", "-", "--", "0", "null", "none", "n/a", "nan", "tidak ada", "tidak tahu", "belum ada", "?")
)
_SEX = {
    **dict.fromkeys(("1", "l", "lk", "laki-laki", "laki laki", "laki", "pria", "male", "m"), Sex.MALE),
    **dict.fromkeys(("2", "p", "pr", "perempuan", "wanita", "female", "f"), Sex.FEMALE),
}
_ALSO = {
    "condition": ("keterangan", "ket", "status", "kondisi", "masalah", "alasan", "permasalahan", "statusktp"),
    "group": ("kelompok", "jenis", "kategori", "ragam", "disabilitas", "jeniskerentanan", "kerentanan"),
    "phone": ("nohp", "hp", "telepon", "telp", "notelp", "nowa", "wa", "kontak", "nomorhp"),
    "address": ("alamat", "alamatlengkap", "dusun", "address"),
}
_CONDITIONS = (
    (r"hilang|rusak|lost|damaged", DataCondition.DOCUMENTS_LOST),
    (r"(?:belum|tidak|blm|tdk|tanpa).{0,20}\bnik\b", DataCondition.NO_NIK),
    (r"(?:belum|tidak|blm|tdk).{0,12}(?:rekam|perekaman|biometri)", DataCondition.NOT_RECORDED),
    (
        r"(?:belum|tidak|blm|tdk).{0,20}(?:database|data ?base|basis data|terdaftar|terdata)",
        DataCondition.NOT_IN_DATABASE,
    ),
    (
        r"(?:belum|tidak|blm|tdk|tanpa).{0,20}(?:ktp|kk|kia|akta|dokumen|identitas)",
        DataCondition.NO_DOCUMENTS,
    ),
)
_GROUPS = (
    (r"odgj|jiwa|gangguan mental", Group.MENTAL_DISORDER),
    (r"disab|difabel|cacat|tuna", Group.DISABILITY),
    (r"lansia|jompo|lanjut usia", Group.FRAIL_ELDERLY),
    (r"sakit", Group.GRAVELY_ILL),
    (r"telantar|terlantar", Group.NEGLECTED),
    (r"bencana|banjir|longsor|gempa", Group.NATURAL_DISASTER),
)

ODD: Mapping[str, str] = {
    "nik_cut": _("NIK whose last digits Excel has lost; the rest is used. Format the column as text."),
    "nik_lost": _("NIK as 3.5E+15: its digits are gone. Format the column as text and copy it anew."),
    "nik_form": _("NIK that cannot be one; left out"),
    "birth_form": _("Birth date or age that cannot be read; left out"),
    "birth_turned": _("Birth date with the month first; turned round"),
    "birth_short": _("Birth year of two digits; taken as the likelier century"),
    "village": _("Village that is not known here; left out"),
    "formula": _("Cell with a formula instead of a value; left out"),
    "unreadable": _("Letters that came out as \ufffd: save the file as UTF-8 to mend them"),
    "twice": _("Row that stands there twice, word for word"),
}
"""What the preview counts, with how to mend it."""


@dataclass(frozen=True)
class ListRow:
    """A row as it was understood."""

    number: int
    query: Query
    shown: dict[str, str] = field(default_factory=dict)
    """Field -> text as it stands in the file, for the reader."""
    condition: DataCondition = DataCondition.UNKNOWN
    groups: tuple[Group, ...] = ()
    phone: str = ""
    address: str = ""


@dataclass
class People:
    """A list that was read."""

    rows: list[ListRow] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    """Field -> heading it was taken from."""
    at: dict[str, int] = field(default_factory=dict)
    """Field -> position of its column, from 0."""
    above: int = 0
    """How many rows stand above the people, headings included."""
    ignored: tuple[str, ...] = ()
    odd: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)
    """(row of the file, message id of why)."""
    skipped: int = 0
    """Titles, empty rows and footers."""


def read(
    data: bytes,
    office: str,
    on: date,
    village: str = "",
    most: int | None = None,
    mapper: Mapper | None = None,
    limit: int | None = None,
) -> People:
    """The people of a list written on a day; ``village`` is where they live when no column says so.

    With ``mapper`` its columns are taken, and nothing is guessed. Only the first ``most`` are read; with more
    than ``limit`` none. Raises BadInput for that and when it is no table, columns.NoNames when no column is
    known to hold names.
    """
    rows = ((number, [as_text(cell) for cell in cells]) for number, cells in read_table(data))
    head: list[Row] = []
    for one in rows:
        head.append(one)
        if len(head) == _LOOK:
            break
    if not head:
        raise BadInput(_("This file is empty."))
    cells = [c for _number, c in head]
    told = mapper is not None
    mapper = mapper or guess(cells)
    headings = cells[mapper.headings_row - 1] if 0 < mapper.headings_row <= len(cells) else []
    also = {} if told else _also(headings, mapper)
    at = {**mapper.columns, **also}
    found = People([], {f: headings[i] for f, i in at.items() if i < len(headings)}, at, mapper.headings_row)
    taken = {*mapper.columns.values(), *also.values()}
    found.ignored = tuple(h for i, h in enumerate(headings) if i not in taken and h.strip())
    found.skipped = max(mapper.headings_row - 1, 0)
    seen: set[int] = set()
    for number, row in _rest(head[mapper.headings_row :], rows):
        _take(number, row, mapper, also, headings, office, on, village, seen, found)
        if most is not None and len(found.rows) >= most:
            break
        if limit is not None and len(found.rows) > limit:
            raise too_many(limit)
    found.odd = +found.odd
    return found


def _rest(first: Sequence[Row], others: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from others


def _also(headings: Sequence[str], mapper: Mapper) -> dict[str, int]:
    taken = {i: f for f, i in mapper.columns.items()}
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        for name, known in _ALSO.items():
            if bare(heading) in known and name not in found and taken.get(index) in (None, "text", "address"):
                found[name] = index
    return found


def _take(
    number: int, row: Sequence[str], mapper: Mapper, also: Mapping[str, int], headings: Sequence[str],
    office: str, on: date, village: str, seen: set[int], found: People,
) -> None:  # fmt: skip
    odd, texts = found.odd, [plain(c) for c in row]
    shown = {
        f: said
        for f, at in {**mapper.columns, **also}.items()
        if at < len(texts) and (said := _said(texts[at]))
    }

    def cell(name: str) -> str:
        return shown.get(name, "")

    written = [text for text in texts if text]
    first = written[0] if written else ""
    name_text = cell("name")
    if not written or _FOOTER.match(first) or _FOOTER.match(name_text) or _is_heading(texts, headings):
        found.skipped += 1
        return
    name, father = of_father(name_text)
    if not any(c.isalpha() for c in name):
        if len(written) <= 2:
            found.skipped += 1
        else:
            found.refused.append((number, _("There is no name in this row.")))
        return
    if "\ufffd" in name_text:
        odd["unreadable"] += 1
    odd["formula"] += sum(c.startswith("=") and not c.startswith('="') for c in row)
    values = hash(tuple(text for i, text in enumerate(texts) if i != mapper.columns.get("id")))
    if values in seen:
        odd["twice"] += 1
    seen.add(values)
    nik = _long_number(cell("nik"), odd)
    meant = places_of(cell("village") or village, cell("subdistrict"), office)
    if cell("village") and not meant:
        odd["village"] += 1
    if not meant and village:
        meant = places_of(village, "", office)
    query = Query(
        name=name, mother=cell("mother"), father=cell("father") or father, nik=nik,
        family=_long_number(cell("family"), odd), birth=_birth(cell("birth"), cell("age"), on, odd),
        sex=_SEX.get(cell("sex").lower(), Sex.UNKNOWN), places=meant,
        rw=_few(cell("rw")), rt=_few(cell("rt")),
    )  # fmt: skip
    said = f"{cell('condition')} {cell('text')}".lower()
    kind = f"{cell('group')} {said}".lower()
    shown.pop("id", None)
    found.rows.append(
        ListRow(
            number, query, shown,
            next((c for pattern, c in _CONDITIONS if re.search(pattern, said)), DataCondition.UNKNOWN),
            tuple(g for pattern, g in _GROUPS if re.search(pattern, kind)), _phone(cell("phone")),
            cell("address"),
        )
    )  # fmt: skip


def _said(text: str) -> str:
    """What a cell says; nothing when it is a formula or a word for nothing."""
    if text.startswith("="):
        text = text[2:-1] if re.fullmatch(r'="[^"]*"', text) else ""
    return "" if text.lower() in _EMPTY else text.removeprefix("'")


def _is_heading(row: Sequence[str], headings: Sequence[str]) -> bool:
    """Headings repeated on every printed page, and the line of column numbers below them (1, 2, 3 ...)."""
    filled = [text for text in row if text]
    if len(filled) > 2 and filled == [str(i) for i in range(1, len(filled) + 1)]:
        return True
    if len(filled) < 2 or len(row) > len(headings):
        return False
    return all(bare(c) == bare(h) for c, h in zip(row, headings, strict=False))


def _long_number(text: str, odd: Counter[str]) -> str:
    if not text:
        return ""
    if re.fullmatch(r"[0-9][.,][0-9]+[eE]\+?1[0-9]", text):
        odd["nik_lost"] += 1
        return ""
    digits = re.sub(r"[ .,'`-]", "", text).translate(str.maketrans("OoIl", "0011"))
    if digits.endswith("?"):
        odd["nik_cut"] += 1
        return digits[:-1]
    if re.fullmatch(r"[0-9]{15,17}", digits) and len(set(digits)) > 2:
        return digits
    odd["nik_form"] += 1
    return ""


def _birth(text: str, age: str, on: date, odd: Counter[str]) -> Birth | None:
    """A birth from a date of any kind, a year, an age; Excel's day numbers too."""
    said = (
        text.rpartition(",")[2].strip().lower()
        if re.search("[0-9]", text.rpartition(",")[2])
        else text.lower()
    )
    for one in (
        said,
        f"umur {age.lower()}" if age and not age.lower().startswith(("umur", "usia")) else age.lower(),
    ):
        if not one:
            continue
        if re.fullmatch(r"[1-9][0-9]{4}", one):  # days since 30 December 1899, as Excel counts
            return Birth.exact(date(1899, 12, 30) + timedelta(days=int(one)))
        if match := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{2})", one):
            odd["birth_short"] += 1
            year = int(match[3])
            one = f"{match[1]}-{match[2]}-{(2000 if year <= on.year % 100 else 1900) + year}"
        if match := re.fullmatch(r"(0?[1-9]|1[0-2])[-/](1[3-9]|2[0-9]|3[01])[-/]([0-9]{4})", one):
            odd["birth_turned"] += 1
            one = f"{match[2]}-{match[1]}-{match[3]}"
        try:
            return parse_birth(numerals(one), on)
        except BadInput:
            continue
    if text or age:
        odd["birth_form"] += 1
    return None


def _few(text: str) -> str:
    return re.sub(r"[^0-9]", "", text).lstrip("0")[:3]


def _phone(text: str) -> str:
    try:
        return parse_phone(text) if text else ""
    except BadInput:
        return ""
