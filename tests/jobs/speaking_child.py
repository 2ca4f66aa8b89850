"""A worker that says what is due, to be killed: speaking_child.py URL FIRST SECOND

It has said what was due for the athlete FIRST, and composed but not kept what is due for SECOND, when it
prints a line and waits to be killed: no job of either has ended.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from coach.config import Settings
from coach.jobs import JobContext
from coach.jobs.speaking import say_due
from coach.pipeline.saying import FirstWords
from coach.store.nudges import Nudge
from coach.store.session import Database
from coach.tools.spec import ToolContext

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def main() -> None:
    url, first, second = sys.argv[1:]

    def compose(ctx: ToolContext, due: Sequence[Nudge]) -> FirstWords:
        if ctx.athlete.id == int(second):
            print("here", flush=True)
            threading.Event().wait()
        return FirstWords(due[0].kind.value, "이번 주", "<p>이번 주</p>", nudges=[n.id for n in due])

    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    context = JobContext(Database(url, pool_size=2), settings, None, lambda: NOW)  # type: ignore[arg-type]
    say_due(context, int(first), compose)
    say_due(context, int(second), compose)


if __name__ == "__main__":
    main()
