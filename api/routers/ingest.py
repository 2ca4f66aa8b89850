"""Synchronising: now, and how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.connection_view import because, remaining, said, title_of
from api.deps import House, Who
from api.errors import documented
from coach.errors import NotFound
from coach.pipeline import syncing
from coach.pipeline.sync_status import State, statuses
from coach.store import athletes, job_failures, outbox, provider_health
from coach.store.outbox import State as ParcelState
from coach.text import has, say

router = APIRouter(prefix="/ingest", tags=["connections"])


class Wanted(BaseModel):
    """Which service to ask for news; left out: all that are connected."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"provider": "garmin"}]})

    provider: Annotated[str, Field(pattern="^[a-z_]{1,40}$")] | None = None


class Queued(BaseModel):
    """The services that will be asked. It goes on in the background."""

    queued: list[str] = Field(examples=[["garmin", "strava"]])


class SourceState(BaseModel):
    """How far one service is."""

    provider: str = Field(examples=["garmin"])
    title: str = Field(examples=["Garmin"])
    state: State
    said: str = Field(examples=["지금 가져오고 있어요."])
    because: str | None
    remaining: str | None = Field(
        examples=["활동 512개 가운데 210개를 가져왔어요. 다 가져오려면 12분 정도 더 걸려요."]
    )
    until: datetime | None
    synced_at: datetime | None
    done: int = Field(examples=[210])
    total: int | None = Field(description="Null until they are counted.", examples=[512])
    refused: int
    remaining_s: float | None = Field(description="Null: cannot be told yet.", examples=[720])


class Paused(BaseModel):
    """A service that nobody asks for a while, because it failed several times in a row."""

    provider: str = Field(examples=["garmin"])
    title: str = Field(examples=["Garmin"])
    failures: int = Field(examples=[5])
    until: datetime
    because: str | None


class IngestStatus(BaseModel):
    sources: list[SourceState] = Field(description="The services that are connected.")
    remaining_s: float | None = Field(
        description="Until everything is here; null when that cannot be told yet."
    )
    outbox: dict[ParcelState, int] = Field(
        description="Things to send elsewhere, by how far they are.", examples=[{"waiting": 1, "sent": 12}]
    )
    failed_jobs: int = Field(description="See `GET /jobs/failed`.", examples=[0])
    paused: list[Paused]


@router.post(
    "/run",
    name="sync_now",
    summary="Synchronise now",
    status_code=202,
    responses=documented(400, 401, 403, 404, 409, 422, 429),
)
def sync_now(house: House, who: Who, given: Wanted | None = None) -> Queued:
    """What is queued already is not queued twice."""
    provider = given.provider if given else None
    if provider is not None and provider not in house.providers:
        raise NotFound("no_such_service", name=provider)
    names = syncing.request(house.db, who.athlete_id, provider, now=house.clock(), services=house.providers)
    return Queued(queued=list(names))


@router.get(
    "/status", name="ingest_status", summary="How far synchronising is", responses=documented(401, 403)
)
def ingest_status(house: House, who: Who) -> IngestStatus:
    """Without account names: `GET /connections` has those."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        found = [status for status in statuses(s, now, house.providers) if status.is_on]
        health = [provider_health.read(s, status.provider) for status in found]
        parcels = outbox.counts(s)
        failed = len(job_failures.waiting(s))
    lang = athlete.lang
    left = [status.remaining_s for status in found if status.total is not None]
    known = [seconds for seconds in left if seconds is not None]
    return IngestStatus(
        sources=[
            SourceState(
                provider=status.provider,
                title=title_of(status.provider, lang),
                state=status.state,
                said=said(status, athlete, now),
                because=because(status, lang),
                remaining=remaining(status, lang),
                until=status.until,
                synced_at=status.synced_at,
                done=status.done,
                total=status.total,
                refused=status.refused,
                remaining_s=status.remaining_s,
            )
            for status in found
        ],
        # Services are read at the same time: the slowest decides.
        remaining_s=max(known, default=0.0) if len(known) == len(left) else None,
        outbox=parcels,
        failed_jobs=failed,
        paused=[
            Paused(
                provider=one.provider,
                title=title_of(one.provider, lang),
                failures=one.failures,
                until=one.open_until,
                because=say(lang, f"error.{one.why_key}", name=title_of(one.provider, lang))
                if has(lang, f"error.{one.why_key}")
                else None,
            )
            for one in health
            if one.open_until is not None and one.open_until > now
        ],
    )
