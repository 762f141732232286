"""How the field app is served: what stays, what is asked for anew, what is said when it is not built."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from jemput.sync import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app of three files, beside something that is none of it."""
    monkeypatch.setattr(app, "BUILT", tmp_path / "field")
    for name in ("index.html", "sw.js", "assets/index-a1b2.js", ".vite/manifest.json"):
        file = tmp_path / "field" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"/* {name} */")
    (tmp_path / "secret").write_text("no")
    return tmp_path / "field"


def test_the_worker_is_asked_for_anew_and_what_bears_its_hash_stays(built: Path) -> None:
    client = Client()
    for path in ("/lapangan/", "/lapangan/sw.js"):
        answer = client.get(path)
        assert answer.status_code == 200 and answer["Cache-Control"] == "no-cache"
        assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self' 'wasm-unsafe-eval'" in policy and "unsafe-inline" not in policy
    assert client.get("/lapangan/sw.js")["Content-Type"].startswith("text/javascript")
    assert "immutable" in client.get("/lapangan/assets/index-a1b2.js")["Cache-Control"]
    was = client.get("/lapangan/sw.js")["ETag"]
    (built / "sw.js").write_text("/* a newer one */")
    assert client.get("/lapangan/sw.js", headers={"If-None-Match": was}).status_code == 200


def test_nothing_beside_the_app_is_served(built: Path) -> None:
    for path in ("../secret", "%2e%2e/secret", ".vite/manifest.json", "assets", "assets/", "tidak-ada.js"):
        assert Client().get(f"/lapangan/{path}").status_code == 404


def test_an_app_that_is_not_built_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "BUILT", tmp_path / "field")
    answer = Client().get("/lapangan/")
    assert answer.status_code == 503 and "./run field" in answer.content.decode()
