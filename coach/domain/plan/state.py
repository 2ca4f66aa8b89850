"""What is known while the weeks of a plan are filled, each by what those before it came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from coach.domain.plan.model import Club, Phase, Race, Workout, WorkoutKind
from coach.domain.plan.phases import Event, Slot, event_of
from coach.domain.plan.profile import Profile, hard_days_done, is_a
from coach.domain.plan.rules import limits
from coach.domain.plan.volume import Ledger

K = WorkoutKind
DAY = timedelta(days=1)
LOADING = (Phase.base, Phase.build, Phase.specific)
REST_AFTER: dict[Event, int] = {
    "5k": 1,
    "10k": 2,
    "half": 3,
    "marathon": 5,
}  # days without running after a race
# Days off that cost nothing, and what the first week after more of them holds.
OFF_DAYS, BACK_SHARE, BACK_SHARE_LATER = 6, 0.65, 0.5
EVE_M = 5000.0  # the most of the day before a race
RECOVERY_S, LATER_RECOVERY_S = 50 * 60.0, 80 * 60.0  # the longest run of the weeks after a race


@dataclass
class Session:
    """A run that is being placed: where, what for, and how far it may and will be."""

    day: date
    role: Literal["long", "marathon", "hard", "easy", "club", "second"]
    cap_m: float
    size_m: float = 0.0
    weight: float = 1.0
    club: Club | None = None


class State:
    """The plan so far: volumes, hard days and races behind the week that comes next."""

    def __init__(self, profile: Profile, slots: tuple[Slot, ...], seed: int) -> None:
        self.p, self.slots, self.seed = profile, slots, seed
        self.ledger = Ledger(profile.situation, profile.start, slots[-1].end)
        self.hard_days = hard_days_done(profile.situation)
        self.raced = [(r.day, r.distance_m) for r in profile.situation.runs if r.race and r.distance_m]
        self.races = {r.day: r for r in profile.races if r.day <= slots[-1].end}
        self.dropped: list[Race] = []
        self.notes: set[str] = set()
        self.loading = [s for s in slots if s.phase in LOADING and not s.cutback]
        self.last_m, self.last_long = profile.start_m, 0.0
        self.last_full: tuple[float, float] = (0.0, 0.0)
        self.reference_m = self.reference_long = 0.0
        self.n_runs = profile.runs
        self.turn = 0
        self.long_days: list[date] = []
        self.cooked: Counter[WorkoutKind] = Counter()  # so that each differs from the last of its kind
        self.row: list[float] = []  # the weeks since a lighter one

    def a_race(self, workout: Workout) -> bool:
        race = self.races.get(workout.day)
        return workout.kind is K.race and race is not None and is_a(race)

    def can_run(self, day: date) -> bool:
        """Whether running is possible on a day: free, well, and not resting from a race."""
        health = self.p.situation.health
        if not self.p.situation.constraints.free(day) or day in self.races:
            return False
        if health.ill_since is not None and day <= self.p.situation.today + DAY:
            return False
        born = health.postpartum_since
        if born is not None and (day - born).days < limits.POSTPARTUM_DAYS:
            return False
        return not any(0 < (day - raced).days <= REST_AFTER[event_of(m)] for raced, m in self.raced)

    def back_share(self, slot: Slot) -> float:
        """Return what a week may hold of the usual after days off within the plan (Daniels): 1 after few."""
        if slot is self.slots[0] or slot.phase not in (*LOADING, Phase.taper):
            return 1.0
        first = next((d for d in slot.days if self.can_run(d)), slot.end)
        last = self.ledger.last_run(first)
        if last is not None and (first - last).days <= OFF_DAYS:
            return 1.0
        return BACK_SHARE if last is not None else BACK_SHARE_LATER

    def lost(self, slot: Slot) -> int:
        """Return how many free days of a week go to resting from a race."""
        wishes = self.p.situation.constraints
        return sum(wishes.free(d) and d not in self.races and not self.can_run(d) for d in slot.days)

    def soft(self, day: date) -> bool:
        """Whether a day must be easy: after a race, by health, or by the gates."""
        gate = self.p.gate
        return (
            self.p.gentle
            or (self.p.indoors and not self.p.situation.constraints.treadmill)
            or day <= self.p.easy_until
            or (gate is not None and gate.easy_only(day))
            or self.recovering(day)
        )

    def recovering(self, day: date) -> bool:
        return any(0 < (day - raced).days <= limits.recovery_days(m) for raced, m in self.raced)

    def cap(self, slot: Slot, day: date) -> float:
        """Return how far one may run on a day, in m."""
        p, most = self.p, self.p.situation.constraints.max_s[day.weekday()]
        seconds = p.longest_s if not self.recovering(day) else min(p.longest_s, limits.RECOVERY_LONG_S)
        metres = min(
            self.ledger.session_cap(day), (seconds if most is None else min(most, seconds)) / p.easy_s_per_m
        )
        if p.situation.age is not None:
            metres = min(metres, limits.race_limit_m(p.situation.age) or metres)
        if slot.phase is Phase.recovery:
            metres = min(metres, (RECOVERY_S if slot.share < 0.5 else LATER_RECOVERY_S) / p.easy_s_per_m)
        return min(metres, EVE_M) if day + DAY in self.races else metres
