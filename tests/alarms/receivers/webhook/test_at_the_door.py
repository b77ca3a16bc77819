"""POST /hooks/<source>/: who is let in, what is stored before the answer, and what a repetition gives."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest

from alarms.intake.models import Rejection, Signal, Source, TransmitterState
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tenants.contents.models import Picture, SignalContent, StreamLink
from tests.support.door import Answer, in_thread
from tests.support.hooks import CONVENTIONS, HookDoor, event, form, hook, picture

pytestmark = pytest.mark.usefixtures("committed")


def letter(answer: Answer, municipality: Any) -> CaseFile:
    item = Signal.objects.get(pk=answer.id).item_id
    assert item is not None
    with in_municipality(municipality):
        return CaseFile.objects.get(pk=item)


@pytest.fixture
def posts(storkoping: Any) -> tuple[Source, str]:
    return hook(storkoping)


async def test_an_event_is_a_case_with_its_picture_and_stream(
    posts: tuple[Source, str], storkoping: Any
) -> None:
    source, key = posts
    said = {
        **event(),
        "picture": "data:image/png;base64," + base64.b64encode(picture("PNG")).decode(),
        "stream": "https://kamera.example/live/1",
    }
    async with HookDoor() as door:
        answer = await door.post(source, key, said)
    assert answer.status == 201
    kept = await in_thread(letter, answer, storkoping)
    assert (kept.kind, kept.place, kept.account) == ("intrusion", "Norra entrén", "cam-1")
    assert "personer: 2" in kept.story

    def stored() -> tuple[Any, ...]:
        with in_municipality(storkoping):
            (one,) = Picture.objects.filter(signal_id=answer.id)
            (link,) = StreamLink.objects.filter(signal_id=answer.id)
            raw = SignalContent.objects.get(pk=answer.id).body["raw"]
        return bytes(one.content or b""), one.content_type, link.url, raw

    content, kind, url, raw = await in_thread(stored)
    assert (content, kind, url) == (picture("PNG"), "image/png", "https://kamera.example/live/1")
    assert '"line_crossed"' in raw


async def test_a_form_brings_its_pictures_and_a_bad_one_loses_no_alarm(
    posts: tuple[Source, str], storkoping: Any
) -> None:
    kind, raw = form(
        event(), ("a.jpg", "image/jpeg", picture("PNG")), ("b.png", "image/png", b"<html></html>")
    )
    async with HookDoor() as door:
        answer = await door.post(*posts, raw, content_type=kind)
    assert answer.status == 201
    kept = await in_thread(letter, answer, storkoping)
    assert "Bilden kunde inte tas emot: innehållet är inte JPEG, PNG eller WebP." in kept.story

    def kinds() -> list[str]:
        with in_municipality(storkoping):
            return [one.content_type for one in Picture.objects.all()]

    assert await in_thread(kinds) == ["image/png"]


async def test_a_repetition_gives_the_same_id_and_no_second_case(posts: tuple[Source, str]) -> None:
    async with HookDoor() as door:
        first = await door.post(*posts, event())
        again = await door.post(*posts, event(text="sagt en gång till"))
        other = await door.post(*posts, event(id="e-2"))
    assert (first.status, again.status, other.status) == (201, 200, 201)
    assert first.id == again.id != other.id
    assert await in_thread(Signal.objects.count) == await in_thread(WorkItem.objects.count) == 2


async def test_without_an_id_the_key_or_the_words_themselves_are_the_identity(storkoping: Any) -> None:
    fields = {name: rule for name, rule in CONVENTIONS["fields"].items() if name != "event_id"}
    source, key = await in_thread(lambda: hook(storkoping, conventions={**CONVENTIONS, "fields": fields}))
    async with HookDoor() as door:
        told = [
            await door.post(source, key, event(id=nth), headers={"Idempotency-Key": name} if name else {})
            for nth, name in [(1, ""), (1, ""), (2, ""), (3, "k1"), (3, "k1"), (3, "k2"), (4, "k1")]
        ]
    assert [one.status for one in told] == [201, 200, 201, 201, 200, 201, 201]
    assert told[0].id == told[1].id
    assert told[3].id == told[4].id


async def test_what_cannot_be_read_is_a_case_that_says_so(posts: tuple[Source, str], centre: Any) -> None:
    async with HookDoor() as door:
        answer = await door.post(*posts, {"something": "else"})
    assert answer.status == 201
    kept = await in_thread(letter, answer, centre)
    assert kept.kind == "unknown_transmitter"
    assert "Kunde inte läsas som avtalat: konto (device.id): saknas" in kept.story


async def test_a_sign_of_life_is_kept_and_opens_nothing(posts: tuple[Source, str]) -> None:
    async with HookDoor() as door:
        answer = await door.post(*posts, event(type="heartbeat"))
    assert (answer.status, answer.body) == (200, {"heard": "yes"})
    assert await in_thread(WorkItem.objects.count) == await in_thread(Signal.objects.count) == 0
    assert await in_thread(TransmitterState.objects.filter(heard_at__isnull=False).count) == 1


async def test_an_alarm_counts_as_heard(posts: tuple[Source, str]) -> None:
    async with HookDoor() as door:
        await door.post(*posts, event())
    assert await in_thread(TransmitterState.objects.filter(heard_at__isnull=False).count) == 1


@pytest.mark.parametrize("raw", [b"", b"{", b"<event/>", b"[" * 9_000])
async def test_what_is_no_json_is_told_what_is_wrong(posts: tuple[Source, str], raw: bytes) -> None:
    async with HookDoor() as door:
        answer = await door.post(*posts, raw)
    assert (answer.status, answer.body["field"]) == (400, "body")
    assert await in_thread(Signal.objects.count) == 0


async def test_a_wrong_key_reaches_nobody_and_is_counted(posts: tuple[Source, str]) -> None:
    source, key = posts
    async with HookDoor() as door:
        wrong = [
            await door.post(source, "tck_fel", event()),
            await door.post(source, "", event()),
            await door.post(999_999, key, event()),
        ]
        assert (await door.post(source, key, event(), host="storkoping.localhost")).status == 404
        assert (await door.post(source, key, event(), method="GET")).status == 405
        door.hooks._refusals._written_at = -1e9
        await door.post(source, "tck_fel", event())
    assert [one.status for one in wrong] == [401, 401, 401]
    assert await in_thread(Signal.objects.count) == 0
    assert await in_thread(Rejection.objects.filter(reason="bad_key", source_id=source.pk).exists)


async def test_guessing_is_limited_and_the_right_key_goes_on(posts: tuple[Source, str]) -> None:
    source, key = posts
    async with HookDoor() as door:
        told = {(await door.post(source, "fel", event())).status for _ in range(40)}
        assert told == {401, 429}
        assert (await door.post(source, key, event())).status == 201


async def test_basic_takes_the_key_as_password(storkoping: Any) -> None:
    source, key = await in_thread(
        lambda: hook(storkoping, conventions={**CONVENTIONS, "auth": {"mode": "basic"}})
    )

    def head(password: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"kamera:{password}".encode()).decode()}

    async with HookDoor() as door:
        assert (await door.post(source, key, event())).status == 401
        assert (await door.post(source, "", event(), headers=head("fel"))).status == 401
        assert (await door.post(source, "", event(), headers={"Authorization": "Basic åäö"})).status == 401
        assert (await door.post(source, "", event(), headers=head(key))).status == 201


async def test_a_signature_is_over_the_body_and_its_time(storkoping: Any) -> None:
    auth = {"mode": "hmac", "header": "X-Hub-Signature", "prefix": "sha256=", "timestamp_header": "X-Time"}
    source, key = await in_thread(lambda: hook(storkoping, conventions={**CONVENTIONS, "auth": auth}))
    raw = b'{"device": {"id": "cam-1"}, "event": {"type": "smoke", "id": "1"}}'

    def head(at: float, body: bytes = raw, *, encode: str = "hex") -> dict[str, str]:
        digest = hmac.new(key.encode(), f"{at:.0f}.".encode() + body, hashlib.sha256).digest()
        said = digest.hex() if encode == "hex" else base64.b64encode(digest).decode()
        return {"X-Time": f"{at:.0f}", "X-Hub-Signature": f"sha256={said}"}

    now = time.time()
    async with HookDoor() as door:
        assert (await door.post(source, key, raw)).status == 401
        assert (await door.post(source, "", raw + b" ", headers=head(now))).status == 401
        old = await door.post(source, "", raw, headers=head(now - 400))
        assert (old.status, old.body["error"]) == (403, "old_signature")
        assert (await door.post(source, "", raw, headers=head(now))).status == 201
        assert (await door.post(source, "", raw, headers=head(now - 2, encode="base64"))).status == 200


async def test_too_large_is_refused_before_it_is_read(posts: tuple[Source, str]) -> None:
    async with HookDoor() as door:
        answer = await door.post(*posts, b"{}", headers={"content-length": "99000000"})
    assert answer.status == 413


async def test_a_source_that_is_switched_off_takes_nothing(posts: tuple[Source, str]) -> None:
    source, key = posts
    await in_thread(lambda: Source.objects.filter(pk=source.pk).update(active=False))
    async with HookDoor() as door:
        assert (await door.post(source, key, event())).status == 401
