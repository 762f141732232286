"""A register of five people and three lists that name some of them, for the tests of the linkage."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jemput import journal
from jemput.core.areas import area
from jemput.journal import keys
from jemput.people import importing, index
from jemput.programmes import packaged

OFFICE, PROGRAMME = "35.03", 3

REGISTER = """NIK,NO_KK,NAMA_LGKP,JENIS_KLMIN,TGL_LHR,STAT_HBKEL,NAMA_LGKP_IBU,NO_PROP,NO_KAB,NO_KEC,NO_KEL
9903015708510001,9903010101040001,SUKARNI,2,17-08-1951,1,PAINEM,35,03,2,2001
9903015203550002,9903010101040002,TUMINAH,2,12-03-1955,1,SAMINAH,35,03,2,2001
9903010102900003,9903010101040003,RIZKY PRATAMA,1,01-02-1990,4,SUMIATI,35,03,2,2002
9903011207720004,9903010101040004,WAGIMIN HARTONO,1,12-07-1972,1,KASIATI,35,03,2,2002
9903014403880005,9903010101040005,ENDANG LESTARI,2,04-03-1988,1,YATINI,35,03,2,2003
"""


def register(folder: Path) -> None:
    """Take in the five people; the office key is in place."""
    keys.init_open()
    journal.install(packaged()["jempol-keren"])
    file = folder / "register.csv"
    file.write_text(REGISTER)
    snapshot = importing.load(importing.begin(file, OFFICE, date(2026, 1, 1)), file)
    index.build(snapshot)
    importing.take_over(snapshot)


def village(code: str) -> str:
    """Its name."""
    found = area(code)
    assert found is not None
    return found.name


def three_lists() -> dict[str, str]:
    """The office's extract, the social agency's list, the villages' reports; by source."""
    here, there = village("35.03.02.2001"), village("35.03.02.2002")
    return {
        "office": f"NIK,NAMA,TGL LAHIR,NAMA IBU,DESA\n9903015708510001,SUKARNI,17-08-1951,PAINEM,{here}\n"
        f",WAGIMIN HARTONO,12-07-1972,KASIATI,{there}\n",
        "social_agency": f"NAMA;JK;TGL LAHIR;IBU;DESA\nSOEKARNI;P;17-08-1951;PAINEM;{here}\n"
        f"RISKA AMELIA;P;05-06-1993;SUMIATI;{there}\n",
        "village": f"Nama\tUmur\tIbu\tDesa\tKeterangan\nMbah Sukarni\t74\tPainem\t{here}\tbelum rekam\n"
        f"Paidi Kromo\t80\t\t{here}\tbelum punya NIK\n",
    }
