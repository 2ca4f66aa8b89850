"""A plan as the rules read it: one pass over its workouts, joined with what was done before.

Days before today count as they were done, from today on as they are planned. Repeats are never written out:
an imported one of a million times costs no more than any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from coach.domain.plan.model import (
    HARD,
    HARD_FROM_S,
    Done,
    Intensity,
    Phase,
    Plan,
    Priority,
    Race,
    Repeat,
    Situation,
    Step,
    Week,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.rules.effort import bands_of
from coach.domain.plan.rules.gates import Gate, gate_of
from coach.domain.plan.rules.limits import SESSION_DAYS, Volume, full_weeks

SLOW_MPS = 2.4  # for runs whose distance nobody measured
RACE_MOST, RACE_MORE_M = 1.05, 6_000.0  # of a race's distance, and to warm up
_LESS = frozenset({Phase.taper, Phase.race, Phase.recovery})
_ON_FOOT_SLOWLY = frozenset({Intensity.rest, Intensity.walk})
DAY = timedelta(days=1)


@dataclass(slots=True)
class Session:
    """One workout with its sums. `race`: the race that it is; `at_m`: metres by intensity (runs only)."""

    workout: Workout
    week: int  # place in the plan's weeks
    runs: bool
    run_m: float = 0.0
    run_s: float = 0.0
    total_s: float = 0.0
    hard_s: float = 0.0
    continuous_s: float = 0.0
    at_m: dict[Intensity, float] = field(default_factory=dict)
    race: Race | None = None
    goal_race: bool = False  # whether it is an A race: exempt from what holds for training

    @property
    def day(self) -> date:
        return self.workout.day

    @property
    def hard(self) -> bool:
        return self.hard_s >= HARD_FROM_S


@dataclass(slots=True)
class WeekView:
    """One week. Sums are of training, without A races. `first` is the first running day from today on."""

    week: Week
    index: int
    sessions: list[Session] = field(default_factory=list)
    run_m: float = 0.0
    run_s: float = 0.0
    hard_s: float = 0.0
    longest: Session | None = None
    runs: int = 0
    run_days: set[date] = field(default_factory=set)
    at_m: dict[Intensity, float] = field(default_factory=dict)
    first: date | None = None
    whole: bool = True  # seven days within the plan
    before: Sequence[Volume] = ()  # the weeks before it, oldest first

    @property
    def full(self) -> bool:
        """Whether it shows what the athlete is used to: no lighter week, not cut short."""
        return self.whole and not self.week.cutback and self.week.phase not in _LESS

    @property
    def base_m(self) -> float:
        """What shares of the week are taken of: it or the last full one, where that was more.

        A week that was cut short does not make its sessions harder.
        """
        return max([self.run_m, *(v.run_m for v in full_weeks(self.before)[-1:])])

    @property
    def base_s(self) -> float:
        return max([self.run_s, *(v.run_s for v in full_weeks(self.before)[-1:])])


class View:
    """All that the rules ask of a plan for an athlete."""

    def __init__(self, plan: Plan, situation: Situation) -> None:
        self.plan, self.situation = plan, situation
        self.today = situation.today
        self.gate: Gate | None = gate_of(situation, plan)
        self.bands = bands_of(situation)
        self._races = {r.id: r for r in plan.races if r.id is not None}
        self._race_days: dict[date, list[Race]] = {}
        for race in (*plan.races, *((plan.goal.race,) if plan.goal.race else ())):
            self._race_days.setdefault(race.day, []).append(race)
        # Only what the athlete trains for or entered is exempt, not what a plan says of itself.
        known = (self.plan.goal.race, *(r for r in situation.races if r.priority is Priority.a))
        self._a_days = {r.day for r in known if r is not None}
        self.done_m, self.done_s = _by_day(situation.runs)
        self.weeks = [self._week(i, week) for i, week in enumerate(plan.weeks)]
        self.sessions = sorted(
            (s for week in self.weeks for s in week.sessions), key=lambda s: (s.day, s.workout.second)
        )
        self._give_before()

    def gated(self, day: date) -> bool:
        """Tell whether walk-run gates hold on a day instead of percentages."""
        return self.gate is not None and self.gate.week(day) is not None

    @cached_property
    def coming(self) -> list[Session]:
        """Sessions from today on."""
        return [s for s in self.sessions if s.day >= self.today]

    @cached_property
    def longest_before(self) -> dict[date, float]:
        """The longest run of the 30 days before each coming run, in m: done, or planned from today on."""
        by_day: dict[date, float] = {}
        for run in self.situation.runs:
            by_day[run.day] = max(by_day.get(run.day, 0.0), distance_of(run))
        for s in self.coming:
            if s.runs:
                by_day[s.day] = max(by_day.get(s.day, 0.0), s.run_m)
        asked = sorted({s.day for s in self.coming if s.runs})
        days = sorted(by_day)
        found: dict[date, float] = {}
        window: list[date] = []  # days whose run is longer than any later one, oldest first
        head = at = 0
        for day in asked:
            while at < len(days) and days[at] < day:
                while len(window) > head and by_day[window[-1]] <= by_day[days[at]]:
                    window.pop()
                window.append(days[at])
                at += 1
            while head < len(window) and window[head] < day - timedelta(days=SESSION_DAYS):
                head += 1
            found[day] = by_day[window[head]] if head < len(window) else 0.0
        return found

    def _week(self, index: int, week: Week) -> WeekView:
        plan = self.plan
        after = plan.weeks[index + 1].start if index + 1 < len(plan.weeks) else date.max
        whole = week.days == 7 and week.start >= plan.start and week.end <= plan.end and week.end < after
        found = WeekView(week, index, whole=whole)
        for workout in week.workouts:
            session = self._session(workout, index)
            found.sessions.append(session)
            if not session.runs:
                continue
            if session.day >= self.today:
                found.first = min(found.first or session.day, session.day)
            found.run_days.add(session.day)
            if session.goal_race:
                continue
            # What is over counts as it was done, but never for more than was planned: nobody is told off
            # for Monday's run by what is left for Sunday.
            counted_m, counted_s = session.run_m, session.run_s
            if session.day < self.today:
                counted_m = min(counted_m, self.done_m.get(session.day, 0.0))
                counted_s = min(counted_s, self.done_s.get(session.day, 0.0))
                if counted_s <= 0:
                    continue
            found.runs += 1
            found.run_m += counted_m
            found.run_s += counted_s
            found.hard_s += session.hard_s
            for intensity, metres in session.at_m.items():
                found.at_m[intensity] = found.at_m.get(intensity, 0.0) + metres
            if found.longest is None or session.run_m > found.longest.run_m:
                found.longest = session
        return found

    def _session(self, workout: Workout, week: int) -> Session:
        s = Session(workout, week, workout.runs)
        stretch = 0.0
        for part in workout.steps:
            times, steps = (part.times, part.steps) if isinstance(part, Repeat) else (1, (part,))
            are = [self.bands.intensity(step, workout.sport) for step in steps]
            for step, intensity in zip(steps, are, strict=True):
                seconds = times * step.duration_s
                s.total_s += seconds
                if intensity in HARD:
                    s.hard_s += seconds
                if s.runs:
                    metres = times * self.bands.metres(step)
                    s.run_m += metres
                    s.at_m[intensity] = s.at_m.get(intensity, 0.0) + metres
            if s.runs:
                longest, stretch = _stretch(stretch, times, steps, are)
                s.continuous_s = max(s.continuous_s, longest)
        if s.runs:
            s.run_s = s.total_s
        if workout.kind is WorkoutKind.race:
            race = self._race_of(workout)
            # Warming up comes on top of it, but nothing that only calls itself a race.
            if race is not None and s.run_m <= RACE_MOST * race.distance_m + RACE_MORE_M:
                s.race = race
                s.goal_race = race.priority is Priority.a and race.day in self._a_days
        return s

    def _race_of(self, workout: Workout) -> Race | None:
        if workout.race_id is not None and workout.race_id in self._races:
            race = self._races[workout.race_id]
            return race if race.day == workout.day else None
        races = self._race_days.get(workout.day, [])
        return min(races, key=lambda r: r.priority) if races else None

    def _give_before(self) -> None:
        weeks = self.weeks
        if not weeks:
            return
        # Before the plan: times of seven days back from its first week, or from today where it starts later.
        anchor = min(weeks[0].week.start, self.today)
        volumes = [self._done_in(anchor - timedelta(days=7 * k), True) for k in range(12, 0, -1)]
        for week in weeks:
            week.before = tuple(volumes[-8:])
            over = week.week.end < self.today
            volumes.append(
                self._done_in(week.week.start, week.full, week.week.days)
                if over
                else Volume(week.run_m, week.run_s, week.full)
            )

    def _done_in(self, start: date, full: bool, length: int = 7) -> Volume:
        days = [start + timedelta(days=i) for i in range(length)]
        return Volume(
            sum(self.done_m.get(d, 0.0) for d in days), sum(self.done_s.get(d, 0.0) for d in days), full
        )


_KEPT_AS = "_view"  # in the plan's __dict__, as functools.cached_property would keep it


def view_of(plan: Plan, situation: Situation) -> View:
    """Return the view of a plan, made once for all rules of a check."""
    kept = plan.__dict__.get(_KEPT_AS)
    if isinstance(kept, View) and kept.situation is situation:
        return kept
    view = View(plan, situation)
    plan.__dict__[_KEPT_AS] = view
    return view


def coming_weeks(view: View) -> Iterator[tuple[WeekView, date]]:
    """Yield the weeks in which running is still to come, each with the first day of it."""
    for week in view.weeks:
        if week.first is not None:
            yield week, week.first


def runs_at_all(s: Session) -> bool:
    """Tell whether there is running in a session: it may be walking from beginning to end."""
    return s.runs and any(metres > 0 for i, metres in s.at_m.items() if i not in _ON_FOOT_SLOWLY)


def distance_of(run: Done) -> float:
    """Return how far a run was, in m; from its time where nobody measured it."""
    return run.distance_m if run.distance_m is not None else run.duration_s * SLOW_MPS


def _by_day(runs: Sequence[Done]) -> tuple[dict[date, float], dict[date, float]]:
    metres: dict[date, float] = {}
    seconds: dict[date, float] = {}
    for run in runs:
        metres[run.day] = metres.get(run.day, 0.0) + distance_of(run)
        seconds[run.day] = seconds.get(run.day, 0.0) + run.duration_s
    return metres, seconds


def _stretch(
    before: float, times: int, steps: tuple[Step, ...], are: Sequence[Intensity]
) -> tuple[float, float]:
    """Return the longest running at a stretch within repeated steps, and the one open at their end, in s."""
    if all(intensity not in _ON_FOOT_SLOWLY for intensity in are):
        whole = before + times * sum(step.duration_s for step in steps)
        return whole, whole
    longest = stretch = before
    for _ in range(min(times, 2)):  # the third time is as the second
        for step, intensity in zip(steps, are, strict=True):
            stretch = 0.0 if intensity in _ON_FOOT_SLOWLY else stretch + step.duration_s
            longest = max(longest, stretch)
    return longest, stretch
