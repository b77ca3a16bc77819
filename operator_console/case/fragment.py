"""The case pane as HTML: one fragment, one permission check, one audited reading."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.templatetags.static import static

from central.accounts.models import User
from operator_console.access import opened_case
from operator_console.case.pane import pane


def fragment(*, user: User, item_id: UUID, now: datetime) -> str:
    """Render a case for this person. Raises UnknownItem."""
    with opened_case(user=user, item_id=item_id, now=now) as (item, owner):
        shown = pane(item=item, owner=owner, user=user, now=now)
        return render_to_string(
            "operator_console/case/pane.html", {"pane": shown, "sprite": static("console/sprite.svg")}
        )
