"""Insights of stored runs: whole weeks of the athlete, written once, new only where facts are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes.life import copy_of, drop
from sqlalchemy import make_url, text

from coach.domain.activity import Recording, Sport
from coach.domain.daily import DailyValue
from coach.domain.redflags import RedFlag, Severity, Trigger
from coach.domain.source import Source
from coach.errors import NotEnoughData, NotFound
from coach.jobs import JOBS
from coach.pipeline import editing, forgetting, holding, insights, outings, recompute, retention
from coach.pipeline.insights import Refreshed, feed, refresh
from coach.store import activities, athletes, daily, system
from coach.store import insights as stored
from coach.store.insights import Insight
from coach.store.postgres import Embedded
from coach.store.session import Database

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)  # Friday noon in Seoul
MONDAY = date(2026, 11, 9)  # of the last finished week


def run(
    db: Database,
    athlete_id: int,
    day: date,
    metres: float = 10_000.0,
    *,
    at: time = time(7),
    source: Source = Source.file,
    n: int = 0,
) -> int:
    """Store a run without samples, as a watch without a sensor gives it."""
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        home = athletes.get(s, athlete_id).tz
        start = datetime.combine(day, at, ZoneInfo(home)).astimezone(UTC)
        recording = Recording(
            sport=Sport.run,
            start=start,
            elapsed_s=metres * 0.36,
            timer_s=metres * 0.36,
            distance_m=metres,
            utc_offset_s=int(start.astimezone(ZoneInfo(home)).utcoffset().total_seconds()),
            external_id=f"{day}/{at}/{n}",
        )
        return outings.place(s, athlete_id, recording, source=source, file_id=None, home=home).row.id


def weeks(db: Database, athlete_id: int, count: int, until: date = MONDAY, **more: object) -> None:
    """Store two runs in each of so many weeks, the last of which begins `until`."""
    for week in range(count):
        for day in (0, 3):
            run(db, athlete_id, until - timedelta(weeks=week) + timedelta(days=day), **more)  # type: ignore[arg-type]


def compute(db: Database, athlete_id: int, now: datetime = NOW) -> None:
    with db.athlete_session(athlete_id) as s:
        zone = athletes.get(s, athlete_id).zone
    recompute.bring_up_to_date(db, athlete_id, now.astimezone(zone).date())


def look(db: Database, athlete_id: int, now: datetime = NOW) -> Refreshed:
    compute(db, athlete_id, now)
    with db.athlete_session(athlete_id) as s:
        return refresh(s, athletes.get(s, athlete_id), now)


def items(db: Database, athlete_id: int, kind: str = "week") -> dict[str, Insight]:
    with db.athlete_session(athlete_id) as s:
        return {i.key: i for i in stored.find(s, athlete_id, (kind,))}  # type: ignore[arg-type]


def figure(insight: Insight, key: str) -> object:
    return next(f["value"] for f in insight.facts if f["key"] == key)


def keys(insight: Insight) -> list[str]:
    return [said["key"].removeprefix("insights.") for said in insight.body["says"]]


def stamps(db: Database, athlete_id: int) -> list[tuple[object, ...]]:
    with db.athlete_session(athlete_id) as s:
        return [
            tuple(r) for r in s.execute(text("SELECT xmin::text, id, updated_at FROM insights ORDER BY id"))
        ]


@pytest.fixture(scope="module")
def nine_weeks(embedded: Embedded, template: str) -> Iterator[tuple[str, int]]:
    """A database to copy, and its athlete with nine equal weeks, all summed up."""
    address = copy_of(embedded.url, template)
    db = Database(address)
    athlete_id = system.create_athlete(db, name="하나").id
    weeks(db, athlete_id, 9)
    look(db, athlete_id)
    db.dispose()
    yield make_url(address).database or "", athlete_id
    drop(address)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, embedded: Embedded, template: str) -> Iterator[str]:
    """A fresh database, with the nine weeks in it where a test begins with them."""
    settled = "settled" in request.fixturenames
    address = copy_of(embedded.url, request.getfixturevalue("nine_weeks")[0] if settled else template)
    yield address
    drop(address)


@pytest.fixture
def settled(nine_weeks: tuple[str, int]) -> int:
    """An athlete with nine equal weeks, all summed up."""
    return nine_weeks[1]


def test_finished_weeks_and_months_are_summed_up(db: Database, settled: int) -> None:
    found = items(db, settled)
    assert len(found) == 9
    last = found["2026-11-09"]
    assert (last.first_day, last.last_day) == (MONDAY, MONDAY + timedelta(days=6))
    assert (figure(last, "runs"), figure(last, "distance_m")) == (2, 20_000.0)
    assert keys(last)[:2] == ["ran", "steady"]
    months = items(db, settled, "month")
    assert set(months) == {"2026-09", "2026-10"}
    assert figure(months["2026-10"], "runs") == 9


def test_the_same_facts_write_nothing(db: Database, settled: int) -> None:
    before = stamps(db, settled)
    assert look(db, settled, NOW + timedelta(hours=30)) == Refreshed(0, 0)
    assert stamps(db, settled) == before


def test_a_late_run_changes_its_week_and_those_compared_with_it(db: Database, settled: int) -> None:
    late = MONDAY - timedelta(weeks=2)
    with db.athlete_session(settled) as s:
        see = stored.find(s, settled, ("week",))
        for one in see:
            stored.see(s, settled, one.id, NOW)
    before = items(db, settled)
    run(db, settled, late + timedelta(days=5), 25_000.0)
    changed = look(db, settled, NOW + timedelta(hours=1))
    after = items(db, settled)
    assert figure(after[late.isoformat()], "distance_m") == 45_000.0
    assert "distance_m_up" in keys(after[late.isoformat()])
    moved = {key for key in before if before[key].facts_sha256 != after[key].facts_sha256}
    assert moved == {(late + timedelta(weeks=n)).isoformat() for n in range(3)}
    assert changed.written == len(moved) + 2  # and October, and the card that counts six weeks
    assert {i.seen_at for i in after.values()} == {NOW}
    assert {i.id for i in after.values()} == {i.id for i in before.values()}


def test_a_corrected_distance_and_a_deleted_run_are_told_anew(db: Database, settled: int) -> None:
    with db.athlete_session(settled) as s:
        athlete = athletes.get(s, settled)
        rows = activities.find(s, settled, start=MONDAY, end=MONDAY + timedelta(days=6))
        editing.change(s, athlete, rows[0].id, {"distance_m": 12_000.0})
        activities.delete(s, settled, rows[1].id)
    before = items(db, settled)
    look(db, settled)
    after = items(db, settled)
    assert {key for key in before if before[key].facts_sha256 != after[key].facts_sha256} == {"2026-11-09"}
    assert figure(after["2026-11-09"], "distance_m") == 12_000.0


def test_a_week_that_is_no_more_is_taken_out(db: Database, athlete_id: int) -> None:
    first = run(db, athlete_id, MONDAY - timedelta(weeks=3))
    run(db, athlete_id, MONDAY)
    look(db, athlete_id)
    assert len(items(db, athlete_id)) == 4
    with db.athlete_session(athlete_id) as s:
        activities.delete(s, athlete_id, first)
    assert look(db, athlete_id).removed == 4  # three weeks and October
    assert set(items(db, athlete_id)) == {"2026-11-09"}


def test_nothing_at_all(db: Database, athlete_id: int) -> None:
    assert look(db, athlete_id) == Refreshed()
    run(db, athlete_id, date(2026, 11, 18))  # the week runs still
    assert look(db, athlete_id) == Refreshed()
    with db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
        assert feed(s, athlete).items == ()
        assert insights.look(s, athlete, "week", date(2026, 11, 2), date(2026, 11, 20)) is None
        running = insights.look(s, athlete, "week", date(2026, 11, 18), date(2026, 11, 20))
    assert running is not None
    assert [said.key for said in running.says][1:2] == ["insights.unknown_week_running"]


@pytest.mark.parametrize(
    ("week_start", "zone"),
    [
        (0, "Etc/GMT+12"),
        (6, "Pacific/Kiritimati"),
        (0, "Europe/Berlin"),
        (5, "America/New_York"),
        (6, "Australia/Lord_Howe"),
        (3, "Asia/Kathmandu"),
    ],
)
def test_weeks_begin_where_the_athlete_says(db: Database, week_start: int, zone: str) -> None:
    """Around the change of the clocks in both hemispheres' autumn, an hour before and after midnight."""
    athlete_id = system.create_athlete(db, tz=zone, week_start=week_start).id
    first = date(2026, 10, 19) + timedelta(days=week_start)
    for n, at in enumerate((time(0, 20), time(23, 40))):
        run(db, athlete_id, first, 5000.0 + n, at=at, n=n)
        run(db, athlete_id, first + timedelta(days=6), 7000.0 + n, at=at, n=n)
    over = datetime.combine(first + timedelta(days=7), time(0, 1), ZoneInfo(zone)).astimezone(UTC)
    compute(db, athlete_id, over)
    with db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
        refresh(s, athlete, over - timedelta(minutes=2))
        assert stored.find(s, athlete_id, ("week",)) == []
        refresh(s, athlete, over)
        [week] = stored.find(s, athlete_id, ("week",))
    assert (week.key, week.last_day) == (first.isoformat(), first + timedelta(days=6))
    assert figure(week, "distance_m") == pytest.approx(24_002.0)


