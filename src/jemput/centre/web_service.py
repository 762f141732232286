"""The data-use service ("hak akses"): a read-only client of CALL_NIK and CALL_VERIFY_BY_ELEMEN.

Shapes and codes: Permendagri 102/2019 practice as seen in public clients (docs/centre.md). The service
answers HTTP 200 even when it refuses, misspells TRESHOLD, sends numbers as JSON numbers, and names its
errors RESPONSE_CODE + RESPONSE or, when older, RESPON alone. A NIK travels only in the body: never in
an address, a log line or an error.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx

from jemput.centre.ports import (
    BiodataAnswer,
    BiodataFacts,
    CentreError,
    ConfigurationAlarm,
    ElementAnswer,
    NikRefused,
    QuotaExhausted,
    StatusAnswer,
    TryLater,
    Unreadable,
)
from jemput.centre.wire import SIMULATOR_HEADER, compare, element_answers, request_elements
from jemput.core.centre import Remedy, Response, response
from jemput.core.entries.checking import BiodataResult
from jemput.core.text import Words, _

JSON = dict[str, Any]
MAX_ANSWER = 1_000_000
"""Bytes; a real answer has about two thousand."""


@dataclass(frozen=True, slots=True)
class WebServiceConfig:
    """Where and as whom to ask. `address` ends before "/dukcapil": "https://10.0.0.5:8000"."""

    address: str
    institution: str
    user: str
    password: str = field(repr=False)
    ip: str
    timeout: float = 10.0
    """Seconds to wait for any one step, and three times as long for the whole answer."""
    ca_file: str | None = None
    """The service's own certificate (PEM): it is usually self-signed, and this is how to trust just it."""
    trust_any_certificate: bool = False
    """Last resort inside the VPN, when nobody can give the certificate."""


def config_from(environ: Mapping[str, str], *, simulator: bool = False) -> WebServiceConfig:
    """The configuration from JEMPUT_CENTRE_* variables; raises ConfigurationAlarm naming the wrong one.

    The simulator has defaults for all of them.
    """
    defaults = {
        "JEMPUT_CENTRE_URL": "http://127.0.0.1:8181",
        "JEMPUT_CENTRE_INSTITUTION": "jemput",
        "JEMPUT_CENTRE_USER": "demo",
        "JEMPUT_CENTRE_PASSWORD": "demo",
        "JEMPUT_CENTRE_IP": "10.99.0.1",
    }

    def value(name: str) -> str:
        found = environ.get(name, "").strip() or (defaults[name] if simulator else "")
        if not found:
            raise ConfigurationAlarm.setting(name)
        return found

    address, institution = value("JEMPUT_CENTRE_URL").rstrip("/"), value("JEMPUT_CENTRE_INSTITUTION")
    if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", address):
        raise ConfigurationAlarm.setting("JEMPUT_CENTRE_URL")
    if not re.fullmatch(r"[A-Za-z0-9_./-]+", institution):
        raise ConfigurationAlarm.setting("JEMPUT_CENTRE_INSTITUTION")
    return WebServiceConfig(
        address=address,
        institution=institution,
        user=value("JEMPUT_CENTRE_USER"),
        password=value("JEMPUT_CENTRE_PASSWORD"),
        ip=value("JEMPUT_CENTRE_IP"),
        ca_file=environ.get("JEMPUT_CENTRE_CA") or None,
        trust_any_certificate=environ.get("JEMPUT_CENTRE_TRUST_ANY") == "1",
    )


