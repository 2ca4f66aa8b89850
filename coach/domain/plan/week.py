"""One week after the other: how far it goes, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from coach.domain.plan import walk_run
from coach.domain.plan.filling import made_for, numbered, others_of, race_workout, workouts_of
from coach.domain.plan.laying import LEAST_EASY_M, laid_out
from coach.domain.plan.library import WHY
from coach.domain.plan.model import Phase, Priority, Race, Week, Workout
from coach.domain.plan.phases import Slot
from coach.domain.plan.placing import alternate
from coach.domain.plan.profile import is_a
from coach.domain.plan.rules import limits
from coach.domain.plan.state import DAY, LOADING, K, State

RACE_SHARE = 0.25  # of the week's time that a tune-up race may take
ROUNDING_M = 1500.0
REST_COST = 0.7  # of a day's share of the week, for each day of rest after a race


def fill(state: State) -> tuple[Week, ...]:
    """Return all weeks with their workouts."""
    return tuple(_week(state, slot) for slot in state.slots)


def _week(state: State, slot: Slot) -> Week:
    gate = state.p.gate
    if gate is not None and gate.week(slot.start) is not None:
        runs = _gated_week(state, slot)
        state.last_m = max(LEAST_EASY_M * 2, sum(w.distance_m for w in runs))
    else:
        runs = list(_running(state, slot))
    for workout in runs:
        state.ledger.add(workout.day, workout.distance_m)
        if workout.hard:
            state.hard_days.append(workout.day)
    trained = [w for w in runs if not state.a_race(w)]
    run_m, run_s = sum(w.distance_m for w in trained), sum(w.duration_s for w in trained)
    full = slot.phase in (*LOADING, Phase.walk_run) and not slot.cutback and len(slot.days) == 7
    state.ledger.close(run_m, run_s, full)
    if full:
        state.last_full = (run_m, run_s)
    lighter = bool(state.row) and run_m <= limits.RELIEF_SHARE * max(state.row)
    if lighter or len(slot.days) < 7 or slot.phase not in LOADING:
        state.row = []
    else:
        state.row.append(run_m)
    extra = others_of(state, slot)
    workouts = numbered(slot.number, [*runs, *extra])
    return Week(slot.number, slot.start, slot.phase, slot.cutback, workouts, len(slot.days))


def _gated_week(state: State, slot: Slot) -> list[Workout]:
    """Return the walk-run sessions of a week; percentages hold already if its runs come after the gates."""
    _drop_unfit(state, slot, gated=True)
    runs = list(_walk_run(state, slot))
    if runs and state.p.gate is not None and state.p.gate.week(runs[0].day) is None:
        while runs and sum(w.distance_m for w in runs) > state.ledger.week_cap():
            runs.pop()
    races = [d for d in slot.days if d in state.races]
    state.raced += [(d, state.races[d].distance_m) for d in races]
    return sorted([*runs, *(race_workout(state, d) for d in races)], key=lambda w: w.day)


def _drop_unfit(state: State, slot: Slot, *, gated: bool = False) -> None:
    """Leave out the tune-up races that cannot be run safely."""
    for race in [state.races[d] for d in slot.days if d in state.races]:
        if not is_a(race) and (gated or not _fit(state, race)):
            del state.races[race.day]
            state.dropped.append(race)


def _walk_run(state: State, slot: Slot) -> Iterator[Workout]:
    p, gate = state.p, state.p.gate
    assert gate is not None
    free = [n for n, day in enumerate(slot.days) if state.can_run(day)]
    last = state.ledger.last_run(slot.start) or slot.start - 7 * DAY
    apart = gate.alternate(slot.days[-1]) or gate.alternate(slot.start)
    wished = p.situation.constraints.runs_per_week
    runs = min(wished or (walk_run.RUNS if apart else walk_run.FREE_RUNS), max(p.most_runs, 0))
    days = alternate(free, runs, (last - slot.start).days)
    weeks = p.weeks or len(walk_run.STAGES[gate.mode])
    for n in days:
        day = slot.days[n]
        week = gate.week(day)
        if week is None:
            week = len(walk_run.STAGES[gate.mode])
        stage = walk_run.stage_of(week, weeks, gate.mode, week)
        most = _most_s(state, day)
        made = walk_run.session(p.pacing, gate, stage, most_s=most)
        if made is not None:
            yield made_for(state, day, made[0], made[1], why=WHY[K.walk_run])


def _most_s(state: State, day: date) -> float | None:
    """Return how long a walk-run session of a day may be: by the athlete's time, and by their age."""
    p = state.p
    most = p.situation.constraints.max_s[day.weekday()]
    limit = None if p.situation.age is None else limits.race_limit_m(p.situation.age)
    if limit is None:
        return most
    # Walking before and after takes ten minutes and not quite a kilometre.
    by_age = 2 * walk_run.WALK_S + (limit - 1000.0) * p.easy_s_per_m
    return by_age if most is None else min(most, by_age)


