"""The centre's address leads each to what is theirs; a shift begins before the first case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

from alarms.workqueue import services
from central.accounts.services import revoke_all
from central.accounts.shifts import start_shift
from tests.conftest import Cast
from tests.operator_console.conftest import Opened


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


def test_nobody_signs_out_with_a_case_in_hand(
    olga: Any, sven: Any, opened: Opened, client_of: Callable[..., Any]
) -> None:
    item, client, now = opened(), client_of(olga), timezone.now()
    services.claim(item_id=item, operator=olga, now=now)
    for answer in (client.get("/logout/"), client.post("/logout/")):
        assert answer.status_code == 409
        assert "Du har 1 ärende. Lämna över eller avsluta dem först." in answer.content.decode()
        assert 'href="/console/"' in answer.content.decode()
    assert client.get("/console/").status_code == 200
    services.hand_over(item_id=item, operator=olga, to_id=sven.pk, reason="load", now=now)
    assert client.post("/logout/").status_code == 409, "not accepted yet"
    services.accept_offer(item_id=item, operator=sven, now=now)
    assert client.post("/logout/")["Location"] == "/login/"


def test_another_ends_the_session_of_one_who_holds_a_case(
    olga: Any, sven: Any, opened: Opened, client_of: Callable[..., Any]
) -> None:
    client, now = client_of(olga), timezone.now()
    services.claim(item_id=opened(), operator=olga, now=now)
    assert revoke_all(user=olga, by=sven, now=now) == 1
    assert client.get("/console/")["Location"].startswith("/login/")


def test_faulty_addresses_are_answered_in_swedish(client_of: Callable[..., Any], olga: Any) -> None:
    for client in (client_of(None), client_of(olga)):
        missing = client.get("/finns-inte/")
        assert missing.status_code == 404
        assert "Sidan finns inte" in missing.content.decode()
    unknown = Client(HTTP_HOST="okand.example", raise_request_exception=False).get("/")
    assert unknown.status_code == 400
    assert "Kontrollera" in unknown.content.decode()
    assert "Bad Request" not in unknown.content.decode()
