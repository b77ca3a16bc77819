"""Fault 6: PostgreSQL's data volume is full. Refused, never acknowledged; the boards stand; freed, it goes on.

An installation of its own on a small disk, in a process of its own: the mount is gone when the process is.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.hardship.asking import Browser
from tests.hardship.consoles import Room
from tests.hardship.region import Region
from tests.hardship.small_disk import Disk, FileLimit, Tmpfs, mount, namespace, unmount
from tests.hardship.storm import Storm
from tests.support.processes import run_module

MEGABYTES = 640
WITHOUT_MOUNT = "RLIMIT_FSIZE: monteringar är inte tillåtna här, så ENOSPC är INTE prövat"


def full_disk(region: Region, *, seconds: float, per_phase: int, log_too: bool) -> dict[str, Any]:
    """In a namespace that may mount; without one, the poorer way, said aloud.

    ``log_too``: halfway the write-ahead log is used up as well, and PostgreSQL stops.
    """
    words = namespace()
    way = "tmpfs" if words else "limit"
    arguments = str(seconds), str(per_phase), str(int(log_too)), way
    told: dict[str, Any] = json.loads(run_module("tests.hardship.full_disk", *arguments, within=words))
    if not words:
        print(f"FAULT 6: {WITHOUT_MOUNT}", file=sys.stderr)
    return told


def _answers(region: Region) -> bool:
    try:
        region.one("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def use_up_the_log(region: Region) -> None:
    """Ask for a new file of the write-ahead log until there is no room for one: PostgreSQL then stops itself."""
    with suppress(psycopg.Error):
        for _ in range(40):
            region.sql("SELECT pg_logical_emit_message(false, 'fault 6', 'x'), pg_switch_wal()")


def refused(region: Region, disk: Disk, *, seconds: float, per_phase: int, log_too: bool) -> dict[str, Any]:
    """Fill, hold for so long, free; PostgreSQL is started again if it ended, as its unit does."""
    with ExitStack() as stack:
        web = stack.enter_context(region.web())
        room = stack.enter_context(Room(web.port, region.cookies))
        for name in ("clock", "auditor"):
            stack.enter_context(region.process(name))
        nobody = Browser(web.port)
        states: set[str] = set()
        pages: set[int] = set()
        with Storm(region, web.port, pause=0.01) as storm:
            storm.until_acked(per_phase)
            refusals, begun = storm.answers[503], time.monotonic()
            first: float | None = None
            held, used_up = begun, not log_too
            while first is None or time.monotonic() - held < seconds:
                assert time.monotonic() - begun < 120, f"never refused: {dict(storm.answers)}"
                disk.fill()
                if first is not None and not used_up and time.monotonic() - held > seconds / 2:
                    used_up = True
                    use_up_the_log(region)
                if first is None and storm.answers[503] > refusals + 5:
                    held = time.monotonic()
                    first = held - begun
                if first is not None:
                    status, text = nobody.ask("GET", "/readyz")
                    assert status == 503 or len(states) == 0, text
                    if status == 503:
                        states.add(json.loads(text)["database"]["state"])
                    pages.add(
                        Browser(web.port, cookie=region.cookies[0]).ask("GET", "/console/board.json")[0]
                    )
                time.sleep(0.2)
            assert all(console.connections == 1 and console.connected for console in room.consoles), (
                "a console lost its socket"
            )
            assert all(console.rows for console in room.consoles), "a console lost its board"
            refusals = storm.answers[503] - refusals
            acked_by_then = len(storm.acked)
            metrics = nobody.ask("GET", "/metrics")[1]
            disk.free()
            begun, ended = time.monotonic(), not _answers(region)
            if ended:
                region.services.restart_postgres(immediate=True)
            storm.until_acked(acked_by_then + 20)
            recovered = time.monotonic() - begun
            storm.until_acked(acked_by_then + per_phase)
        assert storm.wrong == [], storm.wrong[:3]
        assert storm.retry_after <= {"1", "2"}, storm.retry_after
        assert states, "readyz never said that anything was wrong"
        assert "tc_database_up 1\n" not in metrics or "tc_disk_full 1\n" in metrics, "no metric tells"
        region.assert_kept(set(storm.acked))
        converged = room.until_truth(region.versions())
        assert nobody.ask("GET", "/readyz")[0] == 200
        assert all(console.twice == 0 for console in room.consoles)
    return {
        "acked": len(storm.acked), "refused 503": refusals, "first refusal s": first, "full s": seconds,
        "readyz": " ".join(sorted(states)), "board.json": " ".join(map(str, sorted(pages))),
        "PostgreSQL ended": ended, "recovered s": recovered, "converged s": converged,
        "answers": dict(storm.answers),
    }  # fmt: skip


def main(seconds: float, per_phase: int, log_too: bool, way: str) -> None:
    """Prints what was seen as JSON."""
    folder = Path(tempfile.mkdtemp(prefix="tc-full-"))
    try:
        if way == "tmpfs":
            mount(folder / "disk", MEGABYTES)
        with Region(municipalities=2, operators=3, folder=folder / "disk") as region:
            disk: Disk = (
                Tmpfs(folder / "disk") if way == "tmpfs" else FileLimit(region.services.pids["postgres"])
            )
            told = refused(region, disk, seconds=seconds, per_phase=per_phase, log_too=log_too)
            told["disk"] = "tmpfs, ENOSPC" if way == "tmpfs" else WITHOUT_MOUNT
    finally:
        unmount(folder / "disk")
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(told))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1", sys.argv[4])
