"""Everything that can happen to a plan at the same moment: what is kept is always one story."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from plan_desk import COUCH, PlanDesk, trained

from coach.domain.plan.model import Goal, GoalKind
from coach.domain.plan.outcome import Refused
from coach.domain.redflags import RedFlag, Severity, Trigger
from coach.errors import CoachError
from coach.pipeline import adapting, approving, delivering, holding, proposing
from coach.pipeline.revising import Edit
from coach.store import approvals, deliveries, plan_holds, plans
from coach.store.postgres import Embedded

GOALS = (COUCH, Goal(GoalKind.fitness), Goal(GoalKind.base))
CHEST = RedFlag(Trigger.chest_pain, Severity.emergency, "athlete", ("가슴 통증",))


@pytest.fixture
def desk(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    yield from trained(embedded.url, template)


def _call(desk: PlanDesk, rng: random.Random) -> Callable[[], str]:
    what = rng.choices(
        ("decide", "make", "revise", "undo", "cancel", "adapt", "want", "flag", "clear"),
        (6, 3, 4, 2, 1, 1, 2, 0.5, 1.5),
    )[0]
    goal, seed, approve = rng.choice(GOALS), rng.randint(0, 9), rng.random() < 0.8
    pick = rng.random()

    def run() -> str:
        try:
            with desk.db.athlete_session(desk.athlete_id) as s:
                waiting = approvals.pending(s, desk.now)
                heads = [h for h in plans.heads(s) if h.state in ("draft", "running")]
            with desk.db.athlete_session(desk.athlete_id) as s:
                match what:
                    case "decide" if waiting:
                        one = waiting[int(pick * len(waiting))]
                        if one.kind == "plan" and one.plan_id and one.revision:
                            rules = {f["rule"] for f in plans.revision(s, one.plan_id, one.revision).findings}
                            approving.acknowledge(s, desk.athlete, one.plan_id, one.revision, rules, desk.now)
                        choice: approvals.Decision = "approved" if approve else "rejected"
                        done = approving.decide(
                            s, desk.athlete, one.id, one.sha256, choice, desk.now, by=None, channel="web"
                        )
                        return "taken" if done.taken else done.why
                    case "revise" if heads:
                        head = heads[int(pick * len(heads))]
                        found = plans.latest(s, head.id).plan
                        coming = [w for w in found.workouts if w.day > desk.today and w.steps]
                        one_of = coming[int(pick * len(coming))].uid
                        desk.revise(head.id, Edit("drop", one_of))
                    case "undo":
                        approving.undo(s, desk.athlete, desk.now)
                    case "cancel" if heads:
                        approving.cancel(s, desk.athlete, heads[int(pick * len(heads))].id, desk.now)
                    case "adapt":
                        adapting.adapt_running(s, desk.athlete, desk.now)
                    case "want":
                        delivering.want(s, desk.athlete_id, desk.now)
                    case "flag":
                        holding.raise_flag(s, desk.athlete_id, CHEST, "가슴이 아파요", desk.now)
                    case "clear":
                        holding.ask_clearance(s, desk.athlete_id, desk.now)
                    case _:
                        made = desk.generate(goal, seed=seed)
                        if isinstance(made, Refused):
                            return "refused"
                        desk.propose(made.revision)
            return what
        except CoachError as error:
            return error.key

    return run


def _one_story(desk: PlanDesk) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        every = plans.heads(s, 1000)
        running = [h for h in every if h.state == "running"]
        assert len(running) <= 1
        waiting = [a for a in approvals.pending(s, desk.now) if a.kind == "plan"]
        assert len(waiting) <= 1
        known = [r for h in every for r in plans.revisions(s, h.id)]
        proposed = [(r.plan_id, r.number) for r in known if r.state == "proposed"]
        assert proposed == [(a.plan_id, a.revision) for a in waiting]
        assert not (waiting and plan_holds.standing(s)), "nothing is asked while a red flag stands"
        said_yes = {
            (a.plan_id, a.revision, a.sha256)
            for a in approvals.find(s, 10_000)
            if a.kind == "plan" and a.state == "approved"
        }
        approved = [r for h in running for r in plans.revisions(s, h.id) if r.state == "approved"]
        assert [(r.plan_id, r.number) for r in approved] == [(h.id, h.approved) for h in running]
        assert {(r.plan_id, r.number, r.sha256) for r in approved} <= said_yes
        planned = {(r.plan_id, w.uid, w.day) for r in approved for w in r.plan.workouts if w.steps}
        if not holding.still(s):
            delivering.want(s, desk.athlete_id, desk.now)
            assert {
                (d.plan_id, d.uid, d.wanted_day) for d in deliveries.find(s) if d.wanted_sha256 is not None
            } <= planned


@pytest.mark.parametrize(("rounds", "seed"), [(2, 1), pytest.param(60, 2, marks=pytest.mark.soak)])
def test_all_at_once_is_one_story(desk: PlanDesk, rounds: int, seed: int) -> None:
    rng, told = random.Random(seed), Counter[str]()
    with ThreadPoolExecutor(6) as pool:
        for n in range(rounds):
            told.update(pool.map(lambda call: call(), [_call(desk, rng) for _ in range(12)]))
            _one_story(desk)
            if n % 5 == 4:
                desk.now += timedelta(hours=7)
                with desk.db.athlete_session(desk.athlete_id) as s:
                    proposing.expire(s, desk.athlete, desk.now)
    print(f"\n{sum(told.values())} calls: {told}")
    if rounds > 10:  # in a few rounds others may be faster each time
        assert told["taken"] >= rounds // 2