def _running(state: State, slot: Slot) -> list[Workout]:
    p = state.p
    _drop_unfit(state, slot)
    races = [state.races[d] for d in slot.days if d in state.races]
    goal_day = p.race.day if p.race is not None and slot.phase is Phase.race else None
    out: list[Workout] = []
    race_m = sum(r.distance_m for r in races if not is_a(r))
    open_days = [d for d in slot.days if state.can_run(d) and (goal_day is None or d < goal_day)]
    for race in races:
        out.append(race_workout(state, race.day))
        state.raced.append((race.day, race.distance_m))
    open_days = [d for d in open_days if state.can_run(d)]
    volume = max(0.0, _volume(state, slot, open_days) - race_m)
    sessions = laid_out(state, slot, open_days, volume, races)
    if not sessions:
        return out
    out += workouts_of(state, slot, sessions, races)
    total = sum(w.distance_m for w in out if not state.a_race(w))
    if slot.phase in LOADING and not slot.cutback and len(slot.days) == 7:
        # A week cut short by a race or other things is no new measure.
        own = not races and not state.lost(slot) and state.back_share(slot) == 1.0
        if own and len(open_days) >= p.runs:
            # What rounding took is not lost: short runs would never grow.
            state.last_m = max(total, min(volume + race_m, total + ROUNDING_M))
            state.last_long = max((s.size_m for s in sessions if s.role == "long"), default=state.last_long)
        state.turn += 1
    return out


def _fit(state: State, race: Race) -> bool:
    """Whether a race that is not the goal is within what may be run that day."""
    cap = state.ledger.session_cap(race.day)
    age = state.p.situation.age
    limit = None if age is None else limits.race_limit_m(age)
    if race.distance_m > min(cap, limit or cap) or state.soft(race.day):
        return False
    for day, other in state.races.items():  # of the same week, so not raced yet
        if 0 < (race.day - day).days <= limits.recovery_days(other.distance_m):
            return False
    seconds = state.p.pacing.race_s(race.distance_m)
    # Before the first full week, what the athlete runs now; a run or two a week has no room beside a race.
    usual_s = state.last_m * state.p.easy_s_per_m if state.p.runs > 2 else 0.0
    usual_s = max(state.last_full[1], usual_s)
    return seconds <= max(limits.HARD_FREE_S, RACE_SHARE * usual_s)


def _volume(state: State, slot: Slot, open_days: list[date]) -> float:
    """Return how far the week is meant to be, in m, its tune-up races included."""
    p = state.p
    cap = state.ledger.week_cap()
    blacked = sum(any(d in b for b in state.p.situation.constraints.blackouts) for d in slot.days)
    part = (len(slot.days) - blacked) / 7
    if slot.phase in LOADING:
        part -= REST_COST * state.lost(slot) / 7
    if slot.phase in LOADING and not slot.cutback:
        left = max(1, sum(s.number >= slot.number for s in state.loading))
        first = slot is state.loading[0] or len(slot.days) < 7
        ratio = 1.0 if first else max(1.0, p.peak_m / state.last_m) ** (1 / left)
        wished = state.last_m * ratio
        if len(state.row) >= limits.building_weeks(p.situation):
            wished = min(wished, 1.02 * state.row[0])  # a lighter week was lost to other things: hold
    elif slot.cutback:
        wished = slot.share * state.last_m
    else:
        if not state.reference_m:
            state.reference_m = state.ledger.peak()
            longest = min(p.long_m, state.ledger.longest(slot.start))
            state.reference_long = max(state.last_long, longest, 5000.0)
        wished = slot.share * state.reference_m
        part = 1.0 if slot.phase is Phase.race else part
    wished *= state.back_share(slot)
    if any(r.priority is Priority.b for d, r in state.races.items() if d in slot.days):
        wished *= 0.9
    return min(wished, cap) * part
