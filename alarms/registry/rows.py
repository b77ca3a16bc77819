"""The register as rows that a file can be compared with and written to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from alarms.intake.models import Transmitter
from alarms.intake.registering import KEY_PURPOSE
from alarms.nameplates.services import accounts_of
from central import bulk
from central.sealing import Unreadable, seal, unseal

type Row = dict[str, Any]

_FIELDS = (
    "pk", "source_id", "account_hash", "municipality_id", "function", "site", "area", "interval_seconds",
    "test_hours", "key_sealed", "active", "synthetic",
)  # fmt: skip
_COLUMNS = {
    "id": "bigint", "municipality_id": "bigint", "function": "text", "site": "text", "area": "text",
    "interval_seconds": "integer", "test_hours": "integer", "key_sealed": "text",
}  # fmt: skip
_SET = ", ".join(f"{name} = given.{name}" for name in _COLUMNS if name != "id")
_UPDATE = f"""UPDATE public.intake_transmitter t SET {_SET}, active = true, changed_at = clock_timestamp(),
    service_until = CASE WHEN t.active THEN t.service_until END,
    service_by_id = CASE WHEN t.active THEN t.service_by_id END
FROM {bulk.as_set(_COLUMNS)} WHERE t.id = given.id"""  # noqa: S608  # our own words only


def visible(functions: Collection[str]) -> Q:
    """Those in use that a person with these functions sees."""
    return Q(active=True, synthetic=False) & (Q(function="") | Q(function__in=sorted(functions)))


def of_sources(sources: Iterable[int], *, lock: bool = False) -> list[Row]:
    """Every transmitter of those sources, ended ones too; ``lock`` them for the transaction. Keys are still sealed."""
    found = Transmitter.objects.filter(source_id__in=sorted(sources)).order_by("pk")
    if lock:
        found = found.select_for_update()
    return [_row(one) for one in found.values_list(*_FIELDS)]


def _row(one: Sequence[Any]) -> Row:
    return {
        "id": one[0], "source": one[1], "hash": one[2], "municipality": one[3], "function": one[4], "site": one[5],
        "area": one[6], "interval": one[7], "tests": one[8], "sealed": one[9], "active": one[10], "synthetic": one[11],
    }  # fmt: skip


def shown_to(functions: Collection[str]) -> Iterator[Row]:
    """What one person's export holds, in the order of source and place, with the accounts that are known."""
    found = Transmitter.objects.filter(visible(functions), source__active=True).order_by(
        "source__name", "municipality__sort_key", "area", "site", "pk"
    )
    rows = [_row(one) for one in found.values_list(*_FIELDS)]
    accounts = accounts_of([row["id"] for row in rows])
    for row in rows:
        yield {**row, "account": accounts.get(row["id"], "")}


def key_of(row: Row) -> str:
    """Its key in hexadecimal digits; "" for none, or one that can't be read any more."""
    try:
        return unseal(KEY_PURPOSE, row["sealed"]) if row["sealed"] else ""
    except Unreadable:
        return ""


def insert(rows: Sequence[Row]) -> list[int]:
    """New transmitters; their ids in the rows' order."""
    made = Transmitter.objects.bulk_create(
        [
            Transmitter(
                source_id=row["source"], account_hash=row["hash"], municipality_id=row["municipality"],
                function=row["function"], site=row["site"], area=row["area"], interval_seconds=row["interval"],
                test_hours=row["tests"], key_sealed=seal(KEY_PURPOSE, row["key"]) if row.get("key") else "",
            )
            for row in rows
        ]
    )  # fmt: skip
    return [one.pk for one in made]


def update(rows: Sequence[Row]) -> None:
    """Set those rows (by id) as they are given, in one statement; the receivers are told by the time of change."""
    data = bulk.as_records(
        _COLUMNS,
        [
            (
                row["id"], row["municipality"], row["function"], row["site"], row["area"], row["interval"], row["tests"],
                seal(KEY_PURPOSE, row["key"]) if row.get("key") else row["sealed"],
            )
            for row in rows
        ],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE.replace("%", "%%").replace("$1", "%s::json"), [data.decode()])
