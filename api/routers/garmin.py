"""Connecting Garmin: e-mail, password and perhaps a code, each used once and kept nowhere."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.connection_view import ConnectionOut
from api.deps import House, Who
from api.errors import documented
from api.routers.connections import DeleteData, one_connection
from coach.pipeline import connecting
from coach.store.connections import Connection

router = APIRouter(prefix="/auth/garmin", tags=["connections"])

NAME = "garmin"


class GarminLogin(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"email": "hana@mail.example", "password": "…"}]}
    )

    email: Annotated[str, Field(min_length=3, max_length=320)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=500)]


class GarminCode(BaseModel):
    """The code that Garmin sent."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"code": "123456"}]})

    code: Annotated[SecretStr, Field(min_length=1, max_length=40)]


class LoginState(BaseModel):
    """`pending`: Garmin sent a code, which `POST /auth/garmin/code` takes."""

    state: Literal["connected", "pending"]


def _state(connection: Connection) -> LoginState:
    return LoginState(state="pending" if connection.state == "pending" else "connected")


@router.post(
    "/login",
    name="garmin_login",
    summary="Connect Garmin",
    responses=documented(400, 401, 403, 409, 422, 429, 502),
)
async def garmin_login(given: GarminLogin, house: House, who: Who) -> LoginState:
    """Takes up to a minute. One login at a time; a refused one is not tried again by itself."""

    def log_in() -> Connection:
        password = given.password.get_secret_value()
        return connecting.log_in(house.reach, who.athlete_id, NAME, given.email.strip(), password)

    return _state(await house.logins.run(who.athlete_id, log_in))


@router.post(
    "/code",
    name="garmin_code",
    summary="Go on with the code that Garmin sent",
    responses=documented(400, 401, 403, 404, 409, 422, 429, 502),
)
async def garmin_code(given: GarminCode, house: House, who: Who) -> LoginState:
    def enter() -> Connection:
        code = given.code.get_secret_value().strip()
        return connecting.enter_code(house.reach, who.athlete_id, NAME, code)

    return _state(await house.logins.run(who.athlete_id, enter))


@router.get("/status", name="garmin_status", summary="How Garmin is", responses=documented(401, 403))
def garmin_status(house: House, who: Who) -> ConnectionOut:
    return one_connection(house, who, NAME)


@router.delete(
    "",
    name="garmin_disconnect",
    summary="Disconnect Garmin",
    status_code=204,
    responses=documented(401, 403, 409, 429, 502),
)
def garmin_disconnect(house: House, who: Who, delete_data: DeleteData = False) -> None:
    connecting.disconnect(house.reach, who.athlete_id, NAME, delete_data=delete_data)
