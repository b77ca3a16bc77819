"""Cameras that post with pictures, while the web process and PostgreSQL die under them, and garbage beside them."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from tests.hardship.asking import Link
from tests.hardship.hooking import CAMERAS, KEY
from tests.hardship.region import Region
from tests.hardship.storm import PATIENCE, Storm
from tests.support.posted import event, form, noise

PICTURES = 12
BOUNDARY = "prov"
type Told = dict[str, Any]


@cache
def album() -> list[bytes]:
    """Some pictures that can't be packed, so that they cost what they weigh: some 40 kB each."""
    return [noise(nth) for nth in range(PICTURES)]


class HookLink(Link):
    """A camera's connection to one source."""

    def __init__(self, port: int, source: int, patience: float = PATIENCE) -> None:
        super().__init__(port, patience)
        self.path = f"/hooks/{source}/"
        self.kind = f"multipart/form-data; boundary={BOUNDARY}"

    def headers(self, key: str, idempotency_key: str) -> dict[str, str]:
        """The event's own id says which event it is."""
        return {"Host": "localhost", "Authorization": f"Bearer {key}", "Content-Type": self.kind}


class Cameras(Storm):
    """As the storm, with an event's id for key; ``seen`` holds the digests of the pictures that went with each."""

    def __init__(self, region: Region, port: int, source: int, **more: Any) -> None:
        super().__init__(region, port, **more)
        self.source = source
        self.seen: dict[str, list[str]] = {}

    def _send(self, sender: int) -> None:
        chance, nth, link = random.Random(sender), 0, HookLink(self.port, self.source)
        while not self._stop.is_set():
            nth += 1
            name = f"{sender}-{nth}"
            shots = chance.sample(album(), chance.randrange(4))
            said = {**event(id=name), "device": {"id": f"cam-{(sender * 7 + nth) % CAMERAS}"}}
            _, raw = form(said, *(("a.png", "image/png", one) for one in shots), boundary=BOUNDARY)
            self.seen[name] = [hashlib.sha256(one).hexdigest() for one in shots]
            self._until_acknowledged(link, KEY, name, raw)
            if self.pause:
                time.sleep(self.pause)
        link.close()


def prepared(region: Region, port: int) -> int:
    """The source's id, when the web process lets it in."""
    for place in region.places:
        region.sql(f'TRUNCATE "{place.schema}".contents_picture, "{place.schema}".contents_streamlink')
    source = int(region.python("tests.hardship.hooking", *(str(place.id) for place in region.places)))
    link = HookLink(port, source)
    link.kind = "application/json"
    end = time.monotonic() + 30
    while (status := link.post(KEY, json.dumps(event(type="heartbeat")).encode())[0]) != 200:
        assert time.monotonic() < end, f"never let in: {status}"
        time.sleep(0.5)
    link.close()
    return source


def assert_whole(region: Region, cameras: Cameras) -> int:
    """Every event answered is one signal with a case of its own and its pictures, whole; how many pictures."""
    assert cameras.wrong == [], cameras.wrong[:3]
    rows = dict(region.sql("SELECT id::text, item_id::text FROM intake_signal"))
    assert set(rows) == set(cameras.acked.values()), f"{len(rows)} stored, {len(cameras.acked)} answered"
    assert len(set(cameras.acked.values())) == len(cameras.acked), "two events are one signal"
    assert None not in rows.values(), "an answered event has no case"
    assert len(set(rows.values())) == len(rows) == region.one("SELECT count(*) FROM workqueue_workitem")
    assert sum(_letters(region, place.schema) for place in region.places) == len(rows)
    kept: dict[str, list[str]] = {}
    for place in region.places:
        for signal_id, said, is_ in region.sql(
            "SELECT signal_id::text, encode(sha256, 'hex'), encode(sha256(content), 'hex') "
            f'FROM "{place.schema}".contents_picture ORDER BY signal_id, position'
        ):
            assert said == is_, "a picture is not what it was"
            kept.setdefault(signal_id, []).append(said)
    sent = {cameras.acked[name]: shots for name, shots in cameras.seen.items() if shots}
    assert kept == sent, f"{len(kept)} signals with pictures, {len(sent)} were sent"
    return sum(map(len, kept.values()))


def _letters(region: Region, schema: str) -> int:
    found: int = region.one(
        f'SELECT count(*) FROM intake_signal JOIN "{schema}".contents_signalcontent USING (id) '
        f'JOIN "{schema}".casefiles_casefile c ON c.id = item_id'
    )
    return found


def web_killed(region: Region, *, kills: int, per_kill: int) -> Told:
    """kill -9 of the web process while pictures are on their way in, wherever it hits."""
    back: list[float] = []
    with region.web() as web:
        source = prepared(region, web.port)
        with Cameras(region, web.port, source) as cameras:
            for _ in range(kills):
                cameras.until_acked(len(cameras.acked) + per_kill, 120)
                web.kill()
                begun, had = time.monotonic(), len(cameras.acked)
                web.restart()
                cameras.until_acked(had + 1)
                back.append(time.monotonic() - begun)
            cameras.until_acked(len(cameras.acked) + per_kill, 120)
        pictures = assert_whole(region, cameras)
    return _told(cameras, kills=kills, pictures=pictures, **{"back s": max(back)})


