"""What is agreed with a webhook's sender: where in its JSON each of our fields stands, and what its words mean.

As kept in ``Source.conventions``::

    {"auth": {...}, "default_kind": "camera", "streams": ["kamera.example"],
     "fields": {"account": {"path": "device.id"}, "kind": {"path": "event.type", "values": {"line": "intrusion"}},
                "priority": {"constant": "2"}, "place": {"path": "site", "default": "Okänd plats"}},
     "data": {"persons": "event.count"}, "ignore": [{"path": "event.type", "values": ["heartbeat"]}]}
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from alarms.devices import TROUBLES
from alarms.intake.models import Meaning
from alarms.receivers.webhook import access, paths, streams
from central.kinds import KINDS, SENDABLE

FIELDS = {
    "account": "Konto",
    "kind": "Slag",
    "priority": "Prioritet",
    "meaning": "Betydelse",
    "occurred_at": "Tidpunkt",
    "event_id": "Händelsens id",
    "place": "Plats",
    "text": "Text",
    "picture": "Bild",
    "stream": "Direktbild",
    "trouble": "Fel på sändaren",
}
"""Our fields, and what they are called."""
MEANINGS = {
    Meaning.ALARM.value: "Larm",
    Meaning.RESTORE.value: "Återställt",
    Meaning.TEST.value: "Prov",
    Meaning.TROUBLE.value: "Fel på sändaren",
}
TRANSLATED = {
    "kind": {code: KINDS[code].name for code in KINDS if code in SENDABLE},
    "priority": {"1": "Livsfara", "2": "Brådskande", "3": "Snart", "4": "Kan vänta"},
    "meaning": MEANINGS,
    "trouble": dict(TROUBLES),
}
"""Fields whose values are ours: each of our words, and its name."""
ANY = "*"
SLUG = re.compile(r"(?=.*[a-z])[a-z0-9-]{1,40}")
MOST_VALUES, MOST_DATA, MOST_IGNORED, LONGEST_VALUE = 200, 30, 20, 300
KEYS = ("slug", "auth", "default_kind", "fields", "data", "ignore", "streams")


class Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Where a field comes from: a fixed word, or a place in the JSON, with what holds when nothing stands there."""

    path: str = ""
    constant: str = ""
    default: str = ""
    values: dict[str, str] = {}


class Ignored(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is a sign of life and nothing more: one of these words at that place."""

    path: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class Mapping:
    """As read from a source's conventions; whatever could not be read is left out."""

    default_kind: str = "technical"
    fields: dict[str, Rule] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    ignore: tuple[Ignored, ...] = ()
    streams: tuple[str, ...] = ()


def mapping(conventions: dict[str, Any]) -> Mapping:
    """What can be used of a source's conventions; :func:`faults` tells what can't. Never raises."""
    if not isinstance(conventions, dict) or faults(conventions):
        return Mapping()
    return Mapping(
        conventions.get("default_kind", "technical"),
        {name: msgspec.convert(rule, Rule) for name, rule in conventions.get("fields", {}).items()},
        dict(conventions.get("data", {})),
        tuple(msgspec.convert(one, Ignored) for one in conventions.get("ignore", [])),
        tuple(conventions.get("streams", [])),
    )


def faults(conventions: dict[str, Any]) -> list[str]:
    """What is wrong with a source's conventions, one sentence each."""
    return [f"{name}: {message}" if name else message for name, message in faults_by_field(conventions)]


def faults_by_field(conventions: dict[str, Any]) -> list[tuple[str, str]]:
    """The same with the field's name apart: a field, ``data``, ``ignore``, ``streams``, ``auth``."""
    found = [
        (one, f"finns inte. Det som kan ställas in är {', '.join(KEYS)}.")
        for one in conventions
        if one not in KEYS
    ]
    found += [("auth", fault) for fault in access.faults(conventions.get("auth", {}))]
    if "slug" in conventions and not SLUG.fullmatch(str(conventions["slug"])):
        found.append(("slug", "skriv små bokstäver, siffror och bindestreck, inte bara siffror."))
    if not _sendable(conventions.get("default_kind", "technical")):
        found.append(("default_kind", f"välj ett av {', '.join(sorted(SENDABLE))}."))
    fields = conventions.get("fields", {})
    if not isinstance(fields, dict):
        return [*found, ("fields", 'skriv {"fält": {"path": …}}.')]
    for name, rule in fields.items():
        found += [(name, fault) for fault in _rule_faults(name, rule)]
    return found + _data_faults(conventions.get("data", {})) + _ignore_faults(conventions.get("ignore", [])) + [
        ("streams", fault) for fault in streams.host_faults(conventions.get("streams", []))
    ]  # fmt: skip


def _sendable(kind: object) -> bool:
    return isinstance(kind, str) and kind in SENDABLE


def _rule_faults(name: str, given: object) -> list[str]:
    if name not in FIELDS:
        return [f"finns inte. Fälten är {', '.join(FIELDS)}."]
    try:
        rule = msgspec.convert(given, Rule)
    except msgspec.ValidationError:
        return ['skriv {"path": …, "values": {…}, "default": …} eller {"constant": …}, allt som text.']
    found = _path_faults(rule.path) if rule.path else []
    if rule.path and rule.constant:
        found.append("har både en väg och ett fast värde. Välj ett av dem.")
    if not rule.path and not rule.constant:
        found.append("saknar både väg och fast värde.")
    if len(rule.values) > MOST_VALUES:
        found.append(f"har fler än {MOST_VALUES} ord i tabellen.")
    if any(len(one) > LONGEST_VALUE for one in (rule.constant, rule.default, *rule.values.values())):
        found.append(f"har ett värde som är längre än {LONGEST_VALUE} tecken.")
    if known := TRANSLATED.get(name):
        ours = [one for one in (rule.constant, rule.default, *rule.values.values()) if one]
        found += [f"{one!r} är inget av {', '.join(known)}." for one in ours if one not in known]
    return found


def _path_faults(path: object) -> list[str]:
    try:
        paths.steps(path if isinstance(path, str) else "")
    except paths.BadPath:
        return [f"{path!r} är ingen väg. Skriv till exempel event.type eller objects[0].name."]
    return []


def _data_faults(data: object) -> list[tuple[str, str]]:
    if not isinstance(data, dict) or len(data) > MOST_DATA:
        return [("data", f'skriv {{"namn": "väg"}}, högst {MOST_DATA}.')]
    if any(not 1 <= len(name) <= 60 for name in data):
        return [("data", "ett namn är tomt eller längre än 60 tecken.")]
    return [("data", fault) for path in data.values() for fault in _path_faults(path)]


def _ignore_faults(ignored: object) -> list[tuple[str, str]]:
    try:
        rules = msgspec.convert(ignored, list[Ignored])
    except msgspec.ValidationError:
        return [("ignore", 'skriv [{"path": "event.type", "values": ["heartbeat"]}].')]
    if len(rules) > MOST_IGNORED:
        return [("ignore", f"högst {MOST_IGNORED} villkor.")]
    found = [("ignore", fault) for rule in rules for fault in _path_faults(rule.path)]
    return found + [("ignore", f"{rule.path}: skriv minst ett ord.") for rule in rules if not rule.values]
