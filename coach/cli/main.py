"""The commands."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from importlib import import_module
from json import JSONDecodeError
from pathlib import Path

from pydantic import ValidationError

from coach import __version__
from coach.cli.knowledge_arguments import knowledge_commands
from coach.cli.plan_arguments import plan_commands
from coach.config import settings
from coach.errors import CoachError
from coach.text import has, say

# Imported when called: `coach paths` need not wait for numpy and langgraph.
COMMANDS = {
    "demo": "coach.cli.start:demo",
    "serve": "coach.cli.start:serve",
    "migrate": "coach.cli.start:migrate",
    "api": "coach.cli.processes:api",
    "worker": "coach.cli.processes:worker",
    "bot": "coach.cli.bot:bot",
    "import": "coach.cli.files:import_files",
    "recompute": "coach.cli.recompute:recompute",
    "ask": "coach.cli.talk:ask",
    "tool": "coach.cli.talk:tool",
    "calc": "coach.cli.calc:calc",
    "sources": "coach.cli.sources:sources",
    "split": "coach.cli.sources:split",
    "join": "coach.cli.sources:join",
    "plan": "coach.cli.plan:plan",
    "telegram": "coach.cli.telegram:telegram",
    "connect": "coach.cli.connect:connect",
    "disconnect": "coach.cli.connect:disconnect",
    "sync": "coach.cli.sync:sync",
    "status": "coach.cli.sync:status",
    "jobs": "coach.cli.jobs:jobs",
    "keys": "coach.cli.keys:keys",
    "knowledge": "coach.cli.knowledge:knowledge",
    "permissions": "coach.cli.permissions:permissions",
    "strava-webhook": "coach.cli.strava_webhook:strava_webhook",
    "exam": "coach.cli.exam:exam",
    "models": "coach.cli.models:models",
    "export": "coach.cli.own_data:export",
    "delete": "coach.cli.own_data:delete",
    "chats": "coach.cli.own_data:chats",
    "link": "coach.cli.start:link",
    "paths": "coach.cli.start:paths",
    "erase": "coach.cli.start:erase",
}


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="coach", description="Hanbal (한발): a running coach you own and talk to.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help: str) -> ArgumentParser:
        return commands.add_parser(name, help=help, description=help)

    demo = add("demo", "start everything with the demo athlete, and print a link that logs in")
    demo.add_argument("--fresh", action="store_true", help="make the demo athlete anew, up to today")
    demo.add_argument(
        "--fake-providers",
        action="store_true",
        help="start with nothing, beside an invented Garmin and Strava",
    )
    add("serve", "start everything on your own data, and print a link that logs in")
    add("migrate", "create or upgrade the tables, with an administrator's DATABASE_URL if need be")
    add("api", "run only the HTTP API and the pages")
    add("worker", "run only the background jobs; any number of them may run")
    telegram = add("bot", "run only the Telegram bot; TELEGRAM_BOT_TOKEN says which")
    shown = telegram.add_mutually_exclusive_group()
    shown.add_argument("--status", action="store_true", help="say how the bot that runs is doing")
    shown.add_argument("--metrics", action="store_true", help="print its numbers in Prometheus' text format")
    telegram.add_argument("--idle", action="store_true", help="without a token wait instead of ending")
    files = add("import", "import files, folders and archives: FIT, GPX, TCX, gz, zip, Strava, Apple Health")
    files.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    files.add_argument("--json", action="store_true", help="print one JSON object per activity or file")
    recompute = add("recompute", "compute anew what is outdated, and look back on what was predicted")
    recompute.add_argument("--all", action="store_true", help="compute everything from the stored samples")
    ask = add("ask", "ask the coach; without words, talk until an empty line")
    ask.add_argument("words", nargs="*", metavar="WORD")
    ask.add_argument("--thread", type=int, help="go on in this conversation")
    tool = add("tool", "run one of the coach's tools; without a name, list them")
    tool.add_argument("name", nargs="?")
    tool.add_argument("--json", default="{}", metavar="ARGS", help="its arguments as a JSON object")
    tool.add_argument("--raw", action="store_true", help="print the facts as JSON")
    calc = add("calc", "calculate from plain numbers; without a name, list the calculators")
    calc.add_argument("name", nargs="?", metavar="NAME")
    calc.add_argument(
        "--json", metavar="INPUTS", help="its inputs as a JSON object; without them, explain it"
    )
    calc.add_argument("--stdin", action="store_true", help='answer lines of {"metric": …, "inputs": …}')
    sources = add("sources", "list the recordings that an activity was made from")
    split = add("split", "make one recording of an activity an activity of its own again")
    join = add("join", "make two activities one")
    for command in (sources, split, join):
        command.add_argument("activity", type=int, metavar="ACTIVITY", help="number of the activity")
    split.add_argument("source", type=int, metavar="SOURCE", help="number of the recording")
    join.add_argument("other", type=int, metavar="OTHER", help="number of the other activity")
    of_services = _services(add)
    plans = plan_commands(add("plan", "show, build, decide, change or export the training plan"))
    exam = add("exam", "examine the configured language models, and keep what came of it")
    exam.add_argument("--endpoint", type=int, metavar="N", help="only the Nth of them")
    exam.add_argument("--json", action="store_true", help="print the result as JSON")
    exam.add_argument("--report", type=Path, metavar="FILE", help="write a page of it")
    guides = knowledge_commands(add("knowledge", "bring in, list, check or search the guidelines"))
    endpoints = add("models", "show the language models: which work, what they cost, what they used today")
    endpoints.add_argument("--demo", action="store_true", help="work on the demo athlete")
    own = _own_data(add)
    link = add("link", "print a new link that logs the owner in once")
    add("paths", "print where data lies")
    erase = add("erase", "delete the data directory and everything in it")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    for command in (
        files,
        recompute,
        ask,
        tool,
        sources,
        split,
        join,
        *of_services,
        *plans,
        *guides,
        *own,
        link,
        erase,
    ):
        command.add_argument("--demo", action="store_true", help="work on the demo athlete")
    return parser


def _own_data(add: Callable[[str, str], ArgumentParser]) -> list[ArgumentParser]:
    """Add the commands with which athletes take their data along, or delete it."""
    export = add("export", "write everything of an athlete's into one zip")
    export.add_argument("--out", type=Path, metavar="FILE", help="where to, by default in this folder")
    export.add_argument("--check", type=Path, metavar="FILE", help="only check an archive")
    delete = add("delete", "delete everything of an athlete: data, logins, the account")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    chats = add("chats", "show or set how long conversations are kept")
    chats.add_argument("--keep-days", type=_days, metavar="N|forever", help="how long from now on")
    for command in (export, delete, chats):
        command.add_argument("--athlete", type=int, metavar="NUMBER", help="not the owner")
    return [export, delete, chats]


def _days(text: str) -> str:
    if text != "forever" and not text.isdecimal():
        raise ValueError(text)
    return text


def _services(add: Callable[[str, str], ArgumentParser]) -> list[ArgumentParser]:
    """Add the commands around services that data come from."""
    connect = add("connect", "connect a service; without a name, list them")
    connect.add_argument("name", nargs="?", metavar="SERVICE")
    connect.add_argument("--stdin", action="store_true", help="read e-mail, password and code as lines")
    disconnect = add("disconnect", "take a connection back")
    disconnect.add_argument("name", metavar="SERVICE")
    disconnect.add_argument("--delete-data", action="store_true", help="delete what came from it, too")
    disconnect.add_argument("--yes", action="store_true", help="do not ask")
    sync = add("sync", "ask connected services for what is new")
    sync.add_argument("name", nargs="?", metavar="SERVICE")
    how = sync.add_mutually_exclusive_group()
    how.add_argument("--wait", action="store_true", help="show how far it is until it is done")
    how.add_argument("--here", action="store_true", help="do it in this process instead of a worker")
    status = add("status", "show how services, jobs and limits are")
    jobs = add("jobs", "list jobs in the background, and try failed ones again")
    jobs.add_argument("action", nargs="?", choices=["list", "retry"], default="list")
    jobs.add_argument("job", nargs="?", metavar="NUMBER|all")
    jobs.add_argument("--failed", action="store_true", help="only those that gave up")
    keys = add("keys", "show, rotate or check the secrets that stored logins are encrypted with")
    keys.add_argument("what", nargs="?", choices=["show", "rotate", "check"], default="show")
    messenger = add("telegram", "show how your Telegram is linked, link a chat, or unlink it")
    messenger.add_argument("what", nargs="?", choices=["status", "code", "claim", "unlink"], default="status")
    messenger.add_argument("code", nargs="?", metavar="CODE", help="of claim: as the bot wrote it")
    allowed = add("permissions", "show or set what may be done with the data of a source")
    allowed.add_argument("source", nargs="?", metavar="SOURCE")
    allowed.add_argument("--to-model", choices=["yes", "no"], help="may an external model read it")
    allowed.add_argument("--to-others", choices=["yes", "no"], help="may other people see it")
    allowed.add_argument("--keep-days", metavar="N|forever", help="how long it is kept")
    allowed.add_argument("--default", action="store_true", help="what the source itself permits")
    webhook = add("strava-webhook", "let Strava tell when something has changed there")
    webhook.add_argument("action", choices=["subscribe", "list", "remove"])
    return [connect, disconnect, sync, status, jobs, keys, messenger, allowed, webhook]


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    args = _parser().parse_args(argv)
    module, _, name = COMMANDS[args.command].partition(":")
    command: Callable[[Namespace], int] = getattr(import_module(module), name)
    try:
        return command(args)
    except CoachError as error:
        print(sentence(error), file=sys.stderr)
        return 1
    except ValidationError as error:
        for problem in error.errors():
            print(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)
        return 2
    except JSONDecodeError as error:
        print(f"--json: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def sentence(error: CoachError) -> str:
    """Return an error in the language of the settings."""
    lang = settings().lang
    key = f"error.{error.key}"
    return say(lang, key, **error.params) if has(lang, key) else str(error)
