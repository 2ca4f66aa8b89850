"""What was talked about."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID

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

threads = owned(
    "threads",
    id_column(),
    words_column("title"),
    Column("channel", Text, nullable=False, server_default="web"),
    moment_column(),
    moment_column("updated_at"),
    Column("archived_at", Moment),
    Index(None, "athlete_id", "updated_at"),
    referred_to=True,
)

runs = owned(
    "runs",
    Column("id", UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")),
    Column("thread_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="running"),
    Column("client_key", Text, nullable=False),
    Column("owner", Text, nullable=False),
    moment_column("heartbeat_at"),
    moment_column(),
    Column("finished_at", Moment),
    Column("tokens_in", Integer, nullable=False, server_default=text("0")),
    Column("tokens_out", Integer, nullable=False, server_default=text("0")),
    Column("cost", Number, nullable=False, server_default=text("0")),
    CheckConstraint("state IN ('running', 'done', 'stopped', 'failed', 'interrupted')", name="state"),
    refers("thread_id", "threads", "CASCADE"),
    UniqueConstraint("athlete_id", "client_key"),
    Index(None, "athlete_id", "thread_id"),
    Index("ix_runs_running", "owner", postgresql_where=text("state = 'running'")),
    referred_to=True,
)

messages = owned(
    "messages",
    id_column(),
    Column("thread_id", BigInteger, nullable=False),
    Column("run_id", UUID(as_uuid=True)),
    Column("role", Text, nullable=False),
    words_column("text"),
    json_column("content"),
    moment_column(),
    CheckConstraint("role IN ('user', 'assistant', 'system')", name="role"),
    refers("thread_id", "threads", "CASCADE"),
    refers("run_id", "runs", "SET NULL (run_id)"),
    Index(None, "athlete_id", "thread_id", "id"),
    Index("ix_messages_run", "athlete_id", "run_id", postgresql_where=text("run_id IS NOT NULL")),
    referred_to=True,
)

run_events = owned(
    "run_events",
    Column("run_id", UUID(as_uuid=True), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    json_column("payload"),
    moment_column(),
    refers("run_id", "runs", "CASCADE"),
    Index(None, "athlete_id"),
)
