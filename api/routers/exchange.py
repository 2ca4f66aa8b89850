"""Plans and summaries between the coach and another assistant."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field

from api.deps import House, Who
from api.errors import FindingProblem, documented
from api.plan_problems import found
from coach.domain.athlete import Athlete
from coach.domain.plan.exchange import plan_schema
from coach.pipeline import exchanging, summary, summary_text
from coach.pipeline.exchanging import TakenIn
from coach.store import athletes
from coach.text import say
from coach.text.plan_exchange import assumed_words
from coach.text.plans import week_words, workout_title

router = APIRouter(prefix="/ai", tags=["plans"])

CLIENT_KEY = "^[A-Za-z0-9_-]{8,80}$"


class AssumedOut(BaseModel):
    """Something that was read as other than it stands there, filled in or left out."""

    key: str = Field(examples=["steps_missing"])
    where: str = Field(description="Its place in the document.", examples=["weeks[0].workouts[2]"])
    said: str


class ReadWorkoutOut(BaseModel):
    day: date
    title: str
    distance_m: float
    duration_s: float


class ReadWeekOut(BaseModel):
    number: int
    start: date
    said: str
    run_m: float
    workouts: list[ReadWorkoutOut]


class ImportOut(BaseModel):
    """What became of a plan from elsewhere: nothing of it holds before it is approved."""

    accepted: bool = Field(description="Whether no rule forbids it.")
    said: str
    weeks: list[ReadWeekOut]
    changes: list[AssumedOut] = Field(description="Everything that was assumed, filled in or left out.")
    findings: list[FindingProblem] = Field(description="Warnings, or what forbids it.")
    plan_id: int | None = Field(description="Null after a dry run and where it was refused.")
    revision: int | None
    approval_id: int | None
    sha256: str | None = Field(description="Of what waits for the decision, in hex.")


class ExportOut(BaseModel):
    """The summary to give to another assistant."""

    text: str = Field(description="Markdown, to copy.")
    data: dict[str, Any]
    withheld: bool = Field(description="Whether the policy of a source keeps something back.")
    plan_schema: dict[str, Any] = Field(description="JSON Schema of the plans that can come back.")


@router.post(
    "/import",
    name="import_plan",
    summary="Take a plan from elsewhere",
    status_code=201,
    response_model=ImportOut,
    responses={200: {"model": ImportOut}, 422: {"model": ImportOut}, **documented(400, 401, 403, 413)},
)
def import_plan(
    house: House,
    who: Who,
    given: Annotated[Any, Body(description='The plan, or `{"text": "…"}` with what another assistant said.')],
    dry_run: Annotated[bool, Query(description="Only show what would come of it.")] = False,
    client_key: Annotated[
        str | None, Query(pattern=CLIENT_KEY, description="The same key again keeps nothing twice.")
    ] = None,
) -> Response:
    """See docs/plan-schema.json; much else is read, too. It is held against the safety rules and proposed.

    201 with the question that waits; 200 after a dry run; 422 with the findings where a rule forbids it.
    """
    document = given
    if isinstance(given, dict) and isinstance(given.get("text"), str):
        document = given["text"]
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        taken = exchanging.take_in(
            s,
            athlete,
            document,
            house.clock(),
            trial=dry_run,
            call_key=f"import:{client_key}" if client_key else "",
        )
        body = _out(taken, athlete, dry_run)
    status = 422 if not taken.is_safe and not dry_run else 200 if dry_run else 201
    return JSONResponse(
        body.model_dump(mode="json"), status_code=status, headers={"cache-control": "no-store"}
    )


def _out(taken: TakenIn, athlete: Athlete, dry_run: bool) -> ImportOut:
    lang, units = athlete.lang, athlete.units
    plan = taken.imported.plan
    if taken.is_safe:
        key = "plan_exchange.dry" if dry_run else "plan_exchange.accepted"
        said = say(lang, key, weeks=len(plan.weeks), workouts=len(plan.workouts))
    else:
        said = say(lang, "plan_exchange.refused", n=len(taken.findings))
    return ImportOut(
        accepted=taken.is_safe,
        said=said,
        weeks=[
            ReadWeekOut(
                number=week.number,
                start=week.start,
                said=week_words(week, lang, units),
                run_m=week.run_m,
                workouts=[
                    ReadWorkoutOut(
                        day=w.day,
                        title=workout_title(w, lang, units),
                        distance_m=w.distance_m,
                        duration_s=w.duration_s,
                    )
                    for w in week.workouts
                ],
            )
            for week in plan.weeks
        ],
        changes=[
            AssumedOut(key=a.key, where=a.where, said=assumed_words(a, lang, units))
            for a in taken.imported.assumed
        ],
        findings=found(taken.findings, athlete),
        plan_id=taken.revision.plan_id if taken.revision else None,
        revision=taken.revision.number if taken.revision else None,
        approval_id=taken.approval.id if taken.approval else None,
        sha256=taken.approval.sha256.hex() if taken.approval else None,
    )


@router.get(
    "/export",
    name="export_summary",
    summary="A summary for another assistant",
    response_model=ExportOut,
    responses={200: {"content": {"text/markdown": {}}}, **documented(401, 403, 422)},
)
def export_summary(
    house: House,
    who: Who,
    as_: Annotated[Literal["json", "text"], Query(alias="format")] = "json",
) -> Response:
    """Weeks, trend, thresholds, goals and the plan, without names and places. What the policy of a source
    keeps from outside models is withheld, and this is said.
    """
    with house.session(who) as s:
        made = summary.summary_of(s, athletes.get(s, who.athlete_id), house.clock())
    text = summary_text.text_of(made)
    headers = {"cache-control": "no-store"}
    if as_ == "text":
        return PlainTextResponse(text, media_type="text/markdown; charset=utf-8", headers=headers)
    body = ExportOut(
        text=text, data=summary.data_of(made), withheld=bool(made.withheld_for), plan_schema=plan_schema()
    )
    return JSONResponse(body.model_dump(mode="json"), headers=headers)
