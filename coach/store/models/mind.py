"""What the coach knows and remembers: guidelines, memory, journal, insights, and what models cost."""

from __future__ import annotations

from pgvector.sqlalchemy import Vector
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR, UUID

from coach.store.models.base import (
    Moment,
    Number,
    flag_column,
    id_column,
    json_column,
    metadata,
    moment_column,
    owned,
    refers,
    words_column,
)

HASH_MODEL = "hash-1024"  # the embedding that needs neither a download nor a key

# Guidelines, cut into passages: of the installation, read by everybody.
passages = Table(
    "passages",
    metadata,
    id_column(),
    Column("guideline", Text, nullable=False),  # id of the guideline, the same in every language
    Column("lang", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    words_column("title"),
    words_column("text"),
    Column("population", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("evidence", Text, nullable=False),
    words_column("citation"),
    words_column("authority"),  # a DOI, or who stands behind it
    words_column("not_for"),
    Column("checked_on", Date),
    flag_column("verified"),
    Column("origin", Text, nullable=False, server_default="bundled"),
    Column("sha256", LargeBinary, nullable=False),
    # Words and Hangul bigrams as `coach.knowledge` cuts them: Postgres' own parser knows no Korean.
    Column("lexemes", TSVECTOR, nullable=False),
    moment_column(),
    UniqueConstraint("guideline", "lang", "part"),
    CheckConstraint("lang IN ('ko', 'en')", name="lang"),
    CheckConstraint("origin IN ('bundled', 'own')", name="origin"),
    Index("ix_passages_lexemes", "lexemes", postgresql_using="gin"),
)

# Of any number of models at once: the column has no fixed size, the index of each model has.
passage_embeddings = Table(
    "passage_embeddings",
    metadata,
    Column("passage_id", BigInteger, ForeignKey("passages.id", ondelete="CASCADE"), nullable=False),
    Column("model", Text, nullable=False),
    Column("embedding", Vector(), nullable=False),
    PrimaryKeyConstraint("passage_id", "model"),
    Index("ix_passage_embeddings_model", "model"),
    Index(
        "ix_passage_embeddings_hash_1024",
        text("(embedding::vector(1024)) vector_cosine_ops"),
        postgresql_using="hnsw",
        postgresql_where=text(f"model = '{HASH_MODEL}'"),
    ),
)

# What the athlete told of themselves and wants remembered.
memories = owned(
    "memories",
    id_column(),
    Column("kind", Text, nullable=False),
    words_column("text"),
    # What kind of thing it is about, so that two that contradict each other meet: "injury:knee:left".
    words_column("about"),
    json_column("value"),
    Column("said_on", Date, nullable=False),
    Column("valid_until", Date),
    Column("confidence", Number, nullable=False),
    Column("origin", Text, nullable=False),
    Column("thread_id", BigInteger),
    Column("message_id", BigInteger),
    words_column("quote"),
    Column("state", Text, nullable=False, server_default="active"),
    # The one it contradicts, while the athlete is asked which holds.
    Column("against", BigInteger),
    Column("call_key", Text),
    moment_column(),
    moment_column("updated_at"),
    CheckConstraint(
        "kind IN ('goal', 'injury', 'preference', 'schedule', 'gear', 'event', 'manner', 'fact')",
        name="kind",
    ),
    CheckConstraint("origin IN ('chat', 'page', 'onboarding')", name="origin"),
    CheckConstraint("state IN ('active', 'asked', 'replaced')", name="state"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
    refers("thread_id", "threads", "SET NULL (thread_id)"),
    refers("message_id", "messages", "SET NULL (message_id)"),
    refers("against", "memories", "SET NULL (against)"),
    UniqueConstraint("athlete_id", "call_key"),
    Index(None, "athlete_id", "kind"),
    referred_to=True,
)

# One text that the athlete gave for the journal; what was read out of it are `entries`.
journal_notes = owned(
    "journal_notes",
    id_column(),
    Column("day", Date, nullable=False),
    Column("activity_id", BigInteger),
    words_column("text"),
    Column("origin", Text, nullable=False),
    Column("read_by", Text, nullable=False, server_default="rules"),
    Column("corrected_at", Moment),
    Column("external_id", Text),  # the row of a spreadsheet
    Column("call_key", Text),
    moment_column(),
    Column("deleted_at", Moment),
    CheckConstraint("origin IN ('chat', 'page', 'sheets', 'after_run')", name="origin"),
    CheckConstraint("read_by IN ('rules', 'model', 'athlete')", name="read_by"),
    refers("activity_id", "activities", "SET NULL (activity_id)"),
    UniqueConstraint("athlete_id", "call_key"),
    Index(None, "athlete_id", "day"),
    referred_to=True,
)

# For search by meaning. Few per athlete: a btree finds them, and they are compared one by one.
note_embeddings = owned(
    "note_embeddings",
    Column("note_id", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    Column("embedding", Vector(), nullable=False),
    PrimaryKeyConstraint("athlete_id", "note_id", "model"),
    refers("note_id", "journal_notes", "CASCADE"),
)

# Summaries of weeks and months, and cards that recommend something.
insights = owned(
    "insights",
    id_column(),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("facts_sha256", LargeBinary, nullable=False),
    json_column("facts", "[]"),
    json_column("body"),
    moment_column(),
    moment_column("updated_at"),
    Column("seen_at", Moment),
    Column("dismissed_at", Moment),
    CheckConstraint("kind IN ('week', 'month', 'card')", name="kind"),
    UniqueConstraint("athlete_id", "kind", "key"),
    Index(None, "athlete_id", "last_day"),
)

# Every call of a model outside: what it was allowed to cost, what it did cost, and what was sent.
model_calls = owned(
    "model_calls",
    id_column(),
    Column("run_id", UUID(as_uuid=True)),
    Column("purpose", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("day", Date, nullable=False),  # the athlete's own
    Column("state", Text, nullable=False, server_default="reserved"),
    Column("tokens_reserved", BigInteger, nullable=False),
    Column("cost_reserved", Number),  # in dollars; None: nobody said what this model costs
    Column("tokens_in", BigInteger, nullable=False, server_default=text("0")),
    Column("tokens_cached", BigInteger, nullable=False, server_default=text("0")),
    Column("tokens_out", BigInteger, nullable=False, server_default=text("0")),
    Column("cost", Number),
    flag_column("estimated"),  # the endpoint did not say how many tokens it used
    json_column("sent", "[]"),  # emptied with the conversation it belongs to, by a trigger
    words_column("tools"),  # which tools were declared: a hash of their schemas
    json_column("removed"),
    words_column("why"),
    moment_column("at"),
    Column("settled_at", Moment),
    CheckConstraint("purpose IN ('chat', 'summary', 'insight', 'journal', 'memory')", name="purpose"),
    CheckConstraint("state IN ('reserved', 'settled', 'failed')", name="state"),
    refers("run_id", "runs", "SET NULL (run_id)"),
    Index(None, "athlete_id", "day"),
)

# What the whole installation spent on models in a day (UTC).
model_days = Table(
    "model_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("cost", Number, nullable=False, server_default=text("0")),
)

# What calls under way may still spend of that. What a killed process leaves counts until it lapses.
model_leases = Table(
    "model_leases",
    metadata,
    id_column(),
    Column("day", Date, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost", Number),
    Column("until", Moment, nullable=False),
    Index(None, "day"),
)

# How the configured models did in the exam.
model_exams = Table(
    "model_exams",
    metadata,
    id_column(),
    Column("host", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("version", Text, nullable=False),  # of the scenarios
    flag_column("safe"),
    json_column("result"),
    moment_column("taken_at"),
    Index(None, "host", "model", "taken_at"),
)
