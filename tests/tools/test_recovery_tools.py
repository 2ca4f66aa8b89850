"""Readiness, sleep, recovery and the training status, as a runner hears them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from fakes.life import TODAY, Lived
from telling import call, say_tell, told

from coach.domain.daily import DailyValue, Entry
from coach.domain.source import Source
from coach.store import daily
from coach.tools.facts import Facts, of_day
from coach.tools.readiness import ramp_note
from coach.tools.spec import Result


def tell(life: Lived, *said: Entry | DailyValue, who: int | None = None) -> None:
    """Keep what an athlete said and what was measured."""
    athlete_id = who or life.full
    with life.db.athlete_session(athlete_id) as s:
        daily.save_values(s, athlete_id, [v for v in said if isinstance(v, DailyValue)])
        for entry in said:
            if isinstance(entry, Entry):
                daily.add_entry(s, athlete_id, entry)


def facts_of(life: Lived, tool: str, **args: Any) -> dict[str, Any]:
    return {f.key: f for f in call(life.ctx(), tool, **args).facts}


def test_readiness_says_score_terms_and_tomorrow(own_life: Lived) -> None:
    tell(own_life, Entry("fatigue", TODAY, 8.0), Entry("mood", TODAY, 2.0))
    result = call(own_life.ctx(lang="en"), "readiness")
    text = told(own_life.ctx(lang="en"), result)
    facts = {f.key: f for f in result.facts}
    assert text.startswith(f"Readiness today: {float(facts['score'].value or 0):.0f}")
    assert "You do not feel well." in text
    assert "Readiness describes, it does not diagnose." in text
    assert Source.journal in facts["score"].sources
    assert Source.apple_health in facts["score"].sources
    assert [card.chart for card in result.cards] == ["readiness"]
    assert "tomorrow" in text.lower()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_illness_comes_before_any_score(own_life: Lived, lang: Any) -> None:
    tell(own_life, Entry("illness", TODAY, text="열이 나요"), Entry("fatigue", TODAY, 0.0))
    first, second, *_ = say_tell(own_life.ctx(lang=lang), "readiness").split("\n")
    assert ("쉬세요" if lang == "ko" else "Please rest") in first
    assert ("달리지 마세요" if lang == "ko" else "No running") in second
    text = say_tell(own_life.ctx(lang=lang), "readiness")
    assert ("계획대로" if lang == "ko" else "as planned") not in text
    assert ("내일" if lang == "ko" else "expect") not in text


def test_too_little_is_said_with_what_is_missing_and_how_to_give_it(life: Lived) -> None:
    text = say_tell(life.ctx(life.one, lang="en"), "readiness")
    assert "not enough data" in text
    assert "Missing: HRV, resting heart rate, sleep, form, how you feel." in text
    assert "Health Auto Export" in text
    assert "fatigue 3" in text
    assert "out of 100" not in text
    assert "nothing recorded yet" in say_tell(life.ctx(life.empty, lang="en"), "readiness")


def test_readiness_of_a_past_day_gives_no_advice(life: Lived) -> None:
    text = say_tell(life.ctx(lang="en"), "readiness", day=TODAY - timedelta(days=3))
    assert "My advice" not in text
    assert "tomorrow" not in text


def test_a_day_one_was_ill_is_told_as_it_was(own_life: Lived) -> None:
    day = TODAY - timedelta(days=3)
    tell(own_life, Entry("illness", day, text="감기"), Entry("fatigue", day, 0.0))
    text = say_tell(own_life.ctx(lang="en"), "readiness", day=day)
    assert "You reported being ill. That comes before any score." in text
    assert "Please rest" not in text


def test_sleep_tells_average_debt_regularity_and_short_nights(own_life: Lived) -> None:
    nights: list[DailyValue] = []
    for back in range(14):
        day = TODAY - timedelta(days=back)
        slept = 5.0 if back == 2 else 7.0
        nights += [
            DailyValue(day, "sleep_s", slept * 3600, Source.journal),
            DailyValue(day, "sleep_start_min", -30.0, Source.journal),
            DailyValue(day, "sleep_end_min", 390.0 + back % 2 * 10, Source.journal),
        ]
    tell(own_life, *nights)
    ctx = own_life.ctx(lang="en")
    facts = {f.key: f for f in call(ctx, "sleep").facts}
    assert facts["average"].value == pytest.approx((6 * 7 + 5) / 7 * 3600)
    assert facts["nights"].value == 7
    assert facts["short.0"].subject.start == TODAY - timedelta(days=2)
    assert "short.1" not in facts
    assert (facts["sleep_start"].value, facts["sleep_end"].value) == ("23:30", "06:35")
    assert facts["debt"].value > 2
    text = say_tell(ctx, "sleep")
    assert "you slept 6 h 43 min a night on average (7 nights)" in text
    assert "An earlier night" in text
    assert "That is regular." in text
    assert "한" not in text


def test_sleep_without_a_night_says_how_to_give_them(life: Lived) -> None:
    text = say_tell(life.ctx(life.one), "sleep", start=date(2026, 11, 1), end=date(2026, 11, 7))
    assert "수면 기록이 없어요" in text
    assert "Health Auto Export" in text


def test_recovery_tells_the_range_the_chart_draws(life: Lived) -> None:
    facts = facts_of(life, "recovery")
    low, week, high = (float(facts[f"hrv.{key}"].value) for key in ("low", "week", "high"))
    assert low < float(facts["hrv.usual"].value) < high
    text = say_tell(life.ctx(lang="en"), "recovery")
    expected = "below" if week < low else "above" if week > high else "within"
    assert f"{expected} your usual range" in text


@pytest.mark.parametrize(
    ("ramp", "korean", "english"),
    [
        (1.4, "4주 평균 주당 1.4씩 올랐고", "Fitness rose by 1.4 per week"),
        (-2.2, "4주 평균 주당 2.2씩 내렸고", "Fitness fell by 2.2 per week"),
        (-0.04, "4주 전과 거의 같고", "about what it was four weeks ago"),
    ],
)
def test_which_way_fitness_went_is_said(life: Lived, ramp: float, korean: str, english: str) -> None:
    for lang, expected in (("ko", korean), ("en", english)):
        ctx = life.ctx(lang=lang)
        facts, subject = Facts(ctx), of_day(ctx, ctx.today)
        facts.add("form", "form_pct", -5.0, "pct", subject)
        note = ramp_note(facts, subject, ramp, "ramp", ())
        assert expected in told(ctx, Result(facts=facts.all(), says=(note,)))


def test_the_training_status_is_one_word_with_its_numbers(life: Lived) -> None:
    result = call(life.ctx(lang="en"), "training_status")
    text = told(life.ctx(lang="en"), result)
    assert text.startswith("Training status: ")
    assert "conventions" in text
    assert result.facts[0].activities
    nothing = say_tell(life.ctx(life.empty, lang="en"), "training_status")
    assert nothing.startswith("There is no training status yet")
