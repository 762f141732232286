"""The office gives an officer's Collect its name and key, once."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html import unescape

import pytest
import segno

from jemput.core.codes import Duty
from jemput.openrosa.access import settings_code
from jemput.openrosa.models import Access
from tests.journal.conftest import office_key, programme  # noqa: F401
from tests.openrosa.collect import Collect
from tests.people import PANGGUL, TRENGGALEK, signed_in, staff
from tests.sync.conftest import assignment_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.usefixtures("programme")
def test_the_key_is_shown_once_and_opens_the_list_of_forms() -> None:
    holder = assignment_of(Duty.FIELD_OFFICER, PANGGUL)
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    page = office.post("/devices/collect/", {"assignment": holder.pk})
    name, key = re.findall(r'<dd class="code">([^<]+)</dd>', page.content.decode())[1:]
    assert "<svg" in page.content.decode() and page["Cache-Control"] == "no-store"
    assert list(Collect(name, key).forms()) == ["jemput-small"]
    assert key not in office.get("/devices/collect/").content.decode()
    assert key.encode() not in bytes(Access.objects.get().digest)
    assert "ODK Collect" in office.get("/devices/").content.decode()


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("keeps", [False, True])
def test_the_square_has_what_was_sent_deleted_unless_it_is_to_stay(keeps: bool) -> None:
    holder = assignment_of(Duty.FIELD_OFFICER, PANGGUL)
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    chosen = {"assignment": holder.pk} | ({"keeps_sent": "on"} if keeps else {})
    page = office.post("/devices/collect/", chosen).content.decode()
    address, name, key = map(unescape, re.findall(r'<dd class="code">([^<]+)</dd>', page))
    code = settings_code(address, Access.objects.get(name=name), key, keeps_sent=keeps)
    assert (
        segno.make(code, error="l", micro=False).svg_inline(border=2, svgclass="square wide", omitsize=True)
        in page
    )
    said = json.loads(zlib.decompress(base64.b64decode(code)))
    assert said["general"] | {"delete_send": not keeps, "autosend": "wifi_and_cellular"} == said["general"]
    assert ("delete_after_send" in said["admin"]) is not keeps


def test_who_does_no_visits_gets_no_key() -> None:
    agent = assignment_of(Duty.RW_AGENT, PANGGUL)
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    refused = office.post("/devices/collect/", {"assignment": agent.pk})
    assert refused.status_code == 422 and not Access.objects.exists()
