"""The release before this one, from the history of this repository: its app, and its server."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path
from typing import Any

import pytest

COMMIT = "b2534a9cd1b84e8272ba4308ff2c79512760ad97"
"""The last commit whose app kept version 2 of its database."""
DATABASE = 2
ROOT = Path(__file__).parents[2]
TREE = ROOT / "var" / "cache" / f"release-{COMMIT[:12]}"
APP = Path("src", "jemput", "_field")


def previous() -> Path:
    """The whole tree of that release with its app built; made once. Skips without the history."""
    known = subprocess.run(["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"], cwd=ROOT, capture_output=True)
    if known.returncode:
        pytest.skip("the history of this repository is not here (a shallow clone): git fetch --unshallow")
    TREE.parent.mkdir(parents=True, exist_ok=True)
    with (TREE.parent / f"{TREE.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not TREE.is_dir():
            _make()
    return TREE


def _make() -> None:
    draft = TREE.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    packed = subprocess.run(["git", "archive", COMMIT], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", draft], input=packed.stdout, check=True)
    field, ours = draft / "field", ROOT / "field"
    if all(cmp(field / name, ours / name, shallow=False) for name in ("package.json", "package-lock.json")):
        (field / "node_modules").symlink_to(ours / "node_modules")
    subprocess.run([sys.executable, "tools/field.py", "build"], cwd=draft, env=_of(draft), check=True)
    draft.rename(TREE)


def _of(tree: Path, **more: str) -> dict[str, str]:
    """The environment in which the code of a tree runs, and none of ours."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("JEMPUT_", "DJANGO_"))}
    path = os.pathsep.join([str(tree / "src"), str(tree)])
    return ours | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "jemput.settings", **more}


@dataclass
class Office:
    """A server of the previous release with data of its own."""

    url: str
    tree: Path
    env: dict[str, str]

    def says(self, verb: str, *args: str) -> Any:
        """What previous_office.py does, in the previous release's own code."""
        script = Path(__file__).with_name("previous_office.py")
        words = [sys.executable, str(script), verb, *args]
        done = subprocess.run(words, cwd=self.tree, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def previous_server(place: Path, built: Path) -> Iterator[Office]:
    """``jemput serve`` of the previous release, giving out the app that was built into ``built``."""
    tree = place / "release"
    apart = shutil.ignore_patterns("node_modules", "_field", "__pycache__", "docs")
    shutil.copytree(previous(), tree, ignore=apart)
    shutil.copytree(built, tree / APP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = _of(
        tree,
        JEMPUT_HOME=str(place / "home"),
        JEMPUT_KEYS=str(place / "keys"),
        JEMPUT_LEDGER=str(place / "ledger" / "erasures.jsonl"),
        JEMPUT_HTTPS="0",
        JEMPUT_PLANNING_CACHE=str(ROOT / "var" / "cache"),
    )
    office = Office(f"http://127.0.0.1:{port}", tree, env)
    words = [sys.executable, "-m", "jemput"]
    subprocess.run([*words, "migrate", "--verbosity", "0"], cwd=tree, env=env, check=True)
    server = subprocess.Popen([*words, "serve", "--port", str(port), "--workers", "1"], cwd=tree, env=env)
    try:
        _wait(f"{office.url}/lapangan/", server)
        yield office
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        assert server.poll() is None, "the server of the previous release stopped"
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the server of the previous release did not start")
