"""Connections to services: how each is doing, its options, its address, and an end to it."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.connection_view import ConnectionOut, connection_out
from api.deps import House, Services, Who
from api.errors import documented
from coach.errors import NotFound
from coach.pipeline import connecting
from coach.pipeline.sync_status import statuses
from coach.providers.contract import Auth
from coach.store import athletes

router = APIRouter(prefix="/connections", tags=["connections"])

# Where each service with an address sends to.
PUSHED_TO = {"apple_health": "/api/v1/push/health", "sheets": "/api/v1/push/sheets"}

Name = Annotated[str, Path(pattern="^[a-z_]{1,40}$", examples=["strava"])]
DeleteData = Annotated[bool, Query(description="Delete what came from there, too.")]


class ConnectionList(BaseModel):
    connections: list[ConnectionOut]


class Options(BaseModel):
    """What the athlete wants of a connection."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"upload": True}]})

    upload: bool | None = Field(None, description="Put activities there that came from elsewhere.")
    workouts: bool | None = Field(None, description="Put workouts of the approved plan on the watch.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.upload is None) == (self.workouts is None):
            raise ValueError("exactly one of upload, workouts")
        return self


class NewAddress(BaseModel):
    """An address to send to, with its secret: shown this once. It goes into the header `Authorization`,
    after `Bearer`."""

    address: str = Field(examples=["https://coach.example/api/v1/push/health"])
    secret: str = Field(examples=["q8Zk3…"])


def every_connection(house: Services, who: Who) -> list[ConnectionOut]:
    """Return every service that can be connected, those that are off included."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        found = statuses(s, now, house.providers)
    return [
        connection_out(status, house.providers[status.provider], athlete, house.settings, now)
        for status in found
    ]


def one_connection(house: Services, who: Who, provider: str) -> ConnectionOut:
    """Return one service. Raises NotFound."""
    for connection in every_connection(house, who):
        if connection.provider == provider:
            return connection
    raise NotFound("no_such_service", name=provider)


@router.get("", name="list_connections", summary="Services and how they are", responses=documented(401, 403))
def list_connections(house: House, who: Who) -> ConnectionList:
    """Those that are not connected included."""
    return ConnectionList(connections=every_connection(house, who))


@router.get(
    "/{provider}",
    name="get_connection",
    summary="How a service is",
    responses=documented(401, 403, 404, 422),
)
def get_connection(provider: Name, house: House, who: Who) -> ConnectionOut:
    return one_connection(house, who, provider)


@router.delete(
    "/{provider}",
    name="disconnect",
    summary="Disconnect a service",
    responses=documented(401, 403, 404, 409, 422, 429, 502),
)
def disconnect(provider: Name, house: House, who: Who, delete_data: DeleteData = False) -> ConnectionOut:
    """Our access is taken back over there, where the service has a way to; tokens are deleted."""
    one_connection(house, who, provider)
    connecting.disconnect(house.reach, who.athlete_id, provider, delete_data=delete_data)
    return one_connection(house, who, provider)


@router.patch(
    "/{provider}",
    name="change_connection",
    summary="Change what is wanted of a service",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def change_connection(provider: Name, given: Options, house: House, who: Who) -> ConnectionOut:
    one_connection(house, who, provider)
    name, value = ("upload", given.upload) if given.workouts is None else ("workouts", given.workouts)
    connecting.set_option(house.reach, who.athlete_id, provider, name, bool(value))
    return one_connection(house, who, provider)


def _takes_an_address(house: Services, provider: str) -> None:
    service = house.providers.get(provider)
    if service is None or service.auth is not Auth.address:
        raise NotFound("no_such_service", name=provider)


@router.post(
    "/{provider}/address",
    name="open_address",
    summary="Open an address to send to",
    status_code=201,
    responses=documented(401, 403, 404, 422),
)
def open_address(provider: Name, request: Request, response: Response, house: House, who: Who) -> NewAddress:
    """The one before is closed. The secret cannot be shown again: open another when it is lost."""
    _takes_an_address(house, provider)
    secret = connecting.open_address(house.reach, who.athlete_id, provider)
    response.headers["cache-control"] = "no-store"
    return NewAddress(address=house.address_of(request) + PUSHED_TO[provider], secret=secret)


@router.delete(
    "/{provider}/address",
    name="close_address",
    summary="Close an address",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def close_address(provider: Name, house: House, who: Who) -> None:
    """What is sent there from now on is refused; what came stays."""
    _takes_an_address(house, provider)
    connecting.close_address(house.reach, who.athlete_id, provider)
