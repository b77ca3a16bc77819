"""A sender's JSON is read as agreed, and what can't be read is told, never thrown."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.receivers.webhook import paths, streams
from alarms.receivers.webhook.body import BadBody, Posted, document, posted
from alarms.receivers.webhook.mapping import Mapping, faults, mapping
from alarms.receivers.webhook.reading import NO_ACCOUNT, understood
from alarms.receivers.webhook.taking import incoming, taken
from tests.support.hooks import CONVENTIONS, event, form, picture

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AGREED = mapping(CONVENTIONS)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def test_what_is_agreed_is_read() -> None:
    found = understood(event(time="2026-11-23T12:59:00+01:00"), AGREED, NOW)
    assert (found.account, found.kind, found.priority, found.event_id) == ("cam-1", "intrusion", 2, "e-1")
    assert (found.place, found.data) == ("Norra entrén", {"personer": "2"})
    assert found.occurred_at == datetime(2026, 11, 23, 11, 59, tzinfo=UTC)
    assert found.problems == []


@pytest.mark.parametrize(
    "given", ["2026-11-23T12:00:00Z", "2026-11-23 13:00:00", 1795435200, 1795435200000, "1795435200"]
)
def test_a_time_is_read_in_each_way_it_is_written(given: Any) -> None:
    assert understood(event(time=given), AGREED, NOW).occurred_at == NOW


def test_what_is_missing_is_named_and_the_default_kind_holds() -> None:
    found = understood({"event": {"type": "nonsense", "time": "i går"}}, AGREED, NOW)
    assert (found.account, found.kind, found.occurred_at) == (NO_ACCOUNT, "camera", NOW)
    story = found.story()
    assert "Kunde inte läsas som avtalat: konto (device.id): saknas" in story
    assert "slag (event.type): 'nonsense' är inget av det som är avtalat" in story
    assert "tidpunkt (event.time): är ingen tid" in story


def test_a_sign_of_life_is_no_alarm() -> None:
    assert understood(event(type="HeartBeat"), AGREED, NOW).alive


@given(json_values, json_values)
def test_no_document_and_no_agreement_raises(said: Any, agreed: Any) -> None:
    read = mapping(agreed if isinstance(agreed, dict) else {"fields": agreed})
    for one in (read, AGREED, Mapping()):
        found = taken(Posted(said, b"{}"), one, NOW)
        if not found.event.alive:
            kept = incoming(
                source_id=1, source_name="", exercise=False, posted=Posted(said, b"{}"), taken=found, key=b"",
                now=NOW,
            )  # fmt: skip
            assert 1 <= len(kept.account) <= 64
            assert len(kept.text) <= 4_000
            assert "\x00" not in json.loads(kept.body)["raw"] + kept.text + kept.place + kept.account


@given(st.dictionaries(st.sampled_from(["device", "event", "picture", "stream"]), json_values))
def test_a_sender_that_has_changed_its_words_is_still_heard(said: Any) -> None:
    assert understood(said, AGREED, NOW).kind in {"camera", "intrusion", "fire"}


@given(st.binary(max_size=300))
def test_bytes_are_json_or_named_as_none(raw: bytes) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "multipart/form-data"):
        with suppress(BadBody):
            posted(kind, raw)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"3", b'{"a":1}x', b"[" * 5_000 + b"]" * 5_000, b"<event/>", b"\xff"]
)
def test_what_is_no_json_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(BadBody):
        document(raw)


def test_a_form_has_the_json_and_the_pictures() -> None:
    kind, raw = form(
        event(), ("x.html", "text/html", picture("PNG")), ("y.jpg", "image/jpeg", b"\r\n--no\r\n\r")
    )
    found = posted(kind, raw)
    assert found.document == event()
    assert found.files == [picture("PNG"), b"\r\n--no\r\n\r"]


@pytest.mark.parametrize("path", ["a.b", "a[0].b", 'a["x y"].z', "[0]", "å.ä", "a[-1]"])
def test_paths_are_read(path: str) -> None:
    assert paths.steps(path)


@pytest.mark.parametrize("path", ["", ".a", "a..b", "a.", "a[b]", "a b", 'a["', "a[0]b", "x" * 201])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(paths.BadPath):
        paths.steps(path)


@pytest.mark.parametrize(
    "url",
    [
        "http://kamera.example/x", "https://a:b@kamera.example/x", "https://annan.example/", "rtsp://kamera.example",
        "https://kamera.example.ond.example/", "https://kamera.example:8443/x", "javascript:alert(1)", 7,
        "https://kamera.example\\@ond.example/", "https://kamera.example/\n", "https://[",
    ],
)  # fmt: skip
def test_a_stream_elsewhere_is_not_shown(url: Any) -> None:
    with pytest.raises(streams.BadLink):
        streams.checked(url, ["kamera.example"])


def test_a_stream_of_an_agreed_host_is_shown() -> None:
    assert streams.checked("https://KAMERA.example/live?x=1", ["kamera.example"])
    assert streams.checked("https://a.drone.example:8443/", ["*.drone.example:8443"])


def test_what_is_wrong_with_an_agreement_names_the_field() -> None:
    told = faults(
        {
            "fields": {"kind": {"path": "a b"}, "farg": {"path": "x"}, "priority": {"constant": "9"}},
            "streams": ["https://x"], "auth": {"mode": "cookie"}, "ignore": [{}], "default_kind": "x", "extra": 1,
        }
    )  # fmt: skip
    for name in ("kind:", "farg:", "priority:", "streams:", "auth:", "ignore:", "default_kind:", "extra:"):
        assert any(one.startswith(name) for one in told), (name, told)
    assert faults(CONVENTIONS) == faults({}) == []
