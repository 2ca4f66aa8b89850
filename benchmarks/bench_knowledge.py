"""Guidelines: what is found, what is rightly not found, and how fast, against Postgres' own full-text search.

The questions are split by a hash: one half was looked at while the search was built (tuned), the other was
not (held). `python -m benchmarks.bench_knowledge --wrong` prints the tuned ones that go wrong.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import rmtree
from time import perf_counter
from typing import Any, Literal

from sqlalchemy import text

from coach.knowledge import ingest, search
from coach.knowledge.ingest import Files
from coach.knowledge.passage import POPULATIONS, TOPICS, Guideline
from coach.store import system
from coach.store.postgres import bootstrap, migrate, owner_connection, start_embedded
from coach.store.session import Database, Session

EVALS = Path(__file__).parent.parent / "tests" / "evals" / "knowledge"
LANGS: tuple[Literal["ko", "en"], ...] = ("ko", "en")
LIMIT = 5
SYNTHETIC = 10_000  # passages beside the corpus
LIMIT_MS = 30.0
# Nobody in particular: what a question does not name itself is for adults.
PEOPLE = ("adults", "women", "masters", "beginners", "marathon")


@dataclass(frozen=True)
class Asked:
    lang: Literal["ko", "en"]
    text: str
    ids: frozenset[str]  # the guidelines that answer; none: nothing does

    @property
    def tuned(self) -> bool:
        """Whether this half was looked at while the search was built."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0


def questions() -> list[Asked]:
    """Return every question of the evaluation set."""
    found = []
    for lang in LANGS:
        told = tomllib.loads((EVALS / f"{lang}.toml").read_text(encoding="utf-8"))
        found += [Asked(lang, one["question"], frozenset(one["ids"])) for one in told["answerable"]]
        found += [Asked(lang, one["question"], frozenset()) for one in told["unanswerable"]]
    return found


def seen() -> list[Asked]:
    """Return Korean questions that were all looked at while the search was built: they prove the least."""
    told = tomllib.loads((EVALS / "ko_seen.toml").read_text(encoding="utf-8"))
    found = [Asked("ko", one["question"], frozenset(one["ids"])) for one in told["answerable"]]
    return found + [Asked("ko", one["question"], frozenset()) for one in told["unanswerable"]]


@dataclass(frozen=True)
class Score:
    """Found within five, mean reciprocal rank, and how often it should have said nothing."""

    recall: float
    mrr: float
    false: float


Finder = Callable[[Asked], Sequence[str]]


def score(asked: Sequence[Asked], find: Finder) -> Score:
    """Ask everything and return how often the right guideline was among the five."""
    ranks, false, unanswerable = [], 0, 0
    for one in asked:
        names = list(find(one))
        if one.ids:
            ranks.append(next((1 / n for n, name in enumerate(names[:LIMIT], 1) if name in one.ids), 0.0))
        else:
            unanswerable += 1
            false += bool(names)
    return Score(
        sum(map(bool, ranks)) / max(1, len(ranks)),
        sum(ranks) / max(1, len(ranks)),
        false / max(1, unanswerable),
    )


def ours(s: Session) -> Finder:
    """Return our search. Notes that nobody checked count as found, too."""

    def find(one: Asked) -> list[str]:
        answer = search.answer(s, search.ask(one.text), lang=one.lang, population=PEOPLE)
        return [found.passage.guideline for found in (*answer.found, *answer.unchecked)]

    return find


PLAIN = text("""
    SELECT guideline FROM (
      SELECT guideline, max(ts_rank(to_tsvector('simple', title || ' ' || text), q)) AS rank FROM passages,
             to_tsquery('simple', :asked) q
       WHERE to_tsvector('simple', title || ' ' || text) @@ q AND lang = :lang GROUP BY guideline) found
     ORDER BY rank DESC LIMIT 5
""")


def plain(s: Session) -> Finder:
    """Return Postgres' own search: any word of the question, the best rank first. It knows no threshold."""

    def find(one: Asked) -> list[str]:
        asked = " | ".join("".join(c if c.isalnum() else " " for c in one.text).split())
        return list(s.scalars(PLAIN, {"asked": asked, "lang": one.lang}))

    return find


def synthetic(count: int, seed: int = 7) -> list[Guideline]:
    """Return guidelines of one passage each, made of the words of the corpus."""
    rng = Random(seed)
    vocabulary = {
        lang: [
            w for g in ingest.bundled().guidelines if g.lang == lang for p in g.paragraphs for w in p.split()
        ]
        for lang in LANGS
    }
    made = []
    for n in range(count):
        lang = LANGS[n % 2]
        words = rng.choices(vocabulary[lang], k=rng.randint(40, 80))
        made.append(
            Guideline(
                id=f"made-{n}",
                lang=lang,
                topic=rng.choice(sorted(TOPICS)),
                title=" ".join(words[:4]),
                population=(rng.choice(sorted(POPULATIONS)),) if n % 3 else ("everyone",),
                evidence="useful",
                citation="Made for measuring.",
                authority="nobody",
                not_for="",
                checked_on=next(iter(ingest.bundled().guidelines)).checked_on,
                verified=True,
                paragraphs=(" ".join(words),),
                path="",
                sha256=hashlib.sha256(str(n).encode()).digest(),
            )
        )
    return made


