"""Plans that are refused, over HTTP: the rules that stand against them, and what would be safe instead."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from api.errors import FindingProblem, OfferProblem, Problem, problem
from api.planning_bodies import as_given
from coach.domain.athlete import Athlete
from coach.domain.plan.outcome import Refused
from coach.domain.plan.rules import Finding, UnsafePlan
from coach.errors import CoachError
from coach.pipeline.approving import Decided, WarningsOpen
from coach.pipeline.revising import Edit, UnsafeEdit
from coach.store import athletes
from coach.text import formats, say
from coach.text import plans as words


class PlanRefused(CoachError):
    """No safe plan leads to the goal that was named."""

    def __init__(self, refused: Refused) -> None:
        super().__init__("plan_refused")
        self.refused = refused


class NotTaken(CoachError):
    """A decision that changed nothing: it was decided, expired or replaced before, or is of other content."""

    def __init__(self, decided: Decided) -> None:
        super().__init__(f"decision_{decided.why}")
        self.decided = decided


def install(app: FastAPI) -> None:
    """Turn refusals of plans into problem responses that carry the findings."""

    @app.exception_handler(UnsafePlan)
    async def on_unsafe(request: Request, error: UnsafePlan) -> Response:
        athlete = await run_in_threadpool(_athlete, request)
        edit = error.offer if isinstance(error, UnsafeEdit) else None
        return problem(
            athlete.lang,
            422,
            "bad_request",
            error.key,
            error.params,
            findings=found(error.findings, athlete),
            offer=None if edit is None else _instead(edit, athlete),
        )

    @app.exception_handler(WarningsOpen)
    async def on_warnings(request: Request, error: WarningsOpen) -> Response:
        athlete = await run_in_threadpool(_athlete, request)
        findings = found(error.findings, athlete)
        return problem(athlete.lang, 409, "conflict", error.key, error.params, findings=findings)

    @app.exception_handler(NotTaken)
    async def on_not_taken(request: Request, error: NotTaken) -> Response:
        athlete = await run_in_threadpool(_athlete, request)
        body = Problem(
            type=f"urn:hanbal:problem:{error.key}",
            title=say(athlete.lang, "web.problem.conflict"),
            status=409,
            detail=say(athlete.lang, error.decided.told, **error.decided.params),
            findings=found(error.decided.findings, athlete) or None,
        )
        return JSONResponse(
            body.model_dump(mode="json", exclude_none=True),
            status_code=409,
            media_type="application/problem+json",
            headers={"cache-control": "no-store"},
        )

    @app.exception_handler(PlanRefused)
    async def on_refused(request: Request, error: PlanRefused) -> Response:
        athlete = await run_in_threadpool(_athlete, request)
        offer = error.refused.offer
        return problem(
            athlete.lang,
            422,
            "bad_request",
            error.key,
            error.params,
            findings=found(error.refused.findings, athlete),
            offer=None
            if offer is None
            else OfferProblem(
                said=words.offer_words(offer, athlete.lang, athlete.units), goal=as_given(offer.goal)
            ),
        )


def found(findings: tuple[Finding, ...], athlete: Athlete) -> list[FindingProblem]:
    """Return findings in words, each sentence once."""
    told: dict[str, FindingProblem] = {}
    for each in findings:
        said = words.finding_words(each, athlete.lang, athlete.units)
        told.setdefault(
            said,
            FindingProblem(
                rule=each.rule, severity=each.severity.value, said=said, day=each.day, week=each.week
            ),
        )
    return list(told.values())


def _instead(edit: Edit, athlete: Athlete) -> OfferProblem | None:
    """Return the nearest safe change as `PATCH /workouts/{uid}` takes it, with its sentence."""
    lang, units = athlete.lang, athlete.units
    if edit.op == "move" and edit.day is not None:
        said = say(lang, "plan_life.offer_move", day=formats.day(edit.day, lang))
        return OfferProblem(said=said, change={"day": edit.day.isoformat()})
    if edit.distance_m is not None:
        size = formats.distance(edit.distance_m, lang, units)
        said = say(lang, "plan_life.offer_resize_m", size=size)
        return OfferProblem(said=said, change={"distance_m": edit.distance_m})
    if edit.duration_s is not None:
        size = formats.duration(edit.duration_s, lang, "words")
        said = say(lang, "plan_life.offer_resize_s", size=size)
        return OfferProblem(said=said, change={"duration_s": edit.duration_s})
    if edit.kind is not None:
        said = say(lang, "plan_life.offer_kind", kind=say(lang, f"plan.kind_{edit.kind.value}"))
        return OfferProblem(said=said, change={"kind": edit.kind.value})
    return None


def _athlete(request: Request) -> Athlete:
    who = request.state.principal
    with request.app.state.services.session(who) as s:
        return athletes.get(s, who.athlete_id)
