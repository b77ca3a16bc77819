"""Restored or heard again at one object is no more than that; the case says how many, and when it is all of them."""

from __future__ import annotations

from typing import Any

from alarms.escalation import supervision
from alarms.intake.models import TransmitterState
from alarms.workqueue.models import WorkItem
from alarms.workqueue.services import claim, close, reopen
from tests.support.cases import journal, now
from tests.support.gathering import gathering, objects, said, transmitters
from tests.support.incoming import signal_of, take

FAULT = {"kind": "transmitter_fault", "priority": 3, "trouble": "mains"}


def test_silences_are_gathered_and_count_down(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 12, interval_seconds=90)
    for at in range(-200, 60, 5):
        supervision.beat(now(at), "prov:1")
    supervision.hear({one.pk: now(-91) for one in everyone}, now(-91))
    assert supervision.notice_silences(now()) == 12
    item = gathering()
    assert (WorkItem.objects.count(), item.gathers, item.headline) == (1, 12, "Sändarfel · Storköping")
    assert {state.silent_item_id for state in TransmitterState.objects.all()} == {item.pk}
    assert supervision.hear({one.pk: now(1) for one in everyone[:11]}, now(1)) == 11
    item = gathering()
    assert (item.word, item.version) == ("11 av 12 hörs igen", 2)
    assert journal(item)[-1].text == "11 av 12 hörs igen"
    supervision.hear({everyone[11].pk: now(2)}, now(2))
    assert gathering().word == "Alla 12 hörs igen"
    assert all(one.ended_at for one in objects(item))


def test_few_silences_are_a_case_each(storkoping: Any, rules: None) -> None:
    for at in range(-200, 5, 5):
        supervision.beat(now(at), "prov:1")
    everyone = transmitters(storkoping, 4, interval_seconds=90)
    supervision.hear({one.pk: now(-91) for one in everyone}, now(-91))
    assert supervision.notice_silences(now()) == 4
    assert [one.gathers for one in WorkItem.objects.all()] == [0] * 4


def test_troubles_are_gathered_and_one_that_is_over_restores_only_its_own(
    storkoping: Any, rules: None
) -> None:
    everyone = transmitters(storkoping, 8)
    take([said(one, "trouble", **FAULT) for one in everyone])
    item = gathering()
    assert (item.gathers, item.kind, item.priority) == (8, "transmitter_fault", 3)
    take([said(everyone[0], "trouble", **{**FAULT, "trouble": "battery"})])
    assert gathering().gathers == 8
    (receipt,) = take([said(everyone[0], "restore", **FAULT)])
    assert signal_of(receipt).item_id == item.pk
    assert gathering().word == "", "its battery is still low"
    take([said(everyone[0], "restore", **{**FAULT, "trouble": "battery"})])
    assert gathering().word == "1 av 8 återställda"
    take([said(one, "restore", **FAULT) for one in everyone[1:]])
    item = gathering()
    assert (item.word, item.gathers_ended, item.state) == ("Alla 8 återställda", 8, "unanswered")
    take([said(everyone[3], "trouble", **FAULT)])
    item = gathering()
    assert (item.word, item.gathers, item.gathers_ended) == ("7 av 8 återställda", 8, 7)
    assert journal(item)[-1].text == "Fel igen vid ett objekt"


def test_a_gathered_alarm_that_is_restored(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 6)
    take([said(one) for one in everyone])
    (receipt,) = take([said(everyone[2], "restore")])
    item = gathering()
    assert signal_of(receipt).item_id == item.pk
    assert item.word == "1 av 6 återställda"
    take([said(everyone[2], "restore")])
    assert gathering().version == item.version, "twice is once"


def test_an_alarm_restored_in_the_batch_it_came_in(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 6)
    take([said(one) for one in everyone] + [said(everyone[0], "restore")])
    assert (gathering().gathers, gathering().gathers_ended) == (6, 1)
    take([said(everyone[1], "restore")])
    assert gathering().word == "2 av 6 återställda"


def test_a_newer_alarm_of_its_own_is_the_one_restored(storkoping: Any, rules: None) -> None:
    everyone = transmitters(storkoping, 6)
    take([said(one) for one in everyone], now(-60))
    take([said(everyone[0], kind="fire", priority=1)])
    take([said(everyone[0], "restore")])
    assert WorkItem.objects.get(kind="fire").word == "Återställt"
    assert gathering().word == ""


def test_what_is_over_while_it_was_closed_is_known_when_it_is_opened_again(
    storkoping: Any, rules: None, olga: Any
) -> None:
    everyone = transmitters(storkoping, 6)
    take([said(one, "trouble", **FAULT) for one in everyone])
    item = gathering()
    claim(item_id=item.pk, operator=olga, now=now())
    close(item_id=item.pk, operator=olga, outcome="no_action", now=now())
    take([said(one, "restore", **FAULT) for one in everyone[:4]])
    assert gathering().word == ""
    reopen(item_id=item.pk, operator=olga, now=now())
    take([said(everyone[4], "restore", **FAULT)])
    assert gathering().word == "5 av 6 återställda"
