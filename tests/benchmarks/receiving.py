"""The alarm receivers: how soon a frame is acknowledged, whether any is lost, and what ten thousand polls cost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import psutil

from tests.benchmarks import installation
from tests.benchmarks.measures import POSTERS, Bench, Row
from tests.benchmarks.panels import Order
from tests.benchmarks.servers import LOAD_TIMEOUT, floor
from tests.support.processes import ROOT
from tests.support.receivers import Receivers, receivers

PANELS, FRAME_RATE = 500, 500.0
HOMES, MESSAGE_RATE = 50, 100.0
POLLING, POLL_SECONDS = 10_000, 85.0
LEAST_MS, TIMES = 250.0, 3.0
CONNECTIONS, SPARE_FILES = 9_500, 500
"""Of the receivers' limit of 10 000; the rest poll over UDP, as do those for whom there is no file."""


def receiving(bench: Bench) -> Iterator[Row]:
    """DC-09 and SCAIP alarms at their rates, then nothing but polls."""
    _register()
    sizes = bench.sizes
    with floor(bench.installed) as bare:
        told = bench.load(
            bare,
            "receivers",
            consoles=1,
            posters=POSTERS,
            rate=FRAME_RATE,
            seconds=min(sizes.receiving_seconds, 20),
        )
    patience = max(LEAST_MS, TIMES * told["post_p99"])
    with receivers() as process:
        accounts = [_account(nth) for nth in range(PANELS)]
        told = _load(
            bench,
            process,
            "dc09",
            "alarms",
            accounts,
            PANELS,
            rate=FRAME_RATE,
            seconds=sizes.receiving_seconds,
        )
        yield from _answered(told, f"DC-09, {PANELS} förbindelser, {FRAME_RATE:.0f} ramar/s", "ACK", patience)
        told = _load(
            bench, process, "scaip", "scaip", [_controller(nth) for nth in range(HOMES)], HOMES,
            rate=MESSAGE_RATE, seconds=sizes.receiving_seconds,
        )  # fmt: skip
        yield from _answered(
            told, f"SCAIP, {MESSAGE_RATE:.0f} MESSAGE/s, hälften över TCP", "snu 0", patience
        )
    installation.empty_the_board()
    _nobody_heard()
    with receivers() as process:
        yield from _polls(bench, process)


def _answered(told: dict[str, Any], name: str, good: str, patience: float) -> Iterator[Row]:
    yield Row(f"{name}: kvitterad, p50", f"{told['p50']:.0f} ms")
    met = told["p99"] <= patience
    yield Row(f"{name}: kvitterad, p99", f"{told['p99']:.0f} ms", f"≤ {patience:.0f} ms", met)
    exact = told["sent"] == told["answers"].get(good) == told["stored"] and len(told["answers"]) == 1
    counts = f"{told['sent']} / {told['answers'].get(good, 0)} / {told['stored']}"
    yield Row(f"{name}: skickade, kvitterade, lagrade", counts, "lika", exact)
    yield Row(f"{name}: mottagarens CPU, och den lagrandes", _shares(told["cpu"]))


def _polls(bench: Bench, process: Receivers) -> Iterator[Row]:
    accounts = [_account(nth) for nth in range(POLLING)]
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    connections = max(0, min(CONNECTIONS, files - SPARE_FILES))
    told = _load(
        bench, process, "dc09", "polls", accounts, connections,
        rate=POLLING / POLL_SECONDS, seconds=bench.sizes.polling_seconds,
    )  # fmt: skip
    name = f"{POLLING} övervakade sändare, var {POLL_SECONDS:.0f}:e sekund"
    exact = told["sent"] == told["answers"].get("ACK") == told["heard"] and len(told["answers"]) == 1
    counts = f"{told['sent']} / {told['answers'].get('ACK', 0)} / {told['heard']}"
    yield Row(f"{name}: skickade, kvitterade, bokförda", counts, "lika", exact)
    used = sum(told["cpu"])
    yield Row(f"{name} ({connections} över TCP): CPU", f"{used:.1%} av en kärna", "< 10 %", used < 0.10)
    yield Row(f"{name}: kvitterad, p99", f"{told['p99']:.0f} ms")


def _load(
    bench: Bench, process: Receivers, protocol: str, work: str, accounts: list[str], connections: int,
    *, rate: float, seconds: float,
) -> dict[str, Any]:  # fmt: skip
    """Run the load program; its result with what was stored meanwhile beside."""
    children = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    port = process.scaip_port if protocol == "scaip" else process.dc09_port
    order = Order(work, port, accounts, [process.pid, *children], connections, rate, seconds)
    before = _stored(protocol)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.panels"],
        input=json.dumps(asdict(order)).encode(), capture_output=True, cwd=ROOT, timeout=LOAD_TIMEOUT, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"lastprogrammet stannade:\n{done.stderr.decode()[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    told["stored"] = _stored(protocol) - before
    told["heard"] = installation.counted(
        "SELECT count(*) FROM intake_transmitterstate WHERE heard_at IS NOT NULL"
    )
    bench.raw.append({"what": f"receivers {work}", **told})
    bench.tell(
        f"{work:8} {told['rate']:7.0f}/s  p50 {told['p50'] or 0:5.0f}  p99 {told['p99'] or 0:5.0f} ms  "
        f"cpu {_shares(told['cpu'])}"
    )
    return told


def _stored(protocol: str) -> int:
    return int(
        installation.counted(
            "SELECT count(*) FROM intake_signal s JOIN intake_source o ON o.id = s.source_id WHERE o.protocol = %s",
            protocol,
        )
    )


def _shares(used: list[float]) -> str:
    return " + ".join(f"{share:.0%}" for share in used)


def _account(nth: int) -> str:
    return f"{nth:06X}"


def _controller(nth: int) -> str:
    return f"4670{nth:06d}"


def _nobody_heard() -> None:
    from alarms.intake.models import TransmitterState

    TransmitterState.objects.all().delete()


def _register() -> None:
    """Ten thousand panels and fifty home controllers, supervised, by turns in each municipality."""
    from alarms.intake.models import Source, Transmitter
    from alarms.intake.registering import account_hash, register_source
    from central.municipalities.models import Kind, Municipality

    Source.objects.filter(protocol__in=["dc09", "scaip"]).delete()
    owners = list(Municipality.objects.filter(kind=Kind.MUNICIPALITY).order_by("id"))
    for protocol, name, count in (("dc09", _account, POLLING), ("scaip", _controller, HOMES)):
        source, _ = register_source(name=f"Mätningens {protocol}", protocol=protocol)
        rows = (
            Transmitter(
                source=source, account_hash=account_hash(source.pk, name(nth)), area=str(nth),
                municipality=owners[nth % len(owners)], interval_seconds=600,
            )
            for nth in range(count)
        )  # fmt: skip
        Transmitter.objects.bulk_create(rows, batch_size=2_000)
