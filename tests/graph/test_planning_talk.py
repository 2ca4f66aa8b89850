"""From an aim to an approved plan, spoken with the offline coach on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest
from fakes.conversation import Chat, custom, streamed
from fakes.life import NOW, Lived

from coach.config import Settings
from coach.graph.events import Event
from coach.graph.run import Conversations
from coach.store import approvals, athletes, plan_holds, planning_profiles, plans
from coach.store.approvals import Approval

RACE = date(2027, 3, 21)


@pytest.fixture
async def conversations(own_life: Lived) -> AsyncIterator[Conversations]:
    opened = Conversations(own_life.db, settings=Settings(_env_file=None), clock=lambda: NOW)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.aclose()


def known(life: Lived, athlete_id: int, *, birth_year: int = 1988) -> None:
    """Let an athlete have answered the first questions."""
    with life.db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, birth_year=birth_year, sex="male")
        athletes.set_onboarding(s, athlete_id, {"step": None, "answers": {"health": "none"}})


@pytest.fixture
def talk(conversations: Conversations, own_life: Lived) -> Chat:
    """Talk as the athlete with six weeks of running."""
    known(own_life, own_life.full)
    return Chat(conversations, own_life.full)


def cards(events: list[Event]) -> list[dict[str, object]]:
    return [card for card in custom(events, "card") if card["kind"] == "approval"]


def pending(life: Lived) -> tuple[Approval, ...]:
    with life.db.athlete_session(life.full) as s:
        return approvals.pending(s, NOW)


async def proposed(talk: Chat) -> list[Event]:
    """Talk until a plan is before the athlete."""
    await talk.say("내년 3월 서울마라톤 서브4 준비하고 싶어")
    await talk.say("3월 21일")
    return await talk.say("네")


async def test_from_an_aim_to_an_approved_plan(talk: Chat, own_life: Lived) -> None:
    asked = await talk.say("내년 3월 서울마라톤 서브4 준비하고 싶어")
    (question,) = custom(asked, "question")
    labels = [choice["label"] for choice in question["choices"]]
    assert labels == [f"2027년 3월 {day}일 (일)" for day in (7, 14, 21, 28)], "Sundays, none of them chosen"
    with own_life.db.athlete_session(own_life.full) as s:
        assert planning_profiles.goal(s) is None, "nothing is kept before the date is known"
    told = await talk.say("3월 21일")
    assert "서울마라톤" in streamed(told)
    assert "4:00:00" in streamed(told)
    with own_life.db.athlete_session(own_life.full) as s:
        goal = planning_profiles.goal(s)
        assert goal is not None
        assert goal.race is not None
        assert (goal.race.day, goal.race.target_time_s) == (RACE, 14_400)
    made = await talk.say("네")
    (card,) = cards(made)
    assert card["title"] == "서울마라톤"
    assert card["weeks"]
    assert streamed(made).rstrip().endswith("바꿔 달라고 하셔도 돼요."), "the last words are the question"
    (waiting,) = pending(own_life)
    assert waiting.sha256.hex() == card["sha256"]
    asked = await talk.say("승인하면 어떻게 돼?")
    assert "아직 아무것도 정해지지 않았어요" in streamed(asked)
    assert pending(own_life) == (waiting,)
    done = await talk.say("승인")
    assert "승인했어요" in streamed(done)
    with own_life.db.athlete_session(own_life.full) as s:
        held = plans.holding(s)
        assert held is not None
        assert held.sha256 == waiting.sha256
        assert held.plan.goal.race is not None
    week = await talk.say("다음 주 훈련 알려줘")
    assert [c["kind"] for c in custom(week, "card")] == ["table"]
    assert "이지런" in streamed(week)
    why = await talk.say("왜 롱런이야?")
    assert "이 훈련을 하는 이유" in streamed(why)
    assert "근거" in streamed(why)


async def test_a_change_of_a_proposal_is_a_new_card_and_the_old_one_is_void(
    talk: Chat, own_life: Lived
) -> None:
    (first,) = cards(await proposed(talk))
    changed = await talk.say("수요일 훈련은 빼줘")
    (second,) = cards(changed)
    assert second["sha256"] != first["sha256"]
    assert [a.id for a in pending(own_life)] == [second["id"]]
    assert "승인했어요" in streamed(await talk.say("좋아"))
    with own_life.db.athlete_session(own_life.full) as s:
        held = plans.holding(s)
        assert held is not None
        assert held.sha256.hex() == second["sha256"]


NO_APPROVALS = (
    "승인하지 마",
    "아직 승인 말고",
    "승인할까?",
    "좋은데 생각해 볼게",
    "don't approve",
    "should I approve?",
)


async def test_what_is_no_approval_approves_nothing(talk: Chat, own_life: Lived) -> None:
    await proposed(talk)
    for said in NO_APPROVALS:
        await talk.say(said)
        with own_life.db.athlete_session(own_life.full) as s:
            assert plans.holding(s) is None, said


async def test_a_bare_yes_counts_only_directly_after_the_card(talk: Chat, own_life: Lived) -> None:
    await proposed(talk)
    await talk.say("지난주에 몇 킬로 뛰었어?")
    for said in ("네", "그렇게 해줘", "do that", "아니요"):
        await talk.say(said)
        assert len(pending(own_life)) == 1, f"{said!r} was to something else"
    assert "승인했어요" in streamed(await talk.say("승인"))


async def test_what_was_not_shown_here_is_shown_first(
    conversations: Conversations, talk: Chat, own_life: Lived
) -> None:
    (card,) = cards(await proposed(talk))
    elsewhere = Chat(conversations, own_life.full)
    events = await elsewhere.say("승인")
    assert [c["id"] for c in cards(events)] == [card["id"]]
    assert len(pending(own_life)) == 1
    assert "승인했어요" in streamed(await elsewhere.say("네"))


async def test_rejecting_leaves_nothing_behind(talk: Chat, own_life: Lived) -> None:
    await proposed(talk)
    assert "거뒀어요" in streamed(await talk.say("거절"))
    assert pending(own_life) == ()
    await talk.say("승인")
    with own_life.db.athlete_session(own_life.full) as s:
        assert plans.holding(s) is None


async def test_a_sign_of_danger_stops_the_plan(talk: Chat, own_life: Lived) -> None:
    await proposed(talk)
    warned = await talk.say("뛰는데 가슴이 조이고 아파요")
    assert "119" in streamed(warned)
    with own_life.db.athlete_session(own_life.full) as s:
        assert plan_holds.standing(s)
    assert [a for a in pending(own_life) if a.kind == "plan"] == []
    for said in ("네", "승인", "훈련 계획 짜줘", "의사가 뛰어도 된다고 했어"):
        await talk.say(said)
        with own_life.db.athlete_session(own_life.full) as s:
            assert plans.holding(s) is None
            assert plan_holds.standing(s), said
    assert "풀었어요" in streamed(await talk.say("승인")), "the card asked whether a doctor agreed"


async def test_giving_the_plan_up_is_asked_about(talk: Chat, own_life: Lived) -> None:
    await proposed(talk)
    await talk.say("승인")
    (card,) = cards(await talk.say("계획 취소해줘"))
    assert card["title"] == "계획을 그만둘까요?"
    with own_life.db.athlete_session(own_life.full) as s:
        assert plans.running(s) is not None
    await talk.say("네")
    with own_life.db.athlete_session(own_life.full) as s:
        assert plans.running(s) is None


async def test_days_away_are_kept_and_the_plan_without_them_is_proposed(talk: Chat, own_life: Lived) -> None:
    await proposed(talk)
    await talk.say("승인")
    events = await talk.say("다음주 출장이라 못 뛰어")
    (card,) = cards(events)
    assert card["changes"]
    with own_life.db.athlete_session(own_life.full) as s:
        assert [b.start for b in planning_profiles.constraints(s).blackouts] == [date(2026, 11, 23)]
        held = plans.holding(s)
        assert held is not None
        assert held.plan.weeks[0].run_m, "nothing changes before it is approved"
    await talk.say("승인")
    with own_life.db.athlete_session(own_life.full) as s:
        held = plans.holding(s)
        assert held is not None
        assert not held.plan.weeks[0].run_m


async def test_no_marathon_for_a_child(conversations: Conversations, own_life: Lived) -> None:
    known(own_life, own_life.full, birth_year=2014)
    talk = Chat(conversations, own_life.full)
    refused = await proposed(talk)
    assert not cards(refused)
    assert "안전한 계획을 짤 수 없어요" in streamed(refused)


async def test_no_marathon_in_five_weeks_from_little(conversations: Conversations, own_life: Lived) -> None:
    known(own_life, own_life.one)
    talk = Chat(conversations, own_life.one)
    await talk.say("12월 27일 마라톤 준비하고 싶어")
    refused = await talk.say("네")
    assert not cards(refused)
    assert "안전한 계획을 짤 수 없어요" in streamed(refused)
    (question,) = custom(refused, "question")
    taken = await talk.say(question["choices"][0]["label"])
    (card,) = cards(taken)
    assert card["about"] == "plan"


async def test_in_english(talk: Chat, own_life: Lived) -> None:
    asked = await talk.say("I want to run a sub-4 marathon next March")
    assert "On which day" in streamed(asked)
    await talk.say("March 21 2027")
    (card,) = cards(await talk.say("yes"))
    assert card["about"] == "plan"
    told = streamed(await talk.say("approve the plan"))
    assert "pprove" in told
    with own_life.db.athlete_session(own_life.full) as s:
        assert plans.holding(s) is not None
