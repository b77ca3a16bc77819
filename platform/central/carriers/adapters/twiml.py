"""What Twilio is told to say, in its own markup. Only verbs and attributes that its reference documents."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

LANGUAGE = "sv-SE"
LONGEST_SAY = 4_096  # the reference: Say takes 4 096 characters


def say_and_listen(*, text: str, key_url: str, silence_url: str, seconds: int) -> str:
    """Say it, take one key (also while speaking); no key → ask `silence_url` what then."""
    response = Element("Response")
    gather = SubElement(
        response,
        "Gather",
        # finishOnKey: by default "#" ends the input instead of being one.
        {"input": "dtmf", "numDigits": "1", "finishOnKey": "", "timeout": str(seconds)}
        | {"action": key_url, "method": "POST"},
    )
    _say(gather, text)
    SubElement(response, "Redirect", {"method": "POST"}).text = silence_url
    return _document(response)


def say_and_hang_up(text: str) -> str:
    """Say it and end the call."""
    response = Element("Response")
    _say(response, text)
    SubElement(response, "Hangup")
    return _document(response)


def _say(parent: Element, text: str) -> None:
    SubElement(parent, "Say", {"language": LANGUAGE}).text = _sayable(text)


def _sayable(text: str) -> str:
    """XML 1.0 knows no control characters (2.2): they would turn the words into silence."""
    clean = "".join(one if one.isprintable() or one == "\n" else " " for one in text)
    return clean[:LONGEST_SAY]


def _document(response: Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>' + tostring(response, encoding="unicode")
