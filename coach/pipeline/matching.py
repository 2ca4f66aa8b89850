"""Which stored activity was which workout of the running plan, and how each went step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.plan.adherence import Adherence, adherence
from coach.domain.plan.match import Pair, match
from coach.domain.plan.model import Done, Plan, Workout
from coach.domain.plan.step_match import compare_steps, dump_steps
from coach.errors import NotFound
from coach.pipeline.situation import local_day
from coach.store import activities, athletes, metrics, plans, queue, workout_matches
from coach.store.plans import Revision
from coach.store.session import Session
from coach.store.workout_matches import Match

_SPREAD = "intensity_distribution"


def match_new(s: Session, athlete: Athlete, now: datetime) -> tuple[Pair, ...]:
    """Match what was done since the running plan began; return all its pairs, those known before too.

    What the athlete said stays; what was found may move while a better way comes to light, as a run that was
    swapped with the next day's. Safe to run again: only what changed is written.
    """
    athletes.lock(s, athlete.id)
    running = plans.holding(s)
    if running is None:
        return ()
    today = local_day(athlete, now)
    done = done_between(s, athlete, running.plan.start, min(today, running.plan.end))
    known = workout_matches.of_plan(s, running.plan_id)
    pairs = _pairs(s, running, done, known, athlete.week_start)
    there = {pair.uid: pair.activity_id for pair in pairs}
    for uid, old in known.items():
        if there.get(uid) != old.activity_id:
            workout_matches.remove(s, running.plan_id, uid)
    for pair in pairs:
        before = known.get(pair.uid)
        if before is None or before.activity_id != pair.activity_id or before.origin != pair.origin:
            _keep(s, athlete, running, pair)
    return pairs


def link(s: Session, athlete: Athlete, uid: str, activity_id: int) -> Match:
    """Keep that an activity was a workout of the running plan, as the athlete says. Raises NotFound."""
    athletes.lock(s, athlete.id)
    running = _running(s)
    if uid not in running.plan.by_uid:
        raise NotFound("workout_not_found")
    activities.get(s, athlete.id, activity_id)
    _keep(s, athlete, running, Pair(uid, activity_id, 1.0, "said"))
    return workout_matches.of_plan(s, running.plan_id)[uid]


def unlink(s: Session, athlete: Athlete, uid: str) -> None:
    """Take a workout and its activity apart, for good, because the athlete says so. Raises NotFound."""
    athletes.lock(s, athlete.id)
    running = _running(s)
    known = workout_matches.of_plan(s, running.plan_id).get(uid)
    if known is None:
        raise NotFound("workout_not_found")
    apart = Match(running.plan_id, uid, known.activity_id, "said", 0.0, {})
    workout_matches.save(s, apart)


def adherence_of(s: Session, athlete: Athlete, until: date) -> Adherence | None:
    """Return what was done of the running plan before a day, by the matches kept; None without one."""
    running = plans.holding(s)
    if running is None:
        return None
    done = done_between(s, athlete, running.plan.start, min(until, running.plan.end))
    return adherence(running.plan, kept_pairs(s, running.plan_id), done, until)


def kept_pairs(s: Session, plan_id: int) -> tuple[Pair, ...]:
    """Return the matches of a plan as pairs, by workout."""
    known = workout_matches.of_plan(s, plan_id)
    return tuple(Pair(uid, m.activity_id, m.score, m.origin) for uid, m in sorted(known.items()))


def done_between(s: Session, athlete: Athlete, start: date, end: date) -> tuple[Done, ...]:
    """Return the activities of these days (`end` included) as plans see them, oldest first."""
    rows = activities.find(s, athlete.id, start=start, end=end, limit=None, newest_first=False)
    spreads = metrics.read(s, athlete.id, [row.id for row in rows], [_SPREAD], whole=False) if rows else {}
    return tuple(
        Done(
            activity_id=row.id,
            day=row.local_date,
            sport=row.sport,
            duration_s=row.moving_s or row.timer_s or row.elapsed_s,
            distance_m=row.distance_m,
            hard_s=_hard_s(spreads.get(row.id, {}).get(_SPREAD)),
            race=row.race,
            rpe=row.rpe,
        )
        for row in rows
    )


def defer(s: Session, athlete_id: int) -> bool:
    """Have a running plan looked at in the background; return whether there is one and nobody is about to."""
    if plans.running(s) is None:
        return False
    name = f"plan:{athlete_id}"
    job_id = queue.defer(s, "plan_daily", {}, athlete_id=athlete_id, lock=name, queueing_lock=name)
    return job_id is not None


def _hard_s(spread: Measure | Unknown | None) -> float | None:
    """Return the seconds above the second threshold; None where the spread is not known (yet)."""
    if not isinstance(spread, Measure) or not spread.detail.get("rows"):
        return None
    return float(spread.detail["rows"][-1]["time_s"])


def _running(s: Session) -> Revision:
    running = plans.holding(s)
    if running is None:
        raise NotFound("plan_not_found")
    return running


def _pairs(
    s: Session, running: Revision, done: tuple[Done, ...], known: Mapping[str, Match], week_start: int
) -> tuple[Pair, ...]:
    there = {d.activity_id for d in done}
    said = {uid: m.activity_id for uid, m in known.items() if m.origin == "said" and m.activity_id in there}
    plan: Plan = running.plan
    refused = workout_matches.refused(s, running.plan_id)
    return match(plan.workouts, done, said, refused, week_start=week_start)


def _keep(s: Session, athlete: Athlete, running: Revision, pair: Pair) -> None:
    detail = _detail(s, athlete, running.plan.by_uid[pair.uid], pair.activity_id)
    kept = Match(running.plan_id, pair.uid, pair.activity_id, pair.origin, pair.score, detail)
    workout_matches.save(s, kept)


def _detail(s: Session, athlete: Athlete, workout: Workout, activity_id: int) -> dict[str, Any]:
    activity = activities.load(s, athlete.id, activity_id)
    return dump_steps(compare_steps(workout, activity))
