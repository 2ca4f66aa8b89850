"""What a day brings: the nearest race, a body out of its usual range, a silence; each once, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coach.domain.activity import Sport
from coach.domain.daily import DailyValue
from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Priority, Race
from coach.domain.source import Source
from coach.pipeline import noticing, telling
from coach.store import activities, athletes, daily, notices, nudges, races
from coach.store.nudges import Nudge
from coach.store.session import Database, Session

NOW = datetime(2026, 10, 4, 23, tzinfo=UTC)  # eight in the morning in Seoul, on the fifth
TODAY = date(2026, 10, 5)
DAY = timedelta(days=1)


@pytest.fixture
def s(db: Database, athlete_id: int) -> Iterator[Session]:
    with db.athlete_session(athlete_id) as session:
        yield session


def look(s: Session, days: int = 0) -> list[tuple[str, str]]:
    """Look some days later; return what is new by kind and key."""
    before = {nudge.id for nudge in everything(s)}
    noticing.look(s, athletes.get(s, s.info["athlete_id"]), NOW + days * DAY)
    return [(nudge.kind.value, nudge.key) for nudge in everything(s) if nudge.id not in before]


def everything(s: Session) -> list[Nudge]:
    long_ago = NOW - 400 * DAY
    return [n for kind in NudgeKind for n in nudges.since(s, kind, long_ago)]


def ran(
    s: Session, day: date, metres: float = 8_000.0, *, race: bool = False, sport: Sport = Sport.run
) -> int:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return activities.create(
        s, s.info["athlete_id"], sport=sport, start_at=start, tz="Asia/Seoul", local_date=day,
        elapsed_s=3000, distance_m=metres, race=race,
    ).id  # fmt: skip


def nights(s: Session, name: str, usual: float, last: dict[int, float], days: int = 50) -> None:
    """Keep values of mornings that go up and down a little; `last`: days back → value."""
    values = []
    for back in range(days):
        value = last.get(back, usual + (-1.0, 0.0, 1.0, 0.0, -1.0, 1.0)[back % 6])
        values.append(DailyValue(TODAY - back * DAY, name, value, Source.garmin))
    daily.save_values(s, s.info["athlete_id"], values)


def race(s: Session, days: int, priority: Priority = Priority.a) -> int:
    saved = races.save(s, Race(TODAY + days * DAY, 10_000.0, priority, name=f"in {days}"))
    assert saved.id is not None
    return saved.id


def test_a_race_is_counted_down_on_its_days_and_the_nearest_only(s: Session) -> None:
    far, near = race(s, 28), race(s, 14)
    told = [(days, look(s, days)) for days in range(30)]
    assert [(days, new) for days, new in told if new] == [
        (0, [("race", f"{near}:14")]),
        (7, [("race", f"{near}:7")]),
        (11, [("race", f"{near}:3")]),
        (13, [("race", f"{near}:1"), ("race", f"{near}:0")]),
        (15, [("race", f"{near}:-1")]),
        (21, [("race", f"{far}:7")]),
        (25, [("race", f"{far}:3")]),
        (27, [("race", f"{far}:1"), ("race", f"{far}:0")]),
        (29, [("race", f"{far}:-1")]),
    ]
    assert look(s, 29) == [], "asking again adds nothing"


def test_of_the_day_of_a_race_is_spoken_before_it_starts(s: Session) -> None:
    tomorrow = race(s, 1)
    look(s)
    day = nudges.named(s, NudgeKind.race, f"{tomorrow}:0")
    assert day is not None
    assert day.local_date == TODAY + DAY
    seoul = day.due_at.astimezone(ZoneInfo("Asia/Seoul"))
    assert (seoul.date(), seoul.hour) == (TODAY + DAY, 6)


def test_of_two_races_on_a_day_the_one_that_matters_more(s: Session) -> None:
    race(s, 7, Priority.c)
    matters = race(s, 7, Priority.a)
    assert look(s) == [("race", f"{matters}:7")]


def test_a_silence_is_noticed_once(s: Session) -> None:
    assert look(s) == [], "who was never heard of is not missed"
    ran(s, TODAY - 9 * DAY)
    assert look(s) == []
    assert look(s, 1) == [("silence", "2026-09-26")]
    assert [new for days in range(2, 40) for new in look(s, days)] == []


def test_another_sport_is_a_sign_of_life_and_years_of_silence_are_not_noticed(s: Session) -> None:
    ran(s, TODAY - 300 * DAY)
    assert look(s) == []
    ran(s, TODAY - 5 * DAY, sport=Sport.swim)
    assert look(s) == []


def test_a_morning_that_stands_out_is_one_alert_a_week(s: Session) -> None:
    nights(s, "rhr_bpm", 50.0, {0: 62.0})
    assert look(s) == [("alert", "rhr_bpm:2026-10-05")]
    assert look(s) == []
    nights(s, "rhr_bpm", 50.0, {0: 62.0, 1: 62.0})
    assert look(s, 1) == [], "one alert in an episode"


@pytest.mark.parametrize(
    ("name", "usual", "last"),
    [
        ("rhr_bpm", 50.0, {0: 53.0}),  # within what an instrument is off by
        ("rhr_bpm", 50.0, {0: 40.0}),  # low is nothing to be warned of
        ("rhr_bpm", 50.0, {3: 62.0}),  # days ago
        ("hrv_rmssd_ms", 60.0, {0: 40.0}),  # one night says little
        ("hrv_rmssd_ms", 60.0, {0: 95.0, 1: 95.0}),
    ],
)
def test_nobody_cries_wolf(s: Session, name: str, usual: float, last: dict[int, float]) -> None:
    nights(s, name, usual, last)
    assert look(s) == []


def test_few_nights_alarm_nobody(s: Session) -> None:
    nights(s, "rhr_bpm", 50.0, {0: 70.0}, days=9)
    assert look(s) == []


def test_a_week_of_low_variability_is_an_alert(s: Session) -> None:
    nights(s, "hrv_rmssd_ms", 60.0, {0: 38.0, 1: 39.0, 2: 41.0, 3: 44.0})
    assert look(s) == [("alert", "hrv_rmssd_ms:2026-10-05")]


def test_a_login_that_only_the_athlete_can_mend_is_told_once_per_trouble(s: Session) -> None:
    telling.tell(s, "needs_you", "garmin", "alert")
    (new,) = look(s)
    assert new[0] == "alert"
    (nudge,) = everything(s)
    (notice,) = notices.open_ones(s)
    assert nudge.about == {"notice": notice.id}
    assert look(s, 1) == []
    notices.put_away(s, notice.id)
    assert look(s, 2) == []
