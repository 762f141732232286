"""Work on many rows in several processes, in order and with bounded memory; in this process where that
is too little."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from typing import TypeVar

from django.db import connections

A = TypeVar("A")
B = TypeVar("B")
MOST = 4


def several(work: Callable[[A], B], parts: Iterable[A], wanted: bool) -> Iterator[B]:
    """``map``, over forked processes when it is wanted and can be. Each part and each answer is pickled."""
    count = min(os.cpu_count() or 1, MOST)
    if not wanted or count < 2 or "fork" not in get_all_start_methods():
        yield from map(work, parts)
        return
    connections.close_all()  # a child must not talk over its parent's connection
    with ProcessPoolExecutor(count, get_context("fork")) as pool:
        waiting: deque[Future[B]] = deque()
        try:
            for part in parts:
                waiting.append(pool.submit(work, part))
                if len(waiting) > count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
