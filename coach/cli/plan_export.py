"""`coach plan export`: workouts as FIT, the plan as a calendar or as JSON."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from api.whole_plan import shown
from coach.cli.home import Home, now
from coach.domain.athlete import Athlete
from coach.domain.plan.exchange import write_plan
from coach.errors import NotFound
from coach.pipeline.calendar_feed import calendar_of
from coach.pipeline.workout_files import week_files, workout_file
from coach.store import plans
from coach.store.session import Session
from coach.text import say


def export(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Write the plan to a file and say where. FIT and the calendar are of the plan that runs."""
    with place.db.athlete_session(athlete.id) as s:
        name, content = _content(s, athlete, args)
    path: Path = args.out or Path(name)
    if path.is_dir():
        path /= name
    path.write_bytes(content)
    print(say(athlete.lang, "plan_web.cli_written", path=path))
    return 0


def _content(s: Session, athlete: Athlete, args: Namespace) -> tuple[str, bytes]:
    at = now()
    if args.format == "json":
        there = shown(s)
        if there is None:
            raise NotFound("no_running_plan")
        text = json.dumps(write_plan(there[1].plan), ensure_ascii=False, indent=2)
        return f"plan-{there[0].id}.json", text.encode()
    holding = plans.holding(s)
    if holding is None:
        raise NotFound("no_running_plan")
    if args.format == "ics":
        return f"plan-{holding.plan_id}.ics", calendar_of(s, athlete, at).content
    if args.workout:
        one = workout_file(s, athlete, args.workout, at)
    else:
        week = holding.plan.week_of(at.astimezone(athlete.zone).date()) or holding.plan.weeks[0]
        one = week_files(s, athlete, holding.plan_id, args.week or week.number, at)
    return one.name, one.content
