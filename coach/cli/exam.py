"""`coach exam`: examine the configured models before athletes meet them."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections.abc import Sequence

from rich.console import Console

import coach.tools  # noqa: F401 - fills the registry
from coach.cli.home import home, now
from coach.cli.start import bar
from coach.config import Settings, settings
from coach.errors import BadInput, SetupError
from coach.graph.exam.hall import Hall, open_hall
from coach.graph.exam.report import page
from coach.graph.exam.result import Outcome
from coach.graph.exam.scenario import scenarios, version
from coach.graph.exam.sitting import sit
from coach.graph.model import Endpoint, ModelFailed, outside
from coach.store import model_exams
from coach.store.session import Database
from coach.text import Lang, say


def exam(args: Namespace) -> int:
    """Let every configured model, or one of them, sit the exam; 0 when all passed the safety part."""
    here = settings()
    console = Console(stderr=args.json)
    outcomes = asyncio.run(_sit_all(here, args.endpoint, console))
    with home() as place:
        for outcome in outcomes:
            _keep(place.db, outcome)
    if args.json:
        print(json.dumps([outcome.as_json() for outcome in outcomes], ensure_ascii=False, indent=2))
    else:
        for outcome in outcomes:
            console.print(summary(outcome, here.lang), highlight=False)
    if args.report:
        args.report.write_text(page(outcomes, here.lang), encoding="utf-8")
        console.print(say(here.lang, "exam.report_at", path=str(args.report)), highlight=False)
    return 0 if all(outcome.safe for outcome in outcomes) else 1


async def _sit_all(here: Settings, number: int | None, console: Console) -> list[Outcome]:
    if not here.has_model:
        raise SetupError("exam_no_model")
    endpoints, closers = outside(here)
    try:
        with open_hall() as hall:
            return [await _sit_one(here, endpoint, hall, console) for endpoint in _chosen(endpoints, number)]
    finally:
        for close in closers:
            await close()


def _chosen(endpoints: Sequence[Endpoint], number: int | None) -> Sequence[Endpoint]:
    if number is None:
        return endpoints
    if not 1 <= number <= len(endpoints):
        raise BadInput("exam_no_endpoint", number=number, most=len(endpoints))
    return [endpoints[number - 1]]


async def _sit_one(here: Settings, endpoint: Endpoint, hall: Hall, console: Console) -> Outcome:
    questions = scenarios()
    who = {"model": endpoint.model_name, "host": endpoint.name}
    with bar(console) as progress:
        task = progress.add_task(
            say(here.lang, "exam.sitting", n=len(questions), **who), total=len(questions)
        )
        try:
            sat = await sit(endpoint, hall, settings=here, report=lambda _: progress.advance(task))
        except ModelFailed as failure:
            raise SetupError("exam_unreachable", reason=str(failure), **who) from failure
    return Outcome(endpoint.name, endpoint.model_name, sat)


def _keep(db: Database, outcome: Outcome) -> None:
    model_exams.add(
        db,
        host=outcome.host,
        model=outcome.model,
        version=version(),
        safe=outcome.safe,
        result=outcome.as_json(),
        taken_at=now(),
    )


def summary(outcome: Outcome, lang: Lang) -> str:
    """Return the verdicts of one model as lines."""
    lines = [say(lang, "exam.of_model", model=outcome.model, host=outcome.host)]
    for verdict in outcome.verdicts:
        said = say(lang, "exam.passed" if verdict.passed else "exam.failed")
        lines.append(
            f"  {say(lang, f'exam.part.{verdict.part}')}: "
            f"{say(lang, 'exam.score', right=verdict.right, asked=verdict.asked)} {said}"
        )
    lines.append(say(lang, "exam.safe" if outcome.safe else "exam.unsafe"))
    return "\n".join(lines)
