"""Ticket numbers that survive a telephone line."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.text import BadInput
from jemput.intake import new_id
from jemput.intake.tickets import ALPHABET, new_ticket, number_of, prefix, read_ticket, spelled, ticket_of

TICKETS = st.builds(lambda _n: new_ticket("35.03"), st.integers())


@given(TICKETS)
def test_a_ticket_is_read_back_however_it_was_typed(ticket: str) -> None:
    for typed in (ticket, ticket.lower(), ticket.replace("-", " "), f"  {ticket.replace('-', '')} "):
        assert read_ticket(typed) == ticket


@given(TICKETS)
def test_no_character_can_be_mistaken_for_another(ticket: str) -> None:
    assert not set(ticket[4:]) & set("01OIU")


@given(TICKETS, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found_out(ticket: str, place: int, wrong: str) -> None:
    bare = ticket[4:].replace("-", "")
    if bare[place] != wrong:
        with pytest.raises(BadInput):
            read_ticket(ticket[:4] + bare[:place] + wrong + bare[place + 1 :])


@given(TICKETS)
def test_two_characters_exchanged_are_found_out(ticket: str) -> None:
    bare = ticket[4:].replace("-", "")
    for a, b in combinations(range(5), 2):
        if bare[a] != bare[b]:
            mixed = list(bare)
            mixed[a], mixed[b] = mixed[b], mixed[a]
            with pytest.raises(BadInput):
                read_ticket(ticket[:4] + "".join(mixed))


@pytest.mark.parametrize("typed", ["", "TRG", "TRG-7K4M", "7K4M2X", "x" * 10_000, "TRG-0000-00", "٣٥٠٣٠١٢"])
def test_what_is_no_ticket_is_told_so(typed: str) -> None:
    with pytest.raises(BadInput):
        read_ticket(typed)


def test_each_office_has_its_letters() -> None:
    assert [prefix(c) for c in ("35.03", "35.10", "21.71", "73.72", "32.75")] == [
        "TRG",
        "BYW",
        "BTM",
        "PRE",
        "BKS",
    ]
    assert prefix("33.01") == "CLC"  # Cilacap


def test_numbers_follow_from_the_entry() -> None:
    entry = new_id()
    assert ticket_of("35.03", entry) == ticket_of("35.03", entry)
    assert number_of("73.72", "T", entry).startswith("PRE-T-")
    assert number_of("73.72", "T", entry) != number_of("73.72", "T", new_id())


def test_a_voice_reads_it_character_by_character() -> None:
    assert spelled("TRG-7K4M-2X") == "T R G   7 K 4 M   2 X"
