"""One message by hand to a receiver, and what its answer means: `central probe`."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.client import ANSWER_SECONDS, NoAnswer, Panel
from alarms.receivers.dc09.frames import ACK, DUH, NAK, NULL, Frame
from alarms.receivers.dc09.timestamps import AHEAD, OLDEST
from alarms.receivers.scaip import response, transactions
from alarms.receivers.scaip.client import ScaipClient, SipRefused
from alarms.receivers.scaip.response import Answer, NotAResponse
from demo import cameras
from demo.panels import Address

SCAIP_SECONDS = 20.0
WINDOW = f"från {OLDEST.seconds} s efter till {AHEAD.seconds} s före mottagarens klocka"
STATUSES = {
    response.OK: "Mottaget och sparat.",
    response.TOO_LONG: "Ett värde är för långt.",
    response.INVALID_FORMAT: "Ett värde har fel form.",
    response.WRONG_DATA: "Ett värde är inget som standarden känner.",
    response.HOLD: "Mottagaren ber sändaren vänta.",
    response.NOT_TREATED: "Tas inte emot: livstecken från en sändare som ingen har registrerat.",
    response.BUSY: "Mottagaren är upptagen: sändaren ska försöka igen.",
    response.MANDATORY_MISSING: "Ett värde som måste finnas saknas.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was sent and answered, as lines in Swedish, and whether it was taken."""

    lines: tuple[str, ...]
    taken: bool


@dataclass(frozen=True, slots=True)
class Event:
    """``code``: letters for SIA-DCS (FA), digits for Contact-ID (130), NULL for a sign of life; ``zone`` three digits."""

    code: str
    zone: str = "001"
    text: str = ""
    restored: bool = False

    def frame(self, account: str) -> Frame:
        """The frame without its time. ``building.build`` raises Unbuildable for what fits in none."""
        if self.code == NULL:
            return building.null(account=account)
        if self.code.isdigit():
            qualifier = "3" if self.restored else "1"
            return building.adm_cid(
                account=account, sequence="0000", code=self.code, qualifier=qualifier, zone=self.zone
            )
        told = f"^{self.text}^" if self.text else ""
        return building.sia_dcs(account=account, sequence="0000", event=f"Nri1/{self.code}{self.zone}{told}")


async def dc09(
    frame: Frame, at: Address, *, transport: str, key: bytes | None, clock: Callable[[], datetime],
    seconds: float = ANSWER_SECONDS,
) -> Outcome:  # fmt: skip
    """Say a frame with the time of ``clock`` in it. Raises OSError, Unbuildable and BadKey."""
    now = clock()
    building.build(frame)  # what fits in no frame is told before anybody is called
    panel = await Panel.connect(
        at.host, at.port, account=frame.account, clock=clock, key=key, transport=transport
    )
    try:
        timed = replace(frame, timestamp=now)
        spoken = panel.spoken(timed)
        sent = [f"Sände:  {_shown(spoken.raw)}"]
        if key is not None:
            sent.append(f"Öppnat: {_shown(building.build(replace(timed, sequence=spoken.sequence)))}")
        try:
            told = await panel.repeat(spoken, seconds=seconds)
        except NoAnswer:
            return Outcome((*sent, *_silence(seconds)), taken=False)
    finally:
        panel.close()
    return Outcome((*sent, _answered(told), *_meaning(told, now)), taken=told.id == ACK)


async def scaip(ref: str, body: bytes, at: Address, *, transport: str) -> Outcome:
    """Send a message. Raises OSError."""
    sent = f"Sände:  {body.decode()}"
    client = await ScaipClient.open(host=at.host, port=at.port, transport=transport)
    try:
        told = await client.send(body, ref=ref, seconds=SCAIP_SECONDS)
    except SipRefused as refused:
        again = refused.status >= 500
        meaning = "Inget är sparat: sändaren försöker igen." if again else "Mottagaren tar inte emot den."
        return Outcome((sent, f"Fick:   SIP {refused.status}", meaning), taken=False)
    except transactions.NoAnswer:
        return Outcome((sent, *_silence(SCAIP_SECONDS)), taken=False)
    except NotAResponse:
        return Outcome((sent, "Fick:   200, men inget SCAIP-svar går att läsa i det."), taken=False)
    finally:
        await client.close()
    answer = told.response.answer
    how = "i ett eget MESSAGE" if told.apart else "i svaret på MESSAGE"
    lines = (sent, f"Fick:   snu {answer.snu}, {how}", *_status(answer))
    return Outcome(lines, taken=answer.snu == response.OK)


def webhook(camera: cameras.Camera, url: str, key: str, *, kind: str, text: str, picture: bool) -> Outcome:
    """Post as the camera does. Raises NotReceived."""
    said = cameras.alive(camera) if kind == "heartbeat" else cameras.event(camera, kind, text)
    content_type, body = "application/json", json.dumps(said).encode()
    sent = [f"Sände:  {json.dumps(said, ensure_ascii=False)}"]
    if picture and kind != "heartbeat":
        still = cameras.drawn(camera, datetime.now(UTC), random.Random())
        content_type, body = cameras.form(said, still)
        sent.append(f"Bild:   JPEG, {len(still)} byte, tecknad här")
    status, answer = cameras.send(url, key, content_type, body)
    meaning = {
        201: "Mottaget och sparat, med ett ärende.",
        200: "Mottaget. Hört förut, eller ett livstecken.",
    }.get(status, str(answer.get("message", "Tas inte emot.")))
    return Outcome(
        (*sent, f"Fick:   {status} {json.dumps(answer, ensure_ascii=False)}", meaning), status < 300
    )


def _meaning(told: Frame, ours: datetime) -> tuple[str, ...]:
    if told.id == ACK:
        return ("ACK: mottaget och sparat. Panelen slutar upprepa.",)
    if told.id == DUH:
        return (
            "DUH: ramen är hel men tas inte emot. Fel nyckel, okrypterat livstecken från en sändare som har nyckel,",
            "livstecken från en sändare som ingen har registrerat, eller ett protokoll som inte läses här.",
        )
    if told.id == NAK and told.timestamp is not None:
        apart = (ours - told.timestamp) // timedelta(seconds=1)
        way = "före" if apart > 0 else "efter"
        return (
            f"NAK: klockan i ramen går {abs(apart)} s {way} mottagarens. Den ska hålla sig {WINDOW}.",
            "Inget är sparat. Panelen ställer sin klocka efter svaret och skickar igen.",
        )
    return (f"{told.id}: ett svar som inte hör till en larmram.",)


def _silence(seconds: float) -> tuple[str, str]:
    return (
        f"Fick:   inget på {seconds:.0f} s",
        "Tystnad: inget är kvitterat. Kontrollera port och brandvägg; en mottagare som inte kan spara tiger, "
        "och sändaren upprepar samma ram.",
    )


def _status(answer: Answer) -> list[str]:
    lines = [STATUSES.get(answer.snu, "Ett svar som standarden inte känner.")]
    if answer.ste:
        lines.append(f"Mottagaren säger: {answer.ste}")
    if answer.cre == response.TRANSFERRED and answer.tnu:
        lines.append(f"Trygghetstelefonen ska ringa {answer.tnu} för samtal.")
    elif answer.cre == response.PREDEFINED_RECEIVER:
        lines.append("Trygghetstelefonen ska ringa det nummer den har inställt för samtal.")
    return lines


def _answered(told: Frame) -> str:
    return f"Fick:   {told.id}{', krypterat' if told.encrypted else ''}"


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").strip("\r\n")
