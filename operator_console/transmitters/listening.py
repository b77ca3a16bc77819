"""Whether our receivers listen at all: without them no state on the page is news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarms.escalation.models import Heartbeat
from alarms.escalation.rules import SILENT_AFTER
from alarms.escalation.supervision import RECEIVERS
from operator_console.transmitters.words import moment


@dataclass(frozen=True, slots=True)
class Strip:
    """One line; ``tone`` is "eyes" when somebody has to look, else ""."""

    tone: str
    text: str


def listening(now: datetime) -> Strip:
    """What the line over the rows says."""
    beat = Heartbeat.objects.filter(process=RECEIVERS).first()
    if beat is None:
        return Strip("", "Ingen mottagare har gått igång här än. Bara HTTP-källor hörs.")
    if now - beat.at > SILENT_AFTER:
        return Strip(
            "eyes",
            f"Mottagarna lyssnar inte sedan {moment(beat.at, now)}. Det som står nedan är från dess. Ring driften.",
        )
    return Strip("", f"Mottagarna lyssnar sedan {moment(beat.since or beat.at, now)}.")
