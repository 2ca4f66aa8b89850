"""What an athlete's fitness is worth on a day, read from the efforts behind it. Pure.

The past is read once and kept with the history, so that a year of days costs little more than one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from coach.domain.activity import Floats, Sport
from coach.domain.athlete import Thresholds, holding
from coach.domain.metrics.history import History, Past
from coach.domain.metrics.performance import THRESHOLD_SHARE, vdot_of, vo2_at_speed
from coach.domain.metrics.registry import Unknown
from coach.domain.metrics.thresholds import (
    EASY_MIN_RESERVE,
    EASY_MIN_S,
    RUNS_AT_LEAST,
    SPEED_CONFIRM,
    SPEED_DAYS,
)
from coach.domain.metrics.time_off import vdot_share_after
from coach.domain.metrics.verification import MAX_S, READS, Level, Performance, race_of, worth_of
from coach.domain.resample import Indices

WINDOW_DAYS = SPEED_DAYS
READS_OF_VDOT = (*READS, "graded_pace_s_per_km", "avg_hr_bpm", "moving_s")
FREE_DAYS_OFF = 5  # nothing is lost within them
CROSS_TRAINING = frozenset({Sport.ride, Sport.swim, Sport.row, Sport.ski, Sport.hike})
CROSS_PER_WEEK = 3  # so often keeps half of what rest would lose

# A best in training this close to what heart rate says is possible was a hard effort. Of speed the thresholds
# ask for 95 %; VDOT grows a little faster than speed does.
HARD_ENOUGH = 0.94
# A best in training this far above it was run down a hill, or measured wrong: that is no question of form.
TOO_GOOD = 1.3

# How far VDOT may lie below and above what a performance shows, as a share of it (judgement): what a good and
# a bad day differ by in a race; in training the effort was not maximal, so the truth lies rather above.
SPREAD = {
    Level.race_confirmed: (0.02, 0.02),
    Level.race: (0.04, 0.02),
    Level.corrected: (0.02, 0.06),
    Level.watch: (0.02, 0.06),
    Level.gps: (0.03, 0.06),
    Level.sensor: (0.05, 0.07),
    Level.heart_rate: (0.10, 0.10),
}
# So few runs, or so few days since the first of them, say little of what the athlete can do.
SETTLED_RUNS, SETTLED_DAYS = 10, 21
# How far above the truth may lie until then (judgement). Who has only jogged so far ran at two thirds of
# VO2max (Daniels' easy range begins at 65 %), not at the nine tenths that VDOT takes for granted; where heart
# rate agrees that the effort was hard, the doubt is that of heart rate with an HRmax nobody has seen yet.
PROVISIONAL_HIGH, PROVISIONAL_HIGH_BY_HR = 0.40, 0.20
PROVISIONAL_LOW_BY_HR = 0.15
AGING_PER_30_DAYS = 0.01  # both sides, after the first 30 days

_KEPT_AS = "_fitness_past"  # in the history's __dict__, as functools.cached_property would keep it


@dataclass(frozen=True)
class Vdot:
    """VDOT of a day with its range, and what it rests on.

    `basis` is the effort, None where heart rate had to speak; `share` is what time off has left of what the
    effort showed. `activities` are all that were read for it. `provisional`: too few runs or days lie
    behind it, and no race speaks.
    """

    value: float
    low: float
    high: float
    level: Level
    basis: Performance | None
    share: float
    days_off: int
    activities: tuple[int, ...]
    provisional: bool = False


@dataclass(frozen=True)
class Break:
    """Days without running, between the days (ordinals) of two runs."""

    last_run: int
    next_run: int

    @property
    def regained(self) -> int:
        """The day on which what was lost is back: as many days later as the break had."""
        return self.next_run + (self.next_run - self.last_run - 1)


@dataclass(frozen=True)
class _Implied:
    """Threshold speeds that easy runs imply: which of the runs (indices), their days, the speeds."""

    at: Indices
    days: list[int]
    speeds_mps: Floats


class FitnessPast:
    """The efforts, easy runs and breaks of a history, as arrays in the order of days (ordinals)."""

    def __init__(self, history: History) -> None:
        self._history = history
        runs = [p for p in history.activities if p.sport is Sport.run]
        worths = [(p, worth) for p in runs if (worth := worth_of(p)) is not None]
        self.efforts: list[Performance] = [effort for _, (_, effort) in worths]
        self._vdots = np.array([vdot for _, (vdot, _) in worths])
        self._effort_days = [p.day.toordinal() for p, _ in worths]
        self._raced = np.array([effort.raced for effort in self.efforts], dtype=bool)
        # Too long for VDOT to be the athlete's, and still what the athlete ran.
        self._long_races = [r for p in runs if (r := race_of(p)) is not None and r.time_s > MAX_S]
        easy = [(p, *found) for p in runs if (found := _easy(p)) is not None]
        self._easy_days = [p.day.toordinal() for p, _, _ in easy]
        self._easy_ids = [p.activity_id for p, _, _ in easy]
        self._easy_mps = np.array([speed for _, speed, _ in easy])
        self._easy_bpm = np.array([hr for _, _, hr in easy])
        self._all_days = [p.day.toordinal() for p in runs]
        self._run_days = sorted(set(self._all_days))
        self._cross_days = [p.day.toordinal() for p in history.activities if p.sport in CROSS_TRAINING]
        self._breaks = [
            Break(a, b)
            for a, b in zip(self._run_days, self._run_days[1:], strict=False)
            if b - a - 1 > FREE_DAYS_OFF
        ]
        # By how many of the days from which thresholds hold have begun.
        self._held: dict[int, Thresholds] = {}
        self._implied: dict[int, _Implied] = {}

    @cached_property
    def _starts(self) -> list[int]:
        """Days from which thresholds hold, in order."""
        return sorted({t.valid_from.toordinal() for t in self._history.thresholds})

    def thresholds(self, day: date) -> Thresholds:
        """Return the thresholds that held on a day, those of later days left out."""
        known = bisect_right(self._starts, day.toordinal())
        if known not in self._held:
            self._held[known] = holding([t for t in self._history.thresholds if t.valid_from <= day], day)
        return self._held[known]

    def vdot(self, day: date) -> Vdot | Unknown:
        """Return VDOT as it was known on a day: nothing later is read.

        Until there are ten runs over three weeks, or a race, it is provisional and its range wide.
        """
        by_hr, hr_share, easy = self._by_heart_rate(day)
        best = self._best_effort(day, np.inf if by_hr is None else TOO_GOOD * by_hr)
        first = (day - timedelta(days=WINDOW_DAYS - 1)).toordinal()
        since = bisect_left(self._all_days, first)
        runs = bisect_right(self._all_days, day.toordinal()) - since
        if runs < RUNS_AT_LEAST and not (best is not None and best.basis and best.basis.raced):
            return Unknown("need_runs", {"runs": RUNS_AT_LEAST})
        if best is not None and best.basis is not None and best.basis.raced:
            return best
        provisional = runs < SETTLED_RUNS or day.toordinal() - self._all_days[since] < SETTLED_DAYS
        # A best in training was a hard effort when it comes near what heart rate says is possible.
        # That is asked of the effort as it was: time off takes the same from both.
        if best is not None and (by_hr is None or best.value / best.share >= HARD_ENOUGH * by_hr):
            if not provisional:
                return best
            high = PROVISIONAL_HIGH if by_hr is None else PROVISIONAL_HIGH_BY_HR
            return replace(best, high=max(best.high, best.value * (1 + high)), provisional=True)
        if by_hr is None:
            return Unknown("need_effort")
        by_hr *= hr_share
        low, high = SPREAD[Level.heart_rate]
        if provisional:
            low, high = PROVISIONAL_LOW_BY_HR, PROVISIONAL_HIGH_BY_HR
        ids = tuple(self._easy_ids[k] for k in easy.tolist())
        return Vdot(
            by_hr,
            by_hr * (1 - low),
            by_hr * (1 + high),
            Level.heart_rate,
            None,
            hr_share,
            self.days_off(day) or 0,
            ids,
            provisional,
        )

    def races(self, first: date, last: date) -> list[Performance]:
        """Return the races of a span (both ends included), oldest first; those of many hours too."""
        lo = bisect_left(self._effort_days, first.toordinal())
        hi = bisect_right(self._effort_days, last.toordinal())
        long = [e for e in self._long_races if first <= e.day <= last]
        return sorted([*(e for e in self.efforts[lo:hi] if e.raced), *long], key=lambda e: e.day)

    def days_off(self, day: date) -> int | None:
        """Return how many days have gone by since the last run, None before the first."""
        at = bisect_right(self._run_days, day.toordinal())
        return day.toordinal() - self._run_days[at - 1] if at else None

    def _best_effort(self, day: date, most: float) -> Vdot | None:
        """Return what the best believable effort shows on a day; of training nothing above `most`."""
        on = day.toordinal()
        lo = bisect_left(self._effort_days, on - WINDOW_DAYS + 1)
        hi = bisect_right(self._effort_days, on)
        if lo >= hi:
            return None
        share = self._share_left(on, self._effort_days, lo, hi)
        now, raced = self._vdots[lo:hi] * share, self._raced[lo:hi]
        best_first = np.lexsort((~raced, -now))  # of equals the race
        order = best_first[(raced | (self._vdots[lo:hi] <= most))[best_first]].tolist()
        for n, k in enumerate(order):
            effort, witness = self.efforts[lo + k], None
            if not effort.raced:
                if n + 1 == len(order) or now[k] - now[order[n + 1]] > SPEED_CONFIRM * now[k]:
                    continue  # one recording alone may be a ride, or a watch gone wrong
                witness = self.efforts[lo + order[n + 1]].activity_id
            ids = (effort.activity_id,) if witness is None else (effort.activity_id, witness)
            return self._shown_by(effort, float(now[k]), float(share[k]), day, ids)
        return None

    def raced(self, day: date) -> list[Vdot]:
        """Return what each race of the window shows on a day, oldest first; those of many hours too."""
        races = self.races(day - timedelta(days=WINDOW_DAYS - 1), day)
        share = self._share_left(day.toordinal(), [e.day.toordinal() for e in races], 0, len(races))
        return [
            self._shown_by(e, vdot_of(e.distance_m, e.time_s) * float(left), float(left), day)
            for e, left in zip(races, share, strict=True)
        ]

    def _shown_by(
        self, effort: Performance, value: float, share: float, day: date, ids: tuple[int, ...] = ()
    ) -> Vdot:
        low, high = _range(effort.level, (day - effort.day).days)
        return Vdot(
            value,
            value * (1 - low),
            value * (1 + high),
            effort.level,
            effort,
            share,
            self.days_off(day) or 0,
            ids or (effort.activity_id,),
        )

    def _share_left(self, on: int, days: list[int], lo: int, hi: int) -> Floats:
        """Return per day of `days[lo:hi]` what days off since then have left on day `on`.

        Daniels' share after days off holds when running begins again; from there what was lost comes
        back evenly over as many days as the break had (his advice for the load of the return).
        """
        share = np.ones(hi - lo)
        at = bisect_right(self._run_days, on)
        breaks = [b for b in self._breaks if b.next_run <= on < b.regained]
        if at and on - self._run_days[at - 1] > FREE_DAYS_OFF:
            breaks.append(Break(self._run_days[at - 1], on + 1))  # it goes on
        for b in breaks:
            off = b.next_run - b.last_run - 1
            back = max(0, on - b.next_run) / off
            left = 1 - (1 - vdot_share_after(off, self._cross_trained(b))) * (1 - back)
            before = bisect_right(days, b.last_run, lo, hi) - lo
            share[:before] = np.minimum(share[:before], left)
        return share

    def _cross_trained(self, b: Break) -> bool:
        count = bisect_left(self._cross_days, b.next_run) - bisect_right(self._cross_days, b.last_run)
        return count >= CROSS_PER_WEEK * (b.next_run - b.last_run - 1) / 7

    def _by_heart_rate(self, day: date) -> tuple[float | None, float, Indices]:
        """Extrapolate the graded speed of easy runs to LTHR in proportion to heart-rate reserve.

        Returns the VDOT of the median run (None when too few tell), what time off has left of it, and which
        runs were read.
        """
        implied = self._implied_on(day)
        on = day.toordinal()
        lo, hi = bisect_left(implied.days, on - WINDOW_DAYS + 1), bisect_right(implied.days, on)
        if hi - lo < RUNS_AT_LEAST:
            return None, 1.0, implied.at[:0]
        speeds = np.sort(implied.speeds_mps[lo:hi])
        middle = float(speeds[(hi - lo - 1) // 2] + speeds[(hi - lo) // 2]) / 2
        # What is left rises from run to run, so the middle one has the median.
        share = float(self._share_left(on, implied.days, lo, hi)[(hi - lo) // 2])
        return vo2_at_speed(middle) / THRESHOLD_SHARE, share, implied.at[lo:hi]

    def _implied_on(self, day: date) -> _Implied:
        """Return the threshold speed that each easy run implies with the heart rates in force on a day."""
        known = bisect_right(self._starts, day.toordinal())
        if known not in self._implied:
            held = self.thresholds(day)
            lthr, rest = held.value("lthr_bpm"), held.value("hr_rest_bpm")
            at, speeds = np.empty(0, dtype=np.intp), np.empty(0)
            if lthr is not None and rest is not None and rest < lthr:
                reserve = (self._easy_bpm - rest) / (lthr - rest)
                at = np.flatnonzero(reserve >= EASY_MIN_RESERVE)
                speeds = self._easy_mps[at] / reserve[at]
            self._implied[known] = _Implied(at, [self._easy_days[k] for k in at.tolist()], speeds)
        return self._implied[known]


def fitness_past(history: History) -> FitnessPast:
    """Return what the metrics of fitness share, built at the first call for this history."""
    kept = history.__dict__.get(_KEPT_AS)
    if not isinstance(kept, FitnessPast):
        kept = history.__dict__[_KEPT_AS] = FitnessPast(history)
    return kept


def vdot_on(history: History, day: date) -> Vdot | Unknown:
    """Return VDOT as it was known on a day, with its basis."""
    return fitness_past(history).vdot(day)


def vdot_series(history: History, days: Sequence[date]) -> Floats:
    """Return VDOT of each day as it was known then; NaN where it was not."""
    past = fitness_past(history)
    found = (past.vdot(day) for day in days)
    return np.array([v.value if isinstance(v, Vdot) else np.nan for v in found])


def _range(level: Level, age_days: int) -> tuple[float, float]:
    aged = AGING_PER_30_DAYS * max(0, age_days - 30) / 30
    low, high = SPREAD[level]
    return low + aged, high + aged


def _easy(past: Past) -> tuple[float, float] | None:
    """Return graded speed in m/s and heart rate of a run that is long enough to tell."""
    pace, hr, moving = past.value("graded_pace_s_per_km"), past.value("avg_hr_bpm"), past.value("moving_s")
    if not pace or hr is None or moving is None or moving < EASY_MIN_S:
        return None
    return 1000 / pace, hr
