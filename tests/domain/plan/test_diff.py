"""What differs between two revisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from coach.domain.plan.diff import Change, WeekChange, diff
from coach.domain.plan.edit import drop
from tests.domain.plan.made import MONDAY, plan, run, step, week

OLD = plan(week(1, {0: 6, 2: 8, 5: 12}), week(2, {0: 6}))


def test_the_same_plan_has_no_diff():
    assert not diff(OLD, OLD)
    same = OLD.with_workouts(tuple(replace(w, origin="edited") for w in OLD.workouts))
    assert not diff(OLD, same)


def test_a_day_that_becomes_a_rest():
    new = drop(OLD, "w1d2", MONDAY)
    found = diff(OLD, new)
    assert found.changes == (Change("changed", "w1d2", OLD.by_uid["w1d2"], new.by_uid["w1d2"]),)
    assert found.weeks == (WeekChange(1, MONDAY, 26_000.0, 18_000.0),)


def test_each_kind_of_change_by_day():
    day = {n: MONDAY + timedelta(days=n) for n in range(7)}
    kept = [w for w in OLD.workouts if w.uid != "w2d0"]
    kept[0] = replace(kept[0], day=day[1])
    kept[1] = replace(kept[1], day=day[3], steps=(step(5000),))
    new = OLD.with_workouts((*kept, run("new", day[4], step(4000))))
    found = diff(OLD, new)
    assert [(c.kind, c.uid, c.day) for c in found.changes] == [
        ("moved", "w1d0", day[1]),
        ("changed", "w1d2", day[3]),
        ("added", "new", day[4]),
        ("removed", "w2d0", MONDAY + timedelta(days=7)),
    ]
    assert [(w.number, w.before_m, w.after_m) for w in found.weeks] == [(1, 26_000, 27_000), (2, 6000, 0)]


def test_a_week_that_only_one_of_them_has():
    longer = plan(*OLD.weeks, week(3, {0: 5}))
    assert diff(OLD, longer).weeks == (WeekChange(3, MONDAY + timedelta(days=14), 0.0, 5000.0),)
    assert diff(longer, OLD).weeks == (WeekChange(3, MONDAY + timedelta(days=14), 5000.0, 0.0),)


def test_what_one_diff_adds_the_other_removes():
    new = OLD.with_workouts(OLD.workouts[1:])
    assert [c.kind for c in diff(OLD, new).changes] == ["removed"]
    assert [c.kind for c in diff(new, OLD).changes] == ["added"]
