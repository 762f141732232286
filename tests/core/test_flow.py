"""The flow picture: every step once, in order, with nothing overlapping, readable without sight."""

from xml.etree import ElementTree

import pytest

from jemput.core.flow import BOX_H, BOX_W, lay_out, svg
from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.programmes import packaged
from tests.core.test_sop import say

PROGRAMMES = {name: read_programme(data) for name, data in packaged().items()}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=PROGRAMMES)
def test_every_step_stands_once_inside_the_picture_and_none_lies_on_another(programme: Programme):
    flow = lay_out(programme)
    assert [n.step.id for n in flow.nodes] == [s.id for s in programme.steps]
    places = [(n.x, n.y) for n in flow.nodes]
    assert len(set(places)) == len(places)
    for n, (x, y) in enumerate(places):
        assert 0 < x <= flow.width - BOX_W and 0 < y <= flow.height - BOX_H
        for other_x, other_y in places[n + 1 :]:
            assert abs(x - other_x) >= BOX_W or abs(y - other_y) >= BOX_H


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=PROGRAMMES)
def test_inside_a_phase_the_order_runs_from_left_to_right(programme: Programme):
    flow = lay_out(programme)
    node = {n.step.id: n for n in flow.nodes}
    for edge in flow.edges:
        if node[edge.before].lane is node[edge.to].lane:
            assert node[edge.before].x < node[edge.to].x


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=PROGRAMMES)
def test_the_arrows_say_the_same_order_as_the_file(programme: Programme):
    drawn: dict[str, set[str]] = {s.id: set() for s in programme.steps}
    for edge in lay_out(programme).edges:
        drawn[edge.to].add(edge.before)

    def reach(step: str) -> set[str]:
        return drawn[step] | {far for near in drawn[step] for far in reach(near)}

    for step in programme.steps:
        assert set(step.after) <= reach(step.id)


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=PROGRAMMES)
def test_the_picture_is_small_valid_and_named_for_those_who_cannot_see_it(programme: Programme):
    text = svg(lay_out(programme), say)
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img" and root.get("aria-labelledby") == "flow-title flow-desc"
    assert root.findtext(f"{SVG}title") == f"Flow of {programme.name}"
    assert str(len(programme.steps)) in (root.findtext(f"{SVG}desc") or "")
    assert len(text) < 25_000


def test_words_of_the_file_cannot_break_out_of_the_picture():
    data = packaged()["godoc"].replace(b'en = "Schedule the service"', b'en = "<script>x</script> & \\"y\\""')
    root = ElementTree.fromstring(svg(lay_out(read_programme(data)), say))
    assert root.find(f".//{SVG}script") is None
