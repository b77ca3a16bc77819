import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PLATFORM = Path(__file__).resolve().parents[2] / "platform"


@contextmanager
def holder(folder: Path, **options: Any) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """`python -m embedded FOLDER` and the addresses it printed; killed at the end if it still runs."""
    environment = {**os.environ, "PYTHONPATH": str(PLATFORM)}
    process = subprocess.Popen(
        [sys.executable, "-m", "embedded", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    assert process.stdout is not None
    try:
        printed = (process.stdout.readline().strip() for _ in range(2))
        yield process, dict(line.split("=", 1) for line in printed if line)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(20)
        process.stdout.close()
        if process.stderr:
            process.stderr.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"
