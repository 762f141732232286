"""Django settings of Jemput. Everything that differs between offices comes from the environment.

JEMPUT_HOME          data directory: database, attachments            (clone: ./var/data)
JEMPUT_KEYS          office key; never inside JEMPUT_HOME or a backup  (clone: ./var/keys)
JEMPUT_LEDGER        erasure ledger, one file; outside JEMPUT_HOME     (clone: ./var/ledger/erasures.jsonl)
JEMPUT_DATABASE_URL  postgres://... ; without it SQLite in JEMPUT_HOME
JEMPUT_SECRET_KEY    Django's secret; without it a file in JEMPUT_KEYS, made at first start
JEMPUT_HOSTS         host names this server answers to, separated by commas
JEMPUT_HTTPS         1 (default outside demo mode): cookies only over HTTPS
JEMPUT_DEMO          1: demo mode, invented people, open key, accounts shown at sign-in; remembered in
                     JEMPUT_HOME, so that every later command on that home knows it
JEMPUT_DEBUG         1: Django's debug pages; never with real data
JEMPUT_REQUIRE_MFA   0: duties that see health facts may sign in without a second factor (demo: 0)
JEMPUT_BEHIND_PROXY  1: a proxy in front sets X-Forwarded-Proto
JEMPUT_TILES         map pictures under the field app's map, https://tiles.example/{z}/{x}/{y}.png  (none)
JEMPUT_TILES_CREDIT  whose they are, as shown on the map                        (OpenStreetMap contributors)
"""

import os
import re
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parent
CLONE = PACKAGE.parents[1] if (PACKAGE.parents[1] / "pyproject.toml").is_file() else None


def env_bool(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on; the default when unset or empty."""
    value = os.environ.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def env_path(name: str, in_clone: str, at_home: str) -> Path:
    """A path from the environment; else inside the clone, or the user's home for an installed wheel."""
    if value := os.environ.get(name):
        return Path(value).expanduser().resolve()
    return CLONE / in_clone if CLONE else Path.home() / at_home


def tile_server() -> str:
    """Where map tiles come from; empty: no map server is asked. Its host becomes part of a content policy."""
    address = os.environ.get("JEMPUT_TILES", "").strip()
    host = r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]+)?"
    fits = re.fullmatch(host + r"/[A-Za-z0-9._~%/?=&{}@-]*", address)
    if address and not (fits and sorted(re.findall("{.*?}", address)) == ["{x}", "{y}", "{z}"]):
        raise ImproperlyConfigured(
            "JEMPUT_TILES must be an https address with {z}, {x} and {y} once each, "
            "as in https://tiles.example/{z}/{x}/{y}.png. Leave it empty for a map without tiles."
        )
    return address


DEBUG = env_bool("JEMPUT_DEBUG")
TILES = tile_server()
TILES_CREDIT = os.environ.get("JEMPUT_TILES_CREDIT", "").strip()
JEMPUT_HOME = env_path("JEMPUT_HOME", "var/data", ".local/share/jemput")
JEMPUT_KEYS = env_path("JEMPUT_KEYS", "var/keys", ".config/jemput/keys")
JEMPUT_LEDGER = env_path("JEMPUT_LEDGER", "var/ledger/erasures.jsonl", ".local/state/jemput/erasures.jsonl")
for _name, _path in (("JEMPUT_KEYS", JEMPUT_KEYS), ("JEMPUT_LEDGER", JEMPUT_LEDGER)):
    if _path.is_relative_to(JEMPUT_HOME):
        raise ImproperlyConfigured(f"{_name} ({_path}) must not lie inside JEMPUT_HOME ({JEMPUT_HOME}).")
JEMPUT_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)


