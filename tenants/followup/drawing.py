"""The figures as bars: widths in per cent of the drawing, and the words beside them. Shared by portal and console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenants.followup.figures import GROUPS, MEASURES, Goal, Line, Statistics, duration

KEEPS = {True: "når målet", False: "under målet"}


@dataclass(frozen=True, slots=True)
class Row:
    """``share``, ``goal``, ``half`` and ``most`` are 0–100: share met, aimed at, p50 and p90 on the table's scale.

    Without a goal of its own (a group across municipalities) ``goal`` is None.
    """

    line: Line
    times: tuple[str, ...]
    share: float | None
    share_words: str
    goal: int | None
    goal_words: str
    half: float
    most: float

    @property
    def keeps(self) -> str:
        """Whether the goal is kept, in words; "" where nothing can be said."""
        return "" if self.share is None or self.goal is None else KEEPS[self.share >= self.goal]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One measure as a table with bars, all on one scale: ``sections`` are a grouping's name and its rows.

    ``longest``: the scale's end in words, "" where nothing was measured.
    """

    measure: str
    name: str
    what: str
    sections: tuple[tuple[str, tuple[Row, ...]], ...]
    longest: str


def drawn(found: Statistics, groups: Sequence[str]) -> list[Drawn]:
    """Each measure by each of the groups, in order."""
    return [_one(found, measure, groups) for measure in MEASURES]


def _one(found: Statistics, measure: str, groups: Sequence[str]) -> Drawn:
    lines = [(group, found.of(measure, group)) for group in groups]
    longest = max((one.seconds[1] or 0 for _, some in lines for one in some), default=0)
    sections = tuple(
        (GROUPS[group], tuple(_row(one, goal_of(found, one), longest) for one in some))
        for group, some in lines
        if any(one.n or one.judged for one in some)
    )
    name, what = MEASURES[measure]
    return Drawn(measure, name, what, sections, duration(longest) if longest else "")


def goal_of(found: Statistics, line: Line) -> Goal | None:
    """The one goal by which a line is judged; None where its cases have several municipalities' goals."""
    if line.group == "municipality":
        owner = int(line.key)
    elif len(found.goals) == 1:
        owner = next(iter(found.goals))
    else:
        return None
    goals = {one.function: one for one in found.goals.get(owner, ()) if one.measure == line.measure}
    return goals.get(line.key if line.group == "function" else "") or goals.get("")


def _row(line: Line, goal: Goal | None, longest: float) -> Row:
    def scaled(seconds: float | None) -> float:
        return round(100 * (seconds or 0) / longest, 1) if longest else 0.0

    return Row(
        line=line,
        times=tuple(duration(one) or "–" for one in line.seconds),
        share=line.share,
        share_words="–" if line.share is None else f"{percent(line.share)} ({line.met} av {line.judged})",
        goal=goal.share if goal else None,
        goal_words=f"{goal.share} % inom {duration(goal.seconds)}" if goal else "",
        half=scaled(line.seconds[0]),
        most=scaled(line.seconds[1]),
    )


def percent(share: float) -> str:
    """``93 %``; one decimal where it isn't whole, and never rounded up to what wasn't met."""
    return f"{int(share * 10) / 10:g} %".replace(".", ",")
