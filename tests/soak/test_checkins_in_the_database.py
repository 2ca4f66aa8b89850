"""Months of check-ins through the database: three schedulers and workers at once, some of them killed."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import dict_row

from coach.config import Settings
from coach.domain.nudge_times import is_quiet
from coach.domain.nudges import NudgeKind
from coach.jobs import JobContext
from coach.jobs.speaking import hand_out, say_due
from coach.pipeline.saying import FirstWords
from coach.store import athletes, nudge_settings, nudges, system
from coach.store.nudges import Nudge
from coach.store.session import SYSTEM, Database
from coach.tools.spec import ToolContext
from tests.soak.year import BEGIN, DAY, HOUR, ZONES, Athlete, an_athlete, weeks_to_hear

pytestmark = pytest.mark.soak

DAYS = int(os.environ.get("HANBAL_SOAK_DAYS", "120"))
PEOPLE = 30
STEP = 3 * HOUR
TOGETHER = 3
KILLED = 0.05  # of the workers, between composing and saying


class Killed(Exception):
    """A worker that is no more."""


class Year:
    """A database in which a year passes."""

    def __init__(self, db: Database, place: Path, rng: random.Random) -> None:
        self.db, self.rng, self.now = db, rng, BEGIN
        settings = Settings(_env_file=None, data_dir=place)  # type: ignore[call-arg]
        self.context = JobContext(db, settings, None, lambda: self.now, {})  # type: ignore[arg-type]
        self.people: dict[int, Athlete] = {}
        self.zones: dict[int, str] = {}
        self.quiet = 0

    def move_in(self, who: Athlete) -> None:
        athlete = system.create_athlete(self.db, name="하나", tz=who.zone)
        self.people[athlete.id], self.zones[athlete.id] = who, who.zone
        wishes = ("weekly_day", "weekly_at", "morning", "morning_at", "quiet_from", "quiet_until")
        with self.db.athlete_session(athlete.id) as s:
            manners = {name: getattr(who.manners, name) for name in wishes}
            nudge_settings.change(s, BEGIN.date(), **manners)

    def live(self) -> None:
        """What athletes do by now: travel and run."""
        for athlete_id, who in self.people.items():
            while who.journeys and who.journeys[0][0] <= self.now:
                self.zones[athlete_id] = who.journeys.pop(0)[1]
                with self.db.athlete_session(athlete_id) as s:
                    athletes.update(s, athlete_id, tz=self.zones[athlete_id])
            while who.runs and who.runs[0] <= self.now:
                ended = who.runs.pop(0)
                with self.db.athlete_session(athlete_id) as s:
                    day = ended.astimezone(ZoneInfo(self.zones[athlete_id])).date()
                    nudges.add(s, NudgeKind.after_run, f"{ended}", day, ended)

    def tick(self, pool: ThreadPoolExecutor) -> None:
        """Everybody ticks and works at once; a job whose worker is killed is lost."""
        list(pool.map(lambda _: hand_out(self.context, self.now), range(TOGETHER)))
        with psycopg.connect(self.db.conninfo(SYSTEM)) as connection:
            jobs = connection.execute("DELETE FROM procrastinate_jobs RETURNING task_name, args").fetchall()
        due = [args["athlete_id"] for name, args in jobs if name == "speak"]
        chosen = [(one, self.rng.random()) for one in due for _ in range(2)]
        for athlete_id, said in pool.map(self._work, chosen):
            if said:
                manners, zone = self.people[athlete_id].manners, ZoneInfo(self.zones[athlete_id])
                self.quiet += is_quiet(manners.quiet_from, manners.quiet_until, zone, self.now)

    def _work(self, job: tuple[int, float]) -> tuple[int, bool]:
        """Return whose job it was, and whether something was said."""
        athlete_id, luck = job

        def compose(ctx: ToolContext, due: Sequence[Nudge]) -> FirstWords:
            if luck < KILLED:
                raise Killed
            return FirstWords(due[0].kind.value, "", "", nudges=[one.id for one in due])

        try:
            return athlete_id, say_due(self.context, athlete_id, compose) is not None
        except Killed:
            return athlete_id, False

    def heard(self) -> list[dict[str, object]]:
        """Return every message with what it says, as it stands in the conversation."""
        with psycopg.connect(self.db.url.replace("+psycopg", ""), row_factory=dict_row) as admin:
            return admin.execute("""
                SELECT m.athlete_id, m.id AS message_id, n.kind, n.key, n.said_at, n.said_on
                  FROM messages m
                 CROSS JOIN LATERAL jsonb_array_elements_text(m.content -> 'first' -> 'nudges') AS said(id)
                  JOIN nudges n ON n.id = said.id::bigint
                 ORDER BY m.id
            """).fetchall()


def test_months_in_the_database(db: Database, tmp_path: Path) -> None:
    seed = int(os.environ.get("HANBAL_SEED") or secrets.randbits(48))
    print(f"HANBAL_SEED={seed}")
    rng = random.Random(seed)
    year = Year(db, tmp_path, rng)
    for zone in ["Etc/GMT+12", "Etc/GMT-14", *rng.sample(ZONES, PEOPLE - 2)]:
        year.move_in(an_athlete(rng, zone, ZONES, DAYS))
    weeks = {athlete_id: weeks_to_hear(who, DAYS) for athlete_id, who in year.people.items()}
    down_until = BEGIN
    with ThreadPoolExecutor(TOGETHER) as pool:
        while year.now < BEGIN + DAYS * DAY:
            year.now += STEP * rng.uniform(0.5, 1.5)
            year.live()
            if year.now < down_until:
                continue
            if rng.random() < 0.004:
                down_until = year.now + rng.random() * 2 * DAY
            year.tick(pool)
    _count(year, weeks)


def _count(year: Year, weeks: dict[int, set[str]]) -> None:
    told = year.heard()
    weekly = Counter((row["athlete_id"], row["key"]) for row in told if row["kind"] == "weekly")
    expected = {(athlete_id, week) for athlete_id, those in weeks.items() for week in those}
    a_day = Counter({(r["athlete_id"], r["said_on"], r["message_id"]): 1 for r in told})
    days = Counter((athlete_id, day) for athlete_id, day, _ in a_day)
    doubled = sum(n - 1 for n in weekly.values())
    missing = len(expected - weekly.keys())
    print(
        f"{len(weeks)} athletes, {DAYS} days: weekly check-ins expected {len(expected)}, doubled {doubled}, "
        f"missing {missing}; messages {len(a_day)}, in quiet hours {year.quiet}, "
        f"most a day {max(days.values())}"
    )
    assert expected
    assert (doubled, missing, year.quiet, max(days.values())) == (0, 0, 0, 2)
