"""An athlete who runs, and what they ask of plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from fakes.life import copy_of, drop
from sqlalchemy import make_url, text

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.plan.model import Goal, GoalKind, Plan, Race
from coach.domain.plan.outcome import Refused
from coach.pipeline import approving, planning, proposing, recompute, revising
from coach.pipeline.approving import Decided
from coach.store import activities, approvals, athletes, connections, outbox, plans, system
from coach.store.approvals import Approval, Decision
from coach.store.outbox import Parcel
from coach.store.plans import Head, Revision
from coach.store.session import Database

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)  # Saturday, noon in Seoul
TODAY = date(2026, 11, 21)
RACE_DAY = date(2027, 3, 14)  # a Sunday
MARATHON = Goal(GoalKind.race, Race(RACE_DAY, 42_195.0, name="서울마라톤"))
COUCH = Goal(GoalKind.couch_to_5k)
# Kilometres of a usual week from Monday on: 45, and 18 at most.
RACED_AGO = 27  # days: a Sunday
WEEK = (0.0, 8.0, 0.0, 10.0, 0.0, 9.0, 18.0)


@cache
def _prepared(url: str, template: str, weeks: int, watch: bool, goal: Goal | None) -> tuple[str, int]:
    """Let an athlete train in a copy of `template`, once; return the database and the athlete."""
    address = copy_of(url, template)
    db = Database(address)
    athlete_id = system.create_athlete(db, name="하나").id
    if weeks:
        train(db, athlete_id, weeks)
    desk = PlanDesk(db, athlete_id)
    if watch:
        desk.connect()
    if goal is not None:
        desk.approved(goal)
    db.dispose()
    name = make_url(address).database
    assert name is not None
    return name, athlete_id


def trained(
    url: str, template: str, goal: Goal | None = None, *, weeks: int = 12, watch: bool = True
) -> Iterator[PlanDesk]:
    """Yield the desk of an athlete who runs 45 km a week, in a database of its own (for fixtures).

    `goal`: with an approved plan for it. `weeks`: none for an athlete who never ran.
    """
    name, athlete_id = _prepared(url, template, weeks, watch, goal)
    address = copy_of(url, name)
    db = Database(address)
    yield PlanDesk(db, athlete_id)
    db.dispose()
    drop(address)


def train(db: Database, athlete_id: int, weeks: int = 12, until: date = TODAY) -> list[int]:
    """Let the athlete run for some weeks before a day, 6:00/km, as written down by hand."""
    ids = []
    with db.athlete_session(athlete_id) as s:
        for n in range(7 * weeks, 0, -1):
            day = until - timedelta(days=n)
            km = WEEK[day.weekday()]
            if km:
                row = activities.create(
                    s,
                    athlete_id,
                    sport=Sport.run,
                    start_at=datetime(day.year, day.month, day.day, 0, tzinfo=UTC),
                    tz="Asia/Seoul",
                    local_date=day,
                    elapsed_s=360.0 * km,
                    moving_s=360.0 * km,
                    distance_m=1000 * km,
                )
                if n == RACED_AGO:  # a half in 1:48:00
                    activities.save(
                        s, replace(row, race=True, distance_m=21_097.5, moving_s=6480.0, elapsed_s=6480.0)
                    )
                ids.append(row.id)
    recompute.recompute(db, athlete_id, ids)
    return ids


@dataclass
class PlanDesk:
    """What an athlete does with plans, a transaction each. `now` is the time."""

    db: Database
    athlete_id: int
    now: datetime = NOW
    athlete: Athlete = field(init=False)

    def __post_init__(self) -> None:
        with self.db.athlete_session(self.athlete_id) as s:
            self.athlete = athletes.get(s, self.athlete_id)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.athlete.zone).date()

    def connect(self) -> None:
        with self.db.athlete_session(self.athlete_id) as s:
            connections.change(s, "garmin", state="connected", account_id="1")

    def generate(self, goal: Goal = COUCH, **more: Any) -> planning.Made | Refused:
        with self.db.athlete_session(self.athlete_id) as s:
            return planning.generate(s, self.athlete, goal, self.now, **more)

    def make(self, goal: Goal = COUCH, **more: Any) -> Revision:
        made = self.generate(goal, **more)
        assert isinstance(made, planning.Made), made
        return made.revision

    def propose(self, revision: Revision, **more: Any) -> Approval:
        with self.db.athlete_session(self.athlete_id) as s:
            given = {"channel": "web", **more}
            return proposing.propose(s, self.athlete, revision.plan_id, revision.number, self.now, **given)

    def proposed(self, goal: Goal = COUCH) -> Approval:
        return self.propose(self.make(goal))

    def decide(self, asked: Approval, decision: Decision = "approved", **more: Any) -> Decided:
        given = {"by": 7, "channel": "web", **more}
        sha256 = given.pop("sha256", asked.sha256)
        with self.db.athlete_session(self.athlete_id) as s:
            return approving.decide(s, self.athlete, asked.id, sha256, decision, self.now, **given)

    def approved(self, goal: Goal = COUCH) -> Revision:
        """Make, propose and approve a plan, warnings acknowledged."""
        asked = self.proposed(goal)
        self.acknowledge(asked)
        assert self.decide(asked).taken
        return self.revision(asked)

    def acknowledge(self, asked: Approval) -> None:
        revision = self.revision(asked)
        with self.db.athlete_session(self.athlete_id) as s:
            rules = {str(f["rule"]) for f in revision.findings}
            approving.acknowledge(s, self.athlete, revision.plan_id, revision.number, rules, self.now)

    def revise(self, plan_id: int, edit: Any, **more: Any) -> Revision:
        with self.db.athlete_session(self.athlete_id) as s:
            return revising.revise(s, self.athlete, plan_id, edit, self.now, **more)

    def undo(self, **more: Any) -> Revision:
        with self.db.athlete_session(self.athlete_id) as s:
            return approving.undo(s, self.athlete, self.now, **more)

    def revision(self, asked: Approval) -> Revision:
        with self.db.athlete_session(self.athlete_id) as s:
            return plans.revision(s, asked.plan_id or 0, asked.revision or 0)

    def head(self, plan_id: int) -> Head:
        with self.db.athlete_session(self.athlete_id) as s:
            return plans.head(s, plan_id)

    def states(self, plan_id: int) -> list[str]:
        """Return the states of the revisions, the oldest first."""
        with self.db.athlete_session(self.athlete_id) as s:
            return [r.state for r in plans.revisions(s, plan_id)]

    def holding(self) -> Revision | None:
        with self.db.athlete_session(self.athlete_id) as s:
            return plans.holding(s)

    def held(self) -> Revision:
        """Return the plan that holds."""
        found = self.holding()
        assert found is not None
        return found

    def asked(self, asked: Approval) -> Approval:
        with self.db.athlete_session(self.athlete_id) as s:
            return approvals.get(s, asked.id)

    def waiting(self) -> Approval:
        """Return the one plan that waits for a decision."""
        with self.db.athlete_session(self.athlete_id) as s:
            (one,) = [a for a in approvals.pending(s, self.now) if a.kind == "plan"]
            return one

    def parcels(self) -> list[Parcel]:
        with self.db.athlete_session(self.athlete_id) as s:
            return outbox.find(s, "garmin_workout", limit=10_000)

    def everything(self) -> dict[str, list[Any]]:
        """Return all that is kept of plans and to be sent, to see that nothing changed."""
        tables = (
            "plans",
            "plan_revisions",
            "approvals",
            "deliveries",
            "outbox",
            "races",
            "planning_profiles",
        )
        with self.db.athlete_session(self.athlete_id) as s:
            return {name: sorted(map(str, s.execute(text(f"SELECT * FROM {name}")))) for name in tables}


def first_of(plan: Plan, day: date, *, hard: bool = False) -> Any:
    """Return the first run from a day on that has steps (a hard one)."""
    return next(w for w in plan.workouts if w.day >= day and w.runs and (w.hard or not hard))


def other(db: Database) -> PlanDesk:
    """Return the desk of somebody else."""
    return PlanDesk(db, system.create_athlete(db, name="두리").id)
