"""Athletes with the real providers and libraries, at an invented Garmin and an invented Strava here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from fakes.garmin import Day, Garmin, Run
from fakes.garmin import running as garmin_running
from fakes.strava import Strava
from fakes.strava import running as strava_running
from pydantic import SecretStr
from sync_runs import LAST, NOW, Synced

from coach.pipeline import connecting
from coach.pipeline.reach import Reach
from coach.providers.contract import Opening, Provider, providers
from coach.providers.garmin.client import GarminAccount
from coach.providers.strava.client import StravaAccount
from coach.store import activities, connections, daily, provider_health, recordings, system
from coach.store.recordings import SourceRow
from coach.store.session import Database

PATIENCE_S = 2.0  # a service that takes longer is too slow, even beside other tests
SECONDS = 600
TODAY = date(2026, 10, 4)
SESSION = hashlib.sha256(b"a browser").digest()


@dataclass
class Real(Synced):
    """One athlete here, with an account at each of the two."""

    strava_url: str = ""
    application: tuple[int, str] = (0, "")

    @property
    def reach(self) -> Reach:
        plain = super().reach
        number, secret = self.application
        changes = {
            "strava_url": self.strava_url,
            "strava_client_id": number,
            "strava_client_secret": SecretStr(secret),
        }
        return replace(plain, settings=plain.settings.model_copy(update=changes))

    def tokens(self, name: str) -> str:
        """Return the tokens that are kept."""
        with self.db.athlete_session(self.athlete_id) as s:
            return connections.secret(s, self.reach.vault, name)

    def sources(self, activity_id: int) -> list[SourceRow]:
        with self.db.athlete_session(self.athlete_id) as s:
            return recordings.sources(s, activity_id)

    def measured(self) -> Mapping[tuple[date, str], float]:
        """Return all values of days."""
        with self.db.athlete_session(self.athlete_id) as s:
            found = daily.values(s, self.athlete_id, None, date(2020, 1, 1), date(2027, 1, 1))
        return {(v.day, v.name): v.value for v in found}

    def without_samples(self) -> int:
        """Return how many activities that are listed have none."""
        with self.db.athlete_session(self.athlete_id) as s:
            rows = activities.find(s, self.athlete_id)
            return sum(activities.load(s, self.athlete_id, row.id).recording.streams is None for row in rows)


@dataclass
class House:
    """Both services, and athletes who come to them one after the other."""

    db: Database
    place: Path
    garmin: Garmin
    strava: Strava
    garmin_url: str
    strava_url: str

    def athlete(self, tz: str = "Asia/Seoul") -> Real:
        """Return an athlete whose accounts over there are empty."""
        for fake in (self.garmin, self.strava):
            (fake.faults if isinstance(fake, Garmin) else fake._faults).clear()
            fake.requests.clear()
        self.garmin.runs.clear()
        self.garmin.days.clear()
        self.garmin.profile_id += 1
        self.strava.activities.clear()
        self.strava.streams.clear()
        self.strava.uploads.clear()
        self.strava.athlete["id"] += 1
        self.strava.usage[:] = self.strava.reading_usage[:] = [0, 0]
        real = Real(
            self.db,
            system.create_athlete(self.db, tz=tz).id,
            self.place,
            {"garmin": _quick(providers()["garmin"]), "strava": _quick(providers()["strava"])},
            garmin_url=self.garmin_url,
            strava_url=self.strava_url,
            application=(self.strava.client_id, self.strava.client_secret),
        )
        self.strava.clock = lambda: real.clock().timestamp()
        for name in real.services:  # what an athlete before used up of all athletes' limits
            provider_health.note_success(self.db, name)
            provider_health.note_usage(self.db, name, {})
        return real

    def connect(self, real: Real, *names: str, write: bool = False) -> None:
        """Connect the athlete to some services."""
        for name in names:
            if name == "garmin":
                connecting.log_in(real.reach, real.athlete_id, name, self.garmin.email, self.garmin.password)
                continue
            page = connecting.begin_oauth(
                real.reach, real.athlete_id, name, SESSION, "http://127.0.0.1/back", write=write
            )
            (state,) = parse_qs(urlsplit(page).query)["state"]
            scopes = ("read", "activity:read_all", *(["activity:write"] if write else []))
            connecting.finish_oauth(
                real.reach,
                real.athlete_id,
                name,
                SESSION,
                state=state,
                code=self.strava.code(*scopes),
                scope=",".join(scopes),
                error="",
            )

    def run(self, ago: float, *names: str, seconds: int = SECONDS, **changes: object) -> None:
        """Put a run of so many days ago on the accounts."""
        start = LAST - timedelta(days=ago)
        if "garmin" in names:
            self.garmin.add(Run(start, seconds=seconds, **changes))  # type: ignore[arg-type]
        if "strava" in names:
            self.strava.add(
                int(start.timestamp()), start, seconds, distance=3.0 * seconds, name="Morning Run"
            )

    def fill_days(self, count: int = 10, **values: object) -> None:
        """Put values of the last days on the account at Garmin."""
        for ago in range(count):
            self.garmin.days[TODAY - timedelta(days=ago)] = Day(rhr=48 + ago % 5, **values)  # type: ignore[arg-type]


def _quick(service: Provider) -> Provider:
    def opened(opening: Opening) -> GarminAccount | StravaAccount:
        if service.name == "garmin":
            return GarminAccount(opening, PATIENCE_S)
        return StravaAccount(opening, timeout_s=(PATIENCE_S, PATIENCE_S), pauses_s=(0.0, 0.0))

    return replace(service, open=opened)


@contextmanager
def house_of(db: Database, place: Path) -> Iterator[House]:
    """Serve both."""
    garmin, strava = Garmin(), Strava(slow_s=1.5 * PATIENCE_S)
    with garmin_running(garmin) as garmin_url, strava_running(strava) as strava_url:
        yield House(db, place, garmin, strava, garmin_url, strava_url)


def later(real: Real, moment: datetime | None = None, **by: float) -> None:
    """Let time pass."""
    real.clock.at = max(moment or NOW, real.clock.at) + timedelta(**by)
