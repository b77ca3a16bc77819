"""What a SIA-DCS (DC-03) or ADM-CID (DC-05) frame reports: events with code, area, zone or user, and text.

What can't be read becomes an event without a code whose text is what was sent: somebody must look at it. Never an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from alarms.receivers.dc09.xdata import clean


class Qualifier(StrEnum):
    """What an event says of its code. In SIA a restore is a code of its own, and comes as NEW."""

    NEW = "new"
    RESTORE = "restore"
    PREVIOUS = "previous"  # still so: told before, perhaps to another receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One reported event; every number is the digits sent, "" for none.

    ``account`` is the one in the data, which may be that of the panel behind a transmitter; "" when there is none.
    ``code`` is two letters (SIA), three digits (Contact-ID) or "" for what couldn't be read. The number after
    it is the ``user`` in codes about users, else the ``zone``. ``time`` is the panel's own, local, undated: HH:MM[:SS].
    """

    code: str
    qualifier: Qualifier = Qualifier.NEW
    account: str = ""
    area: str = ""
    zone: str = ""
    user: str = ""
    time: str = ""
    text: str = ""


_ABOUT_USERS = (
    "BC CE CF CJ CK CL CP CQ CR DA DB EE JD JH JK JP JS JT JV JX JY JZ OC OH OJ OK OL OP OQ OR OT RX "
    "121 313 400 401 402 403 404 405 406 407 408 409 411 412 413 414 415 421 422 424 425 429 430 431 441 442 450 451 "
    "452 453 454 455 456 457 458 459 462 463 464 466 574 604 607 625 642 652 653"
)
_ABOUT_AREAS = "CA CD CG CI CT CW FI FK JA JR NF NL NM OA OG OI"
USER_CODES, AREA_CODES = frozenset(_ABOUT_USERS.split()), frozenset(_ABOUT_AREAS.split())

_ACCOUNT = re.compile(r"#?([0-9A-Fa-f]{1,16})")
#: One packet of an information block: modifier or code, its digits, a unit or quoted text after *, a text in ^ ^.
_PACKET = re.compile(
    r"/*(?:(?P<modifier>[a-z]{2})(?P<value>[0-9.:-]*)|(?P<code>[A-Z]{2})(?P<number>[0-9A-F]+(?=[/^*]|$)|[0-9]*))"
    r"(?:\*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|[0-9.+-]*)[A-Za-z]{0,2})?"
    r"(?:\^(?P<text>[^^]*)\^?)?/*"
)
_CID = re.compile(
    r"(?P<q>[0-9])(?P<code>[0-9A-Fa-f]{3}) ?(?P<area>[0-9A-Fa-f]{2}) ?(?P<number>[0-9A-Fa-f]{3})"
)
_CID_QUALIFIERS = {"1": Qualifier.NEW, "3": Qualifier.RESTORE, "6": Qualifier.PREVIOUS}


#: More than any panel puts in a frame; what comes after is told of in one event, so that no frame makes a flood.
MOST_EVENTS = 100


def sia_events(data: str) -> tuple[Event, ...]:
    """The events of SIA-DCS data: ``#1234|Nri1/FA001^kitchen^|Atext``. None in data that is empty."""
    account, blocks = _blocks(data)
    events: list[Event] = []
    for block in blocks:
        letter, rest = block[:1], block[1:]
        if letter in "NO":
            events += _information(rest, account, Qualifier.NEW if letter == "N" else Qualifier.PREVIOUS)
        elif letter == "A" and events:  # a text of its own belongs to the event before it
            events[-1] = replace(events[-1], text=_join(events[-1].text, rest))
        elif letter == "A":
            events.append(Event(code="", account=account, text=clean(rest)))
        else:
            events.append(Event(code="", account=account, text=clean(block)))
    return _bounded(events)


def cid_events(data: str) -> tuple[Event, ...]:
    """The events of ADM-CID data: ``#1234|1110 00 001``. A qualifier nobody knows counts as new."""
    account, blocks = _blocks(data)
    events: list[Event] = []
    for block in blocks:
        match = _CID.fullmatch(block.strip())
        if match is None:
            events.append(Event(code="", account=account, text=clean(block)))
            continue
        code = match["code"].upper()
        number = "" if match["number"] == "000" else match["number"]
        events.append(
            Event(
                code=code,
                qualifier=_CID_QUALIFIERS.get(match["q"], Qualifier.NEW),
                account=account,
                area="" if match["area"] == "00" else match["area"],
                zone="" if code in USER_CODES else number,
                user=number if code in USER_CODES else "",
            )
        )
    return _bounded(events)


def _bounded(events: list[Event]) -> tuple[Event, ...]:
    if len(events) <= MOST_EVENTS:
        return tuple(events)
    more = len(events) - MOST_EVENTS + 1
    rest = Event(code="", account=events[0].account, text=f"{more} händelser till i samma meddelande")
    return (*events[: MOST_EVENTS - 1], rest)


def _blocks(data: str) -> tuple[str, list[str]]:
    """The account the data begins with, and its blocks that aren't empty."""
    first, *others = data.split("|")
    match = _ACCOUNT.fullmatch(first)
    if match is not None and (first.startswith("#") or others):
        return match[1], [block for block in others if block]
    return "", [block for block in (first, *others) if block]


def _information(block: str, account: str, qualifier: Qualifier) -> list[Event]:
    """Modifiers hold for the events after them in their block."""
    events: list[Event] = []
    known = {"ri": "", "id": "", "ti": ""}
    texts: list[str] = []
    at = 0
    while at < len(block):
        match = _PACKET.match(block, at)
        if match is None:
            events.append(Event(code="", account=account, qualifier=qualifier, text=clean(block[at:])))
            break
        at = match.end()
        text = match["text"] or match["double"] or match["single"] or ""
        if match["modifier"]:
            known[match["modifier"]] = match["value"]
            texts += [text] if text else []
        else:
            events.append(_event(match["code"], match["number"], account, qualifier, known, [*texts, text]))
    if block and not events:  # modifiers of nothing
        events.append(Event(code="", account=account, qualifier=qualifier, text=clean(block)))
    return events


def _event(
    code: str, number: str, account: str, qualifier: Qualifier, known: dict[str, str], texts: list[str]
) -> Event:
    return Event(
        code=code,
        qualifier=qualifier,
        account=account,
        area=number if code in AREA_CODES and number else known["ri"],
        zone="" if code in USER_CODES | AREA_CODES else number,
        user=number if code in USER_CODES and number else known["id"],
        time=known["ti"],
        text=_join(*texts),
    )


def _join(*texts: str) -> str:
    return ", ".join(text for text in map(clean, texts) if text)
