"""The sentences a person gets when the services can't start."""

from pathlib import Path

import pytest

import embedded

from .conftest import holder


def test_a_folder_in_use_says_by_whom(state: Path) -> None:
    with embedded.start(state), holder(state) as (process, addresses):
        assert process.wait(10) == 1
        assert addresses == {}
        message = process.stderr.read()  # type: ignore[union-attr]
    assert "används redan av process" in message
    assert str(state) in message
    assert message.count("\n") == 1


def test_the_folder_is_free_again_after_a_failed_start(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embedded.postgres.SETTINGS, "max_connections", "many")
    with pytest.raises(embedded.ServiceFailed, match=r"PostgreSQL startade inte: .*max_connections"):
        embedded.start(state)
    monkeypatch.undo()
    embedded.start(state).stop()
