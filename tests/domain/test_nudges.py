"""When the coach may speak first: clocks that jump, journeys, quiet hours, days that have room for two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.nudge_rules import LATE, ORDER, Verdict, Waiting, decide, too_late
from coach.domain.nudge_times import (
    Rule,
    day_begins,
    is_quiet,
    moment,
    next_moment,
    quiet_ends,
    week_key,
)
from coach.domain.nudges import MOST_A_DAY, Manners, NudgeKind

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)  # Sunday 18:00 in Seoul
SUNDAY = date(2026, 11, 22)
UNASKED = [kind for kind in NudgeKind if kind is not NudgeKind.receipt]

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
clocks = st.times().map(lambda t: t.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))


def local(day: date, at: time, zone: ZoneInfo) -> str:
    return f"{moment(day, at, zone).astimezone(zone):%Y-%m-%d %H:%M%z}"


@pytest.mark.parametrize(
    ("zone", "day", "at", "is_then"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08 03:00-0400"),  # left out
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01 01:30-0400"),  # twice: the first
        ("America/Santiago", date(2026, 9, 6), time(0, 15), "2026-09-06 01:00-0300"),  # no midnight
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "2026-10-04 02:30+1100"),  # half an hour
        ("Africa/Casablanca", date(2026, 3, 22), time(2, 30), "2026-03-22 03:00+0100"),
        ("Pacific/Apia", date(2011, 12, 30), time(18), "2011-12-31 00:00+1400"),  # a day that never was
        ("Asia/Kathmandu", SUNDAY, time(18), "2026-11-22 18:00+0545"),
        ("Etc/GMT+12", SUNDAY, time(18), "2026-11-22 18:00-1200"),
        ("Pacific/Kiritimati", SUNDAY, time(18), "2026-11-22 18:00+1400"),
    ],
)
def test_a_time_of_a_day_is_one_moment(zone: str, day: date, at: time, is_then: str) -> None:
    assert local(day, at, ZoneInfo(zone)) == is_then


@given(days, clocks, zones)
def test_the_clock_shows_that_time_or_jumped_over_it(day: date, at: time, zone: ZoneInfo) -> None:
    then = moment(day, at, zone)
    shown = then.astimezone(zone).replace(tzinfo=None)
    meant = datetime.combine(day, at)
    if shown == meant:
        # The first time that it shows it: an hour before it showed something else, or that earlier time.
        assert all((then - n * MINUTE).astimezone(zone).replace(tzinfo=None) != meant for n in (30, 60, 120))
    else:
        assert shown > meant > (then - MINUTE).astimezone(zone).replace(tzinfo=None)


@given(days, clocks, zones)
def test_days_follow_each_other(day: date, at: time, zone: ZoneInfo) -> None:
    assert moment(day, at, zone) < moment(day + DAY, at, zone)


@given(moments, clocks, zones)
def test_the_next_moment_comes_within_two_days(after: datetime, at: time, zone: ZoneInfo) -> None:
    found = next_moment(at, zone, after)
    assert after < found <= after + 2 * DAY + HOUR


@given(moments, clocks, zones, st.none() | st.integers(0, 6))
def test_the_first_day_is_the_next_one_meant(
    after: datetime, at: time, zone: ZoneInfo, weekday: int | None
) -> None:
    rule = Rule(at, weekday)
    day = rule.first(zone, after)
    assert weekday in (None, day.weekday())
    assert moment(day, at, zone) > after
    step = DAY if weekday is None else 7 * DAY
    assert moment(day - step, at, zone) <= after


@given(moments, st.integers(0, 60 * 24 * 40), clocks, zones, st.none() | st.integers(0, 6))
def test_only_the_last_of_what_was_missed_is_made_up_for(
    begin: datetime, minutes: int, at: time, zone: ZoneInfo, weekday: int | None
) -> None:
    rule, now = Rule(at, weekday), begin + minutes * MINUTE
    day = rule.first(zone, begin)
    come, then = rule.latest(zone, day, now)
    assert moment(then, at, zone) > now
    if come is None:
        assert then == day
    else:
        assert come >= day
        assert moment(come, at, zone) <= now
        assert then - come == (DAY if weekday is None else 7 * DAY)


def test_a_week_has_one_name_over_new_year() -> None:
    assert [week_key(date(2026, 12, 31)), week_key(date(2027, 1, 3)), week_key(date(2027, 1, 4))] == [
        "2026-W53",
        "2026-W53",
        "2027-W01",
    ]


def test_quiet_hours_end_when_the_clock_says_so() -> None:
    night = datetime(2026, 11, 22, 14, tzinfo=UTC)  # 23:00 in Seoul
    assert is_quiet(time(22), time(7), SEOUL, night)
    assert quiet_ends(time(22), time(7), SEOUL, night) == datetime(2026, 11, 22, 22, tzinfo=UTC)
    assert quiet_ends(time(22), time(7), SEOUL, NOW) == NOW
    assert not is_quiet(time(9), time(9), SEOUL, NOW)  # equal: never
    assert is_quiet(time(12), time(19), SEOUL, NOW)
    # Until 1:30 on the night on which 1:30 comes twice: it is quiet again in between.
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert quiet_ends(time(22), time(1, 30), NEW_YORK, first - HOUR) == first
    assert quiet_ends(time(22), time(1, 30), NEW_YORK, first + HOUR / 2) == first + HOUR
    # Until 2:30 on the night that has none.
    assert quiet_ends(time(22), time(2, 30), NEW_YORK, datetime(2026, 3, 8, 6, tzinfo=UTC)) == datetime(
        2026, 3, 8, 7, tzinfo=UTC
    )


@given(clocks, clocks, zones, moments)
def test_after_the_quiet_hours_it_is_not_quiet(
    begins: time, ends: time, zone: ZoneInfo, now: datetime
) -> None:
    over = quiet_ends(begins, ends, zone, now)
    assert over >= now
    assert not is_quiet(begins, ends, zone, over)
    assert (over == now) == (not is_quiet(begins, ends, zone, now))


def waiting(kind: NudgeKind, n: int = 1, *, due_at: datetime = NOW, **more: object) -> Waiting:
    return Waiting(n, kind, SUNDAY, due_at, **more)  # type: ignore[arg-type]


def test_all_that_is_due_is_one_message_led_by_what_matters_most() -> None:
    due = [waiting(kind, n, due_at=NOW - n * MINUTE) for n, kind in enumerate(NudgeKind)]
    manners = Manners(morning=True)
    morning = next(one for one in due if one.kind is NudgeKind.morning)
    verdict = decide(manners, SEOUL, NOW, due, 1)
    by_id = {one.id: one.kind for one in due}
    assert [by_id[n] for n in verdict.say] == [kind for kind in ORDER if kind is not NudgeKind.morning]
    assert verdict.drop == ((morning.id, "nudge_why.late_morning"),)  # it is evening
    assert (verdict.later, verdict.later_at) == ((), None)


def test_what_is_not_due_is_left_alone() -> None:
    assert decide(Manners(), SEOUL, NOW, [waiting(NudgeKind.alert, due_at=NOW + MINUTE)], 0) == Verdict()


def test_the_third_of_a_day_waits_for_the_morning() -> None:
    verdict = decide(Manners(), SEOUL, NOW, [waiting(NudgeKind.alert)], MOST_A_DAY)
    assert verdict == Verdict(later=(1,), later_at=datetime(2026, 11, 22, 22, tzinfo=UTC))
    never_quiet = Manners(quiet_from=time(0), quiet_until=time(0))
    verdict = decide(never_quiet, SEOUL, NOW, [waiting(NudgeKind.alert)], MOST_A_DAY)
    assert verdict.later_at == day_begins(SUNDAY + DAY, SEOUL)


def test_a_receipt_was_asked_for() -> None:
    night = datetime(2026, 11, 22, 14, tzinfo=UTC)
    away = Manners(paused_until=SUNDAY + DAY)
    due = [waiting(NudgeKind.receipt, 1), waiting(NudgeKind.alert, 2)]
    assert decide(away, SEOUL, night, due, MOST_A_DAY) == Verdict(say=(1,), drop=((2, "nudge_why.paused"),))
    kept = decide(Manners(), SEOUL, night, due, 0)
    assert (kept.say, kept.later, kept.drop) == ((1,), (2,), ())


def test_a_pause_ends_with_its_last_day() -> None:
    due = [waiting(NudgeKind.alert)]
    assert decide(Manners(paused_until=SUNDAY), SEOUL, NOW, due, 0).say == (1,)
    verdict = decide(Manners(paused_until=SUNDAY + DAY), SEOUL, NOW, due, 0)
    assert verdict.drop == ((1, "nudge_why.paused"),)


@pytest.mark.parametrize("kind", UNASKED)
def test_a_kind_that_is_off_is_dropped(kind: NudgeKind) -> None:
    manners = Manners(**{other.value: other is not kind for other in UNASKED})  # type: ignore[arg-type]
    assert decide(manners, SEOUL, NOW, [waiting(kind)], 0).drop == ((1, "nudge_why.off"),)


@pytest.mark.parametrize(
    ("one", "end"),
    [
        (waiting(NudgeKind.after_run), NOW + DAY),
        (waiting(NudgeKind.after_run, ended_at=NOW - 9 * HOUR), NOW + 15 * HOUR),
        (waiting(NudgeKind.morning), NOW - 6 * HOUR),  # noon
        (waiting(NudgeKind.race), NOW + 6 * HOUR),  # midnight
        (waiting(NudgeKind.weekly), NOW + LATE),
        (waiting(NudgeKind.alert), NOW + LATE),
    ],
)
def test_everything_is_too_late_some_time(one: Waiting, end: datetime) -> None:
    assert too_late(one, SEOUL) == end
    manners = Manners(morning=True, quiet_from=time(0), quiet_until=time(0))
    if end > NOW:
        assert decide(manners, SEOUL, end - MINUTE, [one], 0).say == (1,)
    ((dropped, why),) = decide(manners, SEOUL, max(end, NOW), [one], 0).drop
    assert dropped == 1
    assert why.startswith("nudge_why.late")


@dataclass
class World:
    """An athlete to whom things happen while a worker is up or down, kept as the store keeps it."""

    manners: Manners
    zone: ZoneInfo
    waiting: dict[int, Waiting] = field(default_factory=dict)
    next_at: dict[int, datetime] = field(default_factory=dict)
    said: list[tuple[datetime, ZoneInfo, tuple[NudgeKind, ...]]] = field(default_factory=list)
    n: int = 0

    def add(self, kind: NudgeKind, due_at: datetime) -> None:
        self.n += 1
        day = due_at.astimezone(self.zone).date()
        self.waiting[self.n] = Waiting(self.n, kind, day, due_at)
        self.next_at[self.n] = due_at

    def on(self, day: date) -> int:
        return sum(
            at.astimezone(zone).date() == day and set(kinds) != {NudgeKind.receipt}
            for at, zone, kinds in self.said
        )

    def work(self, now: datetime) -> None:
        if not any(at <= now for at in self.next_at.values()):
            return
        today = now.astimezone(self.zone).date()
        verdict = decide(self.manners, self.zone, now, self.waiting.values(), self.on(today))
        if verdict.say:
            kinds = tuple(self.waiting[n].kind for n in verdict.say)
            self.said.append((now, self.zone, kinds))
        for n in (*verdict.say, *(n for n, _ in verdict.drop)):
            del self.waiting[n], self.next_at[n]
        for n in verdict.later:
            assert verdict.later_at is not None
            assert verdict.later_at > now
            self.next_at[n] = verdict.later_at


settings_of_all_kinds = st.builds(
    Manners,
    **{kind.value: st.booleans() for kind in UNASKED},
    quiet_from=clocks,
    quiet_until=clocks,
    paused_until=st.none() | st.dates(date(2026, 10, 20), date(2026, 11, 10)),
)


@given(
    settings_of_all_kinds,
    st.lists(zones, min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(NudgeKind), st.integers(0, 20 * 24 * 4)), max_size=60),
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 72)), max_size=3),
)
def test_whatever_happens_the_manners_hold(
    manners: Manners,
    journey: list[ZoneInfo],
    events: list[tuple[NudgeKind, int]],
    outages: list[tuple[int, int]],
) -> None:
    begin = datetime(2026, 10, 20, tzinfo=UTC)
    world = World(manners, journey[0])
    due = sorted(events, key=lambda event: event[1])
    for quarter in range(26 * 24 * 4):  # three weeks, and the days that what was put off takes
        now = begin + quarter * 15 * MINUTE
        world.zone = journey[min(quarter // (7 * 24 * 4), len(journey) - 1)]
        while due and due[0][1] <= quarter:
            world.add(due.pop(0)[0], now)
        if not any(24 * day <= quarter / 4 < 24 * day + hours for day, hours in outages):
            world.work(now)
    for at, zone, kinds in world.said:
        unasked = [kind for kind in kinds if kind is not NudgeKind.receipt]
        assert all(manners.wants(kind) for kind in unasked)
        if unasked:
            today = at.astimezone(zone).date()
            assert not is_quiet(manners.quiet_from, manners.quiet_until, zone, at)
            assert manners.paused_until is None or today >= manners.paused_until
            assert world.on(today) <= MOST_A_DAY
    # Nothing is forgotten: it was said or dropped, unless there is no time of day at which to say it.
    assert all(at > now for at in world.next_at.values())
