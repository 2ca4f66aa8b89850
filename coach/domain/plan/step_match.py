"""A workout step by step: what was planned beside what was done.

The laps of the watch are taken where they are the steps (it made them itself when it guided the workout, or
somebody pressed the button); else the repetitions that were found in the speed; else the planned lengths are
laid over the samples, where the whole was about as long as planned. What none of these tells is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from coach.domain.activity import Activity, Lap
from coach.domain.metrics.intervals import rows_of
from coach.domain.metrics.prepared import prepared
from coach.domain.plan.model import Intensity, Repeat, Step, StepKind, Target, Workout

How = Literal["laps", "intervals", "lengths", "whole"]

LAP_ROOM, LAP_ROOM_M, LAP_ROOM_S = 0.06, 15.0, 5.0  # a lap is a step when no farther from its length
BOUT_ROOM = 0.3  # of a repetition found in the speed, whose edges are known to some seconds
WHOLE_ROOM = 0.15  # planned lengths say nothing about a run of another length
MIN_S = 1.0
_FAST = (Intensity.marathon, Intensity.threshold, Intensity.interval, Intensity.repetition, Intensity.race)


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step, planned and done. What is not known of it is None; `done` False: it was left out.

    `round`: (which, of how many) within a repeat. `in_range`: whether the mean held the target; `off`: by how
    much it missed it, in the target's unit, below it negative (for a pace that is faster).
    """

    index: int  # 1, 2, …
    round: tuple[int, int] | None
    step: Step
    done: bool | None = None
    start_s: float | None = None  # since the start of the activity, by the clock
    duration_s: float | None = None
    distance_m: float | None = None
    pace_s_per_km: float | None = None
    avg_hr_bpm: float | None = None
    avg_power_w: float | None = None
    in_range: bool | None = None
    off: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A workout's steps in their order. `how` they were found; None: nothing tells them apart."""

    how: How | None
    steps: tuple[StepDone, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    start_s: float
    end_s: float
    distance_m: float | None = None  # where a lap says it
    avg_hr_bpm: float | None = None


def compare_steps(workout: Workout, activity: Activity) -> Compared:
    """Return each step of a workout with what was done of it in an activity."""
    steps = tuple(_written_out(workout))
    if not steps:
        return Compared(None, ())
    for how, find in (
        ("whole", _whole),
        ("laps", _by_laps),
        ("intervals", _by_bouts),
        ("lengths", _by_lengths),
    ):
        found = find([step for _, step in steps], activity)
        if found is not None:
            told = zip(steps, found, strict=True)
            return Compared(how, tuple(_done(n, *s, f, activity) for n, (s, f) in enumerate(told, start=1)))  # type: ignore[arg-type]
    return Compared(None, tuple(StepDone(n, nth, step) for n, (nth, step) in enumerate(steps, start=1)))


def dump_steps(compared: Compared) -> dict[str, Any]:
    """Return it as JSON values, as it is kept with a match."""
    return {
        "how": compared.how,
        "steps": [
            {
                "index": one.index,
                "round": None if one.round is None else list(one.round),
                "kind": one.step.kind.value,
                "intensity": one.step.intensity.value,
                "ends": one.step.ends,
                "planned_m": one.step.distance_m,
                "planned_s": one.step.duration_s,
                "target": {
                    "kind": one.step.target.kind,
                    "low": one.step.target.low,
                    "high": one.step.target.high,
                },
                **{name: getattr(one, name) for name in _MEASURED},
            }
            for one in compared.steps
        ],
    }


_MEASURED = ("done", "start_s", "duration_s", "distance_m", "pace_s_per_km", "avg_hr_bpm", "avg_power_w",
             "in_range", "off")  # fmt: skip


def _written_out(workout: Workout) -> Iterator[tuple[tuple[int, int] | None, Step]]:
    for part in workout.steps:
        if isinstance(part, Repeat):
            for n in range(1, part.times + 1):
                yield from (((n, part.times), step) for step in part.steps)
        else:
            yield None, part


# Each of these returns a stretch for each step (None: unknown; "out": left out), or None: it cannot tell.

_Found = Sequence[_Stretch | Literal["out"] | None]


def _whole(steps: Sequence[Step], activity: Activity) -> _Found | None:
    """A workout of one step is the whole of the activity."""
    if len(steps) != 1:
        return None
    metres, seconds = (
        prepared(activity).distance_m,
        activity.recording.timer_s or activity.recording.elapsed_s,
    )
    return [_Stretch(0.0, seconds, metres, activity.recording.totals.get("avg_hr_bpm"))]


def _by_laps(steps: Sequence[Step], activity: Activity) -> _Found | None:
    """Lay laps over steps one after the other; laps within a step (each kilometre) belong together."""
    laps = [lap for lap in activity.recording.laps if lap.elapsed_s >= MIN_S]
    if len(laps) < 2:
        return None
    found: list[_Stretch | Literal["out"] | None] = []
    at = 0
    for n, step in enumerate(steps):
        if at >= len(laps):
            found.append("out")
            continue
        taken = _taken(step, laps, at)
        if taken is None:
            if n < len(steps) - 1 or n == 0:
                return None
            taken = len(laps) - at  # the last step ends when the athlete stops
        mine = laps[at : at + taken]
        at += taken
        found.append(
            _Stretch(mine[0].start_s, mine[-1].start_s + mine[-1].elapsed_s, _metres(mine), _hr(mine))
        )
    there = sum(f != "out" for f in found)
    # Two laps that happen to fit the beginning do not make a guided workout.
    return found if there == len(steps) or (there >= 3 and any(lap.intensity for lap in laps)) else None


def _taken(step: Step, laps: Sequence[Lap], at: int) -> int | None:
    """Return how many laps from `at` on make a step; None when they do not come out at its end."""
    if step.ends == "lap":
        return 1
    metres = seconds = 0.0
    for n, lap in enumerate(laps[at:], start=1):
        if step.ends == "distance":
            if lap.distance_m is None:
                return None
            metres += lap.distance_m
            value, wanted, room = metres, step.distance_m, LAP_ROOM_M
        else:
            seconds += lap.elapsed_s if lap.timer_s is None else lap.timer_s
            value, wanted, room = seconds, step.duration_s, LAP_ROOM_S
        if abs(value - wanted) <= max(room, LAP_ROOM * wanted):
            return n
        if value > wanted:
            return None
    return None


def _metres(laps: Sequence[Lap]) -> float | None:
    known = [lap.distance_m for lap in laps if lap.distance_m is not None]
    return sum(known) if len(known) == len(laps) else None


def _hr(laps: Sequence[Lap]) -> float | None:
    known = [(lap.avg_hr_bpm, lap.elapsed_s) for lap in laps if lap.avg_hr_bpm is not None]
    if len(known) < len(laps):
        return None
    return round(sum(hr * s for hr, s in known) / sum(s for _, s in known), 1)


def _by_bouts(steps: Sequence[Step], activity: Activity) -> _Found | None:
    """Take the repetitions found in the speed for the hard steps; what lies between follows from them."""
    work = [n for n, step in enumerate(steps) if step.intensity in _FAST]
    if not work:
        return None
    shared = prepared(activity)
    if shared.samples is None or shared.sums is None:
        return None
    rows = [row for row in rows_of(shared, shared.bouts) if row["kind"] == "work"]
    rows = rows[: len(work)]  # one more at the end was not planned
    if not rows or len(rows) < max(1, len(work) / 2):
        return None
    if not all(_fits(steps[n], row) for n, row in zip(work, rows, strict=False)):
        return None
    edges = [(row["start_s"], row["start_s"] + row["time_s"]) for row in rows]
    found: list[_Stretch | Literal["out"] | None] = ["out"] * len(steps)
    for n, (start, end) in zip(work, edges, strict=False):
        found[n] = _Stretch(start, end)
    t = shared.samples.t_s
    gaps = [(float(t[0]), edges[0][0], 0, work[0])]
    gaps += [(edges[k][1], edges[k + 1][0], work[k] + 1, work[k + 1]) for k in range(len(edges) - 1)]
    last = work[len(edges) - 1]
    after = len(steps) if len(edges) == len(work) else last + 1
    gaps.append((edges[-1][1], float(t[-1]), last + 1, after))
    for start, end, first, beyond in gaps:
        _share_out(steps, found, start, end, first, beyond)
    if len(edges) < len(work):
        # The repetitions that are missing are out; whether what follows them was a cool-down is not known.
        for n in range(work[len(edges)], len(steps)):
            found[n] = None if steps[n].kind is StepKind.cooldown else "out"
        for n in range(last + 1, work[len(edges)]):
            found[n] = None
    return found


def _fits(step: Step, row: Mapping[str, Any]) -> bool:
    if step.ends == "distance" and row["distance_m"] is not None:
        return bool(abs(row["distance_m"] / max(step.distance_m, 1.0) - 1) <= BOUT_ROOM)
    return bool(abs(row["time_s"] / max(step.duration_s, 1.0) - 1) <= BOUT_ROOM)


def _share_out(
    steps: Sequence[Step],
    found: list[_Stretch | Literal["out"] | None],
    start: float,
    end: float,
    first: int,
    beyond: int,
) -> None:
    """Give the time between two repetitions to the steps between; of several the last gets the rest."""
    n = beyond - first
    for k in range(first, beyond):
        found[k] = None
    if n < 1 or end - start < MIN_S:
        return
    at = start
    for k in range(first, beyond - 1):
        until = at + steps[k].duration_s
        if steps[k].ends != "time" or until > end:
            return  # where one ends and the next begins is not known
        found[k] = _Stretch(at, until)
        at = until
    if end - at >= MIN_S:
        found[beyond - 1] = _Stretch(at, end)


def _by_lengths(steps: Sequence[Step], activity: Activity) -> _Found | None:
    """Lay the planned lengths over the samples, where the whole was about as long as planned."""
    if any(step.ends == "lap" for step in steps):
        return None
    samples = prepared(activity).samples
    if samples is None or len(samples) < 2:
        return None
    t = samples.t_s
    metres = samples.distance_m if samples.has_distance else None
    by_distance = all(step.ends == "distance" for step in steps)
    if by_distance:
        if metres is None:
            return None
        planned, done = sum(s.distance_m for s in steps), float(metres[-1] - metres[0])
    else:
        planned, done = sum(s.duration_s for s in steps), float(t[-1] - t[0])
    if planned <= 0 or abs(done / planned - 1) > WHOLE_ROOM:
        return None
    found: list[_Stretch | Literal["out"] | None] = []
    at = float(t[0])
    for n, step in enumerate(steps):
        if at >= float(t[-1]) - MIN_S:
            found.append("out")
            continue
        if n == len(steps) - 1:
            until = float(t[-1])
        elif step.ends == "time":
            until = at + step.duration_s
        elif metres is None:
            return None
        else:
            until = float(np.interp(float(np.interp(at, t, metres)) + step.distance_m, metres, t))
        found.append(_Stretch(at, min(until, float(t[-1]))))
        at = until
    return found


def _done(
    index: int,
    nth: tuple[int, int] | None,
    step: Step,
    found: _Stretch | Literal["out"] | None,
    activity: Activity,
) -> StepDone:
    if found is None:
        return StepDone(index, nth, step)
    if found == "out":
        return StepDone(index, nth, step, done=False)
    shared = prepared(activity)
    seconds, metres, hr, power = found.end_s - found.start_s, found.distance_m, found.avg_hr_bpm, None
    if shared.sums is not None and shared.samples is not None:
        row = shared.sums.row(found.start_s, found.end_s)
        hr, power = row["avg_hr_bpm"] if hr is None else hr, row["avg_power_w"]
        if metres is None and shared.samples.has_distance:
            there = np.interp((found.start_s, found.end_s), shared.samples.t_s, shared.samples.distance_m)
            metres = float(there[1] - there[0])
    pace = seconds / metres * 1000 if metres and metres >= 10 else None
    held, off = _held(step.target, pace, hr, power)
    return StepDone(
        index,
        nth,
        step,
        True,
        round(found.start_s, 1),
        round(seconds, 1),
        None if metres is None else round(metres, 1),
        None if pace is None else round(pace, 1),
        hr,
        power,
        held,
        off,
    )


def _held(
    target: Target, pace: float | None, hr: float | None, power: float | None
) -> tuple[bool | None, float | None]:
    """Return whether the mean lies within the target, to the unit in which it is shown, and how far off."""
    value = {"pace": pace, "hr": hr, "power": power}.get(target.kind)  # effort was not measured
    if value is None or target.low is None or target.high is None:
        return None, None
    value = float(round(value))
    low, high = float(round(target.low)), float(round(target.high))
    off = value - low if value < low else value - high if value > high else 0.0
    return off == 0.0, off
