"""The `jemput` command, run as an administrator would run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from jemput.cli import VERBS


def jemput(*args: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    places = {
        "JEMPUT_HOME": str(home / "data"),
        "JEMPUT_KEYS": str(home / "keys"),
        "JEMPUT_LEDGER": str(home / "ledger.jsonl"),
        "JEMPUT_DATABASE_URL": "",
        "JEMPUT_DEMO": "",
        "JEMPUT_SECRET_KEY": "",
        "DJANGO_SETTINGS_MODULE": "jemput.settings",
        "LC_ALL": "en_GB.UTF-8",
    }
    command = [sys.executable, "-m", "jemput", *args]
    return subprocess.run(command, env=os.environ | places | env, capture_output=True, text=True, timeout=60)


def test_help_speaks_indonesian_and_english(tmp_path: Path) -> None:
    assert "Pemakaian: jemput PERINTAH" in jemput("help", home=tmp_path, LC_ALL="id_ID.UTF-8").stdout
    assert "Usage: jemput VERB" in jemput(home=tmp_path).stdout
    assert not (tmp_path / "data").exists()  # asking for help makes nothing


def test_an_unknown_verb_is_answered_with_the_nearest(tmp_path: Path) -> None:
    done = jemput("migrat", home=tmp_path)
    assert (done.returncode, "Did you mean: migrate" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr


def test_hyphens_stand_for_underscores(tmp_path: Path) -> None:
    assert "simulator" in jemput("centre-simulator", "--help", home=tmp_path).stdout.lower()


def test_a_new_home_is_private(tmp_path: Path) -> None:
    done = jemput("check", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert (tmp_path / "keys" / "django-secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["JEMPUT_KEYS", "JEMPUT_LEDGER"])
def test_keys_and_erasure_ledger_never_lie_beside_the_data(tmp_path: Path, name: str) -> None:
    done = jemput("check", home=tmp_path, **{name: str(tmp_path / "data" / "inside")})
    assert done.returncode == 1
    assert f"{name} (" in done.stderr and "must not lie inside JEMPUT_HOME" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "address",
    [
        "tiles.example/{z}/{x}/{y}.png",
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://a.example/{z}/{x}.png",
        "https://a.example/{z}/{x}/{y}/{s}",
        "https://a.example; script-src */{z}/{x}/{y}",
        "https://*/{z}/{x}/{y}",
    ],
)
def test_an_address_of_tiles_that_is_none_is_refused_at_the_start(tmp_path: Path, address: str) -> None:
    done = jemput("check", home=tmp_path, JEMPUT_TILES=address)
    assert done.returncode == 1 and "https://tiles.example/{z}/{x}/{y}.png" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_demo_home_stays_one_and_an_office_never_becomes_one(tmp_path: Path) -> None:
    says = ["shell", "-v", "0", "-c", "from django.conf import settings; print(settings.JEMPUT_DEMO)"]
    assert jemput(*says, home=tmp_path / "a", JEMPUT_DEMO="1").stdout.strip() == "True"
    assert jemput(*says, home=tmp_path / "a").stdout.strip() == "True"
    office = tmp_path / "b" / "data"
    office.mkdir(parents=True)
    (office / "jemput.sqlite3").touch()
    refused = jemput(*says, home=tmp_path / "b", JEMPUT_DEMO="1")
    assert refused.returncode == 1 and "cannot become a demo" in refused.stderr


def test_help_names_every_command_of_jemput() -> None:
    ours = {name.replace("_", "-") for name, app in get_commands().items() if app.startswith("jemput")}
    assert set(VERBS) - {"help", "migrate"} == ours
