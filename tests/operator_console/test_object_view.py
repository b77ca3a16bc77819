"""The object behind a case: its transmitter, what it told lately and what stands open nearby, to whom it may be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from alarms.intake.models import Transmitter, TransmitterState
from alarms.workqueue.models import WorkItem
from tests.operator_console.conftest import act
from tests.support.cases import case, now
from tests.support.gathering import gathered
from tests.support.incoming import said, signal_of, take, transmitter

PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]
READS_LETTERS = {"olga", "sven"}


def part(client: Any, item: UUID) -> Any:
    return client.get(f"/console/case/{item}/parts/object/")


def html(client: Any, item: UUID) -> str:
    answer = part(client, item)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


@pytest.fixture
def panel(committed: None, storkoping: Any) -> Transmitter:
    return transmitter(storkoping)


@pytest.fixture
def alarmed(panel: Transmitter) -> Callable[..., UUID]:
    """``alarmed(kind="technical", at=now())`` → the id of the case of one more alarm from the panel."""

    def alarm(meaning: str = "alarm", *, at: Any = None, of: Transmitter | None = None, **more: Any) -> UUID:
        one = of or panel
        (receipt,) = take([said(one, meaning, **more)], at)
        found = signal_of(receipt).item_id
        assert found is not None
        return UUID(str(found))

    return alarm


def test_only_who_reads_the_case_sees_its_object(
    cast: Any, client_of: Callable[..., Any], alarmed: Callable[..., UUID]
) -> None:
    item = alarmed()
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        answer, absent = part(client, item), part(client, uuid4())
        assert absent.status_code == 404
        assert answer.status_code == (200 if name in READS_LETTERS else 404), name
        if name not in READS_LETTERS:
            assert answer.content == absent.content
    assert part(client_of(None), item).status_code == 401


def test_a_case_without_transmitter_and_neighbours_has_no_part(olgas: Any, storkoping: Any) -> None:
    assert part(olgas, case(storkoping, area="").pk).status_code == 204


def test_what_the_object_told_is_told_with_what_became_of_it(
    olgas: Any, alarmed: Callable[..., UUID]
) -> None:
    earlier = alarmed(at=now(-86_400), kind="fire", priority=1)
    act(olgas, earlier, "claim")
    act(olgas, earlier, "close", outcome="false_alarm")
    item = alarmed()
    shown = html(olgas, item)
    assert f'data-open-case="{earlier}"' in shown
    assert "Falskt larm · OO" in shown
    assert "<b>Larm</b> Brandlarm" in shown
    assert f'data-open-case="{item}"' not in shown, "the case itself is no earlier event"


def test_a_restoration_of_this_case_is_among_its_events(olgas: Any, alarmed: Callable[..., UUID]) -> None:
    item = alarmed()
    alarmed("restore")
    shown = html(olgas, item)
    assert "<b>Återställt</b>" in shown
    assert "det här ärendet" in shown


def test_what_came_under_service_is_marked_and_opened_nothing(
    olgas: Any, alarmed: Callable[..., UUID], panel: Transmitter
) -> None:
    item = alarmed()
    Transmitter.objects.filter(pk=panel.pk).update(service_until=now(3600))
    take([said(panel, kind="intrusion")])
    shown = html(olgas, item)
    assert "under service, bara loggat" in shown
    assert "UNDER SERVICE till" in shown


def test_our_own_checks_are_never_shown(olgas: Any, alarmed: Callable[..., UUID], panel: Transmitter) -> None:
    item = alarmed()
    take([said(panel, "test")])
    assert "<b>Prov</b>" in html(olgas, item)
    Transmitter.objects.filter(pk=panel.pk).update(synthetic=True)
    assert "<b>Prov</b>" not in html(olgas, item)


def test_only_the_last_thirty_days_and_the_newest_ten(olgas: Any, alarmed: Callable[..., UUID]) -> None:
    old = alarmed(at=now(-31 * 86_400))
    many = [alarmed(at=now(-3600 * hour)) for hour in range(12, 0, -1)]
    shown = html(olgas, alarmed()).split('class="past"')[1]
    assert str(old) not in shown
    assert [str(one) in shown for one in many] == [False, False] + [True] * 10


def test_what_one_may_not_read_is_not_among_the_events(
    cast: Any, client_of: Callable[..., Any], alarmed: Callable[..., UUID], panel: Transmitter
) -> None:
    closed = alarmed(at=now(-3600), kind="social")
    take([said(panel, "test", kind="social")])
    item = alarmed()
    seen, hidden = html(client_of(cast.sven), item), html(client_of(cast.olga), item)
    assert str(closed) in seen
    assert "Social" in seen
    assert str(closed) not in hidden
    assert "Social" not in hidden


def test_an_alarm_that_joined_many_others_is_among_its_objects_events(
    olgas: Any, alarmed: Callable[..., UUID], panel: Transmitter, storkoping: Any
) -> None:
    other = transmitter(storkoping, "3003")
    with gathered("technical", threshold=2):
        take([said(other, account="3003"), said(panel)])
    many = WorkItem.objects.get(gathers=2)
    shown = html(olgas, alarmed(kind="fire")).split('class="past"')[1]
    assert f'data-open-case="{many.pk}"' in shown
    assert "ett av 2 samlade" in shown


def test_how_the_transmitter_is_now(olgas: Any, alarmed: Callable[..., UUID], panel: Transmitter) -> None:
    item = alarmed()
    TransmitterState.objects.update_or_create(
        pk=panel.pk, defaults={"heard_at": now(), "silent_since": None, "troubles": []}
    )
    assert "Hörs, senast" in html(olgas, item)
    TransmitterState.objects.filter(pk=panel.pk).update(silent_since=now(-600), troubles=["battery"])
    shown = html(olgas, item)
    assert "Tyst sedan" in shown
    assert "Fel: batteri" in shown


def test_open_cases_of_the_same_area_are_nearby_with_who_has_them(
    olgas: Any, svens: Any, storkoping: Any, lillby: Any, alarmed: Callable[..., UUID]
) -> None:
    item = alarmed()
    held = case(storkoping, area="Broby", kind="fire").pk
    act(svens, held, "claim")
    waiting = case(storkoping, area="Broby", kind="safety_alarm", place="Hemliga gatan 7", person="Ada").pk
    elsewhere = [case(storkoping, area="Norrmalm").pk, case(lillby, area="Broby").pk]
    done = case(storkoping, area="Broby").pk
    act(olgas, done, "claim")
    act(olgas, done, "close", outcome="false_alarm")
    shown = html(olgas, item)
    near = shown.split('class="near"')[1].split("</ul>")[0]
    assert "◐ SS" in near
    assert "OBESVARAT" in near
    assert near.index(str(held)) < near.index(str(waiting))
    assert "samma område" in near
    again = alarmed()
    assert "samma objekt" in html(olgas, item).split(f'data-open-case="{again}"')[1]
    assert not [one for one in (*elsewhere, done, item) if str(one) in near]
    assert "Hemliga gatan" not in shown
    assert "Ada" not in shown


def test_a_neighbour_of_a_closed_function_is_shown_to_those_who_have_it(
    cast: Any, client_of: Callable[..., Any], storkoping: Any, alarmed: Callable[..., UUID]
) -> None:
    item = alarmed()
    hidden = case(storkoping, area="Broby", kind="social").pk
    assert str(hidden) in html(client_of(cast.sven), item)
    assert str(hidden) not in html(client_of(cast.olga), item)


def test_a_transmitter_that_was_taken_away_leaves_its_cases_readable(
    olgas: Any, alarmed: Callable[..., UUID], panel: Transmitter
) -> None:
    item = alarmed()
    WorkItem.objects.filter(pk=item).update(transmitter_id=10**9)
    assert part(olgas, item).status_code == 200


def test_another_municipalitys_transmitters_are_never_told(
    olgas: Any, alarmed: Callable[..., UUID], lillby: Any
) -> None:
    other = transmitter(lillby, "2002")
    theirs = alarmed(of=other, account="2002")
    mine = alarmed()
    assert str(theirs) not in html(olgas, mine)
    assert str(mine) not in html(olgas, theirs)


def test_it_costs_the_same_few_questions_however_much_there_is(
    olgas: Any, storkoping: Any, alarmed: Callable[..., UUID], panel: Transmitter,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    item = alarmed()
    for hour in range(12):
        alarmed(at=now(-3600 * hour))
        take([said(panel, "test")], now(-3600 * hour))
        case(storkoping, area="Broby")
    html(olgas, item)
    with django_assert_max_num_queries(MOST_QUESTIONS):
        html(olgas, item)


MOST_QUESTIONS = 15
