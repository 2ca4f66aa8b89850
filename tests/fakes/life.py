"""A small slice of the invented life, imported once for a whole run and copied for tests that write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
from fakes.guidelines import bring_few
from sqlalchemy import make_url

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.daily import Entry
from coach.pipeline import editing, importing, recompute
from coach.pipeline.demo import demo_files, live
from coach.store import activities, athletes, system
from coach.store.session import Database
from coach.text import Lang
from coach.text.formats import Units
from coach.tools.spec import ToolContext

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # Saturday, 18:00 in Seoul
TODAY = date(2026, 11, 21)
SEOUL = ZoneInfo("Asia/Seoul")
RUNS, DAYS = 22, 50
TWICE = date(2026, 10, 6)  # two runs
ABROAD = date(2026, 11, 6)  # late in the evening in New York: already the 7th in Seoul


@dataclass(frozen=True)
class Lived:
    """An athlete with six weeks of training, one with a single run, and one with nothing."""

    db: Database
    full: int
    one: int
    empty: int

    def ctx(
        self,
        athlete_id: int | None = None,
        *,
        lang: Lang = "ko",
        units: Units = "metric",
        now: datetime = NOW,
        call_key: str = "",
        **changes: object,
    ) -> ToolContext:
        """Return the context of a call: of the athlete with six weeks unless another is named."""
        athlete_id = athlete_id or self.full
        with self.db.athlete_session(athlete_id) as s:
            athlete = athletes.get(s, athlete_id, now.astimezone(SEOUL).date())
        athlete = replace(athlete, lang=lang, units=units, **changes)  # type: ignore[arg-type]
        return ToolContext(athlete, self.db, now, lang, call_key=call_key)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SEOUL)


def _tell(db: Database, athlete: Athlete) -> None:
    """Add what no watch recorded: other sports, races, a second run of a day, one abroad, a journal."""
    with db.athlete_session(athlete.id) as s:
        for sport, day, metres, seconds, more in (
            (Sport.ride, date(2026, 11, 2), 30_000.0, 4200.0, {}),
            (Sport.strength, date(2026, 11, 3), None, 2700.0, {}),
            (Sport.swim, date(2026, 11, 4), 1500.0, 1920.0, {}),
            (Sport.run, date(2026, 11, 9), 6000.0, 2100.0, {"treadmill": True}),
            (Sport.run, TWICE, 5000.0, 1600.0, {"name": "아침 조깅"}),
            (Sport.run, date(2026, 9, 27), 10_000.0, 2700.0, {"race": True, "name": "서울 레이스"}),
            (Sport.run, date(2026, 10, 25), 21_097.5, 6000.0, {"race": True, "name": "가을 하프"}),
        ):
            editing.log_activity(
                s, athlete, start=_at(day, 7), sport=sport, distance_m=metres, duration_s=seconds, **more
            )
        editing.log_activity(
            s, athlete, start=_at(TWICE, 19), sport=Sport.run, distance_m=8000.0, duration_s=2700.0
        )
        abroad = activities.create(
            s,
            athlete.id,
            sport=Sport.run,
            start_at=datetime(2026, 11, 7, 3, 0, tzinfo=UTC),
            tz="America/New_York",
            local_date=ABROAD,
            elapsed_s=1800.0,
            distance_m=5000.0,
        )
        run = activities.find(s, athlete.id, sport=Sport.run, limit=1)[0]
        editing.note(
            s,
            athlete,
            [
                Entry("pain", TODAY, 3.0, "knee", "left", "왼쪽 무릎이 좀 아팠어", run.id),
                Entry("soreness", TODAY - timedelta(days=2), 4.0, "calf", "both", "종아리가 뻐근"),
                Entry("note", TODAY - timedelta(days=3), text="비가 왔다"),
            ],
        )
    recompute.recompute(db, athlete.id, [abroad.id])


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def copy_of(url: str, source: str) -> str:
    """Copy a database and return the address of the copy."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    return _named(url, name)


def drop(url: str) -> None:
    name = make_url(url).database
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def lived(url: str, template: str) -> tuple[str, int, int, int]:
    """Import the slice into a copy of `template`; return the database's name and the three athletes."""
    address = copy_of(url, template)
    db = Database(address)
    life = live(TODAY)
    ids = [
        system.create_athlete(db, name=name, lang="ko", tz="Asia/Seoul").id for name in ("하나", "두리", "셋")
    ]
    with importing.reader_pool(2) as pool:
        for athlete_id, runs, days in ((ids[0], RUNS, DAYS), (ids[1], 1, 1)):
            slice_ = replace(life, runs=life.runs[-runs:], days=life.days[-days:])
            importing.import_paths(
                db,
                athlete_id,
                [*demo_files(slice_), ("broken.fit", b"nothing")],
                pool=pool,
                now=NOW,
                channel="web",
            )
    with db.athlete_session(ids[0]) as s:
        athlete = athletes.get(s, ids[0], TODAY)
    _tell(db, athlete)
    bring_few(db)
    db.dispose()
    name = make_url(address).database
    assert name is not None
    return name, *ids


def opened(url: str, template: str) -> Iterator[Lived]:
    """Yield a copy of the slice and drop it afterwards (for fixtures)."""
    name, *ids = lived(url, template)
    address = copy_of(url, name)
    db = Database(address)
    yield Lived(db, *ids)
    db.dispose()
    drop(address)
