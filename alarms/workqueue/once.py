"""An act asked twice under one key is done once, whichever processes are asked and whatever restarts in between.

The key's row is written before the act, in the act's own transaction: both stand or neither. Of two identical acts at
the same moment the second waits at the unique key, finds the first's row and does nothing. A refused act leaves no
row, since it changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from alarms.workqueue.errors import KeyReused
from alarms.workqueue.models import ActKey
from central.accounts.models import User
from central.events.services import unit_of_work

KEY_MAX = 64
KEPT = timedelta(days=1)
"""How long a key is remembered; consoles give up asking after two minutes."""


def once(*, operator: User, key: str, digest: str, now: datetime, act: Callable[[], UUID]) -> UUID:
    """Do ``act`` in one unit of work and return the case it says it was about; asked again, only return the case.

    ``digest`` tells one request from another (hex, at most 64). An empty key remembers nothing. Raises KeyReused when
    the key has stood for another request, and whatever ``act`` raises.
    """
    key = key[:KEY_MAX]
    with unit_of_work():
        if not key:
            return act()
        row = _reserved(operator, key, digest, now)
        if row is None:
            known = ActKey.objects.get(user=operator, key=key)
            if known.digest != digest or known.item_id is None:
                raise KeyReused
            return known.item_id
        item_id = act()
        ActKey.objects.filter(pk=row).update(item_id=item_id)
        return item_id


def _reserved(operator: User, key: str, digest: str, now: datetime) -> int | None:
    """The new row's id; None when the key is taken, after waiting for whoever is taking it now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.workqueue_actkey (user_id, key, digest, at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
            [operator.pk, key, digest, now],
        )
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def forget_old_keys(now: datetime) -> int:
    """The keys of acts nobody asks about again. Returns how many went."""
    return ActKey.objects.filter(at__lt=now - KEPT).delete()[0]
