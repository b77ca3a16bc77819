"""No body, however made, is more than a refusal to its sender; the next signal is served."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.intake.models import Signal
from alarms.receivers.signals.asgi import _incoming
from alarms.receivers.signals.keys import KnownSource
from alarms.receivers.signals.schema import BadBody, parse
from tests.support.door import Door, in_thread
from tests.support.sending import body, source_with

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
START = b'{"kind":"technical","account":"1001","occurred_at":"%s",'


def signal(rest: bytes) -> bytes:
    return START % datetime.now(UTC).isoformat().encode() + rest + b"}"


@pytest.fixture
async def door(committed: None) -> AsyncIterator[Door]:
    async with Door() as opened:
        yield opened


@pytest.fixture
def key(committed: None, storkoping: Any) -> str:
    return source_with(("1001", storkoping, "", ""))


REFUSED = {
    "nul": b'"text":"a\x00b"',
    "escaped nul": b'"text":"a\\u0000b"',
    "invalid utf-8": b'"text":"\xff\xfe"',
    "surrogate bytes": b'"text":"\xed\xa0\x80"',
    "lone high surrogate": b'"text":"\\ud800"',
    "lone low surrogate in a name": b'"data":{"\\udc00":1}',
    "deep": b'"data":{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "huge integer": b'"data":{"a":' + b"9" * 5_000 + b"}",
    "infinite": b'"data":{"a":1e999}',
    "nan": b'"data":{"a":NaN}',
    "boolean for a number": b'"priority":true',
    "float for a number": b'"priority":1.5',
    "trailing comma": b'"text":"x",',
    "two documents": b'"text":"x"}{"text":"y"',
    "control character": b'"text":"a\x01b"',
}
TAKEN = {
    "tiny number": b'"data":{"a":1e-99999}',
    "tiny negative": b'"data":{"a":-5e-324}',
    "large number": b'"data":{"a":1.7e308}',
    "big integer": b'"data":{"a":' + b"9" * 18 + b"}",
    "duplicate name inside what nobody reads": b'"data":{"a":1,"a":2}',
    "nested": b'"data":{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    "empty name": b'"data":{"":""}',
    "emoji": '"text":"\U0001f525 å ä ö"'.encode(),
    "right to left": '"text":"\u202eabc"'.encode(),
    "prototype": b'"data":{"__proto__":{"constructor":1}}',
    "quotes": b'"text":"\'; DROP TABLE x; --","place":"<script>alert(1)</script>"',
}


@pytest.mark.parametrize("name", REFUSED)
async def test_poison_is_refused_and_the_next_is_served(door: Door, key: str, name: str) -> None:
    answer = await door.post(key, signal(REFUSED[name]))
    assert answer.status in (400, 422), name
    assert answer.body["field"]
    assert (await door.post(key, body())).status == 201


@pytest.mark.parametrize("name", TAKEN)
async def test_the_odd_but_true_is_stored(door: Door, key: str, name: str) -> None:
    assert (await door.post(key, signal(TAKEN[name]))).status == 201
    assert await in_thread(Signal.objects.filter(item_id__isnull=False).count) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(["kind", "account", "occurred_at", "priority", "place", "text", "data", "extra"])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(fields, json_values), st.booleans())
def test_any_json_is_taken_or_refused_by_name(changes: dict[str, Any], whole: bool) -> None:
    good = {"kind": "fire", "account": "1", "occurred_at": NOW.isoformat()} if whole else {}
    _taken_or_refused(json.dumps({**good, **changes}).encode())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 120))
def test_any_bytes_are_taken_or_refused_by_name(noise: bytes, at: int) -> None:
    good = json.dumps({"kind": "fire", "account": "1", "occurred_at": NOW.isoformat()}).encode()
    _taken_or_refused(good[:at] + noise + good[at:])


def _taken_or_refused(raw: bytes) -> None:
    refusal: BadBody | None = None
    try:
        incoming = _incoming(KnownSource(1, "x", False, 0), b"k", raw, parse(raw, NOW))
    except BadBody as error:
        refusal = error
    if refusal is None:
        assert "\\u0000" not in incoming.body
        assert incoming.body.encode()
    else:
        assert refusal.field
        assert refusal.message
