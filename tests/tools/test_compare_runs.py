"""Two runs, all runs of a route, and the heatmap: what is answered, and what is said not to be comparable."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fakes.life import TODAY, Lived
from telling import call, tables, told

from coach.domain.activity import Sport
from coach.errors import BadInput, NotFound
from coach.store import activities, private_places
from coach.tools.spec import Result, ToolContext

VOICES = [("ko", "metric"), ("en", "imperial")]


def runs(life: Lived, who: int | None = None, **more: Any) -> list[activities.Row]:
    ctx = life.ctx(who)
    with life.db.athlete_session(ctx.athlete.id) as s:
        return activities.find(s, ctx.athlete.id, sport=Sport.run, **more)


def outside(life: Lived) -> list[activities.Row]:
    """Return recorded runs with a track, the newest first."""
    return [row for row in runs(life) if row.has_samples and not row.treadmill]


def whole(ctx: ToolContext, result: Result) -> str:
    text = told(ctx, result)
    wrong = [bad for bad in ("None", "nan", "{", "}", "()", "  ") if bad in text.replace("\n", "/")]
    assert not wrong, text
    assert ctx.lang == "ko" or not re.search("[가-힣]", re.sub("[가-힣]+ (레이스|조깅|하프)", "", text)), text
    return text


@pytest.mark.parametrize(("lang", "units"), VOICES)
@pytest.mark.parametrize("align", ["distance", "time"])
def test_without_arguments_the_last_run_is_compared_with_one_like_it(
    life: Lived, lang: Any, units: Any, align: str
) -> None:
    ctx = life.ctx(lang=lang, units=units)
    result = call(ctx, "compare_runs", align=align)
    whole(ctx, result)
    a = runs(life)[0]
    charts = [card for card in result.cards if card.kind == "chart"]
    assert [card.chart for card in charts] == ["compare_runs"]
    assert charts[0].params["activity_id"] == a.id
    other = next(row for row in runs(life) if row.id == charts[0].params["other_id"])
    assert other.start_at < a.start_at
    assert {a.id, other.id} == {n for fact in result.facts for n in fact.activities}
    assert len(tables(ctx, result)) == 2


def test_the_lead_is_the_sum_of_the_stretches(life: Lived) -> None:
    ctx = life.ctx()
    a, b = outside(life)[:2]
    result = call(ctx, "compare_runs", a_id=a.id, b_id=b.id)
    facts = {fact.key: fact for fact in result.facts}
    ahead = {"A가 앞섬": 1, "B가 앞섬": -1, "같음": 0}
    signs = [ahead[row[-1]] for row in tables(ctx, result)[1]]
    gained = [float(facts[f"along.{n}.gained"].value or 0) for n in range(1, len(signs) + 1)]
    total = sum(sign * value for sign, value in zip(signs, gained, strict=True))
    assert abs(abs(total) - float(facts["lead.s"].value or 0)) < 0.6 * len(signs)
    turned = call(ctx, "compare_runs", a_id=b.id, b_id=a.id)
    back = {fact.key: fact.value for fact in turned.facts}
    assert back["lead.s"] == pytest.approx(facts["lead.s"].value)


def test_what_differs_is_said(life: Lived) -> None:
    ctx = life.ctx(lang="en")
    indoors = next(row for row in runs(life) if row.treadmill)
    plain = next(row for row in outside(life))
    text = whole(ctx, call(ctx, "compare_runs", a_id=plain.id, b_id=indoors.id))
    assert "was on a treadmill" in text
    assert "no second-by-second data" in text
    race = next(row for row in runs(life, race=True))
    assert "was a race" in whole(ctx, call(ctx, "compare_runs", a_id=race.id, b_id=plain.id))
    ride = next(iter(_of(life, Sport.ride)))
    text = whole(ctx, call(ctx, "compare_runs", a_id=ride.id, b_id=plain.id))
    assert "different sports" in text


def _of(life: Lived, sport: Sport) -> list[activities.Row]:
    with life.db.athlete_session(life.full) as s:
        return activities.find(s, life.full, sport=sport)


def test_a_day_with_two_runs_is_asked_about_and_the_answer_continues(life: Lived) -> None:
    ctx = life.ctx()
    result = call(ctx, "compare_runs", a_day="2026-10-06", b_id=outside(life)[0].id)
    question = result.question
    assert question is not None
    assert (question.tool, question.field) == ("compare_runs", "a_id")
    chosen = {**question.args, "a_id": int(question.choices[0].value)}
    whole(ctx, call(ctx, "compare_runs", **chosen))


def test_nothing_to_compare_with(life: Lived) -> None:
    with pytest.raises(NotFound, match="nothing_to_compare"):
        call(life.ctx(life.one), "compare_runs")
    with pytest.raises(NotFound):
        call(life.ctx(life.empty), "compare_runs")
    run = outside(life)[0]
    with pytest.raises(BadInput, match="same_activity_twice"):
        call(life.ctx(), "compare_runs", a_id=run.id, b_id=run.id)
    with pytest.raises(NotFound):
        call(life.ctx(life.one), "compare_runs", a_id=run.id, b_id=run.id)


@pytest.mark.parametrize(("lang", "units"), VOICES)
def test_all_runs_of_a_route(life: Lived, lang: Any, units: Any) -> None:
    ctx = life.ctx(lang=lang, units=units)
    by_length = [call(ctx, "same_route", activity_id=row.id) for row in outside(life)[:8]]
    most = max(by_length, key=lambda r: next(f.value for f in r.facts if f.key == "count"))
    text = whole(ctx, most)
    facts = {fact.key: fact for fact in most.facts}
    count = int(facts["count"].value or 0)
    assert count >= 2
    assert len(facts["count"].activities) == count
    paces = [f.value for f in most.facts if f.key.startswith("of.") and f.metric == "pace_s_per_km"]
    assert facts["best.pace_s_per_km"].value == min(p for p in paces if p is not None)
    assert ("코스" if lang == "ko" else "route") in text
    assert [card.chart for card in most.cards if card.kind == "chart"] == ["route"]
    whole(ctx, call(ctx, "same_route"))
    whole(ctx, call(ctx, "same_route", day=TODAY))


def test_a_route_needs_a_track(life: Lived) -> None:
    indoors = next(row for row in runs(life) if row.treadmill)
    with pytest.raises(NotFound, match="no_route_of_activity"):
        call(life.ctx(), "same_route", activity_id=indoors.id)
    with pytest.raises(NotFound, match="no_positions"):
        call(life.ctx(life.empty), "same_route")


@pytest.mark.parametrize(("lang", "units"), VOICES)
def test_where_one_has_been(life: Lived, lang: Any, units: Any) -> None:
    ctx = life.ctx(lang=lang, units=units)
    result = call(ctx, "heatmap")
    whole(ctx, result)
    facts = {fact.key: fact.value for fact in result.facts}
    assert facts["count"] == len(outside(life))
    assert [card.chart for card in result.cards] == ["heatmap"]
    some = call(ctx, "heatmap", start="2026-11-01", end="2026-11-15", sport="run")
    whole(ctx, some)
    assert dict(some.cards[0].params) == {"start": "2026-11-01", "end": "2026-11-15", "sport": "run"}
    whole(ctx, call(ctx, "heatmap", end="2026-11-15"))
    with pytest.raises(NotFound, match="no_positions"):
        call(life.ctx(life.empty), "heatmap")


def test_no_answer_carries_a_position(life: Lived) -> None:
    """What a model could read: facts, sentences, cards. In Seoul latitude is 37.5, longitude 126.9 or 127."""
    ctx = life.ctx()
    for result in (call(ctx, "compare_runs"), call(ctx, "same_route"), call(ctx, "heatmap")):
        text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False)
        assert not re.search(r"37\.5\d{2,}|12[67]\.\d{3,}", text.replace("37.5 ", ""))


def test_private_places_are_said_to_be_left_out(own_life: Lived) -> None:
    ctx = own_life.ctx()
    assert "비공개" in told(ctx, call(ctx, "heatmap")), "proposed while there is none"
    with own_life.db.athlete_session(ctx.athlete.id) as s:
        private_places.add(s, ctx.athlete.id, name="집", lat_deg=37.5172, lon_deg=126.9905, radius_m=300)
    assert "빼고" in told(ctx, call(ctx, "heatmap"))
    with own_life.db.athlete_session(ctx.athlete.id) as s:
        private_places.add(s, ctx.athlete.id, name="온 서울", lat_deg=37.53, lon_deg=126.98, radius_m=5000)
        private_places.add(s, ctx.athlete.id, name="북쪽", lat_deg=37.56, lon_deg=126.96, radius_m=5000)
    with pytest.raises(NotFound, match="all_private"):
        call(ctx, "heatmap")
