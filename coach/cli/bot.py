"""`coach bot`: the bot's process, and what there is to know of one that runs."""

from __future__ import annotations

import asyncio
import threading
from argparse import Namespace

from coach.cli import logs
from coach.cli.home import home
from coach.cli.serve import hold_leash
from coach.config import settings
from coach.errors import SetupError
from coach.pipeline import bot_status, incoming


def bot(args: Namespace) -> int:
    """Run the bot, or say how the one that runs is doing."""
    here = settings()
    if args.status or args.metrics:
        return _say(metrics=args.metrics)
    if incoming.token(here) is None:
        if not args.idle:
            raise SetupError("no_telegram_token")
        threading.Event().wait()  # until a signal ends it
    hold_leash()
    logs.configure(here)
    # Only now: what sits idle without a token need not load all of it.
    from coach.cli.bot_process import serve

    asyncio.run(serve())
    return 0


def _say(*, metrics: bool) -> int:
    here = settings()
    with home() as place:
        found = bot_status.status(place.db, here)
    if metrics:
        print(bot_status.metrics(found), end="")
        return 0
    print("\n".join(bot_status.sentences(here.lang, found)))
    return 0 if found.word in ("connected", "off") else 1
