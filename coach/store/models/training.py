"""What was done, measured and said, and what is computed from it."""

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
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import REAL

from coach.store.models.base import (
    Moment,
    Number,
    flag_column,
    id_column,
    json_column,
    moment_column,
    owned,
    refers,
    words_column,
)

files = owned(
    "files",
    id_column(),
    Column("sha256", LargeBinary, nullable=False),
    words_column("name"),
    Column("size", BigInteger, nullable=False),
    Column("format", Text, nullable=False, server_default=""),
    Column("content", LargeBinary, nullable=False),
    moment_column("received_at"),
    UniqueConstraint("athlete_id", "sha256"),
    referred_to=True,
)

raw_payloads = owned(
    "raw_payloads",
    id_column(),
    Column("source", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("external_id", Text, nullable=False, server_default=""),
    moment_column("fetched_at"),
    Column("sha256", LargeBinary, nullable=False),
    json_column("payload"),
    UniqueConstraint("athlete_id", "source", "endpoint", "external_id", "sha256"),
)

activities = owned(
    "activities",
    id_column(),
    Column("sport", Text, nullable=False),
    Column("sub_sport", Text, nullable=False, server_default=""),
    words_column("name"),
    words_column("note"),
    Column("start_at", Moment, nullable=False),
    Column("utc_offset_s", Integer),
    Column("tz", Text, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("elapsed_s", Number, nullable=False),
    Column("timer_s", Number),
    Column("moving_s", Number),
    Column("distance_m", Number),
    json_column("totals"),
    flag_column("race"),
    flag_column("treadmill"),
    flag_column("excluded_from_bests"),
    Column("distance_origin", Text, nullable=False, server_default="recorded"),
    Column("rpe", Number),
    Column("winner_id", BigInteger),
    json_column("field_sources"),
    Column("flags", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("merged_into", BigInteger),
    Column("deleted_at", Moment),
    moment_column(),
    moment_column("updated_at"),
    CheckConstraint("distance_origin IN ('recorded', 'corrected', 'said')", name="distance_origin"),
    CheckConstraint("rpe BETWEEN 0 AND 10", name="rpe"),
    CheckConstraint("merged_into <> id", name="merged_into"),
    refers("merged_into", "activities", "SET NULL (merged_into)"),
    ForeignKeyConstraint(
        ["athlete_id", "winner_id"],
        ["activity_sources.athlete_id", "activity_sources.id"],
        ondelete="SET NULL (winner_id)",
        use_alter=True,
        name="fk_activities_winner",
    ),
    Index(None, "athlete_id", "local_date"),
    Index(None, "athlete_id", "start_at"),
    Index(
        "ix_activities_merged_into",
        "athlete_id",
        "merged_into",
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
    Index("ix_activities_winner", "athlete_id", "winner_id", postgresql_where=text("winner_id IS NOT NULL")),
    referred_to=True,
)

activity_sources = owned(
    "activity_sources",
    id_column(),
    Column("activity_id", BigInteger, nullable=False),
    # Where it stood before a merge moved it: what `split` restores.
    Column("merged_from", BigInteger),
    Column("source", Text, nullable=False),
    Column("file_id", BigInteger),
    Column("part", Integer, nullable=False, server_default=text("0")),
    words_column("identity"),
    words_column("external_id"),
    json_column("summary"),
    moment_column("received_at"),
    # When the service last showed that this is still so: from here on counts how long it may be kept.
    moment_column("confirmed_at"),
    refers("activity_id", "activities", "CASCADE"),
    refers("merged_from", "activities", "SET NULL (merged_from)"),
    refers("file_id", "files", "SET NULL (file_id)"),
    Index(None, "athlete_id", "activity_id"),
    # The same thing of the same source is stored once: the part of a file, or the source's own number.
    Index(
        "uq_activity_sources_file",
        "athlete_id",
        "file_id",
        "part",
        unique=True,
        postgresql_where=text("file_id IS NOT NULL"),
    ),
    Index(
        "uq_activity_sources_external",
        "athlete_id",
        "source",
        "external_id",
        "part",
        unique=True,
        postgresql_where=text("external_id <> '' AND file_id IS NULL"),
    ),
    Index(
        "ix_activity_sources_identity",
        "athlete_id",
        "identity",
        postgresql_where=text("identity <> ''"),
    ),
    Index(
        "ix_activity_sources_merged_from",
        "athlete_id",
        "merged_from",
        postgresql_where=text("merged_from IS NOT NULL"),
    ),
    referred_to=True,
)

activity_streams = owned(
    "activity_streams",
    Column("activity_source_id", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    # Exactly one of the two arrays: `samples` as they are, or `ticks` times `scale`.
    Column("scale", Number),
    Column("samples", ARRAY(REAL)),
    Column("ticks", ARRAY(Integer)),
    refers("activity_source_id", "activity_sources", "CASCADE"),
    CheckConstraint("kind IN ('time', 'standard', 'developer')", name="kind"),
    CheckConstraint("(samples IS NULL) <> (ticks IS NULL)", name="one_array"),
    CheckConstraint("(ticks IS NULL) = (scale IS NULL)", name="scale"),
    Index(None, "athlete_id"),
)

activity_metrics = owned(
    "activity_metrics",
    Column("activity_id", BigInteger, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("value", Number),
    Column("coverage", Number),
    json_column("detail"),
    Column("because", Text),
    json_column("because_params"),
    flag_column("estimated"),
    moment_column("computed_at"),
    refers("activity_id", "activities", "CASCADE"),
    CheckConstraint("value IS NULL OR because IS NULL", name="because"),
    Index(None, "athlete_id", "metric"),
)

daily_values = owned(
    "daily_values",
    Column("day", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("value", Number, nullable=False),
    moment_column("received_at"),
    PrimaryKeyConstraint("athlete_id", "day", "name", "source"),
)

entries = owned(
    "entries",
    id_column(),
    Column("day", Date, nullable=False),
    Column("activity_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("value", Number),
    words_column("place"),
    Column("side", Text, nullable=False, server_default=""),
    words_column("text"),
    moment_column(),
    Column("deleted_at", Moment),
    Column("call_key", Text),
    # The text it was read out of; None: it came as a value of its own.
    Column("note_id", BigInteger),
    CheckConstraint("side IN ('', 'left', 'right', 'both')", name="side"),
    refers("activity_id", "activities", "SET NULL (activity_id)"),
    refers("note_id", "journal_notes", "CASCADE"),
    UniqueConstraint("athlete_id", "call_key"),
    Index(None, "athlete_id", "day"),
    Index(
        "ix_entries_activity", "athlete_id", "activity_id", postgresql_where=text("activity_id IS NOT NULL")
    ),
    Index("ix_entries_note", "athlete_id", "note_id", postgresql_where=text("note_id IS NOT NULL")),
)

imports = owned(
    "imports",
    id_column(),
    Column("state", Text, nullable=False),
    Column("channel", Text, nullable=False, server_default=""),
    Column("thread_id", BigInteger),
    Column("total", Integer),
    Column("done", Integer, nullable=False, server_default=text("0")),
    moment_column(),
    Column("finished_at", Moment),
    words_column("note"),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
    refers("thread_id", "threads", "SET NULL (thread_id)"),
    Index(None, "athlete_id", "created_at"),
    referred_to=True,
)

import_items = owned(
    "import_items",
    id_column(),
    Column("import_id", BigInteger, nullable=False),
    words_column("file"),
    Column("file_id", BigInteger),
    Column("outcome", Text, nullable=False),
    Column("activity_id", BigInteger),
    Column("sport", Text),
    Column("start_at", Moment),
    Column("distance_m", Number),
    Column("moving_s", Number),
    Column("elapsed_s", Number),
    Column("records", Integer),
    Column("reason_key", Text),
    json_column("reason_params"),
    refers("import_id", "imports", "CASCADE"),
    refers("file_id", "files", "SET NULL (file_id)"),
    refers("activity_id", "activities", "SET NULL (activity_id)"),
    Index(None, "athlete_id", "import_id"),
    Index(None, "athlete_id", "activity_id"),
    Index(None, "athlete_id", "file_id"),
)

# Long work in the background, as the page shows it: one row per athlete and kind.
progress = owned(
    "progress",
    Column("kind", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False),
    moment_column("started_at"),
    moment_column("updated_at"),
    Column("finished_at", Moment),
    PrimaryKeyConstraint("athlete_id", "kind"),
)

# What a model of the coach would have said each day, against what happened. One row per model and version.
track_records = owned(
    "track_records",
    Column("model", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("until", Date, nullable=False),
    json_column("summary"),
    json_column("rows", "[]"),
    moment_column("computed_at"),
    PrimaryKeyConstraint("athlete_id", "model", "version"),
)

edits = owned(
    "edits",
    id_column(),
    Column("activity_id", BigInteger),
    Column("what", Text, nullable=False),
    json_column("before"),
    json_column("after"),
    Column("call_key", Text),
    moment_column(),
    Column("undone_at", Moment),
    refers("activity_id", "activities", "CASCADE"),
    UniqueConstraint("athlete_id", "call_key"),
    Index(None, "athlete_id", "activity_id"),
)

# Workouts that somebody planned elsewhere and gave us: rows of a spreadsheet.
planned_workouts = owned(
    "planned_workouts",
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("sport", Text, nullable=False),
    words_column("title"),
    words_column("note"),
    Column("distance_m", Number),
    Column("duration_s", Number),
    moment_column("updated_at"),
    PrimaryKeyConstraint("athlete_id", "source", "external_id"),
    Index(None, "athlete_id", "day"),
)
