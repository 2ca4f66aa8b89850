"""Deciding: once, by the athlete alone, for exactly what was shown, and whatever else is told why."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from approval_storm import storm
from plan_desk import COUCH, MARATHON, NOW, TODAY, PlanDesk, first_of, other, trained

from coach.domain.plan.model import Goal, GoalKind, Health
from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline import approving, holding, planning
from coach.pipeline.approving import WarningsOpen
from coach.pipeline.revising import Edit
from coach.store import approvals, notices, plan_holds, plans
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import LANGS, has, say


@pytest.fixture
def desk(db: Database, athlete_id: int) -> PlanDesk:
    """An athlete who never ran, with a watch."""
    desk = PlanDesk(db, athlete_id)
    desk.connect()
    return desk


@pytest.fixture
def runner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete who runs 45 km a week, with a watch."""
    yield from trained(embedded.url, template)


@pytest.fixture
def marathoner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """The same with an approved plan for a marathon."""
    yield from trained(embedded.url, template, MARATHON)


@pytest.fixture
def beginner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete who never ran, with a watch and an approved plan for the first 5 km."""
    yield from trained(embedded.url, template, COUCH, weeks=0)


def sent_for(desk: PlanDesk, plan_days: int = 14) -> int:
    """Return how many workouts of what holds belong on the watch now."""
    held = desk.holding()
    assert held is not None
    last = desk.today + timedelta(days=plan_days - 1)
    return sum(bool(w.steps) and desk.today <= w.day <= last for w in held.plan.workouts)


def test_an_approved_plan_runs_and_is_sent(desk: PlanDesk) -> None:
    asked = desk.proposed()
    decided = desk.decide(asked, by=7, channel="telegram")
    assert decided.taken
    assert (decided.told, decided.why) == ("plan_life.plan_approved_sent", "")
    kept = desk.asked(asked)
    assert (kept.state, kept.decided_at, kept.decided_by, kept.decided_in) == ("approved", NOW, 7, "telegram")
    held = desk.holding()
    assert held is not None
    assert (held.number, held.state) == (asked.revision, "approved")
    assert desk.head(held.plan_id).state == "running"
    assert len(desk.parcels()) == sent_for(desk) > 3
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert notices.open_ones(s) == []


def test_rejected_nothing_holds(desk: PlanDesk) -> None:
    asked = desk.proposed()
    decided = desk.decide(asked, "rejected")
    assert (decided.taken, decided.told) == (True, "plan_life.plan_rejected")
    assert desk.states(asked.plan_id or 0) == ["rejected"]
    assert desk.holding() is None
    assert desk.parcels() == []


@pytest.mark.parametrize("first", ["approved", "rejected"])
@pytest.mark.parametrize("second", ["approved", "rejected"])
def test_the_first_answer_counts(
    desk: PlanDesk, first: approvals.Decision, second: approvals.Decision
) -> None:
    asked = desk.proposed()
    assert desk.decide(asked, first).taken
    before = desk.everything()
    again = desk.decide(asked, second)
    assert (again.taken, again.why, again.told) == (False, first, f"plan_life.was_{first}")
    assert desk.everything() == before


def test_a_forged_hash_counts_for_nothing(desk: PlanDesk) -> None:
    asked = desk.proposed()
    before = desk.everything()
    for forged in (b"", b"\0" * 32, asked.sha256[:-1], asked.sha256 + b"\0", asked.sha256[::-1]):
        decided = desk.decide(asked, sha256=forged)
        assert (decided.taken, decided.why) == (False, "other_content")
    assert desk.everything() == before
    assert desk.decide(asked).taken


def test_a_late_answer_counts_for_nothing(desk: PlanDesk) -> None:
    asked = desk.proposed()
    desk.now = asked.expires_at
    decided = desk.decide(asked)
    assert (decided.taken, decided.why) == (False, "expired")
    assert desk.asked(asked).state == "expired"
    assert desk.holding() is None
    assert desk.parcels() == []


def test_an_answer_to_what_was_replaced_counts_for_nothing(desk: PlanDesk) -> None:
    old = desk.proposed()
    new = desk.proposed(Goal(GoalKind.fitness))
    decided = desk.decide(old)
    assert (decided.taken, decided.why) == (False, "replaced")
    assert desk.decide(new).taken


def test_nobody_decides_for_somebody_else(desk: PlanDesk) -> None:
    asked, them = desk.proposed(), other(desk.db)
    before = desk.everything()
    with pytest.raises(NotFound):
        them.decide(asked)
    with pytest.raises(NotFound):
        desk.decide(type(asked)(**{**vars(asked), "id": asked.id + 1000}))
    assert desk.everything() == before


def test_nothing_is_approved_while_a_red_flag_stands(desk: PlanDesk) -> None:
    asked = desk.proposed()
    with desk.db.athlete_session(desk.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "stop", "가슴이 아파요", NOW)
    before = desk.everything()
    decided = desk.decide(asked)
    assert (decided.taken, decided.why) == (False, "held")
    assert desk.everything() == before
    assert desk.decide(asked, "rejected").taken, "to say no is always possible"


def test_what_is_no_longer_safe_is_not_approved(runner: PlanDesk) -> None:
    asked = runner.proposed(MARATHON)
    with runner.db.athlete_session(runner.athlete_id) as s:
        planning.set_health(s, runner.athlete, Health(needs_clearance=("heart",)))
    decided = runner.decide(asked)
    assert (decided.taken, decided.why) == (False, "unsafe")
    assert {f.rule for f in decided.findings} == {"clearance_gate"}
    assert (decided.approval.state, runner.states(asked.plan_id or 0)) == ("expired", ["expired"])
    assert runner.holding() is None
    assert runner.parcels() == []


def with_warnings(runner: PlanDesk) -> approvals.Approval:
    asked = runner.proposed(MARATHON)
    long = next(w for w in runner.revision(asked).plan.weeks[1].workouts if w.kind == "long")
    runner.revise(asked.plan_id or 0, Edit("resize", long.uid, distance_m=long.distance_m + 3000))
    return runner.waiting()


def test_warnings_must_be_known_first(runner: PlanDesk) -> None:
    asked = with_warnings(runner)
    before = runner.everything()
    with pytest.raises(WarningsOpen) as refused:
        runner.decide(asked)
    assert refused.value.key == "warnings_open"
    rules = {f.rule for f in refused.value.findings}
    assert "session_spike" in rules
    assert runner.everything() == before
    runner.acknowledge(asked)
    assert runner.revision(asked).acknowledged == rules
    assert runner.decide(asked).taken


def test_only_what_warns_is_acknowledged(runner: PlanDesk) -> None:
    asked = with_warnings(runner)
    revision = runner.revision(asked)
    with runner.db.athlete_session(runner.athlete_id) as s:
        for rules in ({"hold_gate"}, {"no such rule"}, {"session_spike", "clearance_gate"}):
            with pytest.raises(BadInput, match="no_such_warning"):
                approving.acknowledge(s, runner.athlete, revision.plan_id, revision.number, rules, NOW)
    runner.acknowledge(asked)
    assert runner.decide(asked).taken
    with runner.db.athlete_session(runner.athlete_id) as s, pytest.raises(Conflict):
        approving.acknowledge(s, runner.athlete, revision.plan_id, revision.number, (), NOW)


def test_a_new_plan_takes_the_place_of_the_one_that_ran(desk: PlanDesk) -> None:
    old = desk.approved(COUCH)
    went = {p.key for p in desk.parcels()}
    new = desk.approved(Goal(GoalKind.fitness))
    assert new.plan_id != old.plan_id
    assert (desk.head(old.plan_id).state, desk.head(new.plan_id).state) == ("cancelled", "running")
    assert desk.states(old.plan_id) == ["replaced"]
    assert desk.holding() == new
    keys = {p.key for p in desk.parcels()} - went
    gone = {key for key in keys if key.endswith(":gone")}
    assert len(gone) == len(went), "what was sent of the old one goes"
    assert len(keys - gone) == sent_for(desk)


def test_only_what_changed_is_sent_again(marathoner: PlanDesk) -> None:
    held = marathoner.held()
    before = {p.key for p in marathoner.parcels()}
    workout = first_of(held.plan, marathoner.today)
    marathoner.revise(held.plan_id, Edit("resize", workout.uid, distance_m=workout.distance_m - 2000))
    assert {p.key for p in marathoner.parcels()} == before, "a proposal sends nothing"
    marathoner.acknowledge(marathoner.waiting())
    assert marathoner.decide(marathoner.waiting()).taken
    (new,) = {p.key for p in marathoner.parcels()} - before
    assert f":{workout.uid}:" in new
    assert marathoner.states(held.plan_id) == ["replaced", "approved"]


def test_undo_proposes_what_was_approved_before(marathoner: PlanDesk) -> None:
    held = marathoner.held()
    with pytest.raises(Conflict, match="nothing_to_undo"):
        marathoner.undo()
    workout = first_of(held.plan, marathoner.today)
    marathoner.revise(held.plan_id, Edit("drop", workout.uid))
    assert marathoner.decide(marathoner.waiting()).taken
    undone = marathoner.undo(call_key="run-9:1")
    assert (undone.origin, undone.parent, undone.state) == ("undone", 2, "proposed")
    assert undone.plan == held.plan
    assert marathoner.undo(call_key="run-9:1") == undone
    assert marathoner.decide(marathoner.waiting()).taken
    assert marathoner.states(held.plan_id) == ["replaced", "replaced", "approved"]
    back = marathoner.holding()
    assert back is not None
    assert back.plan.by_uid[workout.uid] == workout


def test_undo_leaves_the_past(marathoner: PlanDesk) -> None:
    held = marathoner.held()
    early, late = held.plan.workouts[0], held.plan.workouts[2]
    for uid in (early.uid, late.uid):
        marathoner.revise(held.plan_id, Edit("drop", uid))
    assert marathoner.decide(marathoner.waiting()).taken
    marathoner.now += timedelta(days=(early.day - marathoner.today).days + 1)
    undone = marathoner.undo()
    assert undone.plan.by_uid[early.uid].steps == (), "it was a rest, and stays one"
    assert undone.plan.by_uid[late.uid] == late


def test_undo_withdraws_what_waits(marathoner: PlanDesk) -> None:
    held = marathoner.held()
    marathoner.revise(held.plan_id, Edit("drop", held.plan.workouts[0].uid))
    first = marathoner.waiting()
    marathoner.revise(held.plan_id, Edit("drop", held.plan.workouts[1].uid))
    back = marathoner.undo()
    assert back.plan == marathoner.revision(first).plan, "one step"
    assert marathoner.waiting().revision == back.number
    before = marathoner.holding()
    assert marathoner.decide(marathoner.waiting(), "rejected").taken
    assert marathoner.holding() == before


def test_undo_of_a_change_that_waits_leaves_what_holds(marathoner: PlanDesk) -> None:
    held = marathoner.held()
    marathoner.revise(held.plan_id, Edit("drop", held.plan.workouts[0].uid))
    asked = marathoner.waiting()
    assert marathoner.undo() == marathoner.holding()
    assert marathoner.asked(asked).state == "replaced"
    with marathoner.db.athlete_session(marathoner.athlete_id) as s:
        assert approvals.pending(s, NOW) == ()


def test_a_proposal_that_was_overtaken_is_not_approved(marathoner: PlanDesk) -> None:
    """Two drafts of the same plan: once one holds, the other would take its changes back unseen."""
    held = marathoner.held()
    marathoner.revise(held.plan_id, Edit("drop", held.plan.workouts[1].uid))
    first = marathoner.waiting()
    assert marathoner.decide(first).taken
    with marathoner.db.athlete_session(marathoner.athlete_id) as s:
        plans.set_plan(s, held.plan_id, approved=1)
        plans.set_revision(s, held.plan_id, 2, "draft")
        approvals.ask(s, "plan", held.sha256, expires_at=first.expires_at, plan_id=held.plan_id, revision=1)
        plans.set_plan(s, held.plan_id, approved=2)
    decided = marathoner.decide(marathoner.waiting())
    assert (decided.taken, decided.why) == (False, "stale")


def test_a_plan_that_is_given_up_goes_off_the_watch(beginner: PlanDesk) -> None:
    held = beginner.held()
    went = len(beginner.parcels())
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        approving.cancel(s, beginner.athlete, held.plan_id, NOW)
    assert beginner.head(held.plan_id).state == "cancelled"
    assert sum(p.key.endswith(":gone") for p in beginner.parcels()) == went
    with beginner.db.athlete_session(beginner.athlete_id) as s, pytest.raises(Conflict):
        approving.cancel(s, beginner.athlete, held.plan_id, NOW)


def test_a_plan_ends_with_its_last_day(beginner: PlanDesk) -> None:
    held = beginner.held()
    for day, ended in ((held.plan.end, False), (held.plan.end + timedelta(days=1), True)):
        beginner.now = NOW + timedelta(days=(day - TODAY).days)
        with beginner.db.athlete_session(beginner.athlete_id) as s:
            assert approving.finish(s, beginner.athlete, beginner.now) is ended
    assert beginner.head(held.plan_id).state == "done"


def test_a_confirmed_clearance_lifts_the_hold_and_what_runs_is_proposed_anew(beginner: PlanDesk) -> None:
    held = beginner.held()
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "stop", "가슴이 아파요", NOW)
        asked = holding.ask_clearance(s, beginner.athlete_id, NOW)
    decided = beginner.decide(asked)
    assert (decided.taken, decided.told) == (True, "plan_life.clearance_approved")
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        assert plan_holds.standing(s) == ()
    assert beginner.waiting().plan_id == held.plan_id


def test_a_refused_clearance_leaves_the_hold(desk: PlanDesk) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "stop", "가슴이 아파요", NOW)
        asked = holding.ask_clearance(s, desk.athlete_id, NOW)
    assert desk.decide(asked, "rejected").taken
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert len(plan_holds.standing(s)) == 1


def test_an_agreed_removal_takes_all_of_it_off_the_watch(beginner: PlanDesk) -> None:
    held = beginner.held()
    went = len(beginner.parcels())
    content = {"plan_id": held.plan_id, "why": "hold", "workouts": []}
    for decision, gone in (("rejected", 0), ("approved", went)):
        with beginner.db.athlete_session(beginner.athlete_id) as s:
            plan_holds.raise_hold(s, "chest_pain", "stop", "가슴이 아파요", NOW)
            sha256 = approvals.hash_of(content)
            until = NOW + timedelta(days=1)
            asked = approvals.ask(
                s, "removal", sha256, expires_at=until, plan_id=held.plan_id, content=content
            )
        assert beginner.decide(asked, decision).taken  # type: ignore[arg-type]
        assert sum(p.key.endswith(":gone") for p in beginner.parcels()) == gone


def test_every_outcome_has_its_sentence() -> None:
    outcomes = [
        f"{kind}_{decision}"
        for kind in ("plan", "removal", "clearance", "restore")
        for decision in ("approved", "rejected")
    ]
    why = ("approved", "rejected", "expired", "replaced", "other_content", "held", "unsafe", "stale")
    for key in (*outcomes, "plan_approved_sent", *(f"was_{w}" for w in why)):
        for lang in LANGS:
            assert has(lang, f"plan_life.{key}"), key
            assert say(lang, f"plan_life.{key}", n=3)


def test_of_answers_at_the_same_moment_one_counts(desk: PlanDesk) -> None:
    asked = desk.proposed()

    def answer(n: int) -> bool:
        return desk.decide(asked, "rejected" if n % 4 == 3 else "approved").taken

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(answer, range(24))) == 1
    kept = desk.asked(asked)
    assert kept.state in ("approved", "rejected")
    assert len(desk.parcels()) == (sent_for(desk) if kept.state == "approved" else 0)


def test_a_storm_of_answers_sends_what_was_approved(desk: PlanDesk) -> None:
    result = storm(desk, other(desk.db), random.Random(5), answers=200, threads=4)
    assert result.taken == result.rounds


@pytest.mark.soak
def test_ten_thousand_answers_send_what_was_approved(desk: PlanDesk) -> None:
    seed = int(os.environ.get("HANBAL_SEED") or secrets.randbits(48))
    print(f"HANBAL_SEED={seed}")
    result = storm(desk, other(desk.db), random.Random(seed), answers=10_000, threads=8)
    print(f"{result.answers} answers to {result.rounds} proposals, {result.taken} counted; the others:")
    print(dict(result.why))
    assert result.answers >= 10_000
    assert result.taken == result.rounds
    assert {"taken", "approved", "rejected", "replaced", "expired", "other_content", "not found"} == set(
        result.why
    )
