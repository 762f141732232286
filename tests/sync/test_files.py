"""Files come after the data, in pieces, and may take days."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import transaction

from jemput.sync import blobs
from jemput.sync.blobs import MOST_PIECE
from jemput.sync.models import Blob
from tests.journal.test_concurrency import together
from tests.sync.conftest import Enrolled

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_file_is_resumed_where_it_stopped(enrolled: Enrolled, home: Path) -> None:
    phone = enrolled()
    content = os.urandom(MOST_PIECE + 500)
    path = f"/sync/files/{sha256(content).hexdigest()}"
    begun = phone.call(f"{path}?size={len(content)}", b"").json()
    assert begun == {"here": 0, "complete": False}
    assert phone.call(f"{path}?offset=0", content[:1000], "PATCH").json()["here"] == 1000
    again = phone.call(f"{path}?offset=0", content[:1000], "PATCH")
    assert again.status_code == 409 and again.json() == {"here": 1000}
    assert phone.call("/sync/status", {}).json()["files"] == {sha256(content).hexdigest(): 1000}
    done = phone.call(f"{path}?offset=1000", content[1000:], "PATCH").json()
    assert done == {"here": len(content), "complete": True}
    assert phone.call(f"{path}?size={len(content)}", b"").json()["complete"]
    [kept] = [p for p in (home / "files").rglob("*") if p.is_file()]
    assert kept.read_bytes() == content


def test_a_file_that_is_not_what_its_name_says_is_sent_anew(enrolled: Enrolled, home: Path) -> None:
    phone = enrolled()
    path = f"/sync/files/{sha256(b'asli').hexdigest()}"
    phone.call(f"{path}?size=4", b"")
    refused = phone.call(f"{path}?offset=0", b"lain", "PATCH")
    assert refused.status_code == 422 and refused.json()["message"]
    assert phone.call(f"{path}?size=4", b"").json() == {"here": 0, "complete": False}


def test_what_is_too_large_or_no_name_is_refused(enrolled: Enrolled, home: Path) -> None:
    phone, other = enrolled(), enrolled()
    name = sha256(b"x").hexdigest()
    assert phone.call(f"/sync/files/{name}?size=99000000", b"").status_code == 422
    assert phone.call("/sync/files/..%2F..%2Fkey?size=4", b"").status_code in (400, 404, 422)
    assert phone.call("/sync/files/ABC?size=4", b"").status_code == 400
    assert phone.call(f"/sync/files/{name}?offset=0", b"x", "PATCH").status_code == 404
    phone.call(f"/sync/files/{name}?size=4", b"")
    assert other.call(f"/sync/files/{name}?offset=0", b"x", "PATCH").status_code == 404
    assert Blob.objects.count() == 1


def test_a_part_that_grew_too_long_is_begun_anew(enrolled: Enrolled, home: Path) -> None:
    phone, content = enrolled(), os.urandom(900)
    digest = sha256(content).hexdigest()
    path = f"/sync/files/{digest}"
    phone.call(f"{path}?size=900", b"")
    phone.call(f"{path}?offset=0", content[:600], "PATCH")
    with (home / "files" / digest[:2] / f"{digest}.part").open("ab") as part:
        part.write(content[:600])  # as two servers did that wrote the same piece at once
    assert phone.call(f"{path}?size=900", b"").json() == {"here": 0, "complete": False}
    done = phone.call(f"{path}?offset=0", content, "PATCH").json()
    assert done == {"here": 900, "complete": True}


class Met(bytes):
    """A piece that waits, between the look at the disk and the writing, for another server to come as far."""

    there = threading.Barrier(2)

    def __len__(self) -> int:
        with suppress(threading.BrokenBarrierError):
            self.there.wait(1)
        return super().__len__()


@pytest.mark.django_db(transaction=True)
def test_a_piece_that_comes_twice_at_once_is_written_once(enrolled: Enrolled, home: Path) -> None:
    phone, content = enrolled(), os.urandom(900)
    phone.call(f"/sync/files/{sha256(content).hexdigest()}?size=900", b"")

    def add() -> int:
        try:
            with transaction.atomic():
                return blobs.add(Blob.objects.get(), 0, Met(content[:300]))
        except blobs.WrongPlace as error:
            return -int(error.args[0])

    assert sorted(together([add, add])) == [-300, 300]
    assert phone.sends_file(content)["complete"]
