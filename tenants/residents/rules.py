"""What is decided about residents: whose they are, what is masked, and how long they are kept. Nothing here reads."""

from __future__ import annotations

from datetime import timedelta

FUNCTION = "home_care"
"""The function that residents belong to: a person's right to read them is always asked for it."""

UNMASKED_FOR = timedelta(minutes=10)
"""How long a reason opens one protected person to whoever gave it."""

UNMASKINGS_KEPT = timedelta(days=90)
"""How long it stands here that somebody opened a protected person; the audit log keeps it beyond that."""

MASKED = "Skyddad identitet"
HIDDEN = "Skyddas"
