"""The invented Garmin and Strava of `coach demo --fake-providers`: one more process of the group."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

import coach
from coach.cli.serve import Group
from coach.config import settings
from coach.errors import SetupError
from coach.text import Lang, say

TESTS, MODULE = "tests", "fakes.serve"


@dataclass(frozen=True)
class Invented:
    """Where the services listen, and whose account there is."""

    garmin_url: str
    strava_url: str
    strava_client_id: int
    strava_client_secret: str
    email: str
    password: str
    code: str


def source_tree(package: Path = Path(coach.__file__).parent) -> Path:
    """Return the folder beside the package.

    Raises SetupError where the package was installed without the invented services.
    """
    root = package.resolve().parent
    file = root.joinpath(TESTS, *MODULE.split(".")).with_suffix(".py")
    if not file.is_file():
        raise SetupError("fakes_need_source_tree", path=str(file))
    return root


def start(group: Group) -> Invented:
    """Start the services and make this process and the group's later children use them.

    Raises SetupError when they are not there or do not start.
    """
    root = source_tree()
    told = group.start_telling("services", MODULE, root / TESTS, {"PYTHONPATH": str(root)})
    if not told:
        group.stop()
        raise SetupError("fakes_did_not_start")
    found = Invented(**json.loads(told))
    os.environ |= environment(found)
    settings.cache_clear()
    return found


def environment(found: Invented) -> dict[str, str]:
    """Return what makes a process of ours use the invented services."""
    return {
        "COACH_GARMIN_URL": found.garmin_url,
        "COACH_STRAVA_URL": found.strava_url,
        "STRAVA_CLIENT_ID": str(found.strava_client_id),
        "STRAVA_CLIENT_SECRET": found.strava_client_secret,
    }


def tell(found: Invented, base: str, console: Console, lang: Lang) -> None:
    """Print what to connect with."""
    account = {"email": found.email, "password": found.password, "code": found.code}
    console.print()
    for line in (
        say(lang, "cli_sync.fakes_ready"),
        say(lang, "cli_sync.fakes_garmin", **account),
        say(lang, "cli_sync.fakes_strava"),
        say(lang, "cli_sync.fakes_connect", link=f"{base}/connections"),
        say(lang, "cli_sync.fakes_elsewhere", env=_as_shell(found)),
    ):
        console.print(f"  {line}", highlight=False, soft_wrap=True, markup=False)


def _as_shell(found: Invented) -> str:
    """Return what stands before a command in another terminal. The invented secret is no secret."""
    here = settings()
    env = {"COACH_DATA_DIR": str(here.data_dir), "COACH_PORT": str(here.port), **environment(found)}
    return " ".join(f"{name}={value}" for name, value in env.items())
