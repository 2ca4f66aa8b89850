"""Sync: connections, their vault and their jobs, what services hold, what is sent, what is told."""

from importlib import resources

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "provider_health",
    "source_settings",
    "planned_workouts",
    "job_failures",
    "notices",
    "outbox",
    "addresses",
    "oauth_states",
    "remote_items",
    "connections",
    "vault_keys",
)


def _file(name: str) -> str:
    return resources.files("migrations").joinpath("versions", name).read_text(encoding="utf-8")


def upgrade() -> None:
    # On the driver's cursor: the text holds "%" and several statements.
    op.get_bind().connection.cursor().execute(_file("0003_sync.sql"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("activity_sources", "confirmed_at")
