"""The pane shows the steps that apply; an answer shows and hides others, and the time of each is told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.operator_console.conftest import Claimed, Opened, act, pane
from tests.support.cases import instruction

STEPS: list[dict[str, Any]] = [
    {"type": "ask", "text": "Bor någon i huset?", "choices": ("Ja", "Nej"), "code": "q"},
    {"text": "Öppna dörren", "condition": {"answers": {"q": ["Ja"]}}, "minutes": 10, "on_late": "leader"},
    {"text": "Följ upp"},
]


@pytest.fixture
def instructed(committed: None, storkoping: Any) -> None:
    instruction(storkoping, "technical", STEPS)


def steps(page: str) -> list[tuple[str, str]]:
    """(state, number) of each step in the list."""
    listed = page.split('<ol class="steps">')[1].split("</ol>\n", maxsplit=1)[0]
    return re.findall(r'<li class="step (\w+)" id="step-(\d)"', listed)


def test_before_the_question_is_answered_the_step_is_coming_with_its_condition(
    instructed: None, olgas: Any, claimed: Claimed
) -> None:
    page = pane(olgas, claimed(olgas))
    assert steps(page) == [("current", "1"), ("coming", "2"), ("coming", "3")]
    assert "(bara om svaret på steg 1 är Ja)" in page
    assert "0 av 3 klara" in page


@pytest.mark.parametrize(
    ("answer", "shown", "count"),
    [
        ("Ja", [("done", "1"), ("current", "2"), ("coming", "3")], "1 av 3 klara"),
        ("Nej", [("done", "1"), ("current", "3")], "1 av 2 klara"),
    ],
)
def test_the_answer_shows_or_hides_it(
    instructed: None, olgas: Any, claimed: Claimed, answer: str, shown: list[tuple[str, str]], count: str
) -> None:
    item = claimed(olgas)
    html = act(olgas, item, "step", position=1, outcome=answer).json()["html"]
    assert steps(html) == shown
    assert count in html
    assert ("1 steg gäller inte nu" in html) is (answer == "Nej")
    assert ("annars får skiftledaren veta" in html) is (answer == "Ja")


def test_undoing_the_answer_brings_it_back(instructed: None, olgas: Any, claimed: Claimed) -> None:
    item = claimed(olgas)
    act(olgas, item, "step", position=1, outcome="Nej")
    html = act(olgas, item, "undo").json()["html"]
    assert steps(html) == [("current", "1"), ("coming", "2"), ("coming", "3")]


def test_the_board_and_the_closing_follow(instructed: None, olgas: Any, claimed: Claimed) -> None:
    item = claimed(olgas)
    act(olgas, item, "step", position=1, outcome="Nej")
    told = olgas.get(f"/console/steps.json?items={item}").json()["steps"][str(item)]["text"]
    assert told == "Steg 3: följ upp"
    act(olgas, item, "step", position=3)
    assert act(olgas, item, "close", outcome="test").status_code == 200


def test_who_reads_before_it_is_taken_sees_what_would_be_pinned(
    instructed: None, olgas: Any, opened: Opened
) -> None:
    page = olgas.get(f"/console/case/{opened()}/?read=1").content.decode()
    assert steps(page) == [("coming", "1"), ("coming", "2"), ("coming", "3")]


def test_a_step_that_is_done_at_one_press_is_asked_for_by_its_own_act(
    committed: None, olgas: Any, claimed: Claimed, storkoping: Any
) -> None:
    instruction(storkoping, "technical", [
        {"type": "sms", "text": "Förvarna", "duty": "va-jour", "message": "Värmen är borta."},
        {"type": "decide", "text": "Får vi stänga av?"},
        {"type": "team", "text": "Kalla in", "duty": "va-jour", "wanted": 3},
    ])  # fmt: skip
    from tests.alarms.callouts.conftest import put_on_duty

    put_on_duty(storkoping)
    item = claimed(olgas)
    page = pane(olgas, item)
    assert 'data-act="do-step" data-body=\'{"position": 1}\'' in page
    assert act(olgas, item, "do-step", position=1).status_code == 409  # nobody is on duty
    act(olgas, item, "skip", position=1, reason="not_needed")
    html = act(olgas, item, "do-step", position=2).json()["html"]
    assert "Steg klart" in html
    html = act(olgas, item, "step", position=2).json()["html"]
    assert "3 behövs. Alla i tjänst tillfrågas på en gång." in html
