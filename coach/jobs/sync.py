"""The jobs that talk to services: synchronising, sending, and deleting what came from one."""

from __future__ import annotations

from uuid import uuid4

from coach.jobs.registry import JobContext, job
from coach.pipeline import delivering, forgetting, syncing, uploading
from coach.pipeline.turn import TurnLost
from coach.store import connections, outbox

NETWORK = "sync"  # the queue of what waits for others most of the time


@job(queue=NETWORK, tries=4)
def sync(context: JobContext, *, athlete_id: int, provider: str, backfill: bool = False) -> None:
    """Synchronise a connection: what is new, or a stretch of what lies further back."""
    syncing.run(
        context.reach,
        athlete_id,
        provider,
        readers=context.readers,
        # Each run has its own name: should the one before still live, it is not taken for this one.
        holder=f"job:{uuid4().hex}",
        backfill=backfill,
    )


@job(queue=NETWORK, tries=4)
def send_parcel(context: JobContext, *, athlete_id: int, parcel_id: int) -> None:
    """Send what waits in the outbox."""
    with context.db.athlete_session(athlete_id) as s:
        kind = outbox.get(s, parcel_id).kind
    send = delivering.send if kind == delivering.KIND else uploading.send
    try:
        send(context.reach, athlete_id, parcel_id)
    except TurnLost:
        return  # disconnected, or somebody else's turn: the parcel says when it is due again


@job(queue="default", tries=5)
def forget_source(context: JobContext, *, athlete_id: int, provider: str) -> None:
    """Delete what is left of a service that was disconnected with its data."""
    with context.db.athlete_session(athlete_id) as s:
        known = connections.get(s, provider)
    if known is not None and known.state != "off":
        return  # connected anew since: what comes now is wanted
    forgetting.forget_source(context.db, athlete_id, context.reach.services[provider].source)
