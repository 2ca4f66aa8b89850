"""Walk-run gates, beginners, health and age. Every rule: what breaks it, and the nearest that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    Basis,
    Constraints,
    Done,
    Health,
    Injury,
    Intensity,
    Plan,
    Race,
    Repeat,
    Target,
    WorkoutKind,
)
from coach.domain.plan.rules import Severity, check
from coach.domain.plan.rules.gates import gate_of
from tests.domain.plan.made import MONDAY, athlete, before, intervals, plan, race_run, run, step, timed, week
from tests.domain.plan.rules.judged import judged

WARN, FORBID = Severity.warn, Severity.forbid
NOBODY = athlete(done=())
FROM_NOTHING = Basis(MONDAY, 0.0, 0.0, 0.0)


def walk_run(uid: str, run_min: float, times: int, walk_min: float = 2.0) -> Any:
    pair = (timed(60 * run_min), timed(60 * walk_min, Intensity.walk))
    return run(uid, MONDAY, Repeat(times, pair), kind=WorkoutKind.walk_run)


def from_nothing(*weeks: Any) -> Plan:
    return plan(*weeks, basis=FROM_NOTHING)


@pytest.mark.parametrize(("run_min", "said"), [(2, []), (2.2, [FORBID])])
def test_the_first_week_runs_two_minutes_at_a_stretch(run_min, said):
    assert judged(from_nothing(week(1, {0: walk_run("a", run_min, 6)})), NOBODY, "walk_run_gate") == said


def test_couch_to_5k_passes():
    # NHS Couch to 5K, how often and how long at a stretch in each week, in minutes.
    program = ((8, 1), (6, 1.5), (4, 3), (3, 5), (1, 20), (1, 25), (1, 25), (1, 28), (1, 30))
    weeks = [
        week(n, {day: walk_run(f"w{n}d{day}", minutes, times) for day in (0, 2, 4)})
        for n, (times, minutes) in enumerate(program, 1)
    ]
    assert check(from_nothing(*weeks), NOBODY) == ()


def test_repeats_without_walking_are_one_stretch():
    jogged = run("a", MONDAY, Repeat(4, (timed(90), timed(60))), kind=WorkoutKind.walk_run)
    assert judged(from_nothing(week(1, {0: jogged})), NOBODY, "walk_run_gate") == [FORBID]


def test_who_ran_before_starts_with_twenty_minutes():
    long_ago = tuple(replace(d, day=d.day - timedelta(days=35)) for d in before(weeks=4))
    somebody = athlete(done=long_ago)
    gate = gate_of(somebody)
    assert gate is not None
    assert gate.mode == "returning"
    for minutes, said in ((20, []), (21, [FORBID])):
        made = plan(week(1, {0: run("a", MONDAY, timed(60 * minutes))}))
        assert judged(made, somebody, "walk_run_gate") == said


def test_sessions_of_the_first_weeks_are_short():
    for times, said in ((10, []), (11, [FORBID])):
        assert judged(from_nothing(week(1, {0: walk_run("a", 2, times)})), NOBODY, "session_gate") == said


def test_a_day_of_rest_lies_between_runs():
    def on(*days: int) -> Plan:
        return from_nothing(week(1, {day: walk_run(f"d{day}", 1, 8) for day in days}))

    assert judged(on(0, 2, 4), NOBODY, "alternate_days") == []
    assert judged(on(0, 1, 4), NOBODY, "alternate_days") == [FORBID]
    walk = run("walk", MONDAY, timed(1800, Intensity.walk), kind=WorkoutKind.walk)
    assert judged(from_nothing(week(1, {0: walk_run("a", 1, 8), 1: walk})), NOBODY, "alternate_days") == []


def test_the_gates_go_on_after_the_first_run():
    two_weeks_in = MONDAY + timedelta(days=14)
    ran = tuple(Done(n, MONDAY + timedelta(days=2 * n), Sport.run, 1800.0, 3000.0) for n in range(7))
    somebody = athlete(two_weeks_in, done=ran)
    weeks = [week(n, {}) for n in (1, 2)]
    for minutes, said in ((5, []), (6, [FORBID])):
        made = from_nothing(*weeks, week(3, {1: walk_run("a", minutes, 4)}))
        assert judged(made, somebody, "walk_run_gate") == said


def test_hard_work_waits_for_the_end_of_the_gates():
    hard = intervals("h", MONDAY, n=3)
    assert judged(from_nothing(week(1, {0: hard})), NOBODY, "beginner_gate") == [FORBID]
    assert judged(plan(week(1, {0: hard})), athlete(), "beginner_gate") == []
    new = athlete(constraints=Constraints(experience="new"))
    empty = [week(n, {}) for n in (1, 2, 3)]
    assert judged(plan(*empty, week(4, {0: hard})), new, "beginner_gate") == [WARN]
    assert judged(plan(*empty, week(4, {}), week(5, {0: hard})), new, "beginner_gate") == []


def healthy(**health: Any) -> Any:
    return athlete(health=Health(**health))


RUN, HARD, WALK, REST = (
    week(1, {2: 6}),
    week(1, {2: intervals("h", MONDAY, n=3)}),
    week(1, {2: run("w", MONDAY, timed(1800, Intensity.walk), kind=WorkoutKind.walk)}),
    week(1, {2: run("r", MONDAY, kind=WorkoutKind.rest)}),
)


@pytest.mark.parametrize(
    ("rule", "health", "breaks", "does_not"),
    [
        ("hold_gate", {"hold": True}, (RUN, HARD, WALK), (REST,)),
        ("clearance_gate", {"needs_clearance": ("heart",)}, (RUN, HARD), (WALK, REST)),
        ("injury_gate", {"injury": Injury("knee", MONDAY)}, (RUN, HARD), (WALK, REST)),
        ("injury_hard", {"injury": Injury("knee", MONDAY, pain_free_walk=True)}, (HARD,), (RUN,)),
        ("illness_hard", {"ill_since": MONDAY}, (HARD,), (RUN, WALK)),
        ("reds_gate", {"no_period": True}, (HARD,), (RUN, WALK)),
        ("pregnancy_gate", {"pregnant": True}, (RUN, HARD), (WALK,)),
        ("pregnancy_hard", {"pregnant": True, "clearance": True}, (HARD,), (RUN,)),
        ("postpartum_gate", {"postpartum_since": MONDAY - timedelta(days=81)}, (RUN, HARD), (WALK,)),
        ("postpartum_hard", {"postpartum_since": MONDAY - timedelta(days=170)}, (HARD,), (RUN,)),
    ],
)
def test_what_health_forbids(rule, health, breaks, does_not):
    severity = WARN if rule == "postpartum_hard" else FORBID
    assert [judged(plan(w), healthy(**health), rule) for w in breaks] == [[severity]] * len(breaks)
    assert [judged(plan(w), healthy(**health), rule) for w in does_not] == [[]] * len(does_not)
    assert [judged(plan(w), athlete(), rule) for w in (RUN, HARD, WALK, REST)] == [[]] * 4


@pytest.mark.parametrize(
    ("rule", "health"),
    [
        ("clearance_gate", {"needs_clearance": ("heart",), "clearance": True}),
        ("injury_gate", {"injury": Injury("knee", MONDAY, pain_free_walk=True)}),
        ("reds_gate", {"no_period": True, "clearance": True}),
        ("pregnancy_gate", {"pregnant": True, "clearance": True}),
        ("postpartum_gate", {"postpartum_since": MONDAY - timedelta(days=82)}),
        ("postpartum_hard", {"postpartum_since": MONDAY - timedelta(days=180)}),
    ],
)
def test_what_lifts_it(rule, health):
    assert judged(plan(HARD), healthy(**health), rule) == []


def test_asked_for_clearance_and_no_answer_is_no_clearance():
    for answer in (None, False):
        sick = healthy(needs_clearance=("heart",), clearance=answer)
        assert judged(plan(RUN), sick, "clearance_gate") == [FORBID]


def test_illness_rests_today_and_tomorrow():
    ill = healthy(ill_since=MONDAY)
    assert judged(plan(week(1, {0: 6})), ill, "illness_gate") == [FORBID]
    assert judged(plan(week(1, {1: 6})), ill, "illness_gate") == [FORBID]
    assert judged(plan(week(1, {2: 6})), ill, "illness_gate") == []
    later = plan(week(1, {}), week(2, {1: intervals("h", MONDAY, n=3)}))
    assert judged(later, ill, "illness_hard") == []


def test_with_missing_periods_there_is_no_pace_to_hold():
    paced = week(1, {0: run("p", MONDAY, step(6000, target=Target("pace", 350, 370)))})
    assert judged(plan(paced), healthy(no_period=True), "reds_gate") == [FORBID]
    long = week(1, {0: 16})
    assert judged(plan(long), healthy(no_period=True), "reds_gate") == [FORBID]


@pytest.mark.parametrize(("bone", "run_min"), [(False, 5), (True, 2)])
def test_back_from_an_injury_in_small_steps(bone, run_min):
    somebody = healthy(injury=Injury("shin", MONDAY - timedelta(days=30), bone=bone, pain_free_walk=True))
    for minutes, said in ((run_min, []), (run_min + 0.5, [FORBID])):
        assert judged(plan(week(1, {0: walk_run("a", minutes, 4)})), somebody, "walk_run_gate") == said
    # Volume before speed: four weeks, after a bone eight.
    last = 8 if bone else 4
    for n, said in ((last, [FORBID]), (last + 1, [])):
        weeks = [week(k, {}) for k in range(1, n)]
        made = plan(*weeks, week(n, {0: intervals("h", MONDAY, n=3)}))
        assert judged(made, somebody, "injury_hard") == said


@pytest.mark.parametrize(
    ("age", "km", "said"),
    [
        (10, 3, []),
        (10, 3.2, [FORBID]),
        (12, 5, []),
        (12, 6, [FORBID]),
        (14, 10, [FORBID]),
        (15, 10, []),
        (16, 21.1, [FORBID]),
        (17, 21.1, []),
        (17, 42.195, [FORBID]),
        (18, 42.195, []),
        (None, 42.195, []),
    ],
)
def test_how_far_the_young_may_race(age, km, said):
    # IMMDA: no marathon before 18. UK Athletics: 5 km from 11, 10 km from 15, half marathon from 17.
    race = Race(MONDAY + timedelta(days=5), 1000 * km, id=1)
    made = plan(week(1, {5: race_run("r", race)}), races=(race,))
    assert judged(made, athlete(age=age), "under_18") == said


def test_the_gates_know_when_they_began():
    assert gate_of(athlete()) is None
    gate = gate_of(NOBODY, start=MONDAY + timedelta(days=7))
    assert gate is not None
    assert (gate.mode, gate.start) == ("new", MONDAY + timedelta(days=7))
    assert gate.week(MONDAY) is None
    assert gate.week(date(2026, 12, 7)) == 2
