"""What was acknowledged is there after a kill, and what was interrupted doesn't count."""

import os
import signal
import threading
from pathlib import Path

import psutil
import psycopg
import redis

import embedded

from .conftest import holder


def test_acknowledged_rows_survive_a_kill_of_postgres(state: Path) -> None:
    with embedded.start(state) as services:
        with psycopg.connect(services.database_url, autocommit=True) as connection:
            connection.execute("create table alarm (id int)")
            for number in range(200):
                connection.execute("insert into alarm values (%s)", [number])
        services.restart_postgres(immediate=True)
        with psycopg.connect(services.database_url) as connection:
            assert connection.execute("select count(*), max(id) from alarm").fetchone() == (200, 199)


def test_the_services_end_when_their_holder_is_killed_and_start_again(state: Path) -> None:
    with holder(state) as (process, addresses):
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            connection.execute("create table alarm as select 1 as id")
        family = psutil.Process(process.pid).children()
        assert len(family) == 2
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    _gone, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    with embedded.start(state) as services, psycopg.connect(services.database_url) as connection:
        assert connection.execute("select count(*) from alarm").fetchone() == (1,)


def test_an_orphan_of_the_same_folder_is_stopped_first(state: Path) -> None:
    services = embedded.start(state)
    orphans = [psutil.Process(pid) for pid in services.pids.values()]
    services._state.release()  # as if the holder were gone while its children lingered
    with embedded.start(state) as fresh:
        assert not {orphan.pid for orphan in orphans} & set(fresh.pids.values())
        with psycopg.connect(fresh.database_url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert redis.Redis.from_url(fresh.redis_url).ping()
    services.stop()


def test_sessions_of_a_killed_server_are_waited_for(state: Path) -> None:
    with (
        holder(state) as (process, addresses),
        psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as connection,
    ):
        connection.execute("create table alarm as select 1 as id")
        server = int((state / "pg" / "postmaster.pid").read_text().split()[0])
        busy = psutil.Process(connection.info.backend_pid)
        busy.suspend()  # it can't notice that its server is gone
        os.kill(server, signal.SIGKILL)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        threading.Timer(2, busy.kill).start()
        with embedded.start(state) as services, psycopg.connect(services.database_url) as fresh:
            assert fresh.execute("select count(*) from alarm").fetchone() == (1,)
            assert not busy.is_running() or busy.status() == psutil.STATUS_ZOMBIE


def test_a_stale_pid_that_belongs_to_a_stranger_is_left_alone(state: Path) -> None:
    embedded.start(state).stop()
    (state / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{state / 'pg'}\n")
    with embedded.start(state) as services:
        assert "postgres" in services.pids


def test_an_interrupted_initdb_does_not_count(state: Path) -> None:
    (state / "pg.new" / "base").mkdir(parents=True)
    (state / "pg.new" / "PG_VERSION").write_text("18\n")
    with embedded.start(state) as services, psycopg.connect(services.database_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not (state / "pg.new").exists()


def test_valkey_stops_and_comes_back(state: Path) -> None:
    with embedded.start(state) as services:
        client = redis.Redis.from_url(services.redis_url)
        services.stop_valkey()
        assert "valkey" not in services.pids
        services.start_valkey()
        services.start_valkey()
        assert client.ping()
