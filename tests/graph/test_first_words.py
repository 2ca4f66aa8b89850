"""What the coach said first is part of the turn that follows: with its facts, and with what it asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from fakes.conversation import NOW, OpenChat, distance, streamed
from fakes.first import say_first
from fakes.life import Lived
from fakes.openai_server import FakeOpenAI, Say
from fakes.outside import Talk, talk
from test_approvals import known, planned

from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.graph import first_words
from coach.graph.events import Event
from coach.graph.first_words import FirstSaid
from coach.graph.ledger import Ledger
from coach.graph.state import WITHHELD, State
from coach.pipeline import proposing
from coach.store import approvals, athletes, daily
from coach.store.first_words import First
from coach.store.session import Database
from coach.store.working_memory import thread_key

WEEK = "지난주에는 {f1}를 달렸어요. 몸은 어땠어요?"


@pytest.fixture
async def outside(db: Database, athlete_id: int) -> AsyncIterator[Talk]:
    """A conversation with an outside model that says the same to all."""
    with db.athlete_session(athlete_id) as s:
        athletes.set_onboarding(s, athlete_id, {"step": None})
    async with talk(db, athlete_id, lambda _: Say("네, 그렇군요.")) as t:
        t.consent()
        yield t


def first(t: Talk, raw: str, **how: Any) -> int:
    """Say something first in the conversation, and return the nudge."""
    t.thread_id, nudge = say_first(t.db, t.athlete_id, NOW, raw, **how)
    return nudge


def asked(t: Talk, n: int = -1) -> list[dict[str, Any]]:
    """Return the messages of the nth request, without the instructions."""
    return [m for m in t.fake.requests[n]["messages"] if m["role"] != "system"]


async def state(t: Talk) -> dict[str, Any]:
    config = {"configurable": {"thread_id": thread_key(t.athlete_id, t.thread_id or 0)}}
    return dict((await t.conversations._graph.aget_state(config)).values)


async def test_the_words_stand_before_the_answer_with_their_values(outside: Talk) -> None:
    first(outside, WEEK, facts=[distance()])
    await outside.say("좋아졌어")
    said, answer = asked(outside)
    assert said["role"] == "assistant"
    assert "42.3" in said["content"]
    assert "{f1}" not in said["content"]
    assert answer["content"].startswith("좋아졌어")
    await outside.say("고마워")
    assert [m["content"] for m in asked(outside)].count(said["content"]) == 1, "they are taken up once"


async def test_references_are_renumbered_into_the_thread(db: Database, outside: Talk) -> None:
    first(outside, WEEK, facts=[distance(11_000.0)], key="one")
    await outside.say("응 괜찮았어")
    first(outside, WEEK, facts=[distance(22_000.0)], key="two")
    await outside.say("이번에도 괜찮았어")
    kept = await state(outside)
    assert {ref: fact["value"] for ref, fact in kept["facts"].items()} == {"f1": 11_000.0, "f2": 22_000.0}
    assert kept["next_fact"] == 3
    words = [m["content"] for m in asked(outside) if m["role"] == "assistant"]
    assert "11" in words[0]
    assert "22" in words[-1]


async def test_what_a_source_forbids_does_not_reach_an_outside_model(outside: Talk) -> None:
    closed = distance(31_415.0, sources=frozenset({Source.strava}))
    with outside.db.athlete_session(outside.athlete_id) as s:
        daily.save_values(
            s, outside.athlete_id, [DailyValue(date(2026, 11, 1), "rhr_bpm", 50, Source.strava)]
        )
    first(outside, "비밀코스에서 {f1}를 달렸어요.", facts=[closed], key="closed")
    first(outside, "말만 있는 한마디.", key="words")
    await outside.say("그랬구나")
    assert [m["content"] for m in asked(outside)][:2] == [WITHHELD, WITHHELD]
    assert "31" not in outside.told
    assert "비밀코스" not in outside.told
    assert "말만" not in outside.told, "words without facts rest on whatever there is"
    kept = await state(outside)
    assert any("비밀코스" in m["text"] for m in kept["messages"]), "here they are known"
    first(outside, WEEK, facts=[distance()], key="open")
    await outside.say("응")
    assert "42.3" in json.dumps(asked(outside), ensure_ascii=False), "what rests on free sources is told"


async def test_words_whose_facts_are_lost_are_told_to_nobody_outside(outside: Talk) -> None:
    first(outside, "지난주에는 {f7}를 달렸어요.", text="지난주에는 42.3 km를 달렸어요.")
    await outside.say("응")
    assert asked(outside)[0]["content"] == WITHHELD
    assert "42.3" in (await state(outside))["messages"][0]["text"]


async def test_at_most_some_of_them_and_not_at_any_length(outside: Talk) -> None:
    for n in range(first_words.MOST + 2):
        first(outside, f"{n}번째 한마디. " + "가" * 5000, facts=[distance()], key=str(n))
    await outside.say("응")
    words = [m for m in asked(outside) if m["role"] == "assistant"]
    assert len(words) == first_words.MOST
    assert all(len(m["content"]) <= first_words.LONGEST + 1 for m in words)
    assert words[-1]["content"].startswith(f"{first_words.MOST + 1}번째")


async def test_a_turn_that_failed_leaves_them_to_the_next(
    db: Database, athlete_id: int, open_chat: OpenChat
) -> None:
    with db.athlete_session(athlete_id) as s:
        athletes.set_onboarding(s, athlete_id, {"step": None})
    thread_id, _ = say_first(db, athlete_id, NOW, WEEK, facts=[distance()])
    async with FakeOpenAI(lambda _: Say("네.")) as fake:
        chat = await open_chat(fake=fake)
        await chat.say("괜찮았어", thread_id=thread_id)
        await chat.follow((await chat.conversations.retry(athlete_id, chat.run_id)).run_id)
        told = [m["content"] for m in fake.requests[-1]["messages"] if m["role"] == "assistant"]
        assert sum("42.3" in text for text in told) == 1


async def test_a_forgotten_thread_takes_up_what_stands_in_it(outside: Talk) -> None:
    first(outside, WEEK, facts=[distance()])
    await outside.say("응")
    await outside.conversations._saver.aprune([thread_key(outside.athlete_id, outside.thread_id or 0)])
    await outside.say("그래")
    words = [m["content"] for m in asked(outside) if m["role"] == "assistant"]
    assert sum("42.3" in text for text in words) == 1
    await outside.conversations._saver.adelete_thread(thread_key(outside.athlete_id, outside.thread_id or 0))
    await outside.say("다시")
    words = [m["content"] for m in asked(outside) if m["role"] == "assistant"]
    assert sum("42.3" in text for text in words) == 1


async def test_another_language_changes_nothing(outside: Talk) -> None:
    first(outside, WEEK, facts=[distance()])
    await outside.say("that was a good week")
    assert "42.3" in asked(outside)[0]["content"]


def made(message_id: int, pending: dict[str, Any] | None, *, is_newest: bool = True) -> FirstSaid:
    first = {"kind": "weekly", "raw": "한마디", "known": {}, "pending": pending}
    return FirstSaid(First(message_id, "한마디", first, (), is_newest), is_free=True)


CARD, RUN = {"kind": "approval", "id": 4}, {"kind": "after_run", "nudge_id": 7, "activity_id": 1}
STEP, TOOL = {"kind": "onboarding", "step": "goal"}, {"kind": "tool", "choices": []}


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        (None, [made(1, CARD)], CARD),
        (None, [made(1, RUN)], RUN),
        (None, [made(1, CARD), made(2, RUN)], RUN),
        (None, [made(1, RUN), made(2, CARD)], CARD),
        # A bare yes is to what was said last, and that was no card.
        (None, [made(1, CARD), made(2, None)], None),
        (CARD, [made(1, None)], None),
        ({"kind": "consent", "choices": []}, [made(1, None)], None),
        (TOOL, [made(1, None)], None),
        # How a run felt can be told whatever came after the question.
        (None, [made(1, RUN), made(2, None)], RUN),
        (STEP, [made(1, None)], STEP),
        (STEP, [made(1, CARD)], CARD),
        # The coach answered something else since: what that left open was said last.
        (TOOL, [made(1, CARD, is_newest=False)], TOOL),
        (None, [made(1, CARD, is_newest=False)], None),
        (None, [made(1, RUN, is_newest=False)], RUN),
        # Nothing that could not be answered is open.
        (None, [made(1, {"kind": "approval"})], None),
        (None, [made(1, {"kind": "consent", "choices": []})], None),
    ],
)
def test_what_an_answer_answers(
    before: dict[str, Any] | None, said: list[FirstSaid], after: dict[str, Any] | None
) -> None:
    entered = first_words.enter(Ledger(), {"pending": before}, said)
    assert entered is not None
    assert entered.pending == after
    again: State = {"pending": before, "first_seen": entered.seen}
    assert first_words.enter(Ledger(), again, said) is None


async def test_a_bare_yes_answers_the_card_that_was_just_sent_there(own_life: Lived) -> None:
    known(own_life, own_life.full)
    revision = planned(own_life, own_life.full)

    def ask(channel: str) -> int:
        with own_life.db.athlete_session(own_life.full) as s:
            athlete = athletes.get(s, own_life.full)
            return proposing.propose(s, athlete, revision.plan_id, revision.number, NOW, channel=channel).id

    def waiting() -> bool:
        with own_life.db.athlete_session(own_life.full) as s:
            return any(a.kind == "plan" for a in approvals.pending(s, NOW))

    async with talk(own_life.db, own_life.full, lambda _: Say("네.")) as t:
        card = {"kind": "approval", "id": ask("telegram")}
        first(t, "다음 주를 이렇게 해 볼까요?", pending=card, key="a")
        first(t, "오늘은 쉬는 날이에요.", key="b")
        await say(t, "응", "telegram")
        assert waiting(), "a yes to something else"
        first(t, "다음 주를 이렇게 해 볼까요?", pending=card, key="d")
        said = streamed(await say(t, "승인", "telegram"))
        assert not waiting(), said


async def say(t: Talk, message: str, channel: str) -> list[Event]:
    started = await t.conversations.start(t.athlete_id, message, thread_id=t.thread_id, channel=channel)
    return [e async for e in t.conversations.events(t.athlete_id, started.run_id)]


def test_a_reply_is_to_what_it_replies_to_however_old_that_is() -> None:
    meant = FirstSaid(First(1, "한마디", made(1, RUN).said.first, (), True, is_meant=True), is_free=True)
    state: State = {"pending": TOOL, "first_seen": 9}
    entered = first_words.enter(Ledger(), state, [made(10, CARD), meant])
    assert entered is not None
    assert entered.pending == {**RUN, "replied": True}
    assert entered.seen == 10
    # What asks nothing that words answer leaves open what was open.
    plain = FirstSaid(First(1, "한마디", made(1, None).said.first, (), True, is_meant=True), is_free=True)
    entered = first_words.enter(Ledger(), state, [plain])
    assert entered is not None
    assert (entered.pending, entered.seen) == (TOOL, 9)
