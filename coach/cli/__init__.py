"""The command line: start everything, import files, ask, run one tool."""

from coach.cli.main import main

__all__ = ["main"]
