"""What `coach knowledge` takes."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from pathlib import Path


def knowledge_commands(knowledge: ArgumentParser) -> list[ArgumentParser]:
    """Add the actions of `coach knowledge`; return the parser itself. `--demo` may stand behind either."""
    actions = knowledge.add_subparsers(dest="action", required=True, metavar="ACTION")

    def add(name: str, help: str) -> ArgumentParser:
        action = actions.add_parser(name, help=help, description=help)
        action.add_argument("--demo", action="store_true", default=SUPPRESS, help=SUPPRESS)
        return action

    bring = add("ingest", "bring in the guidelines that come along, and those of your own")
    bring.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a file is added to your own; a folder holds all of them, and what is not in it goes",
    )
    add("list", "list the guidelines that are there")
    check = add("check", "say what is wrong with files, and change nothing")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add("search", "search as the coach does").add_argument("words", nargs="+", metavar="WORD")
    return [knowledge]
