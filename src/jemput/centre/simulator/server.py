"""The simulated centre over HTTP, on this machine only. SIMULASI - bukan data SIAK.

POST /dukcapil/get_json/<institution>/CALL_NIK, CALL_VERIFY_BY_ELEMEN   shapes of the real service
POST .../CALL_STATUS, SUBMIT                                            the simulator's own
GET  /                                                                  a page for people
"""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import datetime
from difflib import SequenceMatcher
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jemput.centre.simulator.world import DAY, JSON, NOTICE, ONLY_99, TEXTS, World

MAX_BODY = 1_000_000
MAX_NIKS = 5_000
HANG = 30.0
"""Seconds that a dead line is held before it is dropped."""

_PATH = re.compile(r"/dukcapil/get_json/([A-Za-z0-9_./-]+)/([A-Za-z_]+)")
_LOOSE = {"NAMA_LGKP", "TMPT_LHR", "ALAMAT"}
_PAGE = {
    "lastPage": True,
    "numberOfElements": 1,
    "sort": None,
    "totalElements": 1,
    "firstPage": True,
    "number": 0,
    "size": 1,
}


class SimulatorServer(ThreadingHTTPServer):
    """A server around one World. Port 0 takes any free port."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, world: World, port: int = 8181, *, hang: float = HANG, old_style: bool = False
    ) -> None:
        self.world, self.hang, self.old_style = world, hang, old_style
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is printed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """Where it listens: "http://127.0.0.1:8181"."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One question. Bodies are never logged: they hold NIKs."""

    server: SimulatorServer
    protocol_version = "HTTP/1.1"
    server_version = "JemputSimulator"
    sys_version = ""
    timeout = 60
    wbufsize = -1  # headers and body in one packet: in two, each answer waits 40 ms for the first's receipt

    def do_GET(self) -> None:
        """The page for people, at "/" alone."""
        if self.path.partition("?")[0] != "/":
            self._send(
                404, "text/html; charset=utf-8", page("<p>Halaman tidak ada. <a href='/'>Beranda</a></p>")
            )
            return
        self._send(200, "text/html; charset=utf-8", state_page(self.server.world))

    def do_POST(self) -> None:
        """A question in the shape of the service; refused questions are HTTP 200 too, as there."""
        length = self.headers.get("Content-Length", "")
        found = _PATH.fullmatch(self.path)
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > MAX_BODY:
            self.close_connection = True
            self._reply(refusal("07"))
            return
        body = self.rfile.read(int(length))
        if found is None:
            self._reply({"RESPONSE_CODE": "07", "RESPONSE": "Alamat tidak dikenal"}, status=404)
            return
        if self.server.world.faulty():
            time.sleep(self.server.hang)
            self.close_connection = True
            return
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            asked = None
        if isinstance(asked, dict):
            self._reply(answer(self.server.world, found.group(1), found.group(2).upper(), asked))
        else:
            self._reply(refusal("07"))

    def _reply(self, said: JSON, status: int = 200) -> None:
        if self.server.old_style and "RESPONSE" in said:
            said = {"RESPON": said["RESPONSE"]}
        body = json.dumps({**said, "simulasi": NOTICE}).encode()
        self._send(status, "application/json", body)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Jemput-Simulator", "1")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a test run or a demo asks thousands of questions."""


def answer(world: World, institution: str, method: str, asked: JSON) -> JSON:
    """The reply to one question, without the notice that every reply carries."""
    methods = {
        "CALL_NIK": call_nik,
        "CALL_VERIFY_BY_ELEMEN": verify,
        "CALL_STATUS": statuses,
        "SUBMIT": submit,
    }
    if method not in methods:
        return refusal("07")
    asked = {key.upper(): value for key, value in asked.items()}
    if code := world.refuse(institution, asked):
        return refusal(code)
    return methods[method](world, asked)


def call_nik(world: World, asked: JSON) -> JSON:
    """CALL_NIK: the person as one object, or a refusal."""
    return _about(world, asked) or _found(world, [world.person(str(asked["NIK"]))])


def verify(world: World, asked: JSON) -> JSON:
    """CALL_VERIFY_BY_ELEMEN: "Sesuai" or "Tidak Sesuai" for each element asked, names with a score."""
    if refused := _about(world, asked):
        return refused
    threshold = str(asked.get("TRESHOLD", "100"))
    least = int(threshold) if re.fullmatch(r"[0-9]{1,3}", threshold) else 100
    person = world.person(str(asked["NIK"]))
    told = {
        key: _judge(key, str(asked[key]), str(person[key] or ""), least) for key in person if asked.get(key)
    }
    return _found(world, [told])


def statuses(world: World, asked: JSON) -> JSON:
    """CALL_STATUS (the simulator's own): the ladder for many NIKs; one unit of quota each."""
    niks = asked.get("NIKS")
    if not isinstance(niks, list) or not 0 < len(niks) <= MAX_NIKS:
        return refusal("07")
    if world.spend(len(niks)) is None:
        return refusal("05")
    known = [str(nik) for nik in niks if world.code(str(nik)) not in {"08", "13", "15"}]
    if not known:
        return refusal("13", str(niks[0]))
    return _found(world, [{"NIK": nik, "STATUS": world.status(nik)} for nik in known])


