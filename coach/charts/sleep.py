"""Sleep: how long each night, in which stages, and from when to when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import day_x
from coach.domain.metrics.history import History
from coach.domain.metrics.sleep import NEED_S, average_series, need_series
from coach.store.history import history_of
from coach.text import say

LOOKBACK = timedelta(days=91)  # what the first night's need rests on
# Drawn from the bottom up; a night without stages is one bar.
STAGES = ("deep", "rem", "light")
ASLEEP = "asleep"


@chart(needs=())
def sleep(canvas: Canvas, params: Params) -> Spec:
    """Hours of each night by stage with the week's mean and the need; below, from when to when."""
    start, end = canvas.span(params, 42)
    end = min(end, canvas.today)
    names = ("sleep_s", "sleep_start_min", "sleep_end_min", *(f"sleep_{s}_s" for s in STAGES))
    history = None
    if start <= end:
        history = history_of(
            canvas.session, canvas.athlete.id, end, daily_names=names, since=start - LOOKBACK
        )
    known = {} if history is None else history.values("sleep_s", max(start, history.first_day), end)
    if history is None or not known:
        return canvas.empty()
    start = canvas.clipped(start, end, min(known))
    panels = [_hours(canvas, history, start, end)]
    if times := _times(history, start, end):
        panels.append(_clock(canvas, times, (end - start).days))
    key = "sleep_key_times" if times else "sleep_key_hours"
    return {"title": say(canvas.lang, f"recovery.{key}"), "vconcat": panels, "spacing": 18}


def _hours(canvas: Canvas, history: History, start: date, end: date) -> Spec:
    staged = {stage: say(canvas.lang, f"recovery.stage_{stage}") for stage in (*STAGES, ASLEEP)}
    bars: list[dict[str, Any]] = []
    for day, slept in history.values("sleep_s", start, end).items():
        parts = {stage: history.daily.get(f"sleep_{stage}_s", {}).get(day, 0.0) for stage in STAGES}
        parts[ASLEEP] = max(0.0, slept - sum(parts.values()))
        total = slept / 3600
        bars += [
            {
                "day": day.isoformat(),
                "stage": staged[stage],
                "order": n,
                "hours": round(seconds / 3600, 2),
                "total": round(total, 1),
            }
            for n, (stage, seconds) in enumerate(parts.items())
            if seconds > 60
        ]
    week, need = average_series(history, start, end), need_series(history, start, end)
    lines = [
        {
            "day": (start + timedelta(days=i)).isoformat(),
            "week": None if np.isnan(week[i]) else round(float(week[i]) / 3600, 2),
            "need": round(float(need[i]) / 3600, 2),
        }
        for i in range(week.size)
    ]
    c = canvas.colours
    colours = dict(zip((*STAGES, ASLEEP), (c.fitness, c.form, c.bar_soft, c.bar_soft), strict=True))
    used = [stage for stage in (*STAGES, ASLEEP) if any(bar["stage"] == staged[stage] for bar in bars)]
    x = day_x(canvas.lang, (end - start).days)
    y = {"type": "quantitative", "axis": {"title": canvas.text("hours"), "tickCount": 5}}
    most = max([NEED_S / 3600, *(bar["total"] for bar in bars)])
    colour = {
        "field": "stage",
        "type": "nominal",
        "scale": {"domain": [staged[s] for s in used], "range": [colours[s] for s in used]},
        "legend": {} if len(used) > 1 else None,
    }
    return {
        "width": WIDTH,
        "height": 170,
        "layer": [
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "width": {"band": 0.75}},
                "encoding": {
                    "x": {**x, "timeUnit": "utcyearmonthdate"},
                    "y": {"field": "hours", **y, "stack": True, "scale": {"domain": [0, most * 1.05]}},
                    "color": colour,
                    "order": {"field": "order", "type": "ordinal"},
                    "tooltip": [
                        {"field": "day", "title": canvas.text("day")},
                        {"field": "stage", "title": canvas.text("what")},
                        {"field": "hours", "title": canvas.text("hours")},
                        {"field": "total", "title": say(canvas.lang, "recovery.whole_night")},
                    ],
                },
            },
            {
                "data": {"values": lines},
                "mark": {"type": "line", "color": c.muted, "strokeDash": [4, 4], "strokeWidth": 1.4},
                "encoding": {"x": x, "y": {"field": "need", **y}},
            },
            {
                "data": {"values": lines},
                "mark": {"type": "line", "color": c.text, "strokeWidth": 2},
                "encoding": {"x": x, "y": {"field": "week", **y}},
            },
        ],
    }


def _times(history: History, start: date, end: date) -> list[dict[str, Any]]:
    began, ended = (history.values(name, start, end) for name in ("sleep_start_min", "sleep_end_min"))
    return [
        {"day": day.isoformat(), "start": round(began[day] / 60, 2), "end": round(ended[day] / 60, 2)}
        for day in began
        if day in ended
    ]


def _clock(canvas: Canvas, rows: list[dict[str, Any]], days: int) -> Spec:
    """Return a bar per night from falling asleep (above) to waking up (below)."""
    x = day_x(canvas.lang, days)
    hour = "format((datum.value + 24) % 24, '02d') + ':00'"
    axis = {
        "title": say(canvas.lang, "recovery.asleep_from_to"),
        "labelExpr": hour,
        "tickCount": 5,
        "tickMinStep": 1,
    }
    first, last = min(row["start"] for row in rows), max(row["end"] for row in rows)
    return {
        "data": {"values": rows},
        "width": WIDTH,
        "height": 110,
        "mark": {"type": "bar", "width": {"band": 0.5}, "color": canvas.colours.form, "cornerRadius": 2},
        "encoding": {
            "x": {**x, "timeUnit": "utcyearmonthdate"},
            "y": {
                "field": "start",
                "type": "quantitative",
                "scale": {"domain": [np.floor(first) - 0.5, np.ceil(last) + 0.5], "reverse": True},
                "axis": axis,
            },
            "y2": {"field": "end"},
            "tooltip": [{"field": "day", "title": canvas.text("day")}],
        },
    }
