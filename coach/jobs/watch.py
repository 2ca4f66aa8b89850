"""Looking at the watch's calendar: what the athlete changed there is noticed and asked about."""

from __future__ import annotations

from coach.jobs.registry import JobContext, job
from coach.jobs.sync import NETWORK
from coach.pipeline import delivering
from coach.pipeline.turn import TurnLost


@job(queue=NETWORK, tries=4)
def look_at_watch(context: JobContext, *, athlete_id: int) -> None:
    """Look whether the workouts on the watch are still as they were put there."""
    try:
        delivering.look(context.reach, athlete_id)
    except TurnLost:
        return  # disconnected, or somebody else's turn: tomorrow again
