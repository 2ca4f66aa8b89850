"""The nights: resting heart rate, heart-rate variability, sleep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import day_x
from coach.store import daily

BAND_DAYS = 28
HRV = ("hrv_rmssd_ms", "hrv_sdnn_ms")


def _series(canvas: Canvas, params: Params, names: tuple[str, ...], days: int) -> pd.DataFrame:
    """Return day × name of what was measured, from BAND_DAYS before the first day that is drawn."""
    start, end = canvas.span(params, days)
    values = daily.values(canvas.session, canvas.athlete.id, names, start - timedelta(days=BAND_DAYS), end)
    frame = pd.DataFrame([(v.day, v.name, v.value) for v in values], columns=["day", "name", "value"])
    if frame.empty:
        return frame
    table = frame.pivot_table(index="day", columns="name", values="value", aggfunc="last")
    table.index = pd.to_datetime(table.index)
    return table.asfreq("D")


@chart(needs=())
def recovery(canvas: Canvas, params: Params) -> Spec:
    """Resting heart rate and heart-rate variability: each day, the week's mean, and the usual range."""
    start, end = canvas.span(params, 90)
    table = _series(canvas, params, ("rhr_bpm", *HRV), 90)
    if table.empty:
        return canvas.empty()
    hrv = next((name for name in HRV if name in table), None)
    if not table.index[-1] >= pd.Timestamp(start):
        return canvas.empty()
    panels = []
    for name, title, colour in (
        ("rhr_bpm", canvas.text("rhr"), canvas.colours.heart),
        (hrv, canvas.text("hrv"), canvas.colours.fitness),
    ):
        if name is None or name not in table:
            continue
        series = table[name]
        usual = series.rolling(BAND_DAYS, min_periods=10)
        frame = pd.DataFrame(
            {
                "value": series,
                "week": series.rolling(7, min_periods=3).mean(),
                "low": usual.mean() - usual.std(),
                "high": usual.mean() + usual.std(),
            }
        ).loc[pd.Timestamp(start) :]
        panels.append(_panel(canvas, frame, title, colour, (end - start).days))
    return {"title": canvas.text("recovery_key"), "vconcat": panels, "spacing": 18}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the table as rows of JSON; unknown is null."""
    rounded = frame.round(1).astype(object).where(frame.notna(), None)
    days = frame.index.strftime("%Y-%m-%d")  # type: ignore[attr-defined]
    records: list[dict[Any, Any]] = rounded.to_dict("records")
    return [{"day": day, **record} for day, record in zip(days, records, strict=True)]


def _panel(canvas: Canvas, frame: pd.DataFrame, title: str, colour: str, days: int) -> Spec:
    x = day_x(canvas.lang, days)
    y = {"type": "quantitative", "scale": {"zero": False}, "axis": {"title": title, "tickCount": 4}}
    return {
        "data": {"values": _rows(frame)},
        "width": WIDTH,
        "height": 130,
        "layer": [
            {
                "mark": {"type": "area", "color": colour, "opacity": 0.13},
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


@chart(needs=())
def sleep(canvas: Canvas, params: Params) -> Spec:
    """Hours of sleep each night, and the week's mean."""
    start, end = canvas.span(params, 60)
    table = _series(canvas, params, ("sleep_s",), 60)
    if table.empty:
        return canvas.empty()
    if not table.index[-1] >= pd.Timestamp(start):
        return canvas.empty()
    hours = table["sleep_s"] / 3600
    frame = pd.DataFrame({"value": hours, "week": hours.rolling(7, min_periods=3).mean()}).loc[
        pd.Timestamp(start) :
    ]
    x = day_x(canvas.lang, (end - start).days)
    y = {"type": "quantitative", "axis": {"title": canvas.text("hours"), "tickCount": 5}}
    c = canvas.colours
    return {
        "title": canvas.text("sleep_key"),
        "data": {"values": _rows(frame)},
        "layer": [
            {
                "mark": {"type": "bar", "color": c.bar_soft, "width": {"band": 0.7}},
                "encoding": {
                    "x": {**x, "timeUnit": "utcyearmonthdate"},
                    "y": {"field": "value", **y},
                    "tooltip": [
                        {"field": "day", "title": canvas.text("day")},
                        {"field": "value", "title": canvas.text("hours")},
                    ],
                },
            },
            {
                "mark": {"type": "line", "color": c.fitness, "strokeWidth": 2.2},
                "encoding": {"x": x, "y": {"field": "week", **y}},
            },
        ],
    }
