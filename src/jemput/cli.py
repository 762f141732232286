"""The `jemput` command: hands each verb to the management command of that name.

It stays thin: the commands live with the app whose work they do, in `management/commands`.
"""

import difflib
import os
import sys
from collections.abc import Mapping

from jemput import __version__

# verb -> what it does, in Indonesian and in English
VERBS: Mapping[str, tuple[str, str]] = {
    "demo": (
        "siapkan kantor percontohan dan buka di peramban",
        "set up a demo office and open it in the browser",
    ),
    "serve": ("jalankan server kantor", "serve an office"),
    "office": (
        "add | list | logo: kantor di instalasi ini",
        "add | list | logo: the offices of this installation",
    ),
    "account": (
        "add | list | end | reset: akun petugas",
        "add | list | end | reset: accounts of people who work here",
    ),
    "programme": (
        "check FILE | explain FILE: periksa atau jelaskan berkas program",
        "check FILE | explain FILE: check a programme file, or print it as an SOP",
    ),
    "verify": ("periksa rantai setiap jurnal", "check the chain of every journal"),
    "rebuild": ("susun ulang daftar dan angka dari jurnal", "rebuild lists and numbers from the journals"),
    "tidy": (
        "buang sesi, kunci masuk, dan titipan yang sudah lewat waktunya",
        "take away sessions, lock-outs and waiting lists that have run out",
    ),
    "erase": ("hapus data seseorang untuk selamanya", "forget a person for good"),
    "backup": ("buat cadangan (tanpa kunci)", "make a backup (without the keys)"),
    "restore": ("pulihkan dari cadangan", "restore from a backup"),
    "key": (
        "init | unlock | rotate | recover: kunci kantor",
        "init | unlock | rotate | recover: the office key",
    ),
    "measure": (
        "import-history FILE: angka dari masa sebelum Jemput",
        "import-history FILE: counts from before Jemput",
    ),
    "people": (
        "import | index | search | link: data penduduk dan pencarian",
        "import | index | search | link: the register extract and look-up",
    ),
    "plan": (
        "solve | check | explain | generate: rencana kunjungan dari berkas JSON",
        "solve | check | explain | generate: plans of visits, from JSON files",
    ),
    "centre-simulator": (
        "jalankan tiruan layanan pusat (hanya untuk uji coba)",
        "run a pretended national centre (for trying out only)",
    ),
    "migrate": ("siapkan atau perbarui basis data", "create or update the database"),
    "help": ("tampilkan bantuan ini", "show this help"),
}
WORDS = {
    "usage": (
        "Pemakaian: jemput PERINTAH [...]    (jemput PERINTAH --help menjelaskan satu perintah)",
        "Usage: jemput VERB [...]    (jemput VERB --help explains one of them)",
    ),
    "unknown": ("Perintah “{verb}” tidak dikenal.", "jemput knows no “{verb}”."),
    "closest": ("Maksud Anda: {verbs}?", "Did you mean: {verbs}?"),
    "help": ("Lihat: jemput help", "See: jemput help"),
    "missing": (
        "Perintah “{verb}” belum ada di versi ini.",
        "This version of Jemput does not have “{verb}” yet.",
    ),
}


def language() -> int:
    """0 for Indonesian, 1 when the terminal is set to another language."""
    chosen = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    code = next(filter(None, chosen), "id")
    return 0 if code.startswith(("id", "C", "POSIX")) else 1


def words(name: str, **values: str) -> str:
    """A sentence in the terminal's language."""
    return WORDS[name][language()].format(**values)


def help_text() -> str:
    """Every verb with one line."""
    lines = (f"  {verb:17} {says[language()]}" for verb, says in VERBS.items())
    return "\n".join([words("usage"), "", *lines])


def main() -> None:
    """Run `jemput VERB ...`; exit code 2 when there is no such verb."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jemput.settings")
    verb, *rest = sys.argv[1:] or ["help"]
    if verb in {"help", "-h", "--help"} and not rest:
        print(help_text())
        return
    if verb == "--version":
        print(f"jemput {__version__}")
        return
    if verb == "demo":
        os.environ.setdefault("JEMPUT_DEMO", "1")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line, get_commands

    try:
        django.setup()
        commands = get_commands()
        command = verb.replace("-", "_")
        if command not in commands and verb != "help":
            known = {name.replace("_", "-") for name in commands} | set(VERBS)
            close = [] if verb in VERBS else difflib.get_close_matches(verb, sorted(known), 3)
            hint = words("closest", verbs=", ".join(close)) if close else words("help")
            print(words("missing" if verb in VERBS else "unknown", verb=verb), hint, file=sys.stderr)
            sys.exit(2)
        execute_from_command_line(["jemput", command, *rest])
    except ImproperlyConfigured as error:
        sys.exit(f"jemput: {error}")
