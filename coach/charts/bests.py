"""The best efforts of many activities."""

from __future__ import annotations

from coach.charts.curves import curve_of
from coach.charts.registry import Canvas, Params, Spec, chart


@chart(needs=())
def best_curve(canvas: Canvas, params: Params) -> Spec:
    """The fastest pace that was held over each duration, recently and ever."""
    return curve_of(canvas, params, "pace")
