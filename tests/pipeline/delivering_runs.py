"""An athlete with an approved plan and a watch: what is wanted, what lies there, what is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from fakes.garmin import Garmin, running
from sqlalchemy import make_url
from sync_runs import NOW, Clock, kept_in

from coach.domain.plan.model import (
    Basis,
    Goal,
    GoalKind,
    Intensity,
    Phase,
    Plan,
    Repeat,
    Situation,
    Step,
    StepKind,
    Week,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.rules import checked
from coach.jobs.registry import JobContext
from coach.jobs.schedule import tick
from coach.pipeline import delivering
from coach.pipeline.reach import Reach
from coach.providers.contract import Opening, Provider
from coach.providers.garmin import provider
from coach.providers.garmin.client import GarminAccount
from coach.store import (
    approvals,
    athletes,
    connections,
    deliveries,
    job_queue,
    notices,
    outbox,
    plan_holds,
    plans,
    sync_system,
    system,
)
from coach.store.postgres import Embedded
from coach.store.session import Database

TODAY = date(2026, 10, 4)  # a Sunday; noon in Seoul
START = date(2026, 10, 5)
TIMEOUT_S = 2.0  # a service that takes longer is too slow, even beside other tests


def walk_run(day: date, times: int = 6) -> Workout:
    """Return a session of minutes of running and walking, as somebody begins who has not run for long."""
    run = Step(StepKind.work, Intensity.easy, "time", 140.0, 60.0)
    walk = Step(StepKind.recovery, Intensity.walk, "time", 150.0, 90.0)
    warm = Step(StepKind.warmup, Intensity.walk, "time", 500.0, 300.0)
    cool = Step(StepKind.cooldown, Intensity.walk, "time", 500.0, 300.0)
    week = (day - START).days // 7 + 1
    uid = f"w{week:02d}-{('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[day.weekday()]}"
    return Workout(uid, day, WorkoutKind.walk_run, (warm, Repeat(times, (run, walk)), cool))


def plan_of(*workouts: Workout, weeks: int = 4) -> Plan:
    """Return a plan of these workouts; without any, of three sessions a week."""
    days = (START + timedelta(days=7 * n + d) for n in range(weeks) for d in (0, 2, 5))
    found = workouts or tuple(walk_run(day) for day in days)
    empty = tuple(Week(n + 1, START + timedelta(days=7 * n), Phase.walk_run, False, ()) for n in range(weeks))
    end = START + timedelta(days=7 * weeks - 1)
    bare = Plan(Goal(GoalKind.couch_to_5k), START, end, empty, Basis(TODAY, 0.0, 0.0, 0.0))
    return bare.with_workouts(found)


def changed(plan: Plan, uid: str, **changes: Any) -> Plan:
    """Return a plan with one workout changed."""
    return plan.with_workouts(tuple(replace(w, **changes) if w.uid == uid else w for w in plan.workouts))


def without(plan: Plan, *uids: str) -> Plan:
    """Return a plan without some workouts."""
    return plan.with_workouts(tuple(w for w in plan.workouts if w.uid not in uids))


def _quick(opening: Opening) -> GarminAccount:
    return GarminAccount(opening, TIMEOUT_S)


@dataclass
class Watch:
    """One athlete whose workouts go to an invented Garmin."""

    db: Database
    athlete_id: int
    garmin: Garmin
    url: str
    place: Path
    clock: Clock = field(default_factory=Clock)
    service: Provider = field(default_factory=lambda: replace(provider, open=_quick))
    plan_id: int = 0

    @property
    def reach(self) -> Reach:
        settings, vault = kept_in(self.place)
        settings = settings.model_copy(update={"garmin_url": self.url})
        return Reach(self.db, settings, vault, self.clock, {"garmin": self.service})

    def connect(self, account_id: str = "", **changes: Any) -> None:
        """Connect Garmin as a login leaves it."""
        account_id = account_id or str(90_000 + self.athlete_id)
        tokens = json.dumps({**json.loads(self.garmin.tokens()), "display_name": self.garmin.display_name})
        with self.db.athlete_session(self.athlete_id) as s:
            connections.keep_secret(s, self.reach.vault, "garmin", "secret", tokens)
            connections.well(s, "garmin", account_id=account_id, connected_at=NOW, **changes)

    def approve(self, plan: Plan | None = None, *, want: bool = True) -> int:
        """Store a plan (or its next revision) and approve it; return how many effects that had."""
        plan = plan or plan_of()
        fine = checked(plan, Situation(today=TODAY), warnings_pass=True)
        with self.db.athlete_session(self.athlete_id) as s:
            athletes.lock(s, self.athlete_id)
            self.plan_id = self.plan_id or plans.create(s, plan.start, plan.end)
            known = plans.head(s, self.plan_id)
            revision = plans.add_revision(s, self.plan_id, fine, origin="built", parent=known.approved)
            if known.approved is not None:
                plans.set_revision(s, self.plan_id, known.approved, "replaced")
            plans.set_revision(s, self.plan_id, revision.number, "approved")
            plans.set_plan(s, self.plan_id, state="running", approved=revision.number)
            return delivering.want(s, self.athlete_id, self.clock()) if want else 0

    def want(self) -> int:
        with self.db.athlete_session(self.athlete_id) as s:
            return delivering.want(s, self.athlete_id, self.clock())

    def due(self) -> list[int]:
        found = sync_system.due_parcels(self.db, self.clock())
        return [parcel for athlete, parcel in found if athlete == self.athlete_id]

    def send(self) -> None:
        """Do all jobs that are due, as a worker would."""
        for parcel_id in self.due():
            delivering.send(self.reach, self.athlete_id, parcel_id)

    def look(self) -> Any:
        return delivering.look(self.reach, self.athlete_id)

    def hold(self) -> None:
        with self.db.athlete_session(self.athlete_id) as s:
            plan_holds.raise_hold(s, "chest_pain", "emergency", "가슴이 아파요", self.clock())

    def lift(self) -> None:
        """Let the athlete say that a doctor agreed."""
        with self.db.athlete_session(self.athlete_id) as s:
            plan_holds.lift(s, self.clock(), None)

    def approve_anew(self) -> int:
        """Let the athlete approve the plan as it is once more; return how many effects that had."""
        with self.db.athlete_session(self.athlete_id) as s:
            now = self.clock()
            sha256 = plans.latest(s, self.plan_id).sha256
            asked = approvals.ask(s, "plan", sha256, expires_at=now + timedelta(days=1))
            assert approvals.decide(s, asked.id, sha256, "approved", now=now, by=None, channel="web")
            return delivering.want(s, self.athlete_id, now)

    def agree(self) -> None:
        """Let the athlete approve the plan that holds, as it is now."""
        with self.db.athlete_session(self.athlete_id) as s:
            now, held = self.clock(), plans.holding(s)
            assert held is not None
            asked = approvals.ask(
                s,
                "plan",
                held.sha256,
                expires_at=now + timedelta(days=1),
                plan_id=held.plan_id,
                revision=held.number,
            )
            assert approvals.decide(s, asked.id, held.sha256, "approved", now=now, by=None, channel="web")

    def row(self, uid: str) -> deliveries.Delivery:
        with self.db.athlete_session(self.athlete_id) as s:
            found = deliveries.get(s, self.plan_id, uid, "garmin")
        assert found is not None
        return found

    def rows(self) -> tuple[deliveries.Delivery, ...]:
        with self.db.athlete_session(self.athlete_id) as s:
            return deliveries.find(s, provider="garmin")

    def parcels(self) -> list[outbox.Parcel]:
        with self.db.athlete_session(self.athlete_id) as s:
            return outbox.find(s, delivering.KIND)

    def told(self) -> list[str]:
        with self.db.athlete_session(self.athlete_id) as s:
            return sorted(notice.text_key for notice in notices.open_ones(s))

    def asked(self) -> tuple[approvals.Approval, ...]:
        with self.db.athlete_session(self.athlete_id) as s:
            return approvals.pending(s, self.clock())

    def decide(self, decision: approvals.Decision) -> int:
        """Decide what was asked about changes by hand."""
        (waiting,) = self.asked()
        with self.db.athlete_session(self.athlete_id) as s:
            done = approvals.decide(
                s, waiting.id, waiting.sha256, decision, now=self.clock(), by=None, channel="web"
            )
            assert done is not None
            return delivering.restore_decided(s, self.athlete_id, done, self.clock())

    def remove_all(self) -> int:
        with self.db.athlete_session(self.athlete_id) as s:
            return delivering.remove_all(s, self.athlete_id, self.plan_id, self.clock())

    def there(self) -> Mapping[str, list[str]]:
        """Return on which days each workout of ours stands in Garmin's calendar, by the plan's uid."""
        found: dict[str, list[str]] = {}
        for number, workout in self.garmin.workouts.items():
            words = (workout.get("description") or "").split("Hanbal · ")
            if len(words) > 1:
                uid = words[1].split()[0]
                assert uid not in found, f"{uid} is there twice"
                found[uid] = self.garmin.days_of(number)
        return found

    def number_of(self, uid: str) -> int:
        return int(self.row(uid).remote_id)

    def jobs(self, readers: Any = None) -> list[str]:
        """Queue what is due, as the schedule does; return the jobs of this athlete that wait."""
        reach = self.reach
        context = JobContext(self.db, reach.settings, readers, self.clock, reach.services)
        tick(context, self.clock())
        return [queued.job for queued in job_queue.waiting(self.db, self.athlete_id)]


def days(*found: date | str) -> list[str]:
    return [str(day) for day in found]


def at(day: int, month: int = 10) -> date:
    return date(2026, month, day)


def writes(garmin: Garmin) -> list[tuple[str, str]]:
    """Return the requests that change something."""
    return [(method, path) for method, path in garmin.requests if method != "GET"]


def noon(day: date) -> datetime:
    """Return noon in Seoul."""
    return NOW + timedelta(days=(day - TODAY).days)


def uids(plan: Plan, first: date, last: date) -> Iterable[str]:
    return sorted(w.uid for w in plan.workouts if first <= w.day <= last)


@dataclass
class WatchShop:
    """One database and one invented Garmin, with an athlete and an account of their own for each test."""

    db: Database
    served: Garmin
    url: str
    place: Path

    def watch(self) -> Watch:
        """Return an athlete who has just connected an empty account."""
        fake = Garmin()
        self.served.app = fake.app
        athlete_id = system.create_athlete(self.db, name="하나", tz="Asia/Seoul").id
        made = Watch(self.db, athlete_id, fake, self.url, self.place)
        made.connect()
        return made


@contextmanager
def shop_of(embedded: Embedded, template: str, name: str, place: Path) -> Iterator[WatchShop]:
    """Open a shop on a copy of the template database."""

    def named(database: str) -> str:
        return make_url(embedded.url).set(database=database).render_as_string(hide_password=False)

    with psycopg.connect(named("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    db, fake = Database(named(name)), Garmin()
    try:
        with running(fake) as url:
            yield WatchShop(db, fake, url, place)
    finally:
        db.dispose()
