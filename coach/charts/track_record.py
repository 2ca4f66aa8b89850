"""The track record of races: what was predicted on each eve, with its range, against what was run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.store import track_records
from coach.text import say
from coach.text.formats import clock, day, distance

SHOWN = 12
ROW_HEIGHT = 36
TIMES = 120  # wide, for the times beside the plot
VERSIONS = 2  # this one and the one before
MODEL = "race_predictions"
SIGNED_PCT = "(datum.value > 0 ? '+' : datum.value < 0 ? '\u2212' : '') + format(abs(datum.value), 'd') + '%'"
EDGE_PCT = 4.0  # the axis reaches at least this far


@chart(needs=())
def track_record(canvas: Canvas, params: Params) -> Spec:
    """Races by day; everything in percent of the time that was run, so that the miss is seen."""
    kept = track_records.read(canvas.session, canvas.athlete.id, MODEL)[:VERSIONS]
    names = [say(canvas.lang, "track.version", version=record.version) for record in kept]
    rows = [
        {**row, "version": name}
        for record, name in zip(kept, names, strict=True)
        for race in record.rows[-SHOWN:]
        if (row := _row(canvas, race)) is not None
    ]
    if not rows:
        return canvas.empty()
    c = canvas.colours
    races = list(dict.fromkeys(str(row["race"]) for row in sorted(rows, key=lambda row: str(row["day"]))))
    edge = 1.25 * max(EDGE_PCT, *(max(abs(row["low"]), abs(row["high"])) for row in rows))
    several = len({row["version"] for row in rows}) > 1
    y: Spec = {
        "field": "race",
        "type": "nominal",
        "sort": races,
        "axis": {"title": None, "labelFontSize": 12, "labelColor": c.text, "labelLimit": 220},
    }
    offset: Spec = {"yOffset": {"field": "version", "sort": names}} if several else {}
    x = {
        "type": "quantitative",
        "scale": {"domain": [-edge, edge], "nice": False},
        "axis": {
            "title": say(canvas.lang, "track.axis"),
            "labelExpr": SIGNED_PCT,
            "tickCount": 7,
        },
    }
    places = {"domain": [say(canvas.lang, "track.inside"), say(canvas.lang, "track.outside")]}
    dot: Spec = {
        "field": "place",
        "type": "nominal",
        "scale": {**places, "range": [c.good, c.warn]},
    }
    marks: Spec = {
        "field": "version",
        "type": "nominal",
        "scale": {"domain": names, "range": ["circle", "diamond"][: len(names)]},
        "legend": {"symbolFillColor": c.muted, "symbolStrokeColor": c.muted},
    }
    shape = {"shape": marks} if several else {}
    tip = [
        {"field": "race", "title": canvas.text("day")},
        {"field": "predicted", "title": say(canvas.lang, "track.predicted")},
        {"field": "range", "title": say(canvas.lang, "track.inside")},
        {"field": "actual", "title": say(canvas.lang, "track.actual")},
    ]
    return {
        "title": say(canvas.lang, "track.key"),
        "data": {"values": rows},
        "width": WIDTH - TIMES,
        "height": ROW_HEIGHT * len(races) * (1.4 if several else 1),
        "layer": [
            {
                "mark": {"type": "bar", "height": 10, "cornerRadius": 5, "color": c.bar_soft},
                "encoding": {"y": y, **offset, "x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": c.text, "strokeWidth": 1.5},
                "encoding": {"x": {"datum": 0, "type": "quantitative"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {
                    "y": y,
                    **offset,
                    "x": {"field": "error", **x},
                    "color": dot,
                    **shape,
                    "tooltip": tip,
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "color": c.text},
                "encoding": {"y": y, **offset, "x": {"value": WIDTH - TIMES}, "text": {"field": "times"}},
            },
        ],
    }


def _row(canvas: Canvas, race: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a race that was predicted as it is drawn, or None."""
    if race["error"] is None:
        return None
    actual = race["actual_s"]
    on = day(date.fromisoformat(race["day"]), canvas.lang, canvas.today)
    far = distance(race["distance_m"], canvas.lang, canvas.athlete.units)
    predicted, ran = clock(race["predicted_s"]), clock(actual)
    return {
        "day": race["day"],
        "race": f"{on} {far}",
        "low": 100 * (race["low_s"] / actual - 1),
        "high": 100 * (race["high_s"] / actual - 1),
        "error": race["error"],
        "place": say(canvas.lang, "track.inside" if race["inside"] else "track.outside"),
        "predicted": predicted,
        "range": f"{clock(race['low_s'])}–{clock(race['high_s'])}",
        "actual": ran,
        "times": f"{predicted} → {ran}",
    }
