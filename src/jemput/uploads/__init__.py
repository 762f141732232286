"""Files that are sent to the server: kept in memory, and no larger than it can hold."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

MOST = 50_000_000
"""Bytes of a request with files; what reads them sets its own, lower limit and says so in words."""


class InMemory(MemoryFileUploadHandler):
    """A list of NIKs never lies in the clear in a temporary folder, and nobody fills the disk by sending."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raises RequestDataTooBig, which is answered with 400 before anything is read."""
        if content_length > MOST:
            raise RequestDataTooBig("the request is larger than the server takes")
        self.activated = True