def test_while_metrics_are_computed_nothing_is_summed_up(db: Database, athlete_id: int) -> None:
    run(db, athlete_id, MONDAY)
    with db.athlete_session(athlete_id) as s, pytest.raises(NotEnoughData):
        refresh(s, athletes.get(s, athlete_id), NOW)


def short_nights(db: Database, athlete_id: int, days: Iterable[date], hours: float = 6.0) -> None:
    values = [DailyValue(day, "sleep_s", hours * 3600, Source.apple_health) for day in days]
    with db.athlete_session(athlete_id) as s:
        daily.save_values(s, athlete_id, values)


def cards(db: Database, athlete_id: int) -> dict[str, Insight]:
    with db.athlete_session(athlete_id) as s:
        return {card.key: card for card in insights.open_cards(s, athletes.get(s, athlete_id))}


def fortnight(until: date) -> list[date]:
    return [until - timedelta(days=n) for n in range(14)]


def test_a_card_names_its_evidence_and_stays_away_once_dismissed(db: Database, settled: int) -> None:
    short_nights(db, settled, fortnight(MONDAY + timedelta(days=6)))
    look(db, settled)
    found = cards(db, settled)
    assert set(found) == {"sleep:2026-11-15", "rpe:2026-11-15"}
    card = found["sleep:2026-11-15"]
    assert card.body["guideline"] == "sleep"
    assert {f["key"]: f["value"] for f in card.facts} == {"sleep_mean_s": 21_600.0, "nights": 14}
    assert card.facts[0]["rests_on"] == ["apple_health"]
    with db.athlete_session(settled) as s:
        insights.dismiss(s, athletes.get(s, settled), card.id, NOW)
    for week in range(1, 8):  # as short, week after week
        day = MONDAY + timedelta(weeks=week, days=6)
        short_nights(db, settled, fortnight(day))
        look(db, settled, NOW + timedelta(weeks=week))
        assert not any(key.startswith("sleep:") for key in cards(db, settled))
    short_nights(db, settled, fortnight(MONDAY + timedelta(weeks=8, days=6)))
    look(db, settled, NOW + timedelta(weeks=8))
    assert "sleep:2027-01-10" in cards(db, settled)  # another time, eight weeks later


