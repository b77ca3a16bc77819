"""``make bench``: measure the platform against a floor in the same run, and say which targets were met.

``--quick`` takes about three minutes, the whole about twenty. ``--only sustained,latency,storm,stalled,receivers,
calling_out,scale`` chooses parts. Ends with status 1 when a target was missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator

from tests.benchmarks import installation, report
from tests.benchmarks.calling_out import calling_out
from tests.benchmarks.measures import QUICK, Bench, Row, Sizes
from tests.benchmarks.receiving import receiving
from tests.benchmarks.scale import scale

PARTS: dict[str, tuple[str, Callable[[Bench], Iterator[Row]]]] = {
    "sustained": ("larm i sekunden", Bench.sustained),
    "latency": ("från larm till konsol", Bench.latency),
    "storm": ("en storm", Bench.storm),
    "stalled": ("en konsol som slutar läsa", Bench.stalled),
    "receivers": ("larmmottagarna", receiving),
    "calling_out": ("utlarmning", calling_out),
    "scale": ("många kommuner", scale),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="färre varv och kortare, omkring tre minuter")
    parser.add_argument("--only", default=",".join(PARTS), help="delar att mäta")
    chosen = parser.parse_args()
    started, before = time.monotonic(), os.getloadavg()[0]

    def tell(text: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {text}", file=sys.stderr, flush=True)

    if before > 0.7:
        tell(f"Maskinen har redan annat att göra (last {before:.1f}); kvoterna blir osäkrare.")
    tell("startar PostgreSQL och Valkey, lägger upp regionen")
    rows: list[Row] = []
    broken = []
    with installation.prepare("localhost") as installed:
        bench = Bench(installed, QUICK if chosen.quick else Sizes(), tell)
        for name in chosen.only.split(","):
            title, part = PARTS[name]
            tell(f"mäter {title}")
            try:
                rows.extend(part(bench))
            except Exception:  # what the other parts found, in a quarter of an hour, is told all the same
                traceback.print_exc()
                broken.append(title)
        whole = not broken and chosen.only == ",".join(PARTS)
        report.write(rows, bench.raw, quick=chosen.quick, whole=whole, load_before=before)
    print(report.table(rows))
    missed = [row for row in rows if row.met is False]
    print(f"{len(missed)} mål missade." if missed else "Alla mål nådda.")
    if broken:
        print(f"Gick inte att mäta: {', '.join(broken)}.")
    return 1 if missed or broken else 0


if __name__ == "__main__":
    sys.exit(main())
