"""Who there is, how they come in, and what holds of them for a time."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from coach.store.models.base import (
    Moment,
    Number,
    id_column,
    json_column,
    metadata,
    moment_column,
    owned,
    refers,
    words_column,
)

athletes = Table(
    "athletes",
    metadata,
    id_column(),
    words_column("name"),
    Column("lang", Text, nullable=False, server_default="ko"),
    Column("units", Text, nullable=False, server_default="metric"),
    Column("tz", Text, nullable=False, server_default="Asia/Seoul"),
    Column("week_start", Integer, nullable=False, server_default=text("0")),
    Column("birth_year", Integer),
    Column("sex", Text),
    json_column("onboarding"),
    Column("model_consent_at", Moment),
    # How long conversations are kept; None: until the athlete deletes them.
    Column("chat_keep_days", Integer),
    moment_column(),
    CheckConstraint("lang IN ('ko', 'en')", name="lang"),
    CheckConstraint("units IN ('metric', 'imperial')", name="units"),
    CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start"),
    CheckConstraint("sex IN ('female', 'male')", name="sex"),
    CheckConstraint("chat_keep_days > 0", name="chat_keep_days"),
)

accounts = owned(
    "accounts",
    id_column(),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    moment_column(),
    CheckConstraint("role IN ('athlete', 'coach', 'admin')", name="role"),
    Index(None, "athlete_id"),
    referred_to=True,
)

login_links = owned(
    "login_links",
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    moment_column(),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    refers("account_id", "accounts", "CASCADE"),
    Index(None, "athlete_id", "account_id"),
)

sessions = owned(
    "sessions",
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    moment_column(),
    moment_column("last_seen_at"),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    words_column("user_agent"),
    refers("account_id", "accounts", "CASCADE"),
    Index(None, "athlete_id", "account_id"),
)

thresholds = owned(
    "thresholds",
    id_column(),
    Column("kind", Text, nullable=False),
    Column("value", Number, nullable=False),
    Column("origin", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("basis", Text, nullable=False, server_default=""),
    Column("activities", ARRAY(BigInteger), nullable=False, server_default=text("'{}'::bigint[]")),
    moment_column(),
    CheckConstraint("origin IN ('given', 'estimated')", name="origin"),
    UniqueConstraint("athlete_id", "kind", "origin", "valid_from"),
)

# Places whose surroundings no map, picture or export shows.
private_places = owned(
    "private_places",
    id_column(),
    words_column("name"),
    Column("lat_deg", Number, nullable=False),
    Column("lon_deg", Number, nullable=False),
    Column("radius_m", Number, nullable=False),
    moment_column(),
    CheckConstraint("lat_deg BETWEEN -90 AND 90", name="lat_deg"),
    CheckConstraint("lon_deg BETWEEN -180 AND 180", name="lon_deg"),
    CheckConstraint("radius_m BETWEEN 50 AND 5000", name="radius_m"),
    Index(None, "athlete_id"),
)
