"""`coach connect` and `disconnect`: services that data come from. Secrets are typed, never arguments."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from getpass import getpass

from api.connection_view import connection_out, title_of
from api.routers.connections import PUSHED_TO
from coach.cli.home import Home, address, home, now, use_demo
from coach.cli.talk import table_text
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.errors import BadInput, NeedsAthlete, SetupError
from coach.pipeline import connecting
from coach.pipeline.sync_status import Status, statuses
from coach.providers.contract import Auth, Provider
from coach.providers.sheets.script import script
from coach.text import Lang, say

ADDRESS_HEADER = "Authorization: Bearer"


def connect(args: Namespace) -> int:
    """Connect a service; without a name, list the services and how they are doing."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        if args.name is None:
            print(_listed(place, athlete))
            return 0
        service = named(place, args.name, athlete.lang)
        if service.auth is Auth.password:
            return _log_in(place, athlete, service, by_lines=args.stdin)
        if service.auth is Auth.oauth:
            return _send_there(place, athlete, service)
        return _open_address(place, athlete, service)


def disconnect(args: Namespace) -> int:
    """Take a connection back, after a typed yes; with --delete-data also what came from it."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        lang, service = athlete.lang, named(place, args.name, athlete.lang)
        title = title_of(service.name, lang)
        if not status_of(place, athlete, service).is_on:
            print(say(lang, "error.not_connected"))
            return 1
        question = "sure_with_data" if args.delete_data else "sure"
        if not args.yes and not agreed(say(lang, f"cli_sync.{question}", name=title)):
            print(say(lang, "cli_sync.stays", name=title))
            return 1
        connecting.disconnect(place.reach, athlete.id, service.name, delete_data=args.delete_data)
        print(say(lang, "cli_sync.disconnected", name=title))
    return 0


def named(place: Home, name: str, lang: Lang) -> Provider:
    """Return a service that can be connected. Raises BadInput with the names of those that can."""
    known: Mapping[str, Provider] = {
        n: service for n, service in place.reach.services.items() if service.auth is not Auth.files
    }
    if name not in known:
        raise BadInput("unknown_service", name=name, known=", ".join(known))
    return known[name]


def status_of(place: Home, athlete: Athlete, service: Provider) -> Status:
    """Return how a service is doing."""
    with place.db.athlete_session(athlete.id) as s:
        return statuses(s, now(), {service.name: service})[0]


def agreed(question: str) -> bool:
    """Ask, and return whether the answer was a typed yes."""
    try:
        return input(question).strip().lower() in ("yes", "네")
    except EOFError:
        return False


def _listed(place: Home, athlete: Athlete) -> str:
    with place.db.athlete_session(athlete.id) as s:
        found = statuses(s, now(), place.reach.services)
    lines = []
    for status in found:
        shown = connection_out(status, place.reach.services[status.provider], athlete, place.settings, now())
        lines.append([status.provider, shown.title, " ".join(filter(None, (shown.said, shown.because)))])
    columns = [say(athlete.lang, f"cli_sync.column_{name}") for name in ("name", "service", "state")]
    return table_text("", columns, lines)


def _told(place: Home, athlete: Athlete, service: Provider) -> int:
    """Print how a service is doing now; return the exit status."""
    status = status_of(place, athlete, service)
    shown = connection_out(status, service, athlete, place.settings, now())
    print(f"{shown.title}: {shown.said}")
    if shown.because:
        print(shown.because)
    return 0 if status.state in ("connected", "working", "waiting") else 1


def _log_in(place: Home, athlete: Athlete, service: Provider, *, by_lines: bool) -> int:
    """Log in with what is typed, or go on with a login that waits for its code."""
    if not by_lines and not sys.stdin.isatty():
        raise SetupError("terminal_needed")
    lang, title = athlete.lang, title_of(service.name, athlete.lang)
    if by_lines:
        print(say(lang, "cli_sync.reading_lines"), file=sys.stderr)
    went_on = status_of(place, athlete, service).state == "pending" and _enter_code(
        place, athlete, service, by_lines=by_lines
    )
    if not went_on:
        email = _line() if by_lines else input(say(lang, "cli_sync.email", name=title))
        password = _line() if by_lines else getpass(say(lang, "cli_sync.password", name=title))
        if not email.strip() or not password:
            raise BadInput("login_incomplete")
        known = connecting.log_in(place.reach, athlete.id, service.name, email.strip(), password)
        if known.state == "pending":
            _enter_code(place, athlete, service, by_lines=by_lines)
    return _told(place, athlete, service)


def _enter_code(place: Home, athlete: Athlete, service: Provider, *, by_lines: bool) -> bool:
    """Ask for the code that the service sent and enter it; False when none was given.

    At a terminal a mistyped code may be typed again: the login goes on waiting for it.
    """
    lang, title = athlete.lang, title_of(service.name, athlete.lang)
    while True:
        code = _line() if by_lines else getpass(say(lang, "cli_sync.code", name=title))
        if not code.strip():
            return False
        try:
            connecting.enter_code(place.reach, athlete.id, service.name, code.strip())
        except NeedsAthlete as error:
            if by_lines or status_of(place, athlete, service).state != "pending":
                raise
            print(say(lang, f"error.{error.key}", **error.params))
        else:
            return True


def _line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _send_there(place: Home, athlete: Athlete, service: Provider) -> int:
    """Print what to register, and where the page is that leads to the service's own and back."""
    lang, base = athlete.lang, address(place.settings)
    title = title_of(service.name, lang)
    shown = connection_out(status_of(place, athlete, service), service, athlete, place.settings, now())
    print(f"{shown.title}: {shown.said}")
    if not shown.ready:
        print(say(lang, f"cli_sync.{service.name}_register", host=base.split("://")[1].split(":")[0]))
        return 1
    print(say(lang, "cli_sync.open_page", name=title))
    print(f"  {place.login_link(base, f'/connections#{service.name}')}")
    return 0


def _open_address(place: Home, athlete: Athlete, service: Provider) -> int:
    """Open an address and print its secret, once."""
    lang, title = athlete.lang, title_of(service.name, athlete.lang)
    if status_of(place, athlete, service).address is not None and not agreed(
        say(lang, "cli_sync.replace_address", name=title)
    ):
        print(say(lang, "cli_sync.stays", name=title))
        return 1
    secret = connecting.open_address(place.reach, athlete.id, service.name)
    where = f"{address(place.settings)}{PUSHED_TO[service.name]}"
    print(say(lang, f"cli_sync.{service.name}_steps"))
    print(f"  {say(lang, 'cli_sync.address')}: {where}")
    print(f"  {say(lang, 'cli_sync.header')}: {ADDRESS_HEADER} {secret}")
    if place.settings.public_url is None:
        print(say(lang, "cli_sync.address_local"))
    if service.name == "sheets":
        print(f"\n{script(where, secret)}")
    print(say(lang, "cli_sync.secret_once"))
    return 0
