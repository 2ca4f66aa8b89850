"""Cards: each rule on numbers that just hold and just do not, at most two, none twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.insights import Card, Known, Outlook, candidates, choose

DAY = date(2026, 11, 15)
CALM = Outlook(
    DAY,
    easy_runs=14,
    measured_runs=16,
    spike_pct=2.0,
    spike_day=DAY,
    sleep_s=27_000.0,
    nights=13,
    hrv_low_days=1,
    rhr_high_days=0,
    monotony=1.2,
    load_week=250.0,
    load_usual=260.0,
    runs_of_six_weeks=24,
    rated_of_six_weeks=5,
    threshold_day=DAY - timedelta(days=30),
)


def topics(seen: Outlook) -> list[str]:
    return [card.topic for card in candidates(seen)]


def test_nothing_is_recommended_where_nothing_is_to_be() -> None:
    assert topics(CALM) == []
    assert topics(Outlook(DAY)) == []  # nothing known


@pytest.mark.parametrize(
    ("topic", "holds", "does_not"),
    [
        ("easy", {"easy_runs": 9}, {"easy_runs": 10}),
        ("easy", {"easy_runs": 4, "measured_runs": 8}, {"easy_runs": 0, "measured_runs": 7}),
        ("long_run", {"spike_pct": 10.5}, {"spike_pct": 10.0}),
        ("sleep", {"sleep_s": 25_100.0}, {"sleep_s": 25_200.0}),
        ("sleep", {"sleep_s": 20_000.0, "nights": 8}, {"sleep_s": 20_000.0, "nights": 7}),
        ("body", {"hrv_low_days": 4}, {"hrv_low_days": 3}),
        ("body", {"rhr_high_days": 4}, {"rhr_high_days": 3, "hrv_low_days": 3}),
        ("monotony", {"monotony": 2.0}, {"monotony": 1.99}),
        ("strength", {"plan_id": 3, "strength_planned": 0}, {"plan_id": 3, "strength_planned": 1}),
        (
            "taper",
            {"race_day": DAY + timedelta(days=12), "days_to_race": 12},
            {"race_day": DAY + timedelta(days=15), "days_to_race": 15},
        ),
        (
            "taper",
            {"race_day": DAY + timedelta(days=12), "days_to_race": 12},
            {"race_day": DAY + timedelta(days=12), "days_to_race": 12, "load_week": 150.0},
        ),
        ("rpe", {"rated_of_six_weeks": 0}, {"rated_of_six_weeks": 1}),
        ("rpe", {"rated_of_six_weeks": 0}, {"rated_of_six_weeks": 0, "runs_of_six_weeks": 7}),
        (
            "thresholds",
            {"threshold_day": DAY - timedelta(days=183)},
            {"threshold_day": DAY - timedelta(days=182)},
        ),
    ],
)
def test_each_rule_holds_from_its_limit_on(topic: str, holds: dict, does_not: dict) -> None:
    assert topics(replace(CALM, **holds)) == [topic]
    assert topics(replace(CALM, **does_not)) == []


def test_every_card_has_evidence_and_a_key_that_names_its_time() -> None:
    worst = replace(
        CALM, easy_runs=0, spike_pct=40.0, sleep_s=18_000.0, hrv_low_days=7, rhr_high_days=7, monotony=3.0,
        plan_id=1, strength_planned=0, race_day=DAY + timedelta(days=9), days_to_race=9, rated_of_six_weeks=0,
        threshold_day=DAY - timedelta(days=400),
    )  # fmt: skip
    found = candidates(worst)
    assert len(found) == 9
    assert all(card.figures for card in found)
    assert len({card.key for card in found}) == 9
    assert all(card.key.startswith(f"{card.topic}:") for card in found)
    assert not {c.key for c in found if c.topic == "sleep"} & {
        c.key for c in candidates(replace(worst, day=DAY + timedelta(days=7)))
    }
    body, long_run = (next(c for c in found if c.topic == t) for t in ("body", "long_run"))
    assert (body.guideline, long_run.guideline) == ("hrv_guided", "long_run_spike")


TOPICS = ("body", "long_run", "taper", "sleep", "easy", "rpe")


def card(topic: str, at: date) -> Card:
    return Card(topic, f"{topic}:{at.isoformat()}", at, at, (), ("x",))


STEP = st.tuples(
    st.sampled_from(["refresh", "dismiss", "undo"]),
    st.integers(0, 25),  # days that pass before
    st.lists(st.sampled_from(TOPICS), unique=True),
    st.integers(0, 3),
)


@given(st.lists(STEP, max_size=40))
def test_what_was_dismissed_never_comes_back(steps) -> None:
    today = date(2026, 1, 5)
    stored: dict[str, Known] = {}
    for what, days, holding, which in steps:
        today += timedelta(days=days)
        opened = sorted(k for k, known in stored.items() if known.dismissed_on is None)
        away = sorted(stored.keys() - set(opened))
        if what == "dismiss" and opened:
            key = opened[which % len(opened)]
            stored[key] = replace(stored[key], dismissed_on=today)
        elif what == "undo" and away:
            key = away[which % len(away)]
            if not any(k.topic == stored[key].topic and k.dismissed_on is None for k in stored.values()):
                stored[key] = replace(stored[key], dismissed_on=None)
        elif what == "refresh":
            monday = today - timedelta(days=today.weekday())
            shown = choose([card(t, monday) for t in TOPICS if t in holding], stored.values(), today)
            assert len(shown) <= 2
            assert len({one.card.topic for one in shown}) == len(shown)
            gone = {k.key for k in stored.values() if k.dismissed_on is not None}
            assert not gone & {one.key for one in shown}
            for known in stored.values():
                if known.dismissed_on is not None and (today - known.dismissed_on).days < 56:
                    assert known.topic not in {one.card.topic for one in shown}
            keys = {one.key for one in shown}
            stored = {k: v for k, v in stored.items() if v.dismissed_on is not None or k in keys}
            stored |= {one.key: Known(one.key, one.card.topic) for one in shown}


def test_what_is_open_stays_before_what_is_more_pressing() -> None:
    known = [Known("sleep:1", "sleep"), Known("rpe:1", "rpe")]
    found = [card(t, DAY) for t in ("body", "sleep", "rpe")]
    assert [one.key for one in choose(found, known, DAY)] == ["sleep:1", "rpe:1"]
    assert [one.card.topic for one in choose(found, [], DAY)] == ["body", "sleep"]
