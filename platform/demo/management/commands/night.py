"""central night: the two alarms of the demo's night, through the same door as every other sender."""

import random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.beside import setting
from demo.door import NotReceived, send
from demo.keys import source_key
from demo.night import STEPS, signals


class Command(BaseCommand):
    help = "Skickar demons natt: ett larm kl. 02.13 i Hörby och en vattenläcka i Osby."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        url, secret = setting("PUBLIC_BASE_URL"), setting("SECRET_KEY")
        for sent in signals(random.Random(), timezone.now()):
            try:
                answer = send(url, source_key(sent.source, secret), sent.body)
            except NotReceived as error:
                raise CommandError(f"Centralen svarar inte på {url}: {error}") from error
            if answer.status >= 400:
                raise CommandError(f"Signalen togs inte emot: {answer.body}")
            self.stdout.write(f"{answer.status} {sent.body['kind']} {sent.body.get('place', '')}")
        for nth, line in enumerate(STEPS, 1):
            self.stdout.write(f"  {nth}. {line}")
