"""What every test may use: a Chromium for pytest-playwright's `page`, and hypothesis profiles."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Playwright's sync API runs an event loop in the test's thread; Django would refuse the ORM there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# What the planner compiles is kept between runs, also by offices that a test sets up in a folder of its own.
os.environ.setdefault("JEMPUT_PLANNING_CACHE", str(Path(__file__).parents[1] / "var" / "cache"))

settings.register_profile("dev", deadline=None, max_examples=30)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=60,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure() -> None:
    """Screens are tested in Indonesian too, so the messages must be as new as their sources."""
    from jemput import locale_build

    locale_build.build()


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """A Chromium of this machine; None means Playwright's own."""
    if path := os.environ.get("JEMPUT_CHROMIUM"):
        return path
    if any(Path.home().glob(".cache/ms-playwright/chromium-*")):
        return None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip("no Chromium here: ./run test installs one")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium_path: str | None
) -> dict[str, Any]:
    """Start that Chromium, quietly; as root it cannot use its sandbox."""
    flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    return browser_type_launch_args | {"executable_path": chromium_path, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The reader is in Indonesia."""
    return browser_context_args | {"locale": "id-ID", "timezone_id": "Asia/Jakarta"}
