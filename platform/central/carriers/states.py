"""Changing a locked leg's state and telling its listener: the one place where a leg moves."""

from __future__ import annotations

from datetime import datetime

from central.carriers import call_rules, listeners, rules
from central.carriers.models import FINAL, Channel, Leg, Result, State
from central.carriers.port import Receipt


def move(
    leg: Leg,
    state: State,
    *,
    now: datetime,
    error_code: str = "",
    next_at: datetime | None = None,
    result: str = "",
) -> None:
    """Give a leg that the caller holds locked, inside a unit of work, a new state; `result` ends a call."""
    talking = leg.channel == Channel.VOICE and state == State.DELIVERED and not result
    leg.state = state
    leg.changed_at = now
    leg.lease_until = None
    leg.next_attempt_at = next_at
    leg.error_code = error_code
    leg.result = result
    if state in (State.SENT, State.DELIVERED) and leg.sent_at is None:
        leg.sent_at = now
    if state == State.DELIVERED and leg.delivered_at is None:
        leg.delivered_at = now
    if state in FINAL and not talking:
        leg.ended_at = now
    leg.save()
    listeners.of(leg).leg_changed(leg, now)


def hear(leg: Leg, receipt: Receipt, *, now: datetime) -> bool:
    """Take in what the carrier says about a locked leg; False when it was nothing new.

    The first word also tells the carrier's id. Old news and repeats change nothing.
    """
    adopted = leg.sid is None
    leg.sid = leg.sid or receipt.sid
    leg.checked_at = now
    if _move_by(leg, receipt, now):
        return True
    leg.save(update_fields=["sid", "checked_at"])
    return adopted


def _move_by(leg: Leg, receipt: Receipt, now: datetime) -> bool:
    if leg.channel == Channel.VOICE:
        told = call_rules.meaning(receipt.status)
        if told is None or not call_rules.may_move(old=leg.state, ended=leg.ended_at is not None, news=told):
            return False
        code = "" if told.result == Result.COMPLETED else told.result
        move(leg, told.state, now=now, error_code=code, result=told.result)
        return True
    news = rules.meaning(receipt.status)
    if news is None or not rules.may_move(leg.state, news):
        return False
    move(leg, news, now=now, error_code=receipt.error_code)
    return True


def doubt(leg: Leg, *, code: str, now: datetime) -> None:
    """Nobody knows whether the carrier has it: to be looked up, never blindly repeated."""
    at = rules.next_lookup(lookups=0, created_at=leg.created_at, now=now)
    move(leg, State.UNCERTAIN, now=now, error_code=code, next_at=at)
