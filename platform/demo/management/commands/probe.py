"""central probe: one message by hand to our receivers, as a panel or a home phone sends it."""

import argparse
import asyncio
import random
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alarms.receivers.dc09.errors import Dc09Error
from demo import cameras, incidents, probing
from demo.beside import is_there, setting
from demo.door import NotReceived
from demo.ground import PLACES
from demo.installations import Phone, panel, phones
from demo.keys import aes_key, source_key
from demo.panels import Address

ANYWHERE = {"", "0.0.0.0", "::"}  # where a receiver listens to all, we call this machine


class Command(BaseCommand):
    help = "Sänder ett meddelande för hand: dc09, scaip eller webhook. Utan --account en av demons sändare."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        ways = parser.add_subparsers(dest="protocol", required=True, metavar="dc09|scaip|webhook")
        dc09 = ways.add_parser("dc09", help="som en larmpanel, SIA DC-09")
        dc09.add_argument("--account", help="kontot, hexadecimalt")
        dc09.add_argument("--key", type=_key, help="AES-nyckeln som hexadecimala siffror")
        dc09.add_argument("--key-file", type=Path, help="fil med nyckeln")
        dc09.add_argument(
            "--code", default="FA", type=str.upper, help="FA brand, BA inbrott, 130, NULL livstecken"
        )
        dc09.add_argument("--zone", default="001", help="sektion, tre siffror")
        dc09.add_argument("--text", default="", help="panelens egen text, bara SIA-koder")
        dc09.add_argument(
            "--restored", action="store_true", help="återställt, bara sifferkoder (SIA: FR, BR)"
        )
        dc09.add_argument("--skew", type=int, default=0, help="så många sekunder före (−: efter) går klockan")
        scaip = ways.add_parser("scaip", help="som en trygghetstelefon, SCAIP")
        scaip.add_argument("--account", help="cid, siffror")
        scaip.add_argument(
            "--dty", default=incidents.BUTTON, help="apparatslag: 0003 larmknapp, 0005 fallarm"
        )
        scaip.add_argument("--stc", default=incidents.BY_HAND, help="status: 0010 larm, 0016 svagt batteri")
        scaip.add_argument("--mty", default=incidents.MESSAGE, help="ME meddelande, PI livstecken")
        hook = ways.add_parser("webhook", help="som en kamera, med en tecknad bild")
        hook.add_argument("--account", help="kamerans namn på sig själv")
        hook.add_argument(
            "--kind", default="line_crossed", help="line_crossed, loitering, smoke eller heartbeat"
        )
        hook.add_argument("--text", default="Någon gick över linjen", help="kamerans egen text")
        hook.add_argument("--url", help="källans adress; annars demons")
        hook.add_argument("--key-file", type=Path, help="fil med källans nyckel; annars demons")
        hook.add_argument("--no-picture", action="store_true", help="utan bild")
        for way, usual in ((dc09, "TCP"), (scaip, "UDP")):
            way.add_argument("--transport", choices=["TCP", "UDP"], default=usual, type=str.upper)
            way.add_argument("--host", help="annars denna maskin")
            way.add_argument("--port", type=int, help="annars den inställda porten eller demons")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["protocol"] == "webhook":
            self._finish(self._webhook(options))
            return
        asked = self._dc09(options) if options["protocol"] == "dc09" else self._scaip(options)
        self._finish(_run(asked))

    def _finish(self, outcome: probing.Outcome) -> None:
        for line in outcome.lines:
            self.stdout.write(line)
        if not outcome.taken:
            raise CommandError("Meddelandet togs inte emot.")

    def _dc09(self, options: dict[str, Any]) -> Coroutine[Any, Any, probing.Outcome]:
        account, key = options["account"], options["key"] or _from_file(options["key_file"])
        sites = [panel(place) for place in PLACES] if is_there() else []
        if account is None:
            account = _drawn([site.account for site in sites])
        if key is None and any(site.account == account and site.keyed for site in sites):
            key = aes_key(account, setting("SECRET_KEY"))
        at = _address(options, "DC09_PORT")
        event = probing.Event(options["code"], options["zone"], options["text"], options["restored"])
        skew = timedelta(seconds=options["skew"])
        self.stdout.write(f"SIA DC-09 till {at.host}:{at.port} ({options['transport']}), konto {account}")
        return probing.dc09(
            event.frame(account),
            at,
            transport=options["transport"],
            key=key,
            clock=lambda: datetime.now(UTC) + skew,
        )

    def _webhook(self, options: dict[str, Any]) -> probing.Outcome:
        known = [one for place in PLACES for one in cameras.cameras(place)] if is_there() else []
        account = options["account"] or _drawn([one.account for one in known])
        camera = next((one for one in known if one.account == account), cameras.Camera(account, "", ""))
        url = options["url"] or cameras.address(setting("PUBLIC_BASE_URL"))
        if options["key_file"] is None:
            key = source_key(cameras.CAMERAS, setting("SECRET_KEY"))
        else:
            try:
                key = options["key_file"].read_text(encoding="ascii").strip()
            except (OSError, UnicodeError) as error:
                raise CommandError(f"--key-file: {error}") from error
        self.stdout.write(f"Webhook till {url}, konto {account}")
        try:
            return probing.webhook(
                camera,
                url,
                key,
                kind=options["kind"],
                text=options["text"],
                picture=not options["no_picture"],
            )
        except NotReceived as error:
            raise CommandError(f"Inget är kvitterat ({error}). Går demon? Ange annars --url.") from error

    def _scaip(self, options: dict[str, Any]) -> Coroutine[Any, Any, probing.Outcome]:
        known = [phone for place in PLACES for phone in phones(place)] if is_there() else []
        account = options["account"] or _drawn([phone.cid for phone in known])
        phone = next((one for one in known if one.cid == account), Phone(account, "", "", "UDP"))
        at = _address(options, "SCAIP_PORT")
        ref, body = incidents.phone_message(
            replace(phone, cid=account), dty=options["dty"], stc=options["stc"], mty=options["mty"]
        )
        self.stdout.write(f"SCAIP till {at.host}:{at.port} ({options['transport']}), konto {account}")
        return probing.scaip(ref, body, at, transport=options["transport"])


def _run(asked: Coroutine[Any, Any, probing.Outcome]) -> probing.Outcome:
    try:
        return asyncio.run(asked)
    except Dc09Error as error:
        raise CommandError(f"Ramen kan inte skrivas: {error or 'nyckeln'}.") from error
    except OSError as error:
        raise CommandError(
            "Ingen tar emot där. Går mottagarna? Starta demon, eller ange --host och --port."
        ) from error


def _drawn(accounts: list[str]) -> str:
    if not accounts:
        raise CommandError("--account: ingen demo finns här att ta en sändare ur. Ange ett konto.")
    return random.choice(accounts)


def _address(options: dict[str, Any], name: str) -> Address:
    port = options["port"] or int(setting(name))
    if not port:
        raise CommandError(f"--port: {name} är inte satt. Ange mottagarens port.")
    host = options["host"] or setting("RECEIVERS_HOST")
    return Address("127.0.0.1" if host in ANYWHERE else host, port)


def _from_file(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        return _key(file.read_text(encoding="ascii").strip())
    except (OSError, UnicodeError, argparse.ArgumentTypeError) as error:
        raise CommandError(f"--key-file: {error}") from error


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) not in (16, 24, 32):
        raise argparse.ArgumentTypeError("en nyckel är 32, 48 eller 64 hexadecimala siffror")
    return key
