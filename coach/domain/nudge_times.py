"""Moments of an athlete's own clock: on nights when it jumps, in every zone, and on a journey.

A check-in belongs to a local day. Its moment is computed from the day and the zone, so a journey moves the
moment and never doubles or loses the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_WEEK = 7


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when it is that time of that day there, in UTC.

    A time that a clock change leaves out is the first one after it; of one that comes twice it is the first.
    """
    local = datetime.combine(day, at.replace(fold=0), zone)
    early, late = local.replace(fold=1).astimezone(UTC), local.astimezone(UTC)
    if late <= early:
        return late
    # Left out: the clock jumps between these two. Find the first second after.
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def next_moment(at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """Return when it is that time there next, after a moment; one that comes twice counts twice."""
    day = after.astimezone(zone).date() - _DAY
    while True:
        first = moment(day, at, zone)
        again = datetime.combine(day, at.replace(fold=1), zone).astimezone(UTC)
        if max(first, again) > after:
            return first if first > after else again
        day += _DAY


@dataclass(frozen=True)
class Rule:
    """A time of the athlete's clock: daily, or on one weekday (from Monday, 0)."""

    at: time
    weekday: int | None = None

    def first(self, zone: ZoneInfo, after: datetime) -> date:
        """Return the first local day whose moment comes after `after`."""
        day = after.astimezone(zone).date() - _DAY
        while not (self._meant(day) and moment(day, self.at, zone) > after):
            day += _DAY
        return day

    def latest(self, zone: ZoneInfo, day: date, now: datetime) -> tuple[date | None, date]:
        """Return the last day, from `day` on, whose moment has come (None: none has), and the one after.

        What was missed before the last is not made up for.
        """
        if moment(day, self.at, zone) > now:
            return None, day
        step = timedelta(days=1 if self.weekday is None else _WEEK)
        far = (now.astimezone(zone).date() - day) // step - 1
        last = day + max(0, far) * step
        while moment(last + step, self.at, zone) <= now:
            last += step
        return last, last + step

    def _meant(self, day: date) -> bool:
        return self.weekday is None or day.weekday() == self.weekday


@dataclass(frozen=True)
class Slot:
    """The day that comes next by a rule, with the time and the zone that its moment was computed from."""

    day: date
    at: time
    tz: str

    @property
    def moment(self) -> datetime:
        return moment(self.day, self.at, ZoneInfo(self.tz))

    def fits(self, rule: Rule) -> bool:
        """Return whether it is a day and time of this rule."""
        return self.at == rule.at and rule.weekday in (None, self.day.weekday())


def settle(known: Slot | None, rule: Rule, tz: str, now: datetime) -> tuple[Slot | None, Slot]:
    """Return what has come by now (None: nothing), and what comes next.

    A journey keeps the day and moves its moment: no day comes twice, and none is lost by flying over its
    evening. Another rule begins anew, from now on; the week in which it was changed keeps its day, which may
    still lie ahead, where the new one has passed.
    """
    zone = ZoneInfo(tz)
    if known is None or not known.fits(rule):
        then = Slot(rule.first(zone, now), rule.at, tz)
        if known is None or rule.weekday is None:
            return None, then
        week = week_key(now.astimezone(zone).date())
        is_lost = week_key(known.day) == week != week_key(then.day)
        return Slot(known.day, known.at, tz) if is_lost else None, then
    come, day = rule.latest(zone, known.day, now)
    return None if come is None else Slot(come, rule.at, tz), Slot(day, rule.at, tz)


def week_key(day: date) -> str:
    """Return the name of the day's week: there is one weekly check-in in it, wherever its day is moved to."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def is_quiet(quiet_from: time, quiet_until: time, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether it is quiet there now, over midnight too; where both times are equal it never is."""
    clock = now.astimezone(zone).timetz().replace(tzinfo=None)
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def quiet_ends(quiet_from: time, quiet_until: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Return from when on it is not quiet there: `now`, or the end of the quiet hours."""
    while is_quiet(quiet_from, quiet_until, zone, now):
        now = next_moment(quiet_until, zone, now)
    return now


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day, in UTC."""
    return moment(day, time(0), zone)
