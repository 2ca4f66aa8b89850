"""A few of the guidelines that come along, brought in within a fraction of a second."""

from __future__ import annotations

from coach.knowledge import ingest
from coach.knowledge.ingest import Files
from coach.store.session import Database

FEW = frozenset({"hydration", "caffeine", "patellofemoral_pain", "acwr", "heat_acclimation"})


def bring_few(db: Database) -> None:
    """Bring the few in, in both languages."""
    few = [one for one in ingest.bundled().guidelines if one.id in FEW]
    ingest.bring_in(db, Files(few), "bundled", complete=False)
