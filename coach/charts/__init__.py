"""Charts: an id and parameters become a Vega-Lite spec with its data, for the page, PNG and PDF.

A model never writes a spec: it names a chart, and code draws it. Importing this package fills CHARTS.
"""

from coach.charts import (
    activity,
    bests,
    change,
    compare_runs,
    curves,
    days,
    fitness,
    intervals,
    load,
    metric_trend,
    plan_load,
    plan_volume,
    predictions,
    readiness,
    recovery,
    routes,
    sleep,
    streams,
    track_record,
    zones,
)
from coach.charts.registry import CHARTS, Canvas, Chart, Params, build, chart

__all__ = [
    "CHARTS",
    "Canvas",
    "Chart",
    "Params",
    "activity",
    "bests",
    "build",
    "change",
    "chart",
    "compare_runs",
    "curves",
    "days",
    "fitness",
    "intervals",
    "load",
    "metric_trend",
    "plan_load",
    "plan_volume",
    "predictions",
    "readiness",
    "recovery",
    "routes",
    "sleep",
    "streams",
    "track_record",
    "zones",
]
