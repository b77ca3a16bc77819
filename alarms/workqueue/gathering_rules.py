"""When faults are gathered: the rules, known to every process within seconds, and who may never be."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock

from alarms.workqueue.models import GatheringRule
from central.kinds import KINDS
from central.priorities import LIFE_CRITICAL

KNOWN_FOR = 2.0
"""Seconds that a process goes by what it last read."""

GATHERED_KINDS = ("technical", "transmitter_fault", "fault_report", "intrusion", "camera")
"""What equipment may send that is not about lives, in the order of the page. A call and the social jour are people."""


@dataclass(frozen=True, slots=True)
class Rule:
    """So many objects within the window, and within it after the last of them, are one case."""

    window: timedelta
    threshold: int


type _Rules = Mapping[tuple[str, int | None], Rule | None]

_lock = Lock()
_known: tuple[float, _Rules] | None = None


def rule_for(municipality_id: int, kind: str, priority: int) -> Rule | None:
    """The municipality's own rule, else that of all; None where each fault is a case of its own."""
    if not may_be_gathered(kind, priority):
        return None
    rules = _rules()
    own = (kind, municipality_id)
    return rules[own] if own in rules else rules.get((kind, None))


def may_be_gathered(kind: str, priority: int) -> bool:
    """Never what is about lives, by its kind or by what its sender says."""
    return priority > LIFE_CRITICAL and kind in GATHERED_KINDS and KINDS[kind].priority > LIFE_CRITICAL


def forget() -> None:
    """Read the rules again next time, in this process."""
    global _known
    _known = None


def _rules() -> _Rules:
    global _known
    known = _known
    if known is not None and time.monotonic() - known[0] < KNOWN_FOR:
        return known[1]
    with _lock:
        rules: _Rules = {
            (row.kind, row.municipality_id): Rule(timedelta(minutes=row.window_minutes), row.threshold)
            if row.active
            else None
            for row in GatheringRule.objects.all()
        }
        _known = (time.monotonic(), rules)
    return rules
