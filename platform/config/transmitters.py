"""Joins the registers' question about transmitters to the centre's register of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from alarms.intake.models import Source, Transmitter
from alarms.intake.registering import account_hash
from alarms.nameplates.services import accounts_of
from central.municipalities.context import current
from tenants.transmitters import Known


class Transmitters:
    """`tenants.transmitters.Directory`, of the current municipality."""

    def own(self, ids: Collection[int] | None = None) -> list[Known]:
        rows = _in_use() if ids is None else _in_use().filter(pk__in=list(ids))
        return _known(list(rows), {})

    def with_accounts(self, accounts: Iterable[str]) -> dict[str, list[Known]]:
        sources = list(Source.objects.filter(active=True).values_list("pk", flat=True))
        hashes = {account_hash(source, one): one for one in set(accounts) for source in sources}
        rows = list(_in_use().filter(account_hash__in=list(hashes)))
        told = {row.pk: hashes[row.account_hash] for row in rows}
        found: dict[str, list[Known]] = defaultdict(list)
        for one in _known(rows, told):
            found[one.account].append(one)
        return dict(found)


def _in_use() -> QuerySet[Transmitter]:
    return (
        Transmitter.objects.filter(
            municipality_id=current().id, active=True, synthetic=False, source__active=True
        )
        .select_related("source")
        .order_by("source__name", "area", "site", "pk")
    )


def _known(rows: list[Transmitter], told: dict[int, str]) -> list[Known]:
    accounts = {**accounts_of([row.pk for row in rows if row.pk not in told]), **told}
    return [
        Known(
            id=row.pk,
            source=row.source.name,
            account=accounts.get(row.pk, ""),
            site=row.site,
            area=row.area,
            function=row.function,
            at_home=not row.site,
        )
        for row in rows
    ]
