"""Each reason to change a plan is seen when it is there, once, and not otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.domain.plan.model import Blackout, Constraints, Done, Plan, Situation, Workout
from coach.domain.plan.signals import Signal, SignalKind, signals
from tests.domain.plan.running_plan import DAY, START, VDOT, pairs_of, plan_of, situation_on

PLAN = plan_of()
TODAY = START + 16 * DAY  # Wednesday of the third week: no session that day


def seen(
    today: date = TODAY,
    leave_out: Callable[[Workout], bool] = lambda w: False,
    journal: tuple[Entry, ...] = (),
    plan: Plan = PLAN,
    **changes: object,
) -> dict[SignalKind, Signal]:
    situation = situation_on(plan, today, leave_out, **changes)
    found = signals(plan, pairs_of(plan, situation.done), situation, journal)
    assert len({s.key for s in found}) == len(found)
    return {s.kind: s for s in found}


def test_a_plan_that_is_followed_gives_no_reason() -> None:
    for days in range(56):
        assert seen(START + days * DAY) == {}


def test_a_missed_key_session_is_told_once_its_next_day_is_over() -> None:
    tuesday = START + 15 * DAY
    missed = lambda w: w.day == tuesday  # noqa: E731
    assert SignalKind.missed_key not in seen(tuesday + DAY, missed)
    found = seen(tuesday + 2 * DAY, missed)[SignalKind.missed_key]
    assert (found.key, found.params["kind"]) == ("missed_key:w3tu", "threshold")


def test_three_sessions_left_out_in_a_row() -> None:
    def last(n: int) -> Callable[[Workout], bool]:
        return lambda w: w.uid in {"w2su", "w3mo", "w3tu"} and w.uid in ("w3tu", "w3mo", "w2su")[:n]

    assert SignalKind.missed_days not in seen(leave_out=last(2))
    found = seen(leave_out=last(3))[SignalKind.missed_days]
    assert found.params == {"n": 3, "first_day": (START + 13 * DAY).isoformat()}
    assert found.key == f"missed_days:{START + 15 * DAY}"


@pytest.mark.parametrize(
    "entries",
    [
        (Entry("illness", TODAY, text="감기 걸렸어"),),
        (Entry("note", TODAY - DAY, text="어제부터 몸살이야"),),
        (Entry("illness", TODAY - 4 * DAY),),
    ],
)
def test_illness_counts_until_it_is_over(entries: tuple[Entry, ...]) -> None:
    assert seen(journal=entries)[SignalKind.illness].day == entries[-1].day


@pytest.mark.parametrize(
    "entries",
    [
        (Entry("illness", TODAY - 5 * DAY),),  # nobody is ill for ever without saying so
        (Entry("illness", TODAY - 2 * DAY), Entry("illness", TODAY, 0.0)),
        (Entry("illness", TODAY - 2 * DAY), Entry("note", TODAY, text="감기 다 나았어")),
        (Entry("note", TODAY, text="다리가 무거웠다"),),
    ],
)
def test_what_is_over_is_no_illness(entries: tuple[Entry, ...]) -> None:
    assert SignalKind.illness not in seen(journal=entries)


def test_days_of_illness_are_counted() -> None:
    journal = tuple(Entry("illness", TODAY - n * DAY) for n in (4, 3, 1))
    assert seen(journal=journal)[SignalKind.illness].params["days"] == 4


def test_pain_counts_from_three_or_from_the_second_time() -> None:
    mild = Entry("pain", TODAY, 2.0, "knee", "left")
    assert seen(journal=(mild,)) == {}
    assert seen(journal=(Entry("pain", TODAY - 7 * DAY, 2.0, "knee", "left"), mild)) == {}
    assert seen(journal=(Entry("pain", TODAY - DAY, 2.0, "knee", "right"), mild)) == {}
    twice = seen(journal=(Entry("pain", TODAY - 3 * DAY, 2.0, "knee", "left"), mild))[SignalKind.pain]
    assert (twice.params["times"], twice.params["persists"]) == (2, False)
    worse = seen(journal=(replace(mild, value=3.0),))[SignalKind.pain]
    assert (worse.params["worst"], worse.key) == (3.0, f"pain:knee:left:{TODAY}")
    assert seen(journal=(replace(mild, value=6.0), replace(mild, value=0.0))) == {}


def test_pain_in_a_note_is_read() -> None:
    note = Entry("note", TODAY, text="오른쪽 무릎 통증 5/10")
    assert seen(journal=(note,))[SignalKind.pain].params["where"] == "knee"


def test_pain_that_lasts_more_than_a_week() -> None:
    journal = tuple(Entry("pain", TODAY - n * DAY, 3.0, "achilles", "left") for n in (8, 5, 1))
    assert seen(journal=journal)[SignalKind.pain].params["persists"] is True


def test_readiness_below_45_on_two_days() -> None:
    def low(*values: float) -> tuple[tuple[date, float], ...]:
        return tuple((TODAY - n * DAY, v) for n, v in enumerate(reversed(values)))

    assert seen(readiness=low(44.0, 45.0)) == {}
    assert seen(readiness=low(30.0, 60.0)) == {}
    two = seen(readiness=low(60.0, 44.0, 43.0))[SignalKind.readiness]
    three = seen(readiness=low(44.0, 43.0, 42.0))[SignalKind.readiness]
    four = seen(readiness=low(44.0, 43.0, 42.0, 41.0))[SignalKind.readiness]
    assert two.key == f"readiness:{TODAY - DAY}"
    assert three.key == f"readiness:{TODAY - 2 * DAY}"  # the pair that was told yesterday
    assert four.key == f"readiness:{TODAY - DAY}"  # two more days are another reason
    assert two.params == {"score": 43}


def with_run(metres: float, day: date = TODAY - DAY) -> Callable[[Situation], Situation]:
    extra = Done(9, day, Sport.run, metres * 0.36, metres)
    return lambda s: replace(s, done=(*s.done, extra))


@pytest.mark.parametrize(("metres", "rise"), [(15_400.0, None), (15_500.0, 11), (21_000.0, 50)])
def test_a_run_far_beyond_the_longest(metres: float, rise: int | None) -> None:
    situation = with_run(metres)(situation_on(PLAN, TODAY))
    found = {s.kind: s for s in signals(PLAN, pairs_of(PLAN, situation.done), situation)}
    if rise is None:
        assert SignalKind.spike not in found
    else:
        assert found[SignalKind.spike].params == {
            "distance_m": metres,
            "longest_m": 14_000.0,
            "rise_pct": rise,
        }


def test_a_race_is_no_spike() -> None:
    situation = situation_on(PLAN, TODAY)
    race = Done(9, TODAY - DAY, Sport.run, 7000.0, 21_097.5, race=True)
    found = signals(PLAN, pairs_of(PLAN, situation.done), replace(situation, done=(*situation.done, race)))
    assert SignalKind.spike not in {s.kind for s in found}


def test_a_week_far_beyond_the_weeks_before() -> None:
    sunday = START + 13 * DAY
    situation = situation_on(PLAN, sunday + DAY)
    extra = tuple(Done(90 + n, sunday - n * DAY, Sport.run, 1800.0, 5000.0) for n in range(2))
    more = replace(situation, done=tuple(sorted((*situation.done, *extra), key=lambda d: d.day)))
    found = {s.kind: s for s in signals(PLAN, pairs_of(PLAN, situation.done), more)}
    # 44.39 km a week as planned; 54.39 are 23 % more.
    assert found[SignalKind.week_rise].params["rise_pct"] == 23
    assert found[SignalKind.week_rise].key == f"week_rise:{START + 7 * DAY}"


@pytest.mark.parametrize(("vdot", "there"), [(VDOT + 0.9, False), (VDOT + 1.5, True), (VDOT - 1.5, True)])
def test_a_vdot_beyond_what_is_uncertain(vdot: float, there: bool) -> None:
    found = seen(vdot=vdot, vdot_low=vdot - 1, vdot_high=vdot + 1)
    assert (SignalKind.fitness in found) is there
    if there:
        assert found[SignalKind.fitness].params["up"] is (vdot > VDOT)


def test_an_estimate_makes_nobody_faster() -> None:
    assert SignalKind.fitness not in seen(vdot=VDOT + 3, vdot_estimated=True)
    assert SignalKind.fitness in seen(vdot=VDOT - 3, vdot_estimated=True)


def test_days_away_hit_planned_sessions() -> None:
    away = Constraints(blackouts=(Blackout(TODAY + DAY, TODAY + 3 * DAY),))
    assert seen(constraints=away)[SignalKind.blackout].params["n"] == 2
    over = Constraints(blackouts=(Blackout(TODAY - 5 * DAY, TODAY - DAY), Blackout(TODAY, TODAY)))
    assert SignalKind.blackout not in seen(constraints=over)  # no session on this Wednesday


def test_a_gap_grows_by_bands_and_ends_with_a_run() -> None:
    keys = {}
    last = START + 13 * DAY
    for days in range(1, 35):
        today = last + days * DAY
        found = seen(today, lambda w: w.day > last)
        if SignalKind.gap in found:
            keys[found[SignalKind.gap].key] = days
    assert list(keys) == [f"gap:{last}:6", f"gap:{last}:14", f"gap:{last}:29"]
    back = last + 20 * DAY
    situation = situation_on(PLAN, back + DAY, lambda w: w.day > last)
    ran = replace(situation, done=(*situation.done, Done(9, back, Sport.run, 1800.0, 5000.0)))
    (gap,) = [s for s in signals(PLAN, pairs_of(PLAN, ran.done), ran) if s.kind is SignalKind.gap]
    assert (gap.key, gap.params["days"], gap.params["new_plan"]) == (f"gap:{last}:back", 19, False)


def test_days_off_that_were_planned_are_no_gap() -> None:
    empty = PLAN.with_workouts(tuple(w for w in PLAN.workouts if not START + 7 * DAY <= w.day < TODAY))
    assert SignalKind.gap not in seen(plan=empty)


def test_what_is_unsafe_after_what_was_done_is_told() -> None:
    situation = situation_on(PLAN, TODAY)
    gone = replace(situation, done=tuple(d for d in situation.done if (TODAY - d.day).days > 40))
    (told,) = [s for s in signals(PLAN, (), gone) if s.kind is SignalKind.rules]
    assert told.params["rule"] == "walk_run_gate"
