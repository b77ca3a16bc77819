"""One synthetic signal through each door, as its senders send: all at once, each with its own patience."""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

import aiohttp
import structlog
from django.conf import settings

from alarms.intake.models import Protocol
from alarms.owncheck.doors import TLS, Door
from alarms.receivers.dc09 import building
from alarms.receivers.dc09.client import Panel
from alarms.receivers.scaip import request
from alarms.receivers.scaip.client import ScaipClient

log = structlog.get_logger(__name__)
PATIENCE = 15.0
"""Seconds that a door has to answer, or until the next round where rounds are closer."""
type Clock = Callable[[], datetime]


async def knock(doors: Sequence[Door], clock: Clock) -> int:
    """How many were answered. What was not is said in the log; whether it came is judged elsewhere, by the rows."""
    told = await asyncio.gather(*(_one(door, clock) for door in doors))
    return sum(told)


async def _one(door: Door, clock: Clock) -> bool:
    try:
        async with asyncio.timeout(min(PATIENCE, settings.OWN_CHECK_SECONDS)):
            if door.path:
                await _post(door, clock)
            elif door.protocol == Protocol.DC09:
                await _panel(door, clock)
            else:
                await _controller(door)
    except Exception as error:
        log.warning("owncheck.unanswered", way=str(door.protocol), door=door.name, error=type(error).__name__)
        return False
    return True


async def _post(door: Door, clock: Clock) -> None:
    at, once = clock().isoformat(), str(uuid4())
    if door.protocol == Protocol.WEBHOOK:
        body: dict[str, object] = {"account": door.account, "at": at, "id": once}
    else:
        body = {"kind": "technical", "account": door.account, "occurred_at": at, "priority": 4}
    headers = {"Authorization": f"Bearer {door.key}", "Idempotency-Key": once}
    base = settings.OWN_CHECK_BASE_URL or settings.PUBLIC_BASE_URL
    async with (
        aiohttp.ClientSession() as session,
        session.post(base + door.path, json=body, headers=headers) as answer,
    ):
        answer.raise_for_status()


async def _panel(door: Door, clock: Clock) -> None:
    panel = await Panel.connect(
        await _numeric(), settings.DC09_PORT, account=door.account, clock=clock, transport=door.name
    )
    try:
        frame = building.sia_dcs(account=door.account, sequence="0000", event="Nri1/RP000", at=clock())
        await panel.say(frame)
    finally:
        panel.close()


async def _controller(door: Door) -> None:
    ref = secrets.token_hex(3).upper()
    body = request.build(
        {
            "ref": ref, "ver": "01.00", "mty": "ME", "cid": door.account, "dty": "0003", "did": "12345678",
            "stc": "0102",
        }
    )  # fmt: skip
    secure = door.name == TLS
    client = await ScaipClient.open(
        host=await _numeric(), port=settings.SCAIP_TLS_PORT if secure else settings.SCAIP_PORT,
        transport=door.name, tls=_unquestioning() if secure else None,
    )  # fmt: skip
    try:
        await client.send(body, ref=ref, seconds=PATIENCE)
    finally:
        await client.close()


def _unquestioning() -> ssl.SSLContext:
    """TLS with whatever certificate is shown: we call our own machine, by its address and not by the name that stands in
    it, and say nothing there that we don't say in the clear on UDP. That it is valid is for its renewal to see to.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _numeric() -> str:
    """Where the receivers are reached. Raises OSError."""
    host = settings.OWN_CHECK_HOST or settings.RECEIVERS_HOST
    near = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # to recognise
    found = await asyncio.get_running_loop().getaddrinfo(near, None, family=socket.AF_INET)
    return str(found[0][4][0])
