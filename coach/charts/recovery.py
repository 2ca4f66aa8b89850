"""The nights: heart-rate variability and resting heart rate against what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import day_x
from coach.domain.activity import Floats
from coach.domain.metrics import daily_windows as windows
from coach.domain.metrics.history import History
from coach.domain.metrics.recovery import HRV_SERIES, USUAL_SD, hrv_ranges, rhr_baseline
from coach.store.history import history_of

LOOKBACK = timedelta(days=61)  # what the first day's range rests on
WEEK_DAYS, WEEK_AT_LEAST = 7, 3
USUAL_BPM = 2.0  # within this of the median a resting heart rate is as usual


@chart(needs=())
def recovery(canvas: Canvas, params: Params) -> Spec:
    """HRV with its usual range, and resting heart rate with its median: each day and the week's mean."""
    start, end = canvas.span(params, 90)
    end = min(end, canvas.today)
    history = None
    if start <= end:
        history = history_of(
            canvas.session,
            canvas.athlete.id,
            end,
            daily_names=("rhr_bpm", *HRV_SERIES),
            since=start - LOOKBACK,
        )
    if history is None:
        return canvas.empty()
    start = canvas.clipped(start, end, history.first_day)
    panels = [
        _panel(canvas, rows, title, colour, (end - start).days)
        for rows, title, colour in (
            (_hrv(history, start, end), canvas.text("hrv"), canvas.colours.fitness),
            (_rhr(history, start, end), canvas.text("rhr"), canvas.colours.heart),
        )
        if any(row["value"] is not None for row in rows)
    ]
    if not panels:
        return canvas.empty()
    return {"title": canvas.text("recovery_key"), "vconcat": panels, "spacing": 18}


def _hrv(history: History, start: date, end: date) -> list[dict[str, Any]]:
    ranges = hrv_ranges(history, start, end)
    # One series: the one that the last day with a range rests on.
    known = np.flatnonzero(ranges.nights)
    name = HRV_SERIES[int(ranges.series[known[-1]])] if known.size else HRV_SERIES[0]
    own = ranges.series == HRV_SERIES.index(name)
    low, high = (np.exp(ranges.mean + sign * USUAL_SD * ranges.sd) for sign in (-1, 1))
    week = np.exp(ranges.week)
    return _rows(
        start,
        {
            "value": windows.dense(history.daily.get(name, {}), start, end),
            "week": np.where(own, week, np.nan),
            "low": np.where(own, low, np.nan),
            "high": np.where(own, high, np.nan),
        },
    )


def _rhr(history: History, start: date, end: date) -> list[dict[str, Any]]:
    known = history.daily.get("rhr_bpm", {})
    usual = rhr_baseline(history, start, end)
    return _rows(
        start,
        {
            "value": windows.dense(known, start, end),
            "week": windows.mean(windows.trailing(known, start, end, WEEK_DAYS), WEEK_AT_LEAST),
            "low": usual - USUAL_BPM,
            "high": usual + USUAL_BPM,
        },
    )


def _rows(start: date, columns: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """Return the columns as rows of JSON, one per day; unknown is null."""
    size = next(iter(columns.values())).size
    return [
        {"day": (start + timedelta(days=i)).isoformat()}
        | {name: None if np.isnan(of[i]) else round(float(of[i]), 1) for name, of in columns.items()}
        for i in range(size)
    ]


def _panel(canvas: Canvas, rows: list[dict[str, Any]], title: str, colour: str, days: int) -> Spec:
    x = day_x(canvas.lang, days)
    y = {"type": "quantitative", "scale": {"zero": False}, "axis": {"title": title, "tickCount": 4}}
    return {
        "data": {"values": rows},
        "width": WIDTH,
        "height": 130,
        "layer": [
            {
                "mark": {"type": "area", "color": colour, "opacity": 0.16},
                "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "circle", "color": colour, "opacity": 0.45, "size": 20},
                "encoding": {
                    "x": x,
                    "y": {"field": "value", **y},
                    "tooltip": [
                        {"field": "day", "title": canvas.text("day")},
                        {"field": "value", "title": title},
                    ],
                },
            },
            {
                "mark": {"type": "line", "color": colour, "strokeWidth": 2.2},
                "encoding": {"x": x, "y": {"field": "week", **y}},
            },
        ],
    }
