"""How right the coach has been, in words and as a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fakes.life import TODAY, Lived
from telling import call, tables, told

from coach.charts import build
from coach.domain.metrics import METRICS
from coach.store import track_records
from coach.store.track_records import Kept

RACE = {
    "activity_id": 1,
    "day": "2026-10-25",
    "distance_m": 21_097.5,
    "actual_s": 6000.0,
    "predicted_s": 6120.0,
    "low_s": 5950.0,
    "high_s": 6300.0,
    "inside": True,
    "error": 2.0,
}


def say(life: Lived, lang: Any, **args: Any) -> str:
    ctx = life.ctx(lang=lang)
    return told(ctx, call(ctx, "track_record", **args))


def test_too_few_races_yet_is_an_answer(own_life: Lived) -> None:
    text = say(own_life, "ko", model="race_predictions")
    assert "일러요" in text or "예측할 수 없었어요" in text
    assert "too early" in say(own_life, "en", model="race_predictions") or "not enough" in say(
        own_life, "en", model="race_predictions"
    )


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_each_model_says_where_it_stands(own_life: Lived, lang: Any) -> None:
    whole = say(own_life, lang)
    for model in ("race_predictions", "readiness", "changes"):
        part = say(own_life, lang, model=model)
        assert part.splitlines()[0] in whole


def test_somebody_without_races_is_told_how_to_begin(own_life: Lived) -> None:
    ctx = own_life.ctx(own_life.one)
    assert "대회로 표시된" in told(ctx, call(ctx, "track_record", model="race_predictions"))
    ctx = own_life.ctx(own_life.empty)
    assert "GPX" in told(ctx, call(ctx, "track_record"))


def summary(n: int, inside: int, error: float, bias: float) -> dict[str, Any]:
    return {
        "races": n,
        "n": n,
        "enough": n >= 3,
        "inside": inside,
        "mean_abs_error_pct": error,
        "bias_pct": bias,
    }


def keep(life: Lived, version: int, errors: list[float]) -> None:
    """Keep a replay as if it were of now."""
    ctx = life.ctx()
    rows = [{**RACE, "activity_id": n, "error": error} for n, error in enumerate(errors, 1)]
    mean = sum(map(abs, errors)) / len(errors)
    with ctx.db.athlete_session(life.full) as s:
        state = track_records.state_of(s, life.full)
        told_ = {"state": state, **summary(len(errors), len(errors), mean, sum(errors) / len(errors))}
        track_records.save(s, life.full, Kept("race_predictions", version, TODAY, told_, rows))


def test_a_better_formula_says_so(own_life: Lived) -> None:
    version = METRICS["race_predictions"].version
    call(own_life.ctx(), "track_record")
    keep(own_life, version, [2.0, 2.0, -2.0, 2.0])
    keep(own_life, version - 1, [5.0, 5.0, 5.0, 5.0])
    ctx = own_life.ctx()
    result = call(ctx, "track_record", model="race_predictions")
    text = told(ctx, result)
    assert "대회 4개에서 평균 2% 빗나갔고, 그중 4개는" in text
    assert "느리게 예측하는 편이에요. 평균 1%만큼요." in text
    assert "같은 4건으로 견주면 평균 오차가 5%에서 2%로 줄었어요" in text
    (rows,) = tables(ctx, result)
    assert [row[-1] for row in rows] == ["2%", "2%", "-2%", "2%"] or len(rows) <= 4
    assert any(card.chart == "track_record" for card in result.cards)
    races = [fact for fact in result.facts if fact.key.startswith("race.")]
    assert all(fact.activities and fact.sources for fact in races)


@pytest.mark.parametrize(("lang", "theme"), [("ko", "light"), ("en", "dark")])
def test_the_picture_shows_both_versions(own_life: Lived, lang: Any, theme: str) -> None:
    version = METRICS["race_predictions"].version
    ctx = replace(own_life.ctx(lang=lang), lang=lang)

    def draw() -> dict[str, Any]:
        with ctx.db.athlete_session(own_life.full) as s:
            return build(
                "track_record", {}, session=s, athlete=ctx.athlete, lang=lang, today=TODAY, theme=theme
            )

    assert draw()["mark"]["type"] == "text"  # nothing yet, in words
    keep(own_life, version, [2.0])
    (one,) = draw()["data"]["values"]
    assert one["low"] == pytest.approx(100 * (5950 / 6000 - 1))
    assert one["times"] == "1:42:00 → 1:40:00"
    keep(own_life, version - 1, [5.0])
    assert [row["error"] for row in draw()["data"]["values"]] == [2.0, 5.0]
