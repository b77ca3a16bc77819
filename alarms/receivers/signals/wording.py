"""What is wrong with a body, in Swedish: msgspec's words name the kind of error, and we say it to the sender."""

from __future__ import annotations

import re

_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>[^`]*)`")
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]*)`")
_TYPE = re.compile(r"^Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`$")
_LENGTH = re.compile(r"^Expected `(?:str|array|object)` of length (?P<sign>[<>]=) (?P<limit>\d+)$")
_RANGE = re.compile(r"^Expected `(?:int|float)(?: \| null)?` (?P<sign>[<>]=) (?P<limit>-?\d+)$")
_BYTE = re.compile(r"\(byte (?P<at>\d+)\)$")

TYPES = {
    "str": "text",
    "int": "ett heltal",
    "float": "ett tal med decimaler",
    "bool": "sant eller falskt",
    "null": "null",
    "array": "en lista",
    "object": "ett objekt",
    "datetime": "en tid",
}
SAID = {
    "Invalid RFC3339 encoded datetime": "Ska vara en tid med zon, till exempel 2026-05-04T12:00:00+02:00.",
    "Expected `datetime` with a timezone component": "Tiden saknar tidszon. Lägg till Z eller +02:00.",
    "Number out of range": "Talet är för stort.",
    "Integer value out of range": "Talet är för stort.",
}
MALFORMED = {
    "trailing comma": "ett komma för mycket",
    "trailing characters": "det står något efter slutet",
    "object keys must be strings": "ett fältnamn är inte text inom citattecken",
    "invalid escape character": "ett okänt tecken efter omvänt snedstreck",
    "expected ','": "ett komma eller en slutparentes saknas",
    "expected ':'": "ett kolon saknas",
    "invalid number": "ett tal är fel skrivet",
    "invalid character": "ett otillåtet tecken",
}


def of_value(reason: str) -> tuple[str, str]:
    """The field to mend (``body`` for the whole) and what to do, from msgspec's ValidationError."""
    if found := _UNKNOWN.search(reason):
        return found["name"] or "body", "Fältet finns inte. Ta bort det, eller lägg det i data."
    if found := _MISSING.search(reason):
        return found["name"], "Fältet saknas."
    path = _PATH.search(reason)
    field = re.sub(r"\[.*", "", path["path"] if path else "") or "body"
    return field, _value(_PATH.sub("", reason))


def _value(reason: str) -> str:
    if found := _TYPE.search(reason):
        wanted = " eller ".join(TYPES.get(name, name) for name in found["wanted"].split(" | "))
        return f"Ska vara {wanted}, men är {TYPES.get(found['got'], found['got'])}."
    if found := _LENGTH.search(reason):
        return f"Ska vara {'minst' if found['sign'] == '>=' else 'högst'} {found['limit']} tecken."
    if found := _RANGE.search(reason):
        return f"Ska vara {'minst' if found['sign'] == '>=' else 'högst'} {found['limit']}."
    return SAID.get(reason, "Värdet går inte att läsa.")


def of_json(raw: bytes, reason: str) -> str:
    """Why the body isn't JSON, from msgspec's DecodeError or the codec's."""
    text = raw.decode("utf-8", "replace")
    if "\ufffd".encode() not in raw and "\ufffd" in text:
        return "Innehållet är inte giltig UTF-8. Skicka texten kodad som UTF-8."
    if "surrogate" in reason or _lone_surrogate(text):
        return (
            "Innehållet har en halv teckenkod (ett ensamt surrogat, \\ud800–\\udfff). "
            "Skicka tecknet helt, eller ta bort det."
        )
    if raw.startswith(b"\xef\xbb\xbf"):
        return "Innehållet börjar med ett BOM-tecken. Skicka JSON utan det."
    if not raw.strip():
        return "Innehållet är tomt. Skicka JSON."
    if "truncated" in reason:
        return "Innehållet är inte giltig JSON: det tar slut för tidigt."
    what = next((words for theirs, words in MALFORMED.items() if theirs in reason), "den är felskriven")
    at = _BYTE.search(reason)
    return f"Innehållet är inte giltig JSON: {what}{f' (byte {at["at"]})' if at else ''}."


def _lone_surrogate(text: str) -> bool:
    """Whether an escaped surrogate stands without its other half."""
    halves = re.sub(r"\\\\", "", text)
    halves = re.sub(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}", "", halves, flags=re.IGNORECASE)
    return re.search(r"\\ud[89a-f][0-9a-f]{2}", halves, re.IGNORECASE) is not None
