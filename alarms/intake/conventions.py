"""What the centre may agree with those who call a receiver. Each receiver checks its own, and lies above this app:
the composition root registers the checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

type Check = Callable[[dict[str, Any]], list[str]]

_checks: dict[str, Check] = {}


def register(protocol: str, check: Check) -> None:
    """Let ``check(conventions)`` tell what is wrong with them, in Swedish, one sentence each."""
    _checks[protocol] = check


def faults_in(protocol: str, conventions: dict[str, Any]) -> list[str]:
    """What is wrong with a source's conventions; empty when they can be used."""
    check = _checks.get(protocol)
    if check is not None:
        return check(conventions)
    return [f"{one}: en källa som talar {protocol} har inget att ställa in." for one in conventions]
