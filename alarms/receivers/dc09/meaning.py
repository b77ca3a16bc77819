"""From a frame to what reception needs of it: one reading for each event in it. Pure; never an error but Unsupported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from alarms.receivers.dc09 import cid_codes, sia_codes
from alarms.receivers.dc09.codes import Code, Meaning, Overrides, overridden
from alarms.receivers.dc09.contents import Event, Qualifier, cid_events, sia_events
from alarms.receivers.dc09.errors import Dc09Error
from alarms.receivers.dc09.frames import ADM_CID, EXTENDED_NULL, NULL, SIA_DCS, Frame

UNREADABLE = Code("Händelse som inte kan läsas", Meaning.ALARM, known=False)
ALIVE = Code("Livstecken", Meaning.SUPERVISION, "transmitter_fault", 3)
_OPENED, _CLOSED = "Frånkopplat", "Tillkopplat"


class Unsupported(Dc09Error):
    """A valid frame of a protocol that isn't read here: DUH."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one event means. ``kind`` and ``priority`` are those of a case, should one be opened.

    ``trouble`` is what a TROUBLE or its RESTORE is about (battery, mains, tamper, line, fault), "" for an alarm's.
    ``previous``: told before, perhaps to another receiver; it counts as any other, and whoever knows of it may drop it.
    ``text`` is Swedish and whole: the code's name, where, and the panel's own text.
    """

    meaning: Meaning
    kind: str
    priority: int
    trouble: str
    text: str
    code: str
    known: bool
    previous: bool
    event: Event | None


def understand(frame: Frame, overrides: Overrides | None = None) -> tuple[Reading, ...]:
    """The readings of a frame, at least one; a frame without events is a sign of life. Raises Unsupported."""
    if frame.id in (NULL, EXTENDED_NULL):
        return (_reading(ALIVE, None),)
    if frame.id == SIA_DCS:
        events = sia_events(frame.data)
    elif frame.id == ADM_CID:
        events = cid_events(frame.data)
    else:
        raise Unsupported(frame.id)
    return tuple(read_event(event, overrides) for event in events) or (_reading(ALIVE, None),)


def read_event(event: Event, overrides: Overrides | None = None) -> Reading:
    """What one event means at a source with these overrides."""
    entry = _contact_id(event) if event.code[:1].isdigit() else _sia(event)
    return _reading(overridden(entry, event.code, overrides or {}) if event.code else entry, event)


def _sia(event: Event) -> Code:
    if not event.code:
        return UNREADABLE
    return _entry(event.code, sia_codes.CODES, sia_codes.FAMILIES)


def _contact_id(event: Event) -> Code:
    entry = _entry(event.code, cid_codes.CODES, cid_codes.FAMILIES)
    restored = event.qualifier == Qualifier.RESTORE
    if entry.meaning == Meaning.OPEN_CLOSE and event.code in _PLAIN_OPEN_CLOSE:
        return replace(entry, name=_CLOSED if restored else _OPENED)
    if restored and entry.meaning in (Meaning.ALARM, Meaning.TROUBLE):
        return replace(entry, meaning=Meaning.RESTORE, name=f"Återställt: {entry.name}")
    return replace(entry, name=f"Slut: {entry.name}") if restored else entry


#: Openings when new and closings when restored, whoever or whatever did it.
_PLAIN_OPEN_CLOSE = frozenset(
    ("400", "401", "402", "403", "407", "408", "409", "441", "442", "450", "451", "452", "456")
)


def _entry(code: str, codes: Mapping[str, Code], families: Mapping[str, Code]) -> Code:
    if code in codes:
        return codes[code]
    for family in (families[code[:length]] for length in (2, 1) if code[:length] in families):
        if code in _PLAIN_OPEN_CLOSE:
            return family
        if family.meaning == Meaning.ALARM:  # all alarms of the standard are named
            return replace(family, known=False, name=f"{family.name} (okänd kod {code})")
        return replace(family, name=f"{family.name} (kod {code})")
    return Code(f"Okänd kod {code}", Meaning.ALARM, known=False)


def _reading(entry: Code, event: Event | None) -> Reading:
    return Reading(
        meaning=entry.meaning,
        kind=entry.kind,
        priority=entry.priority,
        trouble=entry.trouble,
        text=entry.name if event is None else describe(entry.name, event),
        code="" if event is None else event.code,
        known=entry.known,
        previous=event is not None and event.qualifier == Qualifier.PREVIOUS,
        event=event,
    )


def describe(name: str, event: Event) -> str:
    """ "Brandlarm, sektion 001, område 1: Kök". Numbers as the panel's own papers have them."""
    where = [
        name,
        f"sektion {event.zone}" if event.zone else "",
        f"område {event.area}" if event.area else "",
        f"användare {event.user}" if event.user else "",
        "rapporterat tidigare" if event.qualifier == Qualifier.PREVIOUS else "",
    ]
    told = ", ".join(part for part in where if part)
    return f"{told}: {event.text}" if event.text else told
