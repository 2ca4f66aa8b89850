"""The charts of changes and of pairs, on simulated years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes.life import SEOUL, TODAY, Lived

from benchmarks.bench_change import DAYS, FIRST, Life, linked
from coach.charts import build
from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.errors import BadInput
from coach.store import daily, system
from coach.text import say

SHIFT = TODAY - (FIRST + timedelta(days=DAYS - 1))
STEP_DAY = FIRST + timedelta(days=180) + SHIFT


@pytest.fixture(scope="module")
def nights(life: Lived) -> int:
    """An athlete of whom only nights are known: the resting heart rate rose, sleep and HRV go their ways."""
    athlete = system.create_athlete(life.db, name="다섯", lang="ko", tz=str(SEOUL))
    history = linked(2, Life(step_day=180, step=(("rhr", 6.0),)), per_hour=0.0)
    with life.db.athlete_session(athlete.id) as s:
        daily.save_values(
            s,
            athlete.id,
            [
                DailyValue(day + SHIFT, name, value, Source.garmin)
                for name, of in history.daily.items()
                for day, value in of.items()
            ],
        )
    return int(athlete.id)


def drawn(life: Lived, who: int, chart: str, lang: Any = "ko", **params: Any) -> dict[str, Any]:
    ctx = life.ctx(who, lang=lang, now=datetime(2026, 11, 21, 9, tzinfo=UTC))
    with life.db.athlete_session(who) as s:
        return build(chart, params, session=s, athlete=ctx.athlete, lang=lang, today=TODAY)


def test_the_levels_and_the_day_between_them(life: Lived, nights: int) -> None:
    spec = drawn(life, nights, "change", what="rhr")
    dots, levels, rules, _ = (layer["data"]["values"] for layer in spec["layer"])
    assert len(dots) > 300
    before, after = levels
    assert after["value"] - before["value"] == pytest.approx(6, abs=1.0)
    assert before["to"] == after["day"] == rules[0]["day"]
    assert abs((datetime.fromisoformat(after["day"]).date() - STEP_DAY).days) <= 7
    assert rules[0]["why"] == say("ko", "change.chart_changed")


def test_what_did_not_change_has_one_level(life: Lived, nights: int) -> None:
    spec = drawn(life, nights, "change", "en", what="weight")
    _, levels, rules, _ = (layer["data"]["values"] for layer in spec["layer"])
    assert (len(levels), rules) == (1, [])
    since = drawn(life, nights, "change", what="rhr", since=STEP_DAY.isoformat())
    assert len(since["layer"][2]["data"]["values"]) == 1


def test_pairs_with_their_line_and_band(life: Lived, nights: int) -> None:
    spec = drawn(life, nights, "correlation", "en", a="sleep", b="hrv", lag_days=0)
    band, dots, _ = (layer["data"]["values"] for layer in spec["layer"])
    assert f"{len(dots)} pairs" in spec["title"]
    assert all(point["low"] < point["y"] < point["high"] for point in band)
    assert 4 < band[0]["x"] < band[-1]["x"] < 11, "hours of sleep"


@pytest.mark.parametrize("chart", ["change", "correlation"])
def test_without_enough_values_there_is_a_sentence(life: Lived, chart: str) -> None:
    spec = drawn(life, life.empty, chart)
    assert spec["data"]["values"][0]["text"] == say("ko", "charts.nothing")


@pytest.mark.parametrize(
    ("chart", "params"),
    [("change", {"what": "mood"}), ("correlation", {"a": "luck"}), ("correlation", {"b": "luck"})],
)
def test_what_is_not_watched_is_refused(life: Lived, chart: str, params: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        drawn(life, life.empty, chart, **params)
