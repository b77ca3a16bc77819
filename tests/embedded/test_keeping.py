"""A service that is killed comes back by itself, on its data, and a person is told."""

import os
import signal
from pathlib import Path

import psycopg
import redis

import embedded
from embedded import keeping
from embedded.keeping import Keeper


def test_a_killed_postgres_comes_back_with_its_rows_and_is_told_of(state: Path) -> None:
    said: list[str] = []
    with embedded.start(state) as services:
        with psycopg.connect(services.database_url) as connection:
            connection.execute("create table alarm as select 1 as id")
        first = services.pids["postgres"]
        os.kill(first, signal.SIGKILL)
        while not said:
            services.tend(said.append)
        with psycopg.connect(services.database_url) as connection:
            assert connection.execute("select count(*) from alarm").fetchone() == (1,)
        assert services.pids["postgres"] != first
    assert said == ["PostgreSQL tog slut och är startad igen på samma data."]


def test_a_killed_valkey_comes_back(state: Path) -> None:
    said: list[str] = []
    with embedded.start(state) as services:
        os.kill(services.pids["valkey"], signal.SIGKILL)
        while not said:
            services.tend(said.append)
        assert redis.Redis.from_url(services.redis_url).ping()
    assert said == ["Valkey tog slut och är startad igen på samma data."]


class Dying:
    pid: int | None = None
    starts = 0

    def start(self) -> None:
        self.starts += 1


def test_repeated_quick_deaths_say_what_to_do(tmp_path: Path) -> None:
    said: list[str] = []
    service = Dying()
    keeper = Keeper("PostgreSQL", service, tmp_path / "postgres.log")
    for _ in range(keeping.MANY_DEATHS):
        keeper._again_at = 0.0
        keeper.tend(said.append)
    assert service.starts == keeping.MANY_DEATHS
    assert [line for line in said if "stoppa, se efter orsaken" in line] == [said[-2]]
    keeper.tend(said.append)
    assert service.starts == keeping.MANY_DEATHS, "it waits before the next try"
