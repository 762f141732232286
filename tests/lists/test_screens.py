"""The three-list story through the screens: upload, look, compare, decide, open cases, count who is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jemput.core.codes import Duty
from jemput.journal.models import CaseRow
from jemput.people.link import runs
from jemput.people.models import LinkList, LinkPair, LinkRow, LinkRun
from tests.lists import linkage
from tests.people import signed_in, staff

AT = "/lists/3/"


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """The register of five people; comparisons run in the request instead of beside it."""
    settings.JEMPUT_KEYS = tmp_path / "keys"
    linkage.register(tmp_path)

    def now(office: str, programme: int, author) -> LinkRun:  # type: ignore[no-untyped-def]
        return runs.run_now(LinkRun.objects.create(office=office, programme=programme), author)

    monkeypatch.setattr(runs, "start", now)


@pytest.fixture
def desk() -> Client:
    return signed_in(staff(Duty.MAIN_ADMIN))


def upload(desk: Client, text: str, source: str, **more: str) -> str:
    """Through the preview, whose text is given."""
    file = SimpleUploadedFile("daftar.csv", text.encode())
    asked = desk.post(AT, {"file": file, "source": source, "name": f"Daftar {source}", **more})
    assert asked.status_code == 302, asked.content.decode()
    shown = desk.get(asked["Location"]).content.decode()
    new = asked["Location"].partition("new=")[2]
    desk.post(f"{AT}preview/", {"new": new, "keep": "1"})
    return shown


def all_three(desk: Client) -> None:
    for source, text in linkage.three_lists().items():
        upload(desk, text, source)
    assert desk.post(f"{AT}compare/").status_code == 302


def test_from_three_lists_to_cases_and_back_to_the_number_that_is_left(desk: Client) -> None:
    all_three(desk)
    assert LinkList.objects.filter(state="received").count() == 3
    home = desk.get(AT).content.decode()
    assert "6 baris adalah 4 orang" in home
    people = desk.get(f"{AT}people/").content.decode()
    assert "PAIDI" in people.upper() and "tidak ditemukan: kunjungan yang akan memastikan" in people
    rows = [
        r for r in LinkRow.objects.order_by("pk").values_list("pk", flat=True) if f'value="{r}"' in people
    ]
    done = desk.post(f"{AT}people/open/", {"row": rows})
    assert done.status_code == 302
    assert CaseRow.objects.count() == len(rows) > 0
    desk.post(f"{AT}people/open/", {"row": rows})
    assert CaseRow.objects.count() == len(rows), "sent twice, opened once"
    left = desk.get(f"{AT}backlog/").content.decode()
    assert "kasus sedang berjalan" in left and "2.028" in left
    for link in ("?condition=no_nik", "?sex=female", "?reached=left", "?village=35.03.02.2001", "?age=70_up"):
        assert desk.get(f"{AT}people/{link}").status_code == 200


def test_a_doubtful_pair_is_shown_side_by_side_answered_and_taken_back(desk: Client) -> None:
    here = linkage.village("35.03.02.2001")
    upload(
        desk,
        f"NIK,NAMA,TGL LAHIR,NAMA IBU,DESA\n9905125203550077,TUMINAH,12-03-1955,SAMINAH,{here}\n",
        "office",
    )
    desk.post(f"{AT}compare/")
    page = desk.get(f"{AT}review/").content.decode()
    pair = LinkPair.objects.get(bin="ask")
    assert "<mark>" in page and "Dua NIK" in page and 'data-press="s"' in page
    desk.post(f"{AT}review/", {"pair": pair.pk, "answer": "same"})
    assert "Tarik kembali jawaban terakhir" in desk.get(f"{AT}review/").content.decode()
    mine = desk.get(f"{AT}niks/").content.decode()
    assert "Orang lain yang harus memeriksanya" in mine and 'name="proposal"' not in mine
    other = signed_in(staff(Duty.MAIN_ADMIN))
    assert 'name="proposal"' in other.get(f"{AT}niks/").content.decode()
    desk.post(f"{AT}review/", {"pair": pair.pk, "answer": "undo"})
    assert LinkPair.objects.get(pk=pair.pk).answer == ""
    assert "9905125203550077" not in desk.get(f"{AT}niks/").content.decode(), "nothing is proposed any more"


def test_an_automatic_link_says_why_and_is_undone(desk: Client) -> None:
    all_three(desk)
    pair = LinkPair.objects.get(against="person", bin="same", row__list__source="office", row__number=3)
    page = desk.get(f"{AT}person/?row={pair.row_id}").content.decode()
    assert "cocok" in page and "bukan bukti" in page
    desk.post(f"{AT}review/", {"pair": pair.pk, "answer": "different", "from": "person"})
    assert LinkPair.objects.get(pk=pair.pk).answer == "different"


@pytest.mark.parametrize("text", ["", "%PDF-1.7", "Nama\n"])
def test_a_bad_list_says_why_and_leaves_nothing(desk: Client, text: str) -> None:
    answer = desk.post(AT, {"text": text, "source": "office"})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not LinkList.objects.exists()


def test_the_preview_says_how_to_mend_it_and_a_list_thrown_away_is_gone(desk: Client) -> None:
    asked = desk.post(AT, {"text": "Nama,NIK,Desa\nSUKARNI,3.5E+15,Atlantis\n", "source": "village"})
    shown = desk.get(asked["Location"]).content.decode()
    assert "3.5E+15" in shown and "Desa yang tidak dikenal" in shown
    desk.post(f"{AT}preview/", {"new": asked["Location"].partition("new=")[2], "drop": "1"})
    assert not LinkRow.objects.exists()
