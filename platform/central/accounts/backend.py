"""The authentication backend Django asks for a session's user; signing in goes through `services`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from central.accounts.models import User


class AccountBackend:
    """Loads active accounts. It authenticates nobody by itself, so no other door exists."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Never: `central.accounts.services` is the door, with its throttle."""

    def get_user(self, user_id: int) -> User | None:
        """The active account with this id."""
        return User.objects.filter(pk=user_id, is_active=True).first()
