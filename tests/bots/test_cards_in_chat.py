"""Proposals in a chat from end to end: words, a sentence that changes one, forwarded and edited answers."""

from __future__ import annotations

from fakes.bot import BotHouse
from fakes.telegram import Message
from pipeline.plan_desk import PlanDesk

from coach.domain.nudges import NudgeKind
from coach.pipeline import saying
from coach.store import approvals, athletes, connections, nudges, plans
from coach.store.approvals import Approval
from coach.text import say


def desk_of(house: BotHouse) -> PlanDesk:
    with house.db.athlete_session(house.athlete_id) as s:
        athletes.set_onboarding(s, house.athlete_id, {"step": None, "answers": {"health": "none"}})
        connections.change(s, "garmin", state="connected", account_id="1")
    return PlanDesk(house.db, house.athlete_id, house.clock())


async def say_first(house: BotHouse, asked: Approval) -> Message:
    """Let the coach begin with a card, as a check-in does; return it as it stands in the chat."""
    with house.db.athlete_session(house.athlete_id) as s:
        athlete = athletes.get(s, house.athlete_id)
        words = saying.FirstWords(
            kind="weekly",
            text="이번 주 이야기예요.",
            html="<p>이번 주 이야기예요.</p>",
            cards=[{"kind": "approval", "id": asked.id, "title": ""}],
            pending={"kind": "approval", "id": asked.id},
        )
        saying.say(s, athlete, words, house.clock())
    await house.settled()
    return card(house)


def card(house: BotHouse) -> Message:
    return next(m for m in reversed(house.person.hears()) if "승인" in m.buttons)


def state(house: BotHouse, asked: Approval) -> str:
    with house.db.athlete_session(house.athlete_id) as s:
        return approvals.get(s, asked.id).state


async def test_typed_words_answer_a_card_of_the_daily_job_where_it_was_seen_last(bot_house: BotHouse) -> None:
    desk = desk_of(bot_house)
    asked = desk.proposed()  # of the page or the daily job
    assert asked.channel == "web"
    shown = await say_first(bot_house, asked)

    bot_house.person.says("승인")
    await bot_house.settled()

    assert state(bot_house, asked) == "approved"
    assert bot_house.person.hears()[-1].text.startswith(say("ko", "plan_life.plan_approved_sent"))
    now = next(m for m in bot_house.person.hears() if m.id == shown.id)
    assert "승인" not in now.buttons, "typed words take the keyboard away too"


async def test_forwarded_and_edited_answers_do_nothing(bot_house: BotHouse) -> None:
    desk = desk_of(bot_house)
    asked = desk.proposed()
    await say_first(bot_house, asked)

    bot_house.person.forwards(bot_house.person.says("오늘 날씨 좋네"))
    written = bot_house.person.says("이번 주 몇 km 뛰었어?")
    await bot_house.settled()
    bot_house.person.edits(written, "승인")
    await bot_house.settled()

    assert state(bot_house, asked) == "pending"


async def test_a_sentence_changes_the_proposal_and_the_old_card_is_closed(bot_house: BotHouse) -> None:
    desk = desk_of(bot_house)
    asked = desk.proposed()
    first = await say_first(bot_house, asked)
    bot_house.person.presses(first, "바꿀 점")
    await bot_house.settled()
    assert bot_house.person.hears()[-1].text == say("ko", "plan_tools.which_change")
    day = next(w for w in desk.revision(asked).plan.workouts if w.steps).day
    name = "월화수목금토일"[day.weekday()]

    bot_house.person.says(f"{name}요일 훈련은 빼줘")
    await bot_house.settled()

    new = desk.waiting()
    assert new.id != asked.id
    assert new.channel == "telegram"
    assert state(bot_house, asked) == "replaced"
    second = card(bot_house)
    assert second.id != first.id
    assert "승인" not in next(m for m in bot_house.person.hears() if m.id == first.id).buttons
    old = f"a:{asked.id}:y:{asked.sha256.hex()[:8]}"
    bot_house.person.forges(old, first)
    bot_house.person.says("승인", replies_to=first)
    await bot_house.settled()
    assert state(bot_house, new) == "pending", "an older card's answer approves nothing else"
    said = [m.text for m in bot_house.person.hears()]
    assert said.count(say("ko", "plan_life.was_replaced")) == 2
    bot_house.person.presses(second, "승인")
    await bot_house.settled()
    assert state(bot_house, new) == "approved"
    with bot_house.db.athlete_session(bot_house.athlete_id) as s:
        held = plans.holding(s)
        assert held is not None
        assert (held.plan_id, held.number) == (new.plan_id, new.revision)
        assert nudges.named(s, NudgeKind.receipt, f"approval:{new.id}") is not None


async def test_decided_on_the_page_the_card_in_the_chat_is_closed(bot_house: BotHouse) -> None:
    desk = desk_of(bot_house)
    asked = desk.proposed()
    shown = await say_first(bot_house, asked)

    desk.decide(asked, "rejected")
    await bot_house.settled()

    assert "승인" not in next(m for m in bot_house.person.hears() if m.id == shown.id).buttons


async def test_only_words_written_below_the_card_decide(bot_house: BotHouse) -> None:
    desk, person = desk_of(bot_house), bot_house.person
    asked = desk.proposed()
    above = bot_house.fake.write(person.chat, by_bot=False, author=person._me(), text="승인")
    words = next(m for m in person.sees() if m.id == above.id)
    shown = await say_first(bot_house, asked)
    assert above.id < shown.id

    bot_house.fake.push("message", bot_house.fake.told(words, person))  # it comes late, as after a cut
    for extra in (
        {"is_from_offline": True},  # planned before, or an automatic greeting
        {"sender_chat": {"id": -100_5, "type": "channel", "title": "달리기"}},
        {"sender_business_bot": {"id": 5, "is_bot": True, "first_name": "도우미"}},
        {"external_reply": {"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "누구"}}},
    ):
        person._send(text="승인", extra=extra)
    person._send(text="승인", replies_to=shown.id - 1)  # to other words of the coach
    person._send(text="승인", replies_to=shown, extra={"is_from_offline": True})
    await bot_house.settled()

    assert state(bot_house, asked) == "pending"
    assert person.hears()[-1].id > shown.id
    assert sum(m.text.startswith(say("ko", "plan_tools.look_first")) for m in person.hears()) == 7
    person.says("승인")
    await bot_house.settled()
    assert state(bot_house, asked) == "approved"
