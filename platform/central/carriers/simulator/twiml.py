"""Reading TwiML by the rules of Twilio's reference; what breaks them is refused as Twilio does."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from urllib.parse import urljoin

LONGEST = 64_000
LONGEST_SAY = 4_096
LONGEST_URL = 4_000
MOST_SECONDS = 86_400

URL, METHOD, COUNT, SECONDS, KEY, TEXT, LANGUAGE, FLAG = (
    re.compile(pattern)
    for pattern in (
        r"\S+",
        r"GET|POST",
        r"[1-9][0-9]*",
        r"[0-9]+",
        r"[0-9#*]?",
        r".*",
        r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
        r"true|false",
    )
)
ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "Say": {"voice": TEXT, "language": LANGUAGE, "loop": SECONDS},
    "Pause": {"length": SECONDS},
    "Hangup": {},
    "Redirect": {"method": METHOD},
    "Gather": {
        "action": URL,
        "method": METHOD,
        "input": re.compile(r"dtmf|speech|dtmf speech"),
        "numDigits": COUNT,
        "timeout": SECONDS,
        "finishOnKey": KEY,
        "actionOnEmptyResult": FLAG,
        "language": LANGUAGE,
    },
}
INSIDE = {"Response": frozenset(ATTRIBUTES), "Gather": frozenset({"Say", "Pause"})}


class BadTwiml(ValueError):
    """The document breaks a rule; says which."""


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str


@dataclass(frozen=True, slots=True)
class Gather:
    """Speaks `inside`, then waits `seconds` for a key; any key of `digits` many is posted to `action`."""

    action: str
    seconds: float
    digits: int
    finish_on: str
    inside: tuple[Say | Pause, ...]


type Verb = Say | Pause | Hangup | Redirect | Gather


def read(document: str, base: str) -> list[Verb]:
    """The verbs of a document fetched from `base`. Raises BadTwiml."""
    if len(document) > LONGEST or "<!DOCTYPE" in document:
        raise BadTwiml("för långt, eller med dokumenttyp")
    try:
        root = ET.fromstring(document)  # noqa: S314  # document types are refused above
    except ET.ParseError as wrong:
        raise BadTwiml("ingen XML") from wrong
    if root.tag != "Response":
        raise BadTwiml(f"roten heter {root.tag}")
    _check(root)
    return [_verb(one, base) for one in root]


def _check(parent: ET.Element) -> None:
    allowed = INSIDE.get(parent.tag, frozenset())
    if allowed and (parent.text or "").strip():
        raise BadTwiml(f"text direkt i {parent.tag}")
    for one in parent:
        if one.tag not in allowed:
            raise BadTwiml(f"{one.tag} får inte stå i {parent.tag}")
        if (one.tail or "").strip():
            raise BadTwiml(f"text efter {one.tag}")
        for name, value in one.attrib.items():
            rule = ATTRIBUTES[one.tag].get(name)
            if rule is None or not rule.fullmatch(value):
                raise BadTwiml(f"{one.tag} {name}")
        _check(one)


def _verb(one: ET.Element, base: str) -> Verb:
    text = (one.text or "").strip()
    match one.tag:
        case "Say" if 0 < len(text) <= LONGEST_SAY:
            return Say(text)
        case "Pause":
            return Pause(_seconds(one, "length", 1))
        case "Hangup":
            return Hangup()
        case "Redirect" if URL.fullmatch(text) and len(text) <= LONGEST_URL:
            return Redirect(urljoin(base, text))
        case "Gather":
            inside = [_verb(child, base) for child in one]
            return Gather(
                action=urljoin(base, one.get("action") or base),
                seconds=_seconds(one, "timeout", 5),
                digits=int(one.get("numDigits") or 0),
                finish_on=one.get("finishOnKey", "#"),
                inside=tuple(child for child in inside if isinstance(child, Say | Pause)),
            )
    raise BadTwiml(f"{one.tag} är tom eller för lång")


def _seconds(one: ET.Element, name: str, default: int) -> float:
    return float(min(int(one.get(name) or default), MOST_SECONDS))
