"""A large file is read and written by the worker: the row is the queue, all or nothing, however often it is begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from central.municipalities.context import in_municipality, in_public
from central.tabular import to_csv
from config.celery import app
from tenants.imports import services, working
from tenants.imports.models import ImportRun
from tenants.portal.tasks import REGISTERS, drain_imports
from tenants.sites.importing import Sites
from tenants.sites.models import Site
from tests.support.canaries import places_of, through_django
from tests.tenants.imports.test_sites_from_a_file import URL, sent
from tests.tenants.sites.conftest import NOW

HEAD = ["Objektsnummer", "Namn", "Portkod"]
ROWS = [[f"N-{n}", f"Hus {n}", "4711KOD"] for n in range(30)]


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "LARGE", 100)


def worker() -> int:
    with in_public():
        return working.drain(REGISTERS, timezone.now())


def run_of(municipality: Any) -> ImportRun:
    with in_municipality(municipality):
        return ImportRun.objects.get()


def sites(municipality: Any) -> int:
    with in_municipality(municipality):
        return Site.objects.count()


def html(client: Any, url: str) -> str:
    return str(client.get(url).content.decode())


def test_it_is_received_read_shown_and_written(as_arvid: Any, storkoping: Any) -> None:
    url = sent(as_arvid, to_csv(HEAD, ROWS))["Location"]
    assert "Filen läses" in html(as_arvid, url)
    assert run_of(storkoping).state == "received"
    assert not places_of(through_django, storkoping.schema_name, "4711KOD|Hus 7")
    drain_imports()
    run = run_of(storkoping)
    assert (run.state, run.file_sealed, run.added) == ("previewed", "", 30)
    page = html(as_arvid, url)
    assert "Läs in 30 rader" in page
    assert "4711KOD" not in page
    assert not places_of(through_django, storkoping.schema_name, "4711KOD|Hus 7")
    assert "Filen skrivs in" in as_arvid.post(url, follow=True).content.decode()
    assert sites(storkoping) == 0
    assert worker() == 1
    assert "30 rader: 30 nya" in html(as_arvid, url)
    assert sites(storkoping) == 30
    run = run_of(storkoping)
    assert (run.rows_sealed, run.told_sealed, run.done) == ("", "", 30)
    as_arvid.post(url)
    assert worker() == 0


def test_its_mistakes_are_told_by_row_and_column(as_arvid: Any, storkoping: Any) -> None:
    url = sent(as_arvid, to_csv(HEAD, [*ROWS, ["N-99", "", ""]]), end_missing="on")["Location"]
    worker()
    page = html(as_arvid, url)
    assert '<td>32</td><th scope="row">Namn</th>' in page
    assert 'name="end_missing" checked' in page
    assert run_of(storkoping).file_sealed == ""


def test_what_is_no_table_is_refused_in_words(as_arvid: Any, storkoping: Any) -> None:
    url = sent(as_arvid, b"\x00\x01" * 100)["Location"]
    worker()
    answer = as_arvid.get(url)
    assert answer.status_code == 422
    assert 'id="wrong_file"' in answer.content.decode()


def test_what_was_not_seen_is_not_done(as_arvid: Any, storkoping: Any) -> None:
    url = sent(as_arvid, to_csv(HEAD, ROWS))["Location"]
    worker()
    as_arvid.post(url)
    with in_municipality(storkoping):
        Site.objects.create(number="N-3", name="Annat", created_at=NOW, changed_at=NOW)
    worker()
    page = html(as_arvid, url)
    assert "Registret har ändrats" in page
    assert "29" in page
    as_arvid.post(url)
    worker()
    assert "29 nya, 1 ändrade" in html(as_arvid, url)


@pytest.mark.parametrize("failing", [1, 3])
def test_a_failure_in_the_middle_writes_nothing_and_begins_again(
    as_arvid: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    url = sent(as_arvid, to_csv(HEAD, ROWS))["Location"]
    worker()
    as_arvid.post(url)
    monkeypatch.setattr(services, "CHUNK", 10)
    insert, calls = Sites.insert, list[int]()

    def once(self: Any, rows: Any, actor: Any, now: Any) -> None:
        calls.append(1)
        if len(calls) == failing:
            raise RuntimeError
        insert(self, rows, actor, now)

    monkeypatch.setattr(Sites, "insert", once)
    worker()
    assert sites(storkoping) == 0
    assert run_of(storkoping).state == "confirmed"
    worker()
    assert sites(storkoping) == 30


def test_what_never_succeeds_is_told_as_interrupted(
    as_arvid: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **more: Any) -> None:
        raise RuntimeError

    url = sent(as_arvid, to_csv(HEAD, ROWS))["Location"]
    with monkeypatch.context() as patch:
        patch.setattr(services, "read", broken)
        assert [worker() for _ in range(5)] == [1, 1, 1, 1, 0]
    assert "Läsningen avbröts" in html(as_arvid, url)
    assert run_of(storkoping).file_sealed == ""
    as_arvid.post(f"{url}discard/")
    url = sent(as_arvid, to_csv(HEAD, ROWS))["Location"]
    worker()
    as_arvid.post(url)
    with monkeypatch.context() as patch:
        patch.setattr(Sites, "insert", broken)
        assert [worker() for _ in range(5)] == [1, 1, 1, 1, 0]
    assert "Inläsningen avbröts" in html(as_arvid, url)
    as_arvid.post(url)
    worker()
    assert sites(storkoping) == 30


def test_the_clock_rings_while_any_waits_and_no_longer(
    as_arvid: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(working, "ring", lambda: rung.append(1))
    sent(as_arvid, to_csv(HEAD, ROWS))
    with in_public():
        assert working.ring_waiting(timezone.now()) == 1
        assert working.ring_waiting(timezone.now() + timedelta(hours=2)) == 0
    worker()
    with in_public():
        assert working.ring_waiting(timezone.now()) == 0
    assert rung == [1]


def test_it_can_be_thrown_away_unread(as_arvid: Any, storkoping: Any) -> None:
    url = sent(as_arvid, to_csv(HEAD, ROWS))["Location"]
    as_arvid.post(f"{url}discard/")
    assert worker() == 0
    assert as_arvid.get(url)["Location"] == URL


def test_the_worker_knows_the_task_that_is_rung_for() -> None:
    app.loader.import_default_modules()
    assert working.TASK in app.tasks
    assert current_app.main == app.main
