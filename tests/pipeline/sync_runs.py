"""An athlete with connections to services in memory, and what a synchronisation left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fakes.service import PASSWORD, Login, Remote, Service, provider_of
from pipeline_runs import Coach, fit, recording
from pydantic import SecretStr

from coach.config import Settings
from coach.domain.source import Source
from coach.errors import CoachError
from coach.pipeline import connecting, syncing
from coach.pipeline.reach import Reach
from coach.providers.contract import Auth, Provider
from coach.providers.files.parsed import Parsed
from coach.providers.reading import read
from coach.store import connections, daily, notices, remote_items
from coach.store.connections import Connection
from coach.store.notices import Notice
from coach.store.session import Database
from coach.store.vault import Vault

NOW = datetime(2026, 10, 4, 3, tzinfo=UTC)  # noon in Seoul
LAST = NOW - timedelta(hours=5, minutes=30)


class Here:
    """Reads files in this process: what the pool guards against is tested there."""

    def read(self, name: str, data: bytes) -> Parsed:
        return read(name, data)

    def map(
        self, items: Iterable[tuple[str, bytes]], heard: object = None
    ) -> Iterator[tuple[str, Parsed | CoachError]]:
        for name, data in items:
            try:
                yield name, self.read(name, data)
            except CoachError as error:
                yield name, error


@dataclass
class Clock:
    """The time, as a test sets it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


def run_on(days_ago: int, *, seconds: int = 120, file: bool = False, **changes: Any) -> Remote:
    """Return a morning run so many days before the last."""
    made = recording(LAST - timedelta(days=days_ago), seconds, seed=days_ago + 10, **changes)
    return Remote(made, file=fit(made) if file else None)


def filled(service: Service, *days_ago: int, file: bool = False) -> Service:
    """Put runs into a service, each named after how many days ago it was, and values of those days."""
    for ago in days_ago:
        service.runs[f"run{ago}"] = run_on(ago, file=file and ago % 2 == 0)
        service.values[date(2026, 10, 4) - timedelta(days=ago)] = [("rhr_bpm", 48.0 + ago % 5)]
    return service


def settings_in(place: Path) -> Settings:
    """Return settings with a secret for the vault."""
    given = Settings(_env_file=None, data_dir=place)  # type: ignore[call-arg]
    return given.model_copy(update={"secret_key": SecretStr("a secret of the test run")})


@cache
def kept_in(place: Path) -> tuple[Settings, Vault]:
    """Return settings and the vault of a place, as one process has them: opening the vault is slow."""
    settings = settings_in(place)
    return settings, Vault(settings)


@dataclass
class Synced:
    """One athlete and the services that may be connected."""

    db: Database
    athlete_id: int
    place: Path
    services: Mapping[str, Provider]
    clock: Clock = field(default_factory=Clock)
    garmin_url: str | None = None

    @property
    def reach(self) -> Reach:
        settings, vault = kept_in(self.place)
        settings = settings.model_copy(update={"garmin_url": self.garmin_url})
        return Reach(self.db, settings, vault, self.clock, self.services)

    def connect(self, name: str = "garmin") -> Connection:
        return connecting.log_in(self.reach, self.athlete_id, name, "hana@example.com", PASSWORD)

    def sync(self, name: str = "garmin", *, holder: str = "test", backfill: bool = False) -> Connection:
        syncing.run(
            self.reach,
            self.athlete_id,
            name,
            readers=Here(),  # type: ignore[arg-type]
            holder=holder,
            backfill=backfill,
        )
        return self.connection(name)

    def connection(self, name: str = "garmin") -> Connection:
        with self.db.athlete_session(self.athlete_id) as s:
            found = connections.get(s, name)
        assert found is not None
        return found

    def counts(self, name: str = "garmin") -> dict[str, int]:
        with self.db.athlete_session(self.athlete_id) as s:
            return {str(k): n for k, n in remote_items.counts(s, name).items()}

    def told(self) -> list[Notice]:
        with self.db.athlete_session(self.athlete_id) as s:
            return notices.open_ones(s)

    def starts(self) -> list[datetime]:
        """Return when the activities that are listed began, newest first."""
        return sorted((row.start_at for row in self.coach.rows()), reverse=True)

    @property
    def coach(self) -> Coach:
        return Coach(self.db, self.athlete_id, Here())  # type: ignore[arg-type]

    def days(self) -> dict[date, float]:
        with self.db.athlete_session(self.athlete_id) as s:
            found = daily.values(s, self.athlete_id, ["rhr_bpm"], date(2020, 1, 1), date(2027, 1, 1))
        return {value.day: value.value for value in found}

    def left_behind(self) -> dict[str, Any]:
        """Return everything that must not depend on how often the synchronisation was cut off."""
        return {
            "activities": self.coach.state(),
            "days": self.days(),
            "items": self.counts(),
            "notices": sorted(notice.key for notice in self.told()),
            "stale": self.coach.stale(),
            "state": self.connection().state,
        }


def strava_of(service: Service, **changes: Any) -> Provider:
    """Return the declaration of a service whose data may not be kept for long."""
    declared = provider_of(service, name="strava", source=Source.strava)
    declared = replace(declared, auth=Auth.oauth, password=None, oauth=Login(service), uploads=True)
    return replace(declared, **{"history": timedelta(days=365), **changes})