def test_a_dismissal_can_be_taken_back(db: Database, settled: int) -> None:
    look(db, settled)
    [card] = cards(db, settled).values()
    with db.athlete_session(settled) as s:
        athlete = athletes.get(s, settled)
        insights.dismiss(s, athlete, card.id, NOW)
        assert insights.open_cards(s, athlete) == ()
        insights.undismiss(s, athlete, card.id)
    assert set(cards(db, settled)) == {card.key}
    [week, *_] = items(db, settled).values()
    with db.athlete_session(settled) as s, pytest.raises(NotFound):
        insights.dismiss(s, athletes.get(s, settled), week.id, NOW)


def test_a_card_goes_when_it_holds_no_more(db: Database, settled: int) -> None:
    short_nights(db, settled, fortnight(MONDAY + timedelta(days=6)))
    look(db, settled)
    assert "sleep:2026-11-15" in cards(db, settled)
    short_nights(db, settled, fortnight(MONDAY + timedelta(days=6)), 8.0)  # the watch corrected itself
    look(db, settled)
    assert "sleep:2026-11-15" not in cards(db, settled)


def test_under_a_red_flag_nothing_is_recommended(db: Database, settled: int) -> None:
    look(db, settled)
    assert cards(db, settled)
    flag = RedFlag(Trigger.chest_pain, Severity.emergency, "athlete", ("가슴",))
    with db.athlete_session(settled) as s:
        athlete = athletes.get(s, settled)
        holding.raise_flag(s, settled, flag, "가슴", NOW)
        shown = feed(s, athlete)
    assert (shown.cards, shown.is_held, shown.held) == ((), True, "plan_adapt.still")
    short_nights(db, settled, fortnight(MONDAY + timedelta(days=6)))
    before = len(items(db, settled, "card"))
    look(db, settled)
    assert len(items(db, settled, "card")) == before


