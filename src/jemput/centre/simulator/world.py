"""The simulated centre: people, recordings and rules, all derived from a seed.

SIMULASI - bukan data SIAK. Nothing here is a source of facts about the real service; docs/centre.md
says which parts follow public sources and which are the simulator's own.

A recording's whole journey is drawn when it is submitted, from the seed and the NIK; a status is then
only a question of how much (simulated) time has gone by. So the same seed tells the same story, on every
machine and after every restart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

from jemput.core.nik import birth_from, parse_nik
from jemput.core.text import BadInput

JSON = dict[str, Any]
NOTICE = "SIMULASI - bukan data SIAK"
MINUTE, DAY = 60.0, 86_400.0

TEXTS = {
    "01": "Data Ditemukan",
    "03": "Login Gagal",
    "04": "IP Address Tidak Sesuai",
    "05": "Kuota Akses Hari ini telah Habis",
    "06": "Di luar waktu akses",
    "07": "Parameter tidak lengkap",
    "08": "NIK tidak dapat diproses",
    "09": "User ID atau Password kosong",
    "10": "IP Client Tidak terdaftar",
    "11": "Data Ditemukan, Meninggal Dunia",
    "12": "Data Ditemukan, Data Ganda",
    "13": "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan",
    "14": "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
    "15": "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil",
    "16": "Lembaga tidak aktif",
    "17": "User tidak aktif",
}
ONLY_99 = "simulasi hanya mengenal NIK wilayah 99, yang tidak dimiliki siapa pun"

# How long a recording stays SENT_FOR_ENROLLMENT: (weight, shortest, longest) in seconds; None is for ever.
DELAYS: tuple[tuple[float, float | None, float], ...] = (
    (0.50, 2 * MINUTE, 30 * MINUTE),
    (0.35, 1 * DAY, 3 * DAY),
    (0.10, 20 * DAY, 20 * DAY),
    (0.05, None, 0),
)
OUTCOMES: tuple[tuple[float, str], ...] = (
    (0.86, "PRINT_READY_RECORD"),
    (0.03, "ENROLL_FAILURE_AT_CENTRAL"),
    (0.02, "ENROLL_FAILURE_AT_REGIONAL"),
    (0.02, "SEARCH_FAILURE_AT_CENTRAL"),
    (0.03, "ADJUDICATE_RECORD"),
    (0.02, "REQUEST_VALIDATION"),
    (0.01, "DUPLICATE_RECORD_ONE_TO_ONE"),
    (0.01, "DUPLICATE_RECORD_ONE_TO_MANY"),
)
JOURNEYS = ("cepat", "hari", "lambat", "macet")
"""Names for the four delays, which a people file may ask for."""
RARE = (("11", 0.02), ("12", 0.02), ("13", 0.03), ("14", 0.02))
"""Shares of derived people who are dead, double, unknown and inactive."""

_NAMES = ("SITI", "BUDI", "RAHMA", "JOKO", "DEWI", "AGUS", "NURUL", "SLAMET", "WAYAN", "MARIA")
_SURNAMES = ("SIMULASI", "CONTOH", "UJICOBA", "PERMISALAN", "REKAAN")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the simulated service grants, and to whom. Small on purpose; all invented."""

    users: Mapping[str, str] = field(default_factory=lambda: {"demo": "demo", "nonaktif": "demo"})
    inactive_users: frozenset[str] = frozenset({"nonaktif"})
    institutions: Mapping[str, bool] = field(default_factory=lambda: {"jemput": True, "tutup": False})
    addresses: Mapping[str, str] = field(
        default_factory=lambda: {"10.99.0.1": "demo", "10.99.0.3": "nonaktif", "10.99.0.2": "lain"}
    )
    quota: int = 10_000
    hours: tuple[int, int] = (0, 24)
    fault_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording handed in: when (seconds since the epoch), and the how-many-eth of this NIK."""

    nik: str
    at: float
    attempt: int


class World:
    """The state of one simulated centre. Every method may be called from several threads.

    `clock` gives seconds since the epoch; simulated time runs `speed` times as fast from a submission on.
    `state` is a file of JSON lines that keeps submissions over a restart; `people` maps NIKs to fields
    that replace derived ones (docs/centre.md).
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        seed: int = 1,
        speed: float = 1.0,
        rules: Rules | None = None,
        people: Mapping[str, JSON] | None = None,
        state: Path | None = None,
    ) -> None:
        self.clock, self.seed, self.speed = clock, seed, speed
        self.rules, self.people, self.state = rules or Rules(), dict(people or {}), state
        self.recordings: dict[str, Recording] = {}
        self._used: dict[int, int] = {}
        self._asked = 0
        self._lock = Lock()
        if state and state.exists():
            for line in state.read_text(encoding="utf-8").splitlines():
                self._keep(Recording(**json.loads(line)))

    # ---- rules ----------------------------------------------------------------------------------------

    def refuse(self, institution: str, asked: JSON) -> str | None:
        """The code that refuses a question before the person is looked at, or None."""
        user, password, ip = (_lower(asked).get(key, "") for key in ("user_id", "password", "ip_user"))
        if not user or not password:
            return "09"
        if self.rules.users.get(str(user)) != password:
            return "03"
        if user in self.rules.inactive_users:
            return "17"
        if not self.rules.institutions.get(institution, False):
            return "16"
        if str(ip) not in self.rules.addresses:
            return "10"
        if self.rules.addresses[str(ip)] != user:
            return "04"
        hour = int(self.clock() % DAY // 3600)
        if not self.rules.hours[0] <= hour < self.rules.hours[1]:
            return "06"
        return None

    def spend(self, units: int = 1) -> int | None:
        """Take from today's quota: what is left, or None when it does not suffice."""
        today = int(self.clock() // DAY)
        with self._lock:
            used = self._used.get(today, 0) + units
            if used > self.rules.quota:
                return None
            self._used = {today: used}
            return self.rules.quota - used

    @property
    def quota_left(self) -> int:
        """What is left of today's quota."""
        return self.rules.quota - self._used.get(int(self.clock() // DAY), 0)

    def faulty(self) -> bool:
        """Whether this question meets a line that goes dead; the same ones for the same seed."""
        with self._lock:
            self._asked += 1
            asked = self._asked
        return Random(f"{self.seed}:fault:{asked}").random() < self.rules.fault_share  # noqa: S311

    # ---- people ---------------------------------------------------------------------------------------

    def code(self, nik: str) -> str:
        """The response code of a NIK: 08 and 15 for no NIK at all, 13 for anybody outside region 99."""
        if not re.fullmatch(r"[0-9]{16}", nik):
            return "08"
        if not nik.startswith("99"):
            return "13"
        if told := self.people.get(nik, {}).get("RESPONSE_CODE"):
            return str(told)
        if self._born(nik) is None:
            return "15"
        if nik in self.people or nik in self.recordings:
            return "01"
        draw = Random(f"{self.seed}:code:{nik}").random()  # noqa: S311
        for code, share in RARE:
            draw -= share
            if draw < 0:
                return code
        return "01"

    def _born(self, nik: str) -> date | None:
        try:
            return birth_from(parse_nik(nik), datetime.fromtimestamp(self.clock(), UTC).date())
        except BadInput:
            return None

    def person(self, nik: str) -> JSON:
        """The synthetic biodata of a region-99 NIK, in CALL_NIK's fields."""
        draw = Random(f"{self.seed}:person:{nik}")  # noqa: S311
        birth = self._born(nik)
        village = f"{draw.randrange(1, 9):03d}"
        derived: JSON = {
            "NIK": nik,
            "NO_KK": f"99{nik[2:6]}010120{draw.randrange(10_000):04d}",
            "NAMA_LGKP": f"{draw.choice(_NAMES)} {draw.choice(_SURNAMES)}",
            "TMPT_LHR": "KOTA SIMULASI",
            "TGL_LHR": birth.isoformat() if birth else None,
            "JENIS_KLMIN": "PEREMPUAN" if int(nik[6:8]) > 40 else "LAKI-LAKI",
            "GOL_DARAH": "TIDAK TAHU",
            "AGAMA": "KEPERCAYAAN",
            "STATUS_KAWIN": "BELUM KAWIN",
            "TGL_KWN": None,
            "STAT_HBKEL": "KEPALA KELUARGA",
            "PDDK_AKH": "SLTA",
            "JENIS_PKRJN": "BELUM/TIDAK BEKERJA",
            "PNYDNG_CCT": None,
            "NAMA_LGKP_IBU": "IBU SIMULASI",
            "NAMA_LGKP_AYAH": "AYAH SIMULASI",
            "NIK_IBU": None,
            "NIK_AYAH": None,
            "NO_AKTA_LHR": None,
            "ALAMAT": f"JALAN SIMULASI NO {draw.randrange(1, 200)}",
            "NO_RT": f"{draw.randrange(1, 20):03d}",
            "NO_RW": f"{draw.randrange(1, 10):03d}",
            "DUSUN": None,
            "KODE_POS": None,
            "NO_PROP": "99",
            "PROP_NAME": "SIMULASI",
            "NO_KAB": nik[2:4],
            "KAB_NAME": "KOTA SIMULASI",
            "NO_KEC": nik[4:6],
            "KEC_NAME": "KECAMATAN SIMULASI",
            "NO_KEL": f"1{village}",
            "KEL_NAME": f"KELURAHAN SIMULASI {village}",
            "EKTP_CREATED": None,
        }
        told = {key: value for key, value in self.people.get(nik, {}).items() if key in derived}
        return derived | told | {"EKTP_STATUS": self.coarse(nik)}

    def coarse(self, nik: str) -> str:
        """EKTP_STATUS as CALL_NIK tells it."""
        if told := self.people.get(nik, {}).get("EKTP_STATUS"):
            return str(told)
        status = self.status(nik)
        return {"UNREGISTERED": "BELUM REKAM"}.get(status, status.replace("_", " "))

    # ---- recordings -----------------------------------------------------------------------------------

    def submit(self, nik: str, at: float | None = None) -> Recording:
        """Hand in a recording, made at `at` (seconds since the epoch; now if None)."""
        with self._lock:
            before = self.recordings.get(nik)
            made = Recording(nik, self.clock() if at is None else at, before.attempt + 1 if before else 1)
            self._keep(made)
            if self.state:
                line = json.dumps({"nik": made.nik, "at": made.at, "attempt": made.attempt})
                with self.state.open("a", encoding="utf-8") as out:
                    out.write(line + "\n")
        return made

    def _keep(self, recording: Recording) -> None:
        self.recordings[recording.nik] = recording

    def status(self, nik: str) -> str:
        """Where on the ladder the NIK's latest recording stands now."""
        recording = self.recordings.get(nik)
        if recording is None:
            return str(self.people.get(nik, {}).get("STATUS", "UNREGISTERED"))
        gone = (self.clock() - recording.at) * self.speed
        return [status for start, status in self.journey(recording) if start <= max(gone, 0.0)][-1]

    def journey(self, recording: Recording) -> list[tuple[float, str]]:
        """(simulated seconds since the submission, status) for the whole way of a recording."""
        nik, told = recording.nik, self.people.get(recording.nik, {})
        draw = Random(f"{self.seed}:journey:{nik}:{recording.attempt}")  # noqa: S311
        processing, sent = draw.uniform(1, 5) * MINUTE, draw.uniform(6, 20) * MINUTE
        way = [(0.0, "BIO_CAPTURED"), (processing, "PROCESSING"), (sent, "SENT_FOR_ENROLLMENT")]
        pick = _weighted(draw.random(), (share for share, _low, _high in DELAYS))
        if told.get("PERJALANAN") in JOURNEYS:
            pick = JOURNEYS.index(told["PERJALANAN"])
        outcome = OUTCOMES[_weighted(draw.random(), (share for share, _status in OUTCOMES))][1]
        outcome = str(told.get("HASIL", outcome))
        _share, low, high = DELAYS[pick]
        # A NIK that the centre already has is not verified again: its local status stays SFE.
        if low is None or told.get("SUDAH_DI_PUSAT"):
            return way
        received = sent + draw.uniform(low, high)
        checked = received + draw.uniform(10, 120) * MINUTE
        return [*way, (received, "RECEIVED_AT_CENTRAL"), (checked, outcome)]

    def counts(self) -> dict[str, int]:
        """How many recordings stand at each status now."""
        counted: dict[str, int] = {}
        for nik in list(self.recordings):
            status = self.status(nik)
            counted[status] = counted.get(status, 0) + 1
        return dict(sorted(counted.items()))


def load_people(path: Path) -> dict[str, JSON]:
    """Read a people file: {"99...": {field: value}}. Raises ValueError, never naming a NIK."""
    try:
        people = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as JSON: {type(error).__name__}") from None
    if not isinstance(people, dict) or not all(isinstance(told, dict) for told in people.values()):
        raise ValueError(f"{path} must hold one object of objects, by NIK")
    strangers = sum(not re.fullmatch(r"99[0-9]{14}", nik) for nik in people)
    if strangers:
        raise ValueError(
            f"{path} holds {strangers} NIKs outside region 99; the simulator takes no real person"
        )
    return people


def _weighted(draw: float, shares: Iterable[float]) -> int:
    at = -1
    for at, share in enumerate(shares):
        draw -= share
        if draw < 0:
            return at
    return at


def _lower(asked: JSON) -> JSON:
    return {key.lower(): value for key, value in asked.items()}
