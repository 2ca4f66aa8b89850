"""What the coach can do: one file per thing athletes ask about. Importing this package fills TOOLS."""

from coach.tools import (
    abilities,
    activities,
    activity,
    bests,
    charts,
    compare,
    editing,
    form,
    imports,
    journal,
    metric,
    profile,
    recovery,
    totals,
    zones,
)
from coach.tools.spec import TOOLS

__all__ = [
    "TOOLS",
    "abilities",
    "activities",
    "activity",
    "bests",
    "charts",
    "compare",
    "editing",
    "form",
    "imports",
    "journal",
    "metric",
    "profile",
    "recovery",
    "totals",
    "zones",
]
