"""`jemput programme`: an office checks and reads programme files on the command line."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jemput import programmes

FOLDER = Path(programmes.__file__).parent
BROKEN = Path(__file__).parent / "broken"


def run(*words: object) -> tuple[int, str, str]:
    """Exit code, what was printed, what was complained of."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("programme", *map(str, words), stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_five_files_are_good():
    code, out, err = run("check", *sorted(FOLDER.glob("*.toml")), "--language", "en")
    assert (code, err) == (0, "") and out.count("good") == 5


@pytest.mark.parametrize("file", sorted(BROKEN.glob("*.toml")), ids=lambda f: f.stem)
def test_a_broken_file_is_refused_with_its_line(file: Path):
    code, out, err = run("check", file)
    assert code == 1 and out == ""
    assert err.startswith(f"{file}:") and "\n    " in err


def test_one_broken_file_among_good_ones_is_enough_to_fail():
    code, out, err = run("check", FOLDER / "godoc.toml", BROKEN / "circle.toml", "--language", "en")
    assert code == 1 and "good" in out and "circle.toml" in err


def test_a_file_that_cannot_be_read_is_another_failure(tmp_path: Path):
    code, _out, err = run("check", tmp_path / "nihil.toml")
    assert code == 2 and "nihil.toml" in err


def test_explain_prints_the_sop_in_indonesian_unless_asked_otherwise():
    code, out, _err = run("explain", FOLDER / "godoc.toml")
    assert code == 0
    assert "dokumen yang berjalan" in out and "Atur jadwal agenda layanan" in out
    assert "Schedule the service" in run("explain", FOLDER / "godoc.toml", "--language", "en")[1]


def test_explain_refuses_a_broken_file_as_check_does():
    assert run("explain", BROKEN / "circle.toml")[0] == 1


def test_the_command_asks_for_a_verb():
    with pytest.raises(CommandError):
        call_command("programme")
