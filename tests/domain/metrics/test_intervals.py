"""Work and recovery, found from speed alone: constructed sessions, whose truth is known, and even runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from coach.domain.activity import Activity, Lap, Sport
from coach.domain.metrics import Measure, intervals
from coach.domain.metrics.intervals import Group, compare_laps, groups_of
from coach.domain.metrics.prepared import prepared

from .build import activity, athlete, because, value
from .examples import example_of
from .sessions import EVEN_RUNS, SESSIONS, easy, make, over, repeat, work

SEEDS = range(2)
TOLERANCE_S, TOLERANCE_SHARE = 6.0, 0.1


@dataclass
class Score:
    """How many repetitions were there, found, and found where there were some."""

    there: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0


def score(sessions: dict, seeds: range, noise: float) -> Score:
    """Compare what is found with the truth: a repetition is right when both its edges are."""
    total = Score()
    for legs in sessions.values():
        for seed in seeds:
            made = make(legs, seed, noise=noise)
            bouts = prepared(made.run).bouts
            total.there += len(made.truth)
            total.found += len(bouts)
            for start, end in made.truth:
                room = max(TOLERANCE_S, TOLERANCE_SHARE * (end - start))
                total.right += any(
                    abs(b.start_s - start) <= room and abs(b.end_s - end) <= room for b in bouts
                )
    return total


def detail(run: Activity) -> dict:
    found = intervals.intervals(run, athlete())
    assert isinstance(found, Measure)
    return dict(found.detail)


def said(run: Activity) -> list[tuple]:
    return [(g["count"], g["distance_m"], g["time_s"]) for g in detail(run)["groups"]]


@example_of("intervals", source="by hand: 15 min easy, 6 × 400 m in 88 s with 90 s of jogging, 10 min easy")
def test_six_times_four_hundred():
    legs = [easy(900, 2.8), *repeat(6, work(88, 400 / 88), easy(90, 2.3)), easy(600, 2.8)]
    run = make(legs, noise=0).run
    found = intervals.intervals(run, athlete())
    assert value(found) == 6
    assert said(run) == [(6, 400, None)]
    rows = detail(run)["rows"]
    assert [r["kind"] for r in rows] == ["warm_up", *["work", "recovery"] * 5, "work", "cool_down"]
    reps = [r for r in rows if r["kind"] == "work"]
    assert [r["distance_m"] for r in reps] == pytest.approx([400] * 6, abs=8)
    assert [r["time_s"] for r in reps] == pytest.approx([88] * 6, abs=2)
    assert [r["pace_s_per_km"] for r in reps] == pytest.approx([220] * 6, abs=4)
    assert all(r["max_hr_bpm"] >= r["avg_hr_bpm"] > rows[0]["avg_hr_bpm"] for r in reps)
    assert reps[0]["avg_cadence_spm"] > rows[0]["avg_cadence_spm"]
    assert sum(r["time_s"] for r in rows) == pytest.approx(run.recording.elapsed_s)


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_is_found_without_laps(name):
    only = {name: SESSIONS[name]}
    for noise in (0.0, 1.0):
        found = score(only, SEEDS, noise)
        assert found.recall >= 0.9, (noise, found)
        assert found.precision >= 0.9, (noise, found)


@pytest.mark.parametrize("name", EVEN_RUNS)
def test_a_run_without_repetitions_has_none(name):
    for seed in SEEDS:
        assert detail(make(EVEN_RUNS[name], seed).run)["groups"] == [], seed


def test_precision_and_recall_over_all_sessions():
    everything = SESSIONS | EVEN_RUNS
    ordinary = score(everything, range(2, 3), 1.0)
    assert ordinary.recall >= 0.98
    assert ordinary.precision >= 0.98
    bad_gps = score(everything, range(2, 3), 1.6)
    assert bad_gps.recall >= 0.93
    assert bad_gps.precision >= 0.95


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("6×400 m", [(6, 400, None)]),
        ("8×400 m, standing rests", [(8, 400, None)]),
        ("10×400 m, watch stopped in between", [(10, 400, None)]),
        ("5×1000 m", [(5, 1000, None)]),
        ("3×10 min", [(3, None, 600)]),
        ("4×1 mile, a minute", [(4, 1600, None)]),
        ("30/30", [(16, None, 30)]),
        ("4×4 min uphill", [(4, None, 240)]),
        ("20 min tempo", [(1, None, 1200)]),
        ("walk and run 1:1", [(10, None, 60)]),
        ("run 9, walk 1", [(5, None, 540)]),
        ("fartlek", [(6, None, None)]),
    ],
)
def test_sessions_are_called_what_runners_call_them(name, expected):
    for seed in SEEDS:
        assert said(make(SESSIONS[name], seed).run) == expected


def test_unequal_repetitions_keep_their_order():
    def row(time_s, distance_m):
        return {"time_s": time_s, "distance_m": distance_m}

    pyramid = [row(m / 4.4, float(m)) for m in (200, 400, 800, 400, 200)]
    assert [g.distance_m for g in groups_of(pyramid)] == [200, 400, 800, 400, 200]
    miles = [row(390.0, 1612.0)] * 3 + [row(40.0, 201.0)] * 4
    assert groups_of(miles) == [Group(3, 1600, None), Group(4, 200, None)]
    surges = [row(s, s * 4.13) for s in (63.0, 134.0, 47.0, 211.0)]
    assert groups_of(surges) == [Group(4, None, None)]
    unmeasured = [{"time_s": 181.0, "distance_m": None}] * 4
    assert groups_of(unmeasured) == [Group(4, None, 180)]


def test_laps_that_were_pressed_agree_and_differing_ones_are_named():
    legs = [easy(900, 2.8), *repeat(4, over(1000, 4.2), easy(120, 2.4)), easy(600, 2.8)]
    made = make(legs, 1)
    starts = [0.0, *(t for span in made.truth for t in span)]
    ends = [*starts[1:], made.run.recording.elapsed_s]
    pressed = tuple(Lap(a + 1, b - a, trigger="manual") for a, b in zip(starts, ends, strict=True))
    bouts = prepared(made.run).bouts
    agreeing = compare_laps(pressed, bouts)
    assert agreeing["state"] == "agree"
    assert [r["lap"] for r in agreeing["rows"]] == [2, 4, 6, 8]
    late = (*pressed[:3], Lap(pressed[3].start_s + 60, 100), *pressed[4:])
    differing = compare_laps(late, bouts)
    assert (differing["state"], differing["matched"]) == ("differ", 3)
    assert differing["rows"][1]["lap"] is None
    planned = tuple(
        Lap(lap.start_s, lap.elapsed_s, intensity="interval" if k % 2 else "recovery")
        for k, lap in enumerate((*pressed, Lap(2600, 100)))
    )
    assert compare_laps(planned, bouts)["unmatched_laps"] == [10]
    by_distance = tuple(Lap(300.0 * k, 300, trigger="distance") for k in range(5))
    assert compare_laps(by_distance, bouts)["state"] == "auto"
    assert compare_laps((), bouts)["state"] == compare_laps(pressed, ())["state"] == "none"


def test_a_session_without_heart_rate_or_altitude_has_its_repetitions_too():
    legs = [easy(900, 2.8), *repeat(6, work(88, 4.55), easy(90, 2.3)), easy(600, 2.8)]
    full = make(legs, 2, hr=False).run
    assert full.streams is not None
    bare = activity(channels={"distance_m": full.streams.channels["distance_m"]})
    rows = detail(bare)["rows"]
    assert [r["kind"] for r in rows].count("work") == 6
    assert all(r["avg_hr_bpm"] is None and r["max_hr_bpm"] is None for r in rows)


def test_what_has_no_speed_or_is_no_run_is_unknown():
    assert because(intervals.intervals(activity(hr=np.full(900, 150.0)), athlete())) == "no_speed"
    assert because(intervals.intervals(activity(speed=np.full(200, 3.0)), athlete())) == "too_short"
    ride = activity(speed=np.full(3600, 8.0), sport=Sport.ride)
    assert because(intervals.intervals(ride, athlete())) == "not_a_run"
