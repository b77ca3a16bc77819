"""Numbers become visible in the order of commits, whoever began first; nothing open holds the others back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction

from central.events.models import EventRecord
from central.events.queries import first_id, last_id, latest, since
from central.events.services import OutsideUnitOfWork, announce, prune, unit_of_work


def say(word: str) -> None:
    announce("notice", {"word": word}, municipality_id=None)


def words(after: int = 0) -> list[str]:
    return [event.item for event in since(after)]


def test_announcing_outside_a_unit_of_work_raises(db: None) -> None:
    with pytest.raises(OutsideUnitOfWork):
        say("ingenstans")
    with transaction.atomic(), pytest.raises(OutsideUnitOfWork):
        say("i en vanlig transaktion")


def test_what_is_announced_is_seen_after_the_commit_and_not_before(committed: None) -> None:
    number = last_id()
    with unit_of_work():
        say("ett")
        say("två")
        assert words(number) == []
    assert words(number) == ['{"word":"ett"}', '{"word":"två"}']


def test_a_unit_that_fails_announces_nothing(committed: None) -> None:
    number = last_id()
    with suppress(ZeroDivisionError), unit_of_work():
        say("aldrig")
        raise ZeroDivisionError
    assert words(number) == []
    with pytest.raises(OutsideUnitOfWork):
        say("inte heller nu")


def test_an_inner_unit_that_fails_takes_only_its_own_words_along(committed: None) -> None:
    number = last_id()
    with unit_of_work():
        say("före")
        with suppress(ZeroDivisionError), unit_of_work():
            say("bort")
            with unit_of_work():
                say("också bort")
            raise ZeroDivisionError
        say("efter")
    assert words(number) == ['{"word":"före"}', '{"word":"efter"}']


def test_who_commits_last_has_the_highest_number_whoever_began_first(committed: None) -> None:
    number, announced, finish = last_id(), threading.Event(), threading.Event()

    def early_bird() -> None:
        with unit_of_work():
            EventRecord.objects.count()
            say("började först")
            announced.set()
            finish.wait(30)
        connection.close()

    thread = threading.Thread(target=early_bird)
    thread.start()
    announced.wait(30)
    with unit_of_work():
        say("blev klar först")
    assert words(number) == ['{"word":"blev klar först"}']
    read_to = since(number)[-1].id
    finish.set()
    thread.join()
    assert words(read_to) == ['{"word":"började först"}']  # a reader by position misses nothing


def test_an_open_writing_transaction_holds_no_announcement_back(committed: None) -> None:
    number, writing, finish = last_id(), threading.Event(), threading.Event()

    def long_import() -> None:
        with transaction.atomic():
            EventRecord.objects.create(type="notice", item="{}")
            writing.set()
            finish.wait(30)
            transaction.set_rollback(True)
        connection.close()

    thread = threading.Thread(target=long_import)
    thread.start()
    writing.wait(30)
    for n in range(20):
        with unit_of_work():
            say(f"larm {n}")
    assert len(words(number)) == 20  # while the import is still open
    assert not finish.is_set()
    finish.set()
    thread.join()


def test_eight_writers_and_a_reader_by_position_see_each_event_once_in_order(committed: None) -> None:
    begun_at, seen, done = last_id(), list[tuple[int, str]](), threading.Event()

    def write(writer: int) -> None:
        for n in range(15):
            with unit_of_work():
                say(f"{writer}:{n}")
        connection.close()

    def read() -> None:
        position = begun_at
        while True:
            over = done.is_set()
            for event in since(position, 7):
                seen.append((event.id, event.item))
                position = event.id
            if over and not since(position):
                break
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    done.set()
    reader.join()
    assert [number for number, _ in seen] == sorted({number for number, _ in seen})
    assert len(seen) == len({item for _, item in seen}) == 8 * 15


def test_the_newest_come_oldest_first_and_pruning_keeps_the_rest(committed: None) -> None:
    for n in range(5):
        with unit_of_work():
            say(str(n))
    newest = latest(3)
    assert [event.item for event in newest] == ['{"word":"2"}', '{"word":"3"}', '{"word":"4"}']
    prune(keep_from_id=newest[0].id)
    assert (first_id(), last_id()) == (newest[0].id, newest[-1].id)


def test_a_lost_doorbell_costs_no_commit(
    committed: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from central.events import doorbell

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(doorbell, "_state", threading.local())
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    number = last_id()
    with unit_of_work():
        say("ändå")
    assert words(number) == ['{"word":"ändå"}']
