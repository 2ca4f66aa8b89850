"""`coach sources`, `split` and `join`: what an activity was made from, and setting that right."""

from __future__ import annotations

from argparse import Namespace

from coach.cli.home import Home, home, use_demo
from coach.cli.talk import table_text
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.pipeline import outings
from coach.pipeline.recompute import recompute
from coach.store import activities, athletes, files
from coach.store.session import Session
from coach.text import say
from coach.text.formats import clock, distance


def sources(args: Namespace) -> int:
    """List the recordings that an activity was made from; `*` marks the one whose samples count."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        with place.db.athlete_session(athlete.id) as s:
            print(_listed(s, athlete, args.activity))
    return 0


def _listed(s: Session, athlete: Athlete, activity_id: int) -> str:
    row = activities.get(s, athlete.id, activity_id)
    lines = []
    for known in activities.sources(s, row.id):
        far = known.recording.distance_m
        lines.append(
            [
                f"{known.id}{'*' if known.id == row.winner_id else ''}",
                known.source.value,
                files.get(s, known.file_id).name if known.file_id is not None else "",
                "" if far is None else distance(far, athlete.lang, athlete.units),
                clock(known.recording.elapsed_s),
            ]
        )
    names = ("source", "from", "file", "distance", "time")
    columns = [say(athlete.lang, f"cli.column_{name}") for name in names]
    return table_text("", columns, lines)


def split(args: Namespace) -> int:
    """Make one recording of an activity an activity of its own again."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        with place.db.athlete_session(athlete.id) as s:
            athletes.lock(s, athlete.id)
            row = activities.get(s, athlete.id, args.activity)
            left, apart = outings.split(s, row, args.source, athlete.tz)
        _measured(place, athlete, left.id, apart.id)
        print(say(athlete.lang, "cli.split", left=left.id, apart=apart.id))
    return 0


def join(args: Namespace) -> int:
    """Make two activities one."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        with place.db.athlete_session(athlete.id) as s:
            athletes.lock(s, athlete.id)
            row = activities.get(s, athlete.id, args.activity)
            one = outings.join(s, row, activities.get(s, athlete.id, args.other), athlete.tz)
        _measured(place, athlete, one.id)
        print(say(athlete.lang, "cli.joined", one=one.id))
    return 0


def _measured(place: Home, athlete: Athlete, *ids: int) -> None:
    recompute(place.db, athlete.id, ids)
