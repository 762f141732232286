"""What the extractor finds in sources, and what it says about the translations."""

import gettext
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import polib
import pytest

from jemput import locale_build

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> Any:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["messages_tool"] = module
    spec.loader.exec_module(module)
    return module


def parts_of(folder: Path, **texts: str) -> list[polib.POFile]:
    (folder / "id").mkdir()
    for name, text in texts.items():
        (folder / "id" / f"{name}.po").write_text(f'msgid ""\nmsgstr "Language: id\\n"\n\n{text}', "utf-8")
    return locale_build.parts(folder)


PYTHON = """
from jemput.core.text import _ as mark
from django.utils import translation
a = _("Case not found")
b = mark("Marked under another name")
c = translation.gettext_lazy("One"
                             " sentence")
d = ngettext("%(count)s case", "%(count)s cases", n) % {"count": n}
e = pgettext("month", "May")
f = _(variable)
g = other("not a message")
"""

TEMPLATE = """{% load i18n %}
<h1>{% translate "Today" %}</h1> {% trans 'Visits' as v %}
{% blocktranslate trimmed count n=list|length with who=name %}
  {{ n }} case of {{ who }}
{% plural %}
  {{ n }} cases of {{ who }}
{% endblocktranslate %}
{{ _("In a variable")|upper }}{% include "x" with label=_("In a tag (yes)") %}
{% translate "Open" context "status" %}{% comment %}{% translate "Not shown" %}{% endcomment %}
"""


def test_python_messages(tool: Any) -> None:
    found = [(m.context, m.msgid, m.plural, m.where) for m in tool.from_python(PYTHON, "a.py")]
    assert sorted(found, key=lambda m: m[3]) == [
        (None, "Case not found", None, "a.py:4"),
        (None, "Marked under another name", None, "a.py:5"),
        (None, "One sentence", None, "a.py:6"),
        (None, "%(count)s case", "%(count)s cases", "a.py:8"),
        ("month", "May", None, "a.py:9"),
    ]


def test_template_messages(tool: Any) -> None:
    found = [(m.context, m.msgid, m.plural, m.where) for m in tool.from_template(TEMPLATE, "a.html")]
    assert found == [
        (None, "Today", None, "a.html:2"),
        (None, "Visits", None, "a.html:2"),
        (None, "%(n)s case of %(who)s", "%(n)s cases of %(who)s", "a.html:3"),
        (None, "In a variable", None, "a.html:8"),
        (None, "In a tag (yes)", None, "a.html:8"),
        ("status", "Open", None, "a.html:9"),
    ]


def test_an_f_string_is_refused_with_its_line(tool: Any) -> None:
    with pytest.raises(tool.NotLiteral, match=r"a\.py:2: an f-string cannot be translated"):
        list(tool.from_python('\n_(f"{n} cases")', "a.py"))


def test_missing_obsolete_differing_and_ill_filled_translations(tool: Any, tmp_path: Path) -> None:
    parts = parts_of(
        tmp_path,
        a='msgid "Case"\nmsgstr "Kasus"\n\nmsgid "Gone"\nmsgstr "Hilang"\n',
        b='msgid "Case"\nmsgstr "Perkara"\n\nmsgid "%(n)s left"\nmsgstr "%(m)s tersisa"\n\n'
        '#, fuzzy\nmsgid "Street"\nmsgstr "Jalan"\n',
    )
    messages = list(tool.from_python('_("Case"); _("%(n)s left"); _("Street"); _("New")', "a.py"))
    missing, complaints = tool.compare(messages, parts)
    assert {m.msgid for m in missing} == {"Street", "New"}
    assert complaints == [
        "a.po:7: obsolete: 'Gone'",
        "b.po:4: differs from a.po:4: 'Case'",
        "b.po:7: placeholder %(m)s: '%(n)s left'",
    ]
    assert 'msgid "New"\nmsgstr ""' in tool.stub(missing[-1])


def test_the_parts_become_one_catalog_that_gettext_reads(tmp_path: Path) -> None:
    parts_of(
        tmp_path,
        a='msgid "Case"\nmsgstr "Kasus"\n\nmsgid "Empty"\nmsgstr ""\n',
        b='msgid "%(n)s case"\nmsgid_plural "%(n)s cases"\nmsgstr[0] "%(n)s kasus"\n\n'
        'msgctxt "month"\nmsgid "May"\nmsgstr "Mei"\n',
    )
    built = locale_build.build(tmp_path)
    before = built.stat().st_mtime_ns
    assert locale_build.build(tmp_path).stat().st_mtime_ns == before  # nothing new, nothing written
    with built.open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    assert catalog.gettext("Case") == "Kasus"
    assert catalog.ngettext("%(n)s case", "%(n)s cases", 5) == "%(n)s kasus"
    assert catalog.pgettext("month", "May") == "Mei"
    assert catalog.gettext("Empty") == "Empty"


def test_a_broken_part_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"broken\.po.*line 5"):
        parts_of(tmp_path, broken='msgid "Case"\nKasus\n')


def test_every_licence_in_the_run_time_lock_fits() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "licences.py"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
