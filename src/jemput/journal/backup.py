"""One file that brings an office back: data, the files of devices and a manifest, never a key.

SQLite is copied by its own online backup, PostgreSQL table by table with COPY in one snapshot, so no
foreign program is needed. Files of devices are sealed already and named by their digests; they come after the
data that names them, so that none of these is missing. A restore takes a new server epoch (devices then offer
again what they wrote) and forgets again whom the ledger names.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import jemput
from jemput.core.text import BadInput, Words, _
from jemput.journal import keys, ledger
from jemput.journal.erase import again, apply_ledger
from jemput.journal.models import EntryRow, Server, Stream
from jemput.journal.rotate import rewrap

_FORMAT = "jemput backup 1"
_FILES = "files"
_NEVER = frozenset({"django_session", "sync_enrolmentcode"})
"""Tables that are not brought back: whoever was signed in signs in again, and no code holds a second time."""

restored: list[Callable[[dict[str, Any]], None]] = []
"""Called with the manifest after a restore: apps look whether what lies beside the database came along."""


def epoch() -> uuid.UUID:
    """Who this journal is; another after each restore."""
    for known in Server.objects.filter(id=1).values_list("epoch", flat=True):
        return known
    return Server.objects.get_or_create(id=1)[0].epoch


def backup(file: Path) -> dict[str, Any]:
    """Write everything into one file, readable by its owner only; gives the manifest."""
    draft = file.with_name(f".{file.name}.part")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".jemput-backup-") as folder:
        parts = _dump_sqlite(Path(folder)) if _is_sqlite() else _dump_postgres(Path(folder))
        manifest = _manifest() | {"parts": {p.name: _digest(p) for p in parts}}
        draft.touch(mode=0o600)
        files = sorted(_files())
        manifest["files"] = len(files)
        with tarfile.open(draft, "w") as tar:
            _add(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
            for part in parts:
                tar.add(part, part.name)
            for one in files:
                with suppress(FileNotFoundError):  # let go of meanwhile: its person was erased
                    tar.add(one, f"{_FILES}/{one.name}")
    draft.replace(file)
    return manifest


def restore(file: Path, *, replace: bool = False) -> dict[str, Any]:
    """Bring back what a backup holds; gives its manifest.

    Raises BadInput, or keys.Locked when somebody must be forgotten again, before anything is touched.
    """
    if any(line.what not in again for line in ledger.read()):
        keys.ring()
    with _unpacked(file) as (folder, manifest):
        _check(manifest)
        call_command("migrate", verbosity=0, interactive=False)  # a new machine has no tables yet
        if EntryRow.objects.exists() and not replace:
            raise BadInput(Words(_("There are entries here. Say --replace to put the backup over them.")))
        _load_files(folder / _FILES)  # first: no entry may come back before its files
        if manifest["engine"] == "sqlite":
            _load_sqlite(folder / "data.sqlite3")
        else:
            _load_postgres(folder, manifest)
    call_command("migrate", verbosity=0, interactive=False)
    Server.objects.update_or_create(id=1, defaults={"epoch": uuid.uuid4()})
    manifest["forgotten_again"] = apply_ledger()
    for look in restored:
        look(manifest)
    with suppress(keys.Locked):  # a locked key is wrapped anew at the next rotation
        rewrap()
    return manifest


def _manifest() -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "jemput": jemput.__version__,
        "engine": "sqlite" if _is_sqlite() else "postgresql",
        "made_at": timezone.now().isoformat(),
        "epoch": str(epoch()),
        "entries": EntryRow.objects.count(),
        "streams": Stream.objects.count(),
        "office_keys": sorted(set(Stream.objects.exclude(key_id="").values_list("key_id", flat=True))),
        "migrations": sorted(map(list, MigrationRecorder(connection).applied_migrations())),
    }


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _check(manifest: dict[str, Any]) -> None:
    engine = "sqlite" if _is_sqlite() else "postgresql"
    if manifest["engine"] != engine:
        message = _("This backup was made on %(theirs)s, this server runs on %(ours)s.")
        raise BadInput(Words(message, {"theirs": manifest["engine"], "ours": engine}))
    known = set(MigrationLoader(connection).disk_migrations or ())
    theirs = {tuple(m) for m in manifest["migrations"]}
    # A SQLite file brings its own tables and is brought up to date afterwards; PostgreSQL's must fit.
    if not theirs <= known or (engine == "postgresql" and theirs != known):
        message = _("This backup was made by Jemput %(version)s. Restore it with that version, then update.")
        raise BadInput(Words(message, {"version": manifest["jemput"]}))


# ---- the file -------------------------------------------------------------------------------------


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _digest(path: Path) -> str:
    hash = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hash.update(block)
    return hash.hexdigest()


@contextmanager
def _unpacked(file: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The parts of a backup in a folder, each proved against the manifest."""
    unsound = BadInput(Words(_("This file is no backup of Jemput, or it is damaged.")))
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".jemput-restore-") as folder:
        try:
            with tarfile.open(file) as tar:
                tar.extractall(folder, filter="data")
            manifest = json.loads((Path(folder) / "manifest.json").read_text())
            sound = manifest["format"] == _FORMAT and all(
                _digest(Path(folder) / Path(name).name) == digest
                for name, digest in manifest["parts"].items()
            )
            sound = sound and all(_digest(one) == one.name for one in Path(folder).glob(f"{_FILES}/*"))
        except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise unsound from error
        if not sound:
            raise unsound
        yield Path(folder), manifest


