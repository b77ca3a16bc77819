"""What is typed in the form of a mapping, and the conventions that it says; and the other way round."""

from __future__ import annotations

from typing import Any

from alarms.receivers.webhook.mapping import FIELDS, TRANSLATED
from central.kinds import KINDS, SENDABLE

PARTS = ("path", "constant", "default", "values")
AREAS = ("data", "ignore", "streams")
LONGEST = 8_000
NAMES = ("default_kind", *AREAS, *(f"{name}.{part}" for name in FIELDS for part in PARTS))

type Typed = dict[str, str]

PRESETS: dict[str, tuple[str, Typed]] = {
    "camera": (
        "Kamera (liknar ONVIF)",
        {
            "default_kind": "camera", "account.path": "Source.Token", "kind.path": "Topic",
            "kind.values": "LineCrossed = Inbrottslarm\nTamper = Sändarfel\n* = Kameralarm",
            "occurred_at.path": "UtcTime", "text.path": "Rule", "picture.path": "Image", "stream.path": "StreamUri",
            "data": "antal = Data.Count", "ignore": "Topic = Heartbeat, KeepAlive",
        },
    ),
    "drone": (
        "Drönare",
        {
            "default_kind": "camera", "account.path": "drone.id", "kind.path": "event.type",
            "kind.values": "person = Personlarm\nfire = Brandlarm\n* = Kameralarm", "event_id.path": "event.id",
            "occurred_at.path": "event.timestamp", "place.path": "position.name", "picture.path": "event.still",
            "stream.path": "event.video_url", "data": "latitud = position.lat\nlongitud = position.lon",
            "ignore": "event.type = telemetry, heartbeat",
        },
    ),
    "plain": (
        "Enkel JSON",
        {
            "default_kind": "technical", "account.path": "account", "kind.path": "kind", "event_id.path": "id",
            "occurred_at.path": "time", "place.path": "place", "text.path": "text",
            "ignore": "kind = heartbeat",
        },
    ),
}  # fmt: skip
"""Templates to begin from, ours: the sender's own documents decide."""


class Unclear(Exception):
    """A line that can't be read: the field and what to write."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def typed_of(conventions: dict[str, Any]) -> Typed:
    """What the form shows of a source's conventions."""
    typed: Typed = {"default_kind": str(conventions.get("default_kind", "camera"))}
    for name, rule in conventions.get("fields", {}).items():
        for part in ("path", "constant", "default"):
            said = str(rule.get(part, ""))
            typed[f"{name}.{part}"] = said if part == "path" else word(name, said)
        typed[f"{name}.values"] = "\n".join(
            f"{a} = {word(name, b)}" for a, b in rule.get("values", {}).items()
        )
    typed["data"] = "\n".join(f"{name} = {path}" for name, path in conventions.get("data", {}).items())
    typed["ignore"] = "\n".join(
        f"{one['path']} = {', '.join(one['values'])}" for one in conventions.get("ignore", [])
    )
    typed["streams"] = "\n".join(conventions.get("streams", []))
    return typed


def conventions_of(typed: Typed, in_force: dict[str, Any]) -> dict[str, Any]:
    """What the form says, with what it does not show as it stands.

    Raises Unclear; whether it can be used is the conventions' own check.
    """
    fields: dict[str, Any] = {}
    for name in FIELDS:
        rule: dict[str, Any] = {
            part: typed.get(f"{name}.{part}", "").strip()
            for part in ("path", "constant", "default")
            if typed.get(f"{name}.{part}", "").strip()
        }
        values = dict(_pairs(f"{name}.values", typed.get(f"{name}.values", "")))
        if values:
            rule["values"] = {theirs: _ours(name, ours) for theirs, ours in values.items()}
        for part in ("constant", "default"):
            if part in rule:
                rule[part] = _ours(name, rule[part])
        if rule:
            fields[name] = rule
    return {
        **{one: in_force[one] for one in ("auth", "slug") if one in in_force},
        "default_kind": typed.get("default_kind", ""),
        "fields": fields,
        "data": dict(_pairs("data", typed.get("data", ""))),
        "ignore": [
            {"path": path, "values": [one.strip() for one in words.split(",") if one.strip()]}
            for path, words in _pairs("ignore", typed.get("ignore", ""))
        ],
        "streams": [one.strip().lower() for one in typed.get("streams", "").splitlines() if one.strip()],
    }


def word(name: str, ours: str) -> str:
    """Our word for people, where the field `name` has words; else as it stands."""
    return TRANSLATED.get(name, {}).get(ours, ours)


def _ours(name: str, said: str) -> str:
    """Our code for what was written: the code itself, or its Swedish name."""
    for code, swedish in TRANSLATED.get(name, {}).items():
        if said.casefold() in (code.casefold(), swedish.casefold()):
            return code
    return said


def _pairs(field: str, text: str) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        left, mark, right = line.partition("=")
        if not mark or not left.strip() or not right.strip():
            raise Unclear(field, f"Skriv en rad som 'deras = vårt'. Raden är: {line.strip()[:60]}")
        found.append((left.strip(), right.strip()))
    return found


def kinds() -> list[tuple[str, str]]:
    """What a case may be, for a list to choose from."""
    return [(code, kind.name) for code, kind in KINDS.items() if code in SENDABLE]
