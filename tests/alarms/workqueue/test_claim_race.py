"""Two claims at once: one winner, and the loser is told by whom; no press gives two operators the same case."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hardship.claims import crosswise_links, next_for_everybody, two_at_once


@pytest.fixture
def operators(committed: None, centre: Any) -> list[Any]:
    from central.functions import OPEN
    from tests.conftest import make_user

    return [make_user(f"op{n}", f"Operatör {n}", f"O{n}", centre, "operator", OPEN) for n in range(4)]


def test_one_of_two_simultaneous_claims_wins(operators: list[Any], storkoping: Any) -> None:
    outcome = two_at_once(storkoping, operators[:2], rounds=15)
    assert outcome == {"rounds": 15, "won": 15, "told by the winner's name": 15, "other": 0}


def test_next_never_gives_two_operators_the_same_case(operators: list[Any], storkoping: Any) -> None:
    taken = next_for_everybody(storkoping, operators, cases=24)
    assert len(taken) == len(set(taken)) == 24


def test_two_who_link_crosswise_end_with_one_lead(operators: list[Any], storkoping: Any) -> None:
    assert crosswise_links(storkoping, operators[:2], rounds=15) == {"linked": 15, "refused": 15}
