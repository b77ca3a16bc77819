"""What is measured, each as one function that returns its rows of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.benchmarks import installation
from tests.benchmarks.installation import Installation
from tests.benchmarks.servers import Server, floor, platform

SHARES = {"daphne": {1: 0.12, 20: 0.15, 100: 0.25}, "uvicorn": {1: 0.30, 20: 0.30, 100: 0.30}}
POSTERS = 32

type Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``met`` is None where nothing was promised."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None


@dataclass(slots=True)
class Sizes:
    """How much is measured: ``quick`` fits in three minutes, ``full`` in twenty."""

    rounds: int = 3
    seconds: float = 6.0
    latency_rounds: int = 2
    latency_seconds: float = 15.0
    storm: int = 10_000
    stall_seconds: float = 15.0
    receiving_seconds: float = 60.0
    polling_seconds: float = 85.0
    municipalities: int = 290
    consoles: tuple[int, ...] = (1, 20, 100)
    servers: tuple[str, ...] = ("daphne", "uvicorn")


QUICK = Sizes(
    rounds=1, seconds=3.0, latency_rounds=1, latency_seconds=5.0, stall_seconds=8.0,
    receiving_seconds=5.0, polling_seconds=10.0,
)  # fmt: skip


class Bench:
    """One run over one installation; every raw result is kept for bench.json."""

    def __init__(self, installed: Installation, sizes: Sizes, tell: Tell) -> None:
        self.installed, self.sizes, self.tell = installed, sizes, tell
        self.raw: list[dict[str, Any]] = []
        self._offset = 0

    def load(self, server: Server, what: str, *, consoles: int, **order: Any) -> dict[str, Any]:
        """Run a load and remember its result; transmitters go on from where the last load ended."""
        told = server.load(consoles=consoles, offset=self._offset, **order)
        self._offset = (self._offset + told["posted"] + 64) % installation.TRANSMITTERS
        self.raw.append({"what": what, "server": server.name, "consoles": consoles, **told})
        self.tell(
            f"{server.name:8} {consoles:3} konsoler  {told['rate']:7.0f} larm/s  "
            f"p50 {told['p50'] or 0:5.0f}  p99 {told['p99'] or 0:5.0f} ms"
        )
        return told

    def sustained(self) -> Iterator[Row]:
        """Closed loop: floor and platform by turns, so that both meet the same machine."""
        rates: dict[tuple[str, int], list[float]] = {}
        faults = 0
        for _ in range(self.sizes.rounds):
            for consoles in self.sizes.consoles:
                with floor(self.installed) as bare:
                    order = {"posters": POSTERS, "seconds": self.sizes.seconds}
                    told = self.load(bare, "sustained", consoles=consoles, **order)
                    rates.setdefault(("floor", consoles), []).append(told["rate"])
                for name in self.sizes.servers:
                    with platform(self.installed, name) as web:
                        self.load(web, "warm", consoles=1, posters=8, seconds=0.7)
                        told = self.load(web, "sustained", consoles=consoles, **order)
                    rates.setdefault((name, consoles), []).append(told["rate"])
                    faults += told["missing"] + told["extra"] + told["disorder"]
                    faults += sum(n for status, n in told["refused"].items())
                installation.empty_the_board()
        for name in self.sizes.servers:
            for consoles in self.sizes.consoles:
                yield self._share(name, consoles, rates)
        yield Row("tappat, dubblerat, i fel ordning eller avvisat", str(faults), "0", faults == 0)

    def _share(self, name: str, consoles: int, rates: dict[tuple[str, int], list[float]]) -> Row:
        ours, bare = rates[name, consoles], rates["floor", consoles]
        shares = [a / b for a, b in zip(ours, bare, strict=True)]
        share, target = median(shares), SHARES[name][consoles]
        spread = f", varv {min(shares):.2f}–{max(shares):.2f}" if len(shares) > 1 else ""
        return Row(
            f"larm/s, {name}, {consoles} konsol{'er' if consoles > 1 else ''}",
            f"{median(ours):.0f} mot golvets {median(bare):.0f} = {share:.2f}{spread}",
            f"≥ {target:.2f}",
            share >= target,
        )

    def latency(self) -> Iterator[Row]:
        """100 alarms a second to 100 consoles."""
        order = {"posters": 64, "rate": 100.0, "seconds": self.sizes.latency_seconds}
        bare_p99, p50, p99 = [], [], []
        for _ in range(self.sizes.latency_rounds):
            with floor(self.installed) as bare:
                bare_p99.append(self.load(bare, "latency", consoles=100, **order)["p99"])
            with platform(self.installed) as web:
                self.load(web, "warm", consoles=1, posters=8, seconds=0.7)
                told = self.load(web, "latency", consoles=100, **order)
                p50.append(told["p50"])
                p99.append(told["p99"])
            installation.empty_the_board()
        yield Row("100 larm/s till 100 konsoler, p50", f"{min(p50):.0f} ms", "≤ 50 ms", min(p50) <= 50)
        yield Row("100 larm/s till 100 konsoler, p99", f"{min(p99):.0f} ms", "≤ 250 ms", min(p99) <= 250)
        times = min(a / b for a, b in zip(p99, bare_p99, strict=True))
        yield Row(
            "samma p99 mot golvets",
            f"{times:.1f} gånger ({min(bare_p99):.0f} ms)",
            "≤ 5 gånger",
            times <= 5,
        )

    def storm(self) -> Iterator[Row]:
        """As fast as it can be sent, from 2 000 sources, one in a hundred a danger to life."""
        count = self.sizes.storm
        with platform(self.installed) as web:
            told = self.load(web, "storm", consoles=20, posters=256, count=count, urgent_every=100)
        signals = installation.counted("SELECT count(*) FROM intake_signal")
        items = installation.counted("SELECT count(*) FROM workqueue_workitem")
        paired = installation.counted(
            "SELECT count(DISTINCT s.item_id) FROM intake_signal s JOIN workqueue_workitem i ON i.id = s.item_id"
        )
        installation.empty_the_board()
        name = f"storm, {count} larm"
        yield Row(f"{name}: alla lagrade", f"{told['seconds']:.1f} s", "≤ 30 s", told["seconds"] <= 30)
        exact = signals == items == paired == told["stored"] == count
        yield Row(f"{name}: precis ett ärende var", f"{signals} / {items} / {paired}", f"{count}", exact)
        answer, board = told["urgent_answer"] / 1000, told["urgent_board"] / 1000
        yield Row(f"{name}: livsfara, senaste 201", f"{answer:.2f} s", "≤ 2 s", answer <= 2)
        seen = board <= 1 and told["urgent_unseen"] == 0
        yield Row(f"{name}: livsfara, sist på en tavla efter 201", f"{board:.2f} s", "≤ 1 s", seen)
        faults = told["missing"] + told["extra"] + told["disorder"]
        yield Row(
            f"{name}: alla tavlor lika",
            f"efter {told['converged'] - told['seconds']:.1f} s, {faults} fel",
            "0 fel",
            faults == 0,
        )

    def stalled(self) -> Iterator[Row]:
        """One of twenty consoles stops reading."""
        order = {"posters": 64, "rate": 150.0, "seconds": self.sizes.stall_seconds}
        with platform(self.installed) as web:
            self.load(web, "warm", consoles=1, posters=8, seconds=0.7)
            before = self.load(web, "all read", consoles=20, **order)
            told = self.load(web, "one stalls", consoles=20, stalled=True, **order)
        installation.empty_the_board()
        state = told["stalled"]
        times = told["p99"] / before["p99"]
        yield Row(
            "en konsol slutar läsa: övrigas p99",
            f"{told['p99']:.0f} ms mot {before['p99']:.0f} ms",
            "≤ 1,5 gånger, eller ≤ 100 ms",
            (times <= 1.5 or told["p99"] <= 100) and not told["missing"],
        )
        code = state["close_code"]  # 1006: the connection was dropped before it read the closing frame
        yield Row("den kapas med", str(code), "4002 (1006 om oläst)", code in (4002, 1006))
        yield Row("den kommer ifatt igen", "ja" if state["resynced"] else "nej", "ja", state["resynced"])
        grown = told["rss_mb"] - before["rss_mb"]
        yield Row("minnet växer med", f"{grown:.0f} MB", "≤ 30 MB", grown <= 30)
