"""A large file of sites, brought and agreed to as the portal does it, and texts that want to leave meanwhile.

``python -m tests.hardship.importing bring <slug> <rows>`` says the import's id; ``agree <slug> <id>`` confirms it;
``text <slug> <count> <pause>`` queues so many SMS with so many seconds between them. Run in the region's environment.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

HEAD = ["Objektsnummer", "Namn", "Adress", "Portkod"]
NUMBER = "+46701740640"


def bring(municipality: Any, rows: str) -> str:
    from central.tabular import to_csv
    from tenants.imports import working
    from tenants.sites.importing import Sites

    table = [[f"P-{n}", f"Provhus {n}", f"Provvägen {n}", f"{n:06}KOD"] for n in range(int(rows))]
    run = working.receive(
        register=Sites(), content=to_csv(HEAD, table), file_name="objekt.csv", end_missing=False,
        by=_person(municipality), now=datetime.now(UTC),
    )  # fmt: skip
    return str(run.pk)


def agree(municipality: Any, run_id: str) -> str:
    from tenants.imports import working
    from tenants.sites.importing import Sites

    working.agree(register=Sites(), run_id=UUID(run_id), by=_person(municipality), now=datetime.now(UTC))
    return run_id


def text(municipality: Any, count: str, pause: str) -> str:
    from central.carriers import services
    from central.municipalities.directory import by_id

    for nth in range(int(count)):
        services.send(
            municipality=by_id(municipality.pk), subject_id=uuid4(), purpose="prov", to=NUMBER,
            body=f"Prov {nth}", contact_name="", now=datetime.now(UTC),
        )  # fmt: skip
        time.sleep(float(pause))
    return count


def _person(municipality: Any) -> Any:
    from central.accounts.models import User

    return User.objects.get(username=f"hand{municipality.slug.removeprefix('kommun-')}")


def main(what: str, slug: str, *more: str) -> str:
    import django

    django.setup(set_prefix=False)
    from central.municipalities.context import in_municipality
    from central.municipalities.models import Municipality

    municipality = Municipality.objects.get(slug=slug)
    with in_municipality(municipality):
        done: str = {"bring": bring, "agree": agree, "text": text}[what](municipality, *more)
    time.sleep(0.5)  # the ring is on a thread of its own
    return done


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
