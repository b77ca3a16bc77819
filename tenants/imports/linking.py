"""The accounts of a file's rows, made into transmitters; every one that names none is a mistake of its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.tabular import Checked
from tenants import transmitters
from tenants.imports.registers import Row

ACCOUNT, SOURCE = "Konto", "Källa"


def look_up(
    checked: Checked, wanted: list[tuple[int, Row]], holders: Mapping[int, tuple[str, str]], thing: str
) -> None:
    """Give each row with accounts its ``transmitters``. ``holders``: transmitter → (number, name) of who has it now.

    ``thing`` is what holds one: "objektet", "personen".
    """
    named = {number: _accounts(row.get("account", "")) for number, row in wanted}
    known = transmitters.with_accounts({one for some in named.values() for one in some})
    taken: dict[int, tuple[int, Any]] = {}
    for number, row in wanted:
        found: list[int] = []
        for account in named[number]:
            try:
                one = transmitters.pick(known.get(account, []), account, row.get("source", ""))
            except transmitters.NotOne as error:
                checked.refuse(number, ACCOUNT, error.message, account)
                continue
            holder = holders.get(one.id)
            if holder and holder[0] != row["number"]:
                checked.refuse(
                    number,
                    ACCOUNT,
                    f"Sändaren är kopplad till {holder[1]}. Koppla loss den på den sidan först.",
                    account,
                )
            elif one.id in taken and taken[one.id][1] != row["number"]:
                checked.refuse(number, ACCOUNT, f"Sändaren står redan på rad {taken[one.id][0]}.", account)
            else:
                taken[one.id] = (number, row["number"])
                found.append(one.id)
        if found:
            row["transmitters"] = found


def _accounts(text: str) -> list[str]:
    return [one.strip() for one in text.replace("|", ",").replace("\n", ",").split(",") if one.strip()]
