"""Twilio's signature: known vectors, and what must not pass."""

from __future__ import annotations

import pytest

from central.carriers.adapters.twilio import Twilio
from central.carriers.simulator import wire

PARAMETERS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
VECTORS = [
    ("https://mycompany.com/myapp.php?foo=1&bar=2", "", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (
        "https://mycompany.com/myapp.php?foo=1&bar=2",
        "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
        "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=",
    ),
    ("https://example.test/twilio/voice/inbound/", "", "LkvkBP/EOb6x914J9x9bN6i4GOA="),
]
TWILIO = Twilio(account_sid="AC", auth_token="12345", sender="+46701740605")


def signed(url: str, signature: str, settings_header: str = "", **changed: str) -> bool:
    form = {name: [value] for name, value in (PARAMETERS | changed).items()}
    return TWILIO.signed(url=url, form=form, signature=signature, settings_header=settings_header)


@pytest.mark.parametrize(("url", "header", "signature"), VECTORS)
def test_known_vectors_pass(url: str, header: str, signature: str) -> None:
    assert signed(url, signature, header)


@pytest.mark.parametrize(("url", "header", "signature"), VECTORS)
def test_any_change_fails(url: str, header: str, signature: str) -> None:
    assert not signed(url.replace("https", "http"), signature, header)
    assert not signed(url + "x", signature, header)
    assert not signed(url.rstrip("/") + "//", signature, header)
    assert not signed(url, signature, header, Digits="1235")
    assert not signed(url, signature, header, Extra="1")
    assert not signed(url, "x" + signature[1:], header)
    assert not signed(url, "", header)


def test_the_port_may_be_named_or_not() -> None:
    signature = wire.signature("12345", "https://central.test:443/carrier/", PARAMETERS)
    assert signed("https://central.test/carrier/", signature)


def test_an_unknown_algorithm_fails() -> None:
    url, _, signature = VECTORS[0]
    assert not signed(url, signature, "key=k,algorithm=NONE")


def test_the_simulator_signs_by_its_own_reading_of_the_same_rule() -> None:
    for url, header, signature in VECTORS:
        if not header:
            assert wire.signature("12345", url, PARAMETERS) == signature


def test_same_name_values_are_sorted_and_unique() -> None:
    doubled = {"To": ["b", "a", "b"]}
    once = wire.signature("12345", "https://x.test/", {"To": "a", "To2": ""}).strip()
    assert once
    signature = wire.signature("12345", "https://x.test/", {"Toa": "", "Tob": ""})
    assert TWILIO.signed(url="https://x.test/", form=doubled, signature=signature, settings_header="")
