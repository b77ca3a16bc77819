"""A shift begins at a seat and ends when nothing is held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from central.accounts import leaving, queries, services, shifts
from central.accounts.capabilities import NotAllowed
from central.accounts.models import Shift
from central.audit.models import AuditEntry
from central.events.queries import last_id

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=8)


def test_those_on_shift_are_listed_with_the_leader_first(olga: Any, sven: Any) -> None:
    services.start_shift(user=olga, seat="Plats 2", sound_ok=True, now=NOW)
    services.start_shift(user=sven, seat="Plats 1", sound_ok=False, now=NOW + timedelta(minutes=5))
    found = [(one.name, one.initials, one.role, one.seat, one.sound_ok) for one in queries.on_shift()]
    assert found == [
        ("Sven Skiftledare", "SS", "shift_leader", "Plats 1", False),
        ("Olga Operatör", "OO", "operator", "Plats 2", True),
    ]


def test_a_second_start_moves_the_person(olga: Any) -> None:
    services.start_shift(user=olga, seat="1", sound_ok=True, now=NOW)
    services.start_shift(user=olga, seat="2", sound_ok=True, now=LATER)
    assert [one.seat for one in queries.on_shift()] == ["2"]
    assert Shift.objects.get(seat="1").ended_reason == "moved"


def test_a_shift_ends_and_is_audited(olga: Any) -> None:
    services.start_shift(user=olga, seat="1", sound_ok=True, now=NOW)
    shift = services.end_shift(user=olga, reason="hemgång", now=LATER)
    assert shift.holds_at(NOW)
    assert not shift.holds_at(LATER)
    assert queries.on_shift() == []
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"shift.started", "shift.ended"}


def test_nobody_leaves_with_cases(olga: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "_counts", [lambda user: 2 if user == olga else 0])
    services.start_shift(user=olga, seat="1", sound_ok=True, now=NOW)
    with pytest.raises(services.StillHolding) as caught:
        services.end_shift(user=olga, reason="", now=LATER)
    assert caught.value.count == 2
    assert caught.value.message.startswith("Du har 2 ärenden. Lämna över")
    assert queries.current_shift(olga) is not None


def test_there_must_be_a_shift_to_end(olga: Any) -> None:
    with pytest.raises(services.NotOnShift):
        services.end_shift(user=olga, reason="", now=NOW)


def test_a_seat_demands_the_second_factor_where_the_setting_does(olga: Any, settings: Any) -> None:
    settings.REQUIRE_TOTP = True
    with pytest.raises(services.SecondFactorMissing):
        services.start_shift(user=olga, seat="1", sound_ok=True, now=NOW)


def test_ones_own_municipalities_are_divided_by_oneself_or_the_leader_and_by_nobody_else(
    cast: Any, storkoping: Any, lillby: Any
) -> None:
    services.start_shift(user=cast.olga, seat="1", sound_ok=True, now=NOW)
    shifts.divide(user=cast.olga, by=cast.olga, add=[lillby.pk, 10**12], now=LATER)
    assert queries.own_municipalities(cast.olga) == [lillby.pk]
    shifts.divide(user=cast.olga, by=cast.sven, add=[storkoping.pk], remove=[lillby.pk], now=LATER)
    assert queries.own_municipalities(cast.olga) == [storkoping.pk]
    for name in ("chef", "maja", "arvid", "lisa", "agda", "utan"):
        with pytest.raises(NotAllowed):
            shifts.divide(user=cast.olga, by=getattr(cast, name), add=[lillby.pk], now=LATER)
    with pytest.raises(NotAllowed):
        shifts.divide(user=cast.sven, by=cast.olga, add=[lillby.pk], now=LATER)
    with pytest.raises(services.NotOnShift):
        shifts.divide(user=cast.sven, by=cast.sven, add=[lillby.pk], now=LATER)
    entries = AuditEntry.objects.filter(verb="shift.divided").order_by("at", "id")
    assert [entry.actor_id for entry in entries] == [cast.olga.pk, cast.sven.pk]


def test_what_changes_nothing_is_told_to_nobody(olga: Any, lillby: Any) -> None:
    services.start_shift(user=olga, seat="1", sound_ok=True, municipalities=[lillby.pk], now=NOW)
    number = last_id()
    shifts.divide(user=olga, by=olga, add=[lillby.pk], now=LATER)
    assert last_id() == number
