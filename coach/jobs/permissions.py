"""Work that a change of what sources permit leaves behind."""

from __future__ import annotations

from coach.jobs.registry import JobContext, job
from coach.pipeline import retention


@job(queue="default", tries=3)
def choose_sources(context: JobContext, *, athlete_id: int) -> None:
    """Choose anew which source each field of an athlete's activities comes from."""
    retention.choose_again(context.db, athlete_id)
