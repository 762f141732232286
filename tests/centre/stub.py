"""A server that says exactly what it is told to, and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


class Stub:
    """What to answer next, and what came in."""

    def __init__(self) -> None:
        self.says: list[tuple[int, bytes]] = []
        self.delay = 0.0
        self.paths: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.address = ""

    def say(self, body: bytes | dict[str, Any], status: int = 200) -> None:
        """Queue an answer; the last one is repeated."""
        self.says.append((status, body if isinstance(body, bytes) else json.dumps(body).encode()))


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """A stub on a free port of this machine."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stub.paths.append(self.path)
            stub.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(stub.delay)
            status, body = stub.says.pop(0) if len(stub.says) > 1 else stub.says[0]
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up, or mistrusts us, is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    stub.address = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
