"""Registers panels at a receiver of their own: ``python -m tests.hardship.registering <municipality> <panels>``.

Run in the environment of the region; says the source's id. Panel n has the account ``account(n)``.
"""

from __future__ import annotations

import sys


def account(nth: int) -> str:
    """Hexadecimal, with its leading zeros."""
    return f"{nth:06X}"


def register(municipality_id: int, panels: int) -> int:
    import django

    django.setup(set_prefix=False)
    from alarms.intake.models import Source, Transmitter
    from alarms.intake.registering import account_hash, register_source, register_transmitter
    from central.municipalities.models import Municipality

    municipality = Municipality.objects.get(pk=municipality_id)
    source = Source.objects.filter(protocol="dc09").first()
    if source is None:
        source, _ = register_source(name="Provmottagaren", protocol="dc09")
    for nth in range(panels):
        if not Transmitter.objects.filter(
            source=source, account_hash=account_hash(source.pk, account(nth))
        ).exists():
            register_transmitter(
                source=source, account=account(nth), municipality=municipality, area=f"Område {nth}"
            )
    return source.pk


if __name__ == "__main__":
    print(register(int(sys.argv[1]), int(sys.argv[2])))
