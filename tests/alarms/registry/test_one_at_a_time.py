"""One transmitter registered, changed and ended by hand: everything checked, everything audited, no key told."""

from __future__ import annotations

from typing import Any

import pytest

from alarms.intake.models import Transmitter
from alarms.intake.registering import account_hash, register_transmitter, transmitter_key
from alarms.nameplates.models import Nameplate
from alarms.nameplates.services import accounts_of
from alarms.registry import services
from alarms.registry.errors import UnknownTransmitter, Wrong
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.contents.models import AuditDetail
from tests.alarms.registry.conftest import FUNCTIONS, KEY, given
from tests.support.cases import now


def register(source: Any, by: Any, **more: str) -> Transmitter:
    return services.register(given=given(source, **more), functions=FUNCTIONS, by=by, now=now())


def change(one: Transmitter, by: Any, **more: str) -> Transmitter:
    said = given(one.source, account="", key_choice="keep", **more)
    return services.change(transmitter_id=one.pk, given=said, functions=FUNCTIONS, by=by, now=now())


def details(municipality: Any, verb: str) -> dict[str, Any]:
    entry = AuditEntry.objects.get(verb=verb)
    with in_municipality(municipality):
        found: dict[str, Any] = AuditDetail.objects.get(pk=entry.pk).details
    return found


def test_a_new_one_stands_as_it_was_given(panels: Any, chef: Any, storkoping: Any) -> None:
    one = register(panels, chef, key_choice="new", key="0011 2233 4455 6677 8899 AABB CCDD EEFF")
    one.refresh_from_db()
    assert one.account_hash == account_hash(panels.pk, "0012")
    assert (one.municipality_id, one.function, one.site, one.area) == (
        storkoping.pk, "property", "Norrskolan", "Centrum",
    )  # fmt: skip
    assert (one.interval_seconds, one.test_hours, one.active) == (90, 25, True)
    assert transmitter_key(one) == bytes.fromhex(KEY)
    assert accounts_of([one.pk]) == {one.pk: "0012"}
    assert "0012" not in Nameplate.objects.get().account_sealed
    said = details(storkoping, "transmitter.registered")
    assert said["key"] is True
    assert KEY not in str(said)


def test_every_field_that_is_wrong_is_named_at_once(panels: Any, chef: Any) -> None:
    with pytest.raises(Wrong) as caught:
        register(
            panels, chef, account="x-1", municipality="Ingenstad", function="Kök", interval="1 s", tests="0",
            site="x" * 81, key_choice="new", key="hemlig",
        )  # fmt: skip
    assert set(caught.value.errors) == {
        "account", "municipality", "function", "interval", "tests", "site", "key",
    }  # fmt: skip
    assert "hemlig" not in str(caught.value.errors)
    assert not Transmitter.objects.exists()


def test_what_the_protocol_cannot_do_is_told(cameras: Any, chef: Any) -> None:
    with pytest.raises(Wrong) as caught:
        register(cameras, chef, account="kamera-1", key_choice="new", key=KEY)
    assert set(caught.value.errors) == {"key", "interval"}


def test_the_same_account_twice_is_refused_and_an_ended_one_comes_back(panels: Any, chef: Any) -> None:
    one = register(panels, chef)
    with pytest.raises(Wrong) as caught:
        register(panels, chef)
    assert set(caught.value.errors) == {"account"}
    services.end(transmitter_id=one.pk, reason="Riven", functions=FUNCTIONS, by=chef, now=now())
    again = register(panels, chef, site="Söderskolan")
    assert (again.pk, again.active, again.site) == (one.pk, True, "Söderskolan")


