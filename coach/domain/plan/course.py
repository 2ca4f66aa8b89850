"""What the hills of a course cost: how much longer each part takes at an even effort."""

from __future__ import annotations

from functools import cache

import numpy as np

from coach.domain.metrics.grade import cost_ratio
from coach.domain.plan.model import Course

# Ascent in m per km where only the profile is known (judgement).
PROFILE_M_PER_KM = {"flat": 0.0, "unknown": 0.0, "rolling": 6.0, "hilly": 12.0}
# Of what Minetti gives back downhill runners take about half: braking, and .875 instead of .60 at −10 % in
# heart-rate data of the road.
DOWNHILL_CREDIT = 0.5
HILL_GRADE = 0.04  # how steep hills are that nobody described
STEEPEST = 0.45


def part_ascent_m(course: Course, from_m: float, to_m: float, distance_m: float) -> float:
    """Return how much a part of the course goes up, in m, climbs and what is spread over the rest."""
    climbed = sum(max(c.ascent_m, 0.0) * _overlap(c.from_m, c.to_m, from_m, to_m) for c in course.climbs)
    return climbed + _spread_m(course, distance_m) * (to_m - from_m) / distance_m


def part_factor(course: Course, from_m: float, to_m: float, distance_m: float) -> float:
    """Return how much longer a part takes than a flat one at the same effort (Minetti 2002, ratios)."""
    length = to_m - from_m
    extra = 0.0
    for climb in course.climbs:
        inside = _overlap(climb.from_m, climb.to_m, from_m, to_m) * (climb.to_m - climb.from_m)
        if inside > 0:
            extra += inside * (_ratio(climb.ascent_m / (climb.to_m - climb.from_m)) - 1)
    spread = _spread_m(course, distance_m) * length / distance_m
    hill_m = spread / HILL_GRADE  # so long uphill, and as long down again
    extra += hill_m * ((_ratio(HILL_GRADE) - 1) + (_ratio(-HILL_GRADE) - 1))
    return max(1 + extra / length, 0.7)


def course_factor(course: Course, distance_m: float) -> float:
    """Return how much longer the whole course takes than a flat one."""
    return part_factor(course, 0.0, distance_m, distance_m)


def _spread_m(course: Course, distance_m: float) -> float:
    """Return the ascent that no climb names, in m."""
    named = sum(max(c.ascent_m, 0.0) for c in course.climbs)
    if course.ascent_m is not None:
        return max(course.ascent_m - named, 0.0)
    return 0.0 if course.climbs else PROFILE_M_PER_KM[course.profile] * distance_m / 1000


def _overlap(a: float, b: float, from_m: float, to_m: float) -> float:
    """Return which share of a stretch from `a` to `b` lies within a part."""
    return max(min(b, to_m) - max(a, from_m), 0.0) / (b - a) if b > a else 0.0


@cache
def _ratio(grade: float) -> float:
    """Return time on a gradient over time on the flat at the same effort."""
    ratio = float(cost_ratio(np.array([max(-STEEPEST, min(STEEPEST, grade))]))[0])
    return ratio if ratio >= 1 else 1 - DOWNHILL_CREDIT * (1 - ratio)
