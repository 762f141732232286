"""Settings for the tests: a throw-away home, quick hashing and commits, static files without a manifest."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(tempfile.mkdtemp(prefix="jemput-test-"))
atexit.register(shutil.rmtree, ROOT, ignore_errors=True)
os.environ |= {
    "JEMPUT_HOME": str(ROOT / "home"),
    "JEMPUT_KEYS": str(ROOT / "keys"),
    "JEMPUT_LEDGER": str(ROOT / "ledger" / "erasures.jsonl"),
    "JEMPUT_SECRET_KEY": "only-for-tests",
    "JEMPUT_HTTPS": "0",
    "JEMPUT_DEMO": "0",
    "JEMPUT_DEBUG": "0",
    "JEMPUT_REQUIRE_MFA": "0",  # tests/accounts turns it on where it is the matter
}

from jemput.settings import *  # noqa: E402, F403
from jemput.settings import DATABASES, SQLITE_OPTIONS, STORAGES  # noqa: E402

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, as in an office: in memory, threads would share one connection. No test outlives a power cut.
    quick = SQLITE_OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")  # type: ignore[attr-defined]
    assert quick != SQLITE_OPTIONS["init_command"], "the tests wait for the disk, or production does not"
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {"init_command": quick}
    DATABASES["default"]["TEST"] = {"NAME": str(ROOT / "test.sqlite3")}