def submit(world: World, asked: JSON) -> JSON:
    """SUBMIT (the simulator's own): a recording was made; `direkam_pada` (ISO 8601) may lie in the past."""
    nik, at = str(asked.get("NIK", "")), asked.get("DIREKAM_PADA")
    if not nik.startswith("99") or world.code(nik) in {"08", "15"}:
        return refusal("15" if nik.startswith("99") else "13", nik)
    try:
        when = None if at is None else datetime.fromisoformat(str(at)).timestamp()
    except (ValueError, OverflowError, OSError):
        return refusal("07")
    world.submit(nik, when)
    told = _found(world, [{"NIK": nik, "STATUS": world.status(nik)}])
    return {"RESPONSE_CODE": "01", "RESPONSE": "Perekaman diterima", **told}


def refusal(code: str, nik: str = "99") -> JSON:
    """A reply that is only a code and its words, with a note when a NIK is not the simulator's to know."""
    said = {"RESPONSE_CODE": code, "RESPONSE": TEXTS[code]}
    return said if nik.startswith("99") else said | {"catatan": ONLY_99}


def _about(world: World, asked: JSON) -> JSON | None:
    """The refusal that a NIK brings about, or None when the person is found."""
    if "NIK" not in asked:
        return refusal("07")
    if world.spend() is None:
        return refusal("05")
    nik = str(asked["NIK"])
    code = world.code(nik)
    return None if code == "01" else refusal(code, nik)


def _found(world: World, rows: list[JSON]) -> JSON:
    count = {"numberOfElements": len(rows), "totalElements": len(rows), "size": len(rows)}
    return {"content": rows, **_PAGE, **count, "quotaLimiter": world.quota_left}


def _judge(key: str, asked: str, known: str, least: int) -> str:
    if key == "TGL_LHR":
        return "Sesuai" if "-".join(reversed(asked.split("-"))) == known else "Tidak Sesuai"
    ours, theirs = " ".join(asked.upper().split()), " ".join(known.upper().split())
    if key not in _LOOSE:
        return "Sesuai" if ours == theirs else "Tidak Sesuai"
    score = round(100 * SequenceMatcher(None, ours[:200], theirs[:200]).ratio())
    return f"Sesuai ({score})" if score >= least else f"Tidak Sesuai ({score})"


# ---- the page for people ------------------------------------------------------------------------------

_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:0;color:#1b1b1b;background:#fff;"
    "background-image:repeating-linear-gradient(-35deg,#0000 0 9rem,#f6ead0 9rem 9.2rem)}"
    "main{max-width:60rem;margin:auto;padding:1rem}"
    "p.banner{margin:0;padding:.75rem 1rem;background:#7a1f00;color:#fff;font-weight:bold;text-align:center}"
    "table{border-collapse:collapse;background:#fff}td,th{border:1px solid #767676;padding:.25rem .75rem;"
    "text-align:left}td.n{text-align:right}"
)


def page(inner: str) -> bytes:
    """A whole HTML page; it says at its top and bottom that nothing here is real."""
    return (
        f"<!doctype html><html lang='id'><meta charset='utf-8'><title>{NOTICE}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style>"
        f"<p class='banner'>{NOTICE}</p><main><h1>Simulator pusat</h1>{inner}</main>"
        f"<p class='banner'>{NOTICE}</p></html>"
    ).encode()


def state_page(world: World) -> bytes:
    """What the simulator holds now: counts, then the latest hundred recordings, NIKs masked."""
    counted = "".join(f"<tr><td>{escape(s)}<td class='n'>{n}</tr>" for s, n in world.counts().items())
    latest = sorted(world.recordings.values(), key=lambda each: -each.at)[:100]
    rows = "".join(
        f"<tr><td>…{each.nik[-4:]}<td>{escape(world.status(each.nik))}"
        f"<td class='n'>{(world.clock() - each.at) * world.speed / DAY:.1f}<td class='n'>{each.attempt}</tr>"
        for each in latest
    )
    empty = "<p>Belum ada perekaman yang diserahkan.</p>"
    recordings = (
        f"<h2>Jumlah per status</h2><table><tr><th>Status<th>Jumlah</tr>{counted}</table>"
        "<h2>Perekaman terbaru</h2><table><tr><th>NIK<th>Status<th>Umur (hari simulasi)<th>Perekaman ke-</tr>"
        f"{rows}</table>"
    )
    return page(
        "<p>Program ini meniru layanan pusat untuk demo dan uji coba Jemput. Orang dan statusnya rekaan; "
        "hanya NIK wilayah 99 yang dikenal.</p>"
        f"<p>Benih acak {world.seed}, waktu berjalan {world.speed:g} kali, sisa kuota hari ini "
        f"{world.quota_left}.</p>{recordings if latest else empty}"
    )
