"""That a real Chromium opens Jemput at all, in Indonesian, and that the strict content policy is kept."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_sign_in_page_opens_without_a_complaint(live_server: LiveServer, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    response = page.goto(f"{live_server.url}/accounts/login/")
    assert response and response.ok
    assert "'unsafe" not in response.headers["content-security-policy"]
    assert page.locator("html").get_attribute("lang") == "id"
    assert page.locator("input[type=password]").is_visible()
    assert complaints == []
