"""The wish form with what is known already: the goal, the days, the health questions."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.body import PLACES
from coach.domain.plan.model import GoalKind, dump
from coach.store import planning_profiles
from coach.store.session import Session
from coach.text import formats, say
from coach.text import plans as words
from coach.text.formats import M_PER_MILE

DISTANCES_M = (5000.0, 10_000.0, 21_097.5, 42_195.0)


def form_of(s: Session, athlete: Athlete, today: date) -> dict[str, Any]:
    """Return the values of every field, as the form shows them."""
    lang, units = athlete.lang, athlete.units
    goal = planning_profiles.goal(s)
    constraints, health = planning_profiles.constraints(s), planning_profiles.health(s)
    race = None if goal is None else goal.race
    if race is not None and race.day < today:
        race = None
    near = next((m for m in DISTANCES_M if race is not None and abs(race.distance_m - m) < 1), None)
    unit_m = M_PER_MILE if units == "imperial" else 1000
    injury = health.injury
    return {
        "kinds": [kind.value for kind in GoalKind],
        "kind": GoalKind.race.value if goal is None else goal.kind.value,
        "race_day": "" if race is None else race.day.isoformat(),
        "distances": [(f"{m:g}", words.race_distance(m, lang, units)) for m in DISTANCES_M],
        "distance": "10000" if race is None else "other" if near is None else f"{near:g}",
        "far": "" if race is None or near is not None else f"{race.distance_m / unit_m:.1f}",
        "target": "" if race is None or race.target_time_s is None else formats.clock(race.target_time_s),
        "name": "" if race is None else race.name,
        "profile": "unknown" if race is None else race.course.profile,
        "weeks": "" if goal is None else goal.weeks or "",
        "days": [
            (n, formats.weekday_name(n, lang), "" if limit is None else f"{limit / 60:.0f}")
            for n, limit in enumerate(constraints.max_s)
        ],
        "runs_per_week": constraints.runs_per_week or "",
        "long_day": "" if constraints.long_day is None else constraints.long_day,
        "targets": constraints.targets,
        "experience": constraints.experience or "",
        "terrain": constraints.terrain,
        "track": constraints.track,
        "treadmill": constraints.treadmill,
        "strength_days": constraints.strength_days,
        "double_days": constraints.double_days,
        "away": [
            (i, formats.date_range(b.start, b.end, lang, today)) for i, b in enumerate(constraints.blackouts)
        ],
        # The page sends all of it back: what it has no field for stays as it was.
        "constraints_json": json.dumps(dump(constraints)),
        "health_json": json.dumps(dump(health)),
        "needs_clearance": ", ".join(health.needs_clearance),
        "clearance": {None: "", True: "yes", False: "no"}[health.clearance],
        "ill_since": "" if health.ill_since is None else health.ill_since.isoformat(),
        "parts": [(place, say(lang, f"body.{place}")) for place in PLACES],
        "injury": "" if injury is None else injury.part,
        "injury_since": "" if injury is None else injury.since.isoformat(),
        "bone": injury is not None and injury.bone,
        "pain_free_walk": injury is not None and injury.pain_free_walk,
        "pregnant": health.pregnant,
        "postpartum_since": "" if health.postpartum_since is None else health.postpartum_since.isoformat(),
        "no_period": health.no_period,
    }
