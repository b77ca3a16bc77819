"""A dump taken by deploy/backup is restored by deploy/restore: every row is there and the audit chain holds."""

import os
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from embedded.binaries import installed

ROOT = Path(__file__).resolve().parents[2]
GRANT = "grant select, insert, update on public.escalation_heartbeat to backup_reader"
"""As the head of deploy/backup says."""
SECRET = "only-for-tests-not-a-secret"


def tool(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """One of the scripts in deploy/, with PostgreSQL's own tools on its path."""
    path = f"{installed().postgres_bin}:{os.environ['PATH']}"
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "PATH": path, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def rows_of_every_table(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema') order by 1"
        ).fetchall()
        return {
            name: connection.execute(f"select count(*) from {name}").fetchall()[0][0] for (name,) in tables
        }


def noted(url: str) -> list[datetime]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select at from public.escalation_heartbeat where process = 'backup'"
        ).fetchall()
        return [at for (at,) in rows]


@pytest.fixture
def central_command(tmp_path: Path) -> Path:
    """`central` of this interpreter, also where the project isn't installed."""
    script = tmp_path / "central"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m config.cli "$@"\n')
    script.chmod(0o755)
    return script


def test_a_restored_dump_has_every_row_and_an_intact_audit_chain(
    committed: None, olga: Any, storkoping: Any, lillby: Any, tmp_path: Path, central_command: Path
) -> None:
    from django.utils import timezone

    from alarms.workqueue.services import create_by_hand
    from central.audit.services import seal

    for municipality in (storkoping, lillby, storkoping):
        create_by_hand(
            operator=olga,
            municipality_id=municipality.id,
            kind="technical",
            place="Provgatan 1",
            text="Åskan slog ut värmen",
            now=timezone.now(),
        )
    assert seal(timezone.now()) > 0

    url = os.environ["DATABASE_URL"]
    base, _, query = url.partition("?")
    target = f"{base}_restored?{query}"
    name = base.rsplit("/", 1)[1] + "_restored"

    there = rows_of_every_table(url)
    done = tool(ROOT / "deploy/backup", DATABASE_URL=url, BACKUP_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    dump = done.stdout.splitlines()[-1]

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'drop database if exists "{name}"')
        admin.execute(f'create database "{name}"')
    try:
        done = tool(ROOT / "deploy/restore", dump, target, CENTRAL=str(central_command), SECRET_KEY=SECRET)
        assert done.returncode == 0, done.stderr
        assert "Kedjan är hel" in done.stdout
        assert rows_of_every_table(target) == there
        again = tool(ROOT / "deploy/restore", dump, target, CENTRAL=str(central_command))
        assert again.returncode == 1
        assert "inte tom" in again.stderr
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f'drop database "{name}" with (force)')


def test_a_dump_that_is_done_is_noted_with_the_time_it_began(committed: None, tmp_path: Path) -> None:
    from django.utils import timezone

    from alarms.escalation import backups

    url = os.environ["DATABASE_URL"]
    failed = tool(ROOT / "deploy/backup", DATABASE_URL=url, BACKUP_DIR="/dev/null/nowhere")
    assert failed.returncode != 0
    assert noted(url) == []

    for _ in range(2):
        before = timezone.now()
        done = tool(ROOT / "deploy/backup", DATABASE_URL=url, BACKUP_DIR=str(tmp_path))
        assert (done.returncode, done.stderr) == (0, "")
        [at] = noted(url)
        assert before < at < timezone.now()
        assert backups.age(at) == timedelta(0)


def test_a_reader_that_may_not_note_it_still_has_its_dump(committed: None, tmp_path: Path) -> None:
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("create role backup_reader login in role pg_read_all_data")
    reader = re.sub(r"//[^/]*/", "//backup_reader@/", url)
    try:
        done = tool(ROOT / "deploy/backup", DATABASE_URL=reader, BACKUP_DIR=str(tmp_path))
        assert done.returncode == 0, done.stderr
        assert "kunde inte antecknas" in done.stderr
        assert Path(done.stdout.splitlines()[-1]).exists()
        assert noted(url) == []
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(GRANT)
        done = tool(ROOT / "deploy/backup", DATABASE_URL=reader, BACKUP_DIR=str(tmp_path))
        assert (done.returncode, done.stderr) == (0, "")
        assert len(noted(url)) == 1
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("drop owned by backup_reader")
            admin.execute("drop role backup_reader")


def test_old_dumps_go_away_and_a_failed_one_never_counts(tmp_path: Path, committed: None) -> None:
    old, recent = (
        tmp_path / f"trygghetscentral-{day}.dump" for day in ("20260101T000000Z", "20260201T000000Z")
    )
    for file in (old, recent):
        file.write_text("x")
    os.utime(old, (time.time() - 20 * 86_400,) * 2)

    failed = tool(
        ROOT / "deploy/backup", DATABASE_URL="postgresql:///nowhere?host=/nowhere", BACKUP_DIR=str(tmp_path)
    )
    assert failed.returncode != 0
    assert sorted(file.name for file in tmp_path.iterdir()) == [old.name, recent.name]

    done = tool(ROOT / "deploy/backup", DATABASE_URL=os.environ["DATABASE_URL"], BACKUP_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    fresh = Path(done.stdout.splitlines()[-1])
    assert sorted(file.name for file in tmp_path.iterdir()) == [recent.name, fresh.name]
    assert fresh.stat().st_mode & 0o077 == 0
