"""Charts: Vega-Lite specs for the page, pictures for others, and the library that draws the specs."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.deps import House, Services, Who
from api.errors import documented
from coach.charts import CHARTS, build
from coach.errors import BadInput, NotFound
from coach.store import athletes
from coach.text import LANGS, Lang, say

router = APIRouter(prefix="/charts", tags=["charts"])

ChartId = Annotated[str, Path(pattern="^[a-z_]{1,40}$", examples=["load_form"])]

THEMES = ("light", "dark")
MAX_PARAMETERS = 12
# Charts of one activity, as they stand on its page.
OF_ACTIVITY = ("streams", "intervals", "splits", "route")

PARAMETERS: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": said}
        for name, said in (
            ("start", "First local date."),
            ("end", "Last local date, included."),
            ("activity_id", "For charts of one activity."),
            ("sport", "Of one sport only."),
            ("metric", "For charts that show any metric."),
            ("theme", "`light` or `dark`."),
            ("lang", "`ko` or `en`; the athlete's language when left out."),
        )
    ]
}


class ChartOut(BaseModel):
    id: str = Field(examples=["load_form"])
    title: str = Field(examples=["체력과 피로"])


class ChartList(BaseModel):
    charts: list[ChartOut]


@router.get("", name="list_charts", summary="What can be drawn", responses=documented(401, 403))
def list_charts(house: House, who: Who) -> ChartList:
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
    return ChartList(charts=[ChartOut(id=name, title=say(lang, f"charts.{name}")) for name in CHARTS])


@router.get(
    "/bundle.js",
    name="chart_bundle",
    summary="The library that draws charts",
    response_class=Response,
    responses={200: {"content": {"text/javascript": {}}, "description": "Vega, Vega-Lite and Vega-Embed."}},
)
async def chart_bundle(request: Request, house: House) -> Response:
    """Built from the installed package: nothing is fetched from elsewhere. Import it as a module."""
    body: bytes = await run_in_threadpool(house.charts.bundle)
    tag = f'"{house.charts.bundle_tag}"'
    headers = {
        "cache-control": "public, max-age=86400",
        "etag": tag,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


@router.get(
    "/{chart_id}.png",
    name="chart_picture",
    summary="A chart as a picture",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(400, 401, 403, 404, 422, 503),
    },
    openapi_extra=PARAMETERS,
)
async def chart_picture(chart_id: ChartId, request: Request, house: House, who: Who) -> Response:
    spec = await run_in_threadpool(_spec, chart_id, dict(request.query_params), house, who)
    body = await run_in_threadpool(partial(house.charts.png, spec))
    return Response(body, media_type="image/png", headers={"cache-control": "private, no-cache"})


@router.get("/{chart_id}", name="chart_spec", include_in_schema=False)
@router.get(
    "/{chart_id}/spec",
    name="chart_spec",
    summary="A chart as a Vega-Lite spec with its data",
    responses=documented(400, 401, 403, 404, 422),
    openapi_extra=PARAMETERS,
)
def chart_spec(chart_id: ChartId, request: Request, house: House, who: Who) -> dict[str, Any]:
    return _spec(chart_id, dict(request.query_params), house, who)


def _spec(chart_id: str, params: dict[str, str], house: Services, who: Who) -> dict[str, Any]:
    if chart_id not in CHARTS:
        raise NotFound("nothing_here")
    theme = params.pop("theme", "light")
    if theme not in THEMES or len(params) > MAX_PARAMETERS or any(len(v) > 100 for v in params.values()):
        raise BadInput("bad_request_field", field="theme", problem=theme[:20])
    asked = params.pop("lang", "")
    if asked and asked not in LANGS:
        raise BadInput("bad_request_field", field="lang", problem=asked[:20])
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        today = house.clock().astimezone(athlete.zone).date()
        lang = next((known for known in LANGS if known == asked), athlete.lang)
        return build(chart_id, params, session=s, athlete=athlete, lang=lang, today=today, theme=theme)


def chart_urls(chart_id: str, params: dict[str, Any]) -> dict[str, str]:
    """Return where a chart's spec and picture are."""
    query = f"?{urlencode(params)}" if params else ""
    where = f"/api/v1/charts/{chart_id}"
    return {"spec_url": f"{where}/spec{query}", "png_url": f"{where}.png{query}"}


def activity_charts(activity_id: int, lang: Lang) -> list[dict[str, str]]:
    """Return the charts of an activity's page: title and addresses."""
    return [
        {"id": name, "title": say(lang, f"charts.{name}"), **chart_urls(name, {"activity_id": activity_id})}
        for name in OF_ACTIVITY
        if name in CHARTS
    ]
