"""The simulated centre: the port against it, its stories, and that it always says what it is."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from jemput.centre import BiodataFacts, ConfigurationAlarm, NikRefused, QuotaExhausted, TryLater
from jemput.centre.ports import Element
from jemput.centre.simulator.server import SimulatorServer, answer
from jemput.centre.simulator.world import DAY, MINUTE, NOTICE, OUTCOMES, Rules, World, load_people
from jemput.centre.web_service import SimulatorClient, WebServiceConfig
from jemput.core.centre import CentreMeaning, meaning
from jemput.core.codes import Sex
from jemput.core.entries.checking import BiodataResult
from jemput.core.nik import synthetic_nik

NOON = 1_790_000_000 // int(DAY) * DAY + DAY / 2
SITI = synthetic_nik(dt.date(1978, 7, 15), Sex.FEMALE, 1)
PEOPLE = {
    SITI: {
        "NAMA_LGKP": "SITI SIMULASI",
        "RESPONSE_CODE": "01",
        "PERJALANAN": "cepat",
        "HASIL": "PRINT_READY_RECORD",
    }
}


SIGN_IN = {"user_id": "demo", "password": "demo", "ip_user": "10.99.0.1"}


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


Start = Callable[..., tuple[SimulatorServer, SimulatorClient]]


@contextmanager
def running(world: World, **options: Any) -> Iterator[SimulatorServer]:
    server = SimulatorServer(world, 0, **options)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(clock: Clock) -> Iterator[Start]:
    """Start a simulator and a client of it: `start(world options, hang=, old_style=, user=, ...)`."""
    with ExitStack() as stack:

        def begin(
            *, hang: float = 0.1, old_style: bool = False, client: dict[str, Any] | None = None, **world: Any
        ) -> tuple[SimulatorServer, SimulatorClient]:
            made = World(clock=clock, **({"people": PEOPLE} | world))
            server = stack.enter_context(running(made, hang=hang, old_style=old_style))
            sign_in = {
                "institution": "jemput",
                "user": "demo",
                "password": "demo",
                "ip": "10.99.0.1",
                "timeout": 5.0,
            }
            config = WebServiceConfig(address=server.address, **(sign_in | (client or {})))
            return server, SimulatorClient(config)

        yield begin


def derived(world: World, code: str) -> str:
    """Some NIK for which the seed gives `code`."""
    niks = (synthetic_nik(dt.date(1980, 1, 1), Sex.MALE, serial) for serial in range(1, 2000))
    return next(nik for nik in niks if world.code(nik) == code)


# ---- the port -----------------------------------------------------------------------------------------


def test_a_person_of_the_people_file_is_compared_with_the_papers(start: Start) -> None:
    _server, client = start()
    papers = BiodataFacts(name="Siti Simulasi", birth_date=dt.date(1978, 7, 15), sex=Sex.FEMALE)
    answer = client.check_biodata(SITI, papers)
    assert answer.result is BiodataResult.MATCH and answer.recorded_before is False and answer.simulated
    other = client.check_biodata(SITI, BiodataFacts(name="Siti Lain"))
    assert other.result is BiodataResult.MISMATCH and other.differences == (Element.NAME,)


def test_elements_are_verified_with_scores_and_a_threshold(start: Start) -> None:
    _server, client = start()
    facts = BiodataFacts(name="SITI SIMULAS", birth_date=dt.date(1978, 7, 15), sex=Sex.FEMALE)
    assert client.verify_elements(SITI, facts).result is BiodataResult.MATCH
    strict = client.verify_elements(SITI, facts, threshold=99)
    assert strict.differences == (Element.NAME,)
    wrong = client.verify_elements(SITI, BiodataFacts(birth_date=dt.date(1978, 7, 16)))
    assert wrong.differences == (Element.BIRTH_DATE,)


@pytest.mark.parametrize("old_style", [False, True])
@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("11", BiodataResult.DEAD),
        ("12", BiodataResult.DOUBLE),
        ("13", BiodataResult.NOT_FOUND),
        ("14", BiodataResult.INACTIVE),
    ],
)
def test_some_derived_people_are_dead_double_unknown_or_inactive(
    start: Start, code: str, result: BiodataResult, old_style: bool
) -> None:
    server, client = start(old_style=old_style)
    assert client.check_biodata(derived(server.world, code), BiodataFacts()).result is result


@pytest.mark.parametrize(
    ("client", "what"),
    [
        ({"password": "salah"}, "refused our sign-in"),
        ({"ip": "10.99.0.2"}, "does not match"),
        ({"ip": "192.168.1.1"}, "not registered"),
        ({"institution": "tutup"}, "office is not active"),
        ({"user": "nonaktif"}, "user is not active"),
        ({"user": ""}, "is empty"),
    ],
)
def test_a_wrong_sign_in_raises_the_alarm_that_names_it(
    start: Start, client: dict[str, Any], what: str
) -> None:
    _server, wrong = start(client=client)
    with pytest.raises(ConfigurationAlarm, match=what):
        wrong.check_biodata(SITI, BiodataFacts())


def test_the_quota_ends_and_is_new_the_next_day(start: Start, clock: Clock) -> None:
    _server, client = start(rules=Rules(quota=2))
    assert client.check_biodata(SITI, BiodataFacts()).quota_left == 1
    client.check_biodata(SITI, BiodataFacts())
    with pytest.raises(QuotaExhausted):
        client.check_biodata(SITI, BiodataFacts())
    with pytest.raises(QuotaExhausted):
        client.statuses([SITI])
    clock.now += DAY
    assert client.check_biodata(SITI, BiodataFacts()).quota_left == 1


def test_outside_its_hours_the_centre_is_closed(start: Start) -> None:
    _server, client = start(rules=Rules(hours=(1, 9)))
    with pytest.raises(TryLater, match="closed"):
        client.check_biodata(SITI, BiodataFacts())


def test_a_dead_line_is_worth_another_try(start: Start) -> None:
    _server, client = start(rules=Rules(fault_share=1.0))
    with pytest.raises(TryLater, match="down"):
        client.check_biodata(SITI, BiodataFacts())


def test_an_impossible_birth_date_in_a_nik_is_sent_back(start: Start) -> None:
    _server, client = start()
    with pytest.raises(NikRefused):
        client.check_biodata("9901013113800001", BiodataFacts())


# ---- nobody real --------------------------------------------------------------------------------------


def test_a_nik_that_could_be_somebodys_is_unknown_to_the_simulator(start: Start) -> None:
    server, client = start()
    real_looking = "35" + SITI[2:]
    assert client.check_biodata(real_looking, BiodataFacts()).result is BiodataResult.NOT_FOUND
    assert client.statuses([real_looking])[0].problem is BiodataResult.NOT_FOUND
    for method in ("CALL_NIK", "SUBMIT"):
        said = httpx.post(
            f"{server.address}/dukcapil/get_json/jemput/{method}", json=SIGN_IN | {"nik": real_looking}
        ).json()
        assert said["RESPONSE_CODE"] == "13" and "wilayah 99" in said["catatan"]
    assert server.world.recordings == {}


def test_a_people_file_with_a_real_looking_nik_is_refused_without_repeating_it(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps({"3503015507780001": {}}))
    with pytest.raises(ValueError, match="outside region 99") as refused:
        load_people(path)
    assert "3503015507780001" not in str(refused.value)


def test_every_reply_and_the_page_say_that_it_is_a_simulator(start: Start) -> None:
    server, client = start()
    client.submit(SITI)
    base = f"{server.address}/dukcapil/get_json/jemput"
    page, missing = httpx.get(server.address), httpx.get(f"{server.address}/lain")
    assert page.status_code == 200 and missing.status_code == 404
    for shown in (page, missing):
        assert NOTICE in shown.text and f"<title>{NOTICE}</title>" in shown.text
    assert SITI not in page.text and SITI[-4:] in page.text
    replies = [
        page,
        missing,
        *(
            httpx.post(f"{base}/{method}", content=body)
            for method in ("CALL_NIK", "CALL_STATUS", "NONE")
            for body in (b"{}", b"nonsense", b"[]", json.dumps(SIGN_IN | {"nik": 1}).encode())
        ),
        httpx.post(f"{server.address}/elsewhere", json={}),
    ]
    for reply in replies:
        assert reply.headers["X-Jemput-Simulator"] == "1"
        if "json" in reply.headers["content-type"]:
            assert reply.json()["simulasi"] == NOTICE


# ---- the ladder ---------------------------------------------------------------------------------------


def test_a_recording_walks_the_ladder_to_print_ready(start: Start, clock: Clock) -> None:
    _server, client = start()
    assert client.submit(SITI) == "BIO_CAPTURED"
    walked = []
    for _minute in range(300):
        clock.now += MINUTE
        [told] = client.statuses([SITI])
        assert told.simulated
        if told.raw not in walked:
            walked.append(told.raw)
    assert walked == [
        "BIO_CAPTURED",
        "PROCESSING",
        "SENT_FOR_ENROLLMENT",
        "RECEIVED_AT_CENTRAL",
        "PRINT_READY_RECORD",
    ]


def test_speed_makes_days_pass_in_seconds(start: Start, clock: Clock) -> None:
    _server, client = start(speed=DAY, people={SITI: {"PERJALANAN": "hari", "HASIL": "PRINT_READY_RECORD"}})
    client.submit(SITI)
    clock.now += 4
    assert client.statuses([SITI])[0].meaning is CentreMeaning.PRINT_READY


def test_a_recording_made_earlier_is_as_old_as_it_says(start: Start, clock: Clock) -> None:
    _server, client = start()
    made = dt.datetime.fromtimestamp(clock.now - 2 * DAY, dt.UTC).isoformat()
    assert client.submit(SITI, recorded_at=made) == "PRINT_READY_RECORD"


@pytest.mark.parametrize("told", [{"PERJALANAN": "macet"}, {"SUDAH_DI_PUSAT": True}])
def test_a_nik_already_at_the_centre_stays_sent_for_ever(
    start: Start, clock: Clock, told: dict[str, Any]
) -> None:
    _server, client = start(people={SITI: told})
    client.submit(SITI)
    clock.now += 1000 * DAY
    assert client.statuses([SITI])[0].meaning is CentreMeaning.SENT


def test_recording_again_starts_a_new_journey(start: Start, clock: Clock) -> None:
    _server, client = start(people={SITI: {"PERJALANAN": "cepat", "HASIL": "ENROLL_FAILURE_AT_CENTRAL"}})
    client.submit(SITI)
    clock.now += DAY
    assert client.statuses([SITI])[0].meaning is CentreMeaning.FAILED
    assert client.submit(SITI) == "BIO_CAPTURED"


def test_over_many_recordings_all_delays_and_failures_happen(clock: Clock) -> None:
    world = World(clock=clock, seed=7)
    niks = [synthetic_nik(dt.date(1960, 1, 1), Sex.FEMALE, serial) for serial in range(1, 3000)]
    for nik in niks:
        world.submit(nik)
    clock.now += 30 * DAY
    counts = world.counts()
    assert set(counts) == {status for _share, status in OUTCOMES} | {"SENT_FOR_ENROLLMENT"}
    assert 0.03 < counts["SENT_FOR_ENROLLMENT"] / len(niks) < 0.07
    assert all(meaning(status) is not CentreMeaning.UNKNOWN for status in counts)


def test_the_same_seed_tells_the_same_story_also_after_a_restart(clock: Clock, tmp_path: Path) -> None:
    niks = [synthetic_nik(dt.date(1970, 5, 5), Sex.MALE, serial) for serial in range(1, 60)]
    first = World(clock=clock, seed=3, state=tmp_path / "recordings.jsonl")
    for nik in niks:
        first.submit(nik)
    clock.now += 2 * DAY
    again, other = World(clock=clock, seed=3, state=tmp_path / "recordings.jsonl"), World(clock=clock, seed=4)
    assert {nik: again.status(nik) for nik in niks} == {nik: first.status(nik) for nik in niks}
    assert [again.person(nik) for nik in niks] == [first.person(nik) for nik in niks]
    assert [other.person(nik) for nik in niks] != [first.person(nik) for nik in niks]


# ---- bad questions ------------------------------------------------------------------------------------

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just(SITI))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["nik", "NIK", "niks", "TRESHOLD", "TGL_LHR", "NAMA_LGKP", "direkam_pada", "user_id", "x"]
        ),
        values,
    ),
    st.sampled_from(["CALL_NIK", "CALL_VERIFY_BY_ELEMEN", "CALL_STATUS", "SUBMIT", "GET_NIK"]),
)
def test_whatever_is_asked_gets_an_answer(asked: dict[str, Any], method: str) -> None:
    world = World(clock=lambda: NOON, people=PEOPLE)
    said = answer(world, "jemput", method, SIGN_IN | asked)
    assert "content" in said or said["RESPONSE_CODE"] in {f"{n:02d}" for n in range(1, 18)}
    json.dumps(said)


def test_a_body_that_is_too_long_is_not_read(start: Start) -> None:
    server, _client = start()
    reply = httpx.post(f"{server.address}/dukcapil/get_json/jemput/CALL_NIK", content=b" " * 1_000_001)
    assert reply.json()["RESPONSE_CODE"] == "07"


# ---- the command --------------------------------------------------------------------------------------


def test_the_command_refuses_to_run_beside_real_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JEMPUT_SIMULATOR", raising=False)
    with pytest.raises(CommandError, match="JEMPUT_SIMULATOR"):
        call_command("centre_simulator", port=0)


def test_the_command_names_options_that_cannot_be(tmp_path: Path) -> None:
    broken = tmp_path / "people.json"
    broken.write_text("{")
    for options, what in (
        ({"people": broken}, "cannot be read"),
        ({"speed": 0.0}, "--speed"),
        ({"hours": "pagi"}, "--hours"),
        ({"hours": "9-1"}, "--hours"),
    ):
        with pytest.raises(CommandError, match=what):
            call_command("centre_simulator", yes_simulator=True, port=0, **options)


def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    environ = os.environ | {"JEMPUT_SIMULATOR": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "jemput", "centre-simulator", "--port", "0", "--speed", "3600"],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert NOTICE in first
        found = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert found and NOTICE in httpx.get(found.group()).text
    finally:
        process.terminate()
        process.wait(10)
