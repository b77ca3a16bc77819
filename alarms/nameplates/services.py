"""Keep and read the accounts of transmitters."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from alarms.nameplates.models import Nameplate
from central.sealing import Unreadable, seal, unseal

PURPOSE = "alarms.nameplates"


def remember(accounts: Mapping[int, str]) -> None:
    """Keep what each transmitter (by id) calls itself; what was kept before is replaced."""
    Nameplate.objects.bulk_create(
        [Nameplate(transmitter_id=one, account_sealed=seal(PURPOSE, said)) for one, said in accounts.items()],
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["transmitter_id"],
        update_fields=["account_sealed"],
    )


def accounts_of(transmitters: Collection[int]) -> dict[int, str]:
    """The accounts of those that are known, by the transmitter's id; one that SECRET_KEY no longer opens is not."""
    found: dict[int, str] = {}
    for one in Nameplate.objects.filter(pk__in=list(transmitters)):
        try:
            found[one.pk] = unseal(PURPOSE, one.account_sealed)
        except Unreadable:
            continue
    return found


def named_among(transmitters: Collection[int]) -> set[int]:
    """Which of them have an account that is known."""
    return set(Nameplate.objects.filter(pk__in=list(transmitters)).values_list("pk", flat=True))


def ending(account: str) -> str:
    """As much of an account as tells it from its neighbours: …0417; of a short one the last two."""
    return f"…{account[-4:]}" if len(account) > 5 else f"…{account[-2:]}"
