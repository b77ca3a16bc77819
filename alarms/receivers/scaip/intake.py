"""SCAIP at the desk: what a message means is stored, and only then is its sender told 0.

``conventions`` of the source: ``number`` (E.164, where a controller calls for speech; without it the controller calls
its predefined receiver), ``delivery`` (``in_answer`` or ``separate``), ``heartbeat`` (0–4), and ``codes``:
``{"0005/0010": {"kind": "safety_alarm", "priority": 1}}``, ``*`` for any.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import structlog

from alarms.intake.models import Meaning as Stored
from alarms.receivers.desk import CONNECTIONS, FRAMES, Desk, NotStored, Said
from alarms.receivers.register import Line, Peer
from alarms.receivers.scaip.codes import Interpretation, Meaning, Override, interpret
from alarms.receivers.scaip.receiver import Refusal, ScaipMessage, ScaipReceiver
from alarms.receivers.scaip.request import ScaipRequest
from alarms.receivers.scaip.response import (
    DUPLEX,
    NOT_TREATED,
    PREDEFINED_RECEIVER,
    TRANSFERRED,
    Answer,
    Delivery,
)
from alarms.voice import CALLS, SPEECH

log = structlog.get_logger(__name__)
PROTOCOL = "scaip"
WANTS: dict[Meaning, tuple[str, str]] = {
    Meaning.ALARM: (Stored.ALARM, ""),
    Meaning.TECHNICAL: (Stored.ALARM, ""),
    Meaning.RESET: (Stored.RESTORE, ""),
    Meaning.BATTERY_LOW: (Stored.TROUBLE, "battery"),
    Meaning.BATTERY_FAIL: (Stored.TROUBLE, "battery"),
    Meaning.BATTERY_OK: (Stored.RESTORE, "battery"),
    Meaning.MAINS_FAIL: (Stored.TROUBLE, "mains"),
    Meaning.MAINS_RESTORED: (Stored.RESTORE, "mains"),
    Meaning.ASSISTANCE: (Stored.REPORT, ""),
    Meaning.COMPLETE: (Stored.REPORT, ""),
    Meaning.TEST: (Stored.TEST, ""),
}
"""What each meaning is to reception, and which trouble it is about. A heartbeat is only heard."""


class ScaipWay:
    """The receiver of one port, UDP and TCP, and of another for TLS where ``tls`` is given."""

    name = "SCAIP"

    def __init__(self, host: str, port: int, *, tls: ssl.SSLContext | None = None, tls_port: int = 0) -> None:
        self._host, self._port = host, port
        self._tls, self._tls_port = tls, tls_port
        self._receiver: ScaipReceiver | None = None

    async def open(self, desk: Desk) -> None:
        async def handle(message: ScaipMessage) -> Answer:
            return await _handle(desk, message)

        def delivery() -> Delivery | None:
            line = desk.register.line(PROTOCOL)
            return _delivery(line) if line else None

        receiver = self._receiver = ScaipReceiver(handle=handle, refused=_refused, delivery=delivery)
        await receiver.listen(host=self._host, port=self._port, tls=self._tls, tls_port=self._tls_port)
        CONNECTIONS.labels(PROTOCOL).set_function(lambda: receiver.endpoint.connections)

    async def close(self) -> None:
        if self._receiver is not None:
            await self._receiver.close()


def _refused(refusal: Refusal) -> None:
    FRAMES.labels(PROTOCOL, f"refused_{refusal.status if refusal.snu is None else refusal.snu}").inc()


async def _handle(desk: Desk, message: ScaipMessage) -> Answer:
    """Raises NotStored: the sender is told 500 and comes again."""
    line = desk.register.line(PROTOCOL)
    if line is None:
        FRAMES.labels(PROTOCOL, "no_source").inc()
        raise NotStored
    asked = message.request
    account = asked.cid.lstrip("+")
    peer = desk.register.peer(line, account)
    meant = interpret(dty=asked.dty, stc=asked.stc, mty=asked.mty, overrides=_overrides(line.conventions))
    if meant.meaning is Meaning.HEARTBEAT:
        return await _alive(desk, line, peer)
    try:
        receipt = await desk.take(line, _said(line, asked, account, meant, message, desk), peer)
    except NotStored:
        FRAMES.labels(PROTOCOL, "not_stored").inc()
        raise
    FRAMES.labels(PROTOCOL, receipt.result).inc()
    return _answer(line, meant)


async def _alive(desk: Desk, line: Line, peer: Peer | None) -> Answer:
    """A sign of life is answered when it is kept. Nobody is supervised under an account that nobody knows."""
    if peer is None:
        FRAMES.labels(PROTOCOL, "unknown_heartbeat").inc()
        return Answer(snu=NOT_TREATED, ste="Unknown controller", delivery=_delivery(line))
    await desk.heard.kept(peer.id)
    FRAMES.labels(PROTOCOL, "heartbeat").inc()
    return Answer(hbi=line.conventions.get("heartbeat"), delivery=_delivery(line))


def _said(
    line: Line, asked: ScaipRequest, account: str, meant: Interpretation, message: ScaipMessage, desk: Desk
) -> Said:
    """An alarm keeps where its unit is told to call: see :mod:`alarms.voice`."""
    meaning, trouble = WANTS[meant.meaning]
    speech = {CALLS: _number(line)} if meant.meaning is Meaning.ALARM else {}
    told = [meant.text, asked.dte, asked.stt, asked.ite]
    return Said(
        identity="|".join(
            one or "" for one in (account, asked.ref, asked.mty, asked.did, asked.dty, asked.stc)
        ).encode(),
        account=account,
        kind=meant.kind,
        priority=meant.priority,
        occurred_at=desk.clock(),
        raw=message.body.decode("utf-8", "replace"),
        meaning=meaning,
        trouble=trouble,
        place=asked.lte or "",
        text=" · ".join(one for one in told if one),
        data={"device": asked.did or "", SPEECH: asked.crd or "", **speech},
    )


def _answer(line: Line, meant: Interpretation) -> Answer:
    if meant.meaning is not Meaning.ALARM:
        return Answer(delivery=_delivery(line))
    number = _number(line)
    return Answer(
        mre=DUPLEX,
        cre=TRANSFERRED if number else PREDEFINED_RECEIVER,
        tnu=number,
        delivery=_delivery(line),
    )


def _number(line: Line) -> str:
    return str(line.conventions.get("number", ""))


def _delivery(line: Line) -> Delivery | None:
    wanted = line.conventions.get("delivery")
    return Delivery(wanted) if wanted else None


def _overrides(conventions: Mapping[str, Any]) -> dict[tuple[str, str], Override]:
    found: dict[tuple[str, str], Override] = {}
    for both, set_ in conventions.get("codes", {}).items():
        dty, _, stc = both.partition("/")
        found[dty, stc or "*"] = Override(set_.get("kind"), set_.get("priority"))
    return found
