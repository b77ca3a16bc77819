"""The objects of a case that gathers, for who may read it; the rules, for everybody at the centre, changed by leaders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from alarms.workqueue import gathering_rules
from alarms.workqueue.models import GatheringRule
from central.audit.models import AuditEntry
from tests.support.cases import case, now
from tests.support.gathering import gathered, gathering, said, transmitters
from tests.support.incoming import take

PART = "/console/case/{}/parts/objects/"
RULES = "/console/rules/"


@pytest.fixture
def many(storkoping: Any) -> Any:
    with gathered():
        everyone = transmitters(storkoping, 130)
        take([said(one) for one in everyone], now(-60))
        take([said(one, "restore") for one in everyone[:30]])
        yield gathering()


def test_the_objects_those_still_wrong_first_a_hundred_at_a_time(
    many: Any, olga: Any, client_of: Any
) -> None:
    client = client_of(olga)
    page = client.get(PART.format(many.pk)).content.decode()
    assert "<b>130 objekt</b> · 30 av 130 återställda, 100 kvar" in page
    assert (page.count("Fel kvar"), page.count("Brobyskolan · Broby")) == (100, 100)
    assert "<td>1031</td>" in page
    page = client.post(PART.format(many.pk) + "page/", {"start": "100"}).content.decode()
    assert "101–130 av 130" in page
    assert "Fel kvar" not in page
    assert "101–130 av 130" in client.get(PART.format(many.pk)).content.decode(), (
        "it stays where she turned to"
    )


def test_an_ordinary_case_has_none(storkoping: Any, olga: Any, client_of: Any) -> None:
    assert client_of(olga).get(PART.format(case(storkoping).pk)).status_code == 204


def test_only_who_may_read_the_case_sees_its_objects(
    many: Any, cast: Any, client_of: Callable[..., Any]
) -> None:
    got = {
        name: client_of(getattr(cast, name)).get(PART.format(many.pk)).status_code
        for name in ("olga", "sven", "chef", "utan", "maja", "agda")
    }
    assert got == {"olga": 200, "sven": 200, "chef": 404, "utan": 404, "maja": 404, "agda": 404}


def test_the_officer_reads_them_in_the_portal(many: Any, maja: Any, lisa: Any, client_of: Any) -> None:
    page = client_of(maja, "storkoping.localhost").get(
        reverse("portal_case", args=[many.pk], urlconf="config.urls_municipality")
    )
    assert page.status_code == 200, page.status_code
    assert "30 av 130 återställda" in page.content.decode()
    assert "1–100 av 130" in page.content.decode()


def changed(**more: Any) -> dict[str, str]:
    return {"kind": "technical", "municipality": "", "threshold": "8", "window": "15", "active": "on", **more}


def test_everybody_at_the_board_reads_the_rules_and_leaders_change_them(
    cast: Any, client_of: Any, storkoping: Any
) -> None:
    with gathered():
        for name, reads, changes in (
            ("olga", 200, 403),
            ("sven", 200, 302),
            ("chef", 200, 302),
            ("utan", 403, 403),
        ):
            client = client_of(getattr(cast, name))
            assert client.get(RULES).status_code == reads, name
            assert client.post(RULES, changed()).status_code == changes, name
        rule = gathering_rules.rule_for(storkoping.pk, "technical", 2)
        assert rule is not None
        assert (rule.threshold, rule.window.total_seconds()) == (8, 900)
        assert AuditEntry.objects.filter(verb="gathering.rule_changed").count() == 2
        page = client_of(cast.olga).get(RULES).content.decode()
        assert "Minst 8 objekt inom 15 minuter blir ett ärende." in page
        assert "fler än 10 nya larm per operatör på tio minuter (EEMUA 191)" in page
        assert "Nu: 0,0 per operatör" in page
        assert "Brandlarm, Trygghetslarm, Personlarm och allt med prioritet 1 samlas aldrig." in page


def test_a_municipality_gets_its_own_and_loses_it_again(sven: Any, storkoping: Any, client_of: Any) -> None:
    with gathered():
        client = client_of(sven)
        client.post(RULES, changed(municipality=str(storkoping.pk), active=""))
        assert gathering_rules.rule_for(storkoping.pk, "technical", 2) is None
        own = GatheringRule.objects.get(municipality=storkoping)
        client.post(RULES, {"remove": str(own.pk)})
        assert gathering_rules.rule_for(storkoping.pk, "technical", 2) is not None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"threshold": "1"}, "Antalet objekt är 2–1000."),
        ({"threshold": "fem"}, "Skriv ett helt tal."),
        ({"window": "121"}, "Tiden är 1–120 minuter."),
        ({"kind": "fire"}, "Brandlarm samlas aldrig."),
        ({"kind": "call"}, "Samtal samlas aldrig."),
        ({"municipality": "999999"}, "Välj en kommun i listan."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_changed(
    wrong: Any, words: str, sven: Any, client_of: Any
) -> None:
    with gathered():
        answer = client_of(sven).post(RULES, changed(**wrong))
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
        assert {one.threshold for one in GatheringRule.objects.all()} == {5}
