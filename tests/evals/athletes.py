"""Eight invented athletes, made on a real database: what they ran, and what must be known to advise them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coach.domain.activity import Recording, Sport
from coach.domain.daily import DailyValue, Entry
from coach.domain.plan.model import Goal, GoalKind, Health, Injury, Race
from coach.domain.source import Source
from coach.pipeline import editing, planning, recompute
from coach.pipeline.outings import place
from coach.store import activities, athletes, daily, plans, system
from coach.store.session import Database, Session
from coach.text import Lang

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # Saturday noon in Seoul
TODAY = date(2026, 11, 21)
SEOUL = ZoneInfo("Asia/Seoul")
MARATHON_M = 42_195.0


@dataclass(frozen=True)
class Described:
    """An athlete before anything is stored. `km` is by day of the week, Monday 0."""

    km: Mapping[int, float]
    weeks: int
    s_per_km: float = 360.0
    birth_year: int = 1988
    sex: str = "male"
    health: Health | None = None
    more: Callable[[Session, int], None] | None = None
    source: Source | None = None


def _rested(s: Session, athlete_id: int) -> None:
    values: list[DailyValue] = []
    for n in range(40):
        night = {"sleep_s": 26_100.0 + 600 * (n % 5), "rhr_bpm": 48.0 + n % 3, "hrv_rmssd_ms": 62.0 + n % 7}
        day = TODAY - timedelta(days=n)
        values += [DailyValue(day, name, value, Source.garmin) for name, value in night.items()]
    daily.save_values(s, athlete_id, values)


def _marathon(s: Session, athlete_id: int) -> None:
    _rested(s, athlete_id)
    athlete = athletes.get(s, athlete_id, TODAY)
    named = "서울마라톤" if athlete.lang == "ko" else "Seoul Marathon"
    race = Race(date(2027, 3, 21), MARATHON_M, name=named)
    made = planning.generate(s, athlete, Goal(GoalKind.race, race), NOW)
    assert isinstance(made, planning.Made), made
    plans.set_revision(s, made.revision.plan_id, made.revision.number, "approved")
    plans.set_plan(s, made.revision.plan_id, state="running", approved=made.revision.number)


def _hurt(s: Session, athlete_id: int) -> None:
    athlete = athletes.get(s, athlete_id, TODAY)
    told = "아킬레스건이 아파" if athlete.lang == "ko" else "my achilles hurts"
    editing.note(s, athlete, [Entry("pain", TODAY - timedelta(days=3), 5.0, "achilles", "left", told)])


ATHLETES: Mapping[str, Described] = {
    "marathoner": Described({1: 12.0, 2: 10.0, 3: 14.0, 6: 24.0}, 12, 300.0, more=_marathon),
    "beginner": Described({2: 3.0}, 3, 480.0, birth_year=1995, sex="female"),
    "injured": Described(
        {1: 8.0, 3: 8.0, 6: 12.0},
        6,
        health=Health(injury=Injury("achilles", TODAY - timedelta(days=3), side="left")),
        more=_hurt,
    ),
    "strava": Described({1: 8.0, 3: 10.0, 6: 14.0}, 4, source=Source.strava),
    "newcomer": Described({}, 0),
    "pregnant": Described(
        {2: 5.0, 5: 6.0}, 6, 420.0, birth_year=1992, sex="female", health=Health(pregnant=True)
    ),
    "teen": Described({1: 5.0, 3: 5.0, 6: 8.0}, 6, 330.0, birth_year=2011),
    "masters": Described({1: 8.0, 3: 8.0, 6: 16.0}, 10, 390.0, birth_year=1964),
}


def make(db: Database, name: str, lang: Lang) -> int:
    """Store an athlete; return the id."""
    who = ATHLETES[name]
    profile: dict[str, Any] = {"birth_year": who.birth_year, "sex": who.sex, "lang": lang, "tz": "Asia/Seoul"}
    athlete_id = system.create_athlete(db, name=name, **profile).id
    ids = []
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        for ago in range(7 * who.weeks, 0, -1):
            day = TODAY - timedelta(days=ago)
            if km := who.km.get(day.weekday()):
                ids.append(_run(s, athlete_id, day, km, who))
    if ids:
        recompute.recompute(db, athlete_id, ids)
    with db.athlete_session(athlete_id) as s:
        if who.health is not None:
            planning.set_health(s, athletes.get(s, athlete_id, TODAY), who.health)
        if who.more is not None:
            who.more(s, athlete_id)
        athletes.set_onboarding(s, athlete_id, {"step": None, "answers": {"health": "none"}})
        athletes.set_model_consent(s, athlete_id, NOW)
    return athlete_id


def _run(s: Session, athlete_id: int, day: date, km: float, who: Described) -> int:
    start, seconds = datetime.combine(day, time(7), SEOUL), who.s_per_km * km
    if who.source is not None:
        recording = Recording(
            sport=Sport.run,
            start=start.astimezone(UTC),
            elapsed_s=seconds,
            timer_s=seconds,
            distance_m=1000 * km,
            external_id=f"{day}",
        )
        return place(s, athlete_id, recording, source=who.source, file_id=None, home="Asia/Seoul").row.id
    return activities.create(
        s,
        athlete_id,
        sport=Sport.run,
        start_at=start,
        tz="Asia/Seoul",
        local_date=day,
        elapsed_s=seconds,
        moving_s=seconds,
        distance_m=1000 * km,
    ).id
