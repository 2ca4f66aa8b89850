"""`coach permissions`: what each source permits in this installation, and what follows from it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from datetime import timedelta

from api.permission_words import consequences, warning
from coach.cli.home import Home, home, use_demo
from coach.cli.talk import table_text
from coach.config import settings
from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source
from coach.errors import BadInput
from coach.pipeline import retention
from coach.store import permissions as allowed
from coach.store import sync_system
from coach.text import Lang, say

FOR_EVER = "forever"
LONGEST_DAYS = 36_500


def permissions(args: Namespace) -> int:
    """Show what sources permit, or set it for one of them; only the operator has this command."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        lang, known = athlete.lang, _known(place, athlete.id)
        if args.source is None:
            print(_table(known, lang))
            return 0
        source = _source(args.source)
        changed = _changed(known[source], args)
        if args.default or changed != known[source]:
            sync_system.set_permission(place.db, source, None if args.default else changed)
            retention.permissions_changed(place.db)
        print(_told(source, _known(place, athlete.id)[source], lang))
    return 0


def _known(place: Home, athlete_id: int) -> Mapping[Source, Permission]:
    with place.db.athlete_session(athlete_id) as s:
        return allowed.read(s)


def _source(name: str) -> Source:
    try:
        return Source(name)
    except ValueError:
        raise BadInput("unknown_source", name=name, known=", ".join(Source)) from None


def _changed(now: Permission, args: Namespace) -> Permission:
    """Return a permission as the options ask for it; what no option names stays."""
    return Permission(
        to_model=now.to_model if args.to_model is None else args.to_model == "yes",
        to_others=now.to_others if args.to_others is None else args.to_others == "yes",
        keep_for=now.keep_for if args.keep_days is None else keep_for(args.keep_days),
    )


def keep_for(said: str) -> timedelta | None:
    """Return how long is meant by a number of days or "forever" (None). Raises BadInput."""
    if said == FOR_EVER:
        return None
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= LONGEST_DAYS:
        raise BadInput("bad_keep_days", said=said, most=LONGEST_DAYS)
    return timedelta(days=int(said))


def _table(known: Mapping[Source, Permission], lang: Lang) -> str:
    def yes(value: bool) -> str:
        return say(lang, "cli_sync.yes" if value else "cli_sync.no")

    lines = []
    for source, permission in known.items():
        kept = permission.keep_for
        days = say(lang, "cli_sync.for_ever") if kept is None else say(lang, "cli_sync.days", n=kept.days)
        changed = "" if permission == DEFAULT_PERMISSIONS[source] else say(lang, "cli_sync.changed")
        lines.append([source.value, yes(permission.to_model), yes(permission.to_others), days, changed])
    names = ("source", "to_model", "to_others", "kept", "setting")
    return table_text("", [say(lang, f"cli_sync.column_{name}") for name in names], lines)


def _told(source: Source, permission: Permission, lang: Lang) -> str:
    lines = [say(lang, f"connections_api.source_{source.value}")]
    lines += [f"  {sentence}" for sentence in consequences(permission, lang)]
    if (more := warning(source, permission, lang)) is not None:
        lines.append(more)
    return "\n".join(lines)
