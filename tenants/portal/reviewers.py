"""Who in the municipality can be the second person for an instruction."""

from __future__ import annotations

from central.accounts.models import Membership
from central.accounts.roles import MUNICIPALITY_ADMIN
from central.municipalities.context import current
from tenants.instructions.models import ActionInstruction


def colleagues(draft: ActionInstruction, writer_id: int) -> int:
    """How many administrators have not written in the draft, nor are about to send it."""
    authors = {*draft.author_ids, writer_id}
    rows = Membership.objects.current().filter(
        municipality_id=current().id, role=MUNICIPALITY_ADMIN, user__is_active=True
    )
    return rows.exclude(user_id__in=authors).values("user_id").distinct().count()
