"""What the operator gets to know of the endpoints: which rest, and which refuse their settings. Blocking."""

from __future__ import annotations

from coach.domain.circuit import Circuit
from coach.graph.model import Endpoint
from coach.store import model_health, notices, system
from coach.store.session import Database


def rests(db: Database, endpoint: Endpoint, circuit: Circuit, *, tell: bool = False) -> None:
    """Note that nobody asks an endpoint for now; `tell` the owner that its settings are wrong."""
    health = model_health.Health(circuit.failures, circuit.open_until, circuit.why)
    model_health.note(db, endpoint.name, endpoint.model_name, health)
    if tell and (owner := system.owner(db)) is not None:
        with db.athlete_session(owner.athlete_id) as s:
            names = {"host": endpoint.name, "model": endpoint.model_name}
            notices.tell(
                s, _key(endpoint), "models.operator_setup", tone="warning", link="/settings", **names
            )


def works_again(db: Database, endpoint: Endpoint) -> None:
    """Note that an endpoint that rested answers again."""
    model_health.note(db, endpoint.name, endpoint.model_name, model_health.Health())
    if (owner := system.owner(db)) is not None:
        with db.athlete_session(owner.athlete_id) as s:
            notices.resolve(s, _key(endpoint))


def _key(endpoint: Endpoint) -> str:
    return f"model:{endpoint.name}:{endpoint.model_name}"
