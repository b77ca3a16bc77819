"""A start on an empty folder, a second start on the same data, and nothing left behind after a stop."""

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

import embedded

from .conftest import PLATFORM


def everything_of(services: embedded.Services) -> list[psutil.Process]:
    parents = [psutil.Process(pid) for pid in services.pids.values()]
    return parents + [child for parent in parents for child in parent.children(recursive=True)]


def test_second_start_finds_the_rows_of_the_first(state: Path) -> None:
    with embedded.start(state) as services, psycopg.connect(services.database_url) as connection:
        connection.execute("create table alarm (name text)")
        connection.execute("insert into alarm values ('Åsa')")
    with embedded.start(state) as services:
        with psycopg.connect(services.database_url) as connection:
            found = connection.execute("select upper(name) from alarm").fetchall()
        assert found == [("ÅSA",)]
        assert redis.Redis.from_url(services.redis_url).ping()


def test_a_fresh_cluster_is_durable_roomy_and_listens_on_no_address(state: Path) -> None:
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_connections": "120",
        "server_encoding": "UTF8",
    }
    with embedded.start(state) as services:
        with psycopg.connect(services.database_url) as connection:
            found = dict(
                connection.execute(
                    "select name, setting from pg_settings where name = any(%s)", [[*wanted]]
                ).fetchall()
            )
        listening = [
            address
            for pid in services.pids.values()
            for address in psutil.Process(pid).net_connections(kind="inet")
        ]
    assert found == wanted
    assert listening == []


def test_stop_leaves_no_process_and_frees_the_folder(state: Path) -> None:
    services = embedded.start(state)
    family = everything_of(services)
    open_session = psycopg.connect(services.database_url)  # a client that stays must not hold up the stop
    services.stop()
    open_session.close()
    _gone, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    services.stop()  # safe to call twice
    embedded.start(state).stop()


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with embedded.start(deep) as services, psycopg.connect(services.database_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        assert "e" * 60 not in services.database_url


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_starts_the_same_services(tmp_path: Path) -> None:
    user = pwd.getpwnam("nobody")
    program = f"""
import os, sys
from pathlib import Path
import embedded, psycopg, redis, secrets  # loaded now: the environment may be closed to the user below
os.setgroups([]); os.setgid({user.pw_gid}); os.setuid({user.pw_uid})
with embedded.start(Path(sys.argv[1])) as services, psycopg.connect(services.database_url) as connection:
    print(connection.execute("select 1").fetchone())
"""
    with tempfile.TemporaryDirectory(prefix="embedded-test-") as name:
        os.chown(name, user.pw_uid, user.pw_gid)
        done = subprocess.run(
            [sys.executable, "-c", program, f"{name}/state"],
            env={**os.environ, "PYTHONPATH": str(PLATFORM)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.stdout, done.stderr) == ("(1,)\n", "")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_keeps_its_data_in_a_folder_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    try:
        services = embedded.start(closed / "state")
    except embedded.NoUnprivilegedUser:
        pytest.skip("user namespaces are off here")
    with services, psycopg.connect(services.database_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert closed.stat().st_mode & 0o777 == 0o700
