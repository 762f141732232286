"""A small route server that answers as Valhalla and OSRM are documented to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from jemput.places import crow_km

DETOUR, KMH = 1.5, 30.0


class SmallServer:
    """A small route server that answers in the documented shape of either kind; ``spoil`` lets it lie."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.spoil: Callable[[Any], Any] = lambda answer: answer
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                outer.asked.append(f"{self.path} {body}")
                asked = json.loads(body)
                here, there = ([(p["lat"], p["lon"]) for p in asked[n]] for n in ("sources", "targets"))
                rows = [
                    [{"from_index": i, "to_index": j, "time": road(a, b) / KMH * 3600, "distance": road(a, b)}
                     for j, b in enumerate(there)]
                    for i, a in enumerate(here)
                ]  # fmt: skip
                self.say({"sources_to_targets": rows, "units": "kilometers"})

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                found = re.fullmatch(r"/table/v1/(?:car|bike)/([^?]+)\?(.*)", self.path)
                assert found, self.path
                points = [tuple(map(float, p.split(",")))[::-1] for p in found[1].split(";")]
                query = dict(part.split("=") for part in found[2].replace("%3B", ";").split("&"))
                here, there = (
                    [points[int(n)] for n in query[k].split(";")] for k in ("sources", "destinations")
                )
                km = [[road(a, b) for b in there] for a in here]
                seconds = [[x / KMH * 3600 for x in row] for row in km]
                metres = [[x * 1000 for x in row] for row in km]
                self.say({"code": "Ok", "durations": seconds, "distances": metres})

            def say(self, answer: Any) -> None:
                said = outer.spoil(answer)
                status, body = said if isinstance(said, tuple) else (200, json.dumps(said).encode())
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        Thread(target=self.http.serve_forever, daemon=True).start()


def road(a: Any, b: Any) -> float:
    return crow_km(a, b) * DETOUR
