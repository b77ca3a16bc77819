"""Event codes → meaning, kind and priority: how an entry of the tables looks, and what a source sets otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeGuard

from central import priorities
from central.kinds import KINDS, SENDABLE


class Meaning(StrEnum):
    """What is to be done with an event."""

    ALARM = "alarm"
    RESTORE = "restore"  # of an alarm, or of the trouble that is named
    TROUBLE = "trouble"  # of the transmitter or its installation, as named
    TEST = "test"
    SUPERVISION = "supervision"  # nothing but a sign of life
    OPEN_CLOSE = "open_close"
    REPORT = "report"  # kept, opens nothing


#: What a trouble can be about; the same words as in ``alarms.devices``.
BATTERY, MAINS, TAMPER, LINE, FAULT = "battery", "mains", "tamper", "line", "fault"
#: Meanings that a source can turn into an alarm by giving the code another kind.
RAISABLE = frozenset({Meaning.TROUBLE, Meaning.OPEN_CLOSE, Meaning.REPORT})


@dataclass(frozen=True, slots=True)
class Code:
    """An entry: the Swedish name operators see, and what it means.

    ``kind`` (``central.kinds``) and ``priority`` 1–4 are those of a case, should one be opened.
    """

    name: str
    meaning: Meaning
    kind: str = "technical"
    priority: int = 2
    trouble: str = ""
    known: bool = True


def alarm(name: str, kind: str, priority: int | None = None) -> Code:
    """A code that opens a case, with the kind's own priority unless given."""
    return Code(name, Meaning.ALARM, kind, KINDS[kind].priority if priority is None else priority)


def trouble(name: str, about: str) -> Code:
    """A code that begins a trouble."""
    return Code(name, Meaning.TROUBLE, "transmitter_fault", KINDS["transmitter_fault"].priority, about)


def restore(name: str, about: str = "", kind: str = "technical") -> Code:
    """A code that ends a trouble, or with none named an alarm."""
    return Code(name, Meaning.RESTORE, kind, KINDS[kind].priority, about)


def report(name: str, meaning: Meaning = Meaning.REPORT) -> Code:
    """A code that is kept and opens nothing."""
    return Code(name, meaning, "technical", 4)


#: What one source sets: code ("BA", "130"), or the beginning of one ("B*", "13*", "*"), to "kind", "priority", "meaning".
Overrides = Mapping[str, Mapping[str, object]]


def overridden(entry: Code, code: str, overrides: Overrides) -> Code:
    """The entry as this source has it: its code's own override, else the one with the longest beginning.

    Another kind makes a trouble, an opening or a report an alarm, unless a meaning is set; it makes none of a restore, a
    test or a sign of life. Values that aren't valid are passed over: ``faults_in`` tells of them where they are written.
    """
    found = _override(code, overrides)
    kind, priority, meaning = found.get("kind"), found.get("priority"), found.get("meaning")
    if isinstance(kind, str) and kind in SENDABLE:
        raised = entry.meaning in RAISABLE and kind != entry.kind
        entry = replace(
            entry,
            kind=kind,
            priority=KINDS[kind].priority,
            meaning=Meaning.ALARM if raised else entry.meaning,
            trouble="" if raised else entry.trouble,
        )
    if _is_priority(priority):
        entry = replace(entry, priority=priority)
    if isinstance(meaning, str) and meaning in Meaning:
        entry = replace(entry, meaning=Meaning(meaning))
        if entry.meaning == Meaning.TROUBLE and not entry.trouble:
            entry = replace(entry, trouble=FAULT)
    return entry


def faults_in(overrides: Overrides) -> list[str]:
    """What is wrong with a source's overrides, in Swedish, one sentence each; empty when they can be used."""
    faults = []
    for pattern, values in overrides.items():
        if not _is_pattern(pattern):
            faults.append(f"{pattern} är varken en kod (BA, 130) eller början på en (B*, 13*).")
        for name in values.keys() - {"kind", "priority", "meaning"}:
            faults.append(f"{pattern}: {name} kan inte ställas in.")
        if "kind" in values and values["kind"] not in SENDABLE:
            faults.append(f"{pattern}: slaget {values['kind']} finns inte.")
        if "priority" in values and not _is_priority(values["priority"]):
            faults.append(f"{pattern}: prioriteten ska vara 1, 2, 3 eller 4.")
        if "meaning" in values and values["meaning"] not in list(Meaning):
            faults.append(f"{pattern}: betydelsen {values['meaning']} finns inte.")
    return faults


def _override(code: str, overrides: Overrides) -> Mapping[str, object]:
    beginnings = [code, *(code[:length] + "*" for length in range(len(code), -1, -1))]
    for pattern in beginnings:
        values = overrides.get(pattern)
        if isinstance(values, Mapping):
            return values
    return {}


def _is_pattern(pattern: str) -> bool:
    return re.fullmatch(r"[0-9A-Z]{2,3}|[0-9A-Z]{0,2}\*", pattern) is not None


def _is_priority(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value in priorities.NAMES
