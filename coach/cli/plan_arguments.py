"""What may be typed after `coach plan`."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from datetime import date
from pathlib import Path

GOALS = ("race", "base", "fitness", "couch_to_5k", "return_from_injury")


def plan_commands(plan: ArgumentParser) -> list[ArgumentParser]:
    """Add the actions of `coach plan`; return the parser itself. `--demo` may stand behind either."""
    plan.add_argument("--json", action="store_true", help="print the whole plan as JSON")
    actions = plan.add_subparsers(dest="action", metavar="ACTION")

    def add(name: str, help: str) -> ArgumentParser:
        action = actions.add_parser(name, help=help, description=help)
        action.add_argument("--demo", action="store_true", default=SUPPRESS, help=SUPPRESS)
        return action

    show = add("show", "show the plan, its weeks, and what waits for a decision")
    show.add_argument("--json", action="store_true", default=SUPPRESS, help="print the whole plan as JSON")
    week = add("week", "show the days of a week with every step")
    week.add_argument("number", nargs="?", type=int, metavar="NUMBER", help="this week when left out")
    make = add("generate", "build a plan and propose it; without a goal for the one named before")
    make.add_argument("--goal", choices=GOALS)
    make.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="of the race")
    make.add_argument("--distance", metavar="KM|5k|10k|half|marathon")
    make.add_argument("--target", metavar="H:MM:SS")
    make.add_argument("--name", default="", help="of the race")
    make.add_argument("--course", choices=("flat", "rolling", "hilly", "unknown"), default="unknown")
    make.add_argument("--weeks", type=int, help="of a goal that is no race")
    make.add_argument("--seed", type=int, default=0, help="another number gives another mix of workouts")
    add("approve", "show what waits, and approve it after a typed yes")
    add("reject", "reject what waits")
    change = add("change", "change one workout; what comes of it is proposed")
    change.add_argument("workout", metavar="WORKOUT", help="its id, as `coach plan week` shows it")
    how = change.add_mutually_exclusive_group(required=True)
    how.add_argument("--to", type=date.fromisoformat, metavar="YYYY-MM-DD", help="move it to this day")
    how.add_argument("--km", type=float, help="make it so long")
    how.add_argument("--minutes", type=float, help="make it so long")
    how.add_argument("--easier", action="store_true")
    how.add_argument("--drop", action="store_true", help="leave it out")
    add("undo", "take the last change back")
    add("cancel", "end the plan after a typed yes")
    export = add("export", "write the plan to a file: FIT of a workout or a week, a calendar, JSON")
    export.add_argument("format", choices=("fit", "ics", "json"))
    export.add_argument("--workout", metavar="WORKOUT", help="FIT of one workout instead of a week")
    export.add_argument("--week", type=int, metavar="NUMBER", help="FIT of this week; the current one")
    export.add_argument("--out", type=Path, metavar="PATH", help="where to; a name of ours here")
    return [plan]
