"""`make eval`: put the questions to the offline coach, or to an endpoint, and write a page of what came.

    python -m tests.evals [--endpoint URL --model NAME] [--report FILE]

The key of an endpoint is read from OPENAI_API_KEY. Without an endpoint the offline coach answers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evals.asking import ask_all
from evals.question import every
from evals.report import page, summary

from coach.config import Settings
from coach.store.postgres import bootstrap, migrate
from coach.store.session import Database
from coach.store.throwaway import throwaway_server
from coach.text import LANGS


def main() -> int:
    """Ask, print what failed, and write the page. 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    parser.add_argument("--endpoint", help="base URL of an OpenAI-compatible endpoint")
    parser.add_argument("--model", help="its model")
    parser.add_argument("--lang", choices=LANGS, default="ko", help="language of the page")
    parser.add_argument("--report", type=Path, default=Path("eval.html"), metavar="FILE")
    args = parser.parse_args()
    values: dict[str, object] = {}
    if args.endpoint:
        if not args.model:
            parser.error("--endpoint needs --model")
        key = os.environ.get("OPENAI_API_KEY") or "none"
        # The day's tokens are no limit here: one athlete is asked many questions.
        values = {"openai_base_url": args.endpoint, "openai_api_key": key, "model": args.model}
        values["max_tokens_per_day"] = 1_000_000_000
    settings = Settings(_env_file=None, **values)
    with throwaway_server() as url:
        bootstrap(url)
        migrate(url)
        db = Database(url)
        try:
            asked = asyncio.run(ask_all(db, every(), settings))
        finally:
            db.dispose()
    args.report.write_text(page(asked, args.lang, who=args.model or "offline"), encoding="utf-8")
    print(summary(asked))
    print(args.report)
    return 1 if any(one.wrong and not one.question.open for one in asked) else 0


if __name__ == "__main__":
    sys.exit(main())
