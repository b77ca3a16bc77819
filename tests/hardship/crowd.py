"""Many transmitters in one municipality: ``python -m tests.hardship.crowd <slug> <alarming> <silent>``; 0 0 ends them.

Those that alarm belong to the municipality's source, each with the account ``account(n)``. Those that are silent belong
to a receiver of their own that has listened long enough, and should have been heard.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta


def account(nth: int) -> str:
    return f"9{nth:05}"


def lay_out(slug: str, alarming: int, silent: int) -> None:
    import django

    django.setup(set_prefix=False)
    from alarms.escalation.models import Heartbeat
    from alarms.intake.models import Source, Transmitter, TransmitterState
    from alarms.intake.registering import account_hash, register_source
    from central.municipalities.models import Municipality

    ours = Municipality.objects.get(slug=slug)
    receiver = Source.objects.filter(protocol="dc09").first()
    if receiver is None:
        receiver, _ = register_source(name="Provmottagaren", protocol="dc09")
    Transmitter.objects.filter(source=receiver, area="Avbrottet").delete()
    TransmitterState.objects.all().delete()
    if not alarming and not silent:
        Heartbeat.objects.filter(process="receivers").delete()
        return
    sender = Source.objects.get(name=f"Mottagare {slug.removeprefix('kommun-')}")
    now = datetime.now(UTC)
    far = now + timedelta(days=1)
    Heartbeat.objects.update_or_create(
        process="receivers", defaults={"instance": "prov", "at": far, "since": now - timedelta(hours=1)}
    )
    Transmitter.objects.bulk_create(
        [
            *(_one(sender, ours, nth, account_hash, None) for nth in range(alarming)),
            *(_one(receiver, ours, nth, account_hash, 90) for nth in range(silent)),
        ],
        ignore_conflicts=True,
    )
    there = Transmitter.objects.filter(source=receiver, area="Avbrottet").values_list("pk", flat=True)
    TransmitterState.objects.bulk_create(
        TransmitterState(pk=one, heard_at=now - timedelta(minutes=10)) for one in there
    )


def _one(source: object, municipality: object, nth: int, hashed: object, interval: int | None) -> object:
    from alarms.intake.models import Transmitter

    return Transmitter(
        source=source, municipality=municipality, area="Avbrottet", site=f"Pumpstation {nth}",
        account_hash=hashed(source.pk, account(nth)), interval_seconds=interval,  # type: ignore[operator,attr-defined]
    )  # fmt: skip


if __name__ == "__main__":
    lay_out(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    print("klart")
