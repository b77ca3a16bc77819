"""With no case open, the pane tells where nobody will be on duty."""

from __future__ import annotations

from typing import Any

import pytest

from central.municipalities.context import in_municipality
from operator_console.duty import gaps
from tenants.oncall.models import Contact, Duty
from tests.support.rosters import always


@pytest.fixture(autouse=True)
def fresh() -> None:
    gaps.forget()


def test_a_duty_without_anybody_is_told_and_one_with_somebody_is_not(olgas: Any, storkoping: Any) -> None:
    with in_municipality(storkoping):
        Duty.objects.create(code="va", name="VA-jour", function="technical")
        held = Duty.objects.create(code="vag", name="Vägjour", function="technical")
        always(held, Contact.objects.create(name="Nils Ek", phone="+46701740621"))
    shown = olgas.get("/console/duty/").content.decode()
    assert "Storköping: ingen i VA-jour" in shown
    assert "Vägjour" not in shown


def test_many_gaps_are_counted(olgas: Any, storkoping: Any) -> None:
    with in_municipality(storkoping):
        for nth in range(gaps.SHOWN + 3):
            Duty.objects.create(code=f"jour-{nth}", name=f"Jour {nth}", function="technical")
    assert "och 3 till" in olgas.get("/console/duty/").content.decode()
