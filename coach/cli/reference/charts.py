"""docs/reference/charts.md."""

from __future__ import annotations

import inspect

from coach.charts import CHARTS, Params
from coach.cli.reference.markdown import by_name, codes, page, said, table
from coach.cli.reference.schema import fields


def charts_page() -> str:
    """Return the page of the charts."""
    rows = [
        (
            f"`{c.name}`",
            said(f"charts.{c.name}", "en"),
            said(f"charts.{c.name}", "ko"),
            codes(c.needs),
            inspect.getdoc(c.fn) or "",
        )
        for c in by_name(CHARTS)
    ]
    return page(
        "# Charts",
        "A chart is named by its id with parameters; code builds the Vega-Lite spec. No spec is ever taken\n"
        "from a model or a person.",
        table(("id", "title", "한국어", "needs", "what it shows"), rows),
        "## Parameters",
        "Each chart uses some of them. Days are the athlete's own.",
        table(("parameter", "type"), (field[:2] for field in sorted(fields(Params)))),
    )
