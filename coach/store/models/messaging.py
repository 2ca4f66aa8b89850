"""Messengers and what the coach says first: whose chat it is, what came from there, what is said when."""

from __future__ import annotations

from sqlalchemy import (
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
    Time,
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
    refers,
    words_column,
)

# Whose private chat it is. By number only: names over there change hands.
messenger_links = owned(
    "messenger_links",
    Column("service", Text, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    # "blocked": the athlete blocked the bot; what is for them stays on the page.
    Column("state", Text, nullable=False, server_default="on"),
    # The conversation that goes on there.
    Column("thread_id", BigInteger),
    moment_column("linked_at"),
    Column("ended_at", Moment),
    CheckConstraint("service IN ('telegram')", name="service"),
    CheckConstraint("state IN ('on', 'blocked', 'off')", name="state"),
    PrimaryKeyConstraint("athlete_id", "service"),
    refers("account_id", "accounts", "CASCADE"),
    refers("thread_id", "threads", "SET NULL (thread_id)"),
    # A chat over there is one athlete's here.
    Index(
        "uq_messenger_links_chat",
        "service",
        "chat_id",
        unique=True,
        postgresql_where=text("state <> 'off'"),
    ),
)

# Made on the page, used once in the chat. Only hashes are here.
messenger_codes = owned(
    "messenger_codes",
    Column("code_sha256", LargeBinary, primary_key=True),
    Column("service", Text, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    moment_column(),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    refers("account_id", "accounts", "CASCADE"),
    Index(None, "athlete_id"),
)

# What was posted over there, so that its buttons, replies and later edits find what they are about.
messenger_posts = owned(
    "messenger_posts",
    Column("service", Text, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("remote_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("approval_id", BigInteger),
    Column("nudge_id", BigInteger),
    moment_column("posted_at"),
    # Its buttons were taken away.
    Column("closed_at", Moment),
    PrimaryKeyConstraint("athlete_id", "service", "chat_id", "remote_id"),
    refers("message_id", "messages", "CASCADE"),
    refers("approval_id", "approvals", "CASCADE"),
    refers("nudge_id", "nudges", "CASCADE"),
    Index("ix_messenger_posts_message", "athlete_id", "message_id"),
    Index("ix_messenger_posts_approval", "athlete_id", "approval_id"),
)

# When which kind of message is due next for an athlete.
schedules = owned(
    "schedules",
    Column("kind", Text, nullable=False),
    # What `next_at` was computed from: the athlete's own day and time, and the zone they were in.
    Column("day", Date, nullable=False),
    Column("at", Time, nullable=False),
    Column("tz", Text, nullable=False),
    Column("next_at", Moment, nullable=False),
    CheckConstraint("kind IN ('weekly', 'morning', 'look')", name="kind"),
    PrimaryKeyConstraint("athlete_id", "kind"),
    Index("ix_schedules_next_at", "next_at"),
)

# How the athlete wants to be spoken to unasked. No row: the defaults.
nudge_settings = owned(
    "nudge_settings",
    Column("weekly", Boolean, nullable=False, server_default=text("true")),
    Column("weekly_day", Integer, nullable=False, server_default=text("6")),
    Column("weekly_at", Time, nullable=False, server_default=text("'18:00'")),
    Column("after_run", Boolean, nullable=False, server_default=text("true")),
    Column("morning", Boolean, nullable=False, server_default=text("false")),
    Column("morning_at", Time, nullable=False, server_default=text("'07:00'")),
    Column("alert", Boolean, nullable=False, server_default=text("true")),
    Column("race", Boolean, nullable=False, server_default=text("true")),
    Column("silence", Boolean, nullable=False, server_default=text("true")),
    Column("quiet_from", Time, nullable=False, server_default=text("'22:00'")),
    Column("quiet_until", Time, nullable=False, server_default=text("'07:00'")),
    Column("paused_until", Date),
    # Where the coach speaks first to athletes without a messenger.
    Column("thread_id", BigInteger),
    moment_column("changed_at"),
    PrimaryKeyConstraint("athlete_id"),
    refers("thread_id", "threads", "SET NULL (thread_id)"),
    CheckConstraint("weekly_day BETWEEN 0 AND 6", name="weekly_day"),
)

# One thing to be said unasked: once per kind and key, when its time has come and the day has room for it.
nudges = owned(
    "nudges",
    id_column(),
    Column("kind", Text, nullable=False),
    # What it is about: a local date, an outing, a race and its day.
    Column("key", Text, nullable=False),
    Column("local_date", Date, nullable=False),
    json_column("about"),
    Column("due_at", Moment, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    # When a worker is to look at it: when it is due, when a day has room again, when a worker was lost.
    Column("next_at", Moment, nullable=False),
    # Why it was not said: a text key.
    Column("why", Text),
    Column("message_id", BigInteger),
    Column("said_at", Moment),
    Column("said_on", Date),  # the athlete's day on which it was said
    Column("seen_at", Moment),
    Column("answered_at", Moment),
    moment_column(),
    CheckConstraint(
        "kind IN ('weekly', 'after_run', 'morning', 'alert', 'race', 'silence', 'receipt')", name="kind"
    ),
    CheckConstraint("state IN ('waiting', 'said', 'merged', 'dropped')", name="state"),
    UniqueConstraint("athlete_id", "kind", "key"),
    refers("message_id", "messages", "SET NULL (message_id)"),
    Index("ix_nudges_due", "next_at", postgresql_where=text("state = 'waiting'")),
    Index("ix_nudges_said", "athlete_id", "said_at"),
    referred_to=True,
)

# Of the installation. What came from the messenger, kept before it is worked on and emptied afterwards.
bot_updates = Table(
    "bot_updates",
    metadata,
    Column("service", Text, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger),
    # What of a chat is worked on strictly in turn; another lane does not wait for it.
    words_column("lane"),
    json_column("payload"),
    # What was sent for it so far, so that a second attempt goes on instead of beginning anew.
    json_column("progress"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("holder", Text, nullable=False, server_default=""),
    Column("held_until", Moment),
    moment_column("received_at"),
    Column("done_at", Moment),
    CheckConstraint("state IN ('waiting', 'working', 'done', 'failed')", name="state"),
    PrimaryKeyConstraint("service", "update_id"),
    Index(
        "ix_bot_updates_open",
        "service",
        "chat_id",
        "lane",
        "update_id",
        postgresql_where=text("state IN ('waiting', 'working')"),
    ),
)

# Who wrote to the bot without being anybody here: greeted once, and given a code to type into the page.
bot_strangers = Table(
    "bot_strangers",
    metadata,
    Column("service", Text, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    moment_column("greeted_at"),
    Column("code_sha256", LargeBinary, unique=True),
    Column("code_until", Moment),
    PrimaryKeyConstraint("service", "chat_id"),
)

# How a bot is doing, as its process tells.
bots = Table(
    "bots",
    metadata,
    Column("service", Text, primary_key=True),
    Column("holder", Text, nullable=False, server_default=""),
    words_column("username"),
    Column("mode", Text, nullable=False, server_default="polling"),
    flag_column("connected"),
    Column("why_key", Text),
    json_column("counters"),
    Column("connected_at", Moment),
    moment_column("beat_at"),
)
