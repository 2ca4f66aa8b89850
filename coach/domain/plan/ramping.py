"""Coming back to the old amount week by week: one pass, after which no run and no week is too much."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.plan.easing import change_days, has_hard, percent_of
from coach.domain.plan.model import Plan, Situation, Workout, WorkoutKind
from coach.domain.plan.rules.limits import SESSION_DAYS, Volume, session_limit_m, week_limit_m
from coach.domain.plan.rules.view import WeekView, distance_of, view_of

_HARD_AS = 75  # a hard session goes when the easy ones of its week are already less than that
_WEEKS_BACK = 8  # that the limits of a week look at

type Lessen = Callable[[Workout], Workout]


def ramped(
    plan: Plan, situation: Situation, first: date, known: Collection[tuple[str, int | None]], lessen: Lessen
) -> Plan:
    """Return the plan with every run and every week from `first` on within what the ones before allow.

    `known`: findings (rule, week) that the plan had before and that are left alone. Days of walk-run gates
    have limits of their own. `lessen` returns the next lesser form of a workout.
    """
    view = view_of(plan, situation)
    longest = _done(situation)
    volumes = list(view.weeks[0].before) if view.weeks else []
    changed: dict[str, Workout] = {}
    for n, week in enumerate(view.weeks):
        if week.week.end < first:
            if n + 1 < len(view.weeks):
                volumes.append(view.weeks[n + 1].before[-1])
            continue
        ahead = {
            s.workout.uid: s.workout
            for s in week.sessions
            if s.day >= first and s.runs and s.race is None and not view.gated(s.day)
        }
        room = _Room(
            _others_m(week, ahead),
            None if ("session_spike", week.week.number) in known else longest,
            None if ("weekly_rise", week.week.number) in known else week_limit_m(volumes[-_WEEKS_BACK:]) + 1,
        )
        now = room.fill(ahead, lessen)
        for workout in now.values():
            longest[workout.day] = max(w.distance_m for w in now.values() if w.day == workout.day)
        volumes.append(_volume(week, ahead, now))
        changed |= {uid: workout for uid, workout in now.items() if workout != ahead[uid]}
    return change_days(plan, changed)


def spared_last(workout: Workout) -> tuple[int, bool, float, str]:
    """Order runs by what a week that is too much loses first: all a little, the long run last."""
    left = _HARD_AS if has_hard(workout) else percent_of(workout) or 100
    return left, workout.kind is not WorkoutKind.long, workout.distance_m, workout.uid


def _done(situation: Situation) -> dict[date, float]:
    by_day: dict[date, float] = {}
    for run in situation.runs:
        by_day[run.day] = max(by_day.get(run.day, 0.0), distance_of(run))
    return by_day


@dataclass(frozen=True)
class _Room:
    """What a week may hold. `longest`: by day what was run, to limit a run by; `limit_m`: of the whole week.

    None: not limited.
    """

    others_m: float
    longest: Mapping[date, float] | None
    limit_m: float | None

    def fill(self, runs: Mapping[str, Workout], lessen: Lessen) -> dict[str, Workout]:
        """Return the runs of a week, made less until all of its limits hold."""
        now = dict(runs)
        earlier = (
            {} if self.longest is None else {w.day: _longest(self.longest, w.day) for w in runs.values()}
        )
        before: dict[str, Workout] = {}
        while now != before:  # a run that became less lowers the limit of those after it
            before = dict(now)
            if self.longest is not None:
                _limit_sessions(now, earlier, lessen)
            if self.limit_m is not None:
                self._whole(now, self.limit_m, lessen)
        return now

    def _whole(self, now: dict[str, Workout], limit_m: float, lessen: Lessen) -> None:
        while self.others_m + sum(w.distance_m for w in now.values()) > limit_m:
            left = [w for w in now.values() if w.steps]
            if not left:
                return
            most = max(left, key=spared_last)
            now[most.uid] = lessen(most)


def _longest(by_day: Mapping[date, float], day: date) -> float:
    days = (day - timedelta(days=n) for n in range(1, SESSION_DAYS + 1))
    return max((by_day.get(d, 0.0) for d in days), default=0.0)


def _limit_sessions(now: dict[str, Workout], earlier: Mapping[date, float], lessen: Lessen) -> None:
    """Take away from runs of a week until each fits what came before; `earlier`: before the week."""
    of_week: list[tuple[date, float]] = []
    for uid, workout in sorted(now.items(), key=lambda item: item[1].day):
        day = workout.day
        limit_m = session_limit_m(max([earlier[day], *(m for d, m in of_week if d < day)])) + 1
        metres = workout.distance_m
        while metres > limit_m and now[uid].steps:
            now[uid] = lessen(now[uid])
            metres = now[uid].distance_m
        of_week.append((day, metres))


def _others_m(week: WeekView, ahead: dict[str, Workout]) -> float:
    """Return what counts of a week beside the runs that may change: what was done of it, and races."""
    return week.run_m - sum(w.distance_m for w in ahead.values())


def _volume(week: WeekView, ahead: dict[str, Workout], now: dict[str, Workout]) -> Volume:
    less_m = sum(w.distance_m - now[uid].distance_m for uid, w in ahead.items())
    less_s = sum(w.duration_s - now[uid].duration_s for uid, w in ahead.items())
    return Volume(week.run_m - less_m, week.run_s - less_s, week.full)
