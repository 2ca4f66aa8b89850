"""The whole metrics engine: background progress, track record, private places."""

from importlib import resources

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _file(name: str) -> str:
    return resources.files("migrations").joinpath("versions", name).read_text(encoding="utf-8")


def upgrade() -> None:
    # On the driver's cursor: the text holds "%" and several statements.
    op.get_bind().connection.cursor().execute(_file("0002_metrics.sql"))


def downgrade() -> None:
    for table in ("private_places", "track_records", "progress"):
        op.drop_table(table)
