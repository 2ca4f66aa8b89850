"""How much of a plan was done, said honestly: nothing is made up for by more of something else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coach.domain.activity import Sport
from coach.domain.plan.match import Pair
from coach.domain.plan.model import Done, Plan, Workout

SHORTENED = 0.8  # less than that share of a session is a part of it (judgement)
# What watches record. Nobody records every strength session, so that its absence says nothing.
_COUNTED = frozenset({Sport.run, Sport.walk})


@dataclass(frozen=True, slots=True)
class Adherence:
    """Sessions on foot that were due before `until` (or were done by then), and what became of them.

    `due` = `done` + `missed`; `moved` and `shortened` are among those done. `extra` sessions were not
    planned. `share` is the part of the planned time that was done, 0–1: of each session at most all of it, so
    that a longer one does not make up for one that was left out. Metres: None where no distance is known.
    """

    until: date
    due: int
    done: int
    moved: int
    shortened: int
    missed: int
    extra: int
    key_due: int
    key_done: int
    share: float
    planned_m: float
    done_m: float | None
    extra_m: float | None


def adherence(
    plan: Plan | None, pairs: Iterable[Pair], done: Iterable[Done], until: date
) -> Adherence | None:
    """Return what was done of what a plan asked for before a day; None without a plan or before its first.

    A session of the day `until` itself counts once it is done: the day is not over. `done`: the activities
    since the plan began.
    """
    if plan is None:
        return None
    of = {pair.uid: pair.activity_id for pair in pairs}
    known = {d.activity_id: d for d in done}
    counted = [w for w in plan.workouts if w.steps and w.sport in _COUNTED]
    due = [w for w in counted if w.day < until or (w.day <= until and of.get(w.uid) in known)]
    if not due:
        return None
    was = {w.uid: known[of[w.uid]] for w in due if of.get(w.uid) in known}
    extra = [
        d
        for d in known.values()
        if d.sport is Sport.run
        and plan.start <= d.day <= min(until, plan.end)
        and d.activity_id not in of.values()
    ]
    shares = {w.uid: share_done(w, was[w.uid]) if w.uid in was else 0.0 for w in due}
    planned_s = sum(w.duration_s for w in due)
    return Adherence(
        until=until,
        due=len(due),
        done=len(was),
        moved=sum(was[w.uid].day != w.day for w in due if w.uid in was),
        shortened=sum(shares[w.uid] < SHORTENED for w in due if w.uid in was),
        missed=len(due) - len(was),
        extra=len(extra),
        key_due=sum(w.key for w in due),
        key_done=sum(w.key for w in due if w.uid in was),
        share=sum(shares[w.uid] * w.duration_s for w in due) / planned_s if planned_s else 0.0,
        planned_m=sum(w.distance_m for w in due),
        done_m=_metres(was.values()),
        extra_m=_metres(extra),
    )


def share_done(workout: Workout, done: Done) -> float:
    """Return how much of a session was done, 0–1, by distance where it is known, else by time."""
    if workout.distance_m and done.distance_m is not None and workout.sport is done.sport:
        return min(1.0, done.distance_m / workout.distance_m)
    return min(1.0, done.duration_s / workout.duration_s) if workout.duration_s else 1.0


def _metres(done: Iterable[Done]) -> float | None:
    """Return how far they were together; None when that is known of none of several."""
    there = list(done)
    known = [d.distance_m for d in there if d.distance_m is not None]
    return None if there and not known else sum(known)
