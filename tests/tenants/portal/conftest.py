"""One Storköping with something of everything, and the same in Lillby."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from central.accounts.models import Membership
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, JournalEntry, StepRecord
from tenants.decided.models import Deferred
from tenants.followup.models import Improvement
from tenants.imports.models import ImportRun
from tenants.instructions import services as instructions
from tenants.instructions.rules import Step
from tenants.oncall.models import Contact, Duty, Replacement
from tenants.residents.models import Resident
from tenants.safepoints.models import SafePoint, StaffContact
from tenants.sites.models import Site
from tests.support.rosters import always

NOW = datetime(2026, 3, 1, 1, 13, 20, tzinfo=UTC)
HOST = "storkoping.localhost"
SECRET_STORY = "Fru Hemlighetsson ringde"


@dataclass(frozen=True)
class Things:
    """Ids of what stands in one municipality."""

    case: UUID
    social: UUID
    point: UUID
    staff: int
    contact: int
    duty: int
    layer: int
    swap: int
    membership: int
    instruction: UUID
    site: UUID
    resident: UUID
    run: UUID
    deferred: UUID
    improvement: UUID


def furnish(municipality: Any, member: Any) -> Things:
    with in_municipality(municipality):
        made = instructions.publish(
            kind="technical",
            title="Driftlarm",
            steps=[
                Step("check", "Kontrollera larmpunkten"),
                Step("ask", "Bor någon där?", choices=("Ja", "Nej")),
            ],
            approved_by_name="Eva Lans",
            now=NOW,
        )
        case = CaseFile.objects.create(
            reference=f"26-{municipality.pk:06d}",
            kind="technical",
            function="property",
            priority=2,
            state="held",
            headline="Driftlarm · Norrby",
            handler_name="Olga Operatör",
            received_at=NOW,
            place="Skolvägen 1",
            call_back="+46701740621",
            story=SECRET_STORY,
            instruction_id=made.pk,
        )
        JournalEntry.objects.create(
            case=case, at=NOW, verb="claimed", by_name="Olga Operatör", by_initials="OO"
        )
        StepRecord.objects.create(case=case, position=1, state="done", by_initials="OO", at=NOW)
        social = CaseFile.objects.create(
            reference=f"26-9{municipality.pk:05d}",
            kind="social",
            function="social_jour",
            priority=2,
            received_at=NOW,
            headline="Social jour · Norrby",
        )
        point = SafePoint.objects.create(name="Norra skolan", address="Skolvägen 1")
        staff = StaffContact.objects.create(point=point, name="Nils Ek", phone="+46701740605")
        duty = Duty.objects.create(code="property", name="Fastighetsjour", function="property")
        contact = Contact.objects.create(name="Sara Dahl", phone="+46701740606")
        layer = always(duty, contact)
        swap = Replacement.objects.create(
            duty=duty, starts_at=NOW, ends_at=NOW + timedelta(days=1), contact=contact,
            asked_by_name="Eva Lans", asked_at=NOW,
        )  # fmt: skip
        site = Site.objects.create(name="Norrskolan", created_at=NOW, changed_at=NOW)
        resident = Resident.objects.create(
            number="1", name="Greta Grannsson", address="Ågatan 1", created_at=NOW, changed_at=NOW
        )
        admin = Membership.objects.filter(municipality_id=municipality.pk, role="municipality_admin").first()
        run = ImportRun.objects.create(
            register="sites", by_id=admin.user_id if admin else 0, state="done", total=0, created_at=NOW,
            expires_at=NOW,
        )  # fmt: skip
        deferred = Deferred.objects.create(
            id=uuid4(), case_id=case.pk, reference=case.reference, function="property", headline=case.headline,
            reason="Källaren är torr", starts_at=NOW + timedelta(hours=5), receipt_due_at=NOW + timedelta(hours=7),
        )  # fmt: skip
        improvement = Improvement.objects.create(
            title="Ventilen märks upp", done_when="Skylten sitter", function="property", case=case, instruction=made,
            owner_id=member.pk, owner_name=member.name, due_on=NOW.date(), created_at=NOW, created_by_name="Maja",
            changed_at=NOW,
        )  # fmt: skip
    membership = Membership.objects.get(user=member, municipality_id=municipality.pk)
    return Things(
        case.pk, social.pk, point.pk, staff.pk, contact.pk, duty.pk, layer.pk, swap.pk, membership.pk,
        made.pk, site.pk, resident.pk, run.pk, deferred.pk, improvement.pk,
    )  # fmt: skip


@pytest.fixture
def here(storkoping: Any, maja: Any, arvid: Any) -> Things:
    return furnish(storkoping, maja)


@pytest.fixture
def there(lillby: Any, lisa: Any) -> Things:
    return furnish(lillby, lisa)


@pytest.fixture
def as_maja(maja: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(maja, HOST)


@pytest.fixture
def as_arvid(arvid: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(arvid, HOST)
