"""What came of an approval on the watch is told once, and with its reason where it did not arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from delivering_runs import Watch, WatchShop, changed, plan_of, shop_of, without

from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Plan, Step, Target
from coach.graph.speaking.compose import compose
from coach.jobs.registry import JobContext
from coach.jobs.speaking import say_due
from coach.pipeline import receipts
from coach.pipeline.saying import FirstWords
from coach.store import approvals, athletes, nudges, plans, threads
from coach.store.approvals import Approval
from coach.store.nudges import Nudge
from coach.store.postgres import Embedded
from coach.tools.spec import ToolContext


@pytest.fixture(scope="module")
def shop(embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchShop]:
    with shop_of(embedded, template, "test_receipts", tmp_path_factory.mktemp("watch")) as shop:
        yield shop


@pytest.fixture
def watch(shop: WatchShop) -> Watch:
    return shop.watch()


def approved(watch: Watch, plan: Plan | None = None) -> Approval:
    """Let the athlete approve a plan; its effects are in the outbox, and its receipt is expected."""
    watch.approve(plan)
    with watch.db.athlete_session(watch.athlete_id) as s:
        now, held = watch.clock(), plans.holding(s)
        assert held is not None
        asked = approvals.ask(
            s,
            "plan",
            held.sha256,
            expires_at=now + timedelta(days=1),
            plan_id=held.plan_id,
            revision=held.number,
        )
        done = approvals.decide(s, asked.id, held.sha256, "approved", now=now, by=None, channel="web")
        assert done is not None
        receipts.expect(s, athletes.get(s, watch.athlete_id), done, now)
        return done


def rows(watch: Watch) -> list[Nudge]:
    """Return the receipts of the athlete, the oldest first."""
    with watch.db.athlete_session(watch.athlete_id) as s:
        return nudges.newest(s, NudgeKind.receipt, 50)[::-1]


def due(watch: Watch) -> list[Nudge]:
    with watch.db.athlete_session(watch.athlete_id) as s:
        return nudges.waiting(s, watch.clock())


def spoken(watch: Watch) -> str | None:
    """Say what is due as the job does; return its words."""
    reach = watch.reach
    context = JobContext(watch.db, reach.settings, None, watch.clock, reach.services)
    message_id = say_due(context, watch.athlete_id, compose)
    if message_id is None:
        return None
    with watch.db.athlete_session(watch.athlete_id) as s:
        return threads.message(s, message_id).text


def later(watch: Watch, **span: float) -> None:
    watch.clock.later(**span)


def rpe_only(plan: Plan) -> Plan:
    warm, *rest = plan.workouts[0].steps
    assert isinstance(warm, Step)
    return changed(plan, "w01-mon", steps=(replace(warm, target=Target("rpe", 2.0, 3.0)), *rest))


def test_all_of_it_is_told_at_once_when_it_arrived(watch: Watch) -> None:
    asked = approved(watch)
    (row,) = rows(watch)
    assert row.key == f"approval:{asked.id}"
    assert due(watch) == []

    watch.send()

    text = spoken(watch)
    assert text is not None
    assert "6개 중 6개가 시계에 있어요" in text
    assert "모두 계획 그대로예요" in text
    assert spoken(watch) is None, "once"
    watch.send()
    later(watch, hours=1)
    assert spoken(watch) is None


def test_what_the_watch_holds_otherwise_is_named(watch: Watch) -> None:
    approved(watch, rpe_only(plan_of()))
    watch.send()

    text = spoken(watch)

    assert text is not None
    assert "5개는 계획 그대로, 1개는 조금 다르게" in text
    assert "10월 5일 (월)" in text
    assert "1단계: 체감 강도 같은 목표는" in text


def test_every_number_can_be_opened(watch: Watch) -> None:
    approved(watch, rpe_only(plan_of()))
    watch.send()
    with watch.db.athlete_session(watch.athlete_id) as s:
        ctx = ToolContext(athletes.get(s, watch.athlete_id), watch.db, watch.clock(), "en")

    words = compose(ctx, due(watch))

    assert isinstance(words, FirstWords)
    said = {fact["label"]: fact["text"] for fact in words.facts.values()}
    assert said["Workouts on the watch"] == "6"
    assert said["Workouts slightly different"] == "1"
    assert "On your watch: 6 of 6 workouts" in words.text


def test_after_ten_minutes_it_is_told_how_far_it_is_and_the_rest_when_it_is_there(watch: Watch) -> None:
    watch.garmin.fault("/workout-service/workout", "503", times=4)
    approved(watch)
    watch.send()
    assert due(watch) == [], "it is tried again before"
    later(watch, minutes=10)

    text = spoken(watch)
    assert text is not None
    assert "6개 중 0개가 시계에 있어요" in text
    assert "6개는 아직 보내는 중이에요" in text
    assert "이유: " in text
    watch.garmin.faults.clear()
    later(watch, minutes=30)
    watch.send()

    text = spoken(watch)
    assert text is not None
    assert "6개 중 6개가 시계에 있어요" in text
    later(watch, hours=2)
    watch.send()
    assert spoken(watch) is None
    assert [row.key.endswith(":rest") for row in rows(watch)] == [False, True]


def test_a_login_that_ended_is_told_at_once_with_its_reason(watch: Watch) -> None:
    approved(watch)
    watch.garmin.revoke()

    watch.send()

    text = spoken(watch)
    assert text is not None
    assert "6개 중 0개가 시계에 있어요" in text
    assert "이유: " in text


def test_what_goes_off_the_watch_is_counted(watch: Watch) -> None:
    approved(watch)
    watch.send()
    spoken(watch)
    approved(watch, without(plan_of(), "w01-wed", "w02-sat"))
    watch.send()

    text = spoken(watch)

    assert text is not None
    assert "4개 중 4개가 시계에 있어요" in text
    assert "빠진 훈련 2개는 시계에서 지웠어요" in text


def test_of_two_approvals_at_once_the_newer_tells(watch: Watch) -> None:
    approved(watch)
    approved(watch, without(plan_of(), "w02-sat"))
    watch.send()

    text = spoken(watch)

    assert text is not None
    assert "5개 중 5개가 시계에 있어요" in text
    later(watch, minutes=11)
    assert spoken(watch) is None
    assert [row.state for row in rows(watch)] == ["dropped", "said"]


def test_an_approval_without_effects_is_told_nothing_of(watch: Watch) -> None:
    watch.approve(want=False)
    watch.agree()
    with watch.db.athlete_session(watch.athlete_id) as s:
        (asked,) = [a for a in approvals.find(s) if a.state == "approved"]
        assert not receipts.expect(s, athletes.get(s, watch.athlete_id), asked, watch.clock())

    assert rows(watch) == []


def test_what_was_approved_and_then_given_up_has_nothing_left_to_tell(watch: Watch) -> None:
    approved(watch)
    with watch.db.athlete_session(watch.athlete_id) as s:
        plans.set_plan(s, watch.plan_id, state="cancelled")
    later(watch, minutes=11)

    assert spoken(watch) is None
    assert [row.state for row in rows(watch)] == ["dropped"]
