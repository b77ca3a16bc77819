"""central demo_codes: the codes that the demo people's apps would show now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from central.accounts.models import User
from central.accounts.totp import current_code
from central.municipalities.context import in_public
from demo import people


class Command(BaseCommand):
    help = "Visar demokontonas engångskoder just nu."

    def handle(self, *args: Any, **options: Any) -> None:
        names = [account.username for account in (*people.CENTRE, *people.MUNICIPAL)]
        now = timezone.now()
        with in_public():
            for user in User.objects.filter(username__in=names).exclude(totp_secret=""):
                self.stdout.write(f"{user.username:<10}{current_code(user, now)}")
