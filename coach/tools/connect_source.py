"""Connecting a service, connecting it again, taking it off: where that is done, never in a message."""

from __future__ import annotations

from pydantic import Field

from coach.errors import NotFound
from coach.providers.contract import Auth
from coach.tools.connection_words import Named, every, service, way, why
from coach.tools.spec import Args, Note, Result, ToolContext, tool

HOW = {
    Auth.password: "connections_told.connect_password",
    Auth.oauth: "connections_told.connect_oauth",
    Auth.address: "connections_told.connect_address",
}


class ConnectArgs(Args):
    provider: Named = Field(description="which service")


@tool(effect="read")
def connect_source(ctx: ToolContext, args: ConnectArgs) -> Result:
    """How to connect, reconnect or disconnect a source of data, with a link to the form.

    It is done on that page only. Never ask for a password or a code.
    """
    status = every(ctx).get(args.provider)
    if status is None:
        raise NotFound("no_such_service", name=args.provider)
    named = {"service": service(ctx, args.provider)}
    match status.state:
        case "off":
            says = Note(key=HOW[status.auth], params=named)
        case "pending":
            says = Note(key="connections_told.connect_code", params=named)
        case "needs_you":
            reason = why(ctx, status.because_key, status.because_params)
            says = Note(key="connections_told.connect_again", params={**named, "why": reason})
        case _:
            says = Note(key="connections_told.connect_done", params=named)
    link, card = way(ctx, args.provider, connected=status.is_on)
    return Result(says=(says, link), cards=(card,) if card else ())
