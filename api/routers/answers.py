"""What the tools answer, in finished words: for the page of numbers and any other front end."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, ValidationError

from api.deps import House, Who
from api.errors import documented
from api.routers.charts import chart_urls
from coach.errors import BadInput, NotFound
from coach.store import athletes
from coach.text import say
from coach.tools import TOOLS
from coach.tools.spec import Effect, ToolContext
from coach.tools.wording import worded

router = APIRouter(prefix="/tools", tags=["tools"])


class ToolOut(BaseModel):
    name: str = Field(examples=["totals"])
    doc: str
    effect: Effect = Field(description="`read`, or `draft`: writes inside the coach and can be undone.")
    arguments: dict[str, Any] = Field(description="JSON schema.")


class ToolList(BaseModel):
    tools: list[ToolOut]


class TableOut(BaseModel):
    title: str
    columns: list[str]
    rows: list[list[str]]


class ChartCardOut(BaseModel):
    title: str
    chart: str
    spec_url: str
    png_url: str


class SourceOut(BaseModel):
    number: int = Field(description="What the sentences cite it as: `[1]`.")
    label: str
    text: str
    citation: str
    authority: str
    evidence: str
    not_for: str
    checked_on: date | None
    href: str


class Answer(BaseModel):
    says: list[str] = Field(description="The answer, sentence by sentence.")
    notes: list[str] = Field(description="What it must not be read without.")
    tables: list[TableOut]
    charts: list[ChartCardOut]
    question: str = Field("", description="Asked instead, when it is not clear what is meant.")
    choices: list[str] = []
    facts: list[dict[str, Any]] = Field(description="Every number of the answer, with what it rests on.")
    sources: list[SourceOut] = Field([], description="The passages of the guidelines that were found.")


@router.get("", name="list_tools", summary="What the coach can do", responses=documented(401, 403))
def list_tools() -> ToolList:
    return ToolList(
        tools=[
            ToolOut(name=t.name, doc=t.doc, effect=t.effect, arguments=t.args.model_json_schema())
            for t in TOOLS.values()
        ]
    )


@router.post(
    "/{tool}",
    name="ask_tool",
    summary="Ask a tool",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def ask_tool(
    tool: Annotated[str, Path(pattern="^[a-z_]{1,60}$", examples=["load_and_form"])],
    arguments: dict[str, Any],
    house: House,
    who: Who,
) -> Answer:
    """Only tools that read: what changes something is said in a conversation, where it can be undone."""
    found = TOOLS.get(tool)
    if found is None or found.effect != "read":
        raise NotFound("nothing_here")
    try:
        args = found.args.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise BadInput("bad_request_field", field=field[:60], problem=first["type"]) from error
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        athlete = athletes.get(s, who.athlete_id, now.astimezone(athlete.zone).date())
    context = ToolContext(athlete, house.db, now, athlete.lang)
    try:
        result = found.fn(context, args)
    except NotFound as error:
        # As in a conversation: that there is nothing is an answer, too.
        none = say(athlete.lang, f"error.{error.key}", **error.params)
        return Answer(says=[none], notes=[], tables=[], charts=[], facts=[])
    answer = worded(result, context)
    return Answer(
        says=list(answer.says),
        notes=list(answer.notes),
        tables=[
            TableOut(title=t.title, columns=list(t.columns), rows=[list(row) for row in t.rows])
            for t in answer.tables
        ],
        charts=[
            ChartCardOut(title=card.title, chart=card.chart, **chart_urls(card.chart, dict(card.params)))
            for card in answer.charts
        ],
        question=answer.question,
        choices=list(answer.choices),
        facts=[fact.model_dump(mode="json") for fact in result.facts],
        sources=[SourceOut.model_validate(one) for one in answer.sources],
    )
