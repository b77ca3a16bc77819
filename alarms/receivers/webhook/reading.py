"""A sender's JSON read as agreed. What can't be read is told in the case and never keeps the alarm from being one."""

from __future__ import annotations

import base64
import binascii
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alarms.intake.models import Meaning
from alarms.receivers.webhook import streams
from alarms.receivers.webhook.mapping import ANY, FIELDS, TRANSLATED, Ignored, Mapping, Rule
from alarms.receivers.webhook.paths import Missing, read
from central.kinds import KINDS

FUTURE, PAST = timedelta(minutes=10), timedelta(days=30)
ACCOUNT_LENGTH, PLACE_LENGTH, TEXT_LENGTH, ID_LENGTH, DATA_LENGTH = 64, 300, 4_000, 200, 300
MOST_PICTURES = 4
NO_ACCOUNT = "(konto saknas)"
UNREADABLE = "Kunde inte läsas som avtalat: "
_SWEDISH = ZoneInfo("Europe/Stockholm")
_DATA_URL = re.compile(r"data:[\w/+.-]*;base64,", re.IGNORECASE)
_EPOCH = re.compile(r"\d{9,13}(\.\d{1,9})?")
OPTIONAL = frozenset({"place", "text", "picture", "stream", "trouble"})
"""What a sender may leave out without anybody being told."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that could not be read as agreed: where it was looked for, and why."""

    field: str
    path: str
    why: str

    def __str__(self) -> str:
        where = f" ({self.path})" if self.path else ""
        return f"{FIELDS.get(self.field, self.field).lower()}{where}: {self.why}"


