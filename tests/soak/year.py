"""A year of check-ins without a database: the coach's own rules, three schedulers that fail, and journeys.

What the store does in one statement (take a row off the list, set its next moment, add a nudge once per key)
is one step here. `tests/soak/test_year_of_checkins.py` does the same through the database.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from coach.domain.nudge_rules import Waiting, decide
from coach.domain.nudge_times import Rule, Slot, is_quiet, settle, week_key
from coach.domain.nudges import Manners, NudgeKind

ZONES = sorted(available_timezones())
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LOST_AFTER = timedelta(minutes=10)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
KILLED = 0.05  # of the workers, between composing and saying


@dataclass
class Machine:
    """One scheduler: it ticks once a minute, at a second of its own, while it is up."""

    second: int
    down: list[tuple[datetime, datetime]]

    def next_tick(self, at: datetime) -> datetime:
        tick = at.replace(second=0, microsecond=0) + timedelta(seconds=self.second)
        if tick < at:
            tick += MINUTE
        n = bisect_right(self.down, (tick, FOREVER)) - 1
        if n >= 0 and tick < self.down[n][1]:
            return self.next_tick(self.down[n][1])
        return tick


def machines(rng: random.Random, days: int, count: int = 3) -> list[Machine]:
    """Return schedulers with outages of their own, and some that take all of them down for up to two days."""
    together = _outages(rng, days, days // 30, 48 * HOUR)
    return [
        Machine(rng.randrange(60), _joined([*together, *_outages(rng, days, days // 6, 9 * HOUR)]))
        for _ in range(count)
    ]


def _outages(rng: random.Random, days: int, n: int, longest: timedelta) -> list[tuple[datetime, datetime]]:
    begins = [BEGIN + rng.random() * days * DAY for _ in range(n)]
    return [(begin, begin + rng.random() * longest) for begin in begins]


def _joined(outages: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return the outages in order, those that overlap as one, none longer than two days."""
    joined: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(outages):
        if joined and begin <= joined[-1][1] + HOUR:
            longest = joined[-1][0] + 2 * DAY
            joined[-1] = (joined[-1][0], min(max(end, joined[-1][1]), longest))
        else:
            joined.append((begin, end))
    return joined


@dataclass
class Athlete:
    """Somebody in a zone, with manners, runs and journeys."""

    manners: Manners
    zone: str
    journeys: list[tuple[datetime, str]]
    runs: list[datetime]
    slots: dict[NudgeKind, Slot | None] = field(default_factory=dict)
    keys: set[tuple[NudgeKind, str]] = field(default_factory=set)
    waiting: dict[int, tuple[Waiting, str]] = field(default_factory=dict)
    look_at: dict[int, datetime] = field(default_factory=dict)
    said_on: Counter[date] = field(default_factory=Counter)
    said: list[tuple[datetime, str, list[tuple[NudgeKind, str]]]] = field(default_factory=list)
    n: int = 0

    def rules(self) -> dict[NudgeKind, Rule]:
        return {
            NudgeKind.weekly: Rule(self.manners.weekly_at, self.manners.weekly_day),
            NudgeKind.morning: Rule(self.manners.morning_at),
        }

    def next_event(self) -> datetime:
        slots = [FOREVER if slot is None else slot.moment for slot in self.slots.values()]
        return min([*slots, *self.look_at.values(), *(at for at, _ in self.journeys[:1]), *self.runs[:1]])

    def live(self, at: datetime) -> None:
        """What the athlete does by then: travel and run."""
        while self.journeys and self.journeys[0][0] <= at:
            self.zone = self.journeys.pop(0)[1]
        while self.runs and self.runs[0] <= at:
            ended = self.runs.pop(0)
            self._add(NudgeKind.after_run, f"{ended:%s}", ended.astimezone(ZoneInfo(self.zone)).date(), ended)

    def tick(self, now: datetime) -> None:
        """One tick of one scheduler."""
        for kind, rule in self.rules().items():
            known = self.slots.get(kind)
            if known is not None and known.tz != self.zone:
                self.look_at = {n: one.due_at for n, (one, _) in self.waiting.items()}
            come, self.slots[kind] = settle(known, rule, self.zone, now)
            if come is not None:
                key = week_key(come.day) if kind is NudgeKind.weekly else f"{come.day}"
                self._add(kind, key, come.day, come.moment)

    def speak(self, now: datetime, rng: random.Random) -> None:
        """What a worker says, if it is not killed before."""
        if not any(at <= now for at in self.look_at.values()):
            return
        self.look_at = {n: now + LOST_AFTER if at <= now else at for n, at in self.look_at.items()}
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        verdict = decide(self.manners, zone, now, [w for w, _ in self.waiting.values()], self.said_on[today])
        for n, _ in verdict.drop:
            del self.waiting[n], self.look_at[n]
        for n in verdict.later:
            assert verdict.later_at is not None
            self.look_at[n] = verdict.later_at
        if not verdict.say or rng.random() < KILLED:
            return
        self.said_on[today] += 1
        told = [(self.waiting[n][0].kind, self.waiting[n][1]) for n in verdict.say]
        self.said.append((now, self.zone, told))
        for n in verdict.say:
            del self.waiting[n], self.look_at[n]

    def _add(self, kind: NudgeKind, key: str, day: date, due_at: datetime) -> None:
        if (kind, key) in self.keys or not self.manners.wants(kind):
            return
        self.keys.add((kind, key))
        self.n += 1
        self.waiting[self.n] = Waiting(self.n, kind, day, due_at), key
        self.look_at[self.n] = due_at


