"""How each connection is doing, as a person understands it, and how long the rest will take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from coach.domain.source import Permission
from coach.providers.contract import Auth, Provider, providers
from coach.store import addresses, connections, permissions, remote_items
from coach.store.addresses import Address
from coach.store.connections import Connection
from coach.store.session import Session

State = Literal["off", "pending", "connected", "working", "waiting", "needs_you", "broken"]
PACE_AT_LEAST = 3  # of fewer nobody can tell a pace
PACE_OVER = timedelta(minutes=15)  # long enough to even out pauses, short enough to follow the limits


@dataclass(frozen=True)
class Status:
    """One service, as its panel shows it.

    `because` (a text key of `error`, parameters) belongs to waiting, needs_you and broken; `until` is when we
    try again by ourselves. `done` of `total` activities are here; `total` None: not counted yet.
    `remaining_s` None: cannot be told yet. `days_from`: values of days are here from that day on.
    """

    provider: str
    auth: Auth
    state: State
    because_key: str | None
    because_params: Mapping[str, Any]
    until: datetime | None
    account_name: str
    connected_at: datetime | None
    synced_at: datetime | None
    done: int
    total: int | None
    refused: int
    remaining_s: float | None
    days_from: date | None
    kept_since: date | None
    options: Mapping[str, Any]
    uploads: bool
    address: Address | None
    permission: Permission

    @property
    def is_on(self) -> bool:
        """Whether there is anything to disconnect."""
        return self.state != "off" or self.address is not None


def statuses(s: Session, now: datetime, services: Mapping[str, Provider] | None = None) -> list[Status]:
    """Return the status of every service that can be connected, those that are off included."""
    known = {c.provider: c for c in connections.every(s)}
    allowed = permissions.read(s)
    return [
        _status(s, now, service, known.get(service.name), allowed[service.source])
        for service in (services or providers()).values()
        if service.auth is not Auth.files
    ]


def _status(
    s: Session, now: datetime, service: Provider, known: Connection | None, permission: Permission
) -> Status:
    address = addresses.get(s, service.name) if service.auth is Auth.address else None
    counts = remote_items.counts(s, service.name)
    refused = counts.get("refused", 0)
    done, todo = counts.get("done", 0), counts.get("listed", 0) + counts.get("failed", 0)
    cursor = known.cursor if known else {}
    days_from = cursor.get("days_from")
    return Status(
        provider=service.name,
        auth=service.auth,
        state=_state(now, known, address),
        because_key=known.why_key if known else None,
        because_params=known.why_params if known else {},
        until=known.retry_at if known else None,
        account_name=known.account_name if known else "",
        connected_at=known.connected_at if known else address.created_at if address else None,
        synced_at=known.synced_at if known and known.synced_at else address.last_used_at if address else None,
        done=done,
        total=done + todo if cursor.get("listed") else None,
        refused=refused,
        remaining_s=_remaining_s(s, now, service.name, todo) if cursor.get("listed") else None,
        days_from=date.fromisoformat(days_from) if days_from and service.has_days else None,
        kept_since=known.kept_since if known else None,
        options=known.options if known else {},
        uploads=service.uploads,
        address=address,
        permission=permission,
    )


def _state(now: datetime, known: Connection | None, address: Address | None) -> State:
    if known is None or known.state == "off":
        return "connected" if address else "off"
    if known.state == "pending" and known.pending_until is not None and known.pending_until <= now:
        return "off"  # the code came too late: the login begins anew
    if known.state == "connected" and known.works(now):
        return "working"
    return known.state


def _remaining_s(s: Session, now: datetime, provider: str, todo: int) -> float | None:
    """Return how long the rest takes at the pace of the last minutes; None when too little was done then."""
    if todo == 0:
        return 0.0
    done, first = remote_items.done_since(s, provider, now - PACE_OVER)
    if first is None or done < PACE_AT_LEAST:
        return None
    return todo * (now - first).total_seconds() / done
