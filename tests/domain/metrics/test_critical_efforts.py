"""Critical speed from one's own efforts: the published line, and unknown where they do not tell."""

from __future__ import annotations

import pytest

from coach.domain.metrics import critical_efforts
from coach.domain.metrics.critical_efforts import maximal_efforts
from coach.domain.metrics.performance import race_time_of
from coach.domain.metrics.race_predictions import predict

from .build import DAY, because, value
from .examples import example_of, vectors
from .past_runs import a_run, history, jog

KEPT_UP = [jog(100 + n, n) for n in range(0, 200, 3)]
LINE = vectors("critical_speed")[0]
CS, D_PRIME = LINE["expected"]["cs_linear_dt_m_s"], LINE["expected"]["dprime_linear_dt_m"]


def on_the_line(*times_s: float, race: bool = True):
    """Efforts on d = CS·t + D′, each of a day of its own."""
    return [a_run(n, 5 + n, [(CS * t + D_PRIME, t)], race=race) for n, t in enumerate(times_s, 1)]


@example_of(
    "critical_speed_mps",
    "d_prime_m",
    source="golden.json critical_speed: 1200 m in 240 s and 3600 m in 840 s are 4 m/s and 240 m",
)
def test_efforts_on_a_line_give_the_line():
    given = LINE["inputs"]
    assert [CS * t + D_PRIME for t in given["times_s"]] == given["distances_m"]
    past = history(*KEPT_UP, *on_the_line(240, 480, 840))
    cs, d_prime = critical_efforts.critical_speed_mps(past, DAY), critical_efforts.d_prime_m(past, DAY)
    assert value(cs) == pytest.approx(CS, abs=LINE["tol"]["cs"])
    assert value(d_prime) == pytest.approx(D_PRIME, abs=LINE["tol"]["dprime"])
    assert cs.detail["model"] == "distance_time"
    assert [row["time_s"] for row in cs.detail["rows"]] == [240, 480, 840]
    assert not cs.detail["lower_bound"]


def test_training_efforts_are_a_lower_bound_and_need_a_witness():
    alone = on_the_line(240, 480, 840, race=False)
    assert because(critical_efforts.critical_speed_mps(history(*KEPT_UP, *alone), DAY)) == "need_cs_efforts"
    witnessed = [
        *alone,
        *(a_run(10 + n, 40 + n, [(0.99 * (CS * t + D_PRIME), t)]) for n, t in enumerate((240, 480, 840))),
    ]
    found = critical_efforts.critical_speed_mps(history(*KEPT_UP, *witnessed), DAY)
    assert value(found) == pytest.approx(CS, abs=0.01)
    assert found.detail["lower_bound"]


def test_efforts_that_do_not_span_tell_nothing():
    past = history(*KEPT_UP, *on_the_line(400, 500, 600))
    assert because(critical_efforts.critical_speed_mps(past, DAY)) == "need_cs_efforts"
    assert because(critical_efforts.d_prime_m(past, DAY)) == "need_cs_efforts"


def test_stretches_of_one_even_run_are_no_separate_efforts():
    even = a_run(1, 5, [(CS * t, t) for t in (240.0, 480.0, 840.0)], race=True)
    assert because(critical_efforts.critical_speed_mps(history(*KEPT_UP, even), DAY)) == "need_cs_efforts"


def test_what_is_slower_than_a_longer_effort_was_not_maximal():
    slow = a_run(9, 3, [(4.0 * 300, 300)], race=True)  # slower than the 14 minutes at 4.29 m/s
    past = history(*KEPT_UP, *on_the_line(240, 480, 840), slow)
    assert {e.activity_id for e in maximal_efforts(past, DAY)} == {1, 2, 3}


def test_after_three_months_efforts_no_longer_count():
    old = [a_run(n, 90 + n, [(CS * t + D_PRIME, t)], race=True) for n, t in enumerate((240, 480, 840))]
    assert maximal_efforts(history(*KEPT_UP, *old), DAY) == []


@pytest.mark.parametrize("vdot", [38, 45, 52, 60])
def test_the_predicted_marathon_lies_where_marathons_are_run(vdot):
    """Smyth & Muniz-Pumares 2020: marathons at 84.8 % of CS on average, 93 % at 2:30 and 79 % at 6 h."""
    efforts = [
        a_run(n, 10 + n, race=True, metres=m, seconds=race_time_of(vdot, m))
        for n, m in enumerate((1500, 3000, 10_000), 1)
    ]
    # 5 km a day: 35 km a week.
    past = history(*(jog(100 + n, n, km=5) for n in range(200)), *efforts)
    metres = {e.distance_m for e in maximal_efforts(past, DAY)}
    assert metres >= {1500, 3000}
    cs = (3000 - 1500) / (race_time_of(vdot, 3000) - race_time_of(vdot, 1500))
    (marathon,) = predict(past, DAY, [42_195.0])
    assert marathon.model == "vickers_vertosick"
    assert 0.75 <= 42_195 / marathon.time_s / cs <= 0.93
