"""The coach's mind: guidelines, memory, the journal's notes, insights, what models cost and how they did."""

from importlib import resources

from alembic import op

from coach.errors import SetupError

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "model_exams",
    "model_leases",
    "model_days",
    "model_calls",
    "insights",
    "note_embeddings",
    "journal_notes",
    "memories",
    "passage_embeddings",
    "passages",
)


def _file(name: str) -> str:
    return resources.files("migrations").joinpath("versions", name).read_text(encoding="utf-8")


def upgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    # The bootstrap made it where it may; an administrator may have to where it may not.
    if cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'").fetchone() is None:
        raise SetupError("pgvector_missing")
    # On the driver's cursor: the text holds "%" and several statements.
    cursor.execute(_file("0005_mind.sql"))


def downgrade() -> None:
    for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"):
        op.drop_column(table, "athlete_id")
    op.drop_column("entries", "note_id")
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION model_calls_forget()")
    op.drop_constraint("uq_messages_athlete_id_id", "messages")
    op.drop_column("athletes", "chat_keep_days")
