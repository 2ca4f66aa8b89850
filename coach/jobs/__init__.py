"""Work in the background: thin wrappers around the pipeline. Importing this package fills JOBS."""

from coach.jobs import insights, permissions, plans, speaking, sync, watch, work
from coach.jobs.registry import JOBS, Job, JobContext, job

__all__ = [
    "JOBS",
    "Job",
    "JobContext",
    "insights",
    "job",
    "permissions",
    "plans",
    "speaking",
    "sync",
    "watch",
    "work",
]
