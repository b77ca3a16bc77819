"""``make hardship``: every fault program at full size; a table on the screen and in hardship.json.

``python -m tests.hardship [--small] [name …]`` runs some of them, or all at the size of ``make test``.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.hardship.programs import ALL, Program
from tests.hardship.region import Region

WHERE = Path("hardship.json")


def run(program: Program, region: Region, *, small: bool) -> dict[str, Any]:
    """One program; its figures, or what broke."""
    begun = time.monotonic()
    try:
        region.empty()
        told = (program.small if small else program.full)(region)
    except Exception as error:
        traceback.print_exc()
        told = {"broken": f"{type(error).__name__}: {error}"[:300]}
    return {**told, "took s": time.monotonic() - begun}


def line(name: str, faults: str, told: dict[str, Any]) -> str:
    said = "; ".join(
        f"{key} {value:.1f}" if isinstance(value, float) else f"{key} {value}" for key, value in told.items()
    )
    return f"| {name} | {faults} | {'BRUTET' if 'broken' in told else 'håller'} | {said} |"


def durations(results: dict[str, dict[str, Any]]) -> None:
    """The longest first, and all together."""
    print("\n| prov | tid (s) |\n| --- | --- |")
    for name, told in sorted(results.items(), key=lambda one: -one[1]["took s"]):
        print(f"| {name} | {told['took s']:.0f} |")
    print(f"| tillsammans | {sum(told['took s'] for told in results.values()):.0f} |", flush=True)


def main(arguments: list[str]) -> int:
    small = "--small" in arguments
    names = [one for one in arguments if not one.startswith("-")] or list(ALL)
    results: dict[str, dict[str, Any]] = {}
    print("| prov | fel | löfte | utfall |\n| --- | --- | --- | --- |", flush=True)
    with Region(municipalities=4 if small else 20, operators=4 if small else 12) as region:
        for nth, name in enumerate(names, 1):
            print(f"[{nth}/{len(names)}] {name} …", file=sys.stderr, flush=True)
            results[name] = run(ALL[name], region, small=small)
            print(line(name, ALL[name].faults, results[name]), flush=True)
    durations(results)
    machine = {"python": platform.python_version(), "system": platform.platform(), "cpus": _cpus()}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    WHERE.write_text(
        json.dumps(
            {"at": at, "small": small, "machine": machine, "programs": results}, indent=1, ensure_ascii=False
        )
    )
    broken = [name for name, told in results.items() if "broken" in told]
    if not small and len(names) == len(ALL):
        begun = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-n0", "-m", "hardship", "tests"]
        held = subprocess.run(command, check=False).returncode in (0, 5)
        others = {} if held else {"broken": "se ovan"}
        print(line("pytest -m hardship", "1 8 9 10 25", {**others, "took s": time.monotonic() - begun}))
        broken += list(others)
    return 1 if broken else 0


def _cpus() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