class WebService:
    """The port over HTTP. Safe to share between threads."""

    def __init__(self, config: WebServiceConfig) -> None:
        self.config = config
        self.quota_left: int | None = None
        """What the service last said of today's quota (its key `quotaLimiter`)."""
        self._http = httpx.Client(
            verify=_tls(config), timeout=config.timeout, follow_redirects=False, trust_env=False
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    # ---- the port -------------------------------------------------------------------------------------

    def check_biodata(self, nik: str, facts: BiodataFacts) -> BiodataAnswer:
        """CALL_NIK: find the NIK and compare what is found with `facts`; the data found is not kept."""
        return self._answer(self._call_nik(nik), facts)

    def verify_elements(self, nik: str, facts: BiodataFacts, threshold: int = 90) -> BiodataAnswer:
        """CALL_VERIFY_BY_ELEMEN: the centre compares and says "Sesuai" or "Tidak Sesuai" per element."""
        asked = {
            "USER_ID": self.config.user,
            "PASSWORD": self.config.password,
            "IP_USER": self.config.ip,
            "TRESHOLD": str(threshold),
            "NIK": _sixteen_digits(nik),
            **request_elements(facts),
        }
        body = self._post("CALL_VERIFY_BY_ELEMEN", asked)
        found, result = _open(body)
        if result is not BiodataResult.MATCH:
            return self._plain(body, result)
        elements = element_answers(found)
        if not elements:
            raise _unreadable()
        return self._plain(body, _verdict(elements), elements=elements)

    def statuses(self, niks: Sequence[str]) -> list[StatusAnswer]:
        """EKTP_STATUS of each NIK, one CALL_NIK (and one unit of quota) each.

        When the service breaks off, the error's `answered` holds what had been told until then.
        """
        answers: list[StatusAnswer] = []
        for nik in niks:
            try:
                answer = self._answer(self._call_nik(nik), BiodataFacts())
            except CentreError as error:
                error.answered = answers
                raise
            problem = None if answer.result is BiodataResult.MATCH else answer.result
            answers.append(StatusAnswer(nik, answer.recording, problem, answer.simulated))
        return answers

    # ---- within ---------------------------------------------------------------------------------------

    def _call_nik(self, nik: str) -> JSON:
        return self._post("CALL_NIK", {"nik": _sixteen_digits(nik), **self._sign_in()})

    def _sign_in(self) -> dict[str, str]:
        return {"user_id": self.config.user, "password": self.config.password, "ip_user": self.config.ip}

    def _answer(self, body: JSON, facts: BiodataFacts) -> BiodataAnswer:
        found, result = _open(body)
        if result is not BiodataResult.MATCH:
            return self._plain(body, result, recording=_text(found.get("EKTP_STATUS")))
        if not _text(found.get("NIK")):
            raise _unreadable()
        elements = compare(found, facts)
        return self._plain(
            body, _verdict(elements), elements=elements, recording=_text(found.get("EKTP_STATUS"))
        )

    def _plain(self, body: JSON, result: BiodataResult, **more: Any) -> BiodataAnswer:
        return BiodataAnswer(
            result=result, quota_left=self.quota_left, simulated=bool(body.get("simulasi")), **more
        )

    def _post(self, method: str, asked: JSON) -> JSON:
        """Ask once and give the parsed answer, its numbers as text; raises CentreError."""
        address = f"{self.config.address}/dukcapil/get_json/{self.config.institution}/{method}"
        try:
            with self._http.stream("POST", address, json=asked) as reply:
                status, simulator = reply.status_code, SIMULATOR_HEADER in reply.headers
                raw, end = b"", monotonic() + 3 * self.config.timeout
                for piece in reply.iter_bytes():
                    raw += piece
                    if len(raw) > MAX_ANSWER:
                        raise _unreadable()
                    if monotonic() > end:
                        raise httpx.ReadTimeout("slow")
        except httpx.TimeoutException:
            raise _later(_("The centre did not answer in time")) from None
        except httpx.TransportError:
            raise _later(_("The line to the centre is down")) from None
        except httpx.HTTPError:
            raise _unreadable() from None
        if status >= 500 or status == 429:
            raise _later(_("The centre reports a fault of its own"))
        if status != 200:
            raise ConfigurationAlarm.setting("JEMPUT_CENTRE_URL")
        body = _parse(raw)
        if simulator:
            body["simulasi"] = body.get("simulasi") or True
        quota = _text(body.get("quotaLimiter"))
        if quota and quota.isdecimal() and len(quota) < 12:
            self.quota_left = int(quota)
        return body


class SimulatorClient(WebService):
    """The same port to Jemput's own simulator, which also tells the ladder and accepts recordings."""

    def statuses(self, niks: Sequence[str]) -> list[StatusAnswer]:
        """The simulator's CALL_STATUS: the whole ladder, many NIKs in one question."""
        body = self._post("CALL_STATUS", {"niks": [_sixteen_digits(nik) for nik in niks], **self._sign_in()})
        _open(body)
        told = {_text(row.get("NIK")): _text(row.get("STATUS")) for row in _rows(body)}
        return [
            StatusAnswer(
                nik, told.get(nik), None if told.get(nik) else BiodataResult.NOT_FOUND, simulated=True
            )
            for nik in niks
        ]

    def submit(self, nik: str, *, recorded_at: str | None = None) -> str:
        """Hand a recording to the simulator and return its first status. `recorded_at`: ISO 8601."""
        asked = {"nik": _sixteen_digits(nik), **self._sign_in()}
        body = self._post("SUBMIT", asked | ({"direkam_pada": recorded_at} if recorded_at else {}))
        found, _result = _open(body)
        status = _text(found.get("STATUS"))
        if not status:
            raise _unreadable()
        return status


def _tls(config: WebServiceConfig) -> ssl.SSLContext | bool:
    if config.trust_any_certificate:
        return False
    if config.ca_file is None:
        return True
    try:
        context = ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationAlarm.setting("JEMPUT_CENTRE_CA") from None
    context.check_hostname = False  # it is reached by a private address; the pinned certificate identifies it
    return context


def _sixteen_digits(nik: str) -> str:
    if not re.fullmatch(r"[0-9]{16}", nik):
        raise NikRefused(
            Words(_("A NIK has 16 digits")), Words(_("Compare the NIK with the paper and type it again."))
        )
    return nik


def _parse(raw: bytes) -> JSON:
    """The body as a JSON object, every number as the text it was, so that no digit is lost."""
    try:
        body = json.loads(raw.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(body, dict):
        raise _unreadable()
    return body


def _rows(body: JSON) -> list[JSON]:
    content = body.get("content")
    if isinstance(content, dict):  # some services send the one object without its list
        content = [content]
    return [row for row in content if isinstance(row, dict)] if isinstance(content, list) else []


def _open(body: JSON) -> tuple[JSON, BiodataResult]:
    """The person found ({} if none) and what is said of them; raises CentreError for what is said of us.

    Codes stand beside `content` or, in older services, inside its one object; a person without a code
    was found.
    """
    rows = _rows(body)
    found = rows[0] if rows else {}
    holder = next((part for part in (body, found) if "RESPONSE_CODE" in part or "RESPON" in part), None)
    if holder is None:
        if not found:
            raise _unreadable()
        return found, BiodataResult.MATCH
    words = _text(holder.get("RESPONSE")) or _text(holder.get("RESPON")) or ""
    said = response(_text(holder.get("RESPONSE_CODE")), words)
    if said is None:
        raise _unreadable()
    if said.result is None:
        raise _refusal(said)
    return found, said.result


def _verdict(elements: Sequence[ElementAnswer]) -> BiodataResult:
    return BiodataResult.MATCH if all(each.agrees for each in elements) else BiodataResult.MISMATCH


def _refusal(said: Response) -> CentreError:
    kinds: dict[Remedy, type[CentreError]] = {
        Remedy.PAUSE: QuotaExhausted,
        Remedy.ALARM: ConfigurationAlarm,
        Remedy.LATER: TryLater,
        Remedy.RETYPE: NikRefused,
    }
    return kinds.get(said.remedy, Unreadable)(Words(said.label), Words(said.advice))


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _later(message: str) -> TryLater:
    return TryLater(
        Words(message), Words(_("Try again in a few minutes, or record by hand what SIAK shows."))
    )


def _unreadable() -> Unreadable:
    return Unreadable(
        Words(_("The centre's answer cannot be understood")),
        Words(_("Record by hand what SIAK shows, and tell the administrator.")),
    )
