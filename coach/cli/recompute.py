"""`coach recompute`: compute metrics anew, where they are outdated or everywhere."""

from __future__ import annotations

from argparse import Namespace

from rich.console import Console

from coach.cli.home import home, now, use_demo
from coach.cli.start import bar
from coach.config import settings
from coach.pipeline import profile, track_record
from coach.pipeline import recompute as pipeline
from coach.text import say


def recompute(args: Namespace) -> int:
    """Bring every metric and the track record up to date; with --all, compute everything from the samples."""
    if args.demo:
        use_demo()
    console = Console()
    with home() as place, bar(console) as shown:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        today = now().astimezone(athlete.zone).date()
        if args.all:
            with place.db.athlete_session(athlete.id) as s:
                profile.outdate_all(s, athlete.id)
        task = shown.add_task(say(athlete.lang, "cli.computing"), total=None)
        count = pipeline.bring_up_to_date(
            place.db, athlete.id, today, lambda done, of: shown.update(task, completed=done, total=of)
        )
        track_record.bring_up_to_date(place.db, athlete.id, today)
    console.print(say(athlete.lang, "track.recomputed", n=count))
    return 0
