"""`coach demo` and `coach serve`: everything in one process group, and a link that logs in."""

from __future__ import annotations

import json
import os
import socket
from argparse import Namespace

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coach.cli import directory, invented_services
from coach.cli.demo_words import look_back
from coach.cli.home import Home, address, home, now, use_demo
from coach.cli.serve import Group
from coach.config import settings
from coach.domain.athlete import Athlete, Sex
from coach.errors import SetupError
from coach.pipeline import importing
from coach.pipeline.demo import demo_files, live, tell
from coach.pipeline.incoming import token
from coach.store import activities, athletes
from coach.store.vault import KEY_FILE
from coach.text import Lang, say

PORTS_TRIED = 20
DEMO_PROFILE = {"name": "데모 러너", "birth_year": 1990, "sex": Sex.male, "tz": "Asia/Seoul"}


def serve(args: Namespace) -> int:
    """Start everything on the athlete's own data."""
    here = settings()
    if here.database_url is None:
        directory.claim(here.data_dir, "own")
    return _start(demo=False, console=Console())


def demo(args: Namespace) -> int:
    """Start everything with the demo athlete, who is made at the first start."""
    use_demo("-sync" if args.fake_providers else "")
    here = settings()
    if args.fresh and directory.is_ours(here.data_dir):
        directory.claim(here.data_dir, "demo")  # the athlete's own data is not made anew by mistake
        directory.empty(here.data_dir)
    directory.claim(here.data_dir, "demo")
    return _start(demo=True, invented=args.fake_providers, console=Console())


def _start(*, demo: bool, console: Console, invented: bool = False) -> int:
    here = settings()
    lang: Lang = here.lang
    port = _free_port(here.host, here.port)
    os.environ["COACH_PORT"] = str(port)
    console.print(say(lang, "cli.starting", path=str(here.data_dir)), highlight=False)
    with home() as place:
        profile = DEMO_PROFILE if demo else {"tz": here.tz}
        athlete = place.found(lang=lang, **profile)
        place.reach.vault.ids()  # makes the key file at the first start, and refuses one that others can read
        if demo and not invented:
            seed(place, athlete, console, lang)
        base = address(here.model_copy(update={"port": port}))
        group = Group()
        services = invented_services.start(group) if invented else None
        group.start("api", "api")
        group.start("worker", "worker")
        if not demo and token(here) is not None:
            # Only one program may receive with a token: a demo beside must not take the messages.
            group.start_spare("bot", "bot")
        if not _answers(here.host, port, group):
            group.stop()
            raise SetupError("server_did_not_start")
        console.print()
        console.print(f"  [bold]{say(lang, 'cli.ready')}[/bold]")
        console.print(f"  [bold cyan]{place.login_link(base)}[/bold cyan]", soft_wrap=True)
        console.print(f"  {say(lang, 'cli.link_once')}")
        if services is not None:
            invented_services.tell(services, base, console, lang)
        console.print(f"  {say(lang, 'cli.stop_with')}\n")
        status = group.wait()
    console.print(say(lang, "cli.stopped"))
    return status


def _free_port(host: str, first: int) -> int:
    """Return the first port from `first` on that nothing listens on."""
    for port in range(first, first + PORTS_TRIED):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SetupError("no_free_port", first=first, last=first + PORTS_TRIED - 1)


def _answers(host: str, port: int, group: Group) -> bool:
    """Wait until the API takes connections; False when a child ended before."""
    target = "127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host  # noqa: S104
    while not group.stopped(0.1):
        try:
            with socket.create_connection((target, port), timeout=1):
                return True
        except OSError:
            continue
    return False


def seed(place: Home, athlete: Athlete, console: Console, lang: Lang) -> None:
    """Import the demo athlete's files, like anybody's, unless that is done. Goes on where it was cut off."""
    with place.db.athlete_session(athlete.id) as s:
        if athletes.get_onboarding(s, athlete.id):
            return  # told last, so everything before it is there
        first = activities.find(s, athlete.id, limit=1, newest_first=False)
    begun = first[0].created_at if first else None
    life = live((begun or now()).astimezone(athlete.zone).date())
    total = len(life.runs) + 1
    with bar(console) as progress, importing.reader_pool(settings().readers) as pool:
        task = progress.add_task(say(lang, "cli.importing"), total=total)
        importing.import_paths(
            place.db,
            athlete.id,
            demo_files(life),
            pool=pool,
            now=now(),
            channel="cli",
            total=total,
            report=lambda _: progress.advance(task),
            progress=lambda done, of: progress.update(
                task, description=say(lang, "cli.computing"), completed=done, total=of
            ),
        )
    with place.db.athlete_session(athlete.id) as s:
        tell(s, athlete, life)
    look_back(place.db, athlete, now())


def bar(console: Console) -> Progress:
    """Return a progress bar as every long command shows it."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def migrate(args: Namespace) -> int:
    """Create or upgrade roles and tables, and make sure there is an owner."""
    here = settings()
    with home() as place:
        place.found(lang=here.lang, tz=here.tz)
    print(say(here.lang, "cli.migrated"))
    return 0


def link(args: Namespace) -> int:
    """Print a new link that logs the owner in once; for when the first one was lost."""
    if args.demo:
        use_demo()
    here = settings()
    with home() as place:
        place.found(lang=here.lang, tz=here.tz)
        print(place.login_link(address(here)))
    return 0


def paths(args: Namespace) -> int:
    """Print where data lies."""
    here = settings()
    found = {
        "data_dir": str(here.data_dir),
        "database": "DATABASE_URL" if here.database_url else "embedded",
        "secret_key": "COACH_SECRET_KEY" if here.secret_key else str(here.data_dir / KEY_FILE),
    }
    print(json.dumps(found, ensure_ascii=False))
    return 0


def erase(args: Namespace) -> int:
    """Delete what an installation wrote into its data directory, after a typed yes."""
    if args.demo:
        use_demo()
    here = settings()
    path = str(here.data_dir)
    lang: Lang = here.lang
    if here.database_url is not None:
        print(say(lang, "cli.erase_elsewhere"))
    ours, key = directory.is_ours(here.data_dir), here.data_dir / KEY_FILE
    if not ours and not key.is_file():
        print(say(lang, "cli.nothing_there", path=path))
        return 1
    asked = path if ours else str(key)
    if not args.yes and input(say(lang, "cli.erase_sure", path=asked)).strip() not in ("yes", "네"):
        print(say(lang, "cli.erase_kept"))
        return 1
    if not ours:  # the database lies elsewhere: only the secret was here
        directory.empty_of_keys(here.data_dir)
        print(say(lang, "cli.erased", path=asked))
        return 0
    left = directory.empty(here.data_dir)
    if left:
        print(say(lang, "cli.erased_but", path=path, left=", ".join(left)))
    else:
        print(say(lang, "cli.erased", path=path))
    return 0
