"""A large file of transmitters is read and written by the worker: all or nothing, however often it is begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alarms.intake.models import Transmitter
from alarms.registry import importing, rows, working
from alarms.registry.models import Import
from alarms.registry.tasks import drain_imports
from central import large_files
from central.municipalities.context import in_public
from config.celery import app
from tests.operator_console.transmitters.conftest import Standing
from tests.operator_console.transmitters.test_keeping_the_register import chefs, file, post, send

__all__ = ["chefs"]
LINES = [f"Provmottagaren;{1000 + n};;Storköping;Badhuset" for n in range(30)]


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "LARGE", 100)


def worker() -> int:
    with in_public():
        return working.drain(timezone.now())


def there() -> int:
    return Transmitter.objects.filter(site="Badhuset").count()


def html(client: Any, url: str) -> str:
    return str(client.get(url).content.decode())


def sent(client: Any, *more: str) -> str:
    return str(send(client, file(*LINES, *more)).json()["to"])


def test_it_is_received_read_shown_and_written_once(chefs: Any, standing: Standing) -> None:
    url = sent(chefs)
    assert "Filen läses" in html(chefs, url)
    assert "Badhuset" not in Import.objects.get().file_sealed
    drain_imports()
    one = Import.objects.get()
    assert (one.state, one.file_sealed, one.added) == ("previewed", "", 30)
    assert "Skriv in 30 nya" in html(chefs, url)
    assert post(chefs, f"{url}confirm/").json() == {"state": "confirmed"}
    assert "Filen skrivs in" in html(chefs, url)
    assert there() == 0
    assert worker() == 1
    assert "30 nya, 0 ändrade" in html(chefs, url)
    one = Import.objects.get()
    assert (there(), one.rows_sealed, one.told_sealed, one.done) == (30, "", "", 30)
    post(chefs, f"{url}confirm/")
    assert (worker(), there()) == (0, 30)


def test_its_mistakes_are_told_by_row_and_column(chefs: Any, standing: Standing) -> None:
    url = sent(chefs, "Provmottagaren;99;;Ingenstans;Badhuset")
    worker()
    page = html(chefs, url)
    assert '<td>32</td><th scope="row">Kommun</th>' in page
    assert Import.objects.get().file_sealed == ""


def test_what_was_not_seen_is_not_written(chefs: Any, standing: Standing) -> None:
    url = sent(chefs)
    worker()
    other = sent(chefs)
    worker()
    post(chefs, f"{url}confirm/")
    post(chefs, f"{other}confirm/")
    assert worker() == 2
    assert "Registret har ändrats" in html(chefs, other)
    assert "Filen ändrar inget" in html(chefs, other)
    assert there() == 30


def test_a_failure_in_the_middle_writes_nothing_and_begins_again(
    chefs: Any, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sent(chefs)
    worker()
    post(chefs, f"{url}confirm/")
    monkeypatch.setattr(importing, "CHUNK", 10)
    insert, calls = rows.insert, list[int]()

    def once(made: Any) -> list[int]:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError
        return insert(made)

    monkeypatch.setattr(rows, "insert", once)
    worker()
    assert (there(), Import.objects.get().state) == (0, "confirmed")
    worker()
    assert there() == 30


def test_what_never_succeeds_is_told_as_interrupted(
    chefs: Any, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **more: Any) -> None:
        raise RuntimeError

    url = sent(chefs)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "read", broken)
        assert [worker() for _ in range(5)] == [1, 1, 1, 1, 0]
    assert large_files.INTERRUPTED in html(chefs, url)
    assert Import.objects.get().file_sealed == ""
    post(chefs, f"{url}throw/")
    Import.objects.all().delete()
    url = sent(chefs)
    worker()
    post(chefs, f"{url}confirm/")
    with monkeypatch.context() as patch:
        patch.setattr(rows, "insert", broken)
        assert [worker() for _ in range(5)] == [1, 1, 1, 1, 0]
    assert "Inläsningen avbröts" in html(chefs, url)
    post(chefs, f"{url}confirm/")
    worker()
    assert there() == 30


def test_the_clock_rings_while_any_waits_and_no_longer(
    chefs: Any, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(working, "ring", lambda: rung.append(1))
    sent(chefs)
    assert working.ring_waiting(timezone.now()) == 1
    assert working.ring_waiting(timezone.now() + timedelta(hours=2)) == 0
    worker()
    assert working.ring_waiting(timezone.now()) == 0
    assert rung[-1:] == [1]


def test_the_worker_knows_the_task_that_is_rung_for() -> None:
    app.loader.import_default_modules()
    assert working.TASK in app.tasks
