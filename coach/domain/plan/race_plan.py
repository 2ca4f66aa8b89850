"""How to run a race: splits at an even effort, what to eat and drink, a warm day; and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from coach.domain.metrics.heat import COMFORTABLE_C, heat_slowdown_of
from coach.domain.metrics.performance import race_time_of
from coach.domain.plan.course import course_factor, part_ascent_m, part_factor
from coach.domain.plan.feasibility import marathon_gap
from coach.domain.plan.model import Race, Situation
from coach.domain.plan.rules.limits import HOT_C
from coach.domain.plan.targets import effort_first
from coach.errors import NotEnoughData

SPLIT_M, SHORT_SPLIT_M, SHORT_M = 5_000.0, 1_000.0, 10_050.0
# The first part a little slower: who starts fast loses more at the end than was gained (Smyth 2020).
CALM_START = 1.01
CALM_FROM_M = 15_000.0
# A target this much faster than the upper end of today's fitness is no plan to run by.
TOO_FAST = 0.99
WARM_C = 20.0  # an example where nobody knows how warm it will be

# Thomas, Erdman and Burke 2016 (ACSM, AND, DC): g of carbohydrate an hour, by how long the race lasts.
CARBS_G_PER_H = ((60 * 60.0, (0.0, 0.0)), (150 * 60.0, (30.0, 60.0)), (float("inf"), (60.0, 90.0)))
GEL_G = 25.0
FIRST_FUEL_S = 40 * 60.0
# Armstrong et al. 2007 (ACSM): WBGT. Air temperature stands in for it.
FLAGS = ((18.0, "green"), (23.0, "yellow"), (28.0, "red"))

type Flag = Literal["green", "yellow", "red", "black"]


@dataclass(frozen=True)
class Split:
    """A part of the course: whole seconds; `ascent_m` where hills are known."""

    from_m: float
    to_m: float
    duration_s: int
    total_s: int  # at its end
    ascent_m: float

    @property
    def s_per_km(self) -> float:
        return self.duration_s / (self.to_m - self.from_m) * 1000


@dataclass(frozen=True)
class Fuel:
    """Carbohydrate, in g per hour and in all, and about how often a portion of 25 g; none for short races.

    Drinking is to thirst, always: who drinks more risks hyponatraemia (Hew-Butler 2015).
    """

    low_g_per_h: float
    high_g_per_h: float
    low_g: int
    high_g: int
    first_s: float | None  # when to begin
    every_s: float | None


@dataclass(frozen=True)
class WarmDay:
    """The race on a warm day. `expected`: whether it will be so warm; otherwise 20 °C as an example."""

    temperature_c: float
    expected: bool
    slower_s_per_km: float
    target_s: int
    splits: tuple[Split, ...]
    flag: Flag


@dataclass(frozen=True)
class RacePlan:
    """`basis`: what the time is from: the athlete's target, or what today's fitness predicts.

    `notes` are text keys (`plan.<note>`), their placeholders `params`.
    """

    race: Race
    target_s: int
    basis: Literal["target", "prediction"]
    predicted_s: int | None
    splits: tuple[Split, ...]
    fuel: Fuel
    warm: WarmDay
    notes: tuple[str, ...]

    @property
    def params(self) -> Mapping[str, Any]:
        """What the sentences of the notes fill in."""
        return {
            "target_clock_s": self.target_s,
            "predicted_clock_s": self.predicted_s,
            "wished_clock_s": self.race.target_time_s,
            "low_g": self.fuel.low_g_per_h,
            "high_g": self.fuel.high_g_per_h,
            "first_s": self.fuel.first_s,
            "every_s": self.fuel.every_s,
            "temperature_c": self.warm.temperature_c,
            "warm_clock_s": self.warm.target_s,
        }


def race_plan(race: Race, situation: Situation) -> RacePlan:
    """Return how to run a race. Raises NotEnoughData without a target time and without a known VDOT.

    A target that is out of reach today gives way to what fitness predicts, and says so.
    """
    factor = course_factor(race.course, race.distance_m)
    predicted = fastest = None
    if situation.vdot is not None:
        missing = marathon_gap(race, situation, situation.vdot)  # a marathon needs kilometres, too
        predicted = round(race_time_of(situation.vdot - missing, race.distance_m) * factor)
        high = max(situation.vdot_high or situation.vdot, situation.vdot)
        fastest = race_time_of(high, race.distance_m) * factor
    target = race.target_time_s
    notes = ["race_even_effort"] if factor > 1.005 else ["race_even_pace"]
    basis: Literal["target", "prediction"] = "target"
    if target is None or (fastest is not None and target < TOO_FAST * fastest):
        if predicted is None:
            raise NotEnoughData("race_plan_needs_time")
        if target is not None:
            notes.append("race_target_too_fast")
        target, basis = predicted, "prediction"
    if race.distance_m >= CALM_FROM_M:
        notes.append("race_calm_start")
    notes.append("race_drink")
    whole = round(target)
    fuel = fuelling(whole)
    notes.append("race_fuel" if fuel.high_g_per_h else "race_no_fuel")
    warm = _warm_day(race, whole)
    notes.append("race_warm_expected" if warm.expected else "race_warm")
    if warm.flag in ("red", "black"):
        notes.append(f"race_flag_{warm.flag}")
    return RacePlan(race, whole, basis, predicted, splits_of(race, whole), fuel, warm, tuple(notes))


def held_s_per_km(race: Race, situation: Situation) -> float | None:
    """Return the pace to hold in a race as its plan has it, in s/km; None where effort leads, or heat."""
    wishes, course = situation.constraints, race.course
    if situation.vdot is None or wishes.targets != "pace" or situation.health.no_period:
        return None
    hills = course.profile in ("rolling", "hilly") or course.climbs or effort_first(wishes)
    if hills or (course.temperature_c or 0.0) >= HOT_C:
        return None
    return race_plan(race, situation).target_s / race.distance_m * 1000


def splits_of(race: Race, target_s: int) -> tuple[Split, ...]:
    """Return the parts of a race, which add up to the target exactly."""
    parts = list(pairwise(edges_of(race.distance_m)))
    weights = [(b - a) * part_factor(race.course, a, b, race.distance_m) for a, b in parts]
    if race.distance_m >= CALM_FROM_M:
        weights[0] *= CALM_START
    whole, done, before = sum(weights), 0.0, 0
    splits = []
    for (a, b), weight in zip(parts, weights, strict=True):
        done += weight
        total = round(target_s * done / whole)
        ascent = part_ascent_m(race.course, a, b, race.distance_m)
        splits.append(Split(a, b, total - before, total, ascent))
        before = total
    return tuple(splits)


def edges_of(distance_m: float) -> list[float]:
    """Return where the parts of a race end, in m from 0 on: each 5 km (up to 10 km each km) and the rest."""
    size = SHORT_SPLIT_M if distance_m <= SHORT_M else SPLIT_M
    count = max(int((distance_m - 0.05 * size) // size), 0)
    return [*(size * i for i in range(count + 1)), distance_m]


def fuelling(duration_s: float) -> Fuel:
    """Return how much carbohydrate a race of a duration asks for (Thomas 2016; Jeukendrup 2014)."""
    low, high = next(grams for limit, grams in CARBS_G_PER_H if duration_s <= limit)
    if not high:
        return Fuel(0.0, 0.0, 0, 0, None, None)
    hours = duration_s / 3600
    every = round(3600 * GEL_G / low / 300) * 300.0
    return Fuel(low, high, round(low * hours / 5) * 5, round(high * hours / 5) * 5, FIRST_FUEL_S, every)


def _warm_day(race: Race, target_s: int) -> WarmDay:
    expected = race.course.temperature_c
    warm = expected is not None and expected > COMFORTABLE_C
    celsius = expected if expected is not None and warm else WARM_C
    slower = heat_slowdown_of(celsius)
    warm_s = round(target_s + slower * race.distance_m / 1000)
    return WarmDay(celsius, warm, slower, warm_s, splits_of(race, warm_s), heat_flag(celsius))


def heat_flag(celsius: float) -> Flag:
    """Return ACSM's flag of a temperature: black above 28, when no race should start."""
    for limit, flag in FLAGS:
        if celsius < limit or (flag == "red" and celsius <= limit):
            return flag  # type: ignore[return-value]
    return "black"
