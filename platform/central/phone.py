"""Telephone numbers: what people write becomes E.164, what we show becomes Swedish again.

Emergency numbers are refused *by name* here, before anything else looks at them: this
system never dials or texts 112 on anybody's behalf. A person does that, with a telephone.
"""

import re

import phonenumbers
from django.utils.crypto import salted_hmac

REGION = "SE"

EMERGENCY = frozenset({"112", "911", "999", "90000", "110", "113", "118"})
"""National emergency numbers of ours and our neighbours, and the old Swedish 90 000."""

_ALLOWED = re.compile(r"[+]?[0-9 \-()/.\u00a0\u2011\u2013]+")
_SHORTEST_NATIONAL = 7
"""Digits in the shortest Swedish subscriber number with area code and without trunk zero."""

_WORDS = {
    "empty": "Skriv ett telefonnummer.",
    "emergency": "{number} är ett nödnummer. Systemet ringer eller skickar aldrig dit. Ring 112 själv.",
    "short": "{number} är ett kortnummer och kan inte användas här. Skriv ett vanligt telefonnummer.",
    "premium": "{number} är ett betalnummer och kan inte användas här.",
    "malformed": "{number} är inget telefonnummer. Skriv till exempel 070-174 06 05.",
    "invalid": "{number} finns inte i någon nummerplan. Kontrollera siffrorna.",
}


class BadNumber(ValueError):
    """The text is no number this system will use. `code` says why, `message` says it in Swedish."""

    def __init__(self, code: str, number: str) -> None:
        self.code = code
        self.message = _WORDS[code].format(number=number)
        super().__init__(self.message)


def normalise(text: str) -> str:
    """E.164 for what a person wrote: "070-174 06 21" → "+46701740621".

    Raises BadNumber (code empty|emergency|short|premium|malformed|invalid).
    """
    shown = text.strip()
    if not shown:
        raise BadNumber("empty", shown)
    if is_emergency(shown):
        raise BadNumber("emergency", shown)
    if not _ALLOWED.fullmatch(shown):
        raise BadNumber("malformed", shown)
    if len(_national_digits(shown)) < _SHORTEST_NATIONAL:
        raise BadNumber("short", shown)
    try:
        number = phonenumbers.parse(shown, REGION)
    except phonenumbers.NumberParseException:
        raise BadNumber("malformed", shown) from None
    if not phonenumbers.is_valid_number(number):
        raise BadNumber("invalid", shown)
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise BadNumber("premium", shown)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_emergency(text: str) -> bool:
    """True for 112 and its kin however they are dressed: "+46 112", "0046-112", "0112", "90 000"."""
    return _national_digits(text) in EMERGENCY


def display(e164: str) -> str:
    """The number as Swedes write it ("070-174 06 21"); foreign numbers keep their country code."""
    try:
        number = phonenumbers.parse(e164, REGION)
    except phonenumbers.NumberParseException:
        return e164
    swedish = number.country_code == phonenumbers.country_code_for_region(REGION)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if swedish else style.INTERNATIONAL)


def keyed_hash(e164: str) -> str:
    """64 hex digits that recognise a number again without telling it; keyed with SECRET_KEY.

    A plain hash would not do: there are so few telephone numbers that all can be tried.
    """
    return salted_hmac("central.phone", e164, algorithm="sha256").hexdigest()


def _national_digits(text: str) -> str:
    """The digits after country code and trunk zeros; only Sweden's country code is recognised."""
    digits = re.sub(r"\D", "", text)
    if "+" in text or digits.startswith("00"):
        digits = digits.removeprefix("00").removeprefix("46")
    return digits.lstrip("0")
