"""The client of the data-use service against a server that says what the sources say."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import logging
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jemput.centre import (
    BiodataFacts,
    CentreError,
    ConfigurationAlarm,
    NikRefused,
    QuotaExhausted,
    TryLater,
    Unreadable,
    connect,
)
from jemput.centre.ports import Element
from jemput.centre.web_service import SimulatorClient, WebService, WebServiceConfig
from jemput.core.centre import meaning, rung
from jemput.core.codes import Sex
from jemput.core.entries.checking import BiodataResult

from .stub import Stub, fixture, serving

NIK = "9903011303950001"
JOKO = BiodataFacts(
    name="Joko  Contoh",
    birth_date=dt.date(1995, 3, 13),
    sex=Sex.MALE,
    birth_place="Kota Contoh",
    family_number="9903010101200007",
)


def client_of(stub: Stub, timeout: float = 5.0) -> WebService:
    return WebService(
        WebServiceConfig(stub.address, "9903/dinas", "dinas", "rahasia", "10.20.30.40", timeout=timeout)
    )


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as server:
        yield server


# ---- CALL_NIK -----------------------------------------------------------------------------------------


def test_a_nik_is_asked_for_as_the_service_expects(stub: Stub) -> None:
    stub.say(fixture("call_nik_found.json"))
    client_of(stub).check_biodata(NIK, JOKO)
    assert stub.paths == ["/dukcapil/get_json/9903/dinas/CALL_NIK"]
    assert stub.bodies == [json.loads(fixture("call_nik_request.json"))]


@pytest.mark.parametrize("name", ["call_nik_found.json", "call_nik_found_numbers.json"])
def test_a_person_whose_papers_agree_is_a_match(stub: Stub, name: str) -> None:
    stub.say(fixture(name))
    answer = client_of(stub).check_biodata(NIK, JOKO)
    assert answer.result is BiodataResult.MATCH and answer.differences == ()
    assert {each.element for each in answer.elements} == {
        Element.NAME,
        Element.BIRTH_DATE,
        Element.SEX,
        Element.BIRTH_PLACE,
        Element.FAMILY_NUMBER,
    }
    assert not answer.simulated


def test_what_differs_is_named_and_the_registers_data_is_not_kept(stub: Stub) -> None:
    stub.say(fixture("call_nik_found.json"))
    answer = client_of(stub).check_biodata(
        NIK, replace(JOKO, name="Joko Lain", birth_date=dt.date(1995, 3, 14))
    )
    assert answer.result is BiodataResult.MISMATCH
    assert answer.differences == (Element.NAME, Element.BIRTH_DATE)
    assert "CONTOH" not in repr(answer) and "1995" not in repr(answer)


def test_the_recording_status_tells_whether_somebody_was_recorded_before(stub: Stub) -> None:
    stub.say(fixture("call_nik_found.json"))
    stub.say(fixture("call_nik_found_numbers.json"))
    client = client_of(stub)
    assert client.check_biodata(NIK, JOKO).recorded_before is False
    assert client.check_biodata(NIK, JOKO).recorded_before is True


def test_the_quota_that_is_left_is_kept(stub: Stub) -> None:
    stub.say(fixture("call_nik_found.json"))
    client = client_of(stub)
    assert client.check_biodata(NIK, JOKO).quota_left == 56616
    assert client.quota_left == 56616


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("refused_older.json", BiodataResult.NOT_FOUND),
        ("refused_newer.json", BiodataResult.NOT_FOUND),
        ("refused_inside_content.json", BiodataResult.DEAD),
    ],
)
def test_old_and_new_services_are_understood(stub: Stub, name: str, result: BiodataResult) -> None:
    stub.say(fixture(name))
    assert client_of(stub).check_biodata(NIK, JOKO).result is result


@pytest.mark.parametrize("case", json.loads(fixture("codes.json")), ids=lambda case: case["code"])
def test_every_response_code_leads_to_a_result_or_to_words(stub: Stub, case: dict[str, str]) -> None:
    stub.say({"RESPONSE_CODE": case["code"], "RESPONSE": case["text"]})
    for ask in (client_of(stub).check_biodata, client_of(stub).verify_elements):
        try:
            then = str(ask(NIK, JOKO).result)
        except CentreError as error:
            then = type(error).__name__
            assert str(error.words) and str(error.remedy)
        assert then == case["then"]


@pytest.mark.parametrize(
    "case", [c for c in json.loads(fixture("codes.json")) if c["text"]], ids=lambda case: case["code"]
)
def test_every_known_refusal_in_words_alone_leads_to_the_same(stub: Stub, case: dict[str, str]) -> None:
    stub.say({"RESPON": case["text"]})
    try:
        then = str(client_of(stub).check_biodata(NIK, JOKO).result)
    except CentreError as error:
        then = type(error).__name__
    assert then == case["then"]


# ---- CALL_VERIFY_BY_ELEMEN ----------------------------------------------------------------------------


def test_elements_are_sent_with_the_services_own_spelling_and_dates(stub: Stub) -> None:
    stub.say(fixture("verify_answer.json"))
    client_of(stub).verify_elements(
        "9903011302220001",
        BiodataFacts(
            name="JOKO CONTOH",
            birth_date=dt.date(2022, 2, 3),
            sex=Sex.MALE,
            birth_place="KOTA CONTOH",
            family_number="9903010101200007",
            marital_status="BELUM KAWIN",
            occupation="BELUM/TIDAK BEKERJA",
            address="JL CONTOH 5",
            rt="003",
            rw="001",
            area="99.03.01.2001",
        ),
    )
    assert stub.paths == ["/dukcapil/get_json/9903/dinas/CALL_VERIFY_BY_ELEMEN"]
    assert stub.bodies == [json.loads(fixture("verify_request.json"))]


def test_each_element_is_read_with_its_score(stub: Stub) -> None:
    stub.say(fixture("verify_answer.json"))
    answer = client_of(stub).verify_elements(NIK, JOKO)
    assert answer.result is BiodataResult.MISMATCH
    assert answer.differences == (Element.ADDRESS, Element.DISTRICT)
    scores = {each.element: each.score for each in answer.elements}
    assert scores[Element.NAME] == 100 and scores[Element.ADDRESS] == 59 and scores[Element.NIK] is None


# ---- statuses -----------------------------------------------------------------------------------------


def test_statuses_cost_one_question_each_and_survive_a_quota_that_ends_midway(stub: Stub) -> None:
    stub.say(fixture("call_nik_found.json"))
    stub.say(fixture("refused_newer.json"))
    stub.say({"RESPONSE_CODE": "05", "RESPONSE": "Kuota Akses Hari ini telah Habis"})
    with pytest.raises(QuotaExhausted) as stop:
        client_of(stub).statuses([NIK, "9903011303950002", "9903011303950003"])
    told = stop.value.answered
    assert [(each.raw, each.problem) for each in told] == [
        ("BELUM REKAM", None),
        (None, BiodataResult.NOT_FOUND),
    ]
    assert len(stub.paths) == 3


@pytest.mark.parametrize(("raw", "phase"), json.loads(fixture("ladder.json")).items())
def test_every_status_of_the_ladder_has_its_phase(raw: str, phase: int) -> None:
    assert rung(meaning(raw)).phase == phase


# ---- what can go wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>It works!</html>",
        b"[]",
        b"null",
        b"{}",
        b'{"content":[]}',
        b'{"content":"x"}',
        b'{"content":[null]}',
        b'{"content":[{"NIK":{}}]}',
        b'{"RESPONSE_CODE":"42","RESPONSE":"?"}',
        b'{"RESPONSE_CODE":null}',
        b"\xff\xfe\x00",
        b'{"a":' * 5000,
        b'{"x":"' + b"y" * 1_100_000 + b'"}',
    ],
)
def test_an_answer_nobody_has_described_is_said_to_be_unreadable(stub: Stub, body: bytes) -> None:
    stub.say(body)
    with pytest.raises(Unreadable) as wrong:
        client_of(stub).check_biodata(NIK, JOKO)
    assert "by hand" in str(wrong.value.remedy)


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_fault_at_the_centre_is_worth_another_try(stub: Stub, status: int) -> None:
    stub.say(b"oops", status)
    with pytest.raises(TryLater):
        client_of(stub).check_biodata(NIK, JOKO)


@pytest.mark.parametrize("status", [301, 401, 403, 404])
def test_a_wrong_address_is_for_the_administrator(stub: Stub, status: int) -> None:
    stub.say(b"no", status)
    with pytest.raises(ConfigurationAlarm):
        client_of(stub).check_biodata(NIK, JOKO)


def test_a_slow_line_and_a_dead_line_are_worth_another_try(stub: Stub) -> None:
    stub.say(fixture("call_nik_found.json"))
    stub.delay = 1.0
    with pytest.raises(TryLater, match="in time"):
        client_of(stub, timeout=0.2).check_biodata(NIK, JOKO)
    dead = WebService(WebServiceConfig("http://127.0.0.1:9", "x", "u", "p", "10.0.0.1", timeout=2))
    with pytest.raises(TryLater, match="down"):
        dead.check_biodata(NIK, JOKO)


@pytest.mark.parametrize("nik", ["", "123", "99030113039500011", "990301130395000x", "٩٩٠٣٠١١٣٠٣٩٥٠٠٠١"])
def test_a_number_that_is_no_nik_is_not_even_asked(stub: Stub, nik: str) -> None:
    with pytest.raises(NikRefused):
        client_of(stub).check_biodata(nik, JOKO)
    assert stub.paths == []


def test_no_nik_no_name_and_no_password_in_addresses_logs_or_errors(
    stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.say(fixture("call_nik_found.json"))
    stub.say({"RESPONSE_CODE": "03", "RESPONSE": "Login Gagal"})
    client = client_of(stub)
    shown = repr(client.check_biodata(NIK, JOKO)) + repr(JOKO) + repr(client.config)
    with pytest.raises(ConfigurationAlarm) as alarm:
        client.check_biodata(NIK, JOKO)
    shown += repr(alarm.value) + str(alarm.value) + "".join(stub.paths) + caplog.text
    for secret in (NIK, "Joko", "JOKO", "rahasia", "9903010101200007"):
        assert secret not in shown


# ---- TLS and settings ---------------------------------------------------------------------------------


def self_signed(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate such as an office's service shows: signed by itself, for another name."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ws")]),
    )
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("10.0.0.5"))]), False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    return cert_file, context


def test_a_self_signed_service_is_trusted_only_by_its_certificate_or_by_plain_order(tmp_path: Path) -> None:
    certificate, context = self_signed(tmp_path)
    with serving(context) as stub:
        stub.say(fixture("call_nik_found.json"))
        base = WebServiceConfig(stub.address, "x", "u", "p", "10.0.0.1", timeout=5)
        with pytest.raises(TryLater):
            WebService(base).check_biodata(NIK, JOKO)
        pinned = WebService(replace(base, ca_file=str(certificate)))
        assert pinned.check_biodata(NIK, JOKO).result is BiodataResult.MATCH
        told = WebService(replace(base, trust_any_certificate=True))
        assert told.check_biodata(NIK, JOKO).result is BiodataResult.MATCH


def test_a_certificate_file_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigurationAlarm, match="JEMPUT_CENTRE_CA"):
        WebService(WebServiceConfig("https://10.0.0.5:8000", "x", "u", "p", "10.0.0.1", ca_file="/no/such"))


def test_without_settings_the_centre_is_reached_by_hand() -> None:
    assert connect({}) is None


def test_settings_choose_the_adapter_and_wrong_ones_are_named() -> None:
    real = {
        "JEMPUT_CENTRE": "web",
        "JEMPUT_CENTRE_URL": "https://10.0.0.5:8000/",
        "JEMPUT_CENTRE_INSTITUTION": "3503/dinas",
        "JEMPUT_CENTRE_USER": "u",
        "JEMPUT_CENTRE_PASSWORD": "p",
        "JEMPUT_CENTRE_IP": "10.0.0.9",
    }
    assert isinstance(connect(real), WebService)
    assert isinstance(connect({"JEMPUT_CENTRE": "simulator"}), SimulatorClient)
    for name in real.keys() - {"JEMPUT_CENTRE"}:
        with pytest.raises(ConfigurationAlarm, match=name):
            connect(real | {name: ""})
    with pytest.raises(ConfigurationAlarm, match="JEMPUT_CENTRE_URL"):
        connect(real | {"JEMPUT_CENTRE_URL": "ftp://x"})
    with pytest.raises(ConfigurationAlarm, match="JEMPUT_CENTRE "):
        connect(real | {"JEMPUT_CENTRE": "soap"})