def latency_ms(s: Session, asked: Sequence[Asked]) -> list[float]:
    """Return how long each question took, sorted; taking it apart and embedding it included."""
    took = []
    for one in asked:
        begin = perf_counter()
        search.answer(s, search.ask(one.text), lang=one.lang, population=PEOPLE)
        took.append((perf_counter() - begin) * 1000)
    return sorted(took)


def only(lang: str) -> Files:
    """Return the corpus in one language."""
    return Files([g for g in ingest.bundled().guidelines if g.lang == lang])


def _show(name: str, ours: Score, peer: Score | None) -> None:
    def told(s: Score) -> str:
        return f"recall@5 {s.recall:.3f}, MRR {s.mrr:.3f}, false {s.false:.3f}"

    ratio = f"{ours.recall / peer.recall:.2f}" if peer and peer.recall else "–"
    print(f"guidelines, {name} | {told(ours)} | {told(peer) if peer else '–'} | {ratio}", flush=True)


def measure(db: Database, athlete_id: int, everything: Sequence[Asked]) -> None:
    """Print one row per language and half, across languages, and for the time it takes."""
    ingest.bring_in(db, Files(list(ingest.bundled().guidelines)), "bundled", complete=True)
    with db.athlete_session(athlete_id) as s:
        for lang in LANGS:
            for half in (True, False):
                asked = [one for one in everything if one.lang == lang and one.tuned is half]
                name = f"{lang} {'tuned' if half else 'held'} ({len(asked)})"
                _show(name, score(asked, ours(s)), score(asked, plain(s)))
        _show(f"ko seen ({len(seen())})", score(seen(), ours(s)), score(seen(), plain(s)))
        if "--wrong" in sys.argv:
            _wrong(s, [*seen(), *(one for one in everything if one.tuned)])
    for lang, other in (("ko", "en"), ("en", "ko")):
        ingest.bring_in(db, only(other), "bundled", complete=True)
        with db.athlete_session(athlete_id) as s:
            for half in (True, False):
                asked = [one for one in everything if one.lang == lang and one.tuned is half]
                name = f"{lang} asked, {other} texts, {'tuned' if half else 'held'} ({len(asked)})"
                _show(name, score(asked, ours(s)), score(asked, plain(s)))
    begin = perf_counter()
    _fill(db)
    print(
        f"guidelines, {SYNTHETIC:,} passages brought in and indexed | {perf_counter() - begin:.0f} s | – | –"
    )
    with db.athlete_session(athlete_id) as s:
        latency_ms(s, everything[:20])  # counts what is there, once
        took = latency_ms(s, everything)
        for name, share in (("median", 0.5), ("p95", 0.95)):
            ms = took[int(share * len(took))]
            what = f"guidelines, {name} of {len(took)} questions over {SYNTHETIC:,} passages"
            print(f"{what} | {ms:.1f} ms | {LIMIT_MS:.0f} ms (limit) | {LIMIT_MS / ms:.1f}", flush=True)


def _fill(db: Database) -> None:
    """Add the synthetic passages; the index is made afterwards, which takes a tenth of the time."""
    name = "ix_passage_embeddings_hash_1024"
    with owner_connection(db.url) as owner:
        made = owner.exec_driver_sql(f"SELECT pg_get_indexdef('{name}'::regclass)").scalar_one()
        owner.exec_driver_sql(f"DROP INDEX {name}")
        owner.commit()
        everything = Files([*ingest.bundled().guidelines, *synthetic(SYNTHETIC)])
        ingest.bring_in(db, everything, "bundled", complete=True)
        owner.exec_driver_sql("SET maintenance_work_mem = '512MB'")
        owner.exec_driver_sql(made)
        owner.commit()


def _wrong(s: Session, asked: Sequence[Asked]) -> None:
    for one in asked:
        answer = search.answer(s, search.ask(one.text), lang=one.lang, population=PEOPLE, enough=0.0)
        found = [(f.passage.guideline, round(f.score, 2)) for f in (*answer.found, *answer.unchecked)]
        names = [name for name, points in found if points >= search.ENOUGH[one.lang]]
        if one.ids and not one.ids & set(names):
            print("MISSED", one.text, sorted(one.ids), found)
        if not one.ids and names:
            print("FALSE", one.text, found[:2])


def main() -> None:
    """Measure on an embedded server of its own."""
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    server = start_embedded(place / "data", {"fsync": "off", "synchronous_commit": "off"})
    try:
        bootstrap(server.url)
        migrate(server.url)
        db = Database(server.url)
        athlete: Any = system.create_athlete(db, name="하나")
        measure(db, athlete.id, questions())
        db.dispose()
    finally:
        server.stop()
        rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
