"""What codes mean here, and what a source may set otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.receivers.scaip.codes import DEVICES, Meaning, Override, interpret
from central.kinds import KINDS


@pytest.mark.parametrize(
    ("dty", "stc", "mty", "meaning", "kind", "priority"),
    [
        ("0003", "0010", "ME", Meaning.ALARM, "safety_alarm", 1),
        ("3", "10", "ME", Meaning.ALARM, "safety_alarm", 1),
        ("0003", None, "ME", Meaning.ALARM, "safety_alarm", 1),
        ("0023", "0009", "ME", Meaning.ALARM, "fire", 1),
        ("0007", "0010", "ME", Meaning.ALARM, "person_alarm", 1),
        ("0028", "0009", "ME", Meaning.ALARM, "intrusion", 2),
        ("9999", "0010", "ME", Meaning.ALARM, "safety_alarm", 1),
        ("0003", "9999", "ME", Meaning.ALARM, "safety_alarm", 1),
        ("0023", "0009", "IN", Meaning.TECHNICAL, "fire", 3),
        ("0003", None, "IN", Meaning.TECHNICAL, "transmitter_fault", 3),
        ("0045", None, "PI", Meaning.HEARTBEAT, "safety_alarm", 1),
        ("0045", "0070", "PI", Meaning.HEARTBEAT, "safety_alarm", 1),
        ("0003", "0016", "PI", Meaning.BATTERY_LOW, "transmitter_fault", 3),
        ("0003", "0014", "ME", Meaning.BATTERY_FAIL, "transmitter_fault", 3),
        ("0003", "0015", "ME", Meaning.BATTERY_OK, "safety_alarm", 1),
        ("0048", "0085", "ME", Meaning.MAINS_FAIL, "transmitter_fault", 3),
        ("0048", "0086", "ME", Meaning.MAINS_RESTORED, "safety_alarm", 1),
        ("0003", "0010", "RE", Meaning.RESET, "safety_alarm", 1),
        ("0003", "0092", "ME", Meaning.RESET, "safety_alarm", 1),
        ("0003", "0102", "ME", Meaning.TEST, "safety_alarm", 1),
        ("0048", "0110", "IN", Meaning.ASSISTANCE, "safety_alarm", 1),
        ("0048", "0111", "ME", Meaning.COMPLETE, "safety_alarm", 1),
    ],
)
def test_codes_mean(dty: str, stc: str | None, mty: str, meaning: Meaning, kind: str, priority: int) -> None:
    got = interpret(dty=dty, stc=stc, mty=mty)
    assert (got.meaning, got.kind, got.priority) == (meaning, kind, priority)


def test_operators_read_it_in_swedish() -> None:
    assert interpret(dty="0003", stc="0010").text == "Bärbar larmknapp: manuellt larm"
    assert interpret(dty="9999", stc="0042").text == "Okänd enhetstyp 9999: okänd statuskod 0042"


def test_the_closest_of_a_sources_own_settings_counts() -> None:
    own = {
        ("0010", "*"): Override(priority=3),
        ("0010", "0009"): Override(kind="technical"),
        ("*", "0102"): Override(priority=4),
    }
    assert (interpret(dty="10", stc="9", overrides=own).kind, interpret(dty="10", stc="9", overrides=own).priority) == (
        "technical", 3,
    )  # fmt: skip
    assert interpret(dty="0003", stc="0102", overrides=own).priority == 4
    assert interpret(dty="0003", stc="0010", overrides=own).priority == 1


def test_every_kind_is_one_of_ours() -> None:
    assert {device.kind for device in DEVICES.values()} <= set(KINDS)


@given(
    st.from_regex(r"[0-9]{1,4}", fullmatch=True),
    st.none() | st.from_regex(r"[0-9]{1,4}", fullmatch=True),
    st.sampled_from(["ME", "RE", "IN", "PI"]),
)
def test_every_code_means_something(dty: str, stc: str | None, mty: str) -> None:
    got = interpret(dty=dty, stc=stc, mty=mty)
    assert got.kind in KINDS
    assert 1 <= got.priority <= 4
    assert got.text
