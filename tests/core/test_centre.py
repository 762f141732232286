"""What the national centre's words mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.centre import (
    LADDER,
    OTHER_RAW,
    Acts,
    BiodataResult,
    CentreMeaning,
    Remedy,
    clear_raw,
    is_clear_raw,
    meaning,
    response,
    rung,
    stuck,
)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("PRINT_READY_RECORD", CentreMeaning.PRINT_READY),
        ("print ready record", CentreMeaning.PRINT_READY),
        ("  Print-Ready-Record ", CentreMeaning.PRINT_READY),
        ("PRR", CentreMeaning.PRINT_READY),
        ("Siap Cetak", CentreMeaning.PRINT_READY),
        ("SENT FOR ENROLLMENT", CentreMeaning.SENT),
        ("SFE", CentreMeaning.SENT),
        ("DUPLICATE_RECORD one-to-many", CentreMeaning.DUPLICATE),
        ("Enroll failure at regional", CentreMeaning.FAILED),
        ("BELUM REKAM", CentreMeaning.UNREGISTERED),
        ("PACKET_RETRY", CentreMeaning.UNKNOWN),
        ("", CentreMeaning.UNKNOWN),
    ],
)
def test_a_status_means_the_same_however_it_is_spelt(typed: str, means: CentreMeaning) -> None:
    assert meaning(typed) is means


def test_every_meaning_has_a_phase_somebody_who_acts_and_advice() -> None:
    assert set(LADDER) == set(CentreMeaning)
    for each in CentreMeaning:
        step = rung(each)
        assert step.label and step.advice
        assert step.phase in range(1, 6) or each is CentreMeaning.UNKNOWN
    assert rung(CentreMeaning.SENT).acts is Acts.CENTRE
    assert rung(CentreMeaning.FAILED).acts is Acts.OFFICE


def test_stuck_in_sent_for_enrollment_asks_for_an_earlier_recording_not_for_patience() -> None:
    assert stuck(CentreMeaning.SENT, 1) is None
    advice = stuck(CentreMeaning.SENT, 20)
    assert advice is not None and "earlier recording" in advice and "Do not just wait" in advice
    assert stuck(CentreMeaning.PRINT_READY, 400) is None


def test_an_unknown_status_code_is_kept_in_the_clear() -> None:
    assert clear_raw("PACKET_RETRY") == "PACKET_RETRY"
    assert clear_raw("packet_retry") == "PACKET_RETRY"
    assert clear_raw("sfe") == "SFE"


@pytest.mark.parametrize(
    "slipped",
    [
        "Siti Aminah",
        "BUDI",
        "9903010101010001",
        "X_99030101_01010001",
        "9_9_0_3_0_1_0_1",
        "A_" * 40,
        "",
        "sakit jiwa",
    ],
)
def test_a_name_or_number_that_slipped_into_the_status_column_never_stands_in_the_clear(slipped: str) -> None:
    assert clear_raw(slipped) == OTHER_RAW


@given(st.text(max_size=200))
def test_whatever_is_typed_the_clear_form_is_clear_and_stays_so(typed: str) -> None:
    clear = clear_raw(typed)
    assert is_clear_raw(clear)
    assert meaning(clear) is meaning(typed) or clear == OTHER_RAW
    assert clear_raw(clear) in {clear, OTHER_RAW}


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("00", BiodataResult.MATCH),
        ("01", BiodataResult.MATCH),
        ("11", BiodataResult.DEAD),
        ("12", BiodataResult.DOUBLE),
        ("13", BiodataResult.NOT_FOUND),
        ("14", BiodataResult.INACTIVE),
    ],
)
def test_codes_that_speak_of_the_person_give_a_result(code: str, result: BiodataResult) -> None:
    said = response(code)
    assert said is not None and said.result is result and said.remedy is Remedy.USE


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        *((code, Remedy.ALARM) for code in ("03", "04", "07", "09", "10", "16", "17")),
        *((code, Remedy.RETYPE) for code in ("08", "15")),
        *((code, Remedy.PAUSE) for code in ("5", "05")),
        ("06", Remedy.LATER),
    ],
)
def test_codes_that_speak_of_us_or_of_the_number_give_no_result(code: str, remedy: Remedy) -> None:
    said = response(code)
    assert said is not None and said.result is None and said.remedy is remedy


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Kuota Akses Hari ini telah Habis", "05"),
        ("Data Ditemukan, Meninggal Dunia", "11"),
        ("Data Ditemukan, Data Ganda", "12"),
        ("Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan", "13"),
        ("Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil", "14"),
        ("Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil", "15"),
        ("Login Gagal", "03"),
        ("IP Address Tidak Sesuai", "04"),
        ("IP Client Tidak terdaftar", "10"),
    ],
)
def test_older_services_that_answer_in_words_alone_are_understood(words: str, code: str) -> None:
    said = response(None, words)
    assert said is not None and said.code == code


def test_a_code_nobody_has_described_is_not_guessed() -> None:
    assert response("42", "sesuatu") is None
