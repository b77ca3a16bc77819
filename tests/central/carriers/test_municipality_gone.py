"""Fault 18: a municipality that is not there, or not said, is refused by name and never falls back to public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from central.municipalities import directory
from central.municipalities.context import NoMunicipality, in_public

pytestmark = pytest.mark.django_db
GONE = 987_654


def remove(municipality: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.municipalities_domain WHERE tenant_id = %s", [municipality.pk])
        cursor.execute("DELETE FROM public.municipalities_municipality WHERE id = %s", [municipality.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_municipality_cannot_leave_before_its_messages(queue: Callable[..., Any], storkoping: Any) -> None:
    queue()
    with pytest.raises(IntegrityError):
        remove(storkoping)


def test_nor_before_its_calls_and_what_was_said_in_them(call: Callable[..., Any], storkoping: Any) -> None:
    call()
    with pytest.raises(IntegrityError):
        remove(storkoping)


def test_a_call_whose_municipality_is_not_there_still_says_whose_it_was(
    call: Callable[..., Any], carrier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from central.carriers import turns
    from tests.central.carriers.test_callbacks import post

    def gone(_: int) -> Any:
        raise directory.UnknownMunicipality("borta")

    leg = call()
    monkeypatch.setattr(turns.directory, "by_id", gone)
    answer = post(f"/carrier/twilio/voice/{leg.id}/", {"CallSid": "CA1", "CallStatus": "in-progress"})
    assert answer.status_code == 200
    assert "Ring tillbaka" in answer.content.decode()
    assert not leg.turns.exists()


def test_an_unknown_municipality_is_refused_by_name() -> None:
    with pytest.raises(directory.UnknownMunicipality):
        directory.by_id(GONE)


def test_letters_are_never_read_in_public(queue: Callable[..., Any]) -> None:
    from tenants.contents.models import MessageContent

    leg = queue()
    with in_public(), pytest.raises(NoMunicipality):
        MessageContent.objects.filter(pk=leg.id).exists()
