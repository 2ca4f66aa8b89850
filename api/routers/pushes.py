"""What a phone or a spreadsheet sends to the athlete's own address; the secret in it is the authority."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.deps import House, Services, Who
from api.errors import documented
from api.guard import check_json
from api.routers.connections import PUSHED_TO
from coach.errors import LimitReached, NotLoggedIn
from coach.pipeline import pushing
from coach.pipeline.pushing import Received
from coach.providers.sheets.script import PLACEHOLDER, script

router = APIRouter(tags=["connections"])


class RefusedOut(BaseModel):
    """Something of a push that could not be used."""

    sheet: str = Field(examples=["일지"])
    number: int | None = Field(description="The row's number in its sheet.", examples=[12])
    id: str
    said: str = Field(examples=["날짜를 알 수 없어요: 내일쯤."])


class PushOut(BaseModel):
    """What became of a push."""

    said: str = Field(examples=["잘 받았어요: 하루 기록 3개, 운동 1개."])
    days: int = Field(description="Values of days that changed.")
    workouts: int
    entries: int
    planned: int
    removed: int = Field(description="Rows that are gone from the sheet.")
    refused: list[RefusedOut]
    import_id: int | None = Field(description="Of a large push, which is read in the background.")


class ScriptOut(BaseModel):
    """The script to paste into the spreadsheet."""

    script: str
    placeholder: str = Field(description="Stands where the secret belongs, which is shown once only.")


_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


@router.post(
    "/push/health",
    name="push_health",
    summary="Take what Health Auto Export sends",
    responses=documented(400, 401, 413, 429),
    openapi_extra=_BODY,
)
async def push_health(request: Request, response: Response, house: House) -> PushOut:
    """The JSON of the app Health Auto Export, in batches of any size, as often as it likes.

    `Authorization: Bearer` carries the secret of the address. Large batches are answered with 202.
    """
    return await _push(request, response, house, pushing.HEALTH)


@router.post(
    "/push/sheets",
    name="push_sheets",
    summary="Take what the spreadsheet's script sends",
    responses=documented(400, 401, 413, 429),
    openapi_extra=_BODY,
)
async def push_sheets(request: Request, response: Response, house: House) -> PushOut:
    """Rows of the journal and of the plan. `Authorization: Bearer` carries the secret of the address."""
    return await _push(request, response, house, pushing.SHEETS)


async def _push(request: Request, response: Response, house: Services, provider: str) -> PushOut:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip() if scheme.lower() == "bearer" else ""
    client = f"push {request.client.host if request.client else ''}"
    # Whose it is comes first: a stranger's body is not even read.
    await run_in_threadpool(_check_secret, house, provider, secret, client)
    body = await request.body()
    if len(body) <= pushing.AT_ONCE_BYTES:
        check_json(body)

    def take() -> Received:
        receive = pushing.receive_health if provider == pushing.HEALTH else pushing.receive_rows
        return receive(house.reach, secret, body, house.clock())

    received = await run_in_threadpool(take)
    response.headers["cache-control"] = "no-store"
    if received.import_id is not None:
        response.status_code = 202
    return _out(received)


def _check_secret(house: Services, provider: str, secret: str, client: str) -> None:
    try:
        house.throttle.check(client)
    except LimitReached as error:
        raise LimitReached("push_throttled", **error.params) from error
    try:
        pushing.owner_of(house.reach, provider, secret, house.clock())
    except NotLoggedIn:
        house.throttle.failed(client)
        raise


def _out(received: Received) -> PushOut:
    refused = [
        RefusedOut(sheet=r.sheet, number=r.number, id=r.id, said=received.why(r)) for r in received.refused
    ]
    return PushOut(
        said=received.said,
        days=received.days,
        workouts=received.workouts,
        entries=received.entries,
        planned=received.planned,
        removed=received.removed,
        refused=refused,
        import_id=received.import_id,
    )


@router.get(
    "/connections/sheets/script",
    name="sheets_script",
    summary="The script for the spreadsheet",
    responses=documented(401, 403),
)
def sheets_script(request: Request, house: House, who: Who) -> ScriptOut:
    """The address is filled in; where the secret belongs stands `placeholder`."""
    address = house.address_of(request) + PUSHED_TO["sheets"]
    return ScriptOut(script=script(address), placeholder=PLACEHOLDER)