def test_what_may_be_kept_for_a_time_goes_with_what_rests_on_it(db: Database, athlete_id: int) -> None:
    weeks(db, athlete_id, 6, source=Source.strava)
    look(db, athlete_id)
    found = items(db, athlete_id)
    assert {tuple(f["rests_on"]) for i in found.values() for f in i.facts if f["key"] == "distance_m"} == {
        ("strava",)
    }
    [card] = cards(db, athlete_id).values()
    with db.athlete_session(athlete_id) as s:
        insights.dismiss(s, athletes.get(s, athlete_id), card.id, NOW)
    retention.expire(db, athlete_id, datetime.now(UTC) + timedelta(days=8))
    with db.athlete_session(athlete_id) as s:
        left = s.execute(text("SELECT kind, key, facts, body, dismissed_at FROM insights")).all()
    assert [(row.kind, row.key, row.facts, row.body) for row in left] == [("card", card.key, [], {})]
    assert left[0].dismissed_at is not None
    with db.athlete_session(athlete_id) as s, pytest.raises(NotFound):
        insights.undismiss(s, athletes.get(s, athlete_id), card.id)


def test_forgetting_a_source_forgets_what_it_said(db: Database, athlete_id: int) -> None:
    weeks(db, athlete_id, 3)
    run(db, athlete_id, MONDAY + timedelta(days=1), 8000.0, source=Source.strava)
    look(db, athlete_id)
    forgetting.forget_source(db, athlete_id, Source.strava)
    assert "2026-11-09" not in items(db, athlete_id)
    look(db, athlete_id)
    week = items(db, athlete_id)["2026-11-09"]
    assert figure(week, "distance_m") == 20_000.0
    assert all("strava" not in f["rests_on"] for f in week.facts)


def test_an_athlete_sees_only_their_own(db: Database, settled: int) -> None:
    other = system.create_athlete(db).id
    mine = next(iter(items(db, settled).values()))
    assert items(db, other) == {}
    with db.athlete_session(other) as s, pytest.raises(NotFound):
        stored.get(s, other, mine.id)


def test_recomputing_asks_for_the_insights(db: Database, athlete_id: int) -> None:
    run(db, athlete_id, MONDAY)
    compute(db, athlete_id)
    with db.system_session() as s:
        asked = s.execute(
            text("SELECT args, lock FROM procrastinate_jobs WHERE task_name = 'insights'")
        ).all()
    assert [(row.args, row.lock) for row in asked] == [({"athlete_id": athlete_id}, f"insights:{athlete_id}")]
    assert JOBS["insights"].tries == 3
