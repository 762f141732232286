"""Serves the field app at /lapangan/: the files that field/ was built into, and who may do what in them."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

BUILT = Path(__file__).resolve().parents[1] / "_field"
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}
_ALLOWS = {
    "script-src": ["'wasm-unsafe-eval'"],  # Argon2id of the PIN is WebAssembly
    "img-src": ["blob:"],  # photos that were just taken
}


@require_safe
@login_not_required
@csp_update(_ALLOWS)
def field_app(request: HttpRequest, path: str = "") -> HttpResponse:
    """A file of the app. Files with a hash in their name stay for ever; the others are asked for anew."""
    name = path or "index.html"
    names = files()
    if not names:
        return render(request, "sync/not_built.html", {"in_clone": settings.CLONE is not None}, status=503)
    if name not in names:
        raise Http404
    content, tag = _read(BUILT / name, (BUILT / name).stat().st_mtime_ns)
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type=_type(name))
    response["ETag"] = tag
    fixed = name.startswith("assets/")
    response["Cache-Control"] = "public, max-age=31536000, immutable" if fixed else "no-cache"
    response["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    return response


def files() -> frozenset[str]:
    """The files of the app, by their paths; none when it was not built."""
    if not (BUILT / "index.html").is_file():
        return frozenset()
    found = (f for f in BUILT.rglob("*") if f.is_file())
    names = (f.relative_to(BUILT).as_posix() for f in found)
    return frozenset(n for n in names if not n.startswith("."))


def _type(name: str) -> str:
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


@lru_cache(maxsize=64)
def _read(file: Path, changed: int) -> tuple[bytes, str]:
    content = file.read_bytes()
    return content, f'"{sha256(content).hexdigest()[:20]}"'
