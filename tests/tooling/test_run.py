"""The one command of the clone, run as a person would run it."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jemput import locale_build

ROOT = Path(__file__).resolve().parents[2]
VERBS = ("demo", "test", "check", "dev", "bench", "messages", "screenshots", "field", "build", "help")


def run(*args: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, ROOT / "run", *args], capture_output=True, text=True, cwd=ROOT, timeout=60)


def test_without_a_verb_it_names_every_verb() -> None:
    shown = run().stdout
    assert re.findall(r"^  \./run (\w+) ", shown, re.M) == [*VERBS, "help"]


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_explained(verb: str) -> None:
    first, *rest = run("help", verb).stdout.splitlines()
    assert first.endswith(".")
    assert any(f"./run {verb}" in line for line in rest)
    assert run(verb, "--help").stdout == run("help", verb).stdout or verb in ("test", "help")


@pytest.mark.parametrize("args", [["tset"], ["help", "tset"], ["check", "everything"], ["bench", "nothing"]])
def test_a_wrong_word_is_answered_with_the_right_ones(args: list[str]) -> None:
    done = run(*args)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.search(r"It knows: demo|see ./run help check|Benchmarks: ", done.stdout + done.stderr)


def test_it_needs_only_the_standard_library() -> None:
    source = (ROOT / "run").read_text("utf-8")
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", source, re.M)) - {"__future__"}
    assert imported <= sys.stdlib_module_names
    assert (
        subprocess.run([sys.executable, "-I", "-S", ROOT / "run", "help"], capture_output=True).returncode
        == 0
    )


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_name_no_host_and_hash_every_package(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|file:|--(extra-)?index|--find-links|@ ", text)
    packages = re.findall(
        r"^[\w.-]+(?:\[[\w,]+\])?==[^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}[ \\]*\n)+", text, re.M
    )
    assert len(packages) == len(re.findall(r"^\S+==", text, re.M)) > 20


def test_the_office_installs_the_versions_that_were_tested() -> None:
    pins = [set(re.findall(r"^\S+==[^\s\\]+", (ROOT / lock).read_text(), re.M)) for lock in
            ("requirements.lock", "requirements-dev.lock")]  # fmt: skip
    assert pins[0] < pins[1]


def test_the_build_server_runs_what_a_developer_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert re.search(r"^exec python3 run test$", script, re.M)
    assert os.access(ROOT / "run", os.X_OK)


def test_the_licence_is_apache_2() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()


def test_the_wheel_carries_screens_programmes_and_messages(tmp_path: Path) -> None:
    locale_build.build()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        carried = set(wheel.namelist())
    source = ROOT / "src"
    files = (path for path in source.rglob("*") if path.is_file() and path.suffix not in {".pyc", ".mo"})
    assert {str(path.relative_to(source)) for path in files} <= carried
    assert "jemput/locale/id/LC_MESSAGES/django.mo" in carried
