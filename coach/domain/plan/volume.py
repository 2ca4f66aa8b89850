"""How much may be run: what was run and what is planned, day by day, and what the next session may be."""

from __future__ import annotations

from datetime import date, timedelta

from coach.domain.plan.model import Situation
from coach.domain.plan.rules.limits import SESSION_DAYS, Volume, session_limit_m, week_limit_m
from coach.domain.plan.rules.view import distance_of

WEEKS_BEFORE = 12


class Ledger:
    """Metres run on each day and in each week, done and planned: the plan counts like the past."""

    def __init__(self, situation: Situation, start: date, until: date) -> None:
        anchor = min(start, situation.today)
        self.first = anchor - timedelta(days=7 * WEEKS_BEFORE + SESSION_DAYS)
        size = (until - self.first).days + 8
        self._longest = [0.0] * size
        self._sum = [0.0] * size
        seconds = [0.0] * size
        for run in situation.runs:
            n = (run.day - self.first).days
            if 0 <= n < size:
                self.add(run.day, distance_of(run))
                seconds[n] += run.duration_s
        ends = [(anchor - self.first).days - 7 * k for k in range(WEEKS_BEFORE - 1, -1, -1)]
        self.weeks = [Volume(sum(self._sum[n - 7 : n]), sum(seconds[n - 7 : n])) for n in ends]

    def add(self, day: date, metres: float) -> None:
        """Count a session."""
        n = (day - self.first).days
        self._longest[n] = max(self._longest[n], metres)
        self._sum[n] += metres

    def close(self, run_m: float, run_s: float, full: bool) -> None:
        """Count a week, once its sessions are known."""
        self.weeks.append(Volume(run_m, run_s, full))

    def longest(self, day: date) -> float:
        """Return the longest session of the 30 days before a day, in m."""
        n = (day - self.first).days
        return max(self._longest[max(0, n - SESSION_DAYS) : n], default=0.0)

    def last_run(self, before: date) -> date | None:
        """Return the last day with a run before a day, within two weeks."""
        for n in range(1, 15):
            if self._sum[(before - self.first).days - n] > 0:
                return before - timedelta(days=n)
        return None

    def session_cap(self, day: date) -> float:
        """Return how far a session of a day may be, in m."""
        return session_limit_m(self.longest(day))

    def week_cap(self) -> float:
        """Return how far the next week may be, in m."""
        return week_limit_m(self.weeks[-8:])

    def peak(self, weeks: int = 8) -> float:
        """Return the highest of the last weeks, in m."""
        return max(v.run_m for v in self.weeks[-weeks:])


def round_run(metres: float) -> float:
    """Round a run down to what people plan: half kilometres from 2 km on, hundreds of metres below."""
    unit = 500.0 if metres >= 2000 else 100.0
    return unit * float(int(metres / unit + 1e-6))
