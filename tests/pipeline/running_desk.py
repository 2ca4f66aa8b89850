"""An athlete whose plan runs: stored as approved, with as many runs before it as a test needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.daily import Entry
from coach.domain.plan.model import Plan, Workout
from coach.domain.plan.rules import checked
from coach.pipeline import recompute
from coach.store import activities, approvals, athletes, daily, plans
from coach.store.approvals import Approval
from coach.store.plans import Revision
from coach.store.session import Database
from tests.domain.plan.running_plan import START, plan_of, situation_on, week_of

NOON_H = 3  # UTC: noon in Seoul


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, NOON_H, tzinfo=UTC)


@dataclass
class RunningDesk:
    """What happens to one athlete with a running plan. `day` is today."""

    db: Database
    athlete_id: int
    day: date = START
    plan: Plan = field(default_factory=plan_of)
    plan_id: int = 0

    @property
    def now(self) -> datetime:
        return noon(self.day)

    @property
    def athlete(self) -> Athlete:
        with self.db.athlete_session(self.athlete_id) as s:
            return athletes.get(s, self.athlete_id)

    def approve(self) -> None:
        """Have the plan approved on its first day."""
        safe = checked(self.plan, situation_on(self.plan, self.plan.start), warnings_pass=True)
        with self.db.athlete_session(self.athlete_id) as s:
            self.plan_id = plans.create(s, self.plan.start, self.plan.end)
            revision = plans.add_revision(s, self.plan_id, safe, origin="built")
            plans.set_revision(s, self.plan_id, revision.number, "approved")
            plans.set_plan(s, self.plan_id, state="running", approved=revision.number)

    def run(self, workout: Workout, day: date | None = None, part: float = 1.0) -> int:
        """Write down a run like (a part of) a workout; return the activity."""
        with self.db.athlete_session(self.athlete_id) as s:
            return activities.create(
                s,
                self.athlete_id,
                sport=Sport.run,
                start_at=noon(day or workout.day) - timedelta(hours=4),
                tz="Asia/Seoul",
                local_date=day or workout.day,
                elapsed_s=part * workout.duration_s,
                moving_s=part * workout.duration_s,
                distance_m=part * workout.distance_m,
            ).id

    def train(self, weeks: int = 5) -> None:
        """Let the weeks before the plan be run as the plan's own are."""
        for n in range(weeks, 0, -1):
            for workout in week_of(0, self.plan.start - timedelta(days=7 * n)).workouts:
                self.run(workout)

    def follow(self, until: date) -> None:
        """Run the plan as it is from its start until the day before."""
        for workout in self.plan.workouts:
            if workout.day < until:
                self.run(workout)
        self.day = until

    def measure(self) -> None:
        """Have every metric computed."""
        recompute.bring_up_to_date(self.db, self.athlete_id, self.day)

    def say(self, entry: Entry) -> None:
        with self.db.athlete_session(self.athlete_id) as s:
            daily.add_entry(s, self.athlete_id, entry)

    def waiting(self, kind: str = "plan") -> list[Approval]:
        with self.db.athlete_session(self.athlete_id) as s:
            return [a for a in approvals.pending(s, self.now) if a.kind == kind]

    def revisions(self) -> tuple[Revision, ...]:
        with self.db.athlete_session(self.athlete_id) as s:
            return plans.revisions(s, self.plan_id)
