"""The job registry: a job is declared once, with its queue and how often it is tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from coach.config import Settings
from coach.pipeline.reach import Reach
from coach.providers.contract import Provider, providers
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store.session import Database
from coach.store.vault import Vault


@dataclass(frozen=True)
class JobContext:
    """What every job may use. One per worker process."""

    db: Database
    settings: Settings
    readers: ReaderPool[Parsed]
    clock: Callable[[], datetime]
    services: Mapping[str, Provider] | None = None  # None: every provider there is

    @cached_property
    def reach(self) -> Reach:
        """What the work with services needs."""
        services = providers() if self.services is None else self.services
        return Reach(self.db, self.settings, Vault(self.settings), self.clock, services)


@dataclass(frozen=True)
class Job:
    name: str
    queue: str
    tries: int
    fn: Callable[..., Any]


JOBS: dict[str, Job] = {}


def job[F: Callable[..., Any]](*, queue: str, tries: int) -> Callable[[F], F]:
    """Register `def name(context, **args)` as the job of its name. It must be safe to run twice."""

    def register(fn: F) -> F:
        name = fn.__name__
        if name in JOBS:
            raise ValueError(f"job {name} is declared twice")
        JOBS[name] = Job(name, queue, tries, fn)
        return fn

    return register
