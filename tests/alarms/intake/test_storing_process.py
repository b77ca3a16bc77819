"""Alarms are stored by a child of the web process; whoever of the two dies, nothing is lost, doubled or left behind."""

from __future__ import annotations

import os
import signal
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from django.db import connection, transaction

from alarms.intake.models import Signal
from alarms.workqueue.models import WorkItem
from tests.support.processes import Web, eventually, web
from tests.support.sending import body, post, source_with


@pytest.fixture(params=["daphne", "uvicorn"])
def site(request: Any, committed: None, storkoping: Any) -> Iterator[Web]:
    with web(request.param) as running:
        yield running


@pytest.fixture
def key(storkoping: Any) -> str:
    return source_with(("1001", storkoping, "Värmecentralen", "Norrmalm"))


def storing(site: Web) -> psutil.Process:
    """The child that stores."""
    found = [
        child
        for child in psutil.Process(site.pid).children(recursive=True)
        if "config.storing" in child.cmdline()
    ]
    assert len(found) == 1
    return found[0]


def gone(process: psutil.Process) -> bool:
    """Ended, though perhaps nobody has asked for its last word yet."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def restarts(site: Web) -> float:
    text = urllib.request.urlopen(f"{site.base}/metrics", timeout=10).read().decode()
    (line,) = [one for one in text.splitlines() if one.startswith("tc_storing_restarts_total ")]
    return float(line.split()[1])


def test_one_that_dies_idle_is_replaced_by_itself(site: Web, key: str) -> None:
    assert post(site.port, key, body())[0] == 201
    first = storing(site)
    first.kill()
    eventually(lambda: restarts(site) == 1)
    status, answer, _ = post(site.port, key, body())
    assert status == 201, answer
    assert storing(site).pid != first.pid
    assert Signal.objects.count() == WorkItem.objects.count() == 2


def test_one_that_dies_at_work_leaves_the_outcome_unknown_and_the_repeat_settles_it(
    site: Web, key: str
) -> None:
    assert post(site.port, key, body())[0] == 201
    said = body()
    with ThreadPoolExecutor(1) as sender, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE intake_signal IN SHARE MODE")
        under_way = sender.submit(post, site.port, key, said, "en-nyckel")
        eventually(_somebody_waits_for_a_lock)
        storing(site).kill()
        status, answer, headers = under_way.result()
    assert status == 503
    assert {name.lower() for name in headers} >= {"retry-after"}
    assert "samma nyckel" in answer["message"]

    settled, first, _ = post(site.port, key, said, "en-nyckel")
    assert settled == 201
    again, second, _ = post(site.port, key, said, "en-nyckel")
    assert (again, second["id"]) == (200, first["id"])
    assert Signal.objects.count() == WorkItem.objects.count() == 2


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_it_ends_when_the_web_process_is_killed(site: Web, key: str) -> None:
    assert post(site.port, key, body())[0] == 201
    child = storing(site)
    os.kill(site.pid, signal.SIGKILL)
    eventually(lambda: gone(child))


def test_it_survives_the_signals_to_stop_and_ends_with_the_web_process(site: Web, key: str) -> None:
    """A terminal and systemd send them to the whole group: what is under way must be stored first."""
    child = storing(site)
    assert post(site.port, key, body())[0] == 201
    child.send_signal(signal.SIGTERM)
    child.send_signal(signal.SIGINT)
    assert post(site.port, key, body())[0] == 201
    assert restarts(site) == 0
    site.stop()
    eventually(lambda: gone(child))
