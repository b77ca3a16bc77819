"""The decision by the address in the SMS: the facts, a reason that is required, and who comes second is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alarms.decisions.models import Decision, State
from central.municipalities.context import in_municipality
from tenants.decided.models import Choice, DecisionLetter, Deferred
from tests.alarms.decisions.test_asking import EVA, nobody_takes_it
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
__all__ = ["nobody_takes_it"]


@pytest.fixture
def page(nobody_takes_it: Callable[..., Any], carrier: Carrier) -> tuple[Client, str]:
    """Eva's browser and the path in her SMS."""
    nobody_takes_it()
    (text,) = carrier.oracle()["texts"][EVA]
    found = re.search(r"(/utlarmning/[A-Za-z0-9_-]{22}/)", text)
    assert found, text
    return Client(HTTP_HOST="storkoping.localhost"), found[1]


def test_it_is_decided_with_a_reason_and_shown(page: tuple[Client, str], storkoping: Any) -> None:
    phone, path = page
    first = phone.get(path).content.decode()
    assert "Beslut behövs" in first
    assert "Vatten i källaren" in first, "who decides must know what about"
    bare = phone.post(path, {"what": "2"})
    assert bare.status_code == 422
    assert "Skriv varför" in bare.content.decode()
    assert 'value="2" checked' in bare.content.decode()
    assert Decision.objects.get().state == State.ASKED
    done = phone.post(path, {"what": "2", "reason": "Källaren är tom."}, follow=True).content.decode()
    assert "Beslut: nästa arbetspass." in done
    decision = Decision.objects.get()
    assert (decision.state, decision.choice) == (State.DECIDED, Choice.NEXT_SHIFT)
    with in_municipality(storkoping):
        letter = DecisionLetter.objects.get()
        assert (letter.decided_by_name, letter.reason, letter.way) == ("Eva Lans", "Källaren är tom.", "link")
        assert Deferred.objects.count() == 1


def test_the_second_answer_changes_nothing_and_is_told(page: tuple[Client, str]) -> None:
    phone, path = page
    phone.post(path, {"what": "1", "reason": "Pumpa nu, firman är på väg."})
    again = phone.post(path, {"what": "2", "reason": "Nej, vänta."}, follow=True).content.decode()
    assert "Beslut: särskild ordning." in again
    assert Decision.objects.get().choice == Choice.SPECIAL
