"""Many municipalities in one installation: what grows with their number, and what must not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.benchmarks import installation
from tests.benchmarks.measures import Bench, Row
from tests.benchmarks.servers import platform
from tests.support.processes import ROOT

BOARD_ROWS = 500
BOARD_BURSTS, BOARD_READS = 8, 15
BURST_APART = 0.5  # a neighbour on the machine takes seconds at a time
PAGE_ROUNDS = 9
NO_OP_SECONDS = 30.0


def scale(bench: Bench) -> Iterator[Row]:
    """First with the region's municipalities, then with all; both are asked the same."""
    many = bench.sizes.municipalities
    few_board, few_delivery, _ = _at_this_size(bench)
    bench.tell(f"lägger upp {many} kommuner")
    installation.found_municipalities(bench.installed, many)
    installation.spread_transmitters()
    many_board, many_delivery, rss = _at_this_size(bench)
    founding = bench.installed.founding
    yield Row(
        "lägga upp en kommun",
        f"median {median(founding):.2f} s, som mest {max(founding):.2f} s",
        "< 1 s",
        max(founding) < 1,
    )
    yield _times(f"tavlans fråga, {many} kommuner mot {installation.MUNICIPALITIES}", many_board, few_board)
    yield _times("händelse till konsol (p50), lika många", many_delivery, few_delivery)
    yield _page()
    yield _no_op_migrate(many)
    yield Row(f"webbprocessens minne, {many} kommuner", f"{rss:.0f} MB")
    yield from _idle_processes()


def _times(name: str, many: float, few: float) -> Row:
    return Row(
        name, f"{many:.1f} ms mot {few:.1f} ms = {many / few:.2f} gånger", "≤ 1,2 gånger", many / few <= 1.2
    )


def _at_this_size(bench: Bench) -> tuple[float, float, float]:
    """The board query in ms (fastest of several), delivery p50 in ms, and the web process's memory in MB."""
    with platform(bench.installed) as web:
        bench.load(web, "warm", consoles=1, posters=8, seconds=0.7)
        order: dict[str, Any] = {"posters": 64, "rate": 100.0, "seconds": bench.sizes.latency_seconds / 2}
        told = min((bench.load(web, "scale", consoles=20, **order) for _ in range(2)), key=_p50)
        installation.empty_the_board()
        bench.load(web, "board", consoles=1, posters=32, count=BOARD_ROWS)
        board = _board_query()
        rss = web.rss_mb()
    installation.empty_the_board()
    return board, told["p50"], rss


def _p50(told: dict[str, Any]) -> float:
    assert told["p50"] is not None, f"no console heard anything: {told}"
    return float(told["p50"])


def _board_query() -> float:
    from alarms.workqueue.queries import board
    from central.accounts.models import User

    user = User.objects.get(username="op0")
    times = []
    for _ in range(BOARD_BURSTS):
        time.sleep(BURST_APART)
        for _ in range(BOARD_READS):
            started = time.perf_counter()
            rows = len(board(user).rows)
            times.append(time.perf_counter() - started)
            assert rows == BOARD_ROWS, rows
    return min(times) * 1000


def _page() -> Row:
    """Pairs in turn, each within a second or two; the median pair, since the machine's speed drifts."""
    pairs = [(_page_cost("plain"), _page_cost("tenant")) for _ in range(PAGE_ROUNDS)]
    plain, tenant = sorted(pairs, key=lambda pair: pair[1] / pair[0])[PAGE_ROUNDS // 2]
    more = (tenant / plain - 1) * 100
    return Row(
        "en sida med en fråga: vad tenanterna lägger till",
        f"{tenant:.0f} µs mot {plain:.0f} µs = {more:+.0f} %",
        "≤ 25 %",
        more <= 25,
    )


def _page_cost(mode: str) -> float:
    words = ["-m", "tests.benchmarks.tenancy_page", mode, "m_kommun_3", "kommun-3.localhost"]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout)


def _no_op_migrate(many: int) -> Row:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "config.cli", "migrate"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    spent = time.perf_counter() - started
    return Row(
        f"migrera {many} kommuner när inget är nytt", f"{spent:.1f} s", "< 30 s", spent < NO_OP_SECONDS
    )


def _idle_processes() -> Iterator[Row]:
    """Start the others as in production and read their memory."""
    import psutil

    from tests.support.processes import Process, command

    for name, make in (
        ("klockan", lambda: command("clock")),
        ("granskaren", lambda: command("auditor")),
        (
            "sändaren (Celery)",
            lambda: Process(["celery", "-A", "config.celery", "worker", "--pool", "threads"]),
        ),
    ):
        process = make()
        try:
            time.sleep(8)
            running = process.popen.poll() is None
            rss = psutil.Process(process.pid).memory_info().rss / 1e6 if running else 0.0
        finally:
            process.stop()
        yield Row(f"minne, {name}", f"{rss:.0f} MB" if running else "startade inte")
