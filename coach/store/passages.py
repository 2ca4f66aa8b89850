"""Passages of the guidelines: of the installation, read by everybody, written by the system."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from sqlalchemy import Row, bindparam, delete, func, insert, select, text, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import SQLAlchemyError

from coach.errors import SetupError
from coach.store import models
from coach.store.models.mind import HASH_MODEL
from coach.store.postgres import owner_connection
from coach.store.session import Session
from coach.text import Lang

log = logging.getLogger(__name__)

Origin = Literal["bundled", "own"]
Key = tuple[str, Lang]  # guideline and language

_t, _e = models.passages, models.passage_embeddings
LOCK = 7_201_011  # advisory: one process brings the passages up to date
MOST_INDEXED, MOST_HALF = 2_000, 4_000  # dimensions that pgvector indexes as they are, and as half floats


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of a guideline, with what it rests on."""

    id: int
    guideline: str
    lang: Lang
    part: int
    topic: str
    title: str
    text: str
    population: tuple[str, ...]
    evidence: str
    citation: str
    authority: str
    not_for: str
    checked_on: date | None
    verified: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer: by which words and pairs it is known, and how near it is (cosine)."""

    id: int
    guideline: str
    lang: Lang
    verified: bool
    lexemes: frozenset[str]
    near: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many passages there are and how many hold each lexeme. `stamp` changes when passages do."""

    stamp: tuple[int, int]
    holding: Mapping[str, int]

    @property
    def count(self) -> int:
        return self.stamp[0]


_COLUMNS = [_t.c[name] for name in Passage.__dataclass_fields__]


def _passage(row: Row[Any]) -> Passage:
    return Passage(**{**row._mapping, "population": tuple(row.population)})


def lock(s: Session) -> None:
    """Wait until no other process brings the passages up to date; until the end of the transaction."""
    s.execute(select(func.pg_advisory_xact_lock(LOCK)))


def digests(s: Session, origin: Origin | None = None) -> dict[Key, tuple[bytes, Origin]]:
    """Return the digest each guideline was stored with, and whose it is."""
    asked = select(_t.c.guideline, _t.c.lang, _t.c.sha256, _t.c.origin).where(_t.c.part == 0)
    if origin is not None:
        asked = asked.where(_t.c.origin == origin)
    return {(row.guideline, row.lang): (bytes(row.sha256), row.origin) for row in s.execute(asked)}


def remove(s: Session, keys: Collection[Key]) -> None:
    """Take guidelines out, with their embeddings."""
    if keys:
        s.execute(delete(_t).where(tuple_(_t.c.guideline, _t.c.lang).in_(list(keys))))


