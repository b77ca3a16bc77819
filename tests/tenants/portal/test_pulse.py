"""Open pages hear within a second that something happened here, and nothing about anybody else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from central.events.models import EventRecord
from central.events.services import announce, unit_of_work
from tenants.portal import following
from tenants.portal.views import pulse
from tests.tenants.portal.conftest import HOST


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has just started, and looks at every question."""
    monkeypatch.setattr(following, "LOOK_EVERY", 0.0)
    restarted(monkeypatch)
    yield
    pulse.forget()


def restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembered is gone."""
    fresh = following.Follower()
    monkeypatch.setattr("tenants.portal.views.pulse.follower", fresh)
    monkeypatch.setattr("tenants.portal.access.follower", fresh)
    pulse.forget()


def happened(municipality: Any, function: str = "property", type: str = "item") -> None:
    EventRecord.objects.create(type=type, municipality_id=municipality.pk, function=function, item="{}")


def mark_of(client: Any, path: str = "/portal/cases/") -> str:
    found = re.search(r'<meta name="pulse" content="([^"]+)"', client.get(path).content.decode())
    assert found is not None
    return found[1]


def ask(client: Any, mark: str) -> Any:
    return client.get("/portal/pulse/", {"after": mark}, headers={"Accept": "application/json"})


def test_nothing_new_is_nothing_and_news_are_told_once(as_maja: Any, storkoping: Any) -> None:
    mark = mark_of(as_maja)
    assert ask(as_maja, mark).status_code == 204
    happened(storkoping)
    told = ask(as_maja, mark)
    assert told.status_code == 200
    assert ask(as_maja, told.json()["mark"]).status_code == 204


def test_a_safe_point_is_everybodys_news(as_maja: Any, as_arvid: Any, storkoping: Any) -> None:
    marks = mark_of(as_maja), mark_of(as_arvid, "/portal/points/")
    happened(storkoping, function="", type="safepoint")
    assert [ask(as_maja, marks[0]).status_code, ask(as_arvid, marks[1]).status_code] == [200, 200]


@pytest.mark.parametrize("function", ["social_jour", "rescue"])
def test_another_functions_events_are_not_heard(as_maja: Any, storkoping: Any, function: str) -> None:
    mark = mark_of(as_maja)
    happened(storkoping, function)
    assert ask(as_maja, mark).status_code == 204


def test_another_municipalitys_events_are_not_heard(as_maja: Any, lillby: Any) -> None:
    mark = mark_of(as_maja)
    happened(lillby)
    happened(lillby, "", "safepoint")
    assert ask(as_maja, mark).status_code == 204


def test_an_administrator_without_functions_hears_no_cases(as_arvid: Any, storkoping: Any) -> None:
    mark = mark_of(as_arvid, "/portal/overview/")
    happened(storkoping)
    assert ask(as_arvid, mark).status_code == 204


def test_the_mark_tells_no_number_and_cannot_be_made_up(as_maja: Any, storkoping: Any) -> None:
    happened(storkoping)
    mark = mark_of(as_maja)
    assert mark != mark_of(as_maja)
    assert not mark.isdigit()
    for made_up in ("", "1", "gAAAAAB", "\x00", "å" * 3000):
        assert ask(as_maja, made_up).status_code == 200  # read again, and ask with a mark of ours


def test_another_process_understands_the_mark(
    as_maja: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = mark_of(as_maja)
    restarted(monkeypatch)
    assert ask(as_maja, mark).status_code == 204
    happened(storkoping)
    restarted(monkeypatch)  # it began to look after the event: it can't know, so the page reads again
    told = ask(as_maja, mark)
    assert told.status_code == 200
    assert ask(as_maja, told.json()["mark"]).status_code == 204


def test_most_questions_ask_the_database_nothing(
    as_maja: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = mark_of(as_maja)
    ask(as_maja, mark)
    monkeypatch.setattr(following, "LOOK_EVERY", 60.0)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(5):
            assert ask(as_maja, mark).status_code == 204
    assert len(asked) == 0


def test_reading_on_asks_no_municipality(as_maja: Any, storkoping: Any) -> None:
    mark = mark_of(as_maja)
    ask(as_maja, mark)
    with CaptureQueriesContext(connection) as asked:
        ask(as_maja, mark)
    said = [one["sql"] for one in asked if "SET search_path" not in one["sql"]]
    assert len(said) == 1
    assert "events_eventrecord" in said[0]


@pytest.mark.parametrize(("who", "status"), [("utan", 403), ("lisa", 403), ("agda", 403), ("nobody", 401)])
def test_outsiders_hear_nothing(
    who: str, status: int, cast: Any, client_of: Callable[..., Any], storkoping: Any
) -> None:
    answer = ask(client_of(getattr(cast, who, None), HOST), following.mark(0))
    assert answer.status_code == status
    assert "mark" not in answer.json()


def test_a_revoked_sign_in_is_refused_within_five_seconds(
    as_maja: Any, maja: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from central.accounts.models import SignIn

    mark = mark_of(as_maja)
    assert ask(as_maja, mark).status_code == 204
    assert pulse.TRUSTED < 5
    SignIn.objects.filter(user=maja).update(revoked_at=datetime.now(UTC))
    later = time.monotonic() + 5
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert ask(as_maja, mark).status_code == 401


def test_a_log_that_is_away_is_said_and_found_again(
    as_maja: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = mark_of(as_maja)

    def away(self: Any) -> None:
        raise DatabaseError

    with monkeypatch.context() as gone:
        gone.setattr(following.Follower, "look", away)
        assert ask(as_maja, mark).status_code == 503
        assert as_maja.get("/portal/cases/").status_code == 200
    happened(storkoping)
    assert ask(as_maja, mark).status_code == 200


def test_what_happens_while_a_page_is_made_is_news_to_it(
    as_maja: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenants.portal.views import cases

    usual = cases._listed

    def slow(request: Any) -> Any:
        listed = usual(request)
        happened(storkoping)
        return listed

    monkeypatch.setattr(cases, "_listed", slow)
    assert ask(as_maja, mark_of(as_maja)).status_code == 200


def test_a_services_own_event_is_heard(committed: None, as_maja: Any, storkoping: Any) -> None:
    mark = mark_of(as_maja)
    with unit_of_work():
        announce("item", {"id": "x"}, municipality_id=storkoping.pk, function="property")
    assert ask(as_maja, mark).status_code == 200