def test_a_change_keeps_the_key_and_tells_what_differs(panels: Any, chef: Any, storkoping: Any) -> None:
    one = register(panels, chef, key_choice="new", key=KEY)
    before = one.changed_at
    after = change(one, chef, interval="5 min", municipality="Lillby")
    after.refresh_from_db()
    assert transmitter_key(after) == bytes.fromhex(KEY)
    assert after.interval_seconds == 300
    assert after.changed_at > before
    entry = AuditEntry.objects.get(verb="transmitter.changed")
    assert entry.municipality_id == after.municipality_id != storkoping.pk


def test_a_change_of_nothing_is_no_change(panels: Any, chef: Any) -> None:
    change(register(panels, chef), chef)
    assert not AuditEntry.objects.filter(verb="transmitter.changed").exists()


def test_a_key_is_replaced_and_taken_away(panels: Any, chef: Any, storkoping: Any) -> None:
    one = register(panels, chef, key_choice="new", key=KEY)
    said = given(panels, key_choice="new", key=KEY[::-1] + KEY)
    services.change(transmitter_id=one.pk, given=said, functions=FUNCTIONS, by=chef, now=now())
    one.refresh_from_db()
    assert transmitter_key(one) == bytes.fromhex(KEY[::-1] + KEY)
    assert details(storkoping, "transmitter.changed")["changed"] == {"key": ["", "ny"]}
    services.change(
        transmitter_id=one.pk, given=given(panels, key_choice="none"), functions=FUNCTIONS, by=chef, now=now()
    )
    one.refresh_from_db()
    assert one.key_sealed == ""


def test_an_account_that_is_not_known_may_be_said_and_must_be_right(
    panels: Any, chef: Any, storkoping: Any
) -> None:
    one = register_transmitter(source=panels, account="0417", municipality=storkoping)
    Nameplate.objects.all().delete()
    for said, good in (("0418", False), ("0417", True)):
        form = given(panels, account=said, key_choice="keep")
        if good:
            services.change(transmitter_id=one.pk, given=form, functions=FUNCTIONS, by=chef, now=now())
        else:
            with pytest.raises(Wrong) as caught:
                services.change(transmitter_id=one.pk, given=form, functions=FUNCTIONS, by=chef, now=now())
            assert set(caught.value.errors) == {"account"}
    assert accounts_of([one.pk]) == {one.pk: "0417"}


def test_registering_again_keeps_the_test_hours_that_it_does_not_mention(
    panels: Any, storkoping: Any
) -> None:
    for said, stands in (({"test_hours": 25}, 25), ({}, 25), ({"test_hours": None}, None), ({}, None)):
        one = register_transmitter(source=panels, account="0417", municipality=storkoping, **said)
        one.refresh_from_db()
        assert one.test_hours == stands


def test_an_ended_one_is_gone_and_says_why(panels: Any, chef: Any, storkoping: Any) -> None:
    one = register(panels, chef)
    with pytest.raises(Wrong):
        services.end(transmitter_id=one.pk, reason=" ", functions=FUNCTIONS, by=chef, now=now())
    services.end(transmitter_id=one.pk, reason="Huset rivs", functions=FUNCTIONS, by=chef, now=now())
    assert details(storkoping, "transmitter.ended")["reason"] == "Huset rivs"
    with pytest.raises(UnknownTransmitter):
        services.end(transmitter_id=one.pk, reason="igen", functions=FUNCTIONS, by=chef, now=now())
    with pytest.raises(UnknownTransmitter):
        change(one, chef)


def test_a_closed_function_is_not_given_and_not_touched(panels: Any, chef: Any) -> None:
    with pytest.raises(Wrong) as caught:
        register(panels, chef, function="Social jour")
    assert set(caught.value.errors) == {"function"}
    one = register(panels, chef)
    Transmitter.objects.update(function="social_jour")
    with pytest.raises(UnknownTransmitter):
        change(one, chef)


def test_registering_by_command_keeps_the_account_too(panels: Any, storkoping: Any) -> None:
    one = register_transmitter(source=panels, account="7", municipality=storkoping)
    assert accounts_of([one.pk]) == {one.pk: "7"}
