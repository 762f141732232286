"""The XForms of every programme hold together; where ODK Validate is at hand, it judges them too."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.openrosa import forms
from tests.core.stories import small
from tests.openrosa.collect import XF

SHIPPED = sorted((Path(forms.__file__).parents[1] / "programmes").glob("*.toml"))
PROGRAMMES = [small(), *(read_programme(path.read_bytes()) for path in SHIPPED)]


def validator() -> Path | None:
    """ODK Validate (JavaRosa), which the pyxform package brings along, and a Java to run it."""
    spec = find_spec("pyxform")
    if spec is None or spec.origin is None or not shutil.which("java"):
        return None
    return Path(spec.origin).parent / "validators/odk_validate/bin/ODK_Validate.jar"


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda p: p.code)
def test_every_question_has_its_place_its_words_and_its_rule(programme: Programme) -> None:
    root = ET.fromstring(forms.xform(programme))
    data = root.find(f".//{XF}instance")
    assert data is not None
    places = {f"/data{path}" for path in _paths(data[0])}
    bound = [b.attrib["nodeset"] for b in root.iter(f"{XF}bind")]
    asked = [n.attrib["ref"] for tag in ("input", "select", "select1", "upload") for n in root.iter(XF + tag)]
    assert len(bound) == len(set(bound)) and set(bound) <= places and set(asked) <= set(bound)
    wanted = {n.attrib["ref"][10:-2] for n in root.iter() if n.attrib.get("ref", "").startswith("jr:itext")}
    indonesian, english = ({t.attrib["id"] for t in x} for x in root.iter(f"{XF}translation"))
    assert indonesian == english == wanted
    assert forms.xform(programme) == forms.xform(programme)


def _paths(node: ET.Element, above: str = "") -> list[str]:
    found = []
    for child in node:
        path = f"{above}/{child.tag.removeprefix(XF)}"
        found += [path, *_paths(child, path)]
    assert len(found) == len(set(found)), "two elements of one name"
    return found


def test_a_programme_whose_visits_are_not_the_officers_has_no_form() -> None:
    steps = [s for s in small().steps if s.entry != "visit_started"]
    assert forms.steps(small().model_copy(update={"steps": tuple(steps)})) == []


@pytest.mark.slow
@pytest.mark.skipif(validator() is None, reason="needs the pyxform package and Java")
@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda p: p.code)
def test_odk_validate_finds_nothing_wrong(programme: Programme, tmp_path: Path) -> None:
    file = tmp_path / "form.xml"
    file.write_bytes(forms.xform(programme))
    done = subprocess.run(["java", "-jar", validator(), file], capture_output=True, text=True)
    assert done.returncode == 0 and "Xform is valid" in done.stdout + done.stderr, done.stderr