def add(s: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add passages; return their ids in the same order. `lexemes`: a list of texts."""
    if not rows:
        return []
    values = func.array_to_tsvector(bindparam("words", type_=_t.c.population.type))
    asked = insert(_t).values(lexemes=values).returning(_t.c.id, sort_by_parameter_order=True)
    given = [{**{k: v for k, v in row.items() if k != "lexemes"}, "words": row["lexemes"]} for row in rows]
    return list(s.scalars(asked, given))


def without_embedding(s: Session, model: str) -> list[tuple[int, str, str]]:
    """Return id, title and text of the passages that a model has not embedded yet."""
    has = select(_e.c.passage_id).where(_e.c.passage_id == _t.c.id, _e.c.model == model).exists()
    rows = s.execute(select(_t.c.id, _t.c.title, _t.c.text).where(~has).order_by(_t.c.id))
    return [(row.id, row.title, row.text) for row in rows]


def add_embeddings(
    s: Session, model: str, ids: Sequence[int], vectors: np.ndarray[Any, np.dtype[np.float32]]
) -> None:
    """Add embeddings; a passage that is gone meanwhile is passed over."""
    if not len(ids):
        return
    there = set(s.scalars(select(_t.c.id).where(_t.c.id.in_(list(ids))).with_for_update(key_share=True)))
    rows = [
        {"passage_id": id_, "model": model, "embedding": vector}
        for id_, vector in zip(ids, vectors, strict=True)
        if id_ in there
    ]
    if rows:
        s.execute(insert(_e), rows)


def dimensions(s: Session, model: str) -> int | None:
    """Return how many numbers the stored vectors of a model have; None without any."""
    found: int | None = s.scalar(select(func.vector_dims(_e.c.embedding)).where(_e.c.model == model).limit(1))
    return found


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''").replace("\0", "") + "'"


def _cast(dims: int) -> str:
    return f"embedding::{'vector' if dims <= MOST_INDEXED else 'halfvec'}({int(dims)})"


def ensure_index(url: str, model: str, dims: int) -> bool:
    """Make the index of a model's vectors, as the owner of the tables. False: all of them are compared.

    More than 2,000 dimensions are indexed as half floats, more than 4,000 not at all.
    """
    if model == HASH_MODEL:
        return True  # made by the migration
    if dims > MOST_HALF:
        return False
    name = "ix_passage_embeddings_" + hashlib.sha256(f"{model}\0{dims}".encode()).hexdigest()[:12]
    kind = "vector" if dims <= MOST_INDEXED else "halfvec"
    try:
        with owner_connection(url) as connection:
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {name} ON passage_embeddings"
                f" USING hnsw (({_cast(dims)}) {kind}_cosine_ops)"
                f" WHERE model = {_quoted(model).replace('%', '%%')}"
            )
            connection.commit()
    except (SetupError, SQLAlchemyError) as error:
        log.warning("no index for the embeddings of %s: %s", model, type(error).__name__)
        return False
    return True


def analyze(url: str) -> None:
    """Bring index and planner up to date, as the owner of the tables; without it, no index is used.

    Where nobody may become the owner, autovacuum does it within minutes.
    """
    try:
        with owner_connection(url) as connection:
            # New entries wait in a list that every search goes through until they are in the index itself.
            connection.exec_driver_sql("SELECT gin_clean_pending_list('ix_passages_lexemes')")
            connection.exec_driver_sql("ANALYZE passages, passage_embeddings")
            connection.commit()
    except (SetupError, SQLAlchemyError) as error:
        log.warning("passages not analysed: %s", type(error).__name__)


def statistics(s: Session) -> Statistics:
    """Count passages and what they hold."""
    rows = s.execute(text("SELECT word, ndoc FROM ts_stat('SELECT lexemes FROM passages')"))
    return Statistics(stamp(s), {row.word: row.ndoc for row in rows})


def stamp(s: Session) -> tuple[int, int]:
    """Return what changes when passages were added or taken out."""
    row = s.execute(select(func.count(), func.coalesce(func.max(_t.c.id), 0)).select_from(_t)).one()
    return row[0], row[1]


# The vector's model and its cast stand in the text: as parameters they would hide the index of the model.
_NEAR = """,
near AS (
  SELECT e.passage_id AS id FROM passage_embeddings e
   WHERE e.model = {model} ORDER BY e.{cast} <=> CAST(:vector AS {kind}({dims})) LIMIT :most)"""
_CANDIDATES = """
WITH asked AS (
  SELECT * FROM unnest(CAST(:lexemes AS text[]), CAST(:weights AS float8[])) AS a(lexeme, weight)),
lexical AS (
  SELECT p.id FROM asked a CROSS JOIN LATERAL (
    SELECT id FROM passages
     WHERE lexemes @@ CAST(a.lexeme AS tsquery) AND population && CAST(:population AS text[]) OFFSET 0) p
   GROUP BY p.id ORDER BY sum(a.weight) DESC, p.id LIMIT :most){near}
SELECT p.id, p.guideline, p.lang, p.verified, tsvector_to_array(p.lexemes) AS lexemes, {distance} AS near
  FROM (SELECT id FROM lexical{union}) c JOIN passages p ON p.id = c.id{join}
 WHERE p.population && CAST(:population AS text[]) ORDER BY p.id
"""


def candidates(
    s: Session,
    *,
    lexemes: Mapping[str, float],
    population: Collection[str],
    vector: np.ndarray[Any, np.dtype[np.float32]] | None = None,
    model: str = HASH_MODEL,
    most: int = 30,
) -> list[Candidate]:
    """Return the passages for these people that hold the heaviest lexemes, and those nearest to a vector."""
    params: dict[str, Any] = {
        "lexemes": [_quoted(lexeme) for lexeme in lexemes],
        "weights": list(lexemes.values()),
        "population": sorted(population),
        "most": most,
    }
    if vector is None:
        asked = _CANDIDATES.format(near="", union="", distance="0", join="")
    else:
        dims = len(vector)
        kind = "vector" if dims <= MOST_INDEXED else "halfvec"
        cast, name = _cast(dims), _quoted(model).replace(":", "\\:")
        asked = _CANDIDATES.format(
            near=_NEAR.format(model=name, cast=cast.replace(":", "\\:"), kind=kind, dims=dims),
            union=" UNION SELECT id FROM near",
            distance=f"coalesce(1 - (e.embedding <=> CAST(:vector AS vector({dims}))), 0)",
            join=f" LEFT JOIN passage_embeddings e ON e.passage_id = p.id AND e.model = {name}",
        )
        params["vector"] = "[" + ",".join(f"{x:.6g}" for x in vector.tolist()) + "]"
    rows = s.execute(text(asked), params)
    return [Candidate(r.id, r.guideline, r.lang, r.verified, frozenset(r.lexemes), r.near) for r in rows]


def of(s: Session, ids: Iterable[int]) -> dict[int, Passage]:
    """Return passages by id."""
    rows = s.execute(select(*_COLUMNS).where(_t.c.id.in_(list(ids))))
    return {row.id: _passage(row) for row in rows}


def of_guidelines(s: Session, names: Collection[str]) -> list[Passage]:
    """Return every passage of some guidelines in both languages, in order."""
    asked = select(*_COLUMNS).where(_t.c.guideline.in_(list(names)))
    return [_passage(row) for row in s.execute(asked.order_by(_t.c.guideline, _t.c.lang, _t.c.part))]


def headings(s: Session, lang: Lang) -> list[Passage]:
    """Return the first passage of every guideline, in a language where it is written in it; by topic."""
    other = _t.c.lang != lang
    asked = select(*_COLUMNS).where(_t.c.part == 0).ext(distinct_on(_t.c.guideline))
    found = [_passage(row) for row in s.execute(asked.order_by(_t.c.guideline, other))]
    return sorted(found, key=lambda p: (p.topic, p.title))
