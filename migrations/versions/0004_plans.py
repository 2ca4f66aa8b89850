"""Plans: goals, races and constraints, plans with their revisions, approvals, what the watch holds, holds."""

from importlib import resources

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "workout_matches",
    "plan_signals",
    "plan_holds",
    "deliveries",
    "approvals",
    "plan_revisions",
    "plans",
    "races",
    "planning_profiles",
)


def _file(name: str) -> str:
    return resources.files("migrations").joinpath("versions", name).read_text(encoding="utf-8")


def upgrade() -> None:
    # On the driver's cursor: the text holds "%" and several statements.
    op.get_bind().connection.cursor().execute(_file("0004_plans.sql"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("oauth_states", "write")
