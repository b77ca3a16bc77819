"""The conventions of our receivers' sources, checked where they are written: a slip there must not meet an alarm."""

from __future__ import annotations

import re
from typing import Any

from alarms.receivers.dc09.codes import faults_in
from alarms.receivers.scaip.response import Delivery
from central import priorities
from central.kinds import SENDABLE
from central.phone import BadNumber, normalise

SCAIP_KEYS = ("number", "delivery", "heartbeat", "codes")
DC09_KEYS = ("codes", "unknown")
UNKNOWN_ANSWERS = ("ack", "duh")
SCAIP_CODE = re.compile(r"(\*|\w{1,8})(/(\*|\w{1,8}))?")


def dc09_faults(conventions: dict[str, Any]) -> list[str]:
    """As :mod:`alarms.receivers.dc09.intake` reads them."""
    faults = _strange(conventions, DC09_KEYS)
    if "unknown" in conventions and conventions["unknown"] not in UNKNOWN_ANSWERS:
        faults.append("unknown: välj ack eller duh.")
    misshapen = _misshapen(conventions.get("codes", {}))
    return faults + (misshapen or [f"codes: {one}" for one in faults_in(conventions.get("codes", {}))])


def scaip_faults(conventions: dict[str, Any]) -> list[str]:
    """As :mod:`alarms.receivers.scaip.intake` reads them."""
    faults = _strange(conventions, SCAIP_KEYS)
    if "number" in conventions and not _is_e164(conventions["number"]):
        faults.append("number: skriv numret med landsnummer: +46701740605.")
    if "delivery" in conventions and conventions["delivery"] not in [one.value for one in Delivery]:
        faults.append("delivery: välj in_answer eller separate.")
    heartbeat = conventions.get("heartbeat", 0)
    if isinstance(heartbeat, bool) or heartbeat not in range(5):
        faults.append("heartbeat: välj 0, 1, 2, 3 eller 4.")
    codes = conventions.get("codes", {})
    misshapen = _misshapen(codes)
    return faults + (
        misshapen or [fault for both, said in codes.items() for fault in _scaip_code(both, said)]
    )


def _scaip_code(both: str, said: dict[str, Any]) -> list[str]:
    faults = []
    if not SCAIP_CODE.fullmatch(both):
        faults.append(
            f"codes: {both} är ingen kod. Skriv apparatslag/status: 0005/0010, * för vilken som helst."
        )
    faults += [f"codes: {both}: {name} kan inte ställas in." for name in said.keys() - {"kind", "priority"}]
    if "kind" in said and said["kind"] not in SENDABLE:
        faults.append(f"codes: {both}: slaget {said['kind']} finns inte.")
    if "priority" in said and (isinstance(said["priority"], str) or said["priority"] not in priorities.NAMES):
        faults.append(f"codes: {both}: prioriteten ska vara 1, 2, 3 eller 4.")
    return faults


def _strange(conventions: dict[str, Any], known: tuple[str, ...]) -> list[str]:
    return [
        f"{one} finns inte. Det som kan ställas in är {', '.join(known)}."
        for one in conventions
        if one not in known
    ]


def _misshapen(codes: object) -> list[str]:
    """What keeps the codes from being looked at one by one."""
    if not isinstance(codes, dict):
        return ['codes: skriv {"kod": {"kind": …, "priority": …}}.']
    faults = []
    for code, said in codes.items():
        if not isinstance(said, dict):
            faults.append(f'codes: {code}: skriv {{"kind": …, "priority": …}}.')
        elif any(isinstance(one, bool) or not isinstance(one, str | int) for one in said.values()):
            faults.append(f"codes: {code}: skriv ord och hela tal.")
    return faults


def _is_e164(number: object) -> bool:
    if not isinstance(number, str):
        return False
    try:
        return normalise(number) == number
    except BadNumber:
        return False
