"""The table of a run, for the terminal and for ARCHITECTURE.md, and bench.json with everything that was measured."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.measures import Row

ROOT = Path(__file__).resolve().parents[2]
JSON = ROOT / "bench.json"
MARKDOWN = ROOT / "tests" / "benchmarks" / "RESULTS.md"
SAID = {True: "nått", False: "MISSAT", None: ""}


def machine() -> dict[str, Any]:
    """What it ran on, and how busy the machine was with other things."""
    processor = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    return {
        "processor": processor or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "load_average": [round(value, 1) for value in os.getloadavg()],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def table(rows: Sequence[Row]) -> str:
    """For the terminal."""
    width = max(len(row.name) for row in rows)
    wide = max(len(row.value) for row in rows)
    lines = [f"{row.name:{width}}  {row.value:{wide}}  {row.target:26} {SAID[row.met]}" for row in rows]
    return "\n".join(lines)


def markdown(rows: Sequence[Row], ran_on: dict[str, Any], quick: bool, before: float) -> str:
    """For ARCHITECTURE.md."""
    head = (
        f"Measured by `make bench`{' (quick)' if quick else ''} on {ran_on['cores']} cores of {ran_on['processor']}, "
        f"{ran_on['memory_gb']} GB, Python {ran_on['python']}, {ran_on['at'][:10]}; load average before the run "
        f"{before:.1f}. The floor is one bare asyncio process with one durable table and no tenants, case, audit or "
        "log; each ratio is of paired runs in turn.\n"
    )
    lines = ["| measured | result | target | |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.name} | {row.value} | {row.target} | {SAID[row.met]} |" for row in rows]
    return head + "\n" + "\n".join(lines) + "\n"


def write(
    rows: Sequence[Row], raw: list[dict[str, Any]], *, quick: bool, whole: bool, load_before: float
) -> None:
    """bench.json (never committed) and, when every part was measured, RESULTS.md."""
    ran_on = machine()
    told = {"machine": ran_on, "load_before": load_before, "quick": quick}
    JSON.write_text(
        json.dumps({**told, "rows": [asdict(row) for row in rows], "raw": raw}, indent=1, ensure_ascii=False)
    )
    if whole:
        MARKDOWN.write_text(markdown(rows, ran_on, quick, load_before), encoding="utf-8")
