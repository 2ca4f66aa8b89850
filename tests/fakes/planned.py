"""A small plan that is easy to reckon with, stored and running, for what shows plans."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fakes.life import copy_of, drop
from fakes.web import Clock, House, open_house
from sqlalchemy import make_url

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    Basis,
    Done,
    Goal,
    GoalKind,
    Intensity,
    Phase,
    Plan,
    Race,
    Repeat,
    Situation,
    Step,
    StepKind,
    Target,
    Week,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.rules import checked
from coach.pipeline import recompute
from coach.store import activities, athletes, plans, races, system
from coach.store.accounts import Account
from coach.store.plans import Revision
from coach.store.session import Database, Session

EASY_S_PER_KM = 360.0
SEOUL = ZoneInfo("Asia/Seoul")


def easy(uid: str, day: date, km: float, kind: WorkoutKind = WorkoutKind.easy) -> Workout:
    """Return a run of one easy step."""
    step = Step(
        StepKind.work,
        Intensity.easy,
        "distance",
        1000 * km,
        EASY_S_PER_KM * km,
        Target("pace", 345.0, 375.0),
    )
    return Workout(uid, day, kind, (step,), purpose="easy", key=kind is WorkoutKind.long)


def intervals(uid: str, day: date) -> Workout:
    """Return 5 × 800 m with jogs, warm-up and cool-down: 10 km in all."""
    fast = Step(StepKind.work, Intensity.interval, "distance", 800.0, 192.0, Target("pace", 235.0, 245.0))
    jog = Step(StepKind.recovery, Intensity.easy, "distance", 400.0, 160.0)
    warm = Step(StepKind.warmup, Intensity.easy, "distance", 2000.0, 720.0)
    cool = Step(StepKind.cooldown, Intensity.easy, "distance", 2000.0, 720.0)
    return Workout(uid, day, WorkoutKind.interval, (warm, Repeat(5, (fast, jog)), cool), key=True)


def a_plan(start: date, race: Race) -> Plan:
    """Return three weeks from a Monday on: 40, 42 and 20 km, the race on the last Sunday besides."""
    weeks = []
    for n, (runs, phase) in enumerate(
        (((8, 10, 8, 14), Phase.build), ((8, 10, 9, 15), Phase.specific), ((6, 0, 5, 0), Phase.race))
    ):
        first = start + timedelta(days=7 * n)
        tue, thu, fri, sun = (first + timedelta(days=d) for d in (1, 3, 4, 6))
        workouts = [easy(f"w{n}-tue", tue, runs[0])]
        if runs[1]:
            workouts.append(intervals(f"w{n}-thu", thu))
        workouts.append(easy(f"w{n}-fri", fri, runs[2]))
        if runs[3]:
            workouts.append(easy(f"w{n}-sun", sun, runs[3], WorkoutKind.long))
        else:
            step = Step(StepKind.work, Intensity.race, "distance", race.distance_m, 2700.0)
            workouts.append(Workout(f"w{n}-race", sun, WorkoutKind.race, (step,), race_id=race.id, key=True))
        weeks.append(Week(n + 1, first, phase, False, tuple(workouts)))
    basis = Basis(start, 40_000.0, 14_000.0, 4.0, ctl=45.0, atl=45.0, load_per_hour=50.0)
    return Plan(Goal(GoalKind.race, race), start, weeks[-1].end, tuple(weeks), basis, (race,))


def situation(today: date) -> Situation:
    """Return an athlete who has run 40 km in each of the last twelve weeks."""
    done = []
    for n in range(1, 85):
        km = {1: 14, 3: 8, 4: 10, 6: 8}.get(n % 7)
        if km:
            run = Done(n, today - timedelta(days=n), Sport.run, EASY_S_PER_KM * km, 1000.0 * km)
            done.append(run)
    return Situation(today=today, age=35, done=tuple(reversed(done)), vdot=48.0, ctl=45.0, atl=45.0)


def stored(s: Session, start: date, *, distance_m: float = 10_000.0, runs: bool = True) -> Revision:
    """Keep the plan; `runs`: as one that was approved."""
    race = races.save(s, Race(start + timedelta(days=20), distance_m, name="가을 10K", target_time_s=2700.0))
    plan = a_plan(start, race)
    plan_id = plans.create(s, plan.start, plan.end)
    made = plans.add_revision(s, plan_id, checked(plan, situation(start), warnings_pass=True), origin="built")
    if runs:
        plans.set_revision(s, plan_id, made.number, "approved")
        plans.set_plan(s, plan_id, state="running", approved=made.number)
    return made


def train(db: Database, athlete_id: int, now: datetime, weeks: int = 12) -> None:
    """Give an athlete a history: 8, 10, 8 and 14 km easily in each of the last weeks, a 10 km race in one."""
    today, ids = now.astimezone(SEOUL).date(), []
    with db.athlete_session(athlete_id) as s:
        for ago in range(1, 7 * weeks + 1):
            km = {1: 14.0, 3: 8.0, 4: 10.0, 6: 8.0}.get(ago % 7)
            if km is None:
                continue
            race = ago == 25  # a 10 km of a Tuesday
            day = today - timedelta(days=ago)
            seconds = 2700.0 if race else EASY_S_PER_KM * km
            run = activities.create(
                s,
                athlete_id,
                sport=Sport.run,
                start_at=datetime.combine(day, time(7), SEOUL),
                tz="Asia/Seoul",
                local_date=day,
                elapsed_s=seconds,
                moving_s=seconds,
                distance_m=1000 * km,
            )
            if race:
                activities.save(s, replace(run, race=True))
            ids.append(run.id)
    recompute.recompute(db, athlete_id, ids)


@cache
def _trained(url: str, template: str, now: datetime) -> tuple[str, Account, str]:
    """Let an owner born in 1988 train in a copy of `template`, once; return the database, who, the link."""
    address = copy_of(url, template)
    db = Database(address)
    owner, link = system.create_owner(db, now=now, name="하나")
    with db.athlete_session(owner.athlete_id) as s:
        athletes.update(s, owner.athlete_id, birth_year=1988, sex="male")
    train(db, owner.athlete_id, now)
    db.dispose()
    name = make_url(address).database
    assert name is not None
    return name, owner, link


@asynccontextmanager
async def trained_house(url: str, template: str, place: Path, **more: Any) -> AsyncIterator[House]:
    """Open a house whose owner has twelve weeks of running; it is Saturday, 21 November 2026."""
    name, *owned = _trained(url, template, Clock().now)
    address = copy_of(url, name)
    db = Database(address)
    async with open_house(db, place, owned=(owned[0], owned[1]), **more) as opened:
        yield opened
    db.dispose()
    drop(address)
