"""How many cases a person holds, told by the layer that keeps them: nobody signs out with a case in hand."""

from __future__ import annotations

from collections.abc import Callable

from central.accounts.models import User


class StillHolding(Exception):
    """The person holds cases that nobody has accepted."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count
        noun = "ärende" if count == 1 else "ärenden"
        self.message = f"Du har {count} {noun}. Lämna över eller avsluta dem först."


_counts: list[Callable[[User], int]] = []


def register(count: Callable[[User], int]) -> None:
    """Name who counts a person's cases; once, at start."""
    if count not in _counts:
        _counts.append(count)


def check_nothing_held(user: User) -> None:
    """Raise StillHolding while the person has a case, parked ones too."""
    held = sum(count(user) for count in _counts)
    if held:
        raise StillHolding(held)
