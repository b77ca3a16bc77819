"""The centre's address leads each to what is theirs; a shift begins before the first case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from central.accounts.shifts import start_shift
from tests.conftest import Cast


def leads_to(client: Any) -> str:
    answer = client.get("/")
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_shift_begins_before_the_first_case(olga: Any, client_of: Callable[..., Any]) -> None:
    client = client_of(olga)
    assert leads_to(client) == "/shift/"
    start_shift(user=olga, seat="Plats 1", sound_ok=True, now=timezone.now())
    assert leads_to(client) == "/console/"


def test_each_comes_to_what_is_theirs(cast: Cast, client_of: Callable[..., Any]) -> None:
    assert leads_to(client_of(cast.chef)) == "/console/"
    assert leads_to(client_of(cast.utan)) == "/account/"
    assert leads_to(client_of(None)) == "/login/?next=%2F"
