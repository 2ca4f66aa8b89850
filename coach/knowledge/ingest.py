"""Guidelines from files to what is searched: nothing is written unless every file is sound."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from coach.errors import BadInput, ServiceBroken
from coach.knowledge.embed import Embedder, HashEmbedder
from coach.knowledge.lexemes import lexemes, version
from coach.knowledge.passage import MAX_BYTES, Guideline, Problem, parse
from coach.store import passages
from coach.store.passages import Key, Origin
from coach.store.session import Database

log = logging.getLogger(__name__)

MAX_FILES = 5_000


@dataclass(frozen=True)
class Report:
    """What a run changed. `orders`: files with lines that read like instructions, which are not followed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    same: int = 0
    orders: tuple[Problem, ...] = ()
    embedded: int = 0


@dataclass
class Files:
    """What was read: sound guidelines, and everything that is wrong with the others."""

    guidelines: list[Guideline] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def bundled_folder() -> Path:
    return Path(str(resources.files("coach.knowledge") / "passages"))


@cache
def bundled() -> Files:
    """Read the guidelines that come along."""
    return read([bundled_folder()])


def read(paths: Iterable[Path]) -> Files:
    """Read files and folders of Markdown. A folder `ko` or `en` names the language of what lies in it."""
    found = Files()
    seen: dict[Key, str] = {}
    for path in _files(paths, found.problems):
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            found.problems.append(Problem(str(path), 1, "unreadable", error.strerror or ""))
            continue
        folder = path.resolve().parent.name
        parsed = parse(data, str(path), folder if folder in ("ko", "en") else None)
        if isinstance(parsed, list):
            found.problems += parsed
            continue
        key = (parsed.id, parsed.lang)
        if key in seen:
            found.problems.append(Problem(str(path), 1, "twice", seen[key]))
            continue
        seen[key] = str(path)
        found.guidelines.append(parsed)
    return found


def _files(paths: Iterable[Path], problems: list[Problem]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            # A link may lead out of the folder that was named.
            files += [f for f in sorted(path.rglob("*.md")) if f.is_file() and not f.is_symlink()]
        elif path.is_file():
            files.append(path)
        else:
            problems.append(Problem(str(path), 1, "not_there"))
    if len(files) > MAX_FILES:
        problems.append(Problem(str(files[MAX_FILES]), 1, "many", str(MAX_FILES)))
    return files[:MAX_FILES]


def bring_in(db: Database, files: Files, origin: Origin, *, complete: bool) -> Report:
    """Bring what is stored in line with the files, in one transaction. Raises BadInput, and changes nothing.

    `complete`: the files are all there are of this origin, so what is not among them is taken out.
    """
    if files.problems:
        raise BadInput("guidelines_faulty", n=len(files.problems))
    wanted = {(g.id, g.lang): g for g in files.guidelines}
    with db.system_session() as s:
        passages.lock(s)
        known = passages.digests(s)
        foreign = [key for key in wanted if key in known and known[key][1] != origin]
        foreign += [key for key in wanted if origin == "own" and key[0] in bundled_ids()]
        if foreign:
            raise BadInput("guideline_id_taken", name=foreign[0][0])
        ours = {key: digest for key, (digest, whose) in known.items() if whose == origin}
        fresh = [g for key, g in wanted.items() if key not in ours]
        other = [g for key, g in wanted.items() if key in ours and ours[key] != digest_of(g)]
        gone = [key for key in ours if key not in wanted] if complete else []
        passages.remove(s, [*gone, *((g.id, g.lang) for g in other)])
        rows = [row for g in (*fresh, *other) for row in _rows(g, origin)]
        ids = passages.add(s, rows)
        hashed = HashEmbedder()
        vectors = hashed.embed([_embedded_text(row["title"], row["text"]) for row in rows])
        passages.add_embeddings(s, hashed.model, ids, vectors)
    if ids or gone:
        passages.analyze(db.url)
    return Report(
        added=tuple(f"{g.lang}/{g.id}" for g in fresh),
        changed=tuple(f"{g.lang}/{g.id}" for g in other),
        removed=tuple(f"{lang}/{name}" for name, lang in gone),
        same=len(wanted) - len(fresh) - len(other),
        orders=tuple(Problem(g.path, line, "orders") for g in files.guidelines for line in g.orders),
        embedded=len(ids),
    )


@cache
def bundled_ids() -> frozenset[str]:
    return frozenset(guideline.id for guideline in bundled().guidelines)


def digest_of(guideline: Guideline) -> bytes:
    """Return what a guideline is stored with: another when its file or the way texts are cut changes."""
    return hashlib.sha256(version() + guideline.sha256).digest()


def _embedded_text(title: str, text: str) -> str:
    return f"{title}\n{text}"


def _rows(g: Guideline, origin: Origin) -> list[dict[str, Any]]:
    digest = digest_of(g)
    return [
        {
            "guideline": g.id,
            "lang": g.lang,
            "part": part,
            "topic": g.topic,
            "title": g.title,
            "text": text,
            "population": list(g.population),
            "evidence": g.evidence,
            "citation": g.citation,
            "authority": g.authority,
            "not_for": g.not_for,
            "checked_on": g.checked_on,
            # What reads like instructions is kept to be seen, and is no advice.
            "verified": g.verified and not g.orders,
            "origin": origin,
            "sha256": digest,
            "lexemes": lexemes(g.title, text),
        }
        for part, text in enumerate(g.paragraphs)
    ]


def embed_missing(db: Database, embedder: Embedder) -> int:
    """Embed what a model has not embedded yet, beside what others have; return how many passages.

    The endpoint is asked outside of any transaction. Raises ServiceBroken, and then nothing was written.
    """
    with db.system_session() as s:
        missing = passages.without_embedding(s, embedder.model)
        stored = passages.dimensions(s, embedder.model)
    if not missing:
        return 0
    vectors = embedder.embed([_embedded_text(title, text) for _, title, text in missing])
    dims = int(vectors.shape[1])
    if stored is not None and stored != dims:
        raise ServiceBroken("embeddings_dimension", model=embedder.model, expected=stored, got=dims)
    with db.system_session() as s:
        passages.lock(s)
        still = {id_ for id_, _, _ in passages.without_embedding(s, embedder.model)}
        kept = [(n, id_) for n, (id_, _, _) in enumerate(missing) if id_ in still]
        passages.add_embeddings(s, embedder.model, [i for _, i in kept], vectors[[n for n, _ in kept]])
    passages.ensure_index(db.url, embedder.model, dims)
    passages.analyze(db.url)
    return len(kept)


def refresh(db: Database) -> Report | None:
    """Bring in the guidelines that come along; None when they are those that are stored.

    Two statements when nothing changed, a second of work when everything did.
    """
    files = bundled()
    with db.system_session() as s:
        stored = {key: digest for key, (digest, _) in passages.digests(s, "bundled").items()}
    if not files.problems and stored == {(g.id, g.lang): digest_of(g) for g in files.guidelines}:
        return None
    return bring_in(db, files, "bundled", complete=True)
