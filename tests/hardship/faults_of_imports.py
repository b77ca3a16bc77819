"""A register's large file while the worker is killed, while the broker is away, and while SMS want to leave."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from tests.hardship.region import Place, Region
from tests.support import simulated_carrier
from tests.support.processes import Process

CELERY = ["celery", "-A", "config.celery", "worker", "--pool", "threads", "--concurrency", "4"]
SENT_WITHIN = 5.0
PAUSE = 0.1

type Told = dict[str, Any]


@contextmanager
def _worker(region: Region, **more: str) -> Iterator[Process]:
    process = Process(CELERY, {**region.environment, **more})
    try:
        yield process
    finally:
        process.stop()


def import_killed(region: Region, *, rows: int, kills: int) -> Told:
    """Fault 1: kill -9 of the worker while it reads, and while it writes; all the rows stand, once, or none."""
    place = region.places[0]
    _forget(region, place)
    try:
        with region.process("clock"), _worker(region) as worker:
            run = region.python("tests.hardship.importing", "bring", place.slug, str(rows))
            read = _killed(region, place, worker, run, "received", "previewed", kills)
            region.python("tests.hardship.importing", "agree", place.slug, run)
            written = _killed(region, place, worker, run, "confirmed", "done", kills)
        _assert_whole(region, place, run, rows)
        return {"rows": rows, "killed reading": read, "killed writing": written}
    finally:
        _forget(region, place)


def import_without_broker(region: Region, *, rows: int) -> Told:
    """Fault 3: the file is brought and agreed to while nobody can ring the worker; afterwards the clock rings."""
    place = region.places[0]
    _forget(region, place)
    try:
        with region.process("clock"), _worker(region):
            region.services.stop_valkey()
            try:
                run = region.python("tests.hardship.importing", "bring", place.slug, str(rows))
            finally:
                region.services.start_valkey()
            _until(region, place, run, "previewed")
            region.services.stop_valkey()
            try:
                region.python("tests.hardship.importing", "agree", place.slug, run)
            finally:
                region.services.start_valkey()
            _until(region, place, run, "done")
        _assert_whole(region, place, run, rows)
        return {"rows": rows}
    finally:
        _forget(region, place)


def texts_beside_an_import(region: Region, *, rows: int, texts: int) -> Told:
    """One worker, a long import: SMS leave beside it as if there were none."""
    place = region.places[0]
    _forget(region, place)
    region.sql("TRUNCATE carriers_leg CASCADE")
    waits = "SELECT coalesce(max(extract(epoch FROM sent_at - created_at)), 0)::float FROM carriers_leg"
    try:
        with simulated_carrier.running("--deliver-to", "http://127.0.0.1:9") as carrier:
            use = {
                "TWILIO_ACCOUNT_SID": simulated_carrier.ACCOUNT, "TWILIO_AUTH_TOKEN": simulated_carrier.TOKEN,
                "TWILIO_FROM": simulated_carrier.NUMBER, "TWILIO_API_BASE": carrier.base,
                "PUBLIC_BASE_URL": simulated_carrier.PUBLIC_BASE,
            }  # fmt: skip
            with _worker(region, **use), region.process("clock"), ThreadPoolExecutor(1) as texting:
                run = region.python("tests.hardship.importing", "bring", place.slug, str(rows))
                sending = texting.submit(
                    region.python, "tests.hardship.importing", "text", place.slug, str(texts), str(PAUSE)
                )
                _until(region, place, run, "previewed")
                region.python("tests.hardship.importing", "agree", place.slug, run)
                _until(region, place, run, "done")
                sending.result(600)
                region.until("SELECT count(*) FROM carriers_leg WHERE sent_at IS NOT NULL", texts, 60)
            assert carrier.count("accepted") == texts, carrier.oracle()["counts"]
        slowest = float(region.one(waits))
        assert slowest < SENT_WITHIN, f"an SMS waited {slowest:.1f} s"
        _assert_whole(region, place, run, rows)
        return {"rows": rows, "texts": texts, "slowest text s": slowest}
    finally:
        region.sql("TRUNCATE carriers_leg CASCADE")
        _forget(region, place)


def _killed(region: Region, place: Place, worker: Process, run: str, at: str, then: str, kills: int) -> int:
    """Kill it in the middle of an attempt; how many times it really was in the middle. No row may stand then."""
    hits = 0
    for attempt in range(1, kills + 1):
        region.until(_of(place, run, f"(attempts >= {attempt} OR state <> '{at}')::int"), 1, 120)
        worker.kill()
        state = _state(region, place, run)
        assert state in (at, then), state
        if state == at:
            hits += 1
            assert _sites(region, place) == 0, "half a file stands"
        worker.start()
    _until(region, place, run, then)
    return hits


def _of(place: Place, run: str, what: str) -> str:
    return f"SELECT {what} FROM \"{place.schema}\".imports_importrun WHERE id = '{run}'"


def _state(region: Region, place: Place, run: str) -> str:
    return str(region.one(_of(place, run, "state")))


def _until(region: Region, place: Place, run: str, state: str) -> None:
    region.until(_of(place, run, f"(state IN ('{state}', 'refused'))::int"), 1, 300)
    assert _state(region, place, run) == state


def _sites(region: Region, place: Place) -> int:
    return int(region.one(f'SELECT count(*) FROM "{place.schema}".sites_site'))


def _assert_whole(region: Region, place: Place, run: str, rows: int) -> None:
    assert _sites(region, place) == rows
    told = "SELECT count(*) FROM audit_auditentry WHERE verb = 'sites.imported' AND subject = %s"
    assert region.one(told, run) == 1


def _forget(region: Region, place: Place) -> None:
    region.sql(f'DELETE FROM "{place.schema}".imports_importrun')
    region.sql(f'TRUNCATE "{place.schema}".sites_site CASCADE')
