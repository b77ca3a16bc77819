"""How the municipality receipts for a case that was put off: alarms above does it, joined by config."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from central.accounts.models import User


class CameBack(Exception):
    """Nobody receipted in time, and the centre has it again."""

    message = "Ärendet är redan åter hos centralen, eftersom ingen tog emot det i tid. Ring centralen om ni tar det ändå."


class Receive(Protocol):
    """Raises CameBack."""

    def __call__(self, *, decision_id: UUID, person: User, now: datetime) -> object: ...


class _Nobody:
    def __call__(self, *, decision_id: UUID, person: User, now: datetime) -> object:
        raise CameBack


_receive: Receive = _Nobody()


def register(receive: Receive) -> None:
    """Called once by config."""
    global _receive
    _receive = receive


def receive(*, decision_id: UUID, person: User, now: datetime) -> None:
    """The person takes it for the team. Twice is once. Raises CameBack."""
    _receive(decision_id=decision_id, person=person, now=now)
