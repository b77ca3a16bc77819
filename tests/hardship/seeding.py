"""Lays out an empty database: centre, municipalities, a source each and operators with sessions; prints JSON.

Run as ``python -m tests.hardship.seeding <municipalities> <operators>`` in the environment of the region.
"""

from __future__ import annotations

import json
import sys
from typing import Any

ACCOUNTS = 20


def lay_out(municipalities: int, operators: int) -> dict[str, Any]:
    import django

    django.setup(set_prefix=False)
    from django.core.management import call_command

    from alarms.intake.registering import register_source, register_transmitter
    from alarms.workqueue.models import GatheringRule
    from central.functions import NAMES, OPEN
    from central.municipalities.services import found
    from central.municipalities.template import ensure_template
    from tests.conftest import make_user
    from tests.support.signing_in import session_cookie

    call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
    ensure_template()
    GatheringRule.objects.all().delete()  # each alarm is a case of its own, but in the programs about floods
    centre = found(slug="centralen", name="Provcentralen", short_code="TC", kind="centre")
    places = []
    for n in range(municipalities):
        municipality = found(slug=f"kommun-{n}", name=f"Kommun {n}", short_code=f"K{n:02}"[:6])
        source, key = register_source(name=f"Mottagare {n}")
        for account in range(ACCOUNTS):
            register_transmitter(
                source=source, account=str(account), municipality=municipality, area=f"Område {account}"
            )
        officer = make_user(f"hand{n}", f"Handläggare {n}", "HL", municipality, "municipality_officer", NAMES)
        make_user(f"hand{n}", "", "", municipality, "municipality_admin")
        places.append(
            {
                "id": municipality.pk, "slug": municipality.slug, "schema": municipality.schema_name, "key": key,
                "cookie": session_cookie(officer, f"{municipality.slug}.localhost"),
            }
        )  # fmt: skip
    people = []
    for n in range(operators):
        user = make_user(f"op{n}", f"Operatör {n}", f"O{n % 100}", centre, "operator", OPEN)
        people.append({"id": user.pk, "username": f"op{n}", "cookie": session_cookie(user, "localhost")})
    return {"municipalities": places, "operators": people}


if __name__ == "__main__":
    print(json.dumps(lay_out(int(sys.argv[1]), int(sys.argv[2]))))
