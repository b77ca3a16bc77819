"""Makes a webhook source with cameras in every municipality: ``python -m tests.hardship.hooking <municipality> …``.

Run in the environment of the region; says the source's id. Camera n has the account ``cam-n``; the key is always KEY.
"""

from __future__ import annotations

import sys

CAMERAS = 20
KEY = "tck_only-for-fault-tests"


def hook(municipalities: list[int]) -> int:
    import django

    django.setup(set_prefix=False)
    from alarms.intake.models import Source
    from alarms.intake.registering import register_source, register_transmitter
    from central.municipalities.models import Municipality
    from tests.support.posted import CONVENTIONS

    source = Source.objects.filter(protocol="webhook").first()
    if source is None:
        source, _ = register_source(name="Provkameror", protocol="webhook", key=KEY)
        source.conventions = CONVENTIONS
        source.save()
        for nth in range(CAMERAS):
            owner = Municipality.objects.get(pk=municipalities[nth % len(municipalities)])
            register_transmitter(
                source=source, account=f"cam-{nth}", municipality=owner, area=f"Område {nth}"
            )
    return source.pk


if __name__ == "__main__":
    print(hook([int(one) for one in sys.argv[1:]]))
