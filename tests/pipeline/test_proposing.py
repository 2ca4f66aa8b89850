"""Proposals: asked once, for as long as the answer makes sense, and shown as they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from plan_desk import COUCH, MARATHON, NOW, PlanDesk, first_of, other, trained

from coach.domain.plan.model import Goal, GoalKind
from coach.errors import Conflict, NotAllowed, NotFound
from coach.pipeline import approving, proposing
from coach.pipeline.revising import Edit
from coach.store import approvals, connections, notices, plan_holds, plans
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import LANGS, Lang, say
from coach.text import plans as words

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def desk(db: Database, athlete_id: int) -> PlanDesk:
    return PlanDesk(db, athlete_id)


@pytest.fixture
def runner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete who runs 45 km a week, with a watch."""
    yield from trained(embedded.url, template)


def told(desk: PlanDesk) -> list[str]:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return [notice.text_key for notice in notices.open_ones(s)]


def test_a_draft_is_proposed_once(desk: PlanDesk) -> None:
    draft = desk.make()
    asked = desk.propose(draft)
    assert (asked.kind, asked.plan_id, asked.revision) == ("plan", draft.plan_id, draft.number)
    assert asked.sha256 == draft.sha256
    assert (asked.state, asked.created_at) == ("pending", NOW)
    assert asked.expires_at == NOW + timedelta(days=7)
    assert desk.states(draft.plan_id) == ["proposed"]
    assert told(desk) == [], "whoever asked has it before them"
    assert desk.propose(draft) == asked, "the same again is the question that waits already"
    elsewhere = desk.propose(draft, channel="telegram")
    assert elsewhere.id != asked.id
    assert desk.asked(asked).state == "replaced"
    assert desk.states(draft.plan_id) == ["proposed"]
    assert desk.parcels() == []
    assert desk.holding() is None, "nothing of it holds"


def test_a_new_proposal_replaces_the_one_before(desk: PlanDesk) -> None:
    first, second = desk.proposed(COUCH), desk.make(Goal(GoalKind.fitness))
    newer = desk.propose(second)
    assert desk.states(second.plan_id) == ["replaced", "proposed"]
    assert desk.asked(first).state == "replaced"
    assert desk.waiting() == newer
    with pytest.raises(Conflict, match="plan_overtaken"):
        desk.propose(desk.revision(first))


def test_nothing_is_proposed_while_a_red_flag_stands(desk: PlanDesk) -> None:
    draft = desk.make()
    with desk.db.athlete_session(desk.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "stop", "가슴이 아파요", NOW)
    with pytest.raises(NotAllowed, match="proposal_held"):
        desk.propose(draft)
    assert desk.states(draft.plan_id) == ["draft"]


def test_somebody_elses_draft_is_unknown(desk: PlanDesk) -> None:
    draft = desk.make()
    with pytest.raises(NotFound):
        other(desk.db).propose(draft)


def test_what_nobody_decides_expires_and_is_told(desk: PlanDesk) -> None:
    asked = desk.proposed()
    desk.now = asked.expires_at - timedelta(seconds=1)
    with desk.db.athlete_session(desk.athlete_id) as s:
        assert proposing.expire(s, desk.athlete, desk.now) == ()
    desk.now = asked.expires_at
    with desk.db.athlete_session(desk.athlete_id) as s:
        (gone,) = proposing.expire(s, desk.athlete, desk.now)
        assert (gone.id, gone.state) == (asked.id, "expired")
        assert proposing.expire(s, desk.athlete, desk.now) == ()
    assert desk.states(asked.plan_id or 0) == ["expired"]
    assert told(desk) == ["plan_life.lapsed"]


def test_a_change_may_be_decided_until_its_first_day_is_over(runner: PlanDesk) -> None:
    """Later it would rewrite what is past."""
    desk = runner
    held = desk.approved(MARATHON)
    workout = first_of(held.plan, desk.today)
    desk.revise(held.plan_id, Edit("drop", workout.uid))
    asked = desk.waiting()
    midnight = datetime.combine(workout.day + timedelta(days=1), datetime.min.time(), tzinfo=SEOUL)
    assert asked.expires_at == midnight < NOW + timedelta(days=7)
    with desk.db.athlete_session(desk.athlete_id) as s:
        card = proposing.card_of(s, desk.athlete, asked)
    assert "23:59" in card.until


def test_a_finished_plan_proposes_nothing(desk: PlanDesk) -> None:
    held = desk.approved()
    with desk.db.athlete_session(desk.athlete_id) as s:
        approving.cancel(s, desk.athlete, held.plan_id, NOW)
    with pytest.raises(Conflict, match="plan_over"):
        desk.revise(held.plan_id, Edit("drop", first_of(held.plan, desk.today).uid))


