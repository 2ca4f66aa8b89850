"""Any metric is reachable by its name."""

from __future__ import annotations

import pytest
from fakes.life import Lived
from telling import call, say_tell

from coach.domain.metrics import METRICS
from coach.errors import BadInput
from coach.text import LANGS
from coach.tools import TOOLS
from coach.tools.wording import worded


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_answers_with_a_value_or_its_reason(life: Lived, name: str) -> None:
    ctx = life.ctx()
    result = call(ctx, "metric", name=name)
    assert result.question is None
    fact = next(f for f in result.facts if f.key == name)
    assert (fact.value is None) == (fact.because is not None)


@pytest.mark.parametrize("lang", LANGS)
def test_a_metric_is_told_with_what_it_means(life: Lived, lang: str) -> None:
    told = say_tell(
        life.ctx(lang=lang), "metric", name="total_distance_m", start="2026-11-01", end="2026-11-21"
    )
    assert "km" in told
    assert len(told.splitlines()) >= 2


def test_a_metric_of_a_day_shows_how_it_went(life: Lived) -> None:
    [card] = call(life.ctx(), "metric", name="ctl").cards
    assert (card.chart, card.params["metric"]) == ("metric_trend", "ctl")


def test_a_threshold_rests_on_the_runs_it_was_estimated_from(life: Lived) -> None:
    """It reads no run itself, and whether a model may hear of it goes by where the runs came from."""
    [fact] = call(life.ctx(), "metric", name="lthr").facts
    assert fact.value is not None
    assert fact.sources


def test_a_name_that_does_not_exist_is_said(life: Lived) -> None:
    with pytest.raises(BadInput, match="no_such_metric"):
        call(life.ctx(), "metric", name="tss")


def test_the_words_of_an_answer_are_those_of_the_conversation(life: Lived) -> None:
    ctx = life.ctx()
    tool = TOOLS["metric"]
    result = tool.fn(ctx, tool.args.model_validate({"name": "ctl"}))
    answer = worded(result, ctx)
    assert "\n".join((*answer.says, *answer.notes)) == say_tell(ctx, "metric", name="ctl")
    assert [card.chart for card in answer.charts] == ["metric_trend"]
