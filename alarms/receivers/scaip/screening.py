"""Which SIP requests are for a SCAIP receiver, and what the others are told. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from alarms.receivers.scaip.response import PLAIN_XML, SCAIP_XML
from alarms.receivers.scaip.sip import SipMessage

ALLOW = ("Allow", "MESSAGE, OPTIONS")
ACCEPTED = (SCAIP_XML, PLAIN_XML, "text/xml")
ACCEPT = ("Accept", ", ".join(ACCEPTED))
REQUIRED = ("from", "to", "call-id", "cseq")
IN_DIALOG = frozenset({"CANCEL", "BYE", "PRACK", "UPDATE", "INFO", "NOTIFY", "REFER"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A final status and its headers."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=())


def fault(message: SipMessage) -> Verdict | None:
    """What makes a request unfit for any treatment, None for nothing. Its Via is known to be readable."""
    if message.version != "2.0":
        return Verdict(505)
    cseq = message.cseq
    if any(not message.first(name) for name in REQUIRED) or cseq is None or cseq[1] != message.method:
        return Verdict(400)
    return None


def screen(message: SipMessage, *, max_bytes: int) -> Verdict | None:
    """The answer to everything but a MESSAGE with XML in it, None for that one."""
    if message.method == "OPTIONS":
        return Verdict(200, (ALLOW, ACCEPT))
    if message.method in IN_DIALOG:
        return Verdict(481)
    if message.method != "MESSAGE":
        return Verdict(405, (ALLOW,))
    if required := message.first("require"):
        return Verdict(420, (("Unsupported", required),))
    if message.first("content-encoding").lower() not in {"", "identity"}:
        return Verdict(415, (("Accept-Encoding", "identity"), ACCEPT))
    if len(message.body) > max_bytes:
        return Verdict(413)
    kind = message.content_type
    if kind not in ACCEPTED and not (kind == "" and message.body.lstrip().startswith(b"<")):
        return Verdict(415, (ACCEPT,))
    return None if message.body.strip() else Verdict(400)
