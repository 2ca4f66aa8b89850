"""`coach keys`: which secret wraps what, a new one while everybody works, and whether everything opens."""

from __future__ import annotations

import stat
import sys
from argparse import Namespace
from collections.abc import Sequence

from rich.console import Console

from coach.cli.home import Home, home, use_demo
from coach.cli.start import bar
from coach.cli.talk import table_text
from coach.config import settings
from coach.errors import CoachError
from coach.store import rekeying
from coach.text import Lang, has, say


def keys(args: Namespace) -> int:
    """Show, rotate or check the secrets that stored logins are encrypted with."""
    if args.demo:
        use_demo()
    with home() as place:
        return {"show": _show, "rotate": _rotate, "check": _check}[args.what](place, settings().lang)


def _show(place: Home, lang: Lang) -> int:
    """Print where the secrets come from, and how many athletes' data keys each of them wraps."""
    vault = place.reach.vault
    file = vault.file
    if file is None:
        print(say(lang, "cli_sync.secret_given"))
    else:
        mode = f"{stat.S_IMODE(file.stat().st_mode):04o}"
        print(say(lang, "cli_sync.secret_file", path=str(file), mode=mode))
    known, used = vault.ids(), rekeying.wrapped(place.db, vault)
    missing = [which for which in sorted(used) if which not in known]
    columns = [say(lang, f"cli_sync.column_{name}") for name in ("key", "role", "athletes")]
    lines = [[which, _role(which, known, lang), str(used[which])] for which in (*known, *missing)]
    print(table_text("", columns, lines))
    return 1 if missing else 0


def _role(which: str, known: Sequence[str], lang: Lang) -> str:
    role = "missing" if which not in known else "newest" if which == known[0] else "older"
    return say(lang, f"cli_sync.key_{role}")


def _rotate(place: Home, lang: Lang) -> int:
    """Encrypt everything under a new secret, or go on where a rotation was cut off."""
    failed: list[tuple[int, CoachError]] = []
    vault = place.reach.vault
    with bar(Console()) as shown:
        task = shown.add_task(say(lang, "cli_sync.rotating"), total=None)
        for step in rekeying.rotate(place.db, vault):
            shown.update(task, completed=step.done, total=step.total)
            if step.error is not None and step.athlete_id is not None:
                failed.append((step.athlete_id, step.error))
    for athlete_id, error in failed:
        print(say(lang, "cli_sync.not_rotated", id=athlete_id, why=_why(error, lang)), file=sys.stderr)
    if failed:
        print(say(lang, "cli_sync.rotated_partly", n=len(failed)))
        return 1
    print(say(lang, "cli_sync.rotated" if vault.file else "cli_sync.rotated_given"))
    return 0


def _check(place: Home, lang: Lang) -> int:
    """Decrypt everything, and print what cannot be read."""
    good = bad = 0
    for found in rekeying.check(place.db, place.reach.vault):
        if found.error is None:
            good += 1
            continue
        bad += 1
        why = _why(found.error, lang)
        print(say(lang, "cli_sync.unreadable", id=found.athlete_id, name=found.provider, why=why))
    print(say(lang, "cli_sync.checked", n=good))
    return 1 if bad else 0


def _why(error: CoachError, lang: Lang) -> str:
    key = f"error.{error.key}"
    return say(lang, key, **error.params) if has(lang, key) else str(error)
