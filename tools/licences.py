"""Checks that every package an office installs may be used together with Apache-2.0."""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|MPL|Mozilla|LGPL|Lesser|PSF|Python Software|Unlicense|0BSD|CC0)", re.I
)
READ = {  # name: licence, read in the package where its metadata does not say
}


def licence(name: str) -> str:
    """What a package says of its licence: expression, classifiers, or the short old field."""
    data = metadata(name)
    classifiers = [
        c.split("::")[-1].strip() for c in data.get_all("Classifier", []) if c.startswith("License")
    ]
    old = (data.get("License") or "").splitlines()[:1]
    return data.get("License-Expression") or "; ".join(classifiers + old) or READ.get(name, "")


def main() -> int:
    """Name each package whose licence does not fit or is not known."""
    names = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.M)
    bad = 0
    for name in names:
        try:
            words = licence(name)
        except PackageNotFoundError:  # only for another system or Python
            continue
        if not FREE.search(words):
            print(f"{name}: {words or 'no licence stated'}")
            bad += 1
    print(f"{len(names)} packages, {bad} with a licence that does not fit")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
