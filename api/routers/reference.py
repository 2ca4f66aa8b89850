"""What the coach can do and compute, from the registries: for documentation and other front ends."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

import coach.tools  # noqa: F401 - importing it fills the registry
from api.deps import House, Who
from api.errors import documented
from coach.domain.metrics import METRICS
from coach.store import athletes
from coach.text import has, say
from coach.tools.spec import TOOLS, Effect

router = APIRouter(tags=["reference"])


class ToolOut(BaseModel):
    name: str = Field(examples=["totals"])
    doc: str
    effect: Effect = Field(description="`read`, or `draft`: writes inside the coach and can be undone.")
    arguments: dict[str, Any] = Field(description="JSON schema.")


class ToolList(BaseModel):
    tools: list[ToolOut]


class MetricOut(BaseModel):
    name: str = Field(examples=["trimp"])
    title: str
    unit: str
    scope: str
    needs: list[str]
    source: str = Field(description="The publication it follows.")
    evidence: str
    version: int
    doc: str


class MetricList(BaseModel):
    metrics: list[MetricOut]


@router.get("/tools", name="list_tools", summary="What the coach can do", responses=documented(401, 403))
def list_tools() -> ToolList:
    return ToolList(
        tools=[
            ToolOut(name=t.name, doc=t.doc, effect=t.effect, arguments=t.args.model_json_schema())
            for t in TOOLS.values()
        ]
    )


@router.get(
    "/metrics", name="list_metrics", summary="What the coach computes", responses=documented(401, 403)
)
def list_metrics(house: House, who: Who) -> MetricList:
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
    found = []
    for m in METRICS.values():
        key = f"metric.{m.title.removeprefix('metric.')}"
        found.append(
            MetricOut(
                name=m.name,
                title=say(lang, key) if has(lang, key) else m.name,
                unit=m.unit,
                scope=m.scope,
                needs=list(m.needs),
                source=m.source,
                evidence=m.evidence,
                version=m.version,
                doc=m.doc,
            )
        )
    return MetricList(metrics=found)
