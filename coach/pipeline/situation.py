"""What plans need to know of an athlete on a day, read from what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import numpy as np

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete, holding
from coach.domain.metrics.current_vdot import READS_OF_VDOT, WINDOW_DAYS, Vdot, vdot_on
from coach.domain.metrics.history import History, Past
from coach.domain.metrics.readiness import readiness_series
from coach.domain.metrics.verification import Level
from coach.domain.plan.model import Constraints, Done, Health, Situation
from coach.domain.source import Source
from coach.store import activities, athletes, plan_holds, planning_profiles, races, rests_on, values
from coach.store.activities import Row
from coach.store.history import history_of
from coach.store.session import Session

DONE_DAYS = 90
EASY_DAYS = 60
READINESS_DAYS = 7
# Of runs whose time lay this much below the first threshold one says that they were easy (Seiler 2010).
EASY_SHARE = 0.8
_READS = (*READS_OF_VDOT, "intensity_distribution", "training_load")
# Fitness that nobody has seen in a race or in two efforts that agree.
_ESTIMATED = frozenset({Level.heart_rate})
_EXPERIENCE: Mapping[str, Any] = {
    "not_yet": "new",
    "some": "some",
    "regular": "regular",
    "often": "regular",
}


def local_day(athlete: Athlete, now: datetime) -> date:
    """Return the date it is for the athlete."""
    return now.astimezone(athlete.zone).date()


def situation_of(s: Session, athlete: Athlete, today: date) -> Situation:
    """Return the athlete's situation on a day.

    Raises NotEnoughData while the metrics of recent activities are being computed: a plan that is built from
    half of them would be wrong.
    """
    history = _history(s, athlete, today)
    first = today - timedelta(days=DONE_DAYS)
    rows = activities.find(s, athlete.id, start=first, end=today, limit=None, newest_first=False)
    held = holding(athletes.thresholds(s), today)
    onboarding = athletes.get_onboarding(s, athlete.id).get("answers", {})
    known = _known_of(history, today)
    return Situation(
        today=today,
        constraints=_constraints(s, onboarding),
        health=health_of(s, athlete),
        age=None if athlete.birth_year is None else max(0, today.year - athlete.birth_year - 1),
        sex=None if athlete.sex is None else athlete.sex.value,
        week_start=athlete.week_start,
        done=_done(rows, history),
        hr_max_bpm=held.value("hr_max_bpm"),
        hr_rest_bpm=held.value("hr_rest_bpm"),
        lthr_bpm=held.value("lthr_bpm"),
        threshold_power_w=held.value("threshold_power_w"),
        races=races.find(s, start=today),
        **vars(known),
    )


def health_of(s: Session, athlete: Athlete) -> Health:
    """Return what decides whether the athlete may train: what they said, and whether a red flag stands.

    A condition named in the first conversation asks for a doctor's word until the athlete says they have it.
    """
    said = planning_profiles.health(s)
    if athletes.get_onboarding(s, athlete.id).get("clearance") and not said.needs_clearance:
        said = replace(said, needs_clearance=("onboarding",))
    return replace(said, hold=bool(plan_holds.standing(s)))


def sources_of(s: Session, athlete: Athlete, today: date) -> frozenset[Source]:
    """Return which sources a situation rests on: what a plan that is built from it inherits.

    The athlete's own words (constraints, health, races) stand beside; they restrict nothing.
    """
    first = today - timedelta(days=WINDOW_DAYS)
    rows = activities.find(s, athlete.id, start=first, end=today, limit=None)
    found = {source for row in rows for source in row.sources}
    bases = rests_on.of_thresholds(s, athlete.id)
    found |= rests_on.through_thresholds(bases, rests_on.KINDS, first, today)
    return frozenset(found)


@dataclass(frozen=True)
class _Known:
    """What the metrics say of a day, by the names of `Situation`."""

    vdot: float | None = None
    vdot_low: float | None = None
    vdot_high: float | None = None
    vdot_estimated: bool = False
    ctl: float | None = None
    atl: float | None = None
    load_per_hour: float | None = None
    readiness: tuple[tuple[date, float], ...] = ()


def _history(s: Session, athlete: Athlete, today: date) -> History | None:
    needs = values.needs_of("readiness")
    return history_of(
        s,
        athlete.id,
        today,
        load=True,
        measures=_READS,
        daily_names=needs.daily_names,
        entry_kinds=needs.entry_kinds,
        since=today - timedelta(days=WINDOW_DAYS),
    )


def _known_of(history: History | None, today: date) -> _Known:
    if history is None:
        return _Known()
    found = _Known(
        load_per_hour=_load_per_hour(history, today),
        readiness=_readiness(history, today),
    )
    fitness = vdot_on(history, today) if history.activities else None
    if isinstance(fitness, Vdot):
        found = replace(
            found,
            vdot=fitness.value,
            vdot_low=fitness.low,
            vdot_high=fitness.high,
            vdot_estimated=fitness.provisional or fitness.level in _ESTIMATED,
        )
    series = history.load
    at = None if series is None else series.index(today - timedelta(days=1))
    if series is not None and at is not None:
        # Of the evening before: what today's training will be added to.
        found = replace(found, ctl=float(series.ctl[at]), atl=float(series.atl[at]))
    return found


def _readiness(history: History, today: date) -> tuple[tuple[date, float], ...]:
    first = max(history.first_day, today - timedelta(days=READINESS_DAYS - 1))
    if first > today:
        return ()
    series = readiness_series(history, first, today)
    days = (first + timedelta(days=n) for n in range(series.score.size))
    return tuple(
        (day, float(score)) for day, score in zip(days, series.score, strict=True) if not np.isnan(score)
    )


def _load_per_hour(history: History, today: date) -> float | None:
    """Return the median training load of an hour of the athlete's easy runs, None without any."""
    found = []
    for run in history.between(today - timedelta(days=EASY_DAYS), today, Sport.run):
        load, moving_s, spread = run.value("training_load"), run.value("moving_s"), _spread(run)
        if run.race or not load or not moving_s or spread is None:
            continue
        if spread[0] >= EASY_SHARE * sum(spread):
            found.append(3600 * load / moving_s)
    return median(found) if found else None


