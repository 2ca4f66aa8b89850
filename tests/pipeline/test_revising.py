"""Changes by hand and by word: proposed, never done; unsafe ones come back with the nearest safe one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from plan_desk import MARATHON, PlanDesk, other, trained

from coach.domain.plan.model import Plan, Situation, Workout, WorkoutKind
from coach.domain.plan.reply import EditWish, When, read_reply
from coach.domain.plan.rules import Severity, check
from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline.revising import Edit, UnsafeEdit, base, edits_of
from coach.pipeline.situation import situation_of
from coach.store import plans
from coach.store.plans import Revision
from coach.store.postgres import Embedded

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@pytest.fixture
def desk(embedded: Embedded, template: str, request: pytest.FixtureRequest) -> Iterator[PlanDesk]:
    """An athlete who runs 45 km a week on Tuesday, Thursday, Saturday and Sunday, with a watch.

    Whoever asks for `held` as well gets the athlete with that plan.
    """
    yield from trained(embedded.url, template, MARATHON if "held" in request.fixturenames else None)


@pytest.fixture
def held(desk: PlanDesk) -> Revision:
    return desk.held()


def on(plan: Plan, weekday: int, week: int = 0) -> Workout:
    """Return the session of a weekday in a week of the plan."""
    return next(w for w in plan.weeks[week].workouts if w.day.weekday() == weekday)


def runs_on(plan: Plan, week: int = 0) -> list[Workout]:
    return [w for w in plan.weeks[week].workouts if w.runs]


def test_a_wish_becomes_a_proposal(desk: PlanDesk, held: Revision) -> None:
    first = runs_on(held.plan)[0]
    day = "월화수목금토일"[first.day.weekday()]
    (wish,) = read_reply(f"{day}요일 더 짧게").edits
    revision = desk.revise(held.plan_id, wish, call_key="run-3:1")
    assert (revision.origin, revision.parent, revision.state) == ("edited", held.number, "proposed")
    new = revision.plan.by_uid[first.uid]
    assert (new.day, new.distance_m < first.distance_m) == (first.day, True)
    others = {w.uid: w for w in held.plan.workouts if w.uid != first.uid}
    assert {w.uid: w for w in revision.plan.workouts if w.uid != first.uid} == others
    assert desk.holding() == held, "until it is approved the other one holds"
    assert desk.waiting().sha256 == revision.sha256
    before = desk.everything()
    assert desk.revise(held.plan_id, wish, call_key="run-3:1") == revision, "a retry repeats nothing"
    assert desk.everything() == before


def test_a_change_of_a_proposal_moves_the_question(desk: PlanDesk) -> None:
    asked = desk.proposed(MARATHON)
    plan = desk.revision(asked).plan
    first, second = runs_on(plan)[:2]
    one = desk.revise(asked.plan_id or 0, Edit("drop", first.uid))
    two = desk.revise(one.plan_id, Edit("drop", second.uid))
    assert [two.parent, one.parent] == [one.number, asked.revision]
    assert two.plan.by_uid[first.uid].steps == two.plan.by_uid[second.uid].steps == ()
    assert desk.states(one.plan_id) == ["replaced", "replaced", "proposed"]
    assert desk.decide(asked).why == "replaced"
    assert desk.waiting().revision == two.number
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert base(s) == base(s, two.plan_id) == two


def test_several_changes_are_one_proposal(desk: PlanDesk, held: Revision) -> None:
    first, second = runs_on(held.plan)[:2]
    revision = desk.revise(held.plan_id, [Edit("drop", first.uid), Edit("shorten", second.uid)])
    assert revision.number == held.number + 1
    assert revision.plan.by_uid[first.uid].steps == ()
    assert revision.plan.by_uid[second.uid].distance_m < second.distance_m


@pytest.mark.parametrize("op", ["move", "swap", "ease", "drop", "kind", "resize", "shorten", "lengthen"])
def test_every_sort_of_change(desk: PlanDesk, held: Revision, op: str) -> None:
    week = held.plan.weeks[2]
    hard = next(w for w in week.workouts if w.hard)
    easy = next(w for w in week.workouts if w.runs and not w.hard and w.kind is not WorkoutKind.long)
    taken = {w.day for w in week.workouts}
    free = next(d for n in range(7) if (d := week.start + timedelta(days=n)) not in taken)
    edit = {
        "move": Edit("move", easy.uid, free),
        "swap": Edit("swap", day=easy.day, other=free),
        "ease": Edit("ease", hard.uid),
        "drop": Edit("drop", hard.uid),
        "kind": Edit("kind", hard.uid, kind=WorkoutKind.easy),
        "resize": Edit("resize", easy.uid, distance_m=easy.distance_m - 1000),
        "shorten": Edit("shorten", easy.uid),
        "lengthen": Edit("lengthen", easy.uid, distance_m=easy.distance_m + 500),
    }[op]
    new = desk.revise(held.plan_id, edit).plan
    a, b = new.by_uid[easy.uid], new.by_uid[hard.uid]
    assert {
        "move": a.day == free,
        "swap": a.day == free,
        "ease": not b.hard and b.steps != (),
        "drop": b.steps == (),
        "kind": b.kind is WorkoutKind.easy and not b.hard,
        "resize": a.distance_m == easy.distance_m - 1000,
        "shorten": a.distance_m < easy.distance_m,
        "lengthen": a.distance_m == easy.distance_m + 500,
    }[op]


def test_what_was_emptied_is_restored(desk: PlanDesk, held: Revision) -> None:
    first = runs_on(held.plan)[0]
    desk.revise(held.plan_id, Edit("drop", first.uid))
    back = desk.revise(held.plan_id, Edit("restore", first.uid))
    assert back.plan.by_uid[first.uid] == first


def test_an_unsafe_change_comes_back_with_the_most_that_is_safe(desk: PlanDesk, held: Revision) -> None:
    long = next(w for w in held.plan.weeks[1].workouts if w.kind is WorkoutKind.long)
    before = desk.everything()
    with pytest.raises(UnsafeEdit) as refused:
        desk.revise(held.plan_id, Edit("resize", long.uid, distance_m=long.distance_m + 10_000))
    offer = refused.value.offer
    assert {f.rule for f in refused.value.findings} >= {"session_spike"}
    assert offer is not None
    assert offer.distance_m is not None
    assert long.distance_m < offer.distance_m < long.distance_m + 10_000
    assert desk.everything() == before
    with pytest.raises(UnsafeEdit):
        desk.revise(held.plan_id, replace(offer, distance_m=offer.distance_m + 500))
    assert desk.revise(held.plan_id, offer).plan.by_uid[long.uid].distance_m == offer.distance_m


def test_a_greater_risk_is_asked_about_again(desk: PlanDesk) -> None:
    asked = desk.proposed(MARATHON)
    long = next(w for w in desk.revision(asked).plan.weeks[1].workouts if w.kind is WorkoutKind.long)

    def grown(by_m: float) -> Revision:
        return desk.revise(asked.plan_id or 0, Edit("resize", long.uid, distance_m=long.distance_m + by_m))

    grown(2000)
    desk.acknowledge(desk.waiting())
    known = desk.revision(desk.waiting()).acknowledged
    assert "session_spike" in known
    first = runs_on(desk.revision(asked).plan)[0]
    same = desk.revise(asked.plan_id or 0, Edit("shorten", first.uid, distance_m=first.distance_m - 500))
    assert "session_spike" in same.acknowledged
    assert "session_spike" not in grown(3000).acknowledged


def test_the_past_is_not_changed(desk: PlanDesk, held: Revision) -> None:
    first = runs_on(held.plan)[0]
    desk.now += timedelta(days=(first.day - desk.today).days + 1)
    for edit in (Edit("drop", first.uid), Edit("shorten", first.uid), Edit("move", first.uid, desk.today)):
        with pytest.raises(BadInput):
            desk.revise(held.plan_id, edit)


def test_what_cannot_be_changed(desk: PlanDesk, held: Revision) -> None:
    before = desk.everything()
    easy = next(w for w in held.plan.workouts if w.runs and not w.hard)
    race = next(w for w in held.plan.workouts if w.kind is WorkoutKind.race)
    with pytest.raises(Conflict, match="nothing_changes"):
        desk.revise(held.plan_id, Edit("ease", easy.uid))
    for edit in (Edit("drop", "nothing"), EditWish("drop", When(month=2, day_of_month=1), WorkoutKind.hills)):
        with pytest.raises(NotFound):
            desk.revise(held.plan_id, edit)
    wrong = (Edit("drop", race.uid), Edit("move", easy.uid), Edit("swap", day=easy.day), EditWish("drop"))
    for edit in wrong:
        with pytest.raises(BadInput):
            desk.revise(held.plan_id, edit)
    with pytest.raises(NotFound):
        other(desk.db).revise(held.plan_id, Edit("drop", easy.uid))
    assert desk.everything() == before


@pytest.mark.parametrize("size", [float("nan"), float("inf"), 1e308, 10.0**7])
def test_no_size_is_too_odd_to_be_refused(desk: PlanDesk, held: Revision, size: float) -> None:
    one = next(w for w in held.plan.workouts if w.runs and w.day > desk.today)
    for op in ("resize", "lengthen", "shorten"):
        for sizes in ({"distance_m": size}, {"duration_s": size}):
            with pytest.raises(BadInput, match="workout_too_long"):
                desk.revise(held.plan_id, Edit(op, one.uid, **sizes))


def test_words_are_read_against_the_plan(desk: PlanDesk, held: Revision) -> None:
    plan, today = held.plan, desk.today
    first, second = runs_on(plan)[:2]
    long = next(w for w in plan.workouts if w.kind is WorkoutKind.long)
    empty = next(n for n in range(7) if n not in {w.day.weekday() for w in plan.weeks[0].workouts})
    a, b = first.day.weekday(), second.day.weekday()
    week = plan.weeks[0].start

    def meant(wish: EditWish) -> tuple[Edit, ...]:
        return edits_of(plan, wish, today)

    assert meant(EditWish("drop", When(weekday=a))) == (Edit("drop", first.uid),)
    assert meant(EditWish("shorter", When(weekday=a), to_m=5000)) == (
        Edit("shorten", first.uid, distance_m=5000),
    )
    assert meant(EditWish("easier", kind=WorkoutKind.long)) == (Edit("ease", long.uid),)
    assert meant(EditWish("swap", When(weekday=a), to=When(weekday=b))) == (
        Edit("swap", day=first.day, other=second.day),
    )
    to = week + timedelta(days=(empty - week.weekday()) % 7)
    assert meant(EditWish("move", kind=WorkoutKind.long, to=When(weekday=empty))) == (
        Edit("move", long.uid, to),
    ), "to the day of the same week"
    with pytest.raises(NotFound):
        meant(EditWish("drop", When(weekday=empty)))
    with pytest.raises(BadInput):
        meant(EditWish("shorter"))


def test_nothing_is_kept_that_a_rule_forbids(desk: PlanDesk, held: Revision) -> None:
    """Whatever order the changes come in: what is stored was held against every rule."""
    for n in (0, 3, 6):
        for w in runs_on(held.plan, n)[:2]:
            for edit in (Edit("lengthen", w.uid), Edit("kind", w.uid, kind=WorkoutKind.interval)):
                try:
                    desk.revise(held.plan_id, edit)
                except (UnsafeEdit, BadInput, Conflict):
                    continue
    with desk.db.athlete_session(desk.athlete_id) as s:
        situation: Situation = situation_of(s, desk.athlete, desk.today)
        every = plans.revisions(s, held.plan_id)
    assert len(every) > 3
    for revision in every:
        assert not [f for f in check(revision.plan, situation) if f.severity is Severity.forbid]
