"""One box: "Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem" or a NIK, phone or ticket.

Parts between commas are read by the words they begin with; a part without such a word is a name first,
then a place. What cannot be understood is left out, never guessed into a birth date or a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jemput.core.codes import Sex
from jemput.core.dates import Birth, parse_birth
from jemput.core.phone import parse_phone
from jemput.core.spelling import of_father
from jemput.core.text import BadInput, plain
from jemput.people.person import Query
from jemput.people.places import narrowed, places

_LONGEST = 300
_ONES = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
}  # fmt: skip
_TICKET = re.compile(r"([A-Z]{3})[ -]?([2-9A-HJ-NP-Z]{4})[ -]?([2-9A-HJ-NP-Z]{2})", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ .'-]?[0-9]){13,17}(?![0-9])")
_PHONE = re.compile(r"(?<![0-9])(?:\+62|62|0)[ -]?[0-9](?:[ -]?[0-9]){7,12}(?![0-9])")
_RT_RW = re.compile(
    r"\b(rt|rw)[ .:]*0*([0-9]{1,3})\b|\b(?:rt ?/ ?rw)[ .:]*0*([0-9]{1,3}) ?/ ?0*([0-9]{1,3})", re.IGNORECASE
)
_CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(rf"^(?:{pattern})(?:\b[.:]*|(?<=nya))\s+", re.IGNORECASE))
    for field, pattern in (
        (
            "mother",
            r"nama ibu(?: kandung)?|ibu kandung|ibunya(?: bernama)?|ibu(?=:)|emaknya|maknya|mboknya|"
            r"simboknya|biyungnya|mamanya|anaknya (?:bu|ibu|mak)|anak (?:dari )?(?:bu|ibu|mak)|mother",
        ),
        (
            "father",
            r"nama (?:ayah|bapak)(?: kandung)?|ayahnya|bapaknya|bapake|bapak kandung|anaknya (?:pak|bapak)|"
            r"anak (?:dari )?(?:pak|bapak)|father",
        ),
        ("place", r"desa|ds|kel|kelurahan|kec|kecamatan|dari desa|warga|tinggal di|alamat|di"),
        ("hamlet", r"dusun|dsn|dukuh|dk|jalan|jl|kampung|kp"),
        (
            "birth",
            r"umur(?:nya)?|usia(?:nya)?|berumur|lahir(?:nya)?|tgl lahir|tanggal lahir|ttl|kelahiran|tahun|"
            r"thn|th|kira-kira|sekitar|born|aged?",
        ),
        ("family", r"no(?:mor)?\.? ?kk|kk|kartu keluarga"),
        ("nik", r"nik|no(?:mor)?\.? ?(?:ktp|nik)|ktp"),
        ("name", r"nama(?: lengkap)?|bernama|name"),
    )
)  # fmt: skip
_WITHIN = re.compile(
    r"\s+(?=(?:ibunya|nama ibu|ibu kandung|emaknya|maknya|mboknya|anaknya|bapaknya|ayahnya|nama ayah|"
    r"umur|umurnya|usia|berumur|lahir|kelahiran|tgl lahir|desa|ds\.|kel\.|kelurahan|kec\.?|kecamatan|"
    r"dusun|dsn|nik|no\.? ?kk|kk)\b)",
    re.IGNORECASE,
)
_SEXES = {
    **dict.fromkeys(("l", "lk", "laki", "laki-laki", "pria", "male", "cowok"), Sex.MALE),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "female", "cewek"), Sex.FEMALE),
}
_MEN = re.compile(
    r"^(?:pak|bapak|bpk|kakek|mas|kang|tn|tuan|pakde|paklek|kyai|kiai|kh|h)\b\.?\s", re.IGNORECASE
)
_WOMEN = re.compile(r"^(?:bu|ibu|nenek|mbak|ny|nyonya|bude|bulek|hj|yu|nyai|mak|emak)\b\.?\s", re.IGNORECASE)
_AGE = re.compile(
    r"^[0-9]{1,3}(?:-?an)?(?: ?(?:th|thn|tahun))\.?$|^(?:19|20)[0-9]{2}(?:-?an)?$|"
    r"^[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:19|20)[0-9]{2}$"
)


@dataclass
class _Found:
    name: str = ""
    mother: str = ""
    father: str = ""
    nik: str = ""
    family: str = ""
    phone: str = ""
    ticket: str = ""
    rw: str = ""
    rt: str = ""
    birth: Birth | None = None
    sex: Sex = Sex.UNKNOWN
    places: dict[str, float] | None = None


def understood(text: str, office: str, on: date, *, typing: bool = False) -> Query:
    """What a line says about a person, for an office, on a day. Blank fields were not said."""
    text = plain(text)[:_LONGEST]
    found = _Found()
    if (ticket := _TICKET.fullmatch(text)) and re.search("[0-9-]", text):
        return Query(ticket="-".join(ticket.groups()).upper())
    text = _numbers(text, found)
    text = _rt_rw(text, found)
    parts = [p.strip(" .:-") for chunk in re.split(r"[,;\n]+", text) for p in _WITHIN.split(chunk)]
    for part in filter(None, parts):
        _part(part, found, office, on)
    name, father = of_father(found.name)
    sex = found.sex
    if sex is Sex.UNKNOWN and found.name:
        sex = Sex.MALE if _MEN.match(found.name) else Sex.FEMALE if _WOMEN.match(found.name) else sex
    if re.search(r"\bbinti\b", found.name, re.IGNORECASE):
        sex = Sex.FEMALE
    last = parts[-1] if parts else ""
    return Query(
        name=name, mother=found.mother, father=found.father or father, nik=found.nik, family=found.family,
        birth=found.birth, sex=sex, places=found.places or {}, rw=found.rw, rt=found.rt, phone=found.phone,
        ticket=found.ticket, typing=typing and bool(name) and last.endswith(name.split()[-1]),
    )  # fmt: skip


def _numbers(text: str, found: _Found) -> str:
    """Take NIK, family number and phone out of the text."""

    def long_number(match: re.Match[str]) -> str:
        digits = re.sub(r"[^0-9]", "", match[0])
        before = text[: match.start()].lower().rstrip(" :.")
        if re.search(r"(?:kk|keluarga)$", before) or found.nik:
            found.family = digits
        else:
            found.nik = digits
        return " "

    if phone := _PHONE.search(text):
        try:
            found.phone = parse_phone(phone[0])
            text = text[: phone.start()] + " " + text[phone.end() :]
        except BadInput:
            pass
    text = _LONG_NUMBER.sub(long_number, text)
    return re.sub(
        r"\b(?:nik|no(?:mor)?\.? ?kk|kk|no(?:mor)?\.? ?ktp|hp|telp|wa)\b[ :.]*(?=,|;|$| {2})",
        " ",
        text,
        flags=re.IGNORECASE,
    )


def _rt_rw(text: str, found: _Found) -> str:
    def taken(match: re.Match[str]) -> str:
        if match[1]:
            setattr(found, match[1].lower(), match[2])
        else:
            found.rt, found.rw = match[3], match[4]
        return " "

    return _RT_RW.sub(taken, text)


def _part(part: str, found: _Found, office: str, on: date) -> None:
    if (sex := _SEXES.get(part.lower())) and found.name:
        found.sex = sex
        return None
    for field, cue in _CUES:
        if match := cue.match(part):
            return _said(field, part[match.end() :].strip(" .:"), part, found, office, on)
    if birth := _birth(part, on, bare=True):
        found.birth = birth
    elif not found.name and not (found.mother and places(part, office, 1.0)):  # "ibunya Painem, Dongko"
        _name_and_more(part, found, office, on)
    else:
        _place(part, found, office)
    return None


def _said(field: str, rest: str, part: str, found: _Found, office: str, on: date) -> None:
    if field == "place":
        word = part.split()[0].lower()
        _place(part if word.rstrip(".") in _LEVELS else rest, found, office)
    elif field == "birth":
        found.birth = _birth(part, on) or _birth(rest, on) or found.birth
    elif field in ("mother", "father") and any(c.isalpha() for c in rest):
        setattr(found, field, rest)
    elif field == "name":
        _name_and_more(rest, found, office, on)


_LEVELS = frozenset(("desa", "ds", "kel", "kelurahan", "kec", "kecamatan"))


def _name_and_more(part: str, found: _Found, office: str, on: date) -> None:
    """A name, perhaps followed by a place or an age without a comma: "Sukarni dongko 70 tahun"."""
    words = part.split()
    for count in (3, 2, 1):
        tail = " ".join(words[-count:])
        if len(words) > count and re.search("[0-9]", tail) and (birth := _birth(tail, on, bare=True)):
            found.birth, words = birth, words[:-count]
            break
    for count in (3, 2, 1):
        if len(words) > count and (meant := places(" ".join(words[-count:]), office, 1.0)):
            found.places, words = meant, words[:-count]
            break
    found.name = " ".join(w for w in words if any(c.isalpha() for c in w))


def _place(text: str, found: _Found, office: str) -> None:
    meant = places(text, office)
    if not meant:
        return
    found.places = narrowed(found.places, meant) if found.places and _wider(meant, found.places) else (
        narrowed(meant, found.places) if found.places else meant
    )  # fmt: skip


def _wider(one: dict[str, float], other: dict[str, float]) -> bool:
    return min(map(len, one)) < min(map(len, other))


def _birth(text: str, on: date, bare: bool = False) -> Birth | None:
    text = numerals(text.lower())
    if bare and not (_AGE.fullmatch(text) or re.search(r"[0-9]{1,2} ?[a-z]{3,9} ?(?:19|20)[0-9]{2}", text)):
        return None
    text = re.sub(r"^(?:ttl|kelahiran|lahirnya|tgl lahir|tanggal lahir)\b[ :.]*", "lahir ", text)
    text = re.sub(r"^(?:umurnya|usianya)\b", "umur", text)
    text = re.sub(r"^lahir (?:tanggal |di |tahun )", "lahir ", text)
    text = re.sub(r"^lahir (?=[0-9]{1,2}[-/. ])", "", text)
    for said in (text, re.sub(r"^lahir ", "", text), re.sub(r"^.*?(?=[0-9])", "", text)):
        try:
            return parse_birth(said, on)
        except BadInput:
            continue
    return None


def numerals(text: str) -> str:
    """Number words as digits: "tujuh puluhan" is 70-an, "enam puluh lima" 65, "dua belas" 12."""
    ones = "|".join(_ONES)

    def tens(match: re.Match[str]) -> str:
        value = _ONES[match[1]] * 10 + (_ONES[match[3]] if match[3] else 0)
        return f"{value}-an" if match[2] else str(value)

    text = re.sub(rf"\b({ones}) ?puluh(an)?(?: ({ones}))?\b", tens, text)
    text = re.sub(rf"\b({ones}) ?belas(an)?\b", lambda m: str(10 + _ONES[m[1]]), text)
    text = re.sub(r"\bsepuluh\b", "10", re.sub(r"\bsebelas\b", "11", text))
    text = re.sub(r"\bseratus\b", "100", text)
    text = re.sub(rf"(?<=umur |usia )({ones})\b", lambda m: str(_ONES[m[1]]), text)
    return re.sub(r"\b([0-9]{2,4}) an\b", r"\1-an", text)
