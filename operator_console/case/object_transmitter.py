"""How the transmitter behind a case is now: heard or silent, its faults, service. One question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarms.intake.models import Protocol, Transmitter, TransmitterState
from operator_console.transmitters import words


@dataclass(frozen=True, slots=True)
class Supervised:
    """One transmitter in words. ``tone`` is "" when all is well, "eyes" when somebody should look."""

    id: int
    site: str
    area: str
    source: str
    state: str
    tone: str
    service_until: str


def supervised(transmitter_id: int, now: datetime) -> Supervised | None:
    """None when it is not registered any more."""
    one = Transmitter.objects.select_related("source", "state").filter(pk=transmitter_id).first()
    if one is None:
        return None
    kept: TransmitterState | None = getattr(one, "state", None)
    service = one.service_until is not None and one.service_until > now
    said, tone = _state(one, kept, now)
    return Supervised(
        id=one.pk,
        site=one.site,
        area=one.area,
        source=one.source.name,
        state=said,
        tone="eyes" if service else tone,
        service_until=words.until(one.service_until, now) if service else "",
    )


def _state(one: Transmitter, kept: TransmitterState | None, now: datetime) -> tuple[str, str]:
    """The words of the transmitters' page, with when it was last heard."""
    wrong = []
    if kept is not None and kept.silent_since is not None:
        wrong.append(f"Tyst sedan {words.moment(kept.silent_since, now)}")
    if kept is not None and kept.troubles:
        wrong.append(f"Fel: {', '.join(words.TROUBLES.get(each, each) for each in kept.troubles)}")
    if wrong:
        return " · ".join(wrong), "eyes"
    if kept is not None and kept.heard_at is not None:
        return f"Hörs, senast {words.moment(kept.heard_at, now)}", ""
    watched = one.interval_seconds is not None or one.source.protocol in Protocol.called()
    return ("Aldrig hörd" if watched else "Övervakas inte"), ""
