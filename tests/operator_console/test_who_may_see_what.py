"""Every address of the console, asked by everybody; what one may not see does not exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.operator_console.conftest import Opened, act

PAGES = ["/console/", "/console/board.json", "/console/events.json?latest=5", "/console/search.json?q=driftlarm",
         "/console/duty/", "/console/binder/", "/shift/"]  # fmt: skip
ACTIONS = ["claim", "release", "hand-over", "accept", "decline", "park", "priority", "link", "note", "step", "do-step",
           "skip", "close", "reopen", "undo", "call-out", "safe-point", "point-open", "point-close"]  # fmt: skip
HOLDS_THE_BOARD = {"olga", "sven", "chef"}
READS_LETTERS = {"olga", "sven"}
PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]


@pytest.mark.parametrize("url", PAGES)
def test_only_the_centres_staff_see_the_board(
    committed: None, cast: Any, client_of: Callable[..., Any], url: str
) -> None:
    for name in PEOPLE:
        status = client_of(getattr(cast, name)).get(url).status_code
        assert status == (200 if name in HOLDS_THE_BOARD else 403), (name, url, status)


def test_nobody_is_sent_to_sign_in_and_scripts_are_told(
    cast: Any, client_of: Callable[..., Any], opened: Opened
) -> None:
    item = opened()
    nobody = client_of(None)
    assert nobody.get("/console/").status_code == 302
    for url in ("/console/board.json", "/console/events.json", f"/console/case/{item}/", "/console/duty/"):
        assert nobody.get(url).status_code == 401, url
    assert nobody.post(f"/console/items/{item}/claim/").status_code == 401


@pytest.mark.parametrize(
    "path", ["", "options/hand-over/", "options/link/", "options/call-out/", "options/safe-points/"]
)
def test_only_operators_read_letters_and_others_learn_nothing(
    cast: Any, client_of: Callable[..., Any], opened: Opened, path: str
) -> None:
    item = opened(place="Skolvägen 1", person="Boende i lägenhet 1102")
    missing = uuid4()
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        answer = client.get(f"/console/case/{item}/{path}")
        absent = client.get(f"/console/case/{missing}/{path}")
        assert absent.status_code == 404
        if name in READS_LETTERS:
            assert answer.status_code == 200, name
        else:
            assert answer.status_code == 404, name
            assert answer.content == absent.content, (
                "a case one may not read looks like one that is not there"
            )


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_else_acts_on_a_case(
    cast: Any, client_of: Callable[..., Any], opened: Opened, action: str
) -> None:
    from alarms.workqueue.models import WorkItem

    item = opened()
    body = {"to": 1, "reason": "load", "minutes": 10, "priority": 1, "lead": str(uuid4()), "text": "x",
            "position": 1, "outcome": "test", "duty": "x", "point": str(uuid4())}  # fmt: skip
    for name in sorted(set(PEOPLE) - READS_LETTERS):
        answer = act(client_of(getattr(cast, name)), item, action, **body)
        assert answer.status_code in (403, 404, 422), (name, action, answer.status_code)
    assert WorkItem.objects.get(pk=item).version == 1


def test_the_closed_function_is_seen_only_by_those_who_have_it_listed(
    cast: Any, client_of: Callable[..., Any], opened: Opened
) -> None:
    item = opened("social", place="Lillgatan 4")
    for person, sees in ((cast.olga, False), (cast.sven, True)):
        client = client_of(person)
        rows = {row["id"] for row in client.get("/console/board.json").json()["rows"]}
        log = json.dumps(client.get("/console/events.json?after=0").json())
        found = client.get("/console/search.json?q=social").json()["cases"]
        assert (str(item) in rows) is sees
        assert (str(item) in log) is sees
        assert bool(found) is sees
        assert client.get(f"/console/case/{item}/").status_code == (200 if sees else 404)


def test_the_board_and_the_log_hold_no_letters(
    cast: Any, client_of: Callable[..., Any], opened: Opened
) -> None:
    secrets = {
        "place": "Hemliga gatan 7", "person": "Persona Non Grata", "access": "Nyckelkod 4711",
        "call_back": "+46701740621", "story": "Berättelsen om larmet", "account": "KONTO-99",
    }  # fmt: skip
    opened("safety_alarm", area="Hästveda", **secrets)
    client = client_of(cast.olga)
    shown = (
        client.get("/console/board.json").content.decode()
        + client.get("/console/events.json?after=0").content.decode()
    )
    shown += client.get("/console/").content.decode()
    assert not [text for text in secrets.values() if text in shown]


def test_the_console_is_not_served_on_a_municipalitys_host(
    committed: None, cast: Any, client_of: Callable[..., Any]
) -> None:
    for person in (cast.maja, cast.arvid):
        client = client_of(person, "storkoping.localhost")
        for url in PAGES:
            assert client.get(url).status_code == 404, url


def test_reading_is_audited_once_in_a_while_and_not_at_each_refresh(
    cast: Any, client_of: Callable[..., Any], opened: Opened
) -> None:
    from django.core.cache import cache

    from central.audit.models import AuditEntry

    cache.clear()
    item = opened()
    for person in (cast.olga, cast.sven):
        for _ in range(3):
            client_of(person).get(f"/console/case/{item}/")
    entries = AuditEntry.objects.filter(verb="case.read", subject=str(item))
    assert sorted(entries.values_list("actor_id", flat=True)) == sorted([cast.olga.pk, cast.sven.pk])
