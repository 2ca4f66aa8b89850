"""`coach jobs`: what is being done in the background, what failed and why, and trying that again."""

from __future__ import annotations

from argparse import Namespace

from api.connection_view import moment, title_of
from coach.cli.home import Home, home, now, use_demo
from coach.cli.talk import table_text
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.errors import BadInput
from coach.pipeline import jobs_again
from coach.store import job_failures, job_queue
from coach.text import has, say


def jobs(args: Namespace) -> int:
    """List jobs that wait, run or gave up; `retry` tries one of the last kind again, or all of them."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        if args.action == "retry":
            return _retry(place, athlete, args.job)
        if not args.failed:
            print(_waiting(place, athlete))
        print(_failed(place, athlete))
    return 0


def _waiting(place: Home, athlete: Athlete) -> str:
    lang, at = athlete.lang, now()
    found = job_queue.waiting(place.db, athlete.id)
    if not found:
        return say(lang, "cli_sync.no_jobs")
    lines = []
    for job in found:
        later = job.scheduled_at is not None and job.scheduled_at > at
        state = "running" if job.status == "doing" else "later" if later else "queued"
        when = moment(job.scheduled_at, athlete, at) if later and job.scheduled_at else ""
        said = say(lang, f"cli_sync.job_{state}", at=when)
        lines.append([str(job.job_id), job_title(job.job, job.provider, athlete), said])
    names = ("job", "what", "state")
    return table_text("", [say(lang, f"cli_sync.column_{name}") for name in names], lines)


def _failed(place: Home, athlete: Athlete) -> str:
    """Return the jobs that gave up, with the reason in words."""
    lang, at = athlete.lang, now()
    with place.db.athlete_session(athlete.id) as s:
        found = job_failures.waiting(s)
    if not found:
        return say(lang, "cli_sync.no_failed")
    lines = []
    for one in found:
        key = f"error.{one.error_key}"
        why = say(lang, key, **one.error_params) if has(lang, key) else one.error_key
        title = job_title(one.job, str(one.args.get("provider", "")), athlete)
        when = moment(one.failed_at, athlete, at)
        lines.append([str(one.job_id), title, when, str(one.tries), why])
    names = ("job", "what", "failed_at", "tries", "why")
    columns = [say(lang, f"cli_sync.column_{name}") for name in names]
    return f"{table_text('', columns, lines)}\n{say(lang, 'cli_sync.retry_how')}"


def job_title(job: str, provider: str, athlete: Athlete) -> str:
    """Return what a job does, as a person calls it."""
    lang, key = athlete.lang, f"connections_api.job_{job}"
    if job.startswith("sync") and has(lang, f"sync.{provider}"):
        return say(lang, "connections_api.job_sync", name=title_of(provider, lang))
    return say(lang, key if has(lang, key) else "connections_api.job_unnamed", name="")


def _retry(place: Home, athlete: Athlete, which: str | None) -> int:
    if which is None or not (which == "all" or (which.isascii() and which.isdigit())):
        raise BadInput("which_job")
    with place.db.athlete_session(athlete.id) as s:
        ids = [one.job_id for one in job_failures.waiting(s)] if which == "all" else [int(which)]
    for job_id in ids:
        jobs_again.again(place.db, athlete.id, job_id)
    print(say(athlete.lang, "cli_sync.retried", n=len(ids)))
    return 0
