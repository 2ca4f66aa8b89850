"""docs/reference/metrics.md."""

from __future__ import annotations

import inspect
from typing import get_args

from coach.cli.reference.markdown import by_name, codes, page, said, table
from coach.domain.metrics import METRICS, Evidence, Metric
from coach.domain.metrics.registry import Combine, Scope

SCOPES: dict[Scope, str] = {
    "activity": "Of one activity",
    "day": "Of one day",
    "period": "Of a span of days",
}
GRADES = {
    Evidence.definition: "true by definition",
    Evidence.established: "validated by several independent studies",
    Evidence.useful: "a convention of the field with some support",
    Evidence.contested: "shown as a description, never as a reason",
}
COMBINED: dict[Combine, str] = {
    "sum": "added up",
    "mean": "averaged",
    "weighted_by_time": "averaged, weighted by time",
    "max": "the highest counts",
    "min": "the lowest counts",
    "none": "not combined",
}


def metrics_page() -> str:
    """Return the page of the metrics."""
    parts = [
        "# Metrics",
        "What the coach computes. Each is declared once. A value that cannot be computed is unknown, with\n"
        "its reason, and never zero. A new version computes every stored value anew.",
        table(("evidence", "means"), ((f"*{grade.value}*", words) for grade, words in GRADES.items())),
    ]
    for scope in get_args(Scope):
        of_scope = [m for m in by_name(METRICS) if m.scope == scope]
        if of_scope:
            parts += [f"## {SCOPES[scope]}", *(_metric(m) for m in of_scope)]
    return page(*parts)


def _metric(m: Metric) -> str:
    title, about = f"metric.{m.title}", f"metric.{m.name}_about"
    return page(
        f"### {m.name}",
        f"**{said(title, 'en')}.** {said(about, 'en')}",
        f"**{said(title, 'ko')}.** {said(about, 'ko')}",
        inspect.cleandoc(m.doc),
        table(
            ("unit", "of several", "needs", "source", "evidence", "version"),
            [
                (
                    f"`{m.unit}`",
                    COMBINED[m.combine],
                    codes(m.needs),
                    m.source,
                    m.evidence.value,
                    str(m.version),
                )
            ],
        ),
    )
