"""The journal begins with the alarm itself, and what remains is told in the instruction's own words."""

from __future__ import annotations

from typing import Any

from alarms.workqueue.models import WorkItem
from tests.operator_console.conftest import Opened, act, pane
from tests.support.cases import instruction

BEGAN = "Larmet kom in: Driftlarm från Larmbolaget: ”Framledning 31 grader”"


def journal_of(html: str) -> str:
    return html.split('<ol class="journal">')[1]


def test_a_case_nobody_has_touched_has_its_alarm_in_the_journal(olgas: Any, opened: Opened) -> None:
    item = opened(source_name="Larmbolaget", story="Framledning 31 grader")
    journal = journal_of(olgas.get(f"/console/case/{item}/?read=1").content.decode())
    assert BEGAN in journal
    assert journal.count("<time>") == 1
    assert "larm nummer" not in journal


def test_it_tells_which_alarm_in_order_it_was(olgas: Any, opened: Opened) -> None:
    item = opened(source_name="Larmbolaget", story="Framledning 31 grader")
    WorkItem.objects.filter(pk=item).update(repeats=3, transmitter_id=77)
    journal = journal_of(pane(olgas, item))
    assert f"{BEGAN} · larm nummer 3 från samma sändare på tio minuter" in journal


def test_it_stands_first_in_time_whatever_happened_since(olgas: Any, opened: Opened) -> None:
    item = opened(source_name="Larmbolaget", story="Framledning 31 grader")
    act(olgas, item, "claim")
    act(olgas, item, "note", text="Ringde tillbaka")
    journal = journal_of(pane(olgas, item))
    assert journal.index("Ringde tillbaka") < journal.index("Tog ärendet") < journal.index(BEGAN)


def test_what_remains_names_the_step_in_its_words(olgas: Any, opened: Opened, storkoping: Any) -> None:
    instruction(
        storkoping, "technical", [{"text": "Kontrollera larmpunkten"}, {"text": "Bor någon i huset?"}]
    )
    item = opened()
    act(olgas, item, "claim")
    act(olgas, item, "step", position=1)
    left = act(olgas, item, "close", outcome="fixed_on_site").json()["unresolved"]
    assert [one["text"] for one in left] == ["Steg 2 är inte klart: Bor någon i huset?"]
