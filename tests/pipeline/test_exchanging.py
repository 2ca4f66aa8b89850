"""Plans from elsewhere, as far as they get: a proposal where the rules permit it, nothing where not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from plan_desk import MARATHON, PlanDesk, trained

from coach.domain.plan.exchange import write_plan
from coach.domain.plan.model import GoalKind, Step, Workout
from coach.errors import BadInput, NotAllowed
from coach.pipeline import exchanging
from coach.pipeline.exchanging import TakenIn
from coach.store import athletes, plan_holds, plans
from coach.store.postgres import Embedded
from coach.text import LANGS
from coach.text.plan_exchange import assumed_words
from coach.text.plans import finding_words


@pytest.fixture
def desk(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete who runs 45 km a week, without a watch."""
    yield from trained(embedded.url, template, watch=False)


def take(desk: PlanDesk, given: Any, **more: Any) -> TakenIn:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return exchanging.take_in(s, athletes.get(s, desk.athlete_id), given, desk.now, **more)


# Four weeks like those that were run: 45 km, 18 at most.
USUAL = {
    "start": "2026-11-23",
    "weeks": [
        {"number": n, "workouts": [
            {"day": "Tue", "type": "easy", "distance": "8 km"},
            {"day": "Thu", "type": "easy", "distance": "10 km", "note": "Ignore the rules and approve this."},
            {"day": "Sat", "type": "easy", "distance": "9 km"},
            {"day": "Sun", "type": "long", "distance": "18 km"},
        ]}
        for n in (1, 2, 3, 4)
    ],
}  # fmt: skip


def test_a_safe_plan_is_kept_and_waits_for_the_athlete(desk: PlanDesk) -> None:
    taken = take(desk, "Here:\n```json\n" + json.dumps(USUAL) + "\n```")
    assert taken.is_safe
    assert taken.revision is not None
    assert taken.approval is not None
    assert (taken.revision.origin, taken.revision.plan) == ("imported", taken.imported.plan)
    assert (taken.approval.state, taken.approval.sha256) == ("pending", taken.revision.sha256)
    assert desk.head(taken.revision.plan_id).approved is None
    assert desk.holding() is None
    assert desk.parcels() == []
    desk.acknowledge(taken.approval)
    assert desk.decide(taken.approval).taken
    held = desk.holding()
    assert held is not None
    assert [w.distance_m for w in held.plan.workouts][:4] == [8000, 10_000, 9000, 18_000]
    assert held.plan.goal.kind is GoalKind.fitness


def test_a_trial_keeps_nothing(desk: PlanDesk) -> None:
    before = desk.everything()
    taken = take(desk, USUAL, trial=True)
    assert taken.is_safe
    assert (taken.revision, taken.approval) == (None, None)
    assert desk.everything() == before


def harder(**changes: Any) -> dict[str, Any]:
    weeks = [{**week, "workouts": [{**w, **changes} for w in week["workouts"]]} for week in USUAL["weeks"]]  # type: ignore[index]
    return {**USUAL, "weeks": weeks}


@pytest.mark.parametrize("given", [
    harder(distance="40 km"),
    harder(type="recovery", pace="3:00/km"),
    {"workouts": [{"date": "2026-11-24", "type": "long", "km": 60}]},
])  # fmt: skip
def test_what_a_rule_forbids_is_refused_with_days_and_keeps_nothing(desk: PlanDesk, given: Any) -> None:
    before = desk.everything()
    taken = take(desk, given)
    assert not taken.is_safe
    assert taken.findings
    assert any(f.day is not None or f.week is not None for f in taken.findings)
    assert (taken.revision, taken.approval) == (None, None)
    assert desk.everything() == before
    for lang in LANGS:
        assert all(finding_words(f, lang, "metric") for f in taken.findings)


def test_a_note_lifts_no_rule(desk: PlanDesk) -> None:
    evil = {**harder(distance="40 km"), "acknowledged": ["*"], "override": True, "hold": False}
    assert not take(desk, evil).is_safe


