"""Time in zones by pace and power, and how intensity was spread over the weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fakes.life import TODAY, Lived, opened

from coach.charts import build
from coach.domain.athlete import Threshold, ThresholdKind
from coach.domain.metrics.registry import Measure
from coach.pipeline import recompute
from coach.store import activities, athletes, metrics
from coach.store.postgres import Embedded
from coach.text import say


@pytest.fixture
def with_power(embedded: Embedded, template: str) -> Iterator[Lived]:
    """An athlete who gave a threshold power; the watch recorded power all along."""
    for life in opened(embedded.url, template):
        with life.db.athlete_session(life.full) as s:
            mine = Threshold(ThresholdKind.threshold_power_w, 300.0, "given", date(1970, 1, 1))
            athletes.set_threshold(s, mine)
            rows = activities.find(s, life.full, limit=6)
        recompute.recompute(life.db, life.full, [row.id for row in rows])
        yield life


def drawn(life: Lived, chart: str, lang: Any = "ko", **params: Any) -> dict[str, Any]:
    ctx = life.ctx(lang=lang)
    with life.db.athlete_session(ctx.athlete.id) as s:
        return build(chart, params, session=s, athlete=ctx.athlete, lang=lang, today=TODAY)


def test_power_zones_share_all_of_the_time_once_a_threshold_is_known(with_power: Lived) -> None:
    values = drawn(with_power, "power_zones")["data"]["values"]
    assert [v["zone"] for v in values] == [f"존{n}" for n in range(1, 6)]
    assert sum(v["share"] for v in values) == pytest.approx(1)
    with with_power.db.athlete_session(with_power.full) as s:
        rows = activities.find(s, with_power.full, limit=6)
        read = metrics.read(s, with_power.full, [row.id for row in rows], ["training_load"])
    methods = {read[row.id]["training_load"].detail["method"] for row in rows if row.has_samples}  # type: ignore[union-attr]
    assert methods == {"power"}


def test_without_a_threshold_power_the_chart_says_that_there_is_nothing(life: Lived) -> None:
    assert drawn(life, "power_zones")["data"]["values"] == [{"text": say("ko", "charts.nothing")}]


def test_intensity_is_spread_over_weeks_as_the_activities_say(life: Lived) -> None:
    spec = drawn(life, "intensity", start="2026-11-02", end="2026-11-15")
    values = spec["data"]["values"]
    assert {v["label"] for v in values} == {"2026-11-02", "2026-11-09"}
    for label in ("2026-11-02", "2026-11-09"):
        assert sum(v["share"] for v in values if v["label"] == label) == pytest.approx(100, abs=0.2)
    with life.db.athlete_session(life.full) as s:
        rows = activities.find(s, life.full, start=date(2026, 11, 9), end=date(2026, 11, 15), limit=None)
        read = metrics.read(s, life.full, [row.id for row in rows], ["intensity_distribution"])
    times = [0.0] * 3
    for row in rows:
        found = read[row.id]["intensity_distribution"]
        if isinstance(found, Measure):
            times = [t + line["time_s"] for t, line in zip(times, found.detail["rows"], strict=True)]
    second = [v["share"] for v in values if v["label"] == "2026-11-09"]
    assert second == pytest.approx([100 * t / sum(times) for t in times], abs=0.06)


def test_a_long_span_is_drawn_by_month_and_one_activity_by_itself(life: Lived) -> None:
    by_month = drawn(life, "intensity", start="2025-12-01", end="2026-11-21")["data"]["values"]
    assert {v["label"] for v in by_month} <= {"2026-09", "2026-10", "2026-11"}
    with life.db.athlete_session(life.full) as s:
        run = next(row for row in activities.find(s, life.full, limit=None) if row.has_samples)
    alone = drawn(life, "intensity", "en", activity_id=run.id)["data"]["values"]
    assert {v["label"] for v in alone} == {run.local_date.isoformat()}
    assert [v["zone"] for v in alone] == ["Easy (below LT1)", "Moderate (LT1–LT2)", "Hard (above LT2)"]
