"""The field app's core: what TypeScript makes of the same entries, programmes and rules."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from jemput.core.entries import Entry
from jemput.journal.canonical import content, envelope
from jemput.journal.verdicts import parse
from jemput.sync.push import PURPOSE
from jemput.sync.sealing import SUITE
from tests.core.vectors import JSON
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


def test_typescript_and_python_say_the_same(tmp_path: Path) -> None:
    """Of every vector, of random cases, and of an entry that a phone has sealed to the office.

    One test, since vitest runs all of its own at once.
    """
    teller, office = Teller(SEED), X25519PrivateKey.generate()
    made = {
        "cases": [teller.case() for _ in range(CASES)],
        "programmes": [p.model_dump(mode="json") for p in teller.programmes.values()],
    }
    cases, told, sealed = (tmp_path / f"{name}.json" for name in ("cases", "report", "sealed"))
    cases.write_text(json.dumps(made))
    field(
        "test",
        *("--reporter=dot", "--reporter=json", f"--outputFile.json={told}"),
        JEMPUT_RANDOM_CASES=str(cases),
        JEMPUT_OFFICE_KEY=office.public_key().public_bytes_raw().hex(),
        JEMPUT_SEALED_FILE=str(sealed),
    )
    report = json.loads(told.read_text())
    assert report["numFailedTests"] == report["numPendingTests"] == 0
    assert report["numPassedTests"] > len(list((ROOT / "tests" / "vectors").rglob("*.json")))
    the_office_opens_it_and_reads_the_entry(json.loads(sealed.read_text()), office)


def the_office_opens_it_and_reads_the_entry(written: JSON, office: X25519PrivateKey) -> None:
    said = SUITE.decrypt(bytes.fromhex(written["sealed"]), office, info=PURPOSE.encode())
    assert said.decode() == written["canonical"]
    entry = parse(said)
    assert isinstance(entry, Entry)
    assert (entry.kind, entry.device_seq) == ("delivered", 1)
    assert content(envelope(entry), *entry.body.split()) == said, "both sides reckon the same identity"


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
