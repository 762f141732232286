"""The field app's core: what TypeScript makes of the same entries, programmes and rules."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.field.random_cases import Teller
from tools.field import FIELD, environment

ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("JEMPUT_RANDOM_SEED", "5"))
CASES = int(os.environ.get("JEMPUT_RANDOM_COUNT", "60"))
pytestmark = pytest.mark.skipif(
    environment() is None, reason="no Node 20.19 or newer here; ./run test installs one into .venv"
)


def field(*words: str, **env: str) -> str:
    """Run tools/field.py and give what it printed."""
    command = [sys.executable, str(ROOT / "tools" / "field.py"), *words]
    done = subprocess.run(
        command, env=os.environ | {"NO_COLOR": "1"} | env, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_hold() -> None:
    field("types")


def test_typescript_and_python_say_the_same_of_every_vector_and_of_random_cases(tmp_path: Path) -> None:
    teller = Teller(SEED)
    made = {
        "cases": [teller.case() for _ in range(CASES)],
        "programmes": [p.model_dump(mode="json") for p in teller.programmes.values()],
    }
    cases, told = tmp_path / "cases.json", tmp_path / "report.json"
    cases.write_text(json.dumps(made))
    reporters = ("--reporter=dot", "--reporter=json", f"--outputFile.json={told}")
    field("test", *reporters, JEMPUT_RANDOM_CASES=str(cases))
    report = json.loads(told.read_text())
    assert report["numFailedTests"] == report["numPendingTests"] == 0
    vectors = list((ROOT / "tests" / "vectors").rglob("*.json"))
    assert report["numPassedTests"] > len(vectors)


def test_the_lock_names_no_registry_and_licences_that_fit() -> None:
    packages = json.loads((FIELD / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert [name for name, package in installed.items() if "resolved" in package] == []
    fits = {"MIT", "Apache-2.0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "0BSD"}
    assert {
        name: package.get("license")
        for name, package in installed.items()
        if package.get("license") not in fits
    } == {}