def an_athlete(rng: random.Random, zone: str, zones: Sequence[str], days: int) -> Athlete:
    """Return somebody with wishes of their own; awake for at least ten hours, four runs a week."""
    quiet_from = rng.randrange(24 * 60)
    quiet_until = (quiet_from + rng.randrange(14 * 60)) % (24 * 60)
    at = rng.choice([rng.randrange(24 * 60), 0, 60, 150, 23 * 60 + 59])  # among them what clock changes skip
    manners = Manners(
        weekly_day=rng.randrange(7),
        weekly_at=_clock(at),
        morning=rng.random() < 0.5,
        morning_at=_clock(rng.randrange(4 * 60, 11 * 60)),
        quiet_from=_clock(quiet_from),
        quiet_until=_clock(quiet_until),
    )
    journeys = [BEGIN + rng.random() * days * DAY for _ in range(rng.choice([0, 2, 6, 12]))]
    runs = [BEGIN + rng.random() * days * DAY for _ in range(days * 4 // 7)]
    return Athlete(manners, zone, sorted((at, rng.choice(zones)) for at in journeys), sorted(runs))


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


@dataclass
class Counts:
    """What a year came to. `expected`: weeks whose check-in's moment lies in it."""

    athletes: int = 0
    expected: int = 0
    said: int = 0
    doubled: int = 0
    missing: int = 0
    quiet: int = 0
    most_a_day: int = 0
    messages: int = 0
    merged: int = 0

    def __str__(self) -> str:
        return (
            f"{self.athletes} athletes: weekly check-ins expected {self.expected}, said {self.said}, "
            f"doubled {self.doubled}, missing {self.missing}; messages {self.messages}, "
            f"of several things {self.merged}, in quiet hours {self.quiet}, most a day {self.most_a_day}"
        )

    @property
    def is_right(self) -> bool:
        return self.said == self.expected > 0 and not self.doubled + self.missing + self.quiet


def live_through(rng: random.Random, athlete: Athlete, schedulers: Sequence[Machine], days: int) -> None:
    """Let a year pass for one athlete."""
    now, end = BEGIN, BEGIN + days * DAY
    while True:
        ticks = sorted(machine.next_tick(now) for machine in schedulers)
        first = ticks[0]
        if first >= end:
            return
        athlete.live(first)
        for tick in ticks:
            if tick - first < MINUTE:  # all that are up tick; the first one takes it
                athlete.tick(tick)
                athlete.speak(tick, rng)
                first = tick
        now = max(athlete.next_event(), first + timedelta(microseconds=1))


def count(counts: Counts, athlete: Athlete, weeks: set[str]) -> None:
    """Hold what an athlete heard against what they were to hear."""
    heard = [key for _, _, told in athlete.said for kind, key in told if kind is NudgeKind.weekly]
    counts.athletes += 1
    counts.expected += len(weeks)
    counts.said += len(weeks & set(heard))
    counts.doubled += len(heard) - len(set(heard))
    counts.missing += len(weeks - set(heard))
    counts.messages += len(athlete.said)
    counts.merged += sum(len(told) > 1 for _, _, told in athlete.said)
    days: Counter[date] = Counter()
    for at, tz, told in athlete.said:
        zone = ZoneInfo(tz)
        days[at.astimezone(zone).date()] += 1
        counts.quiet += is_quiet(athlete.manners.quiet_from, athlete.manners.quiet_until, zone, at)
        mornings = [key for kind, key in told if kind is NudgeKind.morning]
        assert all(at < datetime.combine(date.fromisoformat(key), time(12), zone) for key in mornings)
    counts.most_a_day = max([counts.most_a_day, *days.values()])


def weeks_to_hear(athlete: Athlete, days: int) -> set[str]:
    """Return the weeks whose check-in must have been said, found without the coach's rules.

    Whoever stays hears of each week whose day and time lie in the year, but for its last days, which what is
    late may take. A journey moves the first and the last by at most a day.
    """
    first, last = BEGIN + 2 * DAY, BEGIN + (days - 6) * DAY
    day, found = first.date(), set[str]()
    while day <= last.date():
        if day.weekday() == athlete.manners.weekly_day:
            year, week, _ = day.isocalendar()
            found.add(f"{year}-W{week:02d}")
        day += DAY
    return found


def a_year(seed: int, homes: Sequence[str], days: int) -> Counts:
    """Live through a year with an athlete in each zone of `homes`, who may travel to any."""
    rng, counts = random.Random(seed), Counts()
    schedulers = machines(rng, days)
    for zone in homes:
        athlete = an_athlete(rng, zone, ZONES, days)
        live_through(rng, athlete, schedulers, days)
        count(counts, athlete, weeks_to_hear(athlete, days))
    return counts
