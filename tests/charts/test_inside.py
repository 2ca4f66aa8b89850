"""Charts of the inside of a run show what its metrics say."""

from __future__ import annotations

from typing import Any

from fakes.life import Lived

from coach.charts import build
from coach.domain.metrics.registry import Measure
from coach.store import activities, metrics


def spec_of(life: Lived, chart: str, activity_id: int, lang: Any = "ko") -> dict[str, Any]:
    ctx = life.ctx(lang=lang)
    with life.db.athlete_session(life.full) as s:
        return build(
            chart, {"activity_id": activity_id}, session=s, athlete=ctx.athlete, lang=lang, today=ctx.today
        )


def test_each_repetition_is_shaded_once_in_each_panel(life: Lived) -> None:
    with life.db.athlete_session(life.full) as s:
        ids = [row.id for row in activities.find(s, life.full, limit=None) if row.has_samples]
        stored = metrics.read(s, life.full, ids, ["intervals"])
    sessions, even = 0, 0
    for activity_id in ids:
        found = stored[activity_id]["intervals"]
        if not isinstance(found, Measure):
            continue
        spec = spec_of(life, "intervals", activity_id)
        rects = [
            layer["data"]["values"]
            for panel in spec["vconcat"]
            for layer in panel["layer"]
            if layer["mark"]["type"] == "rect"
        ]
        if not found.value:
            even += 1
            assert not rects
            assert spec["title"]["text"] == "속도가 크게 바뀐 구간이 없어요"
            continue
        sessions += 1
        assert [len(values) for values in rects] == [found.value] * len(spec["vconcat"])
        assert "×" in spec["title"]["text"]
        work = [row for row in found.detail["rows"] if row["kind"] == "work"]
        assert [v["a"] for v in rects[0]] == [row["start_s"] for row in work]
    assert sessions >= 2, "the demo athlete does repetitions and tempo runs"
    assert even >= 5


def test_streams_have_a_panel_for_each_sensor(life: Lived) -> None:
    with life.db.athlete_session(life.full) as s:
        run = next(row.id for row in activities.find(s, life.full, limit=None) if row.has_samples)
        recorded = activities.load(s, life.full, run).streams
    assert recorded is not None
    spec = spec_of(life, "streams", run, "en")
    drawn = [panel["encoding"]["y"]["field"] for panel in spec["vconcat"]]
    assert drawn == ["pace", "hr", "altitude", "cadence", "power"]
    assert {"hr_bpm", "altitude_m", "cadence_spm", "power_w"} <= set(recorded.channels)
