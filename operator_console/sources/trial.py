"""A mapping tried on a pasted sample: how the case would be, what could not be read, and what differs from what is in
force."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alarms.receivers.webhook.body import BadBody, Posted, document
from alarms.receivers.webhook.mapping import FIELDS, MEANINGS, TRANSLATED, faults_by_field, mapping
from alarms.receivers.webhook.taking import taken
from central.kinds import KINDS
from operator_console.sources.typed import Typed, Unclear, conventions_of, word
from operator_console.times import STOCKHOLM

LABELS = {**FIELDS, "data": "Fler uppgifter", "ignore": "Livstecken", "streams": "Värdar för direktbild",
          "default_kind": "Slag om inget annat sägs", "auth": "Behörighet", "sample": "Prov"}  # fmt: skip
FIXED = {"constant": "fast värde", "default": "om det saknas"}


@dataclass(frozen=True, slots=True)
class Trial:
    """``faults``: (field, what it is called, what is wrong). ``facts``: how the case would be. ``good``: it may be
    switched on.
    """

    conventions: dict[str, Any]
    digest: str
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    alive: bool = False
    differences: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.faults and not self.alive and bool(self.facts)


def tried(typed: Typed, sample: str, *, in_force: dict[str, Any], now: datetime) -> Trial:
    """Never raises: what is wrong is told. Blocking where the sample has pictures."""
    try:
        conventions = conventions_of(typed, in_force)
    except Unclear as error:
        name = error.field.partition(".")[0]
        return Trial({}, "", [(error.field, LABELS.get(name, name), error.message)])
    digest = hashlib.sha256(json.dumps([conventions, sample], sort_keys=True).encode()).hexdigest()
    wrong = [(name, LABELS.get(name, name), message) for name, message in faults_by_field(conventions)]
    differences = different(in_force, conventions)
    if not sample.strip():
        wrong.append(("sample", LABELS["sample"], "Klistra in ett prov: den JSON som källan skickar."))
    if wrong:
        return Trial(conventions, digest, wrong, differences=differences)
    raw = sample.encode("utf-8", "replace")
    try:
        said = document(raw)
    except BadBody as error:
        return Trial(conventions, digest, [("sample", "Prov", error.message)], differences=differences)
    found = taken(Posted(said, raw), mapping(conventions), now)
    event = found.event
    wrong = [
        (one.field, LABELS.get(one.field, one.field), f"{one.path}: {one.why}" if one.path else one.why)
        for one in event.problems
    ] + [("picture", "Bild", one) for one in found.refused]
    facts = [
        ("Betydelse", MEANINGS.get(event.meaning, event.meaning)),
        ("Slag", KINDS[event.kind].name),
        ("Prioritet", f"{event.priority} {TRANSLATED['priority'][str(event.priority)]}"),
        ("Konto", event.account),
        ("Tidpunkt", event.occurred_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H.%M.%S")),
        ("Händelsens id", event.event_id),
        ("Plats", event.place),
        ("Text", found.story),
        ("Bild", ", ".join(f"{one.content_type}, {one.width} × {one.height}" for one in found.pictures)),
        ("Direktbild", ", ".join(event.streams)),
    ]
    return Trial(conventions, digest, wrong, facts, event.alive, differences)


def different(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What differs: what it is called, before, after. Empty where nothing was in force and nothing is said."""
    was, becomes = before.get("fields", {}), after.get("fields", {})
    found = [
        (FIELDS.get(name, name), _rule(name, was.get(name)), _rule(name, becomes.get(name)))
        for name in FIELDS
        if was.get(name) != becomes.get(name)
    ]
    for name in ("default_kind", "data", "ignore", "streams"):
        if (before.get(name) or None) != (after.get(name) or None):
            found.append((LABELS[name], _said(name, before.get(name)), _said(name, after.get(name))))
    return found


def _rule(name: str, rule: dict[str, Any] | None) -> str:
    """A field's rule in words: where it stands, what their words are to us, what holds when it is missing."""
    if not rule:
        return "–"
    parts = [str(rule["path"])] if rule.get("path") else []
    parts += [f"{theirs} = {word(name, ours)}" for theirs, ours in rule.get("values", {}).items()]
    parts += [f"{said}: {word(name, str(rule[part]))}" for part, said in FIXED.items() if rule.get(part)]
    return "\n".join(parts)


def _said(name: str, value: Any) -> str:
    if not value:
        return "–"
    match name:
        case "default_kind":
            return word("kind", str(value))
        case "data":
            return "\n".join(f"{one} = {path}" for one, path in value.items())
        case "ignore":
            return "\n".join(f"{one['path']} = {', '.join(one['values'])}" for one in value)
        case _:
            return "\n".join(value)
