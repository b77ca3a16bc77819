"""What is sealed is read here, for its own purpose, and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from central.sealing import Unreadable, seal, unseal


def test_what_was_sealed_is_read_again() -> None:
    sealed = seal("door", "4711 å")
    assert "4711" not in sealed
    assert unseal("door", sealed) == "4711 å"


def test_another_purpose_does_not_read_it() -> None:
    with pytest.raises(Unreadable):
        unseal("window", seal("door", "4711"))


def test_an_older_key_still_reads_and_a_forgotten_one_does_not(settings: Any) -> None:
    settings.SECRET_KEY = "the first key, long enough for anybody"
    sealed = seal("door", "4711")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "the next key, also long enough",
        [settings.SECRET_KEY],
    )
    assert unseal("door", sealed) == "4711"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        unseal("door", sealed)


@pytest.mark.parametrize("nonsense", ["", "4711", "å"])
def test_nonsense_is_unreadable(nonsense: str) -> None:
    with pytest.raises(Unreadable):
        unseal("door", nonsense)
