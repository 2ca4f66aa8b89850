"""One week after the other: how far, on which days, and what each day is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.plan import library, walk_run
from coach.domain.plan.library import WHY, Steps
from coach.domain.plan.menus import HARD_KINDS, Caps, choose, cook
from coach.domain.plan.model import (
    Club,
    Intensity,
    Phase,
    Priority,
    Race,
    Week,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.phases import Slot, event_of
from coach.domain.plan.placing import alternate, place
from coach.domain.plan.profile import KM_PER_RUN, MOST_KM_PER_RUN, Profile, hard_days_done, is_a
from coach.domain.plan.rules import limits
from coach.domain.plan.volume import Ledger, round_run

K = WorkoutKind
DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REST_AFTER = {"5k": 1, "10k": 2, "half": 3, "marathon": 5}  # days without running after a race
LEAST_EASY_M, MEDIUM_LONG_M = 3000.0, 14_000.0
LOADING = (Phase.base, Phase.build, Phase.specific)
RACE_SHARE = 0.25  # of the week's time that a tune-up race may take
HARD_SHARE = 0.185  # of the week's time, below what the rules allow
ROUNDING_M = 1500.0
HARD_MOST_M = 18_000.0
EVE_M = 5000.0  # the day before a race
STRENGTH_S = 1800.0


@dataclass
class Session:
    """A run that is being placed: where, what for, and how far it may and will be."""

    day: date
    role: str  # "long", "hard", "easy" or "club"
    cap_m: float
    size_m: float = 0.0
    weight: float = 1.0
    club: Club | None = None


class Weeks:
    """Fills the weeks of a plan one by one, each by what those before it came to."""

    def __init__(self, profile: Profile, slots: tuple[Slot, ...], seed: int) -> None:
        self.p, self.slots, self.seed = profile, slots, seed
        self.ledger = Ledger(profile.situation, profile.start, slots[-1].end)
        self.hard_days = hard_days_done(profile.situation)
        self.raced = [
            (r.day, r.distance_m) for r in profile.situation.runs if r.race and r.distance_m
        ]
        self.races = {r.day: r for r in profile.races if r.day <= slots[-1].end}
        self.dropped: list[Race] = []
        self.notes: set[str] = set()
        self.loading = [s for s in slots if s.phase in LOADING and not s.cutback]
        self.last_m, self.last_long = profile.start_m, 0.0
        self.last_full: tuple[float, float] = (0.0, 0.0)
        self.reference_m = self.reference_long = 0.0
        self.n_runs = profile.runs
        self.turn = 0
        self.row: list[float] = []  # the weeks since a lighter one

    def fill(self) -> tuple[Week, ...]:
        """Return all weeks with their workouts."""
        return tuple(self._week(slot) for slot in self.slots)

    # The frame of a week

    def _week(self, slot: Slot) -> Week:
        gate = self.p.gate
        if gate is not None and gate.week(slot.start) is not None:
            runs = self._gated_week(slot)
            self.last_m = max(LEAST_EASY_M * 2, sum(w.distance_m for w in runs))
        else:
            runs = list(self._running(slot))
        for workout in runs:
            self.ledger.add(workout.day, workout.distance_m)
            if workout.hard:
                self.hard_days.append(workout.day)
        trained = [w for w in runs if not self._a_race(w)]
        run_m, run_s = sum(w.distance_m for w in trained), sum(w.duration_s for w in trained)
        full = slot.phase in (*LOADING, Phase.walk_run) and not slot.cutback and len(slot.days) == 7
        self.ledger.close(run_m, run_s, full)
        if full:
            self.last_full = (run_m, run_s)
        lighter = bool(self.row) and run_m <= limits.RELIEF_SHARE * max(self.row)
        if lighter or len(slot.days) < 7 or slot.phase not in LOADING:
            self.row = []
        else:
            self.row.append(run_m)
        extra = self._extra(slot, {w.day for w in runs})
        return Week(
            slot.number, slot.start, slot.phase, slot.cutback, _numbered(slot.number, [*runs, *extra])
        )

    def _a_race(self, workout: Workout) -> bool:
        race = self.races.get(workout.day)
        return workout.kind is K.race and race is not None and is_a(race)

    def _open(self, day: date) -> bool:
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

    def _soft(self, day: date) -> bool:
        """Whether a day must be easy: after a race, by health, or by the gates."""
        gate = self.p.gate
        return (
            self.p.gentle
            or (self.p.indoors and not self.p.situation.constraints.treadmill)
            or day <= self.p.easy_until
            or (gate is not None and gate.easy_only(day))
            or self._recovering(day)
        )

    def _recovering(self, day: date) -> bool:
        return any(0 < (day - raced).days <= limits.recovery_days(m) for raced, m in self.raced)

    def _cap(self, slot: Slot, day: date) -> float:
        """Return how far one may run on a day, in m."""
        p, most = self.p, self.p.situation.constraints.max_s[day.weekday()]
        seconds = p.longest_s if not self._recovering(day) else min(p.longest_s, limits.RECOVERY_LONG_S)
        metres = min(
            self.ledger.session_cap(day), (seconds if most is None else min(most, seconds)) / p.easy_s_per_m
        )
        if p.situation.age is not None:
            metres = min(metres, limits.race_limit_m(p.situation.age) or metres)
        if slot.phase is Phase.recovery:
            metres = min(metres, (50 if slot.share < 0.5 else 80) * 60 / p.easy_s_per_m)
        return min(metres, EVE_M) if day + DAY in self.races else metres

    # Walking and running in turns

    def _gated_week(self, slot: Slot) -> list[Workout]:
        """Return the walk-run sessions of a week; percentages hold for it already if it begins after the gates."""
        self._drop_unfit(slot, gated=True)
        runs = list(self._walk_run(slot))
        if runs and self.p.gate is not None and self.p.gate.week(runs[0].day) is None:
            while runs and sum(w.distance_m for w in runs) > self.ledger.week_cap():
                runs.pop()
        races = [d for d in slot.days if d in self.races]
        self.raced += [(d, self.races[d].distance_m) for d in races]
        return sorted([*runs, *(self._race(d) for d in races)], key=lambda w: w.day)

    def _drop_unfit(self, slot: Slot, *, gated: bool = False) -> None:
        """Leave out the tune-up races that cannot be run safely."""
        for race in [self.races[d] for d in slot.days if d in self.races]:
            if not is_a(race) and (gated or not self._fit(race)):
                del self.races[race.day]
                self.dropped.append(race)

    def _walk_run(self, slot: Slot) -> Iterator[Workout]:
        p, gate = self.p, self.p.gate
        assert gate is not None
        free = [n for n, day in enumerate(slot.days) if self._open(day)]
        last = self.ledger.last_run(slot.start) or slot.start - 7 * DAY
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
            most = p.situation.constraints.max_s[day.weekday()]
            made = walk_run.session(p.pacing, gate, stage, most_s=most)
            if made is not None:
                yield self._workout(day, made[0], made[1], why=WHY[K.walk_run])

    # Running

    def _running(self, slot: Slot) -> list[Workout]:
        p = self.p
        self._drop_unfit(slot)
        races = [self.races[d] for d in slot.days if d in self.races]
        goal_day = p.race.day if p.race is not None and slot.phase is Phase.race else None
        out: list[Workout] = []
        race_m = sum(r.distance_m for r in races if not is_a(r))
        open_days = [d for d in slot.days if self._open(d) and (goal_day is None or d < goal_day)]
        for race in races:
            out.append(self._race(race.day))
            self.raced.append((race.day, race.distance_m))
        open_days = [d for d in open_days if self._open(d)]
        volume = max(0.0, self._volume(slot, open_days) - race_m)
        sessions = self._sessions(slot, open_days, volume, races)
        if not sessions:
            return out
        self._size(sessions, volume)
        self._bound_long(sessions, races)
        out += self._cooked(slot, sessions, races)
        total = sum(w.distance_m for w in out if not self._a_race(w))
        if slot.phase in LOADING and not slot.cutback and len(slot.days) == 7:
            if len(open_days) >= p.runs:  # a week cut short by other things is no new measure
                # What rounding took is not lost: short runs would never grow.
                self.last_m = max(total, min(volume + race_m, total + ROUNDING_M))
                self.last_long = max((s.size_m for s in sessions if s.role == "long"), default=self.last_long)
            self.turn += 1
        return out

    def _fit(self, race: Race) -> bool:
        """Whether a race that is not the goal is within what may be run that day."""
        cap = self.ledger.session_cap(race.day)
        age = self.p.situation.age
        limit = None if age is None else limits.race_limit_m(age)
        if race.distance_m > min(cap, limit or cap) or self._soft(race.day):
            return False
        seconds = self.p.pacing.race_s(race.distance_m)
        usual_s = max(self.last_full[1], self.last_m * self.p.easy_s_per_m)
        return seconds <= max(limits.HARD_FREE_S, RACE_SHARE * usual_s)

    def _volume(self, slot: Slot, open_days: list[date]) -> float:
        """Return how far the week is meant to be, in m, its tune-up races included."""
        p = self.p
        cap = self.ledger.week_cap()
        blacked = sum(any(d in b for b in self.p.situation.constraints.blackouts) for d in slot.days)
        part = (len(slot.days) - blacked) / 7
        if slot.phase in LOADING and not slot.cutback:
            left = max(1, sum(s.number >= slot.number for s in self.loading))
            first = slot is self.loading[0] or len(slot.days) < 7
            ratio = 1.0 if first else max(1.0, p.peak_m / self.last_m) ** (1 / left)
            wished = self.last_m * ratio
            if len(self.row) >= limits.building_weeks(p.situation):
                wished = min(wished, 1.02 * self.row[0])  # a lighter week was lost to other things: hold
        elif slot.cutback:
            wished = slot.share * self.last_m
        else:
            if not self.reference_m:
                self.reference_m = self.ledger.peak()
                self.reference_long = max(self.last_long, 5000.0)
            wished = slot.share * self.reference_m
            part = 1.0 if slot.phase is Phase.race else part
        if any(r.priority is Priority.b for d, r in self.races.items() if d in slot.days):
            wished *= 0.9
        return min(wished, cap) * part

    def _long(self, slot: Slot, volume: float, runs: int) -> float:
        """Return how far the long run is meant to be, in m."""
        share = limits.long_share(runs)
        before = self.last_long or min(self.ledger.longest(slot.start), share * volume)
        if slot.phase in LOADING and not slot.cutback:
            left = max(1, sum(s.number >= slot.number for s in self.loading))
            target = max(before, self.p.long_m)
            wished = before if not self.last_long else before * (target / max(before, 1.0)) ** (1 / left)
            # A step up must be one that rounding leaves.
            wished = max(wished, before + 500.0) if left > 1 and target >= before + 500 else wished
            base = volume
        else:
            wished = (0.75 if slot.cutback else 0.9 * slot.share) * before
            base = volume
        return max(min(wished, share * base), min(volume, 3000.0))

    def _runs(self, volume: float, open_days: list[date]) -> int:
        p = self.p
        runs = p.runs
        while volume / runs > KM_PER_RUN:
            # One more run makes the long one a smaller share of the week: not while it must still grow.
            if limits.long_share(runs + 1) * volume < p.ready_m and volume / runs <= MOST_KM_PER_RUN:
                break
            runs += 1
        runs = min(runs, p.most_runs, 6, len(open_days))
        return max(min(runs, int(volume / 2500)), min(1, len(open_days)))

    def _sessions(self, slot: Slot, open_days: list[date], volume: float, races: list[Race]) -> list[Session]:
        """Return the runs of the week on their days, with what each may be at most."""
        p, wishes = self.p, self.p.situation.constraints
        if not open_days or volume < 2000:
            return []
        at = {(d - slot.start).days: d for d in open_days}
        caps = {n: self._cap(slot, d) for n, d in at.items()}
        in_race_week = slot.phase is Phase.race
        runs = self._runs(volume, open_days)
        if slot.phase is Phase.taper or in_race_week:
            runs = min(max(runs, self.n_runs - len(races)), len(open_days), 6 - len(races))
            runs = max(1, min(runs, int(volume / 2000)))
        else:
            runs = max(1, min(runs, 6 - len(races)))
        if slot.phase in LOADING:
            self.n_runs = runs
        fixed = self._clubs(slot, at)
        count = self._hard_count(slot, volume, runs, races)
        hard_ok = tuple(n for n, d in at.items() if not self._soft(d))
        around = tuple(
            (d - slot.start).days
            for d in (*self.hard_days[-4:], *self.races)
            if -7 <= (d - slot.start).days <= 13
        )
        fixed_hard = tuple(n for n, c in fixed.items() if c.kind in HARD_KINDS)
        long_day = (
            None
            if in_race_week or (slot.phase is Phase.recovery and slot.share < 0.5)
            else self._long_day(slot, at, races, fixed)
        )
        wish_long = self._long(
            slot, volume + sum(r.distance_m for r in races if not is_a(r)), runs + len(races)
        )
        specific = self._marathon_week(slot) and long_day in hard_ok
        specific = specific and not any(abs(long_day - n) < p.gap for n in (*around, *fixed_hard))  # type: ignore[operator]
        days = place(
            tuple(sorted(at)),
            runs,
            max(0, count - len(fixed_hard) - specific),
            p.gap,
            long=long_day,
            fixed_hard=fixed_hard,
            fixed_easy=tuple(n for n in fixed if n not in fixed_hard),
            around=around,
            long_is_hard=bool(specific),
            hard_ok=hard_ok,
            room=tuple(wishes.max_s[(slot.start + n * DAY).weekday()] or 14_400.0 for n in range(7)),
        )
        found = []
        if days.long is not None:
            role = "marathon" if specific else "long"
            size = round_run(min(wish_long, caps[days.long]))
            found.append(Session(at[days.long], role, size, size))
        limit = 0.85 * found[0].size_m if found and runs >= 3 else float("inf")
        if slot.phase in (Phase.taper, Phase.race):
            limit = max(limit, 0.5 * self.reference_long)
        for n, club in fixed.items():
            size = round_run(min(club.duration_s / p.easy_s_per_m, caps[n], 0.6 * volume))
            found.append(Session(at[n], "club", size, size, club=club))
        for n in days.hard:
            most = min(caps[n], max(limit, 5000.0), HARD_MOST_M)
            found.append(Session(at[n], "hard", most, weight=1.1))
        hard = {*days.hard, *fixed_hard, *([days.long] if specific and days.long is not None else [])}
        for n in days.easy:
            after = n - 1 in hard or n - 1 == days.long or n + 1 in hard
            found.append(
                Session(
                    at[n],
                    "easy",
                    max(min(caps[n], limit), min(caps[n], 3000.0)),
                    weight=0.8 if after else 1.0,
                )
            )
        if volume >= 60_000 and runs >= 5 and slot.phase in LOADING:
            middle = [s for s in found if s.role == "easy" and s.weight == 1.0]
            if middle:
                middle[0].weight = 1.4
        return found

    def _clubs(self, slot: Slot, at: dict[int, date]) -> dict[int, Club]:
        """Return the club sessions that can take place, hard ones made easy where rest is due."""
        found: dict[int, Club] = {}
        taken = [(d - slot.start).days for d in (*self.hard_days[-4:], *self.races)]
        for club in sorted(self.p.situation.constraints.clubs, key=lambda c: c.weekday):
            for n, day in at.items():
                if day.weekday() != club.weekday or n in found:
                    continue
                kept = club
                if slot.phase in (Phase.taper, Phase.race, Phase.recovery) or self.races.get(day + DAY):
                    self.notes.add("club_taper")
                    if any(0 < (r - day).days <= 3 for r in self.races):
                        continue
                    kept = replace(club, duration_s=max(0.5, slot.share) * club.duration_s)
                if club.kind in HARD_KINDS:
                    near = [t for t in taken if abs(t - n) < self.p.gap]
                    if self._soft(day) or near or slot.phase is Phase.recovery:
                        self.notes.add("club_easy")
                        kept = replace(kept, kind=K.easy)
                    else:
                        taken.append(n)
                found[n] = kept
        return found

    def _hard_count(self, slot: Slot, volume: float, runs: int, races: list[Race]) -> int:
        p = self.p
        if p.gentle or slot.phase not in (*LOADING, Phase.taper, Phase.race) or runs < 2:
            return 0
        tune_ups = [r for r in races if not is_a(r)]
        if tune_ups:
            return 0
        if slot.phase is Phase.race:
            return 1 if p.level != "beginner" else 0
        if slot.number == 1 and p.level != "advanced" and len(self.loading) > 2:
            return 0
        if p.race is None:
            return 1 if p.level != "beginner" and slot.phase in LOADING and not slot.cutback else 0
        if slot.phase is Phase.base:
            return 0 if p.level == "beginner" else 1
        full = 1 if runs <= 3 or volume < 30_000 or p.level == "beginner" else 2
        young = p.situation.age is not None and p.situation.age < 16
        return 1 if slot.cutback or young or slot.phase is Phase.taper else full

    def _marathon_week(self, slot: Slot) -> bool:
        """Whether the long run of this week holds marathon pace: every other week of the specific phase."""
        return (
            self.p.event == "marathon"
            and self.p.race is not None
            and slot.phase is Phase.specific
            and not slot.cutback
            and self.turn % 2 == 0
            and not self.p.gentle
        )

    def _long_day(
        self,
        slot: Slot,
        at: dict[int, date],
        races: list[Race],
        fixed: dict[int, Club],
    ) -> int | None:
        """Return the day of the long run: as wished, else where there is most time, at the weekend if equal."""
        wished = self.p.situation.constraints.long_day
        race_days = [(r.day - slot.start).days for r in races]
        if any(r.distance_m >= 0.8 * max(self.last_long, 1.0) or r.priority is Priority.b for r in races):
            return None
        days = [n for n in at if n not in fixed and all(abs(n - r) > 1 for r in race_days)]
        next_race = [(d - slot.start).days for d in self.races if (d - slot.start).days > 6]
        days = [n for n in days if all(r - n > 2 for r in next_race)]
        if not days:
            return None
        for n in days:
            if at[n].weekday() == wished:
                return n
        need = max(self.last_long, self.p.long_m) if wished is None else self.last_long
        need_s = need * self.p.easy_s_per_m

        def liked(n: int) -> tuple[float, bool, bool, int]:
            most, weekday = self.p.situation.constraints.max_s[at[n].weekday()], at[n].weekday()
            return need_s if most is None else min(most, need_s), weekday == 6, weekday == 5, n

        return max(days, key=liked)

    def _size(self, sessions: list[Session], volume: float) -> None:
        """Share the week's distance out, no session beyond what it may be, each round."""
        left = volume - sum(s.size_m for s in sessions)
        todo = [s for s in sessions if s.size_m == 0.0]
        if left < 0:
            for s in sessions:
                s.size_m = round_run(s.size_m * volume / (volume - left))
            left = volume - sum(s.size_m for s in sessions)
        for s in sorted(todo, key=lambda s: s.cap_m / s.weight):
            share = left * s.weight / sum(t.weight for t in todo if t.size_m == 0.0)
            s.size_m = round_run(min(s.cap_m, share)) or 1.0
            left -= s.size_m
        for s in sorted(todo, key=lambda s: (s.role != "hard", -s.weight, s.day)):
            if left >= 500 and s.size_m >= 4500 and s.size_m + 500 <= s.cap_m:
                s.size_m = round_run(s.size_m + 500)
                left -= 500
        small = [s for s in sessions if s.size_m < 1500.0]
        for s in small:
            sessions.remove(s)
        self._doubles(sessions, left)

    def _bound_long(self, sessions: list[Session], races: list[Race]) -> None:
        """Keep the longest run within its share of what the week came to."""
        tuned = [r.distance_m for r in races if not is_a(r)]
        share = limits.long_share(len(sessions) + len(tuned))
        longest = max(sessions, key=lambda s: s.size_m, default=None)
        if longest is None or share >= 1.0:
            return
        others = sum(s.size_m for s in sessions) - longest.size_m + sum(tuned)
        most = max(share * self.last_full[0], share / (1 - share) * others, 5000.0)
        if longest.size_m > most:
            longest.size_m = round_run(most)

    def _doubles(self, sessions: list[Session], left: float) -> None:
        """Put what found no room into a second run on the days that may have one."""
        wishes = self.p.situation.constraints
        for s in list(sessions):
            if s.day.weekday() not in wishes.double_days or s.role not in ("easy", "hard") or left < 3000:
                continue
            most = wishes.max_s[s.day.weekday()]
            slower = 1000.0 if s.role == "hard" else 100.0  # than an easy run of that size
            room = float("inf") if most is None else most / self.p.easy_s_per_m - s.size_m - slower
            longest = self.ledger.longest(s.day)
            total = max(limits.DAY_SHARE * longest, limits.session_limit_m(longest))
            size = round_run(min(left, room, total - s.size_m, 0.6 * s.size_m))
            if size >= LEAST_EASY_M:
                sessions.append(Session(s.day, "second", size, size))
                left -= size

    # What the days hold

    def _cooked(self, slot: Slot, sessions: list[Session], races: list[Race]) -> list[Workout]:
        p = self.p
        week_m = sum(s.size_m for s in sessions) + sum(r.distance_m for r in races if not is_a(r))
        week_s = 0.97 * week_m * p.easy_s_per_m
        base_m, base_s = max(week_m, self.last_full[0]), max(week_s, self.last_full[1])
        if slot.phase in (Phase.taper, Phase.race):
            base_m, base_s = week_m, week_s  # the hard part shrinks with the week
        raced_s = sum(p.pacing.race_s(r.distance_m) for r in races if not is_a(r))
        caps = Caps(base_m, max(0.0, HARD_SHARE * base_s - raced_s))
        strides = self._stride_days(slot, sessions)
        made = {
            d: library.strides(p.pacing, s.size_m, strides[d]) for s in sessions if (d := s.day) in strides
        }
        for steps in made.values():
            caps.take(steps)
        out = []
        order = sorted(sessions, key=lambda s: (s.role != "marathon", s.role != "club", s.day))
        hard_left = sum(
            s.role == "hard" or (s.club is not None and s.club.kind in HARD_KINDS) for s in sessions
        )
        place_ = 0
        for s in order:
            kind, steps, style = K.easy, library.easy(p.pacing, s.size_m), self.turn + self.seed
            if s.role == "marathon":
                kind = K.long
                room = caps.room(s.size_m, Intensity.marathon, 0.65 if hard_left else 1.0)
                steps = library.marathon_long(p.pacing, room, style // 2) or steps
            elif s.role == "long":
                kind = K.long
            elif s.role == "hard" or (s.club is not None and s.club.kind in HARD_KINDS):
                share = 1.0 if hard_left == 1 else 0.55
                hard_left -= 1
                wanted = choose(p.event, slot.phase, place_, style) if s.club is None else s.club.kind
                place_ = 1
                found = self._hard(wanted, s, caps, share, style)
                if found is not None:
                    kind, steps = found
            elif s.day in strides:
                out.append(self._run(slot, s, K.strides, made[s.day]))
                continue
            elif s.club is not None:
                kind = s.club.kind
            elif s.weight > 1.0 and s.size_m >= MEDIUM_LONG_M:
                kind = K.medium_long
            elif s.weight < 1.0 and s.size_m <= 8000 and slot.phase in LOADING:
                kind = K.recovery
            caps.take(steps)
            out.append(self._run(slot, s, kind, steps))
        return sorted(out, key=lambda w: (w.day, w.second))

    def _hard(
        self, wanted: WorkoutKind, s: Session, caps: Caps, share: float, style: int
    ) -> tuple[WorkoutKind, Steps] | None:
        """Return a hard session that the day has time for, shorter where it must be."""
        most = self.p.situation.constraints.max_s[s.day.weekday()]
        most = self.p.longest_s if most is None else min(most, self.p.longest_s)
        size = s.size_m
        while size >= 3000:
            made = cook(wanted, self.p.pacing, caps, size, share, style)
            if made is None:
                return None
            if _seconds(made[1]) <= most:
                s.size_m = size
                return made
            size = round_run(size - 500)
        return None

    def _stride_days(self, slot: Slot, sessions: list[Session]) -> dict[date, int]:
        """Return the easy days that end with strides, with how many."""
        p = self.p
        if slot.phase not in (*LOADING, Phase.taper, Phase.race) or slot.number == 1 or p.gentle:
            return {}
        hard = {s.day for s in sessions if s.role in ("hard", "marathon")} | set(self.races)
        easy = [
            s
            for s in sessions
            if s.role == "easy"
            and s.size_m >= 4000
            and not self._recovering(s.day)
            and s.day > p.easy_until
            and s.day - DAY not in hard
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

    def _run(self, slot: Slot, s: Session, kind: WorkoutKind, steps: Steps) -> Workout:
        workout = self._workout(s.day, kind, steps)
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
            place=self._where(kind, workout.hard),
        )

    def _where(self, kind: WorkoutKind, hard: bool) -> Literal["any", "track", "treadmill", "hill", "trail"]:
        wishes = self.p.situation.constraints
        if hard and self.p.indoors:
            return "treadmill"
        if kind is K.hills:
            return "hill"
        if kind in (K.interval, K.repetition) and wishes.track:
            return "track"
        return "trail" if wishes.terrain == "trail" and kind in (K.easy, K.long, K.medium_long) else "any"

    def _workout(
        self, day: date, kind: WorkoutKind, steps: Steps, why: tuple[str, str] | None = None
    ) -> Workout:
        purpose, guideline = why or WHY[kind]
        return Workout("", day, kind, steps, purpose=purpose, guideline=guideline)

    def _race(self, day: date) -> Workout:
        race = self.races[day]
        workout = self._workout(day, K.race, library.race(self.p.pacing, race.distance_m))
        purpose = "race" if is_a(race) else "tune_up"
        return replace(workout, race_id=race.id, name=race.name, key=True, purpose=purpose)

    def _extra(self, slot: Slot, run_days: set[date]) -> Iterator[Workout]:
        """Yield other sports and strength on their days, none of it next to a race."""
        wishes = self.p.situation.constraints
        for day in slot.days:
            if any(day in b for b in wishes.blackouts) or any(d in self.races for d in (day, day + DAY)):
                continue
            if slot.phase is Phase.race and self.p.race is not None and (self.p.race.day - day).days <= 3:
                continue
            for other in wishes.others:
                if other.weekday == day.weekday():
                    yield replace(
                        self._workout(day, K.cross, library.untravelled(other.duration_s)), sport=other.sport
                    )
            if day.weekday() in wishes.strength_days and slot.phase is not Phase.race:
                yield replace(
                    self._workout(day, K.strength, library.untravelled(STRENGTH_S)), sport=Sport.strength
                )


def _seconds(steps: Steps) -> float:
    return Workout("", date.min, K.easy, steps).duration_s


def _numbered(week: int, workouts: list[Workout]) -> tuple[Workout, ...]:
    """Return the workouts by day, each with the uid that it keeps."""
    order = sorted(enumerate(workouts), key=lambda nw: (nw[1].day, nw[1].second, nw[0]))
    seen: dict[date, int] = {}
    found = []
    for _, w in order:
        n = seen[w.day] = seen.get(w.day, 0) + 1
        uid = f"w{week:02d}-{WEEKDAYS[w.day.weekday()]}" + (f"-{n}" if n > 1 else "")
        found.append(replace(w, uid=uid))
    return tuple(found)