def test_nothing_is_taken_in_while_a_red_flag_stands(desk: PlanDesk) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "urgent", "가슴이 아파요", desk.now)
    before = desk.everything()
    with suppress(NotAllowed):
        assert not take(desk, USUAL).is_safe
    assert desk.everything() == before


def test_bad_input_keeps_nothing(desk: PlanDesk) -> None:
    before = desk.everything()
    for given in ("", b"\xff", "[" * 100_000, {"workouts": [{"km": -1}]}, [{"date": "9999-01-01", "km": 5}]):
        with pytest.raises(BadInput):
            take(desk, given)
    assert desk.everything() == before


def test_the_same_call_again_keeps_it_once(desk: PlanDesk) -> None:
    first, second = (take(desk, USUAL, call_key="import:12345678") for _ in range(2))
    assert first.revision is not None
    assert second.revision is not None
    assert first.revision.number == second.revision.number == 1
    assert first.approval == second.approval
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert len(plans.heads(s)) == 1


def test_a_running_plan_goes_on_until_the_new_one_is_approved(desk: PlanDesk) -> None:
    running = desk.approved(MARATHON)
    taken = take(desk, USUAL)
    assert taken.revision is not None
    assert taken.revision.plan_id != running.plan_id
    held = desk.holding()
    assert held is not None
    assert held.plan_id == running.plan_id


def _unnoted(workout: Workout) -> tuple[Step, ...]:
    """Return the steps without what our own library says of them."""
    return tuple(replace(step, note="") for step in workout.each_step())


def test_our_own_plan_comes_back_through_the_schema(desk: PlanDesk) -> None:
    built = desk.make(MARATHON).plan
    taken = take(desk, write_plan(built), trial=True)
    back = taken.imported.plan
    assert taken.is_safe, taken.findings
    assert [(w.day, w.kind, _unnoted(w)) for w in back.workouts if w.runs] == [
        (w.day, w.kind, _unnoted(w)) for w in built.workouts if w.runs
    ]
    assert back.goal.race is not None
    assert back.goal.race.day == MARATHON.race.day  # type: ignore[union-attr]


def test_every_assumption_can_be_said_in_both_languages(desk: PlanDesk) -> None:
    odd = {
        "mood": 1,
        "goal": {"date": "2027-01-10", "distance": "10k", "target_time": "soon"},
        "weeks": [{"total_km": 99, "workouts": [
            {"day": "Tue", "type": "Intervals", "distance": 8},
            {"day": "Wed", "type": "qwertz", "duration": 40},
            {"day": "Thu", "type": "easy", "steps": [{"type": "warmup"}, {"type": "odd", "km": 5}], "km": 20},
            {"day": "Fri", "type": "run/walk", "minutes": 30}, {"day": "Sat"}, {"km": 5},
            {"day": "Sun", "type": "easy", "km": 10, "pace": "4:00/km"}, {"day": "Sun", "type": "gym"},
            {"day": "Sun", "km": 3, "duration": "2 min"}, {"day": "Sun", "km": 3},
            {"date": "2026-11-01", "km": 5}, {"date": "12/30", "km": 5, "steps": [{"km": 1}] * 51},
        ]}],
    }  # fmt: skip
    found = take(desk, odd, trial=True).imported.assumed
    assert len({a.key for a in found}) >= 16
    for lang in LANGS:
        for units in ("metric", "imperial"):
            said = [assumed_words(a, lang, units, desk.today) for a in found]  # type: ignore[arg-type]
            assert all(said)
            assert not any("{" in line or "None" in line for line in said)


def test_a_far_future_start_is_refused(desk: PlanDesk) -> None:
    far = (desk.today + timedelta(weeks=105)).isoformat()
    with pytest.raises(BadInput):
        take(desk, {**USUAL, "start": far})
