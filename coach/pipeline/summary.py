"""What the athlete can copy for another assistant: their running in figures, as far as their sources permit.

It leaves for an outside model, so every figure is a fact with the sources that it rests on. One whose sources
forbid that is withheld, and this is said. No name, no place, no name of an activity, a race or a club.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete, ThresholdKind
from coach.domain.fact import Fact, Subject
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.totals import Span, week_of
from coach.domain.plan.exchange import write_plan
from coach.domain.plan.model import Plan, Race
from coach.domain.source import Source, limited
from coach.errors import NotEnoughData
from coach.pipeline.situation import local_day, situation_of, sources_of
from coach.store import (
    activities,
    athletes,
    completeness,
    metrics,
    permissions,
    planning_profiles,
    plans,
    races,
    recordings,
    rests_on,
    values,
)
from coach.store.activities import Row
from coach.store.session import Session

WEEKS, TREND_WEEKS, PLAN_DAYS, BAND_YEARS = 6, 12, 14, 10
THRESHOLD_UNITS = {
    ThresholdKind.hr_max_bpm: "bpm",
    ThresholdKind.hr_rest_bpm: "bpm",
    ThresholdKind.lthr_bpm: "bpm",
    ThresholdKind.threshold_speed_mps: "mps",
    ThresholdKind.threshold_power_w: "W",
}
WEEK_PARTS = ("runs", "distance_m", "longest_m", "training_load")
_FORM = ("ctl", "atl", "tsb")


@dataclass(frozen=True)
class Summary:
    """Figures by key, each a fact or None where it is withheld; and what the athlete said of their aims.

    `weeks` are the first days of the last whole weeks, oldest first: their facts are `week.<day>.<part>`.
    `plan` is the plan that runs, None where there is none or it is withheld. `withheld_for`: the sources that
    forbid something that there is.
    """

    day: date
    athlete: Athlete
    facts: dict[str, Fact | None]
    weeks: tuple[date, ...]
    races: tuple[Race, ...]
    goal: str | None
    plan: Plan | None
    is_plan_withheld: bool
    withheld_for: frozenset[Source]

    def value(self, key: str) -> float | int | str | None:
        """Return a figure; None when it is unknown or withheld."""
        fact = self.facts.get(key)
        return None if fact is None else fact.value

    def is_withheld(self, key: str) -> bool:
        return key in self.facts and self.facts[key] is None


class _Told:
    """Collects facts, those that may not leave as None."""

    def __init__(self, s: Session, athlete: Athlete) -> None:
        self._permitted = permissions.read(s)
        # What nobody can trace counts as resting on everything that may not leave.
        self.there = recordings.used(s, athlete.id, limited(self._permitted))
        self.facts: dict[str, Fact | None] = {}
        self.withheld_for: set[Source] = set()

    def may_leave(self, sources: Collection[Source]) -> bool:
        forbidding = {s for s in sources if not self._permitted[s].to_model}
        self.withheld_for |= forbidding
        return not forbidding

    def add(
        self, key: str, value: float | int | str | None, unit: str, day: date, sources: Iterable[Source]
    ) -> None:
        """Add a figure. Without any source it rests on everything that there is."""
        of = frozenset(sources) or self.there or frozenset({Source.journal})
        fact = Fact(
            key=key,
            metric=key.rpartition(".")[2],
            value=value,
            unit=unit,
            label=key,
            subject=Subject(kind="day", start=day, end=day),
            sources=of,
        )
        self.facts[key] = fact if self.may_leave(fact.sources) else None


def summary_of(s: Session, athlete: Athlete, now: datetime) -> Summary:
    """Return the athlete's summary for another assistant."""
    today = local_day(athlete, now)
    told = _Told(s, athlete)
    rows = activities.find(s, athlete.id, end=today, limit=None, newest_first=False)
    bases = rests_on.of_thresholds(s, athlete.id)
    _profile(told, s, athlete, today, bases)
    weeks = _whole_weeks(today, athlete.week_start)
    known_from = completeness.incomplete_before(s)
    _weeks(told, s, athlete, weeks, rows, bases, known_from)
    _trend(told, weeks, rows, today, known_from)
    _form(told, s, athlete, today, rows, bases)
    _lifetime(told, rows, today, known_from)
    goal = planning_profiles.goal(s)
    plan, is_withheld = _plan(told, s, athlete, today)
    return Summary(
        day=today,
        athlete=athlete,
        facts=told.facts,
        weeks=tuple(week.first for week in weeks[-WEEKS:]),
        races=tuple(replace(race, name="") for race in races.find(s, start=today)),
        goal=None if goal is None else goal.kind.value,
        plan=plan,
        is_plan_withheld=is_withheld,
        withheld_for=frozenset(told.withheld_for),
    )


def data_of(summary: Summary) -> dict[str, Any]:
    """Return the summary as JSON values: figures in SI units, `"withheld"` where one may not leave."""
    figures = {key: "withheld" if fact is None else fact.value for key, fact in summary.facts.items()}
    athlete = summary.athlete
    return {
        "day": summary.day.isoformat(),
        "age": age_band(athlete, summary.day),
        "sex": None if athlete.sex is None else athlete.sex.value,
        "units": athlete.units,
        "figures": figures,
        "goal": summary.goal,
        "races": [
            {
                "day": race.day.isoformat(),
                "distance_m": race.distance_m,
                "priority": race.priority.value,
                "target_time_s": race.target_time_s,
            }
            for race in summary.races
        ],
        "plan": "withheld" if summary.is_plan_withheld else written(summary),
    }