def postgres_restarted(region: Region, *, restarts: int, per_restart: int) -> Told:
    """A power cut of PostgreSQL under the cameras: 503 until it is back, and nothing half."""
    back: list[float] = []
    with region.web() as web:
        source = prepared(region, web.port)
        with Cameras(region, web.port, source) as cameras:
            for _ in range(restarts):
                cameras.until_acked(len(cameras.acked) + per_restart, 120)
                region.services.restart_postgres(immediate=True)
                begun = time.monotonic()
                cameras.until_acked(len(cameras.acked) + 6)
                back.append(time.monotonic() - begun)
            cameras.until_acked(len(cameras.acked) + per_restart, 120)
        assert web.popen.poll() is None
        pictures = assert_whole(region, cameras)
    return _told(cameras, restarts=restarts, pictures=pictures, **{"recovered s": max(back)})


def garbage(region: Region, *, bodies: int) -> Told:
    """Nonsense with the right key: never 5xx, and every row belongs to an answer."""
    senders = 4

    def send(nth: int) -> tuple[Counter[int], set[str]]:
        chance, told, ids = random.Random(160 + nth), Counter[int](), set[str]()
        link = HookLink(web.port, source)
        for n in range(nth, bodies, senders):
            link.kind, raw = _nonsense(chance, f"{nth}-{n}")
            status, answer = _posted(link, raw)
            told[status] += 1
            if status < 300 and "id" in answer:
                ids.add(answer["id"])
        link.close()
        return told, ids

    with region.web() as web:
        source = prepared(region, web.port)
        with ThreadPoolExecutor(senders) as threads:
            results = list(threads.map(send, range(senders)))
        assert web.popen.poll() is None
    statuses = sum((told for told, _ in results), Counter[int]())
    assert max(statuses) < 500, dict(statuses)
    stored = {one for (one,) in region.sql("SELECT id::text FROM intake_signal")}
    answered = set().union(*(ids for _, ids in results))
    assert stored == answered, f"{len(stored)} rows, {len(answered)} answers"
    assert region.one("SELECT count(*) FROM intake_signal WHERE item_id IS NULL AND NOT logged") == 0
    return {"bodies": bodies, "rows": len(stored), **{str(one): n for one, n in sorted(statuses.items())}}


def _posted(link: HookLink, raw: bytes) -> tuple[int, Told]:
    """Tried again a little later when it is too much."""
    while True:
        status, answer = link.post(KEY, raw)
        if status != 429:
            return status, answer
        time.sleep(1)


def _nonsense(chance: random.Random, name: str) -> tuple[str, bytes]:
    json_, multipart = "application/json", f"multipart/form-data; boundary={BOUNDARY}"
    good = json.dumps(event(id=name)).encode()
    shot = chance.choice(album())
    _, whole = form(event(id=name), ("a.png", "image/png", shot), boundary=BOUNDARY)
    at = chance.randrange(1, len(whole) - 1)
    match chance.randrange(10):
        case 0:
            return json_, chance.randbytes(chance.randrange(400))
        case 1:
            return json_, b"[" * chance.randrange(1, 60_000)
        case 2:
            return json_, good[: chance.randrange(len(good))]
        case 3:
            odd = chance.choice([[], {}, 1e308, -1, None, "\x00", "å" * 9_000, "9" * 3_000, True, "\ud800"])
            return json_, json.dumps(event(**{chance.choice(["type", "id", "text", "time"]): odd})).encode()
        case 4:
            odd = chance.choice(["!", [], ["="], 7, "A" * 50_000, ["QUJD"] * 9, "https://elak.example/"])
            return json_, json.dumps(
                {**event(id=name), chance.choice(["picture", "stream"]): odd, "device": {"id": odd}}
            ).encode()
        case 5:
            return multipart, whole[:at]
        case 6:
            return multipart, whole[:at] + chance.randbytes(chance.randrange(1, 9)) + whole[at:]
        case 7:
            return chance.choice(["multipart/form-data", "multipart/form-data; boundary=", multipart]), good
        case 8:
            broken = shot[: chance.randrange(len(shot))]
            return multipart, form(event(id=name), ("a.png", "image/png", broken), boundary=BOUNDARY)[1]
        case _:
            return chance.choice(["", "text/plain", "image/png", "application/json; charset=utf-16"]), whole


def _told(cameras: Cameras, **more: Any) -> Told:
    said = {str(one): count for one, count in cameras.answers.items()}
    return {**more, "answered": len(cameras.acked), "slowest s": cameras.slowest, "answers": said}
