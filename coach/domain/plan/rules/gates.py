"""Walk-run gates: how long one may run at a stretch after a month without running, or after an injury."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from coach.domain.plan.model import Plan, Situation

type Mode = Literal["new", "returning", "injury", "bone"]

# Minutes of running at a stretch, by week. "new" leaves room for the NHS Couch to 5K (1, 1½, 3, 5, 20 …).
RUN_MIN: dict[Mode, tuple[float, ...]] = {
    "new": (2, 3, 5, 8, 20, 25, 28, 30, 30, 35, 40, 45),
    "returning": (20, 25, 30, 35, 40, 45, 50, 60),
    "injury": (5, 8, 10, 15, 20, 25, 30, 30),
    "bone": (2, 3, 5, 8, 10, 15, 20, 25, 30, 30, 30, 30),
}
# Minutes of a session, walking included, by week.
SESSION_MIN: dict[Mode, tuple[float, ...]] = {
    "new": (40, 40, 40, 45, 45, 45, 45, 50, 50, 60, 60, 60),
    "returning": (45, 45, 60, 60, 60, 75, 75, 90),
    "injury": (45, 45, 45, 45, 50, 50, 60, 60),
    "bone": (40, 40, 40, 45, 45, 45, 45, 50, 50, 60, 60, 60),
}
# Weeks in which running is on alternate days, and those without hard work.
ALTERNATE_WEEKS: dict[Mode, int] = {"new": 12, "returning": 2, "injury": 4, "bone": 8}
EASY_WEEKS: dict[Mode, int] = {"new": 12, "returning": 4, "injury": 4, "bone": 8}
RETURNING_RUNS = 8  # so many runs before the break tell somebody who ran
UNTRAINED_GAP_DAYS, INJURED_GAP_DAYS = 30, 7


@dataclass(frozen=True, slots=True)
class Gate:
    """The gates that hold from `start` on."""

    mode: Mode
    start: date

    def week(self, day: date) -> int | None:
        """Return which week (1, 2 …) of the gates a day lies in; None before and after them."""
        week = (day - self.start).days // 7 + 1
        return week if 1 <= week <= len(RUN_MIN[self.mode]) else None

    def run_s(self, day: date) -> float | None:
        """Return how long may be run at a stretch on a day, in s."""
        week = self.week(day)
        return None if week is None else RUN_MIN[self.mode][week - 1] * 60.0

    def session_s(self, day: date) -> float | None:
        """Return how long a session may be on a day, in s."""
        week = self.week(day)
        return None if week is None else SESSION_MIN[self.mode][week - 1] * 60.0

    def alternate(self, day: date) -> bool:
        week = self.week(day)
        return week is not None and week <= ALTERNATE_WEEKS[self.mode]

    def easy_only(self, day: date) -> bool:
        week = self.week(day)
        return week is not None and week <= EASY_WEEKS[self.mode]

    @property
    def end(self) -> date:
        """The last day on which a gate holds."""
        return self.start + timedelta(days=7 * len(RUN_MIN[self.mode]) - 1)


def gate_of(situation: Situation, plan: Plan | None = None, *, start: date | None = None) -> Gate | None:
    """Return the gates that hold for an athlete, None where percentages do.

    `start`: when the plan begins, where there is none yet. They hold without a run in 30 days, for a plan
    that began so, and with an injury; their weeks count from the first run since the break.
    """
    begin = plan.start if plan is not None else (start or situation.today)
    injury = situation.health.injury
    if injury is not None:
        mode: Mode = "bone" if injury.bone else "injury"
        return Gate(mode, _since(situation, begin, INJURED_GAP_DAYS))
    from_nothing = (
        plan is not None
        and begin <= situation.today
        and plan.basis.longest_m == 0
        and plan.basis.runs_per_week == 0
    )
    if not (situation.untrained or from_nothing):
        return None
    since = _since(situation, begin, UNTRAINED_GAP_DAYS)
    before = sum(run.day < since for run in situation.runs)
    ran = situation.constraints.experience in ("regular", "advanced") or before >= RETURNING_RUNS
    return Gate("returning" if ran else "new", since)


def _since(situation: Situation, begin: date, gap_days: int) -> date:
    """Return when running began again, not before `begin`: after the last break of more than `gap_days`."""
    today, injury = situation.today, situation.health.injury
    days = [run.day for run in situation.runs if begin <= run.day < today]
    if injury is not None:
        days = [day for day in days if day >= injury.since]
    since = max(begin, today)
    later = today
    for day in reversed(days):
        if (later - day).days > gap_days:
            break
        since = later = day
    return since
