"""How a municipality asks the centre to review an instruction: alarms above keeps the list, joined by config."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Ask(Protocol):
    """In the caller's transaction; twice is once."""

    def __call__(self, *, municipality_id: int, instruction_id: UUID, now: datetime) -> object: ...


def _nobody(*, municipality_id: int, instruction_id: UUID, now: datetime) -> object:
    return None


_ask: Ask = _nobody
_settled: Ask = _nobody


def register(ask: Ask, settled: Ask) -> None:
    """Called once by config."""
    global _ask, _settled
    _ask, _settled = ask, settled


def ask_centre(*, municipality_id: int, instruction_id: UUID, now: datetime) -> None:
    """A shift leader is asked to review it."""
    _ask(municipality_id=municipality_id, instruction_id=instruction_id, now=now)


def settled(*, municipality_id: int, instruction_id: UUID, now: datetime) -> None:
    """It needs no review by the centre any more."""
    _settled(municipality_id=municipality_id, instruction_id=instruction_id, now=now)
