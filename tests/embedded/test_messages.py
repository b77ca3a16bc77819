"""The sentences a person gets when the services can't start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import embedded

from .conftest import PLATFORM, holder


def test_a_folder_in_use_says_by_whom(state: Path) -> None:
    with embedded.start(state), holder(state) as (process, addresses):
        assert process.wait(10) == 1
        assert addresses == {}
        assert process.stderr is not None
        message = process.stderr.read()
    assert "används redan av process" in message
    assert str(state) in message
    assert message.count("\n") == 1


def test_the_folder_is_free_again_after_a_failed_start(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embedded.postgres.SETTINGS, "max_connections", "many")
    with pytest.raises(embedded.ServiceFailed, match=r"PostgreSQL startade inte: .*max_connections"):
        embedded.start(state)
    monkeypatch.undo()
    embedded.start(state).stop()


def test_a_command_runs_beside_the_services_and_its_code_is_told(state: Path) -> None:
    program = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); raise SystemExit(7)"
    done = subprocess.run(
        [sys.executable, "-m", "embedded", str(state), sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(PLATFORM)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
