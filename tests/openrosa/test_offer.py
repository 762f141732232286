"""A phone is offered the forms of its own office; what comes from elsewhere is refused in words."""

from __future__ import annotations

import pytest

from jemput import journal
from jemput.core.programme import Programme
from jemput.journal.models import EntryRow, Quarantine
from tests.core.stories import VECTORS
from tests.journal.cases import Case
from tests.openrosa.collect import Collect
from tests.openrosa.conftest import FORM, visit

pytestmark = [pytest.mark.django_db, pytest.mark.database]


SMALL = (VECTORS / "programmes/small.toml").read_text()


def installed(code: str, number: int, office: str) -> Programme:
    """Another programme like the small one."""
    text = SMALL.replace('"small"', f'"{code}"', 1).replace("900", str(number), 1)
    return journal.install(text.replace("99.01", office, 1).encode())


def test_an_office_with_programmes_of_its_own_is_offered_these_alone(
    collect: Collect, promised: Case
) -> None:
    assert list(collect.forms()) == [FORM]
    installed("batam", 902, "21.71")
    assert list(collect.forms()) == [FORM, "jemput-batam"], "none of its own: all"
    installed("trenggalek", 901, "35.03")
    forms = collect.forms()
    assert list(forms) == ["jemput-trenggalek"]
    others = forms["jemput-trenggalek"]["downloadUrl"].replace("/901", "/902")
    assert collect.call("get", others).status_code == 404


def test_a_form_of_another_office_is_refused_in_words_and_stays_on_the_phone(
    collect: Collect, promised: Case
) -> None:
    installed("batam", 902, "21.71")
    form = collect.fills(collect.forms()["jemput-batam"], visit(promised))
    installed("trenggalek", 901, "35.03")
    count = EntryRow.objects.count()
    said = collect.sends(form)
    assert said.status_code == 400 and "tidak dijalankan kantor Anda" in said.content.decode()
    assert EntryRow.objects.count() == count and not Quarantine.objects.exists()


def test_a_case_begun_under_a_programme_is_still_visited_under_it(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    installed("trenggalek", 901, "35.03")
    assert collect.sends(form).status_code == 201


def test_a_form_of_an_older_version_is_read_by_that_version(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    older = collect.forms()[FORM]["version"]
    journal.install(
        SMALL.replace('id = "record"', 'id = "capture"').replace('["record"]', '["capture"]').encode()
    )
    assert collect.forms()[FORM]["version"] != older
    assert collect.sends(form).status_code == 201
    assert [x.kind for x in journal.entries(promised.stream)[-3:]] == [
        "visit_started",
        "recorded",
        "visit_ended",
    ]


def test_a_form_that_nobody_knows_lies_in_quarantine(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    said = collect.sends(form.replace(b'id="jemput-small"', b'id="jemput-none"'))
    assert said.status_code == 202 and Quarantine.objects.count() == 1
