"""The XML of a SCAIP response: built in the dialect of the request, and read back by a probe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape

from alarms.receivers.scaip import xml

SCAIP_XML = "application/scaip+xml"
PLAIN_XML = "application/xml"

OK, TOO_LONG, INVALID_FORMAT, WRONG_DATA, HOLD, NOT_TREATED, BUSY, MANDATORY_MISSING = range(8)
#: ``cre``: what the controller does next; ``tnu`` says where to.
PREDEFINED_RECEIVER, TRANSFERRED = 61, 62
#: ``mre``: the speech that is wanted.
NO_SPEECH, DUPLEX, MICROPHONE_ONLY, SPEAKER_ONLY = range(4)


class Delivery(Enum):
    """How a response travels."""

    IN_ANSWER = "in_answer"  # in the body of the 200 (Syntilio)
    SEPARATE = "separate"  # a MESSAGE of its own after the 200 (CARU)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a request. ``snu`` 0 only after COMMIT. ``hbi`` 0–4 is the heartbeat interval's code.

    ``delivery`` is the source's setting; None follows the dialect (``default_delivery``).
    """

    snu: int = OK
    ste: str = ""
    cve: str = ""
    mre: int | None = None
    cre: int | None = None
    tnu: str = ""
    hbi: int | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class ScaipResponse:
    """An answer that came, and the request it is for."""

    ref: str
    answer: Answer
    root: str


class NotAResponse(ValueError):
    """No SCAIP response could be read."""


def default_delivery(*, root: str, content_type: str) -> Delivery:
    """The standard's root under the standard's type is answered apart; whoever departs from either, in the 200."""
    apart = root == "mrq" and content_type == SCAIP_XML
    return Delivery.SEPARATE if apart else Delivery.IN_ANSWER


def build(answer: Answer, *, ref: str, root: str) -> bytes:
    """The response to a request with that root: ``mrs`` to ``mrq``, ``scaip`` to ``scaip``. Nothing empty in it."""
    outer = "scaip" if root == "scaip" else "mrs"
    elements: list[tuple[str, str | int | None]] = [
        ("ref", ref),
        ("snu", answer.snu),
        ("ste", answer.ste[:128]),
        ("cve", answer.cve),
        ("mre", answer.mre),
        ("cre", answer.cre),
        ("tnu", answer.tnu[:256]),
        ("hbi", answer.hbi),
    ]
    inner = "".join(
        f"<{name}>{escape(_printable(str(value)))}</{name}>"
        for name, value in elements
        if value is not None and value != ""
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><{outer}>{inner}</{outer}>'.encode()


def parse(body: bytes) -> ScaipResponse:
    """The response in a body. ``1`` and ``01`` are the same ``mre``. Raises NotAResponse."""
    try:
        document = xml.read(body)
        said = document.fields
        if document.root == "mrq" or "ref" not in said:
            raise NotAResponse("no response")
        answer = Answer(
            snu=_number(said["snu"], 5),
            ste=said.get("ste", ""),
            cve=said.get("cve", ""),
            mre=_number(said["mre"], 2) if "mre" in said else None,
            cre=_number(said["cre"], 2) if "cre" in said else None,
            tnu=said.get("tnu", ""),
            hbi=_number(said["hbi"], 3) if "hbi" in said else None,
        )
    except (xml.NotXml, KeyError) as error:
        raise NotAResponse(type(error).__name__) from None
    return ScaipResponse(ref=said["ref"], answer=answer, root=document.root)


def _number(text: str, longest: int) -> int:
    if not re.fullmatch(rf"[0-9]{{1,{longest}}}", text):
        raise NotAResponse("not a number")
    return int(text)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
