"""Compiled with numba where it is installed; the same Python, slower, where it is not.

Compiled code is kept on disk, so that only the first start on a machine waits for the compiler. numba does
not notice when a function of another file changes, so the folder carries a digest of this package's source.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def cache_folder() -> Path:
    """Below $JEMPUT_PLANNING_CACHE, $JEMPUT_HOME/cache, var/cache of the clone, or the user's own cache."""
    clone, home = Path(__file__).parents[3], os.environ.get("JEMPUT_HOME")
    usual = clone / "var/cache" if (clone / "pyproject.toml").is_file() else "~/.cache/jemput"
    below = os.environ.get("JEMPUT_PLANNING_CACHE") or (f"{home}/cache" if home else usual)
    source = sha256()
    for name in ("jit", "schedule", "state", "search", "moves"):
        source.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return Path(below).expanduser() / f"numba-{source.hexdigest()[:12]}"


def _compiler() -> Callable[[str], Callable[[Any], Any]] | None:
    if os.environ.get("JEMPUT_PLANNING_NUMBA") == "0":
        return None
    try:
        import numba
    except ImportError:
        return None
    config: Any = numba.config
    before = config.CACHE_DIR
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        config.CACHE_DIR = str(folder)
        numba.njit(cache=True)(_probe)  # raises where nothing can be written
        keeps = True
    except (OSError, RuntimeError):
        config.CACHE_DIR = before
        keeps = False
    # No array is made inside, so arrays need no counting of references (_nrt), which would cost more than
    # most of these functions do; only the doors are called from Python.
    common: dict[str, Any] = {"cache": keeps, "nogil": True, "_nrt": False}
    wrappers: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return {
        "door": numba.njit(**common),
        "inside": numba.njit(**common, **wrappers),
        "inline": numba.njit(**common, **wrappers, forceinline=True),
    }.__getitem__


def _probe() -> int:
    return 0


_compile = _compiler()
COMPILED = _compile is not None
"""Whether plans are searched by compiled code."""


def jit_door(function: Function) -> Function:
    """Compile at the first call; without numba the function itself."""
    return _compile("door")(function) if _compile else function


def jit(function: Function) -> Function:
    """The same for functions that only compiled functions call."""
    return _compile("inside")(function) if _compile else function


def jit_inline(function: Function) -> Function:
    """The same, made part of its callers: small and called often."""
    return _compile("inline")(function) if _compile else function
