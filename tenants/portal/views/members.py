"""Members of the municipality, inside the portal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from central.accounts.capabilities import MEMBERS_EDIT
from central.accounts.views.members import MemberPages
from tenants.portal.access import guarded, page

SECTION = "portal_members"


def _draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    return page(request, "members", SECTION, context, status)


_pages = MemberPages(
    render=_draw,
    names={
        "listing": SECTION,
        "invite": "portal_member_invite",
        "functions": "portal_member_functions",
        "end": "portal_member_end",
        "reset": "portal_member_reset",
    },
)
listing = require_safe(guarded(MEMBERS_EDIT)(_pages.listing))
invite = require_POST(guarded(MEMBERS_EDIT)(_pages.invite))
set_functions = require_POST(guarded(MEMBERS_EDIT)(_pages.set_functions))
end = require_POST(guarded(MEMBERS_EDIT)(_pages.end))
reset = require_POST(guarded(MEMBERS_EDIT)(_pages.reset))
