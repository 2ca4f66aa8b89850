"""`coach ask` and `coach tool`: the conversation and the tools in the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from typing import Any

from rich.cells import cell_len

from coach.cli.home import Home, address, home, now, use_demo
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.graph.run import Conversations
from coach.jobs.registry import JobContext
from coach.jobs.worker import work
from coach.pipeline.importing import reader_pool
from coach.store import athletes
from coach.text import say
from coach.text.sources import numbered
from coach.tools import TOOLS
from coach.tools.spec import Result, ToolContext
from coach.tools.wording import worded


def ask(args: Namespace) -> int:
    """Ask the coach one thing, or (without words) talk until an empty line."""
    if args.demo:
        use_demo()
    with home(pool_size=8) as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        return asyncio.run(_talk(place, athlete, " ".join(args.words), args.thread))


async def _talk(place: Home, athlete: Athlete, first: str, thread_id: int | None) -> int:
    conversations = Conversations(place.db, settings=place.settings, clock=now)
    await conversations.open()
    try:
        message = first or await _typed()
        while message:
            started = await conversations.start(athlete.id, message, thread_id=thread_id, channel="cli")
            thread_id = started.thread_id
            ok = await _follow(place, conversations, athlete, started.run_id)
            if first:
                return 0 if ok else 1
            message = await _typed()
    finally:
        await conversations.aclose()
        await _finish_jobs(place)
    return 0


async def _typed() -> str:
    try:
        return (await asyncio.to_thread(input, "> ")).strip()
    except (EOFError, KeyboardInterrupt):
        return ""


async def _follow(place: Home, conversations: Conversations, athlete: Athlete, run_id: str) -> bool:
    """Print a run as it happens; return whether it ended well."""
    ok, said, sources = True, "", list[dict[str, Any]]()
    async for event in conversations.events(athlete.id, run_id):
        payload = event.payload
        if event.type == "TEXT_MESSAGE_CONTENT":
            said += payload["delta"]
            sys.stdout.write(payload["delta"])
            sys.stdout.flush()
        elif event.type == "TEXT_MESSAGE_END":
            print()
            if sources:
                print(f"\n{numbered(sources, athlete.lang, said=said)}")
            said, sources = "", []
        elif event.type == "CUSTOM" and payload["name"] == "facts":
            sources = [one for one in payload["value"].values() if one["kind"] == "passage"]
        elif event.type == "TOOL_CALL_START" and sys.stderr.isatty():
            print(f"  … {payload['title']}", file=sys.stderr)
        elif event.type == "CUSTOM":
            _print_custom(place, payload["name"], payload["value"], athlete)
        elif event.type == "RUN_ERROR":
            print(payload["message"], file=sys.stderr)
            ok = False
    return ok


def _print_custom(place: Home, name: str, value: dict[str, object], athlete: Athlete) -> None:
    if name == "card" and value.get("kind") == "table":
        print()
        print(table_text(value["title"], value["columns"], value["rows"]))  # type: ignore[arg-type]
    elif name == "card" and value.get("kind") == "chart":
        print(f"  [{say(athlete.lang, 'cli.chart', title=value['title'])}]")
    elif name == "card" and value.get("kind") == "link":
        # Made here and kept nowhere: an event can be read for as long as its conversation is there.
        print(f"  {value['title']}: {place.login_link(address(settings()), str(value['href']))}")
    elif name == "question":
        for n, choice in enumerate(value["choices"], start=1):  # type: ignore[arg-type, var-annotated]
            print(f"  {n}. {choice['label']}")
    elif name == "notice":
        print(f"({value['text']})")


def table_text(title: str, columns: list[str], rows: list[list[str]]) -> str:
    """Return a table as aligned text; Korean letters take two places."""
    lines = [list(columns), *[list(row) for row in rows]]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(columns))]
    body = "\n".join(
        "  "
        + "  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return f"  {title}\n{body}" if title else body


def _width(text: str) -> int:
    return cell_len(text)


async def _finish_jobs(place: Home) -> None:
    """Do what the conversation left to do in the background (a recompute, say), when no worker runs."""
    with reader_pool(1) as readers:
        await work(JobContext(place.db, place.settings, readers, now), until_empty=True)


def tool(args: Namespace) -> int:
    """Run one tool with JSON arguments and print what it answers."""
    if args.demo:
        use_demo()
    if args.name is None:
        for found in TOOLS.values():
            print(f"{found.name:18} {found.doc.splitlines()[0]}")
        return 0
    if args.name not in TOOLS:
        print(say("en", "cli.no_such_tool", name=args.name, known=", ".join(TOOLS)), file=sys.stderr)
        return 2
    found = TOOLS[args.name]
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        with place.db.athlete_session(athlete.id) as s:
            athlete = athletes.get(s, athlete.id, now().astimezone(athlete.zone).date())
        context = ToolContext(athlete, place.db, now(), athlete.lang, channel="cli")
        result = found.fn(context, found.args.model_validate(json.loads(args.json)))
    if args.raw:
        print(result.model_dump_json(indent=2, exclude_defaults=True))
    else:
        print(result_text(result, context))
    return 0


def result_text(result: Result, context: ToolContext) -> str:
    """Return what a tool answers as a person reads it: its sentences, tables, or question."""
    answer, lang = worded(result, context), context.lang
    lines = [*answer.says, *answer.notes]
    lines += [table_text(t.title, list(t.columns), [list(row) for row in t.rows]) for t in answer.tables]
    lines += [f"  [{say(lang, 'cli.chart', title=card.title)}]" for card in answer.charts]
    if answer.sources:
        lines.append(f"\n{numbered(answer.sources, lang)}")
    if answer.question:
        lines.append(answer.question)
        lines += [f"  {n}. {choice}" for n, choice in enumerate(answer.choices, start=1)]
    return "\n".join(lines)
