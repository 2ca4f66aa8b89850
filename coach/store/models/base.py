"""What every table is made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Words(TypeDecorator[str]):
    """Text from outside: NUL and lone surrogates, which Postgres refuses, are left out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if value is None:
            return None
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


Number = DOUBLE_PRECISION
Moment = DateTime(timezone=True)


def id_column() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def moment_column(name: str = "created_at") -> Column[Any]:
    return Column(name, Moment, nullable=False, server_default=text("now()"))


def words_column(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, server_default="")


def flag_column(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def json_column(name: str, default: str = "{}") -> Column[Any]:
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))


def owned(name: str, *items: Any, referred_to: bool = False) -> Table:
    """Declare an athlete-owned table. `referred_to`: other tables refer to its (athlete_id, id)."""
    athlete = Column("athlete_id", BigInteger, ForeignKey("athletes.id", ondelete="CASCADE"), nullable=False)
    if referred_to:
        items = (*items, UniqueConstraint("athlete_id", "id"))
    return Table(name, metadata, athlete, *items)


def refers(column: str, table: str, ondelete: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["athlete_id", column], [f"{table}.athlete_id", f"{table}.id"], ondelete=ondelete
    )
