"""Replays of the past: only what was known then, scored as by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete, Threshold, ThresholdKind
from coach.domain.metrics.history import History, Past
from coach.domain.metrics.performance import race_time_of, threshold_speed_of
from coach.domain.metrics.readiness import readiness_series
from coach.domain.metrics.registry import Measure
from coach.domain.track_record import TRACKED, better, tracked
from coach.domain.track_record.changes import changes
from coach.domain.track_record.known import known_on
from coach.domain.track_record.races import race_predictions, threshold_speed
from coach.domain.track_record.readiness import rank_correlation, readiness, readiness_forecast
from coach.domain.track_record.registry import TrackRecord

FIRST = date(2025, 1, 6)


def run(n: int, day: date, metres: float, seconds: float, *, race: bool = False, **more: Any) -> Past:
    """Return a run with its best efforts: the whole of it."""
    rows = [{"distance_m": metres, "time_s": seconds}]
    measures = {
        "distance_m": Measure(metres),
        "elapsed_s": Measure(seconds),
        "moving_s": Measure(seconds),
        "pace_s_per_km": Measure(1000 * seconds / metres),
        "distance_bests": Measure(1.0, detail={"rows": rows, "distance_from": "watch"}),
        **{name: Measure(value) for name, value in more.pop("measures", {}).items()},
    }
    return Past(n, day, Sport.run, measures, race=race, **more)


def races(vdots: dict[date, float], metres: float = 10_000.0) -> History:
    """Return a history with a race of a known VDOT on each of these days, and easy runs between."""
    pasts = [
        run(n, day, metres, race_time_of(v, metres), race=True)
        for n, (day, v) in enumerate(sorted(vdots.items()), 1)
    ]
    first, last = min(vdots), max(vdots)
    easy = [run(100 + n, first + timedelta(days=n), 8000, 2880) for n in range(2, (last - first).days, 3)]
    every = sorted([*pasts, *(p for p in easy if p.day not in vdots)], key=lambda p: p.day)
    return History(Athlete(1), first, last, activities=every)


def test_a_race_is_predicted_from_the_race_before() -> None:
    second, third = FIRST + timedelta(days=28), FIRST + timedelta(days=56)
    found = race_predictions(races({FIRST: 50.0, second: 50.0, third: 52.0}))
    assert [row["day"] for row in found.rows] == [d.isoformat() for d in (FIRST, second, third)]
    none, same, faster = found.rows
    assert none["error"] is None  # nothing was known on the eve of the first
    assert none["because"]
    assert same["error"] == pytest.approx(0, abs=0.05)
    assert same["inside"]
    # By hand: 10 km at VDOT 50 is 41:21, at 52 39:59; predicted 41:21 that is 3.4 % too slow.
    assert faster["error"] == pytest.approx(100 * (2481 / 2399 - 1), abs=0.1)
    assert found.summary["races"] == 3
    assert found.summary["n"] == 2
    assert not found.summary["enough"]
    assert found.summary["mean_abs_error_pct"] == pytest.approx(
        (same["error"] + faster["error"]) / 2, abs=0.1
    )


def test_what_comes_later_changes_no_prediction() -> None:
    days = {FIRST + timedelta(days=28 * n): v for n, v in enumerate((48.0, 49.0, 50.0, 56.0, 44.0))}
    whole = race_predictions(races(days))
    for n in range(2, 5):
        some = dict(sorted(days.items())[:n])
        assert list(race_predictions(races(some)).rows) == list(whole.rows[:n])


def test_given_thresholds_and_those_of_later_months_are_not_known() -> None:
    later = [
        Threshold(ThresholdKind.threshold_speed_mps, 9.0, "given", date(1970, 1, 1)),
        Threshold(ThresholdKind.threshold_speed_mps, 8.0, "estimated", FIRST.replace(day=1)),
    ]
    days = {FIRST: 50.0, FIRST + timedelta(days=20): 50.0}
    history = replace(races(days), thresholds=later)
    history = replace(history, athlete=replace(history.athlete))
    before = known_on(history, FIRST + timedelta(days=10))
    held = before.athlete.thresholds.value("threshold_speed_mps")
    assert held == pytest.approx(threshold_speed_of(50.0), rel=1e-3)
    assert all(t.value < 8 for t in before.thresholds)
    assert before.last_day == FIRST + timedelta(days=10)


def test_a_threshold_is_held_against_what_the_next_race_shows() -> None:
    found = threshold_speed(races({FIRST: 50.0, FIRST + timedelta(days=30): 52.0}))
    first, second = found.rows
    assert first["error"] is None
    shown = 100 * (threshold_speed_of(50.0) / threshold_speed_of(52.0) - 1)
    assert second["error"] == pytest.approx(shown, abs=0.1)
    assert found.summary["bias_pct"] < 0  # too slow a threshold was believed in


def nights(days: int = 160, seed: int = 2) -> History:
    """Return nights of resting heart rate, HRV and sleep, a run a day whose RPE follows the HRV."""
    rng = np.random.default_rng(seed)
    every = [FIRST + timedelta(days=n) for n in range(days)]
    state = np.convolve(rng.normal(0, 1, days + 6), np.ones(7) / 2.6, "valid")
    rows = [
        run(
            n + 1,
            day,
            8000,
            2880,
            rpe=float(np.clip(5 - 1.5 * state[n] + rng.normal(0, 0.3), 0, 10)),
            measures={"efficiency_factor": 1.3 + rng.normal(0, 0.01)},
        )
        for n, day in enumerate(every)
    ]
    return History(
        Athlete(1),
        FIRST,
        every[-1],
        daily_load={day: 50.0 + 20 * (n % 7 == 0) for n, day in enumerate(every)},
        activities=rows,
        daily={
            "hrv_rmssd_ms": {d: float(np.exp(4 + 0.3 * state[n])) for n, d in enumerate(every)},
            "rhr_bpm": {d: 50 - 3 * float(state[n]) for n, d in enumerate(every)},
            "sleep_s": {d: 3600 * (7.5 + 0.8 * float(state[n])) for n, d in enumerate(every)},
        },
    )


def test_readiness_is_held_against_how_the_run_felt() -> None:
    history = nights()
    found = readiness(history)
    effort, efficiency = found.summary["effort"], found.summary["efficiency"]
    assert effort["n"] > 50
    assert effort["r"] < 0  # the readier, the easier: that is how these nights were made
    assert effort["tells"]
    assert effort["low"] < effort["r"] < effort["high"] < 0
    assert not efficiency["tells"]  # which had nothing to do with them
    # What is read at once for all days is what each day's own past says.
    for row in found.rows[:: len(found.rows) // 5]:
        day = date.fromisoformat(row["day"])
        then = float(readiness_series(history.until(day), day, day).score[0])
        assert row["readiness"] == pytest.approx(then)


def test_forecasts_are_those_of_their_evening() -> None:
    history = nights()
    found = readiness_forecast(history)
    assert found.summary["n"] == len(found.rows) > 50
    errors = [abs(row["said"] - row["came"]) for row in found.rows]
    assert found.summary["mae"] == pytest.approx(float(np.mean(errors)))
    last = date.fromisoformat(found.rows[len(found.rows) // 2]["day"])
    shorter = readiness_forecast(history.until(last))
    assert shorter.rows[-1] == found.rows[len(found.rows) // 2]


def test_too_few_days_say_nothing() -> None:
    found = readiness(nights(days=25)).summary
    assert not found["effort"]["enough"]
    assert "r" not in found["effort"]
    empty = History(Athlete(1), FIRST, FIRST)
    for model in TRACKED.values():
        if model.known:
            assert model.replay(empty).rows == []


@pytest.mark.parametrize(("step", "reports"), [(0.0, 0), (8.0, 1)])
def test_a_lasting_change_is_reported_once_and_stands(step: float, reports: int) -> None:
    rng = np.random.default_rng(4)
    days = [FIRST + timedelta(days=n) for n in range(240)]
    rhr = {d: 50 + float(rng.normal(0, 1)) + (step if n >= 120 else 0) for n, d in enumerate(days)}
    found = changes(History(Athlete(1), FIRST, days[-1], daily={"rhr_bpm": rhr}))
    assert found.summary["reports"] == len(found.rows) == reports
    assert found.summary["false_alarms"] == 0
    assert found.summary["judged"] == reports
    for row in found.rows:
        assert row["what"] == "rhr"
        assert row["step"] == pytest.approx(step, abs=0.5)
        assert date.fromisoformat(row["reported"]) > days[120]


def test_a_change_that_goes_away_was_a_false_alarm() -> None:
    rng = np.random.default_rng(4)
    days = [FIRST + timedelta(days=n) for n in range(240)]
    # A month of eight beats more, then as before: the newest values were reported, and did not last.
    rhr = {d: 50 + float(rng.normal(0, 1)) + (8 if 120 <= n < 148 else 0) for n, d in enumerate(days)}
    found = changes(History(Athlete(1), FIRST, days[-1], daily={"rhr_bpm": rhr}))
    assert found.summary["reports"] >= 1
    reported = [date.fromisoformat(row["reported"]) for row in found.rows]
    # Reports made in the last four weeks are open.
    open_ = [row["stood"] is None for row in found.rows]
    assert open_ == [day > days[-1] - timedelta(days=28) for day in reported]


def test_ranks_and_ties() -> None:
    assert rank_correlation([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    # Spearman's textbook case with a tie: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    assert rank_correlation([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    assert rank_correlation([1, 1, 1], [1, 2, 3]) is None


def test_versions_are_compared_on_what_both_predicted() -> None:
    model = TRACKED["race_predictions"]
    before = [{"activity_id": 1, "error": 4.0}, {"activity_id": 2, "error": -2.0}]
    now = [{"activity_id": 2, "error": 1.0}, {"activity_id": 3, "error": 9.0}]
    found = better(model, before, now)
    assert found is not None
    assert (found.n, found.before, found.now) == (1, 2.0, 1.0)
    assert better(model, before[:1], now) is None


def test_a_model_is_declared_once_and_skipped_while_its_formula_is_not_there() -> None:
    def race_predictions(history: History) -> TrackRecord:
        return TrackRecord()

    with pytest.raises(ValueError, match="twice"):
        tracked(formulas=(), reads=(), key=(), scoring=1)(race_predictions)
    assert not replace(TRACKED["changes"], formulas=("no_such_metric",)).known
    assert TRACKED["readiness_forecast"].version >= 2  # the sum of its formulas' versions
