"""The XML of a SCAIP request, read liberally: what a transmitter said, or why it can't be taken.

What decides whose alarm it is and what kind (ref, cid, dty, did, stc, mty) is held to its form. In what only helps the
operator an error is no reason to refuse an alarm: a text too long is cut, a value out of form is left out, and both are
told in ``tolerated``. ``strict`` refuses those too, as the standard reads. Elements that are not known are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple
from xml.sax.saxutils import escape

from alarms.receivers.scaip import xml

TEXT = re.compile(r".+", re.DOTALL)


class Refused(Exception):
    """The request can't be taken. ``ref`` and ``root`` are as much as could be read of the sender's own words."""

    snu: ClassVar[int] = 2
    text: ClassVar[str] = ""

    def __init__(self, *, element: str, ref: str | None, root: str) -> None:
        super().__init__(element)
        self.element, self.ref, self.root = element, ref, root

    @property
    def ste(self) -> str:
        """What is told the sender's technician."""
        return f"{self.text}: {self.element}" if self.element else self.text


class TooLong(Refused):
    """snu 1."""

    snu, text = 1, "Too long"


class InvalidFormat(Refused):
    """snu 2; also what isn't XML."""

    snu, text = 2, "Invalid format"


class WrongData(Refused):
    """snu 3: in form, but no value that the standard knows."""

    snu, text = 3, "Wrong data"


class MandatoryMissing(Refused):
    """snu 7."""

    snu, text = 7, "Mandatory tag missing"


@dataclass(frozen=True, slots=True)
class ScaipRequest:
    """One request. Texts as sent, trimmed; None for what was not sent. Codes keep their zeros; see ``codes``.

    cid and did can be personal data, as can crd and every text: never in a log.
    """

    root: str
    ref: str
    cid: str
    dty: str
    mty: str = "ME"
    ver: str | None = None
    sco: str | None = None
    cha: str | None = None
    hbo: str | None = None
    did: str | None = None
    dco: str | None = None
    dte: str | None = None
    crd: str | None = None
    stc: str | None = None
    stt: str | None = None
    pri: str | None = None
    lco: str | None = None
    lva: str | None = None
    lte: str | None = None
    ico: str | None = None
    ite: str | None = None
    ame: str | None = None
    geo: str | None = None
    tim: str | None = None
    gga: str | None = None
    tolerated: tuple[str, ...] = field(default=())


class _Rule(NamedTuple):
    longest: int  # characters
    form: re.Pattern[str]
    decisive: bool = False
    known: frozenset[str] | None = None
    wider: tuple[int, re.Pattern[str]] | None = None  # what is taken besides: length and form


def _digits(longest: int, *, decisive: bool = False, known: str = "") -> _Rule:
    return _Rule(longest, re.compile(r"[0-9]+"), decisive, frozenset(known.split()) or None)


def _text(longest: int) -> _Rule:
    return _Rule(longest, TEXT)


#: Element → its form (SS 91100 by way of PROTOCOLS). did of 12 and "+" in cid: Syntilio's.
RULES: dict[str, _Rule] = {
    "ref": _Rule(16, re.compile(r"[0-9A-Za-z]+"), True),
    "cid": _Rule(16, re.compile(r"[0-9]+"), True, None, (17, re.compile(r"\+[0-9]{1,16}"))),
    "dty": _digits(4, decisive=True),
    "did": _Rule(8, TEXT, True, None, (12, TEXT)),
    "stc": _digits(4, decisive=True),
    "mty": _Rule(2, re.compile(r"[A-Z]+"), True, frozenset({"ME", "RE", "IN", "PI"})),
    "ver": _Rule(5, re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")),
    "sco": _digits(1, known="0 1 2 3"),
    "cha": _digits(1, known="0 1"),
    "hbo": _digits(3),
    "dco": _digits(3),
    "dte": _text(32),
    "crd": _text(256),
    "stt": _text(32),
    "pri": _digits(1),
    "lco": _digits(3),
    "lva": _text(2),
    "lte": _text(32),
    "ico": _digits(3),
    "ite": _text(128),
    "ame": _digits(1, known="0 1"),
}
#: Inside <lge>.
PLACE: dict[str, _Rule] = {"geo": _text(64), "tim": _text(40), "gga": _text(82)}
MANDATORY = ("ref", "cid", "dty")


def parse(body: bytes, *, strict: bool = False) -> ScaipRequest:
    """The request in a MESSAGE's body. Raises TooLong, InvalidFormat, WrongData, MandatoryMissing; nothing else."""
    try:
        document = xml.read(body)
    except xml.NotXml:
        problem = TooLong if len(body) > xml.MAX_BYTES else InvalidFormat
        raise problem(element="", ref=xml.spied_ref(body), root=xml.spied_root(body)) from None
    ref = document.fields.get("ref", "")[:64]
    echo = ref if ref.isascii() and ref.isalnum() else None
    root = document.root
    if root == "mrs":
        raise WrongData(element="mrs", ref=echo, root="mrq")
    for name in MANDATORY:
        if name not in document.fields:
            raise MandatoryMissing(element=name, ref=echo, root=root)
    taken: dict[str, str] = {}
    tolerated: list[str] = []
    for rules, said in ((RULES, document.fields), (PLACE, document.lge)):
        for name, rule in rules.items():
            if name not in said:
                continue
            value = said[name].upper() if name == "mty" else said[name]
            wrong, kept = _judge(rule, value)
            if wrong is not None:
                widely = rule.wider and len(value) <= rule.wider[0] and rule.wider[1].fullmatch(value)
                if strict or (rule.decisive and not widely):
                    raise wrong(element=name, ref=echo, root=root)
                kept = value if widely else kept
                tolerated.append(name)
            if kept:
                taken[name] = kept
    return ScaipRequest(root=root, tolerated=tuple(tolerated), **taken)  # the names are RULES'


def build(fields: dict[str, str], *, root: str = "mrq") -> bytes:
    """A request's XML with these elements, in this order: what a probe sends."""
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><{root}>{inner}</{root}>'.encode()


def _judge(rule: _Rule, value: str) -> tuple[type[Refused] | None, str]:
    """What the standard has against the value, if anything, and what of it helps an operator all the same."""
    if len(value) > rule.longest:
        return TooLong, value[: rule.longest] if rule.form is TEXT and not rule.decisive else ""
    if not rule.form.fullmatch(value):
        return InvalidFormat, ""
    if rule.known is not None and value not in rule.known:
        return WrongData, ""
    return None, value
