"""What the figures are: measures, periods, goals and lines. Values only; the counting is done by the database.

A percentile is ``percentile_cont``: the ordered times x₁…xₙ, read at 1 + p·(n − 1), with a straight line between the two
neighbours. With n < 5 a line is marked: its percentiles say little, and it may be somebody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from central import functions, kinds

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SMALL = 5
LONGEST = timedelta(days=400)
METHOD = (
    "Percentilerna räknas med rak linje mellan närmaste värden (percentile_cont): av 20 tider ligger p90 på plats "
    "18,1 i storleksordning. Tiden räknas från det som hände, också när någon svarade först efter gränsen."
)


class Measure:
    """Codes of what is measured, in order."""

    ANSWER, ACCEPT, ARRIVE = "answer", "accept", "arrive"


MEASURES: dict[str, tuple[str, str]] = {
    Measure.ANSWER: (
        "Svar", "från att larmet kom in till att en operatör tog det. Släpps ett ärende räknas den som sedan tog det."
    ),
    Measure.ACCEPT: (
        "Accept", "från att utlarmningen började till att så många som behövdes hade tagit uppdraget."
    ),
    Measure.ARRIVE: ("Framme", "från att utlarmningen började till att den första meddelade att hen är på plats."),
}  # fmt: skip

COUNTED: dict[str, str] = {
    "real": "Skarpa",
    "false_alarm": "Falska larm",
    "duplicate": "Dubbletter",
    "test": "Prov",
    "exercise": "Övningar",
}
"""Each case is counted in exactly one of these."""

GROUPS: dict[str, str] = {
    "all": "Alla",
    "municipality": "Kommun",
    "function": "Verksamhet",
    "kind": "Slag",
    "hour": "Timme på dygnet",
}


class BadPeriod(ValueError):
    """``field`` is from or to; the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days by the clock in Stockholm, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=STOCKHOLM)

    @property
    def ends(self) -> datetime:
        """The midnight after the last day: not included."""
        after = self.last + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=STOCKHOLM)

    @property
    def words(self) -> str:
        return f"{self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"


def read_period(first: str, last: str, *, now: datetime) -> Period:
    """From the texts of a form; the last 30 days where nothing is said. Raises BadPeriod."""
    today = now.astimezone(STOCKHOLM).date()
    ends = _day("to", last) if last.strip() else today
    begins = _day("from", first) if first.strip() else ends - timedelta(days=29)
    if begins > ends:
        raise BadPeriod("from", "Första dagen är efter den sista. Byt plats på dem.")
    if ends - begins > LONGEST:
        raise BadPeriod(
            "from", f"Perioden är {(ends - begins).days + 1} dagar. Välj högst {LONGEST.days} dagar."
        )
    return Period(begins, ends)


def recent(now: datetime) -> list[tuple[str, Period]]:
    """Periods that are often asked for, each to today."""
    today = now.astimezone(STOCKHOLM).date()
    return [(f"{days} dagar", Period(today - timedelta(days=days - 1), today)) for days in (7, 30, 90, 365)]


def _day(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadPeriod(name, "Skriv dagen som 2026-11-23.") from None
    if not 2000 <= day.year <= 2200:
        raise BadPeriod(name, "Skriv ett år mellan 2000 och 2200.")
    return day


@dataclass(frozen=True, slots=True)
class Goal:
    """``share`` % within ``seconds``; ``function`` "" is for all that have none of their own."""

    measure: str
    function: str
    seconds: int
    share: int


STANDARD = (
    Goal(Measure.ANSWER, "", 60, 90),
    Goal(Measure.ACCEPT, "", 600, 90),
    Goal(Measure.ARRIVE, "", 2_700, 90),
)
"""What is aimed at until the municipality has written its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One group of one measure. ``seconds``: p50, p90, p95 and p99, None where n is 0.

    ``n`` were measured. ``judged`` have either made it or can't any more, and ``met`` of them made it within their goal:
    who waits longer than the goal is judged, though not measured.
    """

    measure: str
    group: str
    key: str
    name: str
    n: int
    seconds: tuple[float | None, float | None, float | None, float | None]
    judged: int
    met: int

    @property
    def small(self) -> bool:
        return 0 < self.n < SMALL

    @property
    def share(self) -> float | None:
        """Per cent that met their goal; None where nothing is judged."""
        return 100 * self.met / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """``counts``: cases of the period by what they are counted as; ``lines`` those of the chosen one."""

    period: Period
    counted: str
    counts: Mapping[str, int]
    lines: tuple[Line, ...]
    goals: Mapping[int, tuple[Goal, ...]] = field(default_factory=dict)
    waiting: int = 0
    exhausted: int = 0

    def of(self, measure: str, group: str) -> list[Line]:
        """The lines of one measure and grouping, in order."""
        return [one for one in self.lines if one.measure == measure and one.group == group]


def name_of(group: str, key: str, municipalities: Mapping[int, str]) -> str:
    """A group's key in words."""
    if group == "municipality":
        return municipalities.get(int(key), "Okänd kommun")
    if group == "function":
        return functions.NAMES.get(key, key)
    if group == "kind":
        return kinds.KINDS[key].name if key in kinds.KINDS else key
    if group == "hour":
        return f"{int(key):02d}–{(int(key) + 1) % 24:02d}"
    return "Alla"


def duration(seconds: float | None) -> str:
    """``45 s``, ``1 min 05 s``, ``2 tim 03 min``, ``3 dygn 04 tim``; "" for None. Less than ten seconds has a decimal."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s".replace(".", ",") if seconds < 9.95 and seconds % 1 else f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 86_400:
        return f"{whole // 3_600} tim {whole % 3_600 // 60:02d} min"
    return f"{whole // 86_400} dygn {whole % 86_400 // 3_600:02d} tim"