def demo_mode() -> bool:
    """Whether this home is a demo office; an office with data of its own never becomes one."""
    marker = JEMPUT_HOME / "demo"
    demo = env_bool("JEMPUT_DEMO", default=marker.exists())
    if demo and not marker.exists():
        if (JEMPUT_HOME / "jemput.sqlite3").exists():
            raise ImproperlyConfigured(
                f"{JEMPUT_HOME} holds an office's data and cannot become a demo. "
                "Set JEMPUT_HOME to another folder for the demo."
            )
        marker.touch()
    return demo


JEMPUT_DEMO = demo_mode()


def secret_key() -> str:
    """Django's secret key; made once, readable by its owner only, beside the office key."""
    if value := os.environ.get("JEMPUT_SECRET_KEY"):
        return value
    JEMPUT_KEYS.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = JEMPUT_KEYS / "django-secret"
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # atomic: of two servers starting at once the second keeps the first's
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


SECRET_KEY = secret_key()
ALLOWED_HOSTS = os.environ.get("JEMPUT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = env_bool("JEMPUT_HTTPS", default=not (DEBUG or JEMPUT_DEMO))

# ---- applications ---------------------------------------------------------------------------------

JEMPUT_APPS = [
    "jemput.accounts",
    "jemput.journal",
    "jemput.places",
    "jemput.people",
    "jemput.intake",
    "jemput.centre",
    "jemput.measure",
    "jemput.planning",
    "jemput.sync",
    "jemput.openrosa",
    "jemput.office",
    "jemput.demo",
]
INSTALLED_APPS = [
    "jemput",  # the page frame, shared static files, `jemput serve`
    *JEMPUT_APPS,  # before the libraries: their templates win
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "jemput.apps.LeanStaticFilesConfig",  # django.contrib.staticfiles
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "csp",  # no "ninja": the app would only add 3 MB of scripts for its documentation pages
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads its output at random, so sizes tell no secret (BREACH)
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jemput.accounts.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jemput.accounts.middleware.DutyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "jemput.urls"
WSGI_APPLICATION = "jemput.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jemput.accounts.context.frame",
                "jemput.demo.context.filling",
            ],
        },
    },
]

# ---- data -----------------------------------------------------------------------------------------

# IMMEDIATE: a transaction takes the write lock at its start, or two writers meet "database is locked".
# FULL: "accepted" is said only after a durable commit (the journal's promise to devices).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-16000"
    ),
}


def database() -> dict[str, Any]:
    """PostgreSQL when JEMPUT_DATABASE_URL says so, else SQLite in the data directory."""
    if url := os.environ.get("JEMPUT_DATABASE_URL"):
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(JEMPUT_HOME / "jemput.sqlite3"),
        "CONN_MAX_AGE": 60,
        "OPTIONS": SQLITE_OPTIONS,
    }


DATABASES = {"default": database()}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = JEMPUT_HOME / "attachments"
FILE_UPLOAD_HANDLERS = ["jemput.uploads.InMemory"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# ---- people ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "jemput.accounts.adapter.Adapter"
ACCOUNT_ADAPTER = "jemput.accounts.adapter.Adapter"  # nobody signs up
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # an account has no e-mail address
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Jemput"
# Above the lock-out of axes, which explains itself; these also slow down guesses at the second factor.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,10/5m/key"}

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False  # sign-in names stay out of the log
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_ENABLE_ADMIN = False
CSRF_FAILURE_VIEW = "jemput.accounts.views.csrf_failure"

# A session ends 8 hours after sign-in, or after 30 idle minutes (JEMPUT_SESSION_IDLE, seconds). Its row stays
# for a day, so that a form which is sent too late is still known to be whose (accounts/drafts.py).
SESSION_COOKIE_AGE = 24 * 3600
JEMPUT_SESSION_LONGEST = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
JEMPUT_SESSION_IDLE = 30 * 60
JEMPUT_REQUIRE_MFA = env_bool("JEMPUT_REQUIRE_MFA", default=not JEMPUT_DEMO)

# ---- language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]  # each in its own language
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# ---- browser --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = JEMPUT_HOME / "static"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the reverse proxy's work
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("JEMPUT_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"jemput": {"level": "INFO"}},
}
