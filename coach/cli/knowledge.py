"""`coach knowledge`: the guidelines that advice rests on. Bring in, list, check, search."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from coach.cli.home import Home, home, use_demo
from coach.config import settings
from coach.errors import BadInput
from coach.knowledge import ingest, search
from coach.knowledge.embed import HashEmbedder, embedder
from coach.knowledge.ingest import Files, Report
from coach.knowledge.passage import POPULATIONS, Problem
from coach.store import passages
from coach.text import Lang, say


def knowledge(args: Namespace) -> int:
    """Run one of the actions."""
    lang = settings().lang
    if args.action == "check":
        return _check(args.paths, lang)
    if args.demo:
        use_demo()
    with home() as place:
        if args.action == "list":
            return _list(place, lang)
        if args.action == "search":
            return _search(place, " ".join(args.words), lang)
        return _ingest(place, args.paths, lang)


def _ingest(place: Home, paths: Sequence[Path], lang: Lang) -> int:
    given = ingest.read(paths)
    if given.problems:
        _show(given.problems, lang)
        raise BadInput("guidelines_faulty", n=len(given.problems))
    reports = [ingest.bring_in(place.db, ingest.bundled(), "bundled", complete=True)]
    if paths:
        complete = any(path.is_dir() for path in paths)
        reports.append(ingest.bring_in(place.db, given, "own", complete=complete))
    for report in reports:
        _told(report, lang)
    by = embedder(settings())
    if not isinstance(by, HashEmbedder):
        n = ingest.embed_missing(place.db, by)
        print(say(lang, "guidelines.embedded_other", model=by.model, n=n))
    return 0


def _told(report: Report, lang: Lang) -> None:
    counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed")}
    print(say(lang, "guidelines.ingested", **counts, same=report.same))
    for sign, names in (("+", report.added), ("~", report.changed), ("-", report.removed)):
        for name in names if len(names) <= 20 else ():
            print(f"  {sign} {name}")
    _show(report.orders, lang)


def _show(problems: Sequence[Problem], lang: Lang) -> None:
    for problem in problems:
        print(f"{problem.path}:{problem.line}: {problem_words(problem, lang)}", file=sys.stderr)


def problem_words(problem: Problem, lang: Lang) -> str:
    """Return what is wrong, in words."""
    return say(lang, f"guidelines.bad_{problem.key}", detail=problem.detail)


def _check(paths: Sequence[Path], lang: Lang) -> int:
    found: Files = ingest.read(paths)
    orders = [Problem(g.path, line, "orders") for g in found.guidelines for line in g.orders]
    _show([*found.problems, *orders], lang)
    if found.problems:
        return 1
    print(say(lang, "guidelines.checked_ok", n=len(found.guidelines)))
    return 0


def _list(place: Home, lang: Lang) -> int:
    with place.db.system_session() as s:
        found = passages.headings(s, lang)
    for one in found:
        marks = [say(lang, "guidelines.listed_own")] if one.origin == "own" else []
        marks += [] if one.verified else [say(lang, "guidelines.listed_unchecked")]
        told = f"  ({', '.join(marks)})" if marks else ""
        print(f"{say(lang, f'guidelines.topic.{one.topic}'):12} {one.guideline:28} {one.title}{told}")
    if not found:
        print(say(lang, "guidelines.nothing_listed"))
    return 0


def _search(place: Home, text: str, lang: Lang) -> int:
    question = search.ask(text)
    with place.db.system_session() as s:
        answer = search.answer(s, question, lang=lang, population=POPULATIONS)
    for found in (*answer.found, *answer.unchecked):
        mark = "" if found.passage.verified else f"  ({say(lang, 'guidelines.listed_unchecked')})"
        print(f"{found.score:.2f}  {found.passage.guideline}  {found.passage.title}{mark}")
        print(f"      {found.passage.text}")
    if not answer.found and not answer.unchecked:
        print(say(lang, "guidelines.nothing_found"))
    return 0
