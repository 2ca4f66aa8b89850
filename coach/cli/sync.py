"""`coach sync` and `coach status`: ask services for what is new, and see how far that is."""

from __future__ import annotations

import asyncio
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress

from api.connection_view import connection_out, moment, title_of
from coach.cli.connect import named
from coach.cli.home import Home, home, now, use_demo
from coach.cli.start import bar
from coach.cli.talk import table_text
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.jobs.registry import JobContext
from coach.jobs.worker import work
from coach.pipeline import syncing
from coach.pipeline.importing import reader_pool
from coach.pipeline.sync_status import Status, statuses
from coach.store import job_failures, job_queue, provider_health
from coach.store.provider_health import Health
from coach.text import Lang, has, say

LOOK_EVERY_S = 0.5
SETTLED = frozenset({"off", "pending", "needs_you", "broken", "waiting"})


def sync(args: Namespace) -> int:
    """Ask connected services for what is new: a worker does it, or with --here this process."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        lang = athlete.lang
        if args.name is not None:
            named(place, args.name, lang)
        asked = syncing.request(place.db, athlete.id, args.name, now=now(), services=place.reach.services)
        if not asked:
            print(say(lang, "cli_sync.nothing_connected"))
            return 1
        if args.here:
            return _here(place, athlete, asked)
        print(say(lang, "cli_sync.asked", names=_titles(asked, athlete)))
        if not job_queue.is_worked(place.db):
            print(say(lang, "cli_sync.no_worker"))
            return 1 if args.wait else 0
        return _wait(place, athlete, asked) if args.wait else 0


def status(args: Namespace) -> int:
    """Print how every service is doing, what is still to be fetched, and what failed."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        lang, at = athlete.lang, now()
        with place.db.athlete_session(athlete.id) as s:
            found = statuses(s, at, place.reach.services)
            healths = [provider_health.read(s, one.provider) for one in found]
            failed = job_failures.waiting(s)
        for one, health in zip(found, healths, strict=True):
            print("\n".join(_panel(place, athlete, one, health, at)))
        waiting = job_queue.waiting(place.db, athlete.id)
        print(say(lang, "cli_sync.jobs_waiting", n=len(waiting)))
        if failed:
            print(say(lang, "cli_sync.jobs_failed", n=len(failed)))
        if not job_queue.is_worked(place.db):
            print(say(lang, "cli_sync.no_worker"))
    return 0


def _panel(place: Home, athlete: Athlete, one: Status, health: Health, at: datetime) -> list[str]:
    """Return how one service is doing, as lines."""
    lang = athlete.lang
    shown = connection_out(one, place.reach.services[one.provider], athlete, place.settings, at)
    name = f" ({shown.account_name})" if shown.account_name else ""
    lines = [f"{shown.title}{name}: {shown.said}"]
    details = [shown.because, shown.remaining] if one.is_on else []
    if one.is_on and one.refused:
        details.append(say(lang, "cli_sync.refused", n=one.refused))
    if one.is_on and one.days_from is not None:
        details.append(say(lang, "cli_sync.days_from", day=one.days_from.isoformat()))
    if health.open_until is not None and health.open_until > at:
        until = moment(health.open_until, athlete, at)
        details.append(say(lang, "cli_sync.circuit_open", name=shown.title, n=health.failures, until=until))
    if used := usage_of(health.usage, lang):
        details.append(say(lang, "cli_sync.usage", used=used))
    return lines + [f"  {detail}" for detail in details if detail]


def usage_of(usage: Mapping[str, Any], lang: Lang) -> str:
    """Return what a service's client noted of its limits (kind, window → used and limit) in words."""
    shown = []
    for kind, windows in usage.items():
        for window, pair in windows.items() if isinstance(windows, Mapping) else ():
            used, limit = pair
            names = [
                say(lang, key) if has(lang, key := f"cli_sync.limit_{name}") else name
                for name in (kind, window)
            ]
            shown.append(f"{', '.join(names)} {used}/{limit}")
    return " · ".join(shown)


def _titles(names: Sequence[str], athlete: Athlete) -> str:
    return ", ".join(title_of(name, athlete.lang) for name in names)


def _here(place: Home, athlete: Athlete, names: Sequence[str]) -> int:
    """Do in this process what a worker would, until nothing is left to do now."""
    with bar(Console()) as shown, reader_pool(place.settings.readers) as readers:
        progress = _Progress(place, athlete, names, shown)
        asyncio.run(_worked(JobContext(place.db, place.settings, readers, now), progress))
    return _ended(place, athlete, names)


async def _worked(context: JobContext, progress: _Progress) -> None:
    working = asyncio.create_task(work(context, until_empty=True))
    while not working.done():
        await asyncio.to_thread(progress.look)
        await asyncio.wait([working], timeout=LOOK_EVERY_S)
    await working


def _wait(place: Home, athlete: Athlete, names: Sequence[str]) -> int:
    """Show how far the services are, until none of them works any more."""
    with bar(Console()) as shown:
        progress = _Progress(place, athlete, names, shown)
        while not progress.look():
            time.sleep(LOOK_EVERY_S)
    return _ended(place, athlete, names)


class _Progress:
    """A bar for each service."""

    def __init__(self, place: Home, athlete: Athlete, names: Sequence[str], shown: Progress) -> None:
        self._place, self._athlete, self._names, self._shown = place, athlete, names, shown
        self._tasks = {name: shown.add_task(title_of(name, athlete.lang), total=None) for name in names}

    def look(self) -> bool:
        """Show how far each service is; return whether nothing more happens now."""
        jobs = job_queue.waiting(self._place.db, self._athlete.id)
        found = _statuses(self._place, self._athlete, self._names)
        for one in found:
            self._shown.update(self._tasks[one.provider], completed=one.done, total=one.total)
        due = (job for job in jobs if job.scheduled_at is None or job.scheduled_at <= now())
        return all(one.state in SETTLED for one in found) or not any(j.provider in self._names for j in due)


def _statuses(place: Home, athlete: Athlete, names: Sequence[str]) -> list[Status]:
    with place.db.athlete_session(athlete.id) as s:
        return [one for one in statuses(s, now(), place.reach.services) if one.provider in names]


def _ended(place: Home, athlete: Athlete, names: Sequence[str]) -> int:
    """Print how each service stands now; return the exit status."""
    found = _statuses(place, athlete, names)
    lines = []
    for one in found:
        shown = connection_out(one, place.reach.services[one.provider], athlete, place.settings, now())
        lines.append([shown.title, " ".join(filter(None, (shown.said, shown.because, shown.remaining)))])
    print(table_text("", [say(athlete.lang, f"cli_sync.column_{c}") for c in ("service", "state")], lines))
    return 1 if any(one.state in ("needs_you", "broken") for one in found) else 0
