"""The demo region is made up, complete, and laid out once however often it is asked for."""

import random
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from alarms.receivers.dc09 import meaning as dc09
from alarms.receivers.scaip import codes as scaip
from alarms.receivers.scaip import request
from alarms.voice import telephone
from central import functions, kinds, phone
from demo import ground, handbook, incidents, installations, people, scenarios, world
from tenants.instructions.rules import as_steps, problems

NOW = datetime(2027, 1, 15, 2, 30, tzinfo=UTC)


def test_every_number_is_from_the_series_reserved_for_fiction() -> None:
    numbers = [number for place in ground.PLACES for number in people.numbers(place)]
    numbers.append(people.CENTRE_NUMBER)
    assert all(605 <= int(number.removeprefix("+46701740")) <= 699 for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert all(phone.normalise(number) == number for number in numbers)


def test_landskrona_has_its_nine_safe_points_and_lysekil_its_own_hotline() -> None:
    by_slug = {place.slug: place for place in ground.PLACES}
    assert {point.name for point in by_slug["landskrona"].points} == {
        "Stadshuset",
        "Seminarieskolan",
        "Pilängskolan",
        "Västervångskolan",
        "Asmundtorps skola",
        "Sandåkerskolan",
        "Härslövs skola",
        "Glumslövs skola",
        "Uranienborgs skola",
    }
    assert by_slug["lysekil"].hotline == "Trygghetstelefonen Lysekils kommun"
    assert len(by_slug) == 8


def test_only_those_who_have_social_jour_by_name_are_given_it() -> None:
    assert set(people.OPEN) == functions.OPEN
    listed = {
        each.username for each in (*people.CENTRE, *people.MUNICIPAL) if "social_jour" in each.functions
    }
    assert listed == {"elin", "sven"}


@pytest.mark.parametrize("book", [handbook.INSTRUCTIONS, handbook.NIGHTS])
@pytest.mark.parametrize("kind", sorted(handbook.INSTRUCTIONS))
def test_each_instruction_is_sound_and_calls_a_duty_that_exists(kind: str, book: Any) -> None:
    title, rows = book.get(kind, handbook.INSTRUCTIONS[kind])
    steps = as_steps(rows)
    assert kind in kinds.KINDS
    assert problems(title, steps, finished=True) == {}
    assert {duty for step in steps for duty in (step.duty, step.late_duty) if duty} <= {
        duty.code for duty in people.DUTIES
    }


def test_each_kind_that_happens_has_a_sender_in_every_municipality() -> None:
    assert set(scenarios.WEIGHTS) <= kinds.SENDABLE
    for place in ground.PLACES:
        sent = {kind for each in ground.transmitters(place) for kind in each.kinds}
        assert set(scenarios.WEIGHTS) <= sent


def test_each_municipality_has_a_panel_and_two_phones_and_half_of_the_panels_encrypt() -> None:
    panels = [installations.panel(place) for place in ground.PLACES]
    cids = [phone.cid for place in ground.PLACES for phone in installations.phones(place)]
    assert sum(panel.keyed for panel in panels) == len(panels) / 2
    assert all(re.fullmatch("[0-9A-F]{3,16}", panel.account) for panel in panels)
    assert all(re.fullmatch("[0-9]{1,16}", cid) for cid in cids)
    assert len({panel.account for panel in panels} | set(cids)) == 3 * len(ground.PLACES)


@pytest.mark.parametrize("happens", incidents.AT_PANELS, ids=lambda each: each.name)
def test_what_a_panel_tells_is_understood_and_its_end_restores_it(happens: incidents.AtPanel) -> None:
    panel = installations.panel(ground.PLACES[0])
    began, ended = (
        dc09.understand(incidents.panel_frame(panel, event.format(zone="007")))
        for event in (happens.began, happens.ended)
    )
    assert [one.meaning in {"alarm", "trouble"} and one.known for one in began] == [True]
    assert [(one.meaning, one.trouble) for one in ended] == [("restore", began[0].trouble)]


@pytest.mark.parametrize("happens", incidents.AT_HOME, ids=lambda each: each.name)
def test_what_a_phone_tells_is_understood_to_the_letter(happens: incidents.AtHome) -> None:
    phone = installations.phones(ground.PLACES[0])[0]
    ref, body = incidents.phone_message(phone, dty=happens.dty, stc=happens.began)
    assert telephone(request.parse(body).crd or "") == phone.number, "the case says where to call back"
    asked = request.parse(body, strict=True)
    assert (asked.ref, asked.cid) == (ref, phone.cid)
    expected = ("battery_low", "battery_ok") if happens.ended else ("alarm", "alarm")
    ended = happens.ended or happens.began
    assert tuple(scaip.interpret(dty=asked.dty, stc=stc).meaning for stc in (asked.stc, ended)) == expected


def test_signals_hold_what_the_door_asks_for() -> None:
    dice = random.Random(7)
    for _ in range(500):
        sent = scenarios.next_signal(dice, NOW)
        assert sent.source in ground.SOURCES
        assert {"kind", "account", "occurred_at", "text"} <= set(sent.body)
        assert set(sent.body) <= {"kind", "account", "occurred_at", "text", "place", "data"}


def test_laying_out_twice_changes_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from alarms.intake.models import Source, Transmitter
    from central.accounts.models import Membership, User
    from central.municipalities.context import in_municipality
    from central.municipalities.models import Municipality
    from tenants.oncall.models import Layer
    from tenants.safepoints.models import SafePoint, StaffContact

    monkeypatch.setenv("DEMO", "1")
    few = [place for place in ground.PLACES if place.slug in {"landskrona", "lysekil", "kristianstad"}]
    monkeypatch.setattr(ground, "PLACES", few)
    monkeypatch.setattr(people, "PLACES", few)
    theirs = tuple(one for one in people.MUNICIPAL if one.place in {place.slug for place in few})
    monkeypatch.setattr(people, "MUNICIPAL", theirs)

    def counts() -> dict[str, Any]:
        found: dict[str, Any] = {
            model.__name__: model.objects.count()
            for model in (Municipality, User, Membership, Source, Transmitter)
        }
        for municipality in Municipality.objects.filter(slug__in=["landskrona", "lysekil"]):
            with in_municipality(municipality):
                found[municipality.slug] = (
                    SafePoint.objects.count(),
                    StaffContact.objects.count(),
                    Layer.objects.count(),
                )
        return found

    world.lay_out(now=NOW)
    first = counts()
    world.lay_out(now=NOW)
    assert counts() == first
    assert first["landskrona"] == (9, 18, 11)
    assert first["Source"] == 7
    supervised = Transmitter.objects.filter(interval_seconds__isnull=False)
    assert Counter(supervised.values_list("source__protocol", flat=True)) == {
        "dc09": 3,
        "scaip": 6,
        "webhook": 3,
    }
    assert supervised.exclude(key_sealed="").count() == 1, "Landskrona's encrypts"


def test_a_region_from_before_the_receivers_gets_them_and_what_somebody_changed_stays(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alarms.intake.models import Source, Transmitter
    from central.audit.services import record

    monkeypatch.setenv("DEMO", "1")
    few = [place for place in ground.PLACES if place.slug == "lysekil"]
    monkeypatch.setattr(ground, "PLACES", few)
    monkeypatch.setattr(people, "PLACES", few)
    monkeypatch.setattr(people, "MUNICIPAL", ())
    world.lay_out(now=NOW)
    Transmitter.objects.filter(source__protocol="dc09").update(site="Flyttad", interval_seconds=600)
    changed = Transmitter.objects.get(source__protocol="dc09")
    record("transmitter.changed", actor_id=1, actor_name="", municipality_id=None, subject=str(changed.pk))
    Source.objects.filter(protocol="scaip").update(name="Centralens egen", conventions={})
    Transmitter.objects.filter(source__protocol="scaip").delete()
    world.lay_out(now=NOW)
    panel = Transmitter.objects.get(source__protocol="dc09")
    assert (panel.site, panel.interval_seconds) == ("Flyttad", 600)
    assert Transmitter.objects.filter(source__name="Centralens egen").count() == 2
    assert Source.objects.filter(protocol="scaip").count() == 1


def test_a_rerun_follows_what_the_equipment_speaks_now(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from alarms.intake.models import Transmitter
    from alarms.intake.registering import transmitter_key
    from demo.keys import aes_key

    monkeypatch.setenv("DEMO", "1")
    few = [place for place in ground.PLACES if place.slug == "landskrona"]
    monkeypatch.setattr(ground, "PLACES", few)
    monkeypatch.setattr(people, "PLACES", few)
    monkeypatch.setattr(people, "MUNICIPAL", ())
    world.lay_out(now=NOW)
    panel = Transmitter.objects.get(source__protocol="dc09")
    Transmitter.objects.filter(pk=panel.pk).update(interval_seconds=7, site="Flyttad", key_sealed="oläslig")
    world.lay_out(now=NOW)
    panel.refresh_from_db()
    assert panel.interval_seconds == installations.PANEL_INTERVAL.total_seconds()
    assert transmitter_key(panel) == aes_key(installations.panel(few[0]).account, settings.SECRET_KEY)
    assert panel.site == "Flyttad"
    Transmitter.objects.filter(pk=panel.pk).update(active=False)
    world.lay_out(now=NOW)
    panel.refresh_from_db()
    assert not panel.active, "somebody ended it"


def test_known_passwords_are_laid_out_only_in_a_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO", raising=False)
    with pytest.raises(world.NotADemo):
        world.lay_out(now=NOW)
