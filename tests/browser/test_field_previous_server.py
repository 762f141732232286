"""A phone with this release's app, and an office whose server is still the release before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jemput.sync import app
from tests.browser.field_phone import Thumb
from tests.browser.previous import DATABASE, previous_server
from tests.browser.test_field_update import finish, note, phone_of, saved  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_new_app_works_with_the_server_of_the_previous_release(
    phone_of: Callable[[str], Thumb],  # noqa: F811
    tmp_path: Path,
) -> None:
    with previous_server(tmp_path, app.BUILT) as office:
        given = office.says("begin")
        phone = phone_of(office.url)
        phone.begin(given["code"])
        phone.sees_all_in()
        phone.worker()
        assert phone.store("db.version") > DATABASE
        phone.offline()
        stream = given["stream"]
        for n, text in enumerate(["Jembatan putus", "Kartu lama", "Rumah kedua"]):
            note(phone, stream, text, with_photo=n == 1)
            saved(phone)
        note(phone, stream, "Belum selesai", with_photo=True)
        phone.page.reload()
        phone.unlock()
        phone.offline(False)
        finish(phone, stream)
        phone.sync()
        phone.sees_all_in()
        expect(phone.page.get_by_role("heading", name="Perlu perhatian")).to_have_count(0)
        expect(phone.page.get_by_role("alert")).to_have_count(0)
        phone.page.reload()
        phone.unlock()
        phone.sees_all_in()
        assert office.says("count", stream) == {
            "kinds": {"note": 4},
            "numbers": [1, 2, 3, 4],
            "gaps": [],
            "files": 2,
            "breaks": 0,
        }
