"""Charts of fitness, predictions and curves: what they draw is what the metrics say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fakes.life import TODAY, Lived

from coach.charts import build
from coach.domain.metrics.race_predictions import DISTANCES_M, predict
from coach.store.values import history_for


def drawn(life: Lived, chart: str, **params: Any) -> dict[str, Any]:
    ctx = life.ctx(lang="en")
    with life.db.athlete_session(life.full) as s:
        return build(chart, params, session=s, athlete=ctx.athlete, lang="en", today=TODAY)


def test_fitness_lies_within_its_range_every_day(life: Lived) -> None:
    vdot, threshold = drawn(life, "fitness")["vconcat"]
    rows = [row for row in vdot["data"]["values"] if row["vdot"] is not None]
    assert rows[-1]["day"] == TODAY.isoformat()
    assert all(row["low"] <= row["vdot"] <= row["high"] for row in rows)
    races = vdot["layer"][2]["data"]["values"]
    assert [race["what"] for race in races] == ["10 km 45:00", "21.1 km 1:40:00"]
    assert threshold["encoding"]["y"]["scale"]["reverse"], "faster is higher"


def test_a_long_span_has_no_more_points_than_a_screen(life: Lived) -> None:
    vdot = drawn(life, "fitness", start="2015-01-01")["vconcat"][0]
    assert len(vdot["data"]["values"]) <= 371


def test_predictions_stand_beside_their_marks_as_clock_times(life: Lived) -> None:
    spec = drawn(life, "predictions")
    rows = spec["data"]["values"]
    assert [row["race"] for row in rows] == ["1 mile", "5 km", "10 km", "half marathon", "marathon"]
    assert rows[3]["time"] == "1:40:00"
    assert all(row["low"] < 0 < row["high"] for row in rows)
    ctx = life.ctx()
    with life.db.athlete_session(life.full) as s:
        past = history_for(s, life.full, "race_predictions", TODAY, TODAY)
    assert past is not None
    predictions = predict(past, TODAY, DISTANCES_M)
    assert isinstance(predictions, list)
    ticks = spec["layer"][1]["data"]["values"]
    assert len(ticks) == sum(len(p.models) for p in predictions)
    assert ctx.athlete.id == life.full


@pytest.mark.parametrize("channel", ["pace", "hr"])
def test_all_time_is_never_below_the_period(life: Lived, channel: str) -> None:
    spec = drawn(life, "mean_max", channel=channel, start="2026-11-01", end="2026-11-10")
    values = spec["data"]["values"]
    ever, recent = (
        {v["s"]: v["value"] for v in values if (v["what"] == "All time") is which} for which in (True, False)
    )
    better = min if channel == "pace" else max
    assert recent
    assert all(better(value, ever[s]) == ever[s] for s, value in recent.items())
    assert spec["encoding"]["y"]["scale"].get("reverse", False) is (channel == "pace")
    assert spec["encoding"]["x"]["scale"]["type"] == "log"


def test_the_best_curve_is_that_of_pace(life: Lived) -> None:
    assert json.dumps(drawn(life, "best_curve")) == json.dumps(drawn(life, "mean_max", channel="pace"))
