"""What can reach a trygghetscentral: kind of case, the function that owns it and how urgent it is by default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of case. ``priority`` is the default when the sender gives none."""

    code: str
    name: str
    function: str
    priority: int


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("fire", "Brandlarm", "rescue", 1),
        Kind("safety_alarm", "Trygghetslarm", "home_care", 1),
        Kind("person_alarm", "Personlarm", "security", 1),
        Kind("intrusion", "Inbrottslarm", "security", 2),
        Kind("camera", "Kameralarm", "security", 2),
        Kind("technical", "Driftlarm", "property", 2),
        Kind("fault_report", "Felanmälan", "technical", 4),
        Kind("call", "Samtal", "general", 3),
        Kind("social", "Social jour", "social_jour", 2),
        Kind("unknown_transmitter", "Okänd sändare", "general", 2),
        Kind("transmitter_fault", "Sändarfel", "technical", 3),
    )
}
CHOICES = [(kind.code, kind.name) for kind in KINDS.values()]

#: What a sender may claim to be; the others are the centre's own findings.
SENDABLE = frozenset(KINDS) - {"unknown_transmitter"}
