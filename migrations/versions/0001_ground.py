"""Everything the first conversation needs: tables, policies, job queue, graph checkpoints."""

from importlib import resources

from alembic import op
from langgraph.checkpoint.postgres.base import MIGRATIONS
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _run(sql: str) -> None:
    # On the driver's cursor: the text holds "%" and several statements.
    op.get_bind().connection.cursor().execute(sql)


def _file(name: str) -> str:
    return resources.files("migrations").joinpath("versions", name).read_text(encoding="utf-8")


def upgrade() -> None:
    _run(_file("0001_tables.sql"))
    _run(SchemaManager.get_schema())
    for statement in MIGRATIONS:
        # Inside a transaction an index cannot be built concurrently; the tables are empty anyway.
        _run(statement.replace("CONCURRENTLY", ""))
    op.get_bind().exec_driver_sql(
        "INSERT INTO checkpoint_migrations SELECT generate_series(0, %s)", (len(MIGRATIONS) - 1,)
    )
    _run(_file("0001_access.sql"))


def downgrade() -> None:
    _run(_file("0001_down.sql"))
