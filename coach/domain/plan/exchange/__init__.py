"""Plans from elsewhere and to elsewhere: read tolerantly with every assumption named, one schema."""

from __future__ import annotations

from coach.domain.plan.exchange.document import Imported, read_plan
from coach.domain.plan.exchange.reading import Assumed
from coach.domain.plan.exchange.schema import plan_schema
from coach.domain.plan.exchange.write import write_plan

__all__ = ["Assumed", "Imported", "plan_schema", "read_plan", "write_plan"]
