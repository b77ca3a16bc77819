"""The demo's transmitters in the register: laid out once, kept in step with what the equipment speaks.

What somebody has changed on the page stays as she left it; only a key that the demo's panel does not have is set again,
or the panel would be refused for as long as the demo lives.
"""

from __future__ import annotations

from datetime import timedelta

from alarms.intake.models import Source, Transmitter
from alarms.intake.registering import account_hash, register_transmitter, transmitter_key
from alarms.nameplates.services import named_among, remember
from central.audit.models import AuditEntry
from central.municipalities.models import Municipality
from central.sealing import Unreadable


def stand(
    source: Source,
    account: str,
    municipality: Municipality,
    *,
    site: str = "",
    area: str = "",
    function: str = "",
    key: bytes | None = None,
    interval: timedelta | None = None,
) -> None:
    """Registered; with the equipment's key, and its interval unless somebody chose another."""
    one = Transmitter.objects.filter(source=source, account_hash=account_hash(source.pk, account)).first()
    if one is None:
        register_transmitter(
            source=source, account=account, municipality=municipality, site=site, area=area, function=function,
            aes_key=key, interval=interval,
        )  # fmt: skip
        return
    if not named_among([one.pk]):
        remember({one.pk: account})  # from before accounts were kept
    kept = timedelta(seconds=one.interval_seconds) if one.interval_seconds else None
    wanted = kept if _changed_by_hand(one) else interval
    if one.active and (wanted != kept or not _has(one, key)):
        register_transmitter(
            source=source, account=account, municipality=one.municipality, site=one.site, area=one.area,
            function=one.function, aes_key=key, interval=wanted,
        )  # fmt: skip


def _has(one: Transmitter, key: bytes | None) -> bool:
    try:
        return transmitter_key(one) == key
    except Unreadable:
        return False


def _changed_by_hand(one: Transmitter) -> bool:
    return AuditEntry.objects.filter(verb="transmitter.changed", subject=str(one.pk)).exists()
