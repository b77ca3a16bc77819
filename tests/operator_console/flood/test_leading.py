"""The leader's panel over HTTP: who gets in, what is refused in words, what is done once, and whose municipalities."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from alarms.workqueue import services
from alarms.workqueue.models import GroupAct, WorkItem
from central.accounts.models import Shift
from central.accounts.shifts import end_shift, start_shift
from central.audit.models import AuditEntry
from central.events.queries import last_id, since
from tests.operator_console.conftest import act, post
from tests.support.cases import case, journal, now

PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]


@pytest.fixture
def group(committed: None, storkoping: Any) -> list[WorkItem]:
    return [
        case(storkoping, "transmitter_fault", area="Osby", received_at=now(n - 60), place="Exempelgatan 1")
        for n in range(4)
    ]


def ids(items: list[WorkItem]) -> list[str]:
    return [str(item.pk) for item in items]


def park(client: Any, group: list[WorkItem], key: str = "", **more: Any) -> Any:
    body = {"items": ids(group), "reason": "known", "minutes": 30, **more}
    return post(client, "/console/flood/park/", key, **body)


def close(client: Any, group: list[WorkItem], key: str = "", **more: Any) -> Any:
    body = {"items": ids(group), "lead": str(group[0].pk), "count": str(len(group) - 1), **more}
    return post(client, "/console/flood/duplicates/", key, **body)


def states(items: list[WorkItem]) -> set[str]:
    return set(WorkItem.objects.filter(pk__in=ids(items)).values_list("state", flat=True))


def test_the_leader_gets_in_and_nobody_else(
    cast: Any, client_of: Callable[..., Any], group: list[WorkItem]
) -> None:
    undo = f"/console/flood/acts/{uuid4()}/undo/"
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        asked = {
            "/console/flood/": client.get("/console/flood/").status_code,
            "/console/flood/report/": client.get("/console/flood/report/").status_code,
            "acts": client.get("/console/flood/acts.json").status_code,
            "park": park(client, group, reason="").status_code,
            "close": close(client, group, count="x").status_code,
            "undo": post(client, undo).status_code,
            "seats": post(client, "/console/flood/seats/", changes=[]).status_code,
        }
        expected = [200, 200, 200, 422, 422, 404, 200] if name == "sven" else [403] * 7
        assert list(asked.values()) == expected, (name, asked)
    nobody = client_of(None)
    assert nobody.get("/console/flood/").status_code == 302
    assert park(nobody, group).status_code == 401
    assert states(group) == {"unanswered"}


def test_the_page_holds_no_letters_and_leads_to_the_report(svens: Any, group: list[WorkItem]) -> None:
    page = svens.get("/console/flood/").content.decode()
    assert '"known"' in page
    assert "Exempelgatan" not in page
    assert "/console/flood/" in svens.get("/console/flood/report/").content.decode()


def test_a_group_is_parked_and_the_answer_tells_what_became_of_it(
    svens: Any, olgas: Any, group: list[WorkItem]
) -> None:
    act(olgas, group[1].pk, "claim")
    answer = park(svens, group).json()["act"]
    assert (answer["verb"], answer["done"], answer["by"]) == ("park", 3, "Sven Skiftledare")
    assert answer["left"] == [
        {"why": "Hos en kollega", "count": 1, "named": [f"{group[1].reference} (Olga Operatör)"]}
    ]
    listed = svens.get("/console/flood/acts.json").json()["acts"]
    assert [one["id"] for one in listed] == [answer["id"]]
    assert journal(group[0])[-1].verb == "parked"


def test_a_wrong_number_names_the_field_and_changes_nothing(svens: Any, group: list[WorkItem]) -> None:
    for typed, said in (
        ("4", "Du skrev 4, men det är 3 ärenden"),
        ("tre", "med siffror"),
        ("", "med siffror"),
    ):
        answer = close(svens, group, count=typed)
        assert answer.status_code == 422
        assert answer.json()["field"] == "count"
        assert said in answer.json()["message"]
    assert states(group) == {"unanswered"}
    assert close(svens, group, count=" 3 ").json()["act"]["done"] == 3


def test_other_refusals_are_in_words(svens: Any, group: list[WorkItem]) -> None:
    for more, field in (
        ({"reason": "x"}, "reason"), ({"minutes": 0}, "minutes"), ({"minutes": None, "clock": "kvart"}, "clock"),
        ({"items": "x"}, "items"), ({"items": ["x"]}, "items"), ({"items": []}, "items"),
    ):  # fmt: skip
        answer = park(svens, group, **more)
        assert (answer.status_code, answer.json().get("field")) == (422, field), more
    assert close(svens, group, lead="x").json()["field"] == "lead"
    assert park(svens, group, items=[str(uuid4())]).status_code == 404
    assert states(group) == {"unanswered"}


def test_the_same_press_asked_again_is_done_once(svens: Any, group: list[WorkItem]) -> None:
    one, two = (close(svens, group, "key").json()["act"] for _ in range(2))
    assert one == two
    assert GroupAct.objects.count() == 1
    assert [entry.verb for entry in journal(group[1])].count("closed") == 1


def test_one_press_undoes_and_says_what_it_could_not(svens: Any, olgas: Any, group: list[WorkItem]) -> None:
    done = close(svens, group).json()["act"]
    assert act(olgas, group[1].pk, "reopen").status_code == 200
    answer = post(svens, f"/console/flood/acts/{done['id']}/undo/").json()["act"]
    assert (answer["restored"], answer["touched"]["named"]) == (2, [group[1].reference])
    GroupAct.objects.update(at=now(-601), undone_at=None)
    late = post(svens, f"/console/flood/acts/{done['id']}/undo/")
    assert (late.status_code, late.json()["error"]) == (409, "too_late")


def test_the_leader_moves_municipalities_and_every_console_hears_it(
    svens: Any, olgas: Any, olga: Any, sven: Any, storkoping: Any, lillby: Any
) -> None:
    start_shift(user=olga, seat="1", sound_ok=True, municipalities=[storkoping.pk], now=now())
    start_shift(user=sven, seat="2", sound_ok=True, now=now())
    number = last_id()
    answer = post(
        svens,
        "/console/flood/seats/",
        changes=[
            {"user": olga.pk, "add": [lillby.pk], "remove": [storkoping.pk]},
            {"user": sven.pk, "add": [storkoping.pk, 10**9]},
        ],
    )
    assert [(one["initials"], one["own"]) for one in answer.json()["seats"]] == [
        ("OO", [lillby.pk]), ("SS", [storkoping.pk]),
    ]  # fmt: skip
    told = [json.loads(event.item) for event in since(number) if event.type == "seats"]
    assert told[-1]["seats"] == answer.json()["seats"] == olgas.get("/console/board.json").json()["seats"]
    assert (told[0]["of"], told[0]["by"]["name"]) == (olga.pk, "Sven Skiftledare")
    assert AuditEntry.objects.filter(verb="shift.divided", actor_id=sven.pk).count() == 2
    case(storkoping, "technical", area="A")
    theirs = case(lillby, "technical", area="B")
    taken = services.claim_next(operator=olga, now=now())
    assert taken.pk == theirs.pk, "T follows at once"


def test_a_seat_that_is_left_refuses_all_of_it(
    svens: Any, olga: Any, sven: Any, lillby: Any, storkoping: Any
) -> None:
    start_shift(user=olga, seat="1", sound_ok=True, now=now())
    start_shift(user=sven, seat="2", sound_ok=True, now=now())
    end_shift(user=olga, reason="", now=now())
    changes = [{"user": sven.pk, "add": [lillby.pk]}, {"user": olga.pk, "add": [lillby.pk]}]
    answer = post(svens, "/console/flood/seats/", changes=changes)
    assert (answer.status_code, answer.json()["message"]) == (
        409, "Kollegan har slutat sitt pass. Inget är ändrat.",
    )  # fmt: skip
    assert Shift.objects.get(user=sven, ended_at=None).municipalities == []
    for wrong in (
        "x",
        [1],
        [{"user": "x"}],
        [{"user": sven.pk, "add": "x"}],
        [{"user": sven.pk, "add": ["x"]}],
    ):
        assert post(svens, "/console/flood/seats/", changes=wrong).status_code == 422, wrong