@dataclass(slots=True)
class Event:
    """What the sender meant. ``alive``: a sign of life, no event. ``pictures`` are decoded and not yet looked at."""

    account: str
    kind: str
    priority: int
    occurred_at: datetime
    meaning: str = Meaning.ALARM
    alive: bool = False
    event_id: str = ""
    place: str = ""
    text: str = ""
    trouble: str = ""
    data: dict[str, str] = field(default_factory=dict)
    pictures: list[bytes] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def story(self, also: list[str] | None = None) -> str:
        """The text of the case: the sender's, and what could not be read."""
        told = [UNREADABLE + str(one) for one in self.problems] + (also or [])
        facts = [f"{name}: {value}" for name, value in self.data.items()]
        ours = "\n".join([*told, *facts])[: TEXT_LENGTH // 2]
        return "\n".join(one for one in (self.text[: TEXT_LENGTH - len(ours) - 1], ours) if one)


def understood(document: Any, mapping: Mapping, now: datetime) -> Event:
    """The event in a JSON document. Never raises."""
    reader = _Reader(document, mapping.fields)
    account = reader.text("account", ACCOUNT_LENGTH).strip()
    if not account:
        if not any(one.field == "account" for one in reader.problems):
            reader.fail("account", "saknas")
        account = NO_ACCOUNT
    kind = reader.word("kind") or mapping.default_kind
    priority = reader.word("priority")
    meaning = reader.word("meaning") or Meaning.ALARM.value
    event = Event(
        account=account,
        kind=kind,
        priority=int(priority) if priority else KINDS[kind].priority,
        occurred_at=reader.moment("occurred_at", now),
        meaning=meaning,
        alive=any(_stands(document, one) for one in mapping.ignore),
        event_id=reader.text("event_id", ID_LENGTH),
        place=reader.text("place", PLACE_LENGTH),
        text=reader.text("text", TEXT_LENGTH),
        trouble=reader.word("trouble") if meaning in (Meaning.TROUBLE, Meaning.RESTORE) else "",
        data=reader.data(mapping.data),
        pictures=reader.pictures(),
        streams=reader.streams(mapping.streams),
        problems=reader.problems,
    )
    if meaning == Meaning.TROUBLE and not event.trouble:
        event.trouble = "fault"
    return event


def _stands(document: Any, ignored: Ignored) -> bool:
    try:
        found = read(document, ignored.path)
    except Missing:
        return False
    return _plain(found).casefold() in {one.casefold() for one in ignored.values}


class _Reader:
    def __init__(self, document: Any, rules: dict[str, Rule]) -> None:
        self._document, self._rules = document, rules
        self.problems: list[Problem] = []

    def fail(self, name: str, why: str) -> None:
        rule = self._rules.get(name)
        self.problems.append(Problem(name, rule.path if rule else "", why))

    def _value(self, name: str) -> Any:
        """What stands for a field; None where nothing does. A field that is agreed and missing is a problem."""
        rule = self._rules.get(name)
        if rule is None:
            return None
        if rule.constant:
            return rule.constant
        try:
            return read(self._document, rule.path)
        except Missing:
            if rule.default:
                return rule.default
            if name not in OPTIONAL:
                self.fail(name, "saknas")
            return None

    def text(self, name: str, longest: int) -> str:
        value = self._value(name)
        if value is None:
            return ""
        if isinstance(value, dict | list):
            self.fail(name, "är inte text")
            return ""
        said = _plain(value)
        rule = self._rules[name]
        said = _translated(rule, said) or said
        if name in ("account", "event_id") and len(said) > longest:
            self.fail(name, f"är längre än {longest} tecken")
        return said[:longest]

    def word(self, name: str) -> str:
        """One of our own words, "" where there is none."""
        value = self._value(name)
        if value is None:
            return ""
        rule, ours = self._rules[name], TRANSLATED[name]
        if not isinstance(value, dict | list):
            said = _plain(value)
            found = _translated(rule, said) or (said if said in ours else "")
            if found:
                return found
            self.fail(name, f"{said[:60]!r} är inget av det som är avtalat")
        else:
            self.fail(name, "är inte text")
        return rule.default

    def moment(self, name: str, now: datetime) -> datetime:
        value = self._value(name)
        if value is None:
            return now
        found = _moment(value)
        if found is None:
            self.fail(name, "är ingen tid")
            return now
        if not now - PAST < found < now + FUTURE:
            self.fail(name, "ligger mer än 30 dygn bakåt eller 10 minuter framåt")
            return now
        return found

    def data(self, wanted: dict[str, str]) -> dict[str, str]:
        found = {}
        for name, path in wanted.items():
            try:
                value = read(self._document, path)
            except Missing:
                continue
            if isinstance(value, dict | list):
                self.problems.append(Problem(name, path, "är inte text"))
            else:
                found[name] = _plain(value)[:DATA_LENGTH]
        return found

    def _several(self, name: str) -> list[Any]:
        value = self._value(name)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def pictures(self) -> list[bytes]:
        found = []
        for one in self._several("picture"):
            if not isinstance(one, str):
                self.fail("picture", "är inte text i base64")
                continue
            try:
                found.append(
                    base64.b64decode("".join(_DATA_URL.sub("", one, count=1).split()), validate=True)
                )
            except (binascii.Error, ValueError):
                self.fail("picture", "är inte giltig base64")
        return found

    def streams(self, hosts: tuple[str, ...]) -> list[str]:
        found = []
        for one in self._several("stream")[:MOST_PICTURES]:
            try:
                found.append(streams.checked(one, hosts))
            except streams.BadLink as error:
                self.fail("stream", error.message)
        return found


def _translated(rule: Rule, said: str) -> str:
    if not rule.values:
        return ""
    if said in rule.values:
        return rule.values[said]
    folded = said.casefold()
    return next(
        (ours for theirs, ours in rule.values.items() if theirs.casefold() == folded),
        rule.values.get(ANY, ""),
    )


def _plain(value: Any) -> str:
    """A JSON value as text that PostgreSQL takes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return repr(value) if isinstance(value, float) else str(value)
        except ValueError:  # more digits than Python writes
            return ""
    text = value if isinstance(value, str) else ""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, str) and not _EPOCH.fullmatch(value.strip()):
            found = datetime.fromisoformat(value.strip())
            return (found if found.tzinfo else found.replace(tzinfo=_SWEDISH)).astimezone(UTC)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        seconds = float(value)
        if not math.isfinite(seconds):
            return None
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
