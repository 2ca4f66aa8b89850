"""`coach import PATH…`: files and folders into the athlete's data."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from coach.cli.home import home, now, use_demo
from coach.cli.start import bar
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.pipeline import importing
from coach.providers.files.archive import Entry, walk
from coach.store.imports import Item
from coach.text import Lang, has, say
from coach.text.formats import clock, day, distance


def import_files(args: Namespace) -> int:
    """Import files; with --json one object per activity or file on standard output."""
    if args.demo:
        use_demo()
    console = Console(stderr=args.json)
    with home() as place, importing.reader_pool(settings().readers) as pool, bar(console) as progress:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        total = sum(_count(path) for path in args.paths)
        task = progress.add_task(say(athlete.lang, "cli.importing"), total=total)
        items: list[Item] = []

        def report(item: Item) -> None:
            items.append(item)
            progress.update(task, completed=len({done.file for done in items}))
            if args.json:
                print(json.dumps(as_json(item, athlete.lang), ensure_ascii=False), flush=True)

        def reading(_: str, part: float) -> None:
            if total == 1:  # one large file: its own progress is that of the whole
                progress.update(task, completed=min(part, 0.99))

        importing.import_paths(
            place.db,
            athlete.id,
            _entries(args.paths),
            pool=pool,
            now=now(),
            channel="cli",
            total=total,
            report=report,
            reading=reading,
            progress=lambda done, of: progress.update(
                task, description=say(athlete.lang, "cli.computing"), completed=done, total=of
            ),
        )
    if not args.json:
        console.print(_table(items, athlete))
    return 0 if items and all(i.outcome not in ("unreadable",) for i in items) else 1


def _count(path: Path) -> int:
    """Return how many files there are to read; what is inside archives is not known before."""
    return sum(1 for p in path.rglob("*") if p.is_file()) if path.is_dir() else 1


def _entries(paths: list[Path]) -> Iterator[Entry]:
    for path in paths:
        yield from walk(path, path.name)


def as_json(item: Item, lang: Lang) -> dict[str, object]:
    """Return an item as `coach import --json` prints it."""
    return {
        "file": item.file,
        "outcome": item.outcome,
        "activity_id": item.activity_id,
        "sport": item.sport.value if item.sport else None,
        "start": item.start.isoformat() if item.start else None,
        "distance_m": round(item.distance_m, 1) if item.distance_m is not None else None,
        "moving_s": round(item.moving_s, 1) if item.moving_s is not None else None,
        "elapsed_s": round(item.elapsed_s, 1) if item.elapsed_s is not None else None,
        "records": item.records,
        "reason": reason(item, lang) or None,
    }


def reason(item: Item, lang: Lang) -> str:
    """Return why a file was not, or not wholly, imported, in the athlete's language; "" when it was."""
    key = f"error.{item.reason_key}"
    if item.reason_key is None or not has(lang, key):
        return ""
    return say(lang, key, **{"name": item.file, **item.reason_params})


def _table(items: list[Item], athlete: Athlete) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("file", "outcome", "what", "reason"):
        table.add_column(say(athlete.lang, f"cli.column_{column}"), overflow="fold")
    for item in items:
        what = ""
        if item.sport and item.start:
            far = (
                distance(item.distance_m, athlete.lang, athlete.units) if item.distance_m is not None else ""
            )
            local = item.start.astimezone(athlete.zone).date()
            parts = [day(local, athlete.lang), say(athlete.lang, f"sports.{item.sport.value}"), far]
            what = " · ".join([p for p in parts if p] + ([clock(item.moving_s)] if item.moving_s else []))
        table.add_row(
            item.file,
            say(athlete.lang, f"tools.outcome_{item.outcome}"),
            what,
            reason(item, athlete.lang),
        )
    return table
