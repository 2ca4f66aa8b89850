"""The athlete's calendar: days, weeks, months and what "last" means on a given day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal[
    "day", "weekend", "week", "month", "quarter", "season", "half", "year", "days", "recent", "range"
]
Period = tuple[date, date]

ROLLING_DAYS = 28  # "lately"


def month_end(on: date) -> date:
    """Return the last day of the month."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def add_months(on: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    first = date(min(max(year, 1), 9998), month + 1, 1)
    return first.replace(day=min(on.day, month_end(first).day))


def make(year: int, month: int, day: int) -> date | None:
    """Return a date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True)
class Calendar:
    """Resolve periods on one day. `week_start`: 0 Monday … 6 Sunday. All ends are included."""

    today: date
    week_start: int = 0

    def until_today(self, period: Period) -> Period:
        """Cut a period that is under way at today."""
        start, end = period
        return (start, min(end, self.today)) if start <= self.today else period

    def days_ago(self, days: int) -> Period:
        day = self.today - timedelta(days=min(days, 30_000))
        return day, day

    def last_days(self, days: int) -> Period:
        return self.today - timedelta(days=min(max(days, 1), 30_000) - 1), self.today

    def last_months(self, months: int) -> Period:
        return add_months(self.today, -min(max(months, 1), 1200)) + timedelta(days=1), self.today

    def week_of(self, day: date) -> Period:
        start = day - timedelta(days=(day.weekday() - self.week_start) % 7)
        return start, start + timedelta(days=6)

    def week(self, ago: int = 0) -> Period:
        return self.week_of(self.today - timedelta(days=7 * min(ago, 4000)))

    def weekend(self, ago: int = 0) -> Period:
        """Saturday and Sunday of this week (Monday to Sunday), or of a week before."""
        saturday = self.today - timedelta(days=self.today.weekday() - 5 + 7 * ago)
        return saturday, saturday + timedelta(days=1)

    def month(self, ago: int = 0) -> Period:
        first = add_months(self.today.replace(day=1), -min(ago, 1200))
        return first, month_end(first)

    def named_month(self, month: int, year: int | None = None) -> Period:
        """Return a month; without a year the last one that has begun."""
        year = year or self.today.year - (month > self.today.month)
        first = date(year, month, 1)
        return first, month_end(first)

    def year(self, ago: int = 0) -> Period:
        return self.named_year(max(self.today.year - ago, 1))

    def named_year(self, year: int) -> Period:
        return date(year, 1, 1), date(year, 12, 31)

    def months_of_year(self, first: int, count: int, year: int | None = None) -> Period:
        """Return a quarter, half or season; without a year the last one that has begun."""
        start = date(year or self.today.year, first, 1)
        if year is None and start > self.today:
            start = start.replace(year=start.year - 1)
        return start, month_end(add_months(start, count - 1))

    def named_day(
        self, month: int, day: int, year: int | None = None, weekday: int | None = None
    ) -> Period | None:
        """Return a day; without a year the last one that has come, on that weekday when one is named."""
        if year is not None:
            found = make(year, month, day)
            return None if found is None else (found, found)
        candidates = [make(self.today.year - back, month, day) for back in range(9)]
        past = [c for c in candidates if c is not None and c <= self.today]
        fitting = [c for c in past if weekday is None or c.weekday() == weekday] or past
        return (fitting[0], fitting[0]) if fitting else None

    def day_of_month(self, day: int) -> Period | None:
        """Return the last "15th" that has come."""
        for back in range(4):
            month = add_months(self.today.replace(day=1), -back)
            found = make(month.year, month.month, day)
            if found is not None and found <= self.today:
                return found, found
        return None

    def weekday_before(self, weekday: int) -> Period:
        """Return the last such weekday before today."""
        return self.days_ago((self.today.weekday() - weekday - 1) % 7 + 1)

    def weekday_of_week(self, weekday: int, ago: int) -> Period:
        start, _ = self.week(ago)
        day = start + timedelta(days=(weekday - self.week_start) % 7)
        return day, day


def shift(period: Period, kind: str, by: int, cal: Calendar) -> Period:
    """Return the period of the same kind `by` steps later (negative: earlier)."""
    start, end = period
    match kind:
        case "day":
            return start + timedelta(days=by), start + timedelta(days=by)
        case "week":
            return cal.week_of(start + timedelta(days=7 * by))
        case "weekend":
            return start + timedelta(days=7 * by), start + timedelta(days=7 * by + 1)
        case "month":
            first = add_months(start.replace(day=1), by)
            return first, month_end(first)
        case "quarter" | "season" | "half":
            count = {"quarter": 3, "season": 3, "half": 6}[kind] * by
            first = add_months(start, count)
            return first, month_end(
                add_months(month_end(add_months(start, abs(count) // abs(by) - 1)), count)
            )
        case "year":
            return cal.named_year(start.year + by)
    length = timedelta(days=(end - start).days + 1)
    return start + by * length, end + by * length


def kind_of(period: Period, cal: Calendar) -> Kind:
    """Return what a pair of dates is: a day, a calendar week, month or year (so far), or some days."""
    start, end = period
    under_way = end == cal.today
    if start == end:
        return "day"
    if cal.week_of(start)[0] == start and (
        end == cal.week_of(start)[1] or (under_way and (end - start).days < 7)
    ):
        return "week"
    if (
        (start.month, start.day) == (1, 1)
        and ((end.month, end.day) == (12, 31) or under_way)
        and start.year == end.year
    ):
        return "year" if (end - start).days > 31 else "month"
    if (
        start.day == 1
        and (start.year, start.month) == (end.year, end.month)
        and (under_way or end == month_end(end))
    ):
        return "month"
    return "days"
