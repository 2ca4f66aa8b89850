"""What a step is told as, and what takes its place where that is unknown."""

from __future__ import annotations

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import Constraints, Done, Health, Intensity, Situation
from coach.domain.plan.targets import RPE, pacing
from tests.domain.plan.athletes import TODAY


def test_paces_are_daniels_for_the_athletes_vdot() -> None:
    # Daniels' table, 3rd edition, VDOT 50: T 4:15/km, I 3:55/km (93 s and 1:33 per 400 m), M 4:31/km.
    paces = pacing(Situation(TODAY, vdot=50.0))
    assert paces.s_per_km(Intensity.threshold) == pytest.approx(255, abs=2)
    assert paces.s_per_km(Intensity.interval) == pytest.approx(235, abs=2)
    assert paces.s_per_km(Intensity.marathon) == pytest.approx(271, abs=2)
    target = paces.target(Intensity.threshold)
    assert (target.kind, target.high - target.low) == ("pace", 6.0)  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["hr", "power", "pace", "rpe"])
def test_effort_takes_the_place_of_what_is_unknown(kind: str) -> None:
    situation = Situation(TODAY, constraints=Constraints(targets=kind))  # type: ignore[arg-type]
    for intensity, (low, high) in RPE.items():
        target = pacing(situation).target(intensity)
        assert (target.kind, target.low, target.high) == ("rpe", low, high)


def test_heart_rate_comes_from_the_threshold_then_the_reserve_then_the_maximum() -> None:
    wishes = Constraints(targets="hr")
    by_lthr = Situation(TODAY, constraints=wishes, vdot=50.0, lthr_bpm=170.0, hr_max_bpm=190.0)
    by_reserve = Situation(TODAY, constraints=wishes, hr_max_bpm=190.0, hr_rest_bpm=50.0)
    by_max = Situation(TODAY, constraints=wishes, hr_max_bpm=190.0)
    found = [pacing(s).target(Intensity.threshold) for s in (by_lthr, by_reserve, by_max)]
    assert [(t.low, t.high) for t in found] == [(162.0, 170.0), (166.0, 173.0), (167.0, 175.0)]
    # Heart rate lags behind short efforts: they keep their pace.
    assert pacing(by_lthr).target(Intensity.interval).kind == "pace"


def test_warmth_slows_each_pace_and_hills_and_health_take_it_away() -> None:
    cool, warm = (
        pacing(Situation(TODAY, vdot=50.0, constraints=Constraints(temperature_c=c))) for c in (12.8, 22.8)
    )
    for intensity in RPE:
        assert warm.s_per_km(intensity) - cool.s_per_km(intensity) == pytest.approx(5.8, abs=1)
    hilly = Situation(TODAY, vdot=50.0, constraints=Constraints(terrain="hilly"))
    tired = Situation(TODAY, vdot=50.0, health=Health(no_period=True))
    assert {pacing(s).target(Intensity.easy).kind for s in (hilly, tired)} == {"rpe"}


def test_without_a_vdot_times_follow_the_athletes_own_runs() -> None:
    runs = tuple(Done(n, TODAY, Sport.run, 5 * 330.0, 5000.0) for n in range(5))
    assert pacing(Situation(TODAY, done=runs)).s_per_km(Intensity.easy) == pytest.approx(330, abs=5)
    assert not pacing(Situation(TODAY, done=runs)).known
