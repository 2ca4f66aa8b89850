"""Whether a target time is within reach by race day, and why. Uncertainty of today's fitness goes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from coach.domain.metrics.heat import COMFORTABLE_C, heat_slowdown_of
from coach.domain.metrics.performance import race_time_of, vdot_of
from coach.domain.metrics.predict import vickers_vertosick
from coach.domain.plan.course import course_factor
from coach.domain.plan.model import Goal, Race, Situation
from coach.domain.plan.rules.limits import beginner

type Verdict = Literal["comfortable", "realistic", "ambitious", "unlikely"]

# Weeks of training per point of VDOT, fast and slow (convention; Daniels: a point in 4–6 weeks).
WEEKS_PER_POINT: dict[bool, tuple[float, float]] = {True: (4.0, 6.0), False: (6.0, 8.0)}
GAIN_WEEKS = 26.0  # nobody gains evenly for longer than half a year
TAPER_WEEKS, TAPER_FROM_M = 2.0, 10_000.0  # the last weeks rest
TOO_FAST_PER_MONTH = 1.5
WEEKS_PER_MONTH = 365.25 / 12 / 7
NOVICE_WEEKLY_M = 30_000.0
MARATHON_M, NEAR_M, HALF_M = 42_195.0, 500.0, 21_097.5
ENOUGH_WEEKLY_M = 64_000.0  # 40 miles: from about there on VDOT and Vickers agree on the marathon
MINUTES = (3.5, 600.0)  # VDOT is made for four hours; beyond ten it says nothing


@dataclass(frozen=True)
class Feasibility:
    """How far a target is from what the athlete can run now, in VDOT, and what the weeks until then may add.

    `reasons` are text keys (`plan.<reason>`), their placeholders `params`; first comes the verdict's own.
    """

    verdict: Verdict
    vdot_needed: float
    vdot_now: float
    vdot_reachable_low: float
    vdot_reachable_high: float
    weeks: float
    reasons: tuple[str, ...]

    @property
    def params(self) -> Mapping[str, float]:
        """What the sentences of the reasons fill in."""
        return {
            "vdot_needed": self.vdot_needed,
            "vdot_now": self.vdot_now,
            "vdot_low": self.vdot_reachable_low,
            "vdot_high": self.vdot_reachable_high,
            "weeks": round(self.weeks),
        }


def feasibility(goal: Goal, situation: Situation) -> Feasibility | None:
    """Return how likely the goal race's target time is; None without a target, or without a known VDOT.

    Comfortable: the lower end of today's fitness is enough. Realistic: a usual gain from the middle of it is.
    Ambitious: it takes the upper end of both. Unlikely: more, or more than 1.5 points a month.
    """
    race = goal.race
    if race is None or race.target_time_s is None or situation.vdot is None:
        return None
    flat_s = _flat_time_s(race)
    if not MINUTES[0] <= flat_s / 60 <= MINUTES[1]:
        return None
    now, low, high = situation.vdot, situation.vdot_low, situation.vdot_high
    low, high = min(low or now, now), max(high or now, now)
    needed, missing = vdot_of(race.distance_m, flat_s), marathon_gap(race, situation, now)
    needed += missing
    start = max(goal.start or situation.today, situation.today)
    weeks = max((race.day - start).days / 7, 0.0)
    train = min(max(weeks - (TAPER_WEEKS if race.distance_m >= TAPER_FROM_M else 1.0), 0.0), GAIN_WEEKS)
    fast, slow = WEEKS_PER_POINT[_novice(situation)]
    reachable = now + train / slow
    best = high + train / fast
    too_fast = weeks > 0 and (needed - now) / (weeks / WEEKS_PER_MONTH) > TOO_FAST_PER_MONTH
    verdict: Verdict
    if needed <= low:
        verdict = "comfortable"
    elif needed <= reachable:
        verdict = "realistic"
    elif needed <= best and not too_fast:
        verdict = "ambitious"
    else:
        verdict = "unlikely"
    reasons = [f"feasible_{verdict}", "feasible_needs", "feasible_gain"]
    if needed > now and too_fast:
        reasons.append("feasible_too_fast")
    if situation.vdot_estimated or high - low > 0.12 * now:
        reasons.append("feasible_uncertain")
    if missing >= 0.5:
        reasons.append("feasible_mileage")
    if course_factor(race.course, race.distance_m) > 1.005:
        reasons.append("feasible_course")
    if (race.course.temperature_c or 0.0) > COMFORTABLE_C:
        reasons.append("feasible_warm")
    return Feasibility(
        verdict,
        round(needed, 1),
        round(now, 1),
        round(low + train / slow, 1),
        round(best, 1),
        round(weeks, 1),
        tuple(reasons),
    )


def _novice(situation: Situation) -> bool:
    """Tell whether somebody still gains fast: new, or little running and no long experience."""
    said = situation.constraints.experience
    return beginner(situation) or said == "some" or (said is None and situation.weekly_m < NOVICE_WEEKLY_M)


def _flat_time_s(race: Race) -> float:
    """Return what the target would be on a flat course on a cool day, in s."""
    assert race.target_time_s is not None
    warmth = heat_slowdown_of(race.course.temperature_c or 0.0) * race.distance_m / 1000
    return max(race.target_time_s - warmth, 1.0) / course_factor(race.course, race.distance_m)


def marathon_gap(race: Race, situation: Situation, vdot: float) -> float:
    """Return by how many points VDOT is too hopeful for a marathon on the athlete's mileage.

    VDOT supposes training for the distance; Vickers and Vertosick 2016 found by how much little of it slows.
    The plan will add mileage, so half of what is missing to 64 km counts as run.
    """
    if abs(race.distance_m - MARATHON_M) > NEAR_M or not situation.runs:
        return 0.0
    weekly_m = situation.weekly_m
    if weekly_m >= ENOUGH_WEEKLY_M:
        return 0.0
    km = (weekly_m + ENOUGH_WEEKLY_M) / 2 / 1000
    by_mileage = vickers_vertosick(HALF_M, race_time_of(vdot, HALF_M), km)
    return max(vdot - vdot_of(MARATHON_M, by_mileage), 0.0)