# ---- files of devices -------------------------------------------------------------------------------


def _files() -> Iterator[Path]:
    """Those that are whole, each under the digest of what is in it."""
    return (one for one in Path(settings.MEDIA_ROOT).glob("??/*") if len(one.name) == 64)


def _load_files(folder: Path) -> None:
    """Put back what is not here; what is here already is the same, or came later."""
    for one in folder.glob("*"):
        there = Path(settings.MEDIA_ROOT) / one.name[:2] / one.name
        if not there.exists():
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = there.with_suffix(".restored")
            shutil.copyfile(one, draft)
            draft.chmod(0o600)
            draft.replace(there)


# ---- SQLite ---------------------------------------------------------------------------------------


def _dump_sqlite(folder: Path) -> list[Path]:
    path = folder / "data.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        cast(sqlite3.Connection, connection.connection).backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    return [path]


def _load_sqlite(path: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in _NEVER & there:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608
        # With the data, so that devices notice even when the power fails right after it.
        copy.execute("UPDATE journal_server SET epoch = ?", (uuid.uuid4().hex,))
        copy.commit()
        copy.backup(cast(sqlite3.Connection, connection.connection))
    connection.close()


# ---- PostgreSQL -----------------------------------------------------------------------------------


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return sorted(t.name for t in connection.introspection.get_table_list(cursor) if t.type == "t")


def _dump_postgres(folder: Path) -> list[Path]:
    """Each table as COPY writes it, with its columns in the first line; all in one snapshot."""
    parts = []
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for table in _tables():
            if table in _NEVER:
                continue
            names = [c.name for c in connection.introspection.get_table_description(cursor, table)]
            columns = ", ".join(connection.ops.quote_name(n) for n in names)
            path = folder / f"{table}.copy"
            with path.open("wb") as file:
                file.write(json.dumps(names).encode() + b"\n")
                with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT') as copy:
                    for block in copy:
                        file.write(block)
            parts.append(path)
    return parts


def _load_postgres(folder: Path, manifest: dict[str, Any]) -> None:
    there = set(_tables())
    with transaction.atomic(), connection.cursor() as cursor:
        # Foreign keys are checked at the end: Django declares them deferred.
        quoted = ", ".join(connection.ops.quote_name(t) for t in sorted(there - {"django_migrations"}))
        cursor.execute(f"TRUNCATE {quoted}")
        for name in manifest["parts"]:
            table = Path(name).stem
            if table not in there or table == "django_migrations" or table in _NEVER:
                continue
            with (folder / Path(name).name).open("rb") as file:
                columns = ", ".join(connection.ops.quote_name(n) for n in json.loads(file.readline()))
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    while block := file.read(1 << 20):
                        copy.write(block)
        # With the data, so that devices notice even when the power fails right after it.
        cursor.execute("UPDATE journal_server SET epoch = %s", [uuid.uuid4()])
        for statement in _sequence_resets(cursor, sorted(there)):
            cursor.execute(statement)


def _sequence_resets(cursor: Any, tables: list[str]) -> Iterator[str]:
    """Automatic numbers go on after the highest that was brought back."""
    for table in tables:
        for column in connection.introspection.get_sequences(cursor, table):
            name = connection.ops.quote_name(column["column"])
            yield (
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column['column']}'), "  # noqa: S608
                f'coalesce(max({name}), 1), max({name}) IS NOT NULL) FROM "{table}"'
            )
