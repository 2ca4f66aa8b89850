"""`coach export`, `coach delete` and `coach chats`: an athlete's own data, to take along or to delete."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from coach.cli.home import Home, home, now, use_demo
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.errors import NotFound
from coach.pipeline import archive, archive_check, keeping_chats
from coach.pipeline import leaving as going
from coach.store import athletes, leaving
from coach.text import Lang, say


def export(args: Namespace) -> int:
    """Write everything of an athlete's into one zip, or check one that was written."""
    if args.check is not None:
        return _check(args.check, settings().lang)
    if args.demo:
        use_demo()
    with home() as place:
        athlete = _who(place, args)
        path: Path = args.out or Path(f"hanbal-{now().astimezone(athlete.zone):%Y-%m-%d}.zip")
        if path.is_dir():
            path /= f"hanbal-{now().astimezone(athlete.zone):%Y-%m-%d}.zip"
        written = _write(place, athlete, path)
    checked = archive_check.check(path)
    said = say(
        athlete.lang, "own_data.cli_exported", path=path, files=checked.files, size=f"{written / 1e6:.1f}"
    )
    print(said)
    return 0


def _write(place: Home, athlete: Athlete, path: Path) -> int:
    """Write the archive beside its place first: what is there before stays when this is cut off."""
    draft, size = path.with_name(f".{path.name}.part"), 0
    try:
        with draft.open("wb") as out:
            draft.chmod(0o600)
            for piece in archive.write(place.db, athlete.id, now()):
                size += out.write(piece)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return size


def _check(path: Path, lang: Lang) -> int:
    found = archive_check.check(path)
    for what, name in found.problems:
        print(say(lang, f"own_data.cli_problem_{what}", name=name), file=sys.stderr)
    if found.problems:
        return 1
    print(say(lang, "own_data.cli_whole", n=found.files, rows=found.rows, when=found.made_at))
    return 0


def delete(args: Namespace) -> int:
    """Delete everything of an athlete, after their name was typed."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = _who(place, args)
        lang = athlete.lang
        with place.db.athlete_session(athlete.id) as s:
            print(say(lang, "own_data.cli_will_go", **vars(leaving.holdings(s))))
        print(say(lang, "own_data.cli_export_first"))
        name = athlete.name or say(lang, "own_data.cli_delete_word")
        if not args.yes and input(say(lang, "own_data.cli_delete_sure", name=name)).strip() != name:
            print(say(lang, "own_data.cli_kept"))
            return 1
        untold = going.leave(place.reach, athlete.id)
        print(say(lang, "own_data.cli_gone"))
        if untold:
            print(say(lang, "own_data.by_hand", services=", ".join(untold)))
    return 0


def chats(args: Namespace) -> int:
    """Show or set how long conversations are kept."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = _who(place, args)
        with place.db.athlete_session(athlete.id) as s:
            if args.keep_days is not None:
                days = None if args.keep_days == "forever" else int(args.keep_days)
                keeping_chats.keep_days(s, athlete.id, days)
            kept = athletes.get_chat_keep_days(s, athlete.id)
        key = "own_data.cli_keep_forever" if kept is None else "own_data.cli_keep_now"
        print(say(athlete.lang, key, days=kept))
    return 0


def _who(place: Home, args: Namespace) -> Athlete:
    """Return the athlete that was named, else the owner. Raises NotFound before the first start."""
    if args.athlete is not None:
        with place.db.athlete_session(args.athlete) as s:
            return athletes.get(s, args.athlete)
    owner = place.owner()
    if owner is None:
        raise NotFound("athlete_not_found")
    return owner
