"""Messengers and what the coach says first."""

from importlib import resources

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "bots",
    "bot_strangers",
    "bot_updates",
    "nudge_settings",
    "schedules",
    "messenger_posts",
    "nudges",
    "messenger_codes",
    "messenger_links",
)


def upgrade() -> None:
    # On the driver's cursor: the text holds "%" and several statements.
    sql = resources.files("migrations").joinpath("versions", "0006_messaging.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    op.execute("DROP TRIGGER parcel ON outbox")
    op.execute("DROP FUNCTION hanbal_parcel()")
    for table in TABLES:
        op.drop_table(table)
    op.drop_constraint("uq_approvals_athlete_id_id", "approvals")
