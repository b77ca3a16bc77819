"""Receivers, their conventions, keys and intervals from the command line; mistakes name the argument."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alarms.intake.models import Source, Transmitter
from alarms.intake.registering import transmitter_key
from tests.support.cases import now

KEY = "000102030405060708090A0B0C0D0E0F"
AT = ("--municipality", "storkoping", "--area", "Norr")


def run(*words: str) -> str:
    said = StringIO()
    call_command("source", *words, stdout=said)
    return said.getvalue()


def test_a_receiver_has_a_protocol_and_what_is_agreed(storkoping: Any) -> None:
    agreed = {"codes": {"BA": {"kind": "intrusion", "priority": 1}}, "unknown": "duh"}
    said = run("register", "Panelerna", "--protocol", "dc09", "--conventions", json.dumps(agreed))
    assert "tck_" not in said, "only one that speaks HTTP uses its key"
    source = Source.objects.get()
    assert (source.protocol, source.conventions) == ("dc09", agreed)
    assert "SIA DC-09" in run("list")
    run("conventions", "Panelerna", "{}")
    assert Source.objects.get().conventions == {}


def test_scaip_has_its_own_agreement(storkoping: Any) -> None:
    agreed = {
        "number": "+46701740605", "delivery": "separate", "heartbeat": 2,
        "codes": {"0005/0010": {"kind": "safety_alarm", "priority": 1}, "*": {"priority": 2}},
    }  # fmt: skip
    run("register", "Trygghetslarmen", "--protocol", "scaip", "--conventions", json.dumps(agreed))
    assert Source.objects.get().conventions == agreed


@pytest.mark.parametrize(
    ("protocol", "conventions", "told"),
    [
        ("dc09", "{", "inte JSON"),
        ("dc09", "[]", "JSON-objekt"),
        ("dc09", '{"kodes": {}}', "kodes finns inte"),
        ("dc09", '{"unknown": "nak"}', "unknown: välj ack"),
        ("dc09", '{"codes": []}', "codes: skriv"),
        ("dc09", '{"codes": {"BA": 1}}', "codes: BA: skriv"),
        ("dc09", '{"codes": {"BA": {"kind": []}}}', "codes: BA: skriv ord"),
        ("dc09", '{"codes": {"BA": {"kind": "tokig"}}}', "slaget tokig"),
        ("dc09", '{"codes": {"inbrott": {"priority": 1}}}', "varken en kod"),
        ("scaip", '{"number": "070-174 06 05"}', "number: skriv"),
        ("scaip", '{"number": 4670}', "number: skriv"),
        ("scaip", '{"delivery": "sen"}', "delivery: välj"),
        ("scaip", '{"heartbeat": 5}', "heartbeat: välj"),
        ("scaip", '{"codes": {"0005/": {"priority": 9}}}', "ingen kod"),
        ("scaip", '{"codes": {"0005": {"meaning": "alarm"}}}', "meaning kan inte"),
        ("http", '{"codes": {}}', "har inget att ställa in"),
    ],
)
def test_an_agreement_that_cannot_be_kept_is_refused(
    storkoping: Any, protocol: str, conventions: str, told: str
) -> None:
    with pytest.raises(CommandError, match=f"--conventions: .*{told}"):
        run("register", "Källan", "--protocol", protocol, "--conventions", conventions)
    assert not Source.objects.exists()


def test_one_source_per_receiver_and_known_protocols(storkoping: Any) -> None:
    with pytest.raises(CommandError, match="--protocol: fax finns inte"):
        run("register", "Källan", "--protocol", "fax")
    run("register", "Panelerna", "--protocol", "dc09")
    with pytest.raises(CommandError, match="--protocol: Panelerna tar redan emot"):
        run("register", "Andra", "--protocol", "dc09")
    with pytest.raises(CommandError, match="Panelerna finns redan"):
        run("register", "Panelerna", "--protocol", "dc09")


@pytest.mark.parametrize(
    ("interval", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("24h", 86_400), ("7 D", 604_800)]
)
def test_an_interval_is_written_as_people_say_it(storkoping: Any, interval: str, seconds: int) -> None:
    run("register", "Panelerna", "--protocol", "dc09")
    run("transmitter", "Panelerna", "1001", *AT, "--interval", interval)
    assert Transmitter.objects.get().interval_seconds == seconds


def test_a_key_is_read_sealed_and_never_said(storkoping: Any, tmp_path: Path) -> None:
    run("register", "Panelerna", "--protocol", "dc09")
    said = run("transmitter", "Panelerna", "1001", *AT, "--key", KEY)
    one = Transmitter.objects.get()
    assert transmitter_key(one) == bytes.fromhex(KEY)
    assert KEY.lower() not in (said + one.key_sealed).lower()
    file = tmp_path / "key"
    file.write_text(KEY * 2 + "\n")
    run("transmitter", "Panelerna", "1001", *AT, "--key-file", str(file))
    assert transmitter_key(Transmitter.objects.get()) == bytes.fromhex(KEY * 2)


def test_what_is_not_said_stays(storkoping: Any) -> None:
    run("register", "Panelerna", "--protocol", "dc09")
    run("transmitter", "Panelerna", "1001", *AT, "--key", KEY, "--interval", "90s")
    run("transmitter", "Panelerna", "1001", *AT, "--site", "Norrskolan")
    one = Transmitter.objects.get()
    assert (one.site, one.interval_seconds, transmitter_key(one)) == ("Norrskolan", 90, bytes.fromhex(KEY))
    run("transmitter", "Panelerna", "1001", *AT, "--no-key", "--no-interval")
    one = Transmitter.objects.get()
    assert (one.interval_seconds, transmitter_key(one)) == (None, None)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--key", "hemlig"], "--key: skriv nyckeln med hexadecimala"),
        (["--key", KEY[:-2]], "--key: nyckeln är 15 byte"),
        (["--key", KEY, "--key-file", "x"], "--key och --key-file"),
        (["--key", KEY, "--no-key"], "--no-key"),
        (["--key-file", "/finns/inte"], "--key-file: filen går inte"),
        (["--interval", "snart"], "--interval: skriv hur länge"),
        (["--interval", "5s"], "--interval: skriv hur länge"),
        (["--interval", "90d"], "--interval: skriv hur länge"),
        (["--interval", "90s", "--no-interval"], "--no-interval"),
    ],
)
def test_a_transmitters_mistakes_name_the_argument_and_no_key(
    storkoping: Any, words: list[str], told: str
) -> None:
    run("register", "Panelerna", "--protocol", "dc09")
    with pytest.raises(CommandError, match=told) as refused:
        run("transmitter", "Panelerna", "1001", *AT, *words)
    assert "hemlig" not in str(refused.value)
    assert KEY[:-2] not in str(refused.value)
    assert not Transmitter.objects.exists()


def test_what_http_has_not_is_refused(storkoping: Any) -> None:
    run("register", "Brandlarmen")
    for words, told in (
        (["--interval", "90s"], "--interval: Brandlarmen"),
        (["--key", KEY], "--key: bara SIA"),
    ):
        with pytest.raises(CommandError, match=told):
            run("transmitter", "Brandlarmen", "1", *AT, *words)


def test_service_from_the_command_line(storkoping: Any) -> None:
    run("register", "Panelerna", "--protocol", "dc09")
    run("transmitter", "Panelerna", "1001", *AT)
    assert "Under service till" in run(
        "service", "Panelerna", "1001", "--minutes", "30", "--reason", "Byte av batteri"
    )
    assert Transmitter.objects.get().service_until is not None
    assert "larmar igen" in run("service", "Panelerna", "1001", "--end")
    ended = Transmitter.objects.get().service_until
    assert ended is not None
    assert ended <= now()
    for words, told in (
        (["1001", "--end"], "inte under service"),
        (["1001"], "--minutes: skriv"),
        (["1001", "--minutes", "halv"], "--minutes: skriv hela"),
        (["1001", "--minutes", "30"], "--reason: Skriv varför"),
        (["1001", "--minutes", "1441", "--reason", "x"], "--minutes: Service varar"),
        (["1001", "--minutes", "5", "--end"], "--end"),
        (["9999", "--minutes", "30"], "account: Panelerna har ingen"),
    ):
        with pytest.raises(CommandError, match=told):
            run("service", "Panelerna", *words)
