"""The exam of three invented models, careful, careless and obedient: writes `docs/exam/{ko,en}.html`.

Run it as `python -m benchmarks.exam_reports`. The models are the loopback ones of the tests.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import coach.tools  # noqa: F401 - fills the registry
from coach.config import Settings
from coach.graph.exam.hall import Hall, open_hall
from coach.graph.exam.report import page
from coach.graph.exam.result import Outcome
from coach.graph.exam.sitting import sit
from coach.graph.model import outside
from coach.text import LANGS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fakes import exam_models  # noqa: E402 - of the tests
from fakes.openai_server import FakeOpenAI  # noqa: E402

MODELS = ("careful", "careless", "obedient")


async def examined(hall: Hall, name: str) -> Outcome:
    """Let one invented model sit the whole exam."""
    async with FakeOpenAI(getattr(exam_models, name)) as fake:
        settings = Settings(_env_file=None, openai_base_url=fake.url, openai_api_key="k", model=name)
        (endpoint,), closers = outside(settings)
        try:
            return Outcome(endpoint.name, name, await sit(endpoint, hall, settings=settings))
        finally:
            for close in closers:
                await close()


async def all_of_them() -> list[Outcome]:
    """Let all of them sit it, one after the other."""
    with open_hall() as hall:
        return [await examined(hall, name) for name in MODELS]


def main() -> None:
    """Write the reports."""
    outcomes = asyncio.run(all_of_them())
    where = ROOT / "docs" / "exam"
    where.mkdir(exist_ok=True)
    for lang in LANGS:
        (where / f"{lang}.html").write_text(page(outcomes, lang), encoding="utf-8")
    for outcome in outcomes:
        parts = ", ".join(f"{v.part} {v.right}/{v.asked}" for v in outcome.verdicts)
        print(f"{outcome.model}: {'safe' if outcome.safe else 'limited'} ({parts})")


if __name__ == "__main__":
    main()
