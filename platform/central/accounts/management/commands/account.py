"""`central account invite …` and `central account reset NAME`: the first accounts, and the last way back in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from central.accounts import members, passwords, roles, services
from central.accounts.models import User
from central.audit.services import record
from central.municipalities import directory


class Command(BaseCommand):
    """Make an account, or give one a new one-time password."""

    help = "Skapar ett konto eller återställer en inloggning. Engångslösenordet skrivs ut en gång."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two acts, each with its own arguments."""
        acts = parser.add_subparsers(dest="act", required=True)
        invite = acts.add_parser("invite", help="ett nytt konto med en roll på en plats")
        invite.add_argument("username")
        invite.add_argument("--name", required=True)
        invite.add_argument("--initials", required=True)
        invite.add_argument("--role", required=True, choices=sorted(roles.NAMES))
        invite.add_argument("--at", required=True, help="kommunens slug, eller centralens")
        invite.add_argument("--function", action="append", default=[], help="kan anges flera gånger")
        reset = acts.add_parser("reset", help="nytt engångslösenord och ingen engångskod")
        reset.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, audited as the system's own act, and print the password."""
        password = self._invite(options) if options["act"] == "invite" else self._reset(options["username"])
        self.stdout.write(f"Engångslösenord (byts vid första inloggningen): {password}")

    def _invite(self, options: dict[str, Any]) -> str:
        try:
            place = directory.by_slug(options["at"])
            _, password = members.invite(
                municipality=place,
                username=options["username"],
                name=options["name"],
                initials=options["initials"],
                role=options["role"],
                function_codes=options["function"],
                by=None,
                now=timezone.now(),
            )
        except directory.UnknownMunicipality as exc:
            raise CommandError(str(exc)) from exc
        except members.BadMember as exc:
            raise CommandError(" ".join(f"{name}: {text}" for name, text in exc.errors.items())) from exc
        return password

    def _reset(self, username: str) -> str:
        now, password = timezone.now(), passwords.one_time()
        with transaction.atomic():
            user = User.objects.select_for_update().filter(username=username.strip().lower()).first()
            if user is None:
                raise CommandError("Det finns inget konto med det användarnamnet.")
            user.set_password(password)
            user.password_is_temporary, user.is_active = True, True
            user.totp_secret, user.totp_confirmed_at, user.totp_last_step = "", None, None
            user.save()
            services.revoke_all(user=user, by=user, now=now)
            record(
                "account.reset_by_command",
                actor_id=None,
                actor_name="",
                municipality_id=directory.centre().id,
                subject=str(user.pk),
                at=now,
            )
        return password
