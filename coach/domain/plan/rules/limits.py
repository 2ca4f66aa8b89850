"""The numbers of the safety rules, for whoever builds or changes plans: built within them, nothing is found.

Where no publication is named the number is a convention of coaching, and said to be one by its rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from coach.domain.plan.model import Situation

# One session against the longest of the 30 days before it (Frandsen 2025: beyond +10 % more injuries).
SESSION_DAYS = 30
SESSION_SHARE, SESSION_MOST = 1.10, 1.30
SESSION_SLACK_M, SESSION_MOST_SLACK_M = 1_000.0, 2_000.0  # short runs grow by a kilometre, not by a tenth
SESSION_FREE_M = 3_000.0
DAY_SHARE, DAY_MOST = 1.3, 1.6  # all sessions of a day together against the same longest run
DAY_MOST_S = 240 * 60.0

# One week against those before it.
WEEK_SHARE, WEEK_MOST, WEEK_MOST_RISING = 1.10, 1.20, 1.15
WEEK_SLACK_M, WEEK_MOST_SLACK_M = 3_000.0, 5_000.0
WEEK_FREE_M = 10_000.0
WEEKS_BACK = 8
RETURN_FIRST, RETURN_THEN = 0.5, 0.75  # of what was usual, after weeks off (Daniels)

RELIEF_SHARE = 0.87  # a week this far below the highest before it lets the body catch up
BUILDING_WEEKS, BUILDING_WEEKS_CAREFUL = 3, 2

LONG_SLACK_M = 500.0
LONG_FREE_M = 5_000.0
LONG_MOST_S, LONG_BEGINNER_S = 180 * 60.0, 150 * 60.0

EASY_SHARE, EASY_LEAST = 0.80, 0.70
HARD_FREE_S = 15 * 60.0
HARD_GAP_DAYS, HARD_GAP_DAYS_MASTERS = 2, 3

TAPER_FROM_M = 10_000.0
TAPER_LEAST, TAPER_MOST = 0.41, 0.60  # less volume over the last two weeks (Bosquet 2007)
TAPER_TOLERANCE = 0.03
TAPER_TOLERANCE_M = 1_500.0  # of a week

RECOVERY_M_PER_DAY = 3_000.0  # one easy day per 3 km raced (Daniels)
RECOVERY_LONG_S = 90 * 60.0

READY_SHARE, READY_LEAST = 0.60, 0.50  # longest run before an A race, of its distance
READY_S, READY_LEAST_S = 150 * 60.0, 130 * 60.0  # or this long on the feet

MASTERS_AGE = 50
BEGINNER_WEEKLY_M = 10_000.0
BEGINNER_EASY_WEEKS = 4

HOT_C, TOO_HOT_C = 23.0, 28.0
POSTPARTUM_DAYS, POSTPARTUM_HARD_DAYS = 84, 182
ILL_HARD_DAYS = 7


def beginner(situation: Situation) -> bool:
    """Tell whether somebody is new to running: they say so, or run less than ten kilometres a week."""
    said = situation.constraints.experience
    return said == "new" or (said is None and situation.weekly_m < BEGINNER_WEEKLY_M)


def masters(situation: Situation) -> bool:
    """Tell whether somebody needs longer to recover for their age; of unknown age nobody does."""
    return situation.age is not None and situation.age >= MASTERS_AGE


def hard_gap_days(situation: Situation) -> int:
    """Return how many days must lie between the dates of two hard sessions: 2 (48 h), masters 3."""
    return HARD_GAP_DAYS_MASTERS if masters(situation) else HARD_GAP_DAYS


def building_weeks(situation: Situation) -> int:
    """Return how many weeks in a row may go by without a lighter one."""
    careful = masters(situation) or beginner(situation)
    return BUILDING_WEEKS_CAREFUL if careful else BUILDING_WEEKS


def session_limit_m(longest_m: float) -> float:
    """Return how far a run may be after a longest one of 30 days, in m, before it is warned about."""
    return max(SESSION_SHARE * longest_m, longest_m + SESSION_SLACK_M, SESSION_FREE_M)


def session_most_m(longest_m: float) -> float:
    """Return how far a run may be at all, in m."""
    return max(SESSION_MOST * longest_m, longest_m + SESSION_MOST_SLACK_M, SESSION_FREE_M)


@dataclass(frozen=True, slots=True)
class Volume:
    """What is run in a week. `full`: no cut-back, taper, race or recovery week, and not cut short."""

    run_m: float
    run_s: float
    full: bool = True


def full_weeks(before: Sequence[Volume]) -> list[Volume]:
    """Return the last four full weeks of the last eight, oldest first; where none was, the last four."""
    recent = before[-WEEKS_BACK:]
    return [v for v in recent if v.full][-4:] or list(recent[-4:])


def usual_m(before: Sequence[Volume]) -> float:
    """Return what a week is measured by, in m: the last full ones, or the middle of the last four.

    One lighter week, planned or not, takes nothing away: the one before it counts. After weeks off it is a
    half, then three quarters of what was usual before (Daniels), if that is more.
    """
    weeks = [v.run_m for v in full_weeks(before)]
    if not weeks:
        return 0.0
    own = max(sum(weeks) / len(weeks), median(weeks), *weeks[-2:])
    recent = [v.run_m for v in before[-WEEKS_BACK:] if v.full]
    best = max((sum(recent[i : i + 4]) / 4 for i in range(len(recent) - 3)), default=0.0)
    back = RETURN_FIRST if before[-1].run_m < 0.25 * best else RETURN_THEN
    return max(own, back * best / WEEK_SHARE)


def week_limit_m(before: Sequence[Volume]) -> float:
    """Return how far a week may be after those before it, in m, before it is warned about."""
    usual = usual_m(before)
    return max(WEEK_SHARE * usual, usual + WEEK_SLACK_M, WEEK_FREE_M)


def week_most_m(before: Sequence[Volume]) -> float:
    """Return how far a week may be at all, in m: +20 % on the own four weeks, +15 % where they rise."""
    weeks = [v.run_m for v in full_weeks(before)]
    usual = usual_m(before)
    own = max(sum(weeks) / len(weeks), median(weeks)) if weeks else 0.0
    return max(
        WEEK_MOST * own,
        WEEK_MOST_RISING * usual,
        usual + WEEK_MOST_SLACK_M,
        WEEK_FREE_M + WEEK_MOST_SLACK_M,
    )


def long_share(runs: int) -> float:
    """Return the share of a week that its longest run may be: 35 %, with four runs 40, with three 55.

    With two it is 65 %; one run is all of the week.
    """
    return {1: 1.0, 2: 0.65, 3: 0.55, 4: 0.40}.get(max(runs, 1), 0.35)


def threshold_limit_m(week_m: float) -> float:
    """Return how far may be run at threshold in a week, in m: a tenth (Daniels), 3 km in small weeks."""
    return max(0.10 * week_m, 3_000.0)


def interval_limit_m(week_m: float) -> float:
    """Return how far may be run at interval effort in a week, in m: 8 %, at most 10 km (Daniels)."""
    return min(max(0.08 * week_m, 2_400.0), 10_000.0)


def repetition_limit_m(week_m: float) -> float:
    """Return how far may be run at repetition effort in a week, in m: 5 %, at most 8 km (Daniels)."""
    return min(max(0.05 * week_m, 1_600.0), 8_000.0)


def ready_m(race_m: float) -> float:
    """Return the longest run that a race asks for, in m: 60 % of it, in half kilometres."""
    return 500.0 * int(READY_SHARE * race_m / 500)


def recovery_days(race_m: float) -> int:
    """Return how many days after a race are easy: one per 3 km (Daniels), so 14 after a marathon."""
    return round(race_m / RECOVERY_M_PER_DAY)


# How far the under-aged may race, by the age from which it is allowed (see `rules.age`).
RACE_M_FROM_AGE = ((0, 3_000.0), (11, 5_000.0), (15, 10_000.0), (17, 21_100.0))


def race_limit_m(age: int) -> float | None:
    """Return how far somebody of an age may race or run at once, in m; None from 18 on."""
    if age >= 18:
        return None
    return max(limit for since, limit in RACE_M_FROM_AGE if age >= since)
