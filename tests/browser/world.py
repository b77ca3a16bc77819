"""What stands ready in Storköping before a browser test, and alarms to send into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from alarms.callouts.models import Callout
from alarms.workqueue import services
from alarms.workqueue.models import WorkItem
from alarms.workqueue.opening import NewCase, open_cases
from central.accounts.models import Shift
from central.events.services import unit_of_work
from central.functions import NAMES, OPEN
from central.kinds import KINDS
from central.municipalities.context import in_municipality
from central.municipalities.models import Municipality
from tenants.instructions.rules import as_steps
from tenants.instructions.services import publish
from tenants.oncall.models import Contact, Duty
from tenants.safepoints.models import Activation, SafePoint, StaffContact
from tests.conftest import make_user
from tests.support.rosters import always

STEPS: list[dict[str, Any]] = [
    {"type": "check", "text": "Kontrollera larmpunkten i listan"},
    {"type": "call_out", "text": "Fastighetsjour", "duty": "fastighet", "answer_within": 300},
    {"type": "ask", "text": "Bor någon i huset?", "choices": ["Ja", "Nej"]},
    {"type": "safe_point", "text": "Öppna trygghetspunkt om det blir kallt", "required": False},
    {"type": "inform", "text": "Meddela kommunens tjänsteperson i beredskap", "required": False},
    {"type": "follow_up", "text": "Följ upp 06:00", "required": False},
]


@dataclass(frozen=True)
class World:
    """Two municipalities, and ``alarm()`` which opens a case through the queue's own service."""

    storkoping: Any
    lillby: Any
    olga: Any
    sven: Any

    def sweep(self) -> None:
        """Close everything two hours ago, stand the points down and end the shifts, without a word in the log."""
        now = datetime.now(UTC)
        Callout.objects.all().update(state="no_answer")
        WorkItem.objects.all().update(
            state="closed", closed_at=now - timedelta(hours=2), offered_to=None, offered_by=None, attention=[]
        )
        Shift.objects.filter(ended_at=None).update(ended_at=now)
        with in_municipality(self.storkoping.ref()):
            Activation.objects.filter(ended_at=None).update(ended_at=now)
            SafePoint.objects.all().update(state="closed", opened_at=None, case_id=None)

    def alarm(
        self,
        kind: str = "technical",
        *,
        area: str = "Härslöv",
        site: str = "",
        municipality: Any = None,
        priority: int | None = None,
        age: float = 0,
        **more: Any,
    ) -> UUID:
        """One alarm that came ``age`` seconds ago; returns the case's id."""
        return self.alarms(
            [{"kind": kind, "area": area, "site": site, "priority": priority, "age": age, **more}],
            municipality,
        )[0]

    def claim(self, operator: Any, *items: UUID) -> None:
        """That operator takes these cases, now."""
        for item in items:
            services.claim(item_id=item, operator=operator, now=datetime.now(UTC))

    def alarms(self, wanted: list[dict[str, Any]], municipality: Any = None) -> list[UUID]:
        """Many at once, in one transaction, as reception does it."""
        now = datetime.now(UTC)
        new = []
        for one in wanted:
            more = {
                key: value
                for key, value in one.items()
                if key not in ("kind", "priority", "age", "municipality")
            }
            kind = KINDS[one.get("kind", "technical")]
            owner = one.get("municipality") or municipality or self.storkoping
            new.append(
                NewCase(
                    municipality_id=owner.pk,
                    kind=kind.code,
                    function=kind.function,
                    priority=one.get("priority") or kind.priority,
                    received_at=now - timedelta(seconds=one.get("age") or 0),
                    **more,
                )
            )
        with unit_of_work():
            return open_cases(new)


def lay_out(*, now: datetime) -> World:
    """People, an instruction for technical alarms, a duty with two contacts, three safe points."""
    centre, storkoping, lillby = (
        Municipality.objects.get(slug=slug) for slug in ("centralen", "storkoping", "lillby")
    )
    olga = make_user("olga", "Olga Operatör", "OO", centre, "operator", OPEN)
    sven = make_user("sven", "Sven Skiftledare", "SS", centre, "shift_leader", NAMES)
    with in_municipality(storkoping.ref()):
        publish(
            kind="technical", title="Driftlarm värme", steps=as_steps(STEPS), approved_by_name="Maja Handläggare",
            now=now,
        )  # fmt: skip
        duty = Duty.objects.create(code="fastighet", name="Fastighetsjour", function="property")
        for rank, (name, phone) in enumerate((("Nils Ek", "+46701740611"), ("Sara Dahl", "+46701740612")), 1):
            contact = Contact.objects.create(name=name, phone=phone)
            always(duty, contact, rank=rank, turns_at=time(6))
        Duty.objects.create(code="hemtjanst", name="Hemtjänst natt", function="home_care")
        for name, address in (
            ("Härslövs skola", "Skolvägen 3, Härslöv"),
            ("Biblioteket", "Storgatan 1"),
            ("Sporthallen", "Idrottsvägen 9"),
        ):
            point = SafePoint.objects.create(
                name=name, address=address, offers=["warmth", "power", "information"], capacity=80,
                public_text=f"{name} öppnar. Här finns värme, laddning och information.",
            )  # fmt: skip
            for n in range(3):
                StaffContact.objects.create(point=point, name=f"Vakt {n + 1}", phone=f"+4670174063{n}")
    return World(storkoping, lillby, olga, sven)
