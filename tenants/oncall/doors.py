"""The door to a person's own page."""

from __future__ import annotations

from central.accounts.secret_doors import WRONG_PER_MINUTE, guesses, secret_door
from tenants.oncall import links

own = secret_door(links.found, "oncall/unknown.html")
"""``view(request, contact, secret, …)`` for the person whose secret stands in the address; 404 for others."""

__all__ = ["WRONG_PER_MINUTE", "guesses", "own"]
