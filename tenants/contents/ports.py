"""Which signals belong to a case. The receivers' tables lie above this layer and register themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

type SignalsOf = Callable[[UUID], Sequence[UUID]]


def _none(case_id: UUID) -> Sequence[UUID]:
    return ()


_registered: list[SignalsOf] = [_none]


def register_signals(signals_of: SignalsOf) -> None:
    """``signals_of(case_id)``: the ids of the newest signals of a case."""
    _registered[0] = signals_of


def signals_of(case_id: UUID) -> Sequence[UUID]:
    """None before anything is registered."""
    return _registered[0](case_id)
