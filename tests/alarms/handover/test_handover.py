"""The handover writes itself, is walked by who comes, signed by both, and parked cases follow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from alarms.escalation.auditing import watch_handover
from alarms.handover import sections, services
from alarms.handover.models import Handover
from alarms.workqueue.errors import BadInput
from alarms.workqueue.models import Notice, State, WorkItem
from alarms.workqueue.services import claim, park
from central.functions import NAMES
from central.municipalities.context import in_municipality
from central.municipalities.directory import centre as the_centre
from tenants.contents.models import HandoverLetter
from tests.conftest import make_user
from tests.support.cases import case, now

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stina(centre: Any) -> Any:
    """The leader who comes."""
    return make_user("stina", "Stina Skiftledare", "ST", centre, "shift_leader", NAMES)


def texts(one: Handover) -> list[str]:
    with in_municipality(the_centre()):
        return list(HandoverLetter.objects.get(pk=one.pk).lines)


def walk(one: Handover, leader: Any) -> None:
    for line in one.lines.all():
        services.see(handover_id=one.pk, position=line.position, leader=leader, now=now())


def held(storkoping: Any, who: Any, **more: Any) -> Any:
    item = case(storkoping, "technical", **more)
    claim(item_id=item.pk, operator=who, now=now())
    return item


def test_it_writes_itself_from_what_stands(storkoping: Any, olga: Any, sven: Any) -> None:
    item, rests = held(storkoping, olga, area="Härslöv"), held(storkoping, sven, area="Broby")
    park(item_id=rests.pk, operator=sven, until=now() + timedelta(hours=3), now=now())
    said = texts(services.begin(leader=sven, now=now()))
    item.refresh_from_db()
    assert any("Driftlarm · Härslöv, Storköping" in one and "hos Olga Operatör" in one for one in said), said
    assert any("Broby" in one and "vilar till" in one and "Sven Skiftledare" in one for one in said), said


def test_a_later_capability_has_its_own_section(sven: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "_sections", dict(sections._sections))
    sections.register(
        "broadcasts", "Krismeddelanden", lambda _now: [sections.Told(f"{n}") for n in range(42)]
    )
    one = services.begin(leader=sven, now=now())
    lines = [line for line in one.lines.all() if line.section == "broadcasts"]
    assert len(lines) == sections.MOST + 1
    assert texts(one)[lines[-1].position - 1] == "och 2 till"


def test_begun_twice_is_the_same_one(sven: Any, stina: Any) -> None:
    assert services.begin(leader=sven, now=now()).pk == services.begin(leader=stina, now=now()).pk


def test_who_comes_sees_every_line_before_signing_and_parked_cases_follow(
    storkoping: Any, sven: Any, stina: Any
) -> None:
    rests = held(storkoping, sven)
    park(item_id=rests.pk, operator=sven, until=now() + timedelta(hours=3), now=now())
    one = services.begin(leader=sven, now=now())
    walk(one, sven)
    assert one.lines.exclude(seen_at=None).count() == 0, "who wrote it has not received it"
    with pytest.raises(services.Unseen, match="inte sedd"):
        services.sign(handover_id=one.pk, leader=stina, now=now())
    walk(one, stina)
    services.sign(handover_id=one.pk, leader=stina, now=now())
    assert Handover.objects.get().done_at is None, "one of two has signed"
    done = services.sign(handover_id=one.pk, leader=sven, now=now())
    assert (done.taker, done.moved, done.open) == (stina, 1, False)
    rests.refresh_from_db()
    assert (rests.claimed_by, rests.state) == (stina, State.PARKED)
    again = services.sign(handover_id=one.pk, leader=sven, now=now())
    assert again.moved == 1
    with pytest.raises(services.NotOpen):
        services.see(handover_id=one.pk, position=1, leader=stina, now=now())


def test_the_same_person_never_signs_for_both(sven: Any) -> None:
    one = services.begin(leader=sven, now=now())
    for _ in range(2):
        services.sign(handover_id=one.pk, leader=sven, now=now())
    assert Handover.objects.get().done_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.update(taker=sven)


def test_a_line_of_a_closed_function_is_for_those_who_may_read_it(
    storkoping: Any, sven: Any, centre: Any
) -> None:
    case(storkoping, "social", function="social_jour")
    one = services.begin(leader=sven, now=now())
    line = one.lines.get(function="social_jour")
    narrow = make_user("nina", "Nina Skiftledare", "NI", centre, "shift_leader", ["property"])
    with pytest.raises(BadInput):
        services.see(handover_id=one.pk, position=line.position, leader=narrow, now=now())
    assert line.position not in services.unseen(one, narrow).values_list("position", flat=True)


def test_what_to_think_of_is_kept_as_typed_with_the_centre_and_within_bounds(sven: Any, stina: Any) -> None:
    one = services.begin(leader=sven, now=now())
    services.keep_notes(
        handover_id=one.pk, leader=sven, notes="Bron är avstängd.\nRing Nils 06.\n", now=now()
    )
    with in_municipality(the_centre()):
        assert HandoverLetter.objects.get().notes == "Bron är avstängd.\nRing Nils 06."
    for wrong in ("rad\n" * 11 + "rad", "x" * 201):
        with pytest.raises(BadInput):
            services.keep_notes(handover_id=one.pk, leader=sven, notes=wrong, now=now())
    with pytest.raises(services.NotYours):
        services.keep_notes(handover_id=one.pk, leader=stina, notes="Mitt", now=now())


def test_unsigned_after_twenty_minutes_it_is_late_and_told_once(sven: Any, stina: Any) -> None:
    at = now()
    one = services.begin(leader=sven, now=at)
    assert watch_handover(at + 19 * MINUTE) == 0
    assert [watch_handover(at + minutes * MINUTE) for minutes in (20, 21)] == [1, 0]
    assert Handover.objects.get().late_at == at + 20 * MINUTE
    assert Notice.objects.filter(kind=Notice.Kind.HANDOVER, seen_at=None).count() == 1
    walk(one, stina)
    for leader in (sven, stina):
        services.sign(handover_id=one.pk, leader=leader, now=now())
    watch_handover(at + 22 * MINUTE)
    assert not Notice.objects.filter(kind=Notice.Kind.HANDOVER, seen_at=None).exists()


def test_taken_back_another_can_begin(sven: Any, stina: Any) -> None:
    one = services.begin(leader=sven, now=now())
    with pytest.raises(services.NotYours):
        services.withdraw(handover_id=one.pk, leader=stina, now=now())
    services.withdraw(handover_id=one.pk, leader=sven, now=now())
    assert services.begin(leader=stina, now=now()).pk != one.pk


def test_no_word_of_it_stands_in_the_shared_schema(storkoping: Any, olga: Any, sven: Any) -> None:
    held(storkoping, olga, area="Härslöv")
    one = services.begin(leader=sven, now=now())
    services.keep_notes(handover_id=one.pk, leader=sven, notes="Ring Nils på Provgatan 7", now=now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(h)::text FROM public.handover_handover h")
        rows = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT row_to_json(h)::text FROM public.handover_line h")
        rows += " ".join(row[0] for row in cursor.fetchall())
    assert "Härslöv" not in rows
    assert "Provgatan" not in rows
    assert WorkItem.objects.count() == 1
