"""Goals, plans with their revisions, what was decided about them, and what the watch holds of them."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)

from coach.store.models.base import (
    Moment,
    Number,
    id_column,
    json_column,
    moment_column,
    owned,
    refers,
    words_column,
)

# What the athlete said of their aims, their life and their health: `coach.domain.plan.model` as JSON.
planning_profiles = owned(
    "planning_profiles",
    json_column("goal"),
    json_column("constraints"),
    json_column("health"),
    moment_column("updated_at"),
    PrimaryKeyConstraint("athlete_id"),
)

races = owned(
    "races",
    id_column(),
    Column("day", Date, nullable=False),
    Column("distance_m", Number, nullable=False),
    Column("priority", Text, nullable=False, server_default="A"),
    words_column("name"),
    json_column("course"),
    Column("target_time_s", Number),
    Column("result_s", Number),
    Column("activity_id", BigInteger),
    moment_column(),
    Column("deleted_at", Moment),
    CheckConstraint("priority IN ('A', 'B', 'C')", name="priority"),
    CheckConstraint("distance_m > 0", name="distance_m"),
    refers("activity_id", "activities", "SET NULL (activity_id)"),
    Index(None, "athlete_id", "day"),
)

# A plan through all its revisions. `approved` is the number of the revision that holds; None: none yet.
plans = owned(
    "plans",
    id_column(),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("approved", Integer),
    Column("start_day", Date, nullable=False),
    Column("end_day", Date, nullable=False),
    # The athlete's day on which the daily work was handed out: once, whoever keeps the schedule.
    Column("looked_on", Date),
    moment_column(),
    moment_column("updated_at"),
    CheckConstraint("state IN ('draft', 'running', 'done', 'cancelled')", name="state"),
    # One plan holds at a time.
    Index("uq_plans_running", "athlete_id", unique=True, postgresql_where=text("state = 'running'")),
    Index(None, "athlete_id"),
    referred_to=True,
)

# `content` is the canonical JSON of a Plan, `sha256` its hash: written once, never changed.
plan_revisions = owned(
    "plan_revisions",
    Column("plan_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("parent", Integer),
    json_column("content"),
    Column("sha256", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("origin", Text, nullable=False),
    # Why it was made: a text key and what fills it.
    Column("why_key", Text, nullable=False, server_default=""),
    json_column("why_params"),
    json_column("findings", "[]"),
    Column("acknowledged", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("call_key", Text, nullable=False, server_default=""),
    moment_column(),
    CheckConstraint(
        "state IN ('draft', 'proposed', 'approved', 'rejected', 'replaced', 'expired')", name="state"
    ),
    CheckConstraint("origin IN ('built', 'edited', 'adapted', 'imported', 'undone')", name="origin"),
    PrimaryKeyConstraint("athlete_id", "plan_id", "number"),
    refers("plan_id", "plans", "CASCADE"),
    Index(
        "uq_plan_revisions_call_key",
        "athlete_id",
        "call_key",
        unique=True,
        postgresql_where=text("call_key <> ''"),
    ),
)

# What the athlete is asked to decide. Deciding is one UPDATE that compares everything.
approvals = owned(
    "approvals",
    id_column(),
    Column("kind", Text, nullable=False),
    Column("plan_id", BigInteger),
    Column("revision", Integer),
    json_column("content"),
    Column("sha256", LargeBinary, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("channel", Text, nullable=False, server_default="web"),
    Column("thread_id", BigInteger),
    moment_column(),
    Column("expires_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", BigInteger),
    Column("decided_in", Text),
    CheckConstraint("state IN ('pending', 'approved', 'rejected', 'expired', 'replaced')", name="state"),
    CheckConstraint("kind IN ('plan', 'removal', 'clearance', 'restore')", name="kind"),
    ForeignKeyConstraint(
        ["athlete_id", "plan_id", "revision"],
        ["plan_revisions.athlete_id", "plan_revisions.plan_id", "plan_revisions.number"],
        ondelete="CASCADE",
    ),
    refers("thread_id", "threads", "SET NULL (thread_id)"),
    Index(None, "athlete_id", "state"),
    referred_to=True,
)

# A workout as a service holds it. `wanted_sha256`: of what should be there; None: nothing should.
deliveries = owned(
    "deliveries",
    Column("plan_id", BigInteger, nullable=False),
    Column("uid", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("wanted_sha256", LargeBinary),
    Column("wanted_day", Date),
    Column("sent_sha256", LargeBinary),
    Column("sent_day", Date),
    # Their numbers for it, and for its place in the calendar.
    Column("remote_id", Text, nullable=False, server_default=""),
    Column("schedule_id", Text, nullable=False, server_default=""),
    # What was read back when it was sent: what is there now differs where somebody changed it by hand.
    Column("remote_sha256", LargeBinary),
    Column("grade", Text),
    json_column("receipt"),
    Column("state", Text, nullable=False, server_default="waiting"),
    moment_column("updated_at"),
    CheckConstraint("grade IN ('exact', 'degraded', 'unsupported')", name="grade"),
    CheckConstraint("state IN ('waiting', 'sent', 'removed', 'refused', 'failed', 'changed')", name="state"),
    PrimaryKeyConstraint("athlete_id", "plan_id", "uid", "provider"),
    refers("plan_id", "plans", "CASCADE"),
)

# A red flag: nothing is sent and nobody is encouraged until the athlete says that a doctor agreed.
plan_holds = owned(
    "plan_holds",
    id_column(),
    Column("trigger", Text, nullable=False),
    Column("severity", Text, nullable=False),
    words_column("words"),
    moment_column("raised_at"),
    Column("lifted_at", Moment),
    Column("lifted_by", BigInteger),
    Index(
        "uq_plan_holds_open",
        "athlete_id",
        "trigger",
        unique=True,
        postgresql_where=text("lifted_at IS NULL"),
    ),
)

# Why a plan should be changed, each told once.
plan_signals = owned(
    "plan_signals",
    Column("plan_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Date, nullable=False),
    json_column("params"),
    # The revision that was proposed because of it; None: nothing had to change.
    Column("revision", Integer),
    moment_column("seen_at"),
    PrimaryKeyConstraint("athlete_id", "plan_id", "key"),
    refers("plan_id", "plans", "CASCADE"),
)

# Which activity was which workout.
workout_matches = owned(
    "workout_matches",
    Column("plan_id", BigInteger, nullable=False),
    Column("uid", Text, nullable=False),
    Column("activity_id", BigInteger, nullable=False),
    Column("origin", Text, nullable=False),
    Column("score", Number, nullable=False),
    json_column("detail"),
    moment_column("matched_at"),
    CheckConstraint("origin IN ('found', 'said')", name="origin"),
    PrimaryKeyConstraint("athlete_id", "plan_id", "uid", "activity_id"),
    # One to one. With a score of 0 the athlete said that it was not that workout, which holds beside others.
    Index(
        "uq_workout_matches_uid",
        "athlete_id",
        "plan_id",
        "uid",
        unique=True,
        postgresql_where=text("score > 0"),
    ),
    Index(
        "uq_workout_matches_activity",
        "athlete_id",
        "plan_id",
        "activity_id",
        unique=True,
        postgresql_where=text("score > 0"),
    ),
    refers("plan_id", "plans", "CASCADE"),
    refers("activity_id", "activities", "CASCADE"),
)
