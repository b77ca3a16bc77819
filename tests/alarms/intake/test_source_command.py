"""Sources and transmitters are registered from the command line; the key is shown once."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alarms.intake.models import Source, Transmitter


def run(*words: str) -> str:
    said = StringIO()
    call_command("source", *words, stdout=said)
    return said.getvalue()


def test_a_source_its_transmitter_and_its_end(storkoping: Any) -> None:
    key = run("register", "Brandlarmen").strip().splitlines()[-1]
    assert key.startswith("tck_")
    run("transmitter", "Brandlarmen", "4711", "--municipality", "storkoping", "--area", "Norr")
    transmitter = Transmitter.objects.get()
    assert (transmitter.municipality_id, transmitter.area) == (storkoping.pk, "Norr")
    assert "4711" not in transmitter.account_hash
    assert "1 sändare" in run("list")
    assert key not in run("list")
    run("revoke", "Brandlarmen")
    assert not Source.objects.get().active


def test_mistakes_are_told_by_name(storkoping: Any) -> None:
    run("register", "Brandlarmen")
    with pytest.raises(CommandError, match="finns redan"):
        run("register", "Brandlarmen")
    with pytest.raises(CommandError, match="--municipality"):
        run("transmitter", "Brandlarmen", "1", "--municipality", "ingenstans")
    with pytest.raises(CommandError, match="account"):
        run("transmitter", "Brandlarmen", "  ", "--municipality", "storkoping")
    with pytest.raises(CommandError, match="Ingen källa"):
        run("revoke", "Okänd")


def test_space_around_an_account_makes_no_other_transmitter(storkoping: Any) -> None:
    run("register", "Brandlarmen")
    run("transmitter", "Brandlarmen", "4711", "--municipality", "storkoping")
    run("transmitter", "Brandlarmen", " 4711 ", "--municipality", "storkoping")
    assert Transmitter.objects.count() == 1


def test_how_often_it_tests_is_set_kept_and_taken_away(storkoping: Any) -> None:
    run("register", "Brandlarmen")

    def hours(*more: str) -> int | None:
        run("transmitter", "Brandlarmen", "4711", "--municipality", "storkoping", *more)
        return Transmitter.objects.get().test_hours

    assert hours() is None
    assert hours("--test-hours", "25") == 25
    assert hours("--area", "Norr") == 25, "what is not said stays"
    assert hours("--no-test-hours") is None


@pytest.mark.parametrize("said", ["0", "8785", "25h", "-1", "", "²"])
def test_a_bad_test_interval_is_told_and_nothing_is_written(storkoping: Any, said: str) -> None:
    run("register", "Brandlarmen")
    with pytest.raises(CommandError, match="--test-hours"):
        run("transmitter", "Brandlarmen", "4711", "--municipality", "storkoping", f"--test-hours={said}")
    with pytest.raises(CommandError, match="--no-test-hours"):
        run(
            "transmitter",
            "Brandlarmen",
            "4711",
            "--municipality",
            "storkoping",
            "--test-hours=9",
            "--no-test-hours",
        )
    assert not Transmitter.objects.exists()
