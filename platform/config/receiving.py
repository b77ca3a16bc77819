"""Which receivers this installation opens: those with a port."""

from __future__ import annotations

from alarms.receivers.dc09.intake import Dc09Way
from alarms.receivers.process import Receiver
from alarms.receivers.scaip.intake import ScaipWay


def receivers(host: str, *, dc09: int = 0, scaip: int = 0) -> list[Receiver]:
    """One for each protocol that has a port; 0 is none."""
    found: list[Receiver] = []
    if dc09:
        found.append(Dc09Way(host, dc09))
    if scaip:
        found.append(ScaipWay(host, scaip))
    return found
