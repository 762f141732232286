"""Names as Indonesia writes them: the table of pairs, and what holds for every name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.spelling import fold, of_father, skeleton, slow_words, words
from jemput.people.likeness import Figures, share

PAIRS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "names.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
COMMON = [
    "siti",
    "sri",
    "nur",
    "muhamat",
    "agus",
    "bambang",
    "tri",
    "dwi",
    "abdul",
    "dewi",
    "slamet",
    "wayan",
    "andi",
]
FIGURES = Figures(760_000, dict.fromkeys(COMMON, 9000))


def test_the_table_is_as_long_as_promised() -> None:
    assert len(PAIRS) >= 300
    assert len({pair[0] for pair in PAIRS}) >= 15


@pytest.mark.parametrize(("kind", "one", "other", "expected"), PAIRS)
def test_two_ways_to_write_a_name(kind: str, one: str, other: str, expected: str) -> None:
    for a, b in ((one, other), (other, one)):
        if sorted(words(a)) == sorted(words(b)):
            assert expected == "same"
        else:
            assert expected == ("near" if share(words(a), words(b), FIGURES) >= 0.35 else "other")


# ---- what holds for every name ----------------------------------------------------------------------

syllables = st.builds(
    str.__add__,
    st.sampled_from(
        ["b", "c", "d", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "w", "y", "sy", "ny", "kh"]
    ),
    st.sampled_from(["a", "i", "u", "e", "o", "an", "in", "un", "ar", "ang", "ur"]),
)
a_word = st.lists(syllables, min_size=2, max_size=4).map("".join)
a_name = st.lists(a_word, min_size=1, max_size=4).map(" ".join)


def as_in_1940(name: str) -> str:
    """The spelling before both reforms, for every sound that has an old one."""
    for new, old in (("sy", "S"), ("ny", "N"), ("kh", "K"), ("j", "dj"), ("c", "tj"), ("u", "oe")):
        name = name.replace(new, old)
    return name.replace("S", "sj").replace("N", "nj").replace("K", "ch")


@given(a_name)
def test_old_spelling_equals_new(name: str) -> None:
    assert words(as_in_1940(name)) == words(name)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_no_name_is_ever_emptied(name: str) -> None:
    if any(c.isalpha() for c in name):
        assert words(name) and all(words(name))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word) != ""
    assert skeleton(fold(word))


@given(a_name)
def test_words_of_words_are_the_same_words(name: str) -> None:
    assert words(" ".join(words(name))) == words(name)


@given(a_name | st.sampled_from([pair[1] for pair in PAIRS]))
def test_the_short_way_gives_what_the_long_way_gives(name: str) -> None:
    assert words(name) == slow_words(name)


@given(a_name)
def test_capitals_and_spaces_do_not_matter(name: str) -> None:
    assert words(f"  {name.upper().replace(' ', '   ')} ") == words(name)


def test_the_father_is_told_apart() -> None:
    assert of_father("Sukarni binti Karto") == ("Sukarni", "Karto")
    assert of_father("Saniman bin Kasan Mukmin") == ("Saniman", "Kasan Mukmin")
    assert of_father("Bintang Sari") == ("Bintang Sari", "")
    assert of_father("bin Kasan") == ("bin Kasan", "")
