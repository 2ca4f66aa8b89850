"""`coach telegram`: how the owner's Telegram is linked, a code that links it, and an end to it."""

from __future__ import annotations

import sys
from argparse import Namespace

import segno

from api.messenger_view import SERVICE, Standing, invite, standing
from coach.cli.home import Home, home, now, use_demo
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.errors import BadInput, NotFound
from coach.store import accounts, messenger_system, messengers
from coach.store.session import Session
from coach.text import formats, say


def telegram(args: Namespace) -> int:
    """Show how Telegram is linked, print a link, take a code from the chat, or unlink."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        match args.what:
            case "code":
                return _code(place, athlete)
            case "claim":
                return _claim(place, athlete, args.code)
            case "unlink":
                return _unlink(place, athlete)
        return _status(place, athlete)


def _status(place: Home, athlete: Athlete) -> int:
    """Print how it is; return 0 where a chat is linked and the bot may write to it."""
    with place.db.athlete_session(athlete.id) as s:
        found = standing(s, place.settings)
    print(_said(found, athlete))
    return 0 if found.state == "linked" else 1


def _said(found: Standing, athlete: Athlete) -> str:
    lang, at = athlete.lang, found.linked_at
    match found.state:
        case "none":
            return say(lang, "error.messenger_none")
        case "starting":
            return say(lang, "error.messenger_not_ready")
        case "blocked":
            return say(lang, "messenger.cli_blocked")
        case "linked" if at is not None:
            here = at.astimezone(athlete.zone)
            return say(lang, "messenger.cli_linked", day=formats.day(here.date(), lang), time=f"{here:%H:%M}")
    return say(lang, "messenger.cli_none")


def _code(place: Home, athlete: Athlete) -> int:
    """Print an address that links whoever opens it first, and the same as a picture of characters."""
    with place.db.athlete_session(athlete.id) as s:
        made = invite(s, place.settings, _account(s), now())
    until = made.expires_at.astimezone(athlete.zone)
    print(say(athlete.lang, "messenger.cli_open", time=f"{until:%H:%M}"))
    print(f"  {made.url}")
    if sys.stdout.isatty():  # a pipe wants the address, and characters drawn in two colours are none
        segno.make_qr(made.url, error="l").terminal(compact=True)
    return 0


def _claim(place: Home, athlete: Athlete, code: str | None) -> int:
    if not code:
        raise BadInput("messenger_code_missing")
    with place.db.athlete_session(athlete.id) as s:
        account_id = _account(s)
    messenger_system.claim(place.db, SERVICE, code, athlete_id=athlete.id, account_id=account_id, now=now())
    print(say(athlete.lang, "messenger.cli_claimed"))
    return 0


def _unlink(place: Home, athlete: Athlete) -> int:
    with place.db.athlete_session(athlete.id) as s:
        if not messengers.unlink(s, SERVICE, now()):
            raise NotFound("messenger_not_linked")
    print(say(athlete.lang, "messenger.cli_unlinked"))
    return 0


def _account(s: Session) -> int:
    found = accounts.own(s)
    if found is None:
        raise NotFound("account_not_found")
    return found.id