def written(summary: Summary) -> dict[str, Any] | None:
    """Return what is still to come of the plan, in the schema of plans."""
    return None if summary.plan is None else write_plan(summary.plan, summary.day)


def age_band(athlete: Athlete, today: date) -> str | None:
    """Return the decade of somebody's age, as "30-39"; None when the year of birth is unknown."""
    if athlete.birth_year is None:
        return None
    low = (today.year - athlete.birth_year) // BAND_YEARS * BAND_YEARS
    return f"{low}-{low + BAND_YEARS - 1}"


def _whole_weeks(today: date, week_start: int) -> list[Span]:
    """Return the last whole weeks, oldest first."""
    this = week_of(today, week_start)
    return [
        Span(this.first - timedelta(weeks=n), this.last - timedelta(weeks=n))
        for n in range(TREND_WEEKS, 0, -1)
    ]


def _profile(told: _Told, s: Session, athlete: Athlete, today: date, bases: Sequence[rests_on.Basis]) -> None:
    held = athletes.get(s, athlete.id, today).thresholds
    for kind, unit in THRESHOLD_UNITS.items():
        value = held.value(kind.value)
        if value is not None:
            sources = rests_on.through_thresholds(bases, {kind.value}, today, today)
            told.add(f"threshold.{kind.value}", round(value, 3), unit, today, sources)
    try:
        vdot = situation_of(s, athlete, today).vdot
    except NotEnoughData:
        vdot = None
    if vdot is not None:
        told.add("vdot", round(vdot, 1), "AU", today, sources_of(s, athlete, today) | told.there)


def _weeks(
    told: _Told,
    s: Session,
    athlete: Athlete,
    weeks: Sequence[Span],
    rows: Sequence[Row],
    bases: Sequence[rests_on.Basis],
    known_from: date | None,
) -> None:
    kinds = rests_on.threshold_kinds("training_load")
    try:
        load = metrics.daily_sums(s, athlete.id, "training_load", weeks[0].first, weeks[-1].last)
    except NotEnoughData:
        load = None
    for week in weeks[-WEEKS:]:
        own = [row for row in rows if row.local_date in week]
        runs = [row for row in own if row.sport is Sport.run]
        # The number of runs is a figure of all that was recorded, a week without any too.
        sources = {source for row in own for source in row.sources} | (set() if own else told.there)
        known = known_from is None or week.first >= known_from
        far = [row.distance_m for row in runs if row.distance_m is not None]
        loads = [value for day, value in (load or {}).items() if day in week]
        found: dict[str, tuple[float | None, str]] = {
            "runs": (len(runs), "count"),
            "distance_m": (round(sum(far), 1) if far or not runs else None, "m"),
            "longest_m": (round(max(far), 1) if far else None, "m"),
            "training_load": (round(sum(loads), 1) if loads else None, "AU"),
        }
        for part, (value, unit) in found.items():
            of = set(sources)
            if part == "training_load":
                of |= rests_on.through_thresholds(bases, kinds, week.first, week.last)
            told.add(f"week.{week.first}.{part}", value if known else None, unit, week.first, of)


def _trend(
    told: _Told, weeks: Sequence[Span], rows: Sequence[Row], today: date, known_from: date | None
) -> None:
    for name, part in (("first", weeks[:WEEKS]), ("last", weeks[WEEKS:])):
        own = [r for r in rows if r.sport is Sport.run and part[0].first <= r.local_date <= part[-1].last]
        known = known_from is None or part[0].first >= known_from
        mean = sum(r.distance_m or 0.0 for r in own) / len(part)
        sources = {source for row in own for source in row.sources} | (set() if own else told.there)
        told.add(f"trend.{name}_m", round(mean, 1) if known else None, "m", today, sources)


def _form(
    told: _Told,
    s: Session,
    athlete: Athlete,
    today: date,
    rows: Sequence[Row],
    bases: Sequence[rests_on.Basis],
) -> None:
    sources = {source for row in rows for source in row.sources} | told.there
    for name in _FORM:
        kinds = rests_on.threshold_kinds(name)
        try:
            [found] = values.of_days(s, athlete.id, name, [today])
        except NotEnoughData:
            continue
        value = round(found.value, 1) if isinstance(found, Measure) and found.value is not None else None
        of = sources | rests_on.through_thresholds(bases, kinds, None, today)
        told.add(f"form.{name}", value, "AU", today, of)


def _lifetime(told: _Told, rows: Sequence[Row], today: date, known_from: date | None) -> None:
    runs = [row for row in rows if row.sport is Sport.run]
    sources = {source for row in runs for source in row.sources} | told.there
    whole = known_from is None
    told.add("lifetime.runs", len(runs) if whole else None, "count", today, sources)
    total = sum(row.distance_m or 0.0 for row in runs)
    told.add("lifetime.distance_m", round(total) if whole else None, "m", today, sources)
    first = min((row.local_date for row in rows), default=None)
    told.add("lifetime.since", first.isoformat() if first and whole else None, "date", today, sources)


def _plan(told: _Told, s: Session, athlete: Athlete, today: date) -> tuple[Plan | None, bool]:
    """Return the plan that runs, without names, and whether it is withheld.

    It rests on the athlete's figures: one from elsewhere, too, where its steps got their targets here.
    """
    revision = plans.holding(s)
    if revision is None:
        return None, False
    sources = sources_of(s, athlete, today) | told.there
    if gap := completeness.gap(s):  # it may rest on what is not kept any more
        sources |= {Source(gap.provider)} if gap.provider in Source else set()
    if not told.may_leave(sources):
        return None, True
    workouts = tuple(replace(w, name="", note="") for w in revision.plan.workouts)
    return revision.plan.with_workouts(workouts), False
