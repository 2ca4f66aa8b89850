"""The goal that is typed after `coach plan generate`."""

from __future__ import annotations

import re
from argparse import Namespace

from coach.domain.plan.model import Course, Goal, GoalKind, Race
from coach.errors import BadInput
from coach.store import planning_profiles
from coach.store.session import Session

NAMED_M = {"5k": 5000.0, "10k": 10_000.0, "half": 21_097.5, "marathon": 42_195.0}
_CLOCK = re.compile(r"(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)")


def goal_of(s: Session, args: Namespace) -> Goal:
    """Return the goal that the options name, else the one that is kept. Raises BadInput."""
    if args.goal is None and args.day is None:
        known = planning_profiles.goal(s)
        if known is None:
            raise BadInput("no_goal")
        return known
    kind = GoalKind(args.goal or "race")
    if kind is not GoalKind.race:
        return Goal(kind, weeks=args.weeks)
    if args.day is None or args.distance is None:
        raise BadInput("plan_race_missing")
    course = Course(profile=args.course)
    target = None if args.target is None else clock_s(args.target)
    race = Race(args.day, metres_of(args.distance), name=args.name, course=course, target_time_s=target)
    return Goal(kind, race)


def metres_of(text: str) -> float:
    """Return a distance: `marathon`, `half`, `10k`, or a number of kilometres. Raises BadInput."""
    plain = text.strip().lower()
    if plain in NAMED_M:
        return NAMED_M[plain]
    try:
        km = float(plain.removesuffix("km"))
    except ValueError:
        km = 0.0
    if not 0 < km < 1000:
        raise BadInput("plan_typed_distance", said=text[:20])
    return 1000 * km


def clock_s(text: str) -> float:
    """Return `3:59:00` or `45:00` in seconds. Raises BadInput."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise BadInput("plan_typed_time", said=text[:20])
    h, m, s = (int(part or 0) for part in match.groups())
    return 3600.0 * h + 60 * m + s
