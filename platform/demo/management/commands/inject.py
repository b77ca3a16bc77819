"""central inject: send one signal by hand, through the same door as every other sender."""

import json
import random
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from central.kinds import SENDABLE
from demo.beside import setting
from demo.door import NotReceived, send
from demo.ground import PLACES, SOURCES
from demo.keys import source_key
from demo.scenarios import WEIGHTS, next_signal, signal


class Command(BaseCommand):
    help = "Skickar en signal genom POST /api/signals. Utan --key används demons källor."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", nargs="?", choices=sorted(SENDABLE), help="sort; slumpas annars")
        parser.add_argument("--municipality", choices=[place.slug for place in PLACES], help="kommun i demon")
        parser.add_argument("--account", help="kontonummer; annars någon av kommunens sändare")
        parser.add_argument("--priority", type=int, choices=[1, 2, 3, 4])
        parser.add_argument("--place", help="plats")
        parser.add_argument("--text", help="fri text")
        parser.add_argument("--data", type=_object, help="JSON-objekt")
        parser.add_argument("--source", choices=SOURCES, help="demons källa")
        parser.add_argument("--key", help="källans nyckel, för en egen källa")
        parser.add_argument("--idempotency-key", help="samma nyckel två gånger ger samma ärende")
        parser.add_argument("--url", help="centralens adress; annars PUBLIC_BASE_URL eller demons")

    def handle(self, *args: Any, **options: Any) -> None:
        dice, now = random.Random(), timezone.now()
        kind = options["kind"]
        if kind is None or kind not in WEIGHTS:
            sent = next_signal(dice, now)
        else:
            slug = options["municipality"]
            place = next((each for each in PLACES if each.slug == slug), None) or dice.choice(PLACES)
            sent = signal(dice, kind, place, now)
        body = sent.body | {"kind": kind or sent.body["kind"]}
        for name in ("account", "priority", "place", "text", "data"):
            if options[name] is not None:
                body[name] = options[name]
        url = options["url"] or setting("PUBLIC_BASE_URL")
        key = options["key"] or source_key(options["source"] or sent.source, setting("SECRET_KEY"))
        try:
            answer = send(url, key, body, idempotency_key=options["idempotency_key"])
        except NotReceived as error:
            raise CommandError(f"Centralen svarar inte på {url}: {error}") from error
        self.stdout.write(f"{answer.status} {json.dumps(answer.body, ensure_ascii=False)}")
        if answer.status >= 400:
            raise CommandError("Signalen togs inte emot.")


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ArgumentTypeError(f"ingen JSON: {error}") from error
    if not isinstance(found, dict):
        raise ArgumentTypeError("ska vara ett JSON-objekt")
    return found
