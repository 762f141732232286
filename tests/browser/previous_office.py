"""Run in the code of the previous release (previous.py): an office there, and what it got. Answers in JSON.

begin         an office with one case; a code for a phone
count STREAM  what the journal has of that case, and of the phone
"""

import json
import sys
from collections import Counter

import django

django.setup()

from jemput import journal  # noqa: E402
from jemput.accounts.models import Assignment  # noqa: E402
from jemput.core.codes import Duty  # noqa: E402
from jemput.journal import keys  # noqa: E402
from jemput.journal.verify import verify  # noqa: E402
from jemput.sync.enrol import make_code  # noqa: E402
from jemput.sync.models import Blob, Device  # noqa: E402
from tests.core.stories import VECTORS  # noqa: E402
from tests.journal.cases import Case  # noqa: E402
from tests.people import PANGGUL, staff  # noqa: E402


def begin() -> dict[str, object]:
    keys.init_open()
    programme = journal.install((VECTORS / "programmes/small.toml").read_bytes())
    case = Case(programme).reported()
    officer = staff(Duty.FIELD_OFFICER, PANGGUL)
    return {
        "stream": str(case.stream),
        "code": make_code(Assignment.objects.get(account=officer), officer),
    }


def count(stream: str) -> dict[str, object]:
    written = [x for x in journal.entries(stream) if x.device]
    device = Device.objects.get()
    return {
        "kinds": Counter(x.kind for x in written),
        "numbers": sorted(x.device_seq or 0 for x in written),
        "gaps": list(device.gaps),
        "files": Blob.objects.exclude(complete_at=None).count(),
        "breaks": len(verify().breaks),
    }


if __name__ == "__main__":
    verb, *args = sys.argv[1:]
    print(json.dumps({"begin": begin, "count": count}[verb](*args)))
