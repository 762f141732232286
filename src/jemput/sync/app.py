"""Serves the field app at /lapangan/: the files that field/ was built into, and who may do what in them."""

from __future__ import annotations

import mimetypes
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

BUILT = Path(__file__).resolve().parents[1] / "_field"
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}


@require_safe
@login_not_required
def field_app(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """A file of the app, under the content policy that it needs."""
    allows = {
        "script-src": ["'wasm-unsafe-eval'"],  # Argon2id of the PIN is WebAssembly
        "img-src": ["blob:", *_tile_host()],  # photos that were just taken
    }
    return csp_update(allows)(partial(_file, path=path))(request)


def _tile_host() -> list[str]:
    """Where the office lets map tiles come from."""
    address = urlsplit(settings.TILES)
    return [f"{address.scheme}://{address.netloc}"] if address.netloc else []


def _file(request: HttpRequest, path: str) -> HttpResponse:
    """Files with a hash in their name stay for ever; the others are asked for anew."""
    name = path or "index.html"
    names = files()
    if not names:
        return render(request, "sync/not_built.html", {"in_clone": settings.CLONE is not None}, status=503)
    if name not in names:
        raise Http404
    content, tag = _read(BUILT / name, (BUILT / name).stat().st_mtime_ns)
    if name == "sw.js" and (host := _tile_host()):
        # The worker keeps each page with its policy. As another worker it fetches them anew.
        content += f"\n// {host[0]}\n".encode()
        tag = _tag(content)
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
    return content, _tag(content)


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:20]}"'
