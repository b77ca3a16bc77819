"""A whole installation of its own for the fault programs: services, an empty database, processes, and the truth."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

import embedded
from config.env import broker_form
from tests.support.processes import Process, Web, run_module


@dataclass(frozen=True)
class Place:
    """A municipality with its sender's key, and the session of its officer and administrator."""

    id: int
    slug: str
    schema: str
    key: str
    cookie: str


class Region:
    """``with Region(municipalities=3, operators=4) as region:``; everything stops with the block."""

    def __init__(self, municipalities: int = 3, operators: int = 4, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tc-hardship-"))
        self._web: Web | None = None
        self.services = embedded.start(self.folder)
        try:
            self.environment = {
                "DATABASE_URL": self.services.database_url,
                "REDIS_URL": self.services.redis_url,
                "CELERY_BROKER_URL": broker_form(self.services.redis_url),
                "SECRET_KEY": "only-for-fault-tests-" + "x" * 40,
                "SECURE_COOKIES": "0",
                "REQUIRE_TOTP": "0",
                "OWN_CHECK_SECONDS": "0",
                "ALLOWED_HOSTS": "localhost,.localhost,127.0.0.1",
            }
            laid = json.loads(self.python("tests.hardship.seeding", str(municipalities), str(operators)))
            self.places = [Place(**one) for one in laid["municipalities"]]
            self.operators: list[dict[str, Any]] = laid["operators"]
        except BaseException:
            self.services.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._web is not None:
            self._web.stop()
        self.services.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def cookies(self) -> list[str]:
        return [one["cookie"] for one in self.operators]

    def python(self, module: str, *arguments: str) -> str:
        """Run a module of the tests in this region's environment; what it printed last."""
        settings = {**self.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
        return run_module(module, *arguments, environment=settings)

    @contextmanager
    def web(self) -> Iterator[Web]:
        """The one web process, started when it is first wanted; it outlives the block, as it should every fault."""
        if self._web is None:
            self._web = Web(**self.environment)
        elif self._web.popen.poll() is not None:
            self._web.restart()
        yield self._web

    @contextmanager
    def process(self, name: str) -> Iterator[Process]:
        """``central <name>``: clock, auditor or worker."""
        running = Process(["config.cli", name], self.environment)
        try:
            yield running
        finally:
            running.stop()

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """One statement on a connection of its own, committed."""
        with psycopg.connect(self.services.database_url, autocommit=True, connect_timeout=5) as session:
            found = session.execute(statement.encode(), parameters)
            return found.fetchall() if found.description else []

    def one(self, statement: str, *parameters: Any) -> Any:
        return self.sql(statement, *parameters)[0][0]

    def until(self, question: str, at_least: int, seconds: float = 40) -> None:
        """Ask until the answer is large enough."""
        end = time.monotonic() + seconds
        while (found := self.one(question)) < at_least:
            assert time.monotonic() < end, f"{question}: {found} of {at_least}"
            time.sleep(0.1)

    def journal_entries(self, verb: str) -> int:
        """How many entries with that verb stand in all municipalities' journals."""
        count = 'SELECT count(*) FROM "{}".casefiles_journalentry WHERE verb = %s'
        return sum(self.one(count.format(place.schema), verb) for place in self.places)

    def empty(self) -> None:
        """Forget all cases and signals between programs; people, places and keys stay."""
        tables = (
            "intake_signal, intake_unknownaccount, workqueue_workitem, events_eventrecord, workqueue_presence"
        )
        self.sql(f"TRUNCATE {tables} CASCADE")
        for place in self.places:
            self.sql(
                f'TRUNCATE "{place.schema}".casefiles_casefile, "{place.schema}".contents_signalcontent CASCADE'
            )

    def stored_keys(self) -> dict[str, str | None]:
        """Digest of the idempotency key (hex) → the item's id."""
        rows = self.sql("SELECT encode(key_digest, 'hex'), item_id::text FROM intake_signal")
        return dict(rows)

    def assert_kept(self, acked: set[str]) -> None:
        """The promise: everything acknowledged is stored, each with exactly one envelope and one letter."""
        stored = self.stored_keys()
        digests = {hashlib.sha256(key.encode()).hexdigest() for key in acked}
        assert digests <= set(stored), f"{len(digests - set(stored))} acknowledged signals are gone"
        items = [stored[digest] for digest in digests]
        assert None not in items, "an acknowledged signal has no case"
        assert len(set(items)) == len(items), "two signals share a case"
        letters = " UNION ALL ".join(
            f'SELECT id FROM "{place.schema}".casefiles_casefile' for place in self.places
        )
        unmatched = self.one(
            f"SELECT count(*) FROM workqueue_workitem w FULL JOIN ({letters}) c USING (id) "
            "WHERE w.id IS NULL OR c.id IS NULL"
        )
        assert unmatched == 0, f"{unmatched} envelopes and letters do not match"
        assert self.one("SELECT count(*) FROM workqueue_workitem") == len(stored), "a case too many"

    def versions(self) -> dict[str, int]:
        """The truth that every board must show: open items with their versions."""
        rows = self.sql("SELECT id::text, version FROM workqueue_workitem WHERE state <> 'closed'")
        return dict(rows)


def signal_tree(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process and all its descendants (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = [int(one) for one in children.read_text().split()] if children.exists() else []
    os.kill(pid, number)
    for child in below:
        try:
            signal_tree(child, number)
        except ProcessLookupError:
            continue


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