@pytest.mark.parametrize("lang", LANGS)
def test_the_card_shows_what_is_stored(runner: PlanDesk, lang: Lang) -> None:
    desk = runner
    race = MARATHON.race
    assert race is not None
    draft = desk.make(replace(MARATHON, race=replace(race, target_time_s=4 * 3600.0)))
    asked = desk.propose(draft)
    with desk.db.athlete_session(desk.athlete_id) as s:
        card = proposing.card_of(s, desk.athlete, asked, lang=lang)
    plan = draft.plan
    assert (card.id, card.sha256, card.state) == (asked.id, draft.sha256.hex(), "pending")
    assert "서울마라톤" in card.title
    assert (card.start, card.end) == (plan.start, plan.end)
    assert [w.number for w in card.weeks] == [w.number for w in plan.weeks]
    assert [w.run_m for w in card.weeks] == [w.run_m for w in plan.weeks]
    assert [len(w.key) for w in card.weeks] == [sum(x.key for x in w.workouts) for w in plan.weeks]
    assert sum(w.run_m for w in card.weeks) == sum(w.distance_m for w in plan.workouts if w.runs)
    last = max(row.day for row in card.sessions)
    assert plan.start <= last < plan.start + timedelta(days=14)
    for row in card.sessions:
        workout = plan.by_uid[row.uid]
        assert row.title == words.workout_title(workout, lang, "metric")
        assert row.lines == words.step_lines(workout, lang, "metric")
    assert card.changes == (), "nothing holds yet"
    assert card.feasibility, "whether four hours are within reach"
    assert card.until


def test_the_card_says_what_approving_leads_to(runner: PlanDesk) -> None:
    """Workouts go to the watch where one is connected and wanted, and another plan that runs ends."""

    def remarks(approval: approvals.Approval) -> list[str]:
        with runner.db.athlete_session(runner.athlete_id) as s:
            return list(proposing.card_of(s, runner.athlete, runner.asked(approval), lang="ko").remarks)

    first = runner.propose(runner.make())
    to_watch, to_end = say("ko", "plan_life.leads_to_watch"), say("ko", "plan_life.leads_to_end")
    assert remarks(first)[-1] == to_watch
    assert to_end not in remarks(first)
    with runner.db.athlete_session(runner.athlete_id) as s:
        connections.change(s, "garmin", options={"workouts": False})
    assert to_watch not in remarks(first)
    runner.decide(first)
    assert to_watch not in remarks(first), "what is decided leads to nothing more"
    second = runner.propose(runner.make(seed=1))
    assert to_end in remarks(second)


def test_the_card_of_a_change_shows_the_difference(runner: PlanDesk) -> None:
    desk = runner
    held = desk.approved(MARATHON)
    workout = first_of(held.plan, desk.today)
    desk.revise(held.plan_id, Edit("drop", workout.uid))
    with desk.db.athlete_session(desk.athlete_id) as s:
        card = proposing.card_of(s, desk.athlete, desk.waiting())
    assert card.changes
    assert words.workout_title(workout, "ko", "metric") in " ".join(card.changes)


def test_warnings_are_shown_once_each_with_whether_they_are_known(runner: PlanDesk) -> None:
    desk = runner
    asked = desk.proposed(MARATHON)
    long = next(w for w in desk.revision(asked).plan.weeks[1].workouts if w.kind == "long")
    desk.revise(asked.plan_id or 0, Edit("resize", long.uid, distance_m=long.distance_m + 3000))
    asked = desk.waiting()

    def shown() -> dict[str, bool]:
        with desk.db.athlete_session(desk.athlete_id) as s:
            rows = proposing.card_of(s, desk.athlete, asked).warnings
        assert all(row.said for row in rows)
        assert len({row.rule for row in rows}) == len(rows)
        return {row.rule: row.acknowledged for row in rows}

    assert set(shown()) == {str(f["rule"]) for f in desk.revision(asked).findings}
    assert set(shown().values()) == {False}
    desk.acknowledge(asked)
    assert set(shown().values()) == {True}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("removal", {"workouts": [{"uid": "w1", "day": "2026-11-24", "name": "이지런 8 km"}]}),
        ("restore", {"items": [{"uid": "w1", "day": "2026-11-24", "name": "이지런 8 km"}]}),
        ("clearance", {"holds": [{"id": 1, "raised_at": "2026-11-24T03:00:00+00:00"}]}),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_other_questions_have_cards_too(
    desk: PlanDesk, kind: approvals.Kind, content: dict[str, object], lang: Lang
) -> None:
    with desk.db.athlete_session(desk.athlete_id) as s:
        plan_id = plans.create(s, desk.today, desk.today)
        asked = approvals.ask(
            s,
            kind,
            approvals.hash_of(content),
            expires_at=NOW + timedelta(days=1),
            plan_id=plan_id,
            content=content,
            now=NOW,
        )
        card = proposing.card_of(s, desk.athlete, asked, lang=lang)
    assert card.title
    assert "24" in card.lines[0]
    assert (card.weeks, card.sessions) == ((), ())