def _spread(activity: Past) -> tuple[float, ...] | None:
    """Return the seconds below, between and above the two thresholds, or None."""
    spread = activity.measure("intensity_distribution")
    if spread is None:
        return None
    seconds = tuple(float(row["time_s"]) for row in spread.detail["rows"])
    return seconds if sum(seconds) > 0 else None


def _done(rows: Sequence[Row], history: History | None) -> tuple[Done, ...]:
    past = {p.activity_id: p for p in (history.activities if history is not None else ())}
    return tuple(
        Done(
            activity_id=row.id,
            day=row.local_date,
            sport=row.sport,
            duration_s=row.moving_s or row.timer_s or row.elapsed_s,
            distance_m=row.distance_m,
            hard_s=_hard_s(past.get(row.id)),
            race=row.race,
            rpe=row.rpe,
        )
        for row in rows
    )


def _hard_s(activity: Past | None) -> float | None:
    spread = None if activity is None else _spread(activity)
    return None if spread is None else spread[-1]


def _constraints(s: Session, onboarding: Mapping[str, Any]) -> Constraints:
    """Return what the athlete's life allows; until they said it for plans, what they said at first."""
    said = planning_profiles.constraints(s)
    days = onboarding.get("days")
    if said == Constraints() and isinstance(days, Mapping):
        said = replace(said, runs_per_week=days.get("per_week"))
    elif said == Constraints() and isinstance(days, Iterable) and not isinstance(days, str):
        free = frozenset(days)
        said = replace(said, max_s=tuple(None if n in free else 0.0 for n in range(7)))
    if said.experience is None:
        said = replace(said, experience=_EXPERIENCE.get(str(onboarding.get("running"))))
    return said
