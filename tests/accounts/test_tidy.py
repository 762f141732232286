"""`jemput tidy` takes away what has run out, says what it was, and leaves everything else alone."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from axes.models import AccessLog as SignIn
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from jemput.accounts import pending
from jemput.accounts.models import AccessLog
from jemput.core.codes import DataCondition, Duty
from jemput.core.entries import ListSource
from jemput.people.link import store
from jemput.people.models import LinkList
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import PASSWORD, TRENGGALEK, staff

pytestmark = [pytest.mark.database, pytest.mark.django_db]

EXPIRED, LOCKS, SIGN_INS = "expired sessions", "lock-outs that are over", "sign-ins older than a year"
WAITED, UNCONFIRMED = "waited for more than a day", "nobody confirmed"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, office_key: None) -> None:  # noqa: F811
    settings.JEMPUT_HOME = tmp_path


def tidy(capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    call_command("tidy")
    kinds = (EXPIRED, LOCKS, SIGN_INS, WAITED, UNCONFIRMED)
    lines = capsys.readouterr().out.splitlines()
    return {kind: int(line.split()[0]) for line in lines for kind in kinds if kind in line}


def sign_in(username: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": username, "password": password})
    return client


def long_ago(rows: Any, **ago: float) -> None:
    rows.update(attempt_time=timezone.now() - timedelta(**ago))


def test_what_has_run_out_goes_and_the_rest_stays(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    siti = staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    old, new = sign_in("siti", PASSWORD), sign_in("siti", PASSWORD)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=timezone.now() - timedelta(1))
    for name in ("lama", "baru"):
        sign_in(name, "salah")
    long_ago(AccessAttempt.objects.filter(username="lama"), hours=1)
    long_ago(SignIn.objects.filter(pk=SignIn.objects.earliest("pk").pk), days=366)
    stale, fresh = (pending.keep(siti.pk, {"rows": [n]}) for n in range(2))
    os.utime(tmp_path / "pending" / stale.hex, (time.time() - 25 * 3600,) * 2)
    lists = [
        store.take_in(
            f"NAMA\nSITI {n}\n".encode(), "x", TRENGGALEK, 1, ListSource.OFFICE, DataCondition.UNKNOWN
        )[0]
        for n in ("A", "B")
    ]
    LinkList.objects.filter(pk=lists[0].pk).update(at=timezone.now() - timedelta(days=1))
    looks = AccessLog.objects.count()

    assert tidy(capsys) == {EXPIRED: 1, LOCKS: 1, SIGN_INS: 1, WAITED: 1, UNCONFIRMED: 1}
    assert new.get("/accounts/").status_code == 200
    assert AccessAttempt.objects.get().username == "baru"
    assert SignIn.objects.count() == 1
    assert pending.look(siti.pk, fresh) == {"rows": [1]}
    assert LinkList.objects.get().pk == lists[1].pk
    assert AccessLog.objects.count() == looks
    assert set(tidy(capsys).values()) == {0}


def test_a_lock_that_holds_is_not_lifted(capsys: pytest.CaptureFixture[str]) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    for _n in range(5):
        sign_in("budi", "salah")
    assert tidy(capsys)[LOCKS] == 0
    assert "_auth_user_id" not in sign_in("budi", PASSWORD).session
    long_ago(AccessAttempt.objects, minutes=16)
    assert tidy(capsys)[LOCKS] == 1
    assert "_auth_user_id" in sign_in("budi", PASSWORD).session
