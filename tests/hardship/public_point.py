"""One safe point of a municipality, opened or with new words; ``python -m tests.hardship.public_point <slug> <text>``."""

from __future__ import annotations

import sys


def main(slug: str, text: str) -> None:
    """Open the point the first time; later change what it tells the public."""
    import django

    django.setup(set_prefix=False)
    from django.utils import timezone

    from central.accounts.models import User
    from central.municipalities import directory
    from central.municipalities.context import in_municipality
    from tenants.safepoints import services
    from tenants.safepoints.models import SafePoint, State

    actor = User.objects.get(username="op0")
    with in_municipality(directory.by_slug(slug)):
        now = timezone.now()
        point, _ = SafePoint.objects.get_or_create(name="Norra skolan", defaults={"address": "Skolvägen 1"})
        if point.state == State.CLOSED:
            services.activate(point_id=point.pk, case_id=None, actor=actor, public_text=text, now=now)
            services.mark_open(point_id=point.pk, actor=actor, now=now)
        else:
            services.change_public_text(point_id=point.pk, text=text, actor=actor, now=now)
    print("done")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
