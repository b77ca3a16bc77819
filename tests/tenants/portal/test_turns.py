"""Turns at a duty: built, looked at first, changed from a day to come, ended; and when the duty is needed."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.oncall.models import Contact, Duty, Layer
from tests.support.days import today
from tests.tenants.portal.conftest import Things

DAY = timedelta(days=1)


@pytest.fixture
def people(here: Things, storkoping: Any) -> list[str]:
    with in_municipality(storkoping):
        nils = Contact.objects.create(name="Nils Ek", phone="+46701740607")
        eva = Contact.objects.create(name="Eva Lans", phone="+46701740608")
    return [str(here.contact), str(nils.pk), str(eva.pk)]


@pytest.fixture
def empty(storkoping: Any, here: Things) -> int:
    with in_municipality(storkoping):
        return Duty.objects.create(code="it", name="IT-jour", function="it").pk


def typed(people: list[str], **more: Any) -> dict[str, Any]:
    rows = {f"member-{nth}": who for nth, who in enumerate(people, 1)}
    form = {
        "rank": "1", "start": "day", "first_day": today().isoformat(), "turns_at": "08:00", "turn": "7",
        "turn_days": "", "hours": "always", "office_from": "07:00", "office_to": "16:00", "until": "",
        "act": "save",
    }  # fmt: skip
    return rows | form | more


def body(answer: Any) -> str:
    return str(answer.content.decode())


def layers_of(storkoping: Any, duty: int) -> list[Layer]:
    with in_municipality(storkoping):
        return list(Layer.objects.filter(duty_id=duty).order_by("pk"))


def names_of(storkoping: Any, layer: Layer) -> list[str]:
    with in_municipality(storkoping):
        return [one.contact.name for one in layer.members.select_related("contact").order_by("position")]


def test_people_take_turns_weekly(empty: int, people: list[str], as_arvid: Any, storkoping: Any) -> None:
    answer = as_arvid.post(f"/portal/roster/duty/{empty}/turn/", typed([people[1], "", people[0]]))
    assert answer["Location"] == f"/portal/roster/duty/{empty}/"
    (made,) = layers_of(storkoping, empty)
    assert (made.turn_days, made.turns_at, made.first_day) == (7, time(8), today())
    assert names_of(storkoping, made) == ["Nils Ek", "Sara Dahl"]
    page = body(as_arvid.get(answer["Location"]))
    assert "dygnet runt, byter varje vecka" in page
    assert AuditEntry.objects.filter(verb="oncall.layer_added").count() == 1


def test_a_look_first_saves_nothing_and_shows_the_gap_that_is_left(
    empty: int, people: list[str], as_arvid: Any, storkoping: Any
) -> None:
    begins = today() + 2 * DAY
    page = body(
        as_arvid.post(
            f"/portal/roster/duty/{empty}/turn/", typed(people, act="preview", first_day=begins.isoformat())
        )
    )
    assert "Så blir schemat" in page
    assert 'class="duty-bar hole' in page
    assert "från nu till" in page
    assert layers_of(storkoping, empty) == []
    assert not AuditEntry.objects.filter(verb="oncall.layer_added").exists()


@pytest.mark.parametrize(
    ("act", "order", "hand"),
    [
        ("add", [0, 1, 2, None], "id_member-4"), ("up-2", [1, 0, 2], "id_member-1"),
        ("up-3", [0, 2, 1], "id_up-2"), ("down-1", [1, 0, 2], "id_down-2"), ("remove-2", [0, 2], "id_member-2"),
    ],
)  # fmt: skip
def test_people_are_added_moved_and_removed_without_scripts_and_the_hand_stays(
    empty: int, people: list[str], as_arvid: Any, act: str, order: list[int | None], hand: str
) -> None:
    page = body(as_arvid.post(f"/portal/roster/duty/{empty}/turn/", typed(people, act=act, turns_at="sju")))
    for number, who in enumerate(order, 1):
        select = page.split(f'name="member-{number}"')[1].split("</select>")[0]
        chosen = [part.split('"')[0] for part in select.split('<option value="') if '" selected' in part]
        assert chosen == ([people[who]] if who is not None else [])
    assert f'name="member-{len(order) + 1}"' not in page
    (held,) = [tag for tag in page.split("<") if " autofocus" in tag]
    assert f'id="{hand}"' in held
    assert 'value="sju"' in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"turns_at": "kvart i"}, "Skriv klockslaget som 07:00."), ({"first_day": "i dag"}, "Skriv datumet som"),
        ({"member-1": "", "member-2": "", "member-3": ""}, "Välj minst en person."),
        ({"turn": "own", "turn_days": "sju"}, "ett tal från 1 till 366"), ({"rank": "x"}, "från 1 till 9"),
        ({"until": "2020-01-01"}, "Slutdagen ligger före den första dagen."), ({"hours": "x"}, "Välj vilka tider"),
        ({"hours": "office", "office_to": "06:00"}, "Kontorstiden slutar före den börjar."),
        ({"hours": "own", "window-1-from": "8", "window-1-to": "17:00"}, "Tid 1: välj minst en dag."),
        ({"hours": "own", "window-1-from": "8", "window-1-to": "17:00"}, "Tid 1: skriv klockslaget som 07:00."),
        ({"member-1": "999999"}, "finns inte längre bland kontakterna"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_everything_typed_stays(
    empty: int, people: list[str], as_arvid: Any, storkoping: Any, wrong: dict[str, str], told: str
) -> None:
    form = typed(people) | {"turn_days": "sjutton"} | wrong
    for act in ("save", "preview"):
        answer = as_arvid.post(f"/portal/roster/duty/{empty}/turn/", form | {"act": act})
        page = body(answer)
        assert answer.status_code == 422
        assert told in page
        assert "Allt du skrivit står kvar" in page
        for name in ("turns_at", "first_day", "until", "office_to", "turn_days"):
            assert not form[name] or f'value="{form[name]}"' in page
    assert layers_of(storkoping, empty) == []


def test_two_who_would_be_first_at_once_are_named(here: Things, people: list[str], as_arvid: Any) -> None:
    answer = as_arvid.post(f"/portal/roster/duty/{here.duty}/turn/", typed([people[1]]))
    assert answer.status_code == 422
    assert "skulle ha ordning 1 samtidigt" in body(answer)


def test_hours_are_presets_or_own(empty: int, people: list[str], as_arvid: Any, storkoping: Any) -> None:
    path = f"/portal/roster/duty/{empty}/turn/"
    as_arvid.post(path, typed(people[:1], hours="outside", office_from="07.00", office_to="1630"))
    own = {
        "window-1-days": ["workday", "eve"], "window-1-from": "06:00", "window-1-to": "22:00",
        "window-2-from": "", "window-2-to": "",
    }  # fmt: skip
    as_arvid.post(path, typed(people[1:2], hours="own", rank="2", **own))
    outside, mine = layers_of(storkoping, empty)
    assert outside.windows == [
        {"days": ["workday"], "from": "16:30", "to": "07:00"}, {"days": ["dayoff"], "from": "07:00", "to": "07:00"},
    ]  # fmt: skip
    assert mine.windows == [{"days": ["workday", "eve"], "from": "06:00", "to": "22:00"}]
    page = body(as_arvid.get(f"/portal/roster/turn/{outside.pk}/"))
    assert 'value="outside" checked' in page
    assert 'name="office_to" value="16:30"' in page
    assert 'value="own" checked' in body(as_arvid.get(f"/portal/roster/turn/{mine.pk}/"))


def test_another_row_of_hours_is_added_without_scripts(empty: int, people: list[str], as_arvid: Any) -> None:
    own = {"hours": "own", "window-1-days": ["holiday"], "window-1-from": "06:00", "window-1-to": "22:00"}
    page = body(as_arvid.post(f"/portal/roster/duty/{empty}/turn/", typed(people, act="window-add", **own)))
    assert 'name="window-2-from"' in page
    assert 'name="window-1-days" value="holiday" checked' in page


@pytest.fixture
def weekly(empty: int, people: list[str], storkoping: Any) -> Layer:
    """Three in turn since twelve days ago: the second has it, and the third is next in two days."""
    from tests.support.rosters import layer

    with in_municipality(storkoping):
        found = Contact.objects.in_bulk([int(one) for one in people])
        return layer(
            Duty.objects.get(pk=empty), [found[int(one)] for one in people], first_day=today() - 12 * DAY,
            turns_at=time(8),
        )  # fmt: skip


def test_a_turn_that_has_begun_is_changed_from_its_next_change_in_unbroken_order(
    weekly: Layer, empty: int, people: list[str], as_arvid: Any, storkoping: Any
) -> None:
    page = body(as_arvid.get(f"/portal/roster/turn/{weekly.pk}/"))
    assert 'value="next" checked' in page
    first = page.split('name="member-1"')[1].split("</select>")[0]
    assert f'value="{people[2]}" selected' in first
    answer = as_arvid.post(
        f"/portal/roster/turn/{weekly.pk}/", typed([people[2], people[0], people[1]], start="next", turn="14")
    )
    assert answer.status_code == 302
    old, new = layers_of(storkoping, empty)
    assert (old.until, new.first_day) == (today() + 2 * DAY, today() + 2 * DAY)
    assert (names_of(storkoping, old)[0], names_of(storkoping, new)[0]) == ("Sara Dahl", "Eva Lans")


def test_a_change_may_hold_from_today_but_never_before(
    weekly: Layer, people: list[str], as_arvid: Any, empty: int, storkoping: Any
) -> None:
    path = f"/portal/roster/turn/{weekly.pk}/"
    early = as_arvid.post(path, typed(people, start="day", first_day=(today() - DAY).isoformat()))
    assert "Det som har varit ändras inte" in body(early)
    assert as_arvid.post(path, typed(people, start="today")).status_code == 302
    assert [one.first_day for one in layers_of(storkoping, empty)] == [today() - 12 * DAY, today()]


def test_a_planned_turn_that_is_put_off_does_not_begin_before(
    weekly: Layer, empty: int, people: list[str], as_arvid: Any, storkoping: Any
) -> None:
    with in_municipality(storkoping):
        Layer.objects.filter(pk=weekly.pk).update(first_day=today() + 3 * DAY)
    path = f"/portal/roster/turn/{weekly.pk}/"
    assert "Gäller från" not in body(as_arvid.get(path))
    assert as_arvid.post(path, typed(people, first_day=(today() + 9 * DAY).isoformat())).status_code == 302
    assert [(one.first_day, one.until) for one in layers_of(storkoping, empty)] == [(today() + 9 * DAY, None)]


def test_a_turn_is_ended_and_the_gap_is_told_before(
    weekly: Layer, empty: int, as_arvid: Any, storkoping: Any
) -> None:
    path = f"/portal/roster/turn/{weekly.pk}/end/"
    until = (today() + 5 * DAY).isoformat()
    assert "Skriv datumet som" in body(as_arvid.post(path, {"until": "snart"}))
    assert "Det som har varit ändras inte" in body(as_arvid.post(path, {"until": "2020-01-01"}))
    asked = body(as_arvid.post(path, {"until": until}))
    assert "Då är ingen i tjänst" in asked
    assert "IT-jour från" in asked
    assert layers_of(storkoping, empty)[0].until is None
    assert as_arvid.post(path, {"until": until, "sure": "1"}).status_code == 302
    assert layers_of(storkoping, empty)[0].until == date.fromisoformat(until)
    later = as_arvid.post(path, {"until": (today() + 9 * DAY).isoformat()})
    assert "Den slutar redan" in body(later)


def test_a_turn_with_somebody_who_has_left_can_be_ended_and_says_who(
    weekly: Layer, empty: int, here: Things, as_arvid: Any, storkoping: Any
) -> None:
    as_arvid.post(f"/portal/roster/remove/contact/{here.contact}/", {"sure": "1"})
    assert "Sara Dahl är borttagen ur kontakterna" in body(as_arvid.get(f"/portal/roster/duty/{empty}/"))
    assert "Sara Dahl är borttagen ur kontakterna" in body(as_arvid.get(f"/portal/roster/turn/{weekly.pk}/"))
    ended = as_arvid.post(
        f"/portal/roster/turn/{weekly.pk}/end/", {"until": today().isoformat(), "sure": "1"}
    )
    assert ended.status_code == 302


def test_what_has_ended_is_not_changed(
    weekly: Layer, as_arvid: Any, storkoping: Any, people: list[str]
) -> None:
    with in_municipality(storkoping):
        Layer.objects.filter(pk=weekly.pk).update(until=today() - DAY)
    assert as_arvid.post(f"/portal/roster/turn/{weekly.pk}/", typed(people)).status_code == 404
    assert as_arvid.get(f"/portal/roster/turn/{weekly.pk}/end/").status_code == 404


def test_a_removed_turn_tells_its_gap_first(
    weekly: Layer, empty: int, as_arvid: Any, storkoping: Any
) -> None:
    path = f"/portal/roster/remove/layer/{weekly.pk}/"
    assert "IT-jour från nu och framåt" in body(as_arvid.post(path))
    assert len(layers_of(storkoping, empty)) == 1
    assert as_arvid.post(path, {"sure": "1"})["Location"] == f"/portal/roster/duty/{empty}/"
    assert layers_of(storkoping, empty) == []


def test_a_duty_that_is_needed_at_times_has_no_gap_at_others(
    empty: int, as_arvid: Any, storkoping: Any
) -> None:
    path = f"/portal/roster/duty/{empty}/needed/"
    duty = f"/portal/roster/duty/{empty}/"
    assert "från nu och framåt" in body(as_arvid.get(duty))
    bad = as_arvid.post(path, {"hours": "outside", "office_from": "sju", "office_to": "16:00", "act": "save"})
    assert bad.status_code == 422
    assert 'value="sju"' in body(bad)
    form = {"hours": "outside", "office_from": "07:00", "office_to": "16:00", "act": "save"}
    assert as_arvid.post(path, form)["Location"] == duty
    page = body(as_arvid.get(duty))
    assert "Vardagar 16:00–07:00, lediga dagar dygnet från 07:00" in page
    assert "från nu och framåt" not in page
    assert 'value="outside" checked' in body(as_arvid.get(path))
