"""What a SCAIP message means to the centre: device type and status code → class of meaning, kind, priority, text.

Whoever is unknown gets the benefit of the doubt: an unknown device that sends a message raises a trygghetslarm.
The sender's ``pri`` is not used: the standard's and the vendors' readings of it disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What is to be done with it."""

    ALARM = "alarm"
    RESET = "reset"
    HEARTBEAT = "heartbeat"
    BATTERY_LOW = "battery_low"
    BATTERY_OK = "battery_ok"
    BATTERY_FAIL = "battery_fail"
    MAINS_FAIL = "mains_fail"
    MAINS_RESTORED = "mains_restored"
    ASSISTANCE = "assistance"  # presence: staff are on site
    COMPLETE = "complete"  # presence: their intervention is done
    TEST = "test"
    TECHNICAL = "technical"


#: What comes to nobody as a case: it changes what is known of a device, or of a case that stands.
STATES = frozenset(Meaning) - {Meaning.ALARM, Meaning.TECHNICAL, Meaning.TEST}
#: States that are a fault of the transmitter while they last.
FAULTS = frozenset({Meaning.BATTERY_LOW, Meaning.BATTERY_FAIL, Meaning.MAINS_FAIL})


@dataclass(frozen=True, slots=True)
class Device:
    """A device type: its Swedish name and what an alarm from it is (``central.kinds``, priority 1–4)."""

    name: str
    kind: str
    priority: int


@dataclass(frozen=True, slots=True)
class Status:
    """A status code: its Swedish name and meaning."""

    name: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Override:
    """What a source sets otherwise for one (dty, stc); None leaves the table's."""

    kind: str | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """``kind`` and ``priority`` are those of a case, should one be opened; ``text`` is what operators see."""

    meaning: Meaning
    kind: str
    priority: int
    text: str
    device: str
    status: str


DEVICES: dict[str, Device] = {
    "0003": Device("Bärbar larmknapp", "safety_alarm", 1),
    "0004": Device("Fast larmknapp", "safety_alarm", 1),
    "0005": Device("Fallarm", "safety_alarm", 1),
    "0007": Device("Överfallslarm", "person_alarm", 1),
    "0010": Device("Aktivitetslarm", "safety_alarm", 2),
    "0015": Device("Vandringslarm", "safety_alarm", 1),
    "0023": Device("Rökdetektor", "fire", 1),
    "0025": Device("Värmedetektor", "fire", 1),
    "0026": Device("Kolmonoxidvarnare", "fire", 1),
    "0028": Device("Inbrottsdetektor", "intrusion", 2),
    "0045": Device("Larmcentral", "safety_alarm", 1),
    "0047": Device("Brandlarmsanläggning", "fire", 1),
    "0048": Device("Trygghetstelefon", "safety_alarm", 1),
    "0051": Device("Spårsändare", "safety_alarm", 2),
}
STATUSES: dict[str, Status] = {
    "0009": Status("automatiskt larm", Meaning.ALARM),
    "0010": Status("manuellt larm", Meaning.ALARM),
    "0014": Status("batterifel", Meaning.BATTERY_FAIL),
    "0015": Status("batteriet är åter bra", Meaning.BATTERY_OK),
    "0016": Status("batteriet är svagt", Meaning.BATTERY_LOW),
    "0070": Status("normalt läge", Meaning.RESET),
    "0085": Status("strömmen har brutits", Meaning.MAINS_FAIL),
    "0086": Status("strömmen är åter", Meaning.MAINS_RESTORED),
    "0092": Status("återställd", Meaning.RESET),
    "0093": Status("återställd", Meaning.RESET),
    "0102": Status("provlarm", Meaning.TEST),
    "0110": Status("personal är på plats", Meaning.ASSISTANCE),
    "0111": Status("insatsen är klar", Meaning.COMPLETE),
}
UNKNOWN_DEVICE = Device("Okänd enhetstyp", "safety_alarm", 1)
FAULT_KIND, FAULT_PRIORITY = "transmitter_fault", 3
#: An alarm that is told of (mty IN), because others handle it.
TOLD_PRIORITY = 3
ANY = "*"


def code(value: str | None) -> str:
    """Four digits: ``3`` and ``003`` are ``0003``. Empty for None."""
    return value.zfill(4) if value else ""


def interpret(
    *,
    dty: str,
    stc: str | None,
    mty: str = "ME",
    overrides: Mapping[tuple[str, str], Override] | None = None,
) -> Interpretation:
    """What the message means. ``overrides`` by (dty, stc) in four digits, ``*`` for any; the closest one counts."""
    dty, stc = code(dty), code(stc)
    device, status = DEVICES.get(dty), STATUSES.get(stc)
    meaning = _meaning(mty, status)
    known = device or UNKNOWN_DEVICE
    kind, priority = (known.kind, known.priority)
    if meaning is Meaning.TECHNICAL and status and status.meaning is Meaning.ALARM:
        priority = TOLD_PRIORITY
    elif meaning is Meaning.TECHNICAL or meaning in FAULTS:
        kind, priority = FAULT_KIND, FAULT_PRIORITY
    set_ = _override(overrides or {}, dty, stc)
    name = known.name if device else f"{known.name} {dty}"
    told = _status_text(stc, status, meaning)
    return Interpretation(
        meaning=meaning,
        kind=set_.kind or kind,
        priority=set_.priority or priority,
        text=f"{name}: {told}" if told else name,
        device=name,
        status=told,
    )


def _meaning(mty: str, status: Status | None) -> Meaning:
    """A status that tells of power, presence or a test says so in any kind of message; then the message type decides."""
    said = status.meaning if status else None
    if said not in {None, Meaning.ALARM, Meaning.RESET}:
        assert said is not None
        return said
    by_type = {"PI": Meaning.HEARTBEAT, "RE": Meaning.RESET, "IN": Meaning.TECHNICAL}
    if mty == "IN" and said is Meaning.RESET:
        return Meaning.RESET
    return by_type.get(mty, said or Meaning.ALARM)


def _status_text(stc: str, status: Status | None, meaning: Meaning) -> str:
    if status:
        return status.name
    if meaning is Meaning.HEARTBEAT:
        return "livstecken"
    return f"okänd statuskod {stc}" if stc else ""


def _override(overrides: Mapping[tuple[str, str], Override], dty: str, stc: str) -> Override:
    chosen = [overrides[key] for key in ((dty, stc), (dty, ANY), (ANY, stc), (ANY, ANY)) if key in overrides]
    return Override(
        kind=next((one.kind for one in chosen if one.kind), None),
        priority=next((one.priority for one in chosen if one.priority), None),
    )
