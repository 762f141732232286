"""The search compiled before somebody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys


def compile_ahead() -> subprocess.Popen[bytes]:
    """Begin `jemput plan warm` beside a server; nobody waits for it.

    It takes a minute on a new machine, and a second on one that has compiled before.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "jemput", "plan", "warm"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name != "nt",
    )
