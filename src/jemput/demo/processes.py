"""The processes of a demo: the server and the simulated centre; started, waited for, stopped together."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from jemput.planning import compile_ahead

PATIENCE = 6
"""Seconds a process has to end by itself."""
MOST_PORTS = 50


class Children:
    """What this command has started, and nothing else."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server: subprocess.Popen[bytes] | None = None
        self.simulator: subprocess.Popen[bytes] | None = None
        self.compiler: subprocess.Popen[bytes] | None = None
        self.simulator_port = 0

    def start_simulator(self) -> None:
        """The pretended national centre, on a port of its own; it says on every reply that it is one."""
        self.simulator_port = self.simulator_port or free_port("127.0.0.1", 8181)
        command = [sys.executable, "-m", "jemput", "centre-simulator", "--port", str(self.simulator_port)]
        command += ["--yes-simulator", "--state", str(self.home / "demo-centre.jsonl")]
        people = self.home / "demo-register.json"
        if people.exists():
            command += ["--people", str(people)]
        self.simulator = _start(command, {}, quiet=True)

    def restart_simulator(self) -> None:
        """Let it read who has come in meanwhile."""
        if self.simulator:
            _stop([self.simulator])
        self.start_simulator()

    def start_server(self, host: str, port: int) -> None:
        """granian, with the simulator as the centre."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"]
        command += ["--host", host, "--port", str(port), "--workers", "2", "--blocking-threads", "4"]
        command += ["--workers-kill-timeout", "3", "--respawn-failed-workers", "--log-level", "warning"]
        centre = {
            "JEMPUT_CENTRE": "simulator",
            "JEMPUT_CENTRE_URL": f"http://127.0.0.1:{self.simulator_port}",
        }
        self.server = _start(
            [*command, "jemput.wsgi:application"],
            {"JEMPUT_DEMO": "1", "DJANGO_SETTINGS_MODULE": "jemput.settings", **centre},
        )
        self.compiler = compile_ahead()

    def wait(self) -> int:
        """Until the server ends by itself, which it should not; its exit code."""
        return self.server.wait() if self.server else 0

    def stop(self) -> None:
        """End all that was started, gently first."""
        _stop([p for p in (self.server, self.simulator, self.compiler) if p])


def _start(command: list[str], env: dict[str, str], quiet: bool = False) -> subprocess.Popen[bytes]:
    """A child in a process group of its own: Ctrl-C reaches it through us, once."""
    out = subprocess.DEVNULL if quiet else None
    return subprocess.Popen(command, env=os.environ | env, stdout=out, start_new_session=os.name != "nt")  # noqa: S603


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        with contextlib.suppress(OSError):
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody uses. Raises OSError when there is none near."""
    for port in range(wanted, wanted + MOST_PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {wanted} on")
