"""Asking the connected services for what is new, now instead of at their next turn."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from coach.errors import ComeBackLater, NeedsAthlete, NotFound
from coach.pipeline import syncing
from coach.pipeline.sync_status import Status
from coach.providers.contract import Auth, providers
from coach.tools.connection_words import about, every, moment, service, way, why
from coach.tools.facts import Facts, of_athlete
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool


class SyncArgs(Args):
    provider: Literal["garmin", "strava"] | None = Field(
        None, description="only this service; every connected one if left out"
    )


@tool(effect="draft")
def sync_now(ctx: ToolContext, args: SyncArgs) -> Result:
    """Have new activities fetched from the connected services now. Asking twice fetches once."""
    known = every(ctx)
    if args.provider is not None and args.provider not in known:
        raise NotFound("no_such_service", name=args.provider)
    facts, cards = Facts(ctx), []
    started, says = _ask(ctx, args.provider, known)
    for name in started:
        says += _under_way(ctx, known[name], facts)
    if started:
        says.append(Note(key="connections_told.sync_ask_later"))
    held_up = [s for n, s in known.items() if n not in started and args.provider in (None, n)]
    for status in held_up:
        notes, card = _instead(ctx, status, named=args.provider is not None)
        says += notes
        cards += [card] if card else []
    return Result(
        facts=facts.all(),
        says=tuple(says) or (Note(key="connections_told.none_connected"),),
        cards=tuple(cards),
    )


def _ask(ctx: ToolContext, name: str | None, known: dict[str, Status]) -> tuple[tuple[str, ...], list[Note]]:
    """Ask for the synchronisation; what cannot be asked for is told by the state of its connection."""
    try:
        return syncing.request(ctx.db, ctx.athlete.id, name, now=ctx.now), []
    except ComeBackLater as later:
        assert name is not None
        if known[name].state == "waiting":
            return (), []
        told = {"service": service(ctx, name), "until": moment(ctx, later.until)}
        told["why"] = why(ctx, later.key, later.params)
        return (), [Note(key="connections_told.state_waiting", params=told)]
    except (NotFound, NeedsAthlete):
        return (), []


def _under_way(ctx: ToolContext, status: Status, facts: Facts) -> list[Note]:
    """Say that a service is being read, how much is left and how long that takes."""
    says = [Note(key="connections_told.sync_started", params={"service": service(ctx, status.provider)})]
    if status.total is None or status.done >= status.total:
        return says
    source, subject = providers()[status.provider].source, of_athlete(ctx)
    counts = {
        what: facts.add(
            f"{status.provider}.{what}", f"connection_{what}", count, "count", subject, sources=[source]
        )
        for what, count in (("done", status.done), ("left", status.total - status.done))
    }
    says.append(Note(key="connections_told.sync_left", facts=counts))
    if status.remaining_s is not None:
        time = about(ctx, status.remaining_s)
        says.append(Note(key="connections_told.sync_left_time", params={"time": time}))
    return says


def _instead(ctx: ToolContext, status: Status, *, named: bool) -> tuple[list[Note], Card | None]:
    """Say why a service is not asked. One that is off is passed over unless it was named."""
    told = {"service": service(ctx, status.provider)}
    if status.auth is Auth.address:
        return ([Note(key="connections_told.sync_sends", params=told)] if status.is_on else []), None
    match status.state:
        case "off" if not named:
            return [], None
        case "off" | "pending":
            says = [Note(key=f"connections_told.state_{status.state}", params=told)]
        case "needs_you":
            told["why"] = why(ctx, status.because_key, status.because_params)
            says = [Note(key="connections_told.state_needs_you", params=told)]
        case "waiting":
            told["why"] = why(ctx, status.because_key, status.because_params)
            told["until"] = moment(ctx, status.until or ctx.now)
            return [Note(key="connections_told.state_waiting", params=told)], None
        case _:
            return [], None
    note, card = way(ctx, status.provider, connected=status.state != "off")
    return [*says, note], card
