"""Every chart, for a full, a new and an empty athlete, in both languages and themes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fakes.life import TODAY, Lived

from coach.charts import CHARTS, build
from coach.errors import BadInput, NotFound
from coach.store import activities
from coach.text import say

# What these six weeks hold too little for: a threshold power, a race. Their own tests have somebody who has.
ELSEWHERE = {"power_zones", "track_record"}
PERIODS = {"a_start": "2026-11-01", "a_end": "2026-11-30", "b_start": "2026-10-01", "b_end": "2026-10-31"}


def spec_of(
    life: Lived, chart: str, *, who: int | None = None, lang: Any = "ko", units: Any = "metric",
    theme: str = "light", **params: Any,
) -> dict[str, Any]:  # fmt: skip
    ctx = life.ctx(who, lang=lang, units=units)
    with life.db.athlete_session(ctx.athlete.id) as s:
        if "activity_id" in CHARTS[chart].needs:
            runs = activities.find(s, ctx.athlete.id, limit=None)
            params = {"activity_id": next(row.id for row in runs if row.has_samples), **params}
        if "metric" in CHARTS[chart].needs:
            params = {"metric": "ctl", **params}
        if chart == "compare":
            params = {**PERIODS, **params}
        return build(chart, params, session=s, athlete=ctx.athlete, lang=lang, today=ctx.today, theme=theme)


def leaves(part: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value, however deep."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        yield str(key), value
        if isinstance(value, dict | list):
            yield from leaves(value)


@pytest.mark.parametrize("who", ["full", "one"])
@pytest.mark.parametrize("chart", list(CHARTS))
def test_every_chart_builds(life: Lived, chart: str, who: str) -> None:
    drawn = []
    for lang, units in (("ko", "metric"), ("en", "imperial")):
        for theme in ("light", "dark"):
            spec = spec_of(life, chart, who=getattr(life, who), lang=lang, units=units, theme=theme)
            json.dumps(spec, allow_nan=False)
            keys = {key for key, _ in leaves(spec)}
            assert not keys & {"url", "href"}
            text = json.dumps(spec, ensure_ascii=False)
            assert lang == "ko" or not any("가" <= c <= "힣" for c in text), text
            assert units == "metric" or '"km"' not in text
            drawn.append(text)
    assert len(set(drawn)) == 4, "language and theme make a difference"
    empty = say("ko", "charts.nothing"), say("ko", "charts.nothing_of_one")
    if chart in ELSEWHERE:
        return
    assert who == "one" or not any(sentence in drawn[0] for sentence in empty), f"{chart} is empty"


@pytest.mark.parametrize("chart", [name for name in CHARTS if "activity_id" not in CHARTS[name].needs])
def test_without_data_a_chart_says_so(life: Lived, chart: str) -> None:
    for lang in ("ko", "en"):
        spec = spec_of(life, chart, who=life.empty, lang=lang)
        why = "charts.no_plan" if chart in ("plan_volume", "plan_load") else "charts.nothing"
        assert say(lang, why) in json.dumps(spec, ensure_ascii=False)


@pytest.mark.parametrize("chart", ["splits", "streams", "route"])
def test_without_samples_a_chart_says_so(life: Lived, chart: str) -> None:
    with life.db.athlete_session(life.full) as s:
        ride = next(row.id for row in activities.find(s, life.full, limit=None) if row.sport == "ride")
        theirs = activities.find(s, life.full, limit=1)[0].id
    assert say("ko", "charts.nothing_of_one") in json.dumps(
        spec_of(life, chart, activity_id=ride), ensure_ascii=False
    )
    with pytest.raises(NotFound):
        spec_of(life, chart, who=life.one, activity_id=theirs)


@pytest.mark.parametrize(
    ("chart", "params"),
    [
        ("nothing_like_it", {}),
        ("weekly_volume", {"start": "0001-01-01"}),
        ("weekly_volume", {"start": "soon"}),
        ("weekly_volume", {"colour": "red"}),
        ("compare", {}),
        ("route", {}),
    ],
)
def test_what_makes_no_sense_is_refused(life: Lived, chart: str, params: dict[str, Any]) -> None:
    ctx = life.ctx()
    with life.db.athlete_session(life.full) as s, pytest.raises(BadInput) as error:
        build(chart, params, session=s, athlete=ctx.athlete, lang="ko", today=TODAY)
    for lang in ("ko", "en"):
        assert say(lang, f"error.{error.value.key}", **error.value.params)


def test_a_span_from_the_beginning_of_time_draws_what_there_is(life: Lived) -> None:
    for chart, most in (("weekly_volume", 54), ("monthly_volume", 14), ("calendar", 380)):
        values = spec_of(life, chart, start="1970-01-01")["data"]["values"]
        assert len(values) <= most, chart


def test_weeks_and_days_are_the_athletes(life: Lived) -> None:
    """The bars are the weeks that the totals know, and the kilometres are theirs."""
    spec = spec_of(life, "weekly_volume", start="2026-11-02", end="2026-11-15")
    values = spec["data"]["values"]
    assert [v["day"] for v in values] == ["2026-11-02", "2026-11-09"]
    with life.db.athlete_session(life.full) as s:
        week = [
            row.distance_m or 0.0
            for row in activities.find(s, life.full, limit=None)
            if row.sport == "run" and "2026-11-09" <= row.local_date.isoformat() <= "2026-11-15"
        ]
    assert values[1]["far"] == pytest.approx(sum(week) / 1000, abs=0.05)
    calendar = spec_of(life, "calendar", start="2026-11-01", end="2026-11-21")["data"]["values"]
    assert calendar[0]["weekday"] == "월"
    assert {v["day"]: v["far"] for v in calendar}["2026-11-06"] >= 5.0, "the run abroad, on its own date"


def test_zones_share_all_of_the_time(life: Lived) -> None:
    values = spec_of(life, "hr_zones")["data"]["values"]
    assert [v["zone"] for v in values] == [f"존{n}" for n in range(1, 6)]
    assert sum(v["share"] for v in values) == pytest.approx(1)


def test_the_legend_can_be_read_in_both_themes(life: Lived) -> None:
    for theme in ("light", "dark"):
        config = spec_of(life, "route", theme=theme)["config"]
        assert config["legend"]["titleColor"] == config["axis"]["titleColor"] != config.get("background")
