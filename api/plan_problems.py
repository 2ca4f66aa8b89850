"""Plans that are refused, over HTTP: the rules that stand against them, and what would be safe instead."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.errors import FindingProblem, OfferProblem, problem
from coach.domain.athlete import Athlete
from coach.domain.plan.model import dump
from coach.domain.plan.outcome import Refused
from coach.domain.plan.rules import Finding, UnsafePlan
from coach.errors import CoachError
from coach.store import athletes
from coach.text import plans as words


class PlanRefused(CoachError):
    """No safe plan leads to the goal that was named."""

    def __init__(self, refused: Refused) -> None:
        super().__init__("plan_refused")
        self.refused = refused


def install(app: FastAPI) -> None:
    """Turn refusals of plans into problem responses that carry the findings."""

    @app.exception_handler(UnsafePlan)
    async def on_unsafe(request: Request, error: UnsafePlan) -> Response:
        athlete = await run_in_threadpool(_athlete, request)
        findings = found(error.findings, athlete)
        return problem(athlete.lang, 422, "bad_request", error.key, error.params, findings=findings)

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
                said=words.offer_words(offer, athlete.lang, athlete.units), goal=dump(offer.goal)
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


def _athlete(request: Request) -> Athlete:
    who = request.state.principal
    with request.app.state.services.session(who) as s:
        return athletes.get(s, who.athlete_id)
