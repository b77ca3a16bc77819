"""Registers panels and home phones: ``python -m tests.hardship.registering <municipality> <panels> [phones]``.

Run in the environment of the region; says the DC-09 source's id. Panel n has the account ``account(n)``, phone n the
number ``phone(n)``.
"""

from __future__ import annotations

import sys


def account(nth: int) -> str:
    """Hexadecimal, with its leading zeros."""
    return f"{nth:06X}"


def phone(nth: int) -> str:
    """A number that is nobody's, as SCAIP's cid; there are 95."""
    assert nth < 95
    return str(46701740605 + nth)


def register(municipality_id: int, panels: int, phones: int = 0) -> int:
    import django

    django.setup(set_prefix=False)
    found = _register(municipality_id, "Provmottagaren", "dc09", [account(nth) for nth in range(panels)])
    if phones:
        _register(municipality_id, "Provtelefonerna", "scaip", [phone(nth) for nth in range(phones)])
    return found


def _register(municipality_id: int, name: str, protocol: str, accounts: list[str]) -> int:
    from alarms.intake.models import Source, Transmitter
    from alarms.intake.registering import account_hash, register_source, register_transmitter
    from central.municipalities.models import Municipality

    municipality = Municipality.objects.get(pk=municipality_id)
    source = Source.objects.filter(protocol=protocol).first()
    if source is None:
        source, _ = register_source(name=name, protocol=protocol)
    for nth, one in enumerate(accounts):
        if not Transmitter.objects.filter(source=source, account_hash=account_hash(source.pk, one)).exists():
            register_transmitter(source=source, account=one, municipality=municipality, area=f"Område {nth}")
    return source.pk


if __name__ == "__main__":
    print(register(*(int(one) for one in sys.argv[1:])))
