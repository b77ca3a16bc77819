"""Read instructions of the current municipality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from central import kinds
from tenants.casefiles.models import StepRecord
from tenants.instructions import conditions
from tenants.instructions.conditions import Holds
from tenants.instructions.models import OPEN, ActionInstruction, InstructionStep, Series, State
from tenants.oncall import windows
from tenants.sites.models import Site


def valid(at: datetime) -> QuerySet[ActionInstruction]:
    """The versions that count then, whatever the hour of the day."""
    return ActionInstruction.objects.filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=at), state=State.APPROVED, valid_from__lte=at
    ).select_related("series")


def current(
    kind: str, *, at: datetime | None = None, site_id: UUID | None = None
) -> ActionInstruction | None:
    """The version for a case of this kind, at a site, at a moment (now); None when the municipality has none.

    What is written for the site goes before what is for all, and what has hours of its own before what always counts;
    between two of the same sort, the first by name.
    """
    moment = timezone.now() if at is None else at
    return next(iter(fitting(kind, at=moment, site_id=site_id)), None)


def fitting(kind: str, *, at: datetime, site_id: UUID | None) -> list[ActionInstruction]:
    """All that count for such a case, the one to be used first."""
    rows = valid(at).filter(Q(series__site_id=site_id) | Q(series__site_id__isnull=True), kind=kind)
    return sorted((row for row in rows if conditions.covers(windows.read(row.hours), at)), key=order_of)


def overlapping(row: ActionInstruction, at: datetime) -> list[ActionInstruction]:
    """Others of the same kind and site that have hours of their own, some of them the same as this one's.

    Found by looking at every quarter of the coming fortnight. The first by name is then the one that is used.
    """
    own = windows.read(row.hours)
    if not own:
        return []
    others = (
        valid(at).filter(kind=row.kind, series__site_id=row.series.site_id).exclude(series_id=row.series_id)
    )
    quarters = [at + nth * timedelta(minutes=15) for nth in range(14 * 96)]
    mine = [one for one in quarters if conditions.covers(own, one)]
    return [
        other
        for other in others
        if other.hours and any(conditions.covers(windows.read(other.hours), one) for one in mine)
    ]


def order_of(row: ActionInstruction) -> tuple[bool, bool, str, int]:
    """Which of several that fit a case goes first."""
    return row.series.site_id is None, not row.hours, row.series.name, row.series_id


def steps(instruction_id: UUID) -> list[InstructionStep]:
    """The steps of one version, in order."""
    return list(InstructionStep.objects.filter(instruction_id=instruction_id).order_by("position"))


def applying(
    some: list[InstructionStep], records: Mapping[int, StepRecord], at: datetime
) -> list[tuple[InstructionStep, Holds]]:
    """Every step, and whether it applies then with what has been answered: see `conditions.evaluate`."""
    settled = {step.code: records[step.position].outcome for step in some if step.position in records}
    return conditions.evaluate(some, settled, at)


def draft(series: Series) -> ActionInstruction | None:
    """What is being written or reviewed in a series."""
    return None if series.pk is None else series.versions.filter(state__in=OPEN).first()


def versions(series: Series) -> list[ActionInstruction]:
    """Every approved version, the newest first."""
    if series.pk is None:
        return []
    return list(series.versions.filter(state=State.APPROVED).order_by("-version"))


def newest(series: Series) -> ActionInstruction | None:
    """The version approved last, valid or coming."""
    return next(iter(versions(series)), None)


def shown(series: Series, at: datetime) -> ActionInstruction | None:
    """The version of a series that counts then."""
    return None if series.pk is None else valid(at).filter(series=series).first()


def version_before(instruction: ActionInstruction) -> ActionInstruction | None:
    """The version an instruction replaced (or, for a draft, would replace)."""
    rows = ActionInstruction.objects.filter(series_id=instruction.series_id, state=State.APPROVED)
    if instruction.version is not None:
        rows = rows.filter(version__lt=instruction.version)
    return rows.order_by("-version").first()


def calling_out(duty: str) -> list[ActionInstruction]:
    """The valid and coming versions with a step that reaches a duty (its code)."""
    reaches = InstructionStep.objects.filter(Q(duty=duty) | Q(late_duty=duty)).values("instruction_id")
    rows = ActionInstruction.objects.filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=timezone.now()),
        state=State.APPROVED,
        pk__in=reaches,
    )
    return list(rows.order_by("title"))


@dataclass(frozen=True, slots=True)
class Line:
    """One series in the register. ``where`` and ``hours`` in words, "" for anywhere and always."""

    kind: str
    key: str
    name: str
    where: str
    hours: str
    valid: ActionInstruction | None
    coming: ActionInstruction | None
    draft: ActionInstruction | None

    @property
    def has_draft(self) -> bool:
        return self.draft is not None

    @property
    def general(self) -> bool:
        """Whether it is the kind's own, for the whole municipality at any time."""
        return self.key == self.kind


def register(at: datetime | None = None) -> list[Line]:
    """Every kind with its series in the order of the kinds, the general one first.

    The centre's own findings, which are no municipality's to instruct about, are left out unless somebody has.
    """
    now = timezone.now() if at is None else at
    rows = list(ActionInstruction.objects.exclude(state=State.APPROVED, superseded_at__lte=now))
    sites = names_of_sites()
    found: dict[str, list[Line]] = {}
    for series in Series.objects.all():
        own = [row for row in rows if row.series_id == series.pk]
        line = _line(series, own, sites, now)
        if line.valid or line.coming or line.draft or line.general:
            found.setdefault(series.kind, []).append(line)
    lines: list[Line] = []
    for kind in kinds.KINDS.values():
        own_lines = sorted(found.get(kind.code, ()), key=lambda one: (not one.general, one.where, one.name))
        if not any(line.general for line in own_lines) and kind.code in kinds.SENDABLE:
            own_lines.insert(0, _line(Series(kind=kind.code), [], sites, now))
        lines += own_lines
    return lines


def names_of_sites() -> dict[UUID, str]:
    """Every site that a series is for, by name; those that are gone are left out."""
    ids = Series.objects.filter(site_id__isnull=False).values("site_id")
    return dict(Site.objects.filter(pk__in=ids).values_list("pk", "name"))


def where(series: Series, sites: Mapping[UUID, str]) -> str:
    """The site's name; "" for the whole municipality."""
    return "" if series.site_id is None else sites.get(series.site_id, "Objektet är borttaget")


def _line(series: Series, rows: list[ActionInstruction], sites: Mapping[UUID, str], now: datetime) -> Line:
    valid_now = next((row for row in rows if row.valid_at(now)), None)
    coming = next((row for row in rows if row.standing(now) == "coming"), None)
    written = next((row for row in rows if row.state in OPEN), None)
    of = valid_now or coming or written
    name = kinds.KINDS[series.kind].name
    return Line(
        kind=series.kind,
        key=series.key,
        name=f"{name}, {series.name}" if series.name else name,
        where=where(series, sites),
        hours=windows.words(windows.read(of.hours)) if of and of.hours else "",
        valid=valid_now,
        coming=coming,
        draft=written,
    )
