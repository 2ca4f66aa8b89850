"""Why a running plan should be changed: what was missed, what the body says, what was overdone, what is new.

A signal has a key: the same reason is told once. Thresholds: `science.md` of the design, sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from coach.domain.daily import Entry
from coach.domain.plan.match import Pair
from coach.domain.plan.model import Done, Plan, Situation, Workout, WorkoutKind
from coach.domain.plan.rules import Severity, check


class SignalKind(StrEnum):
    """What a signal is about, the most urgent first."""

    illness = "illness"
    pain = "pain"
    cleared = "cleared"  # a hold was lifted
    gap = "gap"
    readiness = "readiness"
    spike = "spike"
    week_rise = "week_rise"
    rules = "rules"  # with what was really done, what lies ahead is no longer safe
    missed_days = "missed_days"
    missed_key = "missed_key"
    blackout = "blackout"
    fitness = "fitness"


@dataclass(frozen=True)
class Signal:
    """One reason. `key` tells it from others of its kind; `params` fill the sentence `plan.why_<kind>`."""

    kind: SignalKind
    key: str
    day: date
    params: Mapping[str, Any] = field(default_factory=dict)


PAIN_FROM = 3.0  # out of 10 (Silbernagel 2007: up to 2 is safe, up to 5 acceptable only in treatment)
PAIN_DAYS = 7
PERSISTS_DAYS = 7  # the same place again after that long: somebody should look at it
ILL_DAYS = 5  # most forget to say that they are well again
MISSED_IN_ROW = 3
LOOK_BACK = 7
AHEAD = 14  # a plan farther off is checked when it comes nearer
LOW_READINESS, LOW_DAYS = 45.0, 2
SPIKE = 1.10  # Frandsen 2025: up to 10 % beyond the longest of 30 days is the reference
WEEK_RISE = 1.20  # on the mean of the four weeks before
GAP_DAYS = (6, 14, 29, 57)  # from how many days on another rule holds; the last asks for a new plan
NEW_PLAN_DAYS = GAP_DAYS[-1]
LEAST_VDOT_CHANGE = 0.5
_RANK = {kind: n for n, kind in enumerate(SignalKind)}


def signals(
    plan: Plan, pairs: Iterable[Pair], situation: Situation, journal: Sequence[Entry] = ()
) -> tuple[Signal, ...]:
    """Return every reason that holds today, the most urgent kind first.

    `pairs`: what was done of the plan; `journal`: what the athlete said in the last two weeks, oldest first.
    A lifted hold is not seen here (`cleared`): whoever lifts it says so.
    """
    matched = {pair.uid: pair.activity_id for pair in pairs}
    found = [
        *_ill(situation, journal),
        *_pain(situation.today, journal),
        *_gap(plan, matched, situation),
        *_tired(situation),
        *_spike(situation),
        *_week_rise(plan, situation),
        *_missed(plan, matched, situation.today),
        *_unsafe(plan, situation),
        *_blackouts(plan, situation),
        *_fitness(plan, situation),
    ]
    return tuple(sorted(found, key=lambda signal: (_RANK[signal.kind], signal.key)))


def cleared(hold_id: int, today: date, situation: Situation) -> Signal:
    """Return the reason to come back slowly after a hold was lifted."""
    off = situation.days_since_run
    days = GAP_DAYS[0] if off is None else max(off, GAP_DAYS[0])
    return Signal(SignalKind.cleared, f"cleared:{hold_id}", today, {"days": days})


def _ill(situation: Situation, journal: Sequence[Entry]) -> Iterator[Signal]:
    from coach.domain.journal import extract, recovered  # compiles large tables of phrases

    last: date | None = None
    since: date | None = None
    for entry in journal:
        if entry.day > situation.today:
            continue
        says_well = (entry.kind == "illness" and entry.value == 0) or (
            entry.kind in ("illness", "note") and bool(entry.text) and recovered(entry.text)
        )
        if says_well:
            last = since = None
        elif entry.kind == "illness" or (
            entry.kind == "note" and any(s.kind == "illness" and s.value != 0 for s in extract(entry.text))
        ):
            if last is None or (entry.day - last).days > ILL_DAYS:
                since = entry.day
            last = entry.day
    if last is not None and since is not None and (situation.today - last).days < ILL_DAYS:
        days = (last - since).days + 1
        yield Signal(
            SignalKind.illness,
            f"illness:{last}",
            last,
            {"since_day": since.isoformat(), "last_day": last.isoformat(), "days": days},
        )


def _pain(today: date, journal: Sequence[Entry]) -> Iterator[Signal]:
    """Yield pain of 3 out of 10 or more, and a place that was named twice within seven days."""
    from coach.domain.journal import extract

    places: dict[tuple[str, str], list[tuple[date, float | None]]] = {}
    for entry in journal:
        if not 0 <= (today - entry.day).days < 2 * PAIN_DAYS:
            continue
        if entry.kind == "pain":
            places.setdefault((entry.where, entry.side), []).append((entry.day, entry.value))
        elif entry.kind == "note":
            for said in extract(entry.text):
                if said.kind == "pain":
                    places.setdefault((said.where, said.side), []).append((entry.day, said.value))
    for (where, side), said_of in sorted(places.items()):
        hurt = [(day, value) for day, value in said_of if value is None or value > 0]
        recent = [(day, value) for day, value in hurt if (today - day).days < PAIN_DAYS]
        if not recent or said_of[-1][1] == 0:  # the last that was said: it does not hurt any more
            continue
        worst = max((value for _, value in recent if value is not None), default=None)
        days = {day for day, _ in recent}
        if (worst is None or worst < PAIN_FROM) and (not where or len(days) < 2):
            continue
        last = max(days)
        yield Signal(
            SignalKind.pain,
            f"pain:{where or 'anywhere'}:{side}:{last}",
            last,
            {
                "where": where,
                "side": side,
                "worst": worst,
                "times": len(days),
                "persists": bool(where) and (last - min(day for day, _ in hurt)).days >= PERSISTS_DAYS,
            },
        )


def _gap(plan: Plan, matched: Mapping[str, int], situation: Situation) -> Iterator[Signal]:
    """Yield a stretch of days without running in which the plan asked for some, going on or just ended."""
    today = situation.today
    ran = sorted({run.day for run in situation.runs if run.day <= today})
    stretches = [(first, second) for first, second in pairwise(ran) if (today - second).days <= 2]
    if ran and ran[-1] < today:
        stretches.append((ran[-1], today))
    for last, until in stretches:
        days = (until - last).days - (1 if until in ran else 0)
        asked = [w for w in plan.workouts if w.runs and last < w.day < until and w.uid not in matched]
        if days < GAP_DAYS[0] or not asked:
            continue
        band = max(from_ for from_ in GAP_DAYS if days >= from_)
        back = "back" if until in ran else str(band)
        params = {"days": days, "last_day": last.isoformat(), "new_plan": days >= NEW_PLAN_DAYS}
        yield Signal(SignalKind.gap, f"gap:{last}:{back}", today, params)


def _tired(situation: Situation) -> Iterator[Signal]:
    """Yield readiness below 45 on two days running, today or yesterday the second; each pair of days once."""
    known = {day: value for day, value in situation.readiness if day <= situation.today}
    for second in (situation.today, situation.today - timedelta(days=1)):
        first, run = second, 0
        while known.get(first, LOW_READINESS) < LOW_READINESS:
            run, first = run + 1, first - timedelta(days=1)
        if run >= LOW_DAYS:
            of_pair = first + timedelta(days=1 + (run // LOW_DAYS - 1) * LOW_DAYS)
            value = known[second]
            yield Signal(SignalKind.readiness, f"readiness:{of_pair}", second, {"score": round(value)})
            return


def _spike(situation: Situation) -> Iterator[Signal]:
    for run in situation.runs:
        before = situation.longest_m(run.day)
        if not 0 <= (situation.today - run.day).days <= 2 or run.race or not run.distance_m or not before:
            continue
        if run.distance_m > SPIKE * before:
            rise = round(100 * (run.distance_m / before - 1))
            yield Signal(
                SignalKind.spike,
                f"spike:{run.activity_id}",
                run.day,
                {"distance_m": run.distance_m, "longest_m": before, "rise_pct": rise},
            )


def _week_rise(plan: Plan, situation: Situation) -> Iterator[Signal]:
    """Yield a week of the plan in which more was run than planned, and far more than in the weeks before."""
    today = situation.today
    for week in plan.weeks:
        if not 0 <= (today - week.start).days <= 9:
            continue
        before = [_run_m(situation.runs, week.start - timedelta(days=7 * n)) for n in range(1, 5)]
        mean, done = sum(before) / 4, _run_m(situation.runs, week.start)
        raced = any(w.kind is WorkoutKind.race for w in week.workouts)
        if raced or not mean or not all(before) or done <= WEEK_RISE * mean or done <= SPIKE * week.run_m:
            continue
        rise = round(100 * (done / mean - 1))
        yield Signal(
            SignalKind.week_rise,
            f"week_rise:{week.start}",
            today,
            {"distance_m": done, "usual_m": mean, "rise_pct": rise},
        )


def _run_m(runs: Iterable[Done], start: date) -> float:
    """Return what was run in the seven days from `start` on, in m."""
    end = start + timedelta(days=7)
    return sum(run.distance_m or 0.0 for run in runs if start <= run.day < end)


def _missed(plan: Plan, matched: Mapping[str, int], today: date) -> Iterator[Signal]:
    """Yield key sessions that were left out, and the third of sessions left out in a row."""
    past = [w for w in plan.workouts if w.runs and w.day < today]
    recent = [w for w in past if (today - w.day).days <= LOOK_BACK]
    for workout in recent:
        # Until the day after, it may still be done.
        if workout.key and workout.uid not in matched and (today - workout.day).days >= 2:
            yield Signal(SignalKind.missed_key, f"missed_key:{workout.uid}", workout.day, _named(workout))
    row: list[Workout] = []
    for workout in reversed(past):
        if workout.uid in matched:
            break
        row.insert(0, workout)
    days = sorted({w.day for w in row})
    if len(days) >= MISSED_IN_ROW and (today - days[-1]).days <= LOOK_BACK:
        # Three more are three more: the week after is another.
        third = days[len(days) // MISSED_IN_ROW * MISSED_IN_ROW - 1]
        params = {"n": len(days), "first_day": days[0].isoformat()}
        yield Signal(SignalKind.missed_days, f"missed_days:{third}", third, params)


def _unsafe(plan: Plan, situation: Situation) -> Iterator[Signal]:
    """Yield the first rule that forbids and is broken in the next two weeks, once a week."""
    soon = situation.today + timedelta(days=AHEAD)
    for finding in check(plan, situation):
        if finding.severity is Severity.forbid and (finding.day is None or finding.day <= soon):
            week = situation.today - timedelta(days=situation.today.weekday())
            yield Signal(
                SignalKind.rules, f"rules:{finding.rule}:{week}", situation.today, {"rule": finding.rule}
            )
            return


def _named(workout: Workout) -> dict[str, Any]:
    return {"kind": workout.kind.value, "day": workout.day.isoformat(), "uid": workout.uid}


def _blackouts(plan: Plan, situation: Situation) -> Iterator[Signal]:
    for blackout in situation.constraints.blackouts:
        hit = [w for w in plan.workouts if w.steps and w.day >= situation.today and w.day in blackout]
        if any(w.kind is not WorkoutKind.race for w in hit):
            yield Signal(
                SignalKind.blackout,
                f"blackout:{blackout.start}:{blackout.end}",
                situation.today,
                {
                    "first_day": blackout.start.isoformat(),
                    "last_day": blackout.end.isoformat(),
                    "n": len(hit),
                },
            )


def _fitness(plan: Plan, situation: Situation) -> Iterator[Signal]:
    """Yield a VDOT that lies farther from the plan's than either is known; a rise only where it was shown."""
    old, new = plan.basis.vdot, situation.vdot
    if old is None or new is None:
        return
    room = max(
        LEAST_VDOT_CHANGE,
        _half(plan.basis.vdot_low, plan.basis.vdot_high),
        _half(situation.vdot_low, situation.vdot_high),
    )
    # An estimate from heart rate is no reason to run faster.
    if abs(new - old) <= room or (new > old and situation.vdot_estimated):
        return
    yield Signal(
        SignalKind.fitness,
        f"fitness:{round(new)}",
        situation.today,
        {"vdot": round(new, 1), "before": round(old, 1), "up": new > old},
    )


def _half(low: float | None, high: float | None) -> float:
    return (high - low) / 2 if low is not None and high is not None else 0.0
