"""What the runs of a week hold: easy, long or hard, in steps; and what else there is on its days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.plan import library
from coach.domain.plan.library import WHY, Steps
from coach.domain.plan.menus import HARD_KINDS, Caps, choose, cook
from coach.domain.plan.model import Intensity, Phase, Race, Workout, WorkoutKind
from coach.domain.plan.phases import Slot
from coach.domain.plan.profile import is_a
from coach.domain.plan.race_plan import held_s_per_km
from coach.domain.plan.state import DAY, LOADING, K, Session, State
from coach.domain.plan.volume import round_run

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MEDIUM_LONG_M = 14_000.0
HARD_SHARE = 0.185  # of the week's time, below what the rules allow
STRENGTH_S = 1800.0


def workouts_of(state: State, slot: Slot, sessions: list[Session], races: list[Race]) -> list[Workout]:
    p = state.p
    week_m = sum(s.size_m for s in sessions) + sum(r.distance_m for r in races if not is_a(r))
    week_s = 0.97 * week_m * p.easy_s_per_m
    base_m, base_s = max(week_m, state.last_full[0]), max(week_s, state.last_full[1])
    if slot.cutback or slot.phase in (Phase.taper, Phase.race):
        base_m, base_s = week_m, week_s  # the hard part shrinks with the week
    raced_s = sum(p.pacing.race_s(r.distance_m) for r in races if not is_a(r))
    caps = Caps(base_m, max(0.0, HARD_SHARE * base_s - raced_s))
    strides = _stride_days(state, slot, sessions)
    made = {d: library.strides(p.pacing, s.size_m, strides[d]) for s in sessions if (d := s.day) in strides}
    for steps in made.values():
        caps.take(steps)
    out = []
    order = sorted(sessions, key=lambda s: (s.role != "marathon", s.role != "club", s.day))
    hard_left = sum(s.role == "hard" or (s.club is not None and s.club.kind in HARD_KINDS) for s in sessions)
    place_ = 0
    for s in order:
        kind, steps, style = K.easy, library.easy(p.pacing, s.size_m), state.turn + state.seed
        if s.role == "marathon":
            kind = K.long
            room = caps.room(s.size_m, Intensity.marathon, 0.65 if hard_left else 1.0)
            steps = library.marathon_long(p.pacing, room, state.cooked[K.marathon] + state.seed) or steps
            state.cooked[K.marathon] += 1
        elif s.role == "long":
            kind = K.long
        elif s.role == "hard" or (s.club is not None and s.club.kind in HARD_KINDS):
            share = 1.0 if hard_left == 1 else 0.55
            hard_left -= 1
            wanted = choose(p.event, slot.phase, place_, style) if s.club is None else s.club.kind
            place_ = 1
            found = _hard(state, wanted, s, caps, share)
            if found is not None:
                kind, steps = found
        elif s.day in strides:
            out.append(_run(state, slot, s, K.strides, made[s.day]))
            continue
        elif s.club is not None:
            kind = s.club.kind
        elif s.weight > 1.0 and s.size_m >= MEDIUM_LONG_M:
            kind = K.medium_long
        elif s.weight < 1.0 and s.size_m <= 8000 and slot.phase in LOADING:
            kind = K.recovery
        caps.take(steps)
        out.append(_run(state, slot, s, kind, steps))
    return sorted(out, key=lambda w: (w.day, w.second))


def _hard(
    state: State, wanted: WorkoutKind, s: Session, caps: Caps, share: float
) -> tuple[WorkoutKind, Steps] | None:
    """Return a hard session that the day has time for, shorter where it must be."""
    most = state.p.situation.constraints.max_s[s.day.weekday()]
    most = state.p.longest_s if most is None else min(most, state.p.longest_s)
    size = s.size_m
    while size >= 3000:
        made = cook(wanted, state.p.pacing, caps, size, share, state.cooked[wanted] + state.seed)
        if made is None:
            return None
        if _seconds(made[1]) <= most:
            s.size_m = size
            state.cooked[made[0]] += 1
            return made
        size = round_run(size - 500)
    return None


def _stride_days(state: State, slot: Slot, sessions: list[Session]) -> dict[date, int]:
    """Return the easy days that end with strides, with how many."""
    p = state.p
    if slot.phase not in (*LOADING, Phase.taper, Phase.race) or slot.number == 1 or p.gentle:
        return {}
    hard = {s.day for s in sessions if s.role in ("hard", "marathon")} | set(state.races)
    easy = [
        s
        for s in sessions
        if s.role == "easy"
        and s.size_m >= 4000
        and not state.recovering(s.day)
        and s.day > p.easy_until
        and s.weight <= 1.0
        and s.day - DAY not in hard
        and s.day - DAY not in state.long_days
    ]
    easy.sort(key=lambda s: (s.day + DAY in hard and slot.phase is not Phase.race, s.day))
    count = 2 if slot.phase is Phase.base and p.level != "beginner" else 1
    most = p.situation.constraints.max_s
    roomy = [
        s
        for s in easy
        if (limit := most[s.day.weekday()]) is None or s.size_m * p.easy_s_per_m + 180 <= limit
    ]
    n = 6 if p.level != "advanced" else 8
    return {s.day: n for s in roomy[:count]}


def _run(state: State, slot: Slot, s: Session, kind: WorkoutKind, steps: Steps) -> Workout:
    workout = made_for(state, s.day, kind, steps)
    if slot.phase is Phase.recovery and kind is K.easy:
        workout = replace(workout, purpose="after_race", guideline="recovery_week")
    elif slot.cutback and kind is K.easy:
        workout = replace(workout, guideline="recovery_week")
    elif slot.phase in (Phase.taper, Phase.race) and kind in (K.threshold, K.interval):
        workout = replace(workout, purpose="sharpen", guideline="taper_bosquet")
    elif s.role == "marathon" and workout.hard:
        workout = replace(workout, purpose="marathon_long", guideline="marathon_specific")
    key = s.role in ("long", "marathon") or (kind in HARD_KINDS and workout.hard)
    club = s.club
    return replace(
        workout,
        key=key and slot.phase is not Phase.recovery,
        second=s.role == "second",
        origin="built" if club is None else "club",
        name="" if club is None else club.name,
        place=_where(state, kind, workout.hard),
    )


def _where(
    state: State, kind: WorkoutKind, hard: bool
) -> Literal["any", "track", "treadmill", "hill", "trail"]:
    wishes = state.p.situation.constraints
    if hard and state.p.indoors:
        return "treadmill"
    if kind is K.hills:
        return "hill"
    if kind in (K.interval, K.repetition) and wishes.track:
        return "track"
    return "trail" if wishes.terrain == "trail" and kind in (K.easy, K.long, K.medium_long) else "any"


def made_for(
    state: State, day: date, kind: WorkoutKind, steps: Steps, why: tuple[str, str] | None = None
) -> Workout:
    purpose, guideline = why or WHY[kind]
    return Workout("", day, kind, steps, purpose=purpose, guideline=guideline)


def race_workout(state: State, day: date) -> Workout:
    race = state.races[day]
    workout = made_for(
        state,
        day,
        K.race,
        library.race(state.p.pacing, race.distance_m, held_s_per_km(race, state.p.situation)),
    )
    purpose = "race" if is_a(race) else "tune_up"
    return replace(workout, race_id=race.id, name=race.name, key=True, purpose=purpose)


def others_of(state: State, slot: Slot) -> Iterator[Workout]:
    """Yield other sports and strength on their days, none of it next to a race."""
    wishes = state.p.situation.constraints
    for day in slot.days:
        if any(day in b for b in wishes.blackouts) or any(d in state.races for d in (day, day + DAY)):
            continue
        if slot.phase is Phase.race and state.p.race is not None and (state.p.race.day - day).days <= 3:
            continue
        for other in wishes.others:
            if other.weekday == day.weekday():
                yield replace(
                    made_for(state, day, K.cross, library.untravelled(other.duration_s)), sport=other.sport
                )
        if day.weekday() in wishes.strength_days and slot.phase is not Phase.race:
            yield replace(
                made_for(state, day, K.strength, library.untravelled(STRENGTH_S)), sport=Sport.strength
            )


def _seconds(steps: Steps) -> float:
    return Workout("", date.min, K.easy, steps).duration_s


def numbered(week: int, workouts: list[Workout]) -> tuple[Workout, ...]:
    """Return the workouts by day, each with the uid that it keeps."""
    order = sorted(enumerate(workouts), key=lambda nw: (nw[1].day, nw[1].second, nw[0]))
    seen: dict[date, int] = {}
    found = []
    for _, w in order:
        n = seen[w.day] = seen.get(w.day, 0) + 1
        uid = f"w{week:02d}-{WEEKDAYS[w.day.weekday()]}" + (f"-{n}" if n > 1 else "")
        found.append(replace(w, uid=uid))
    return tuple(found)
