"""Services that data come from: connections, what they hold, what is sent and told."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from coach.store.models.base import (
    Moment,
    flag_column,
    id_column,
    json_column,
    metadata,
    moment_column,
    owned,
    words_column,
)

# The athlete's own data key, wrapped by the installation's secret: without it nothing encrypted can be read.
vault_keys = owned(
    "vault_keys",
    Column("wrapped", LargeBinary, nullable=False),
    moment_column(),
    PrimaryKeyConstraint("athlete_id"),
)

# One row per service that the athlete connected, kept (state "off") after a disconnect.
connections = owned(
    "connections",
    Column("provider", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="off"),
    # Their number for the athlete, and what they call them.
    Column("account_id", Text, nullable=False, server_default=""),
    words_column("account_name"),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    json_column("options"),
    # Encrypted (coach.store.vault): the tokens, and what a login that waits for its code needs.
    Column("secret", LargeBinary),
    Column("pending", LargeBinary),
    Column("pending_until", Moment),
    Column("why_key", Text),
    json_column("why_params"),
    Column("retry_at", Moment),
    Column("next_sync_at", Moment),
    Column("synced_at", Moment),
    Column("connected_at", Moment),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    json_column("cursor"),
    # What may be kept for a time only is complete from this day on; None: nothing was let go yet.
    Column("kept_since", Date),
    # Who works on it right now, and until when that is believed.
    Column("holder", Text, nullable=False, server_default=""),
    Column("held_until", Moment),
    moment_column("updated_at"),
    CheckConstraint(
        "state IN ('off', 'pending', 'connected', 'waiting', 'needs_you', 'broken')", name="state"
    ),
    PrimaryKeyConstraint("athlete_id", "provider"),
    # One account over there belongs to one athlete here.
    Index(
        "uq_connections_account",
        "provider",
        "account_id",
        unique=True,
        postgresql_where=text("account_id <> '' AND state <> 'off'"),
    ),
)

# What a service was seen to hold, and how far we are with each.
remote_items = owned(
    "remote_items",
    Column("provider", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    json_column("summary"),
    Column("state", Text, nullable=False, server_default="listed"),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("why_key", Text),
    moment_column("seen_at"),
    Column("done_at", Moment),
    CheckConstraint("state IN ('listed', 'done', 'gone', 'failed', 'refused')", name="state"),
    PrimaryKeyConstraint("athlete_id", "provider", "external_id"),
    Index("ix_remote_items_todo", "athlete_id", "provider", "state", "start_at"),
)

oauth_states = owned(
    "oauth_states",
    Column("state_sha256", LargeBinary, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("session_sha256", LargeBinary, nullable=False),
    # Whether the athlete asked to upload: what a service permits beyond that is not what they decided.
    flag_column("write"),
    moment_column(),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "athlete_id"),
)

# Addresses that a phone or a spreadsheet sends to. The secret is shown once; only its hash is here.
addresses = owned(
    "addresses",
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("provider", Text, nullable=False),
    moment_column(),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
    Index(None, "athlete_id", "provider"),
)

# What must be sent to another service: written in the transaction that decided it, sent by a job, once.
outbox = owned(
    "outbox",
    id_column(),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    json_column("payload"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Moment),
    json_column("receipt"),
    Column("why_key", Text),
    json_column("why_params"),
    moment_column(),
    moment_column("updated_at"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'refused', 'failed')", name="state"),
    UniqueConstraint("athlete_id", "kind", "key"),
    Index("ix_outbox_due", "next_at", postgresql_where=text("state IN ('waiting', 'sending')")),
)

# What the athlete must be told once, wherever they look next.
notices = owned(
    "notices",
    id_column(),
    Column("key", Text, nullable=False),
    Column("tone", Text, nullable=False),
    Column("text_key", Text, nullable=False),
    json_column("params"),
    Column("link", Text, nullable=False, server_default=""),
    moment_column(),
    Column("seen_at", Moment),
    Column("resolved_at", Moment),
    CheckConstraint("tone IN ('info', 'warning', 'alert')", name="tone"),
    UniqueConstraint("athlete_id", "key"),
)

# Jobs that gave up, with the reason as the athlete may read it.
job_failures = owned(
    "job_failures",
    Column("job_id", BigInteger, primary_key=True),
    Column("job", Text, nullable=False),
    json_column("args"),
    Column("error_key", Text, nullable=False),
    json_column("error_params"),
    Column("tries", Integer, nullable=False),
    moment_column("failed_at"),
    Column("retried_at", Moment),
    Index(None, "athlete_id", "failed_at"),
)

# Of the installation, not of an athlete: what the operator set for a source, and how services are doing.
source_settings = Table(
    "source_settings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("to_model", Boolean, nullable=False),
    Column("to_others", Boolean, nullable=False),
    Column("keep_days", Integer),
    moment_column("changed_at"),
    CheckConstraint("keep_days > 0", name="keep_days"),
)

provider_health = Table(
    "provider_health",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("open_until", Moment),
    Column("why_key", Text),
    json_column("usage"),
    moment_column("updated_at"),
)
