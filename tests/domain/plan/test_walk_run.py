"""Walking and running in turns stays within the gates, each week of every way back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coach.domain.plan.model import Intensity, Situation, Workout
from coach.domain.plan.rules.gates import RUN_MIN, SESSION_MIN, Gate, Mode
from coach.domain.plan.targets import pacing
from coach.domain.plan.walk_run import STAGES, session, stage_of
from tests.domain.plan.athletes import TODAY

PACES = pacing(Situation(TODAY))


@pytest.mark.parametrize("mode", list(STAGES))
def test_no_stage_is_beyond_its_gate(mode: Mode) -> None:
    assert len(STAGES[mode]) == len(RUN_MIN[mode])
    gate = Gate(mode, TODAY)
    for week in range(1, len(STAGES[mode]) + 1):
        made = session(PACES, gate, week, most_s=None)
        assert made is not None
        workout = Workout("w", TODAY + timedelta(weeks=week - 1), made[0], made[1])
        runs = [s.duration_s for s in workout.each_step() if s.intensity is Intensity.easy]
        assert max(runs) <= 60 * RUN_MIN[mode][week - 1]
        assert workout.duration_s <= 60 * SESSION_MIN[mode][week - 1]
        assert next(iter(workout.each_step())).intensity is Intensity.walk


@pytest.mark.parametrize("mode", list(STAGES))
def test_running_grows_from_week_to_week(mode: Mode) -> None:
    stretches = [run for run, _, _ in STAGES[mode]]
    assert stretches == sorted(stretches)


def test_a_short_day_has_fewer_turns() -> None:
    gate = Gate("new", TODAY)
    for minutes in (15, 20, 25):
        made = session(PACES, gate, 1, most_s=60.0 * minutes)
        assert made is not None
        assert Workout("w", TODAY, *made).duration_s <= 60 * minutes
    assert session(PACES, gate, 1, most_s=600.0) is None


def test_a_longer_plan_repeats_weeks_and_never_runs_ahead() -> None:
    stages = [stage_of(week, 12, "new", week) for week in range(1, 13)]
    assert stages == sorted(stages)
    assert stages[0] == 1
    assert stages[-1] == 9
    assert all(stage_of(week, 8, "new", week) == week for week in range(1, 9))
