"""Words typed in one place about a question that was seen last in another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from fakes.conversation import NOW, Chat, OpenChat, custom, streamed
from pipeline.plan_desk import COUCH, PlanDesk

from coach.domain.plan.model import Goal, GoalKind
from coach.store import approvals, athletes, messengers, models, threads
from coach.store.approvals import Approval
from coach.store.session import Database
from coach.text import say


@dataclass
class Talk:
    """An athlete with a question before them, on the page and in a messenger."""

    chat: Chat
    desk: PlanDesk
    there: int  # the messenger's conversation

    async def say(self, words: str, channel: str) -> list[Any]:
        """Type something; the page and the messenger have a conversation each."""
        thread = self.there if channel == "telegram" else None
        return await self.chat.say(words, channel=channel, **({"thread_id": thread} if thread else {}))

    def post(self, asked: Approval, number: int = 5) -> None:
        """Show a question in the messenger, as the bot keeps what it posted."""
        with self.desk.db.athlete_session(self.desk.athlete_id) as s:
            messengers.keep_post(s, "telegram", 77, number, NOW, approval_id=asked.id)

    def state(self, asked: Approval) -> str:
        return self.desk.asked(asked).state


@pytest.fixture
async def talk(db: Database, athlete_id: int, open_chat: OpenChat) -> Talk:
    with db.system_session() as s:
        new = models.accounts.insert().values(athlete_id=athlete_id, role="athlete")
        account = s.execute(new.returning(models.accounts.c.id)).scalar_one()
    with db.athlete_session(athlete_id) as s:
        athletes.set_onboarding(s, athlete_id, {"step": None, "answers": {"health": "none"}})
        messengers.put_link(s, "telegram", account, 77, NOW)
        there = threads.create(s, athlete_id, channel="telegram").id
        messengers.set_thread(s, "telegram", there)
    return Talk(await open_chat(), PlanDesk(db, athlete_id), there)


async def test_a_question_of_the_page_is_answered_where_its_card_was_posted(talk: Talk) -> None:
    asked = talk.desk.proposed()
    talk.post(asked)

    events = await talk.say("승인", "telegram")

    assert streamed(events).startswith(say("ko", "plan_life.plan_approved"))
    kept = talk.desk.asked(asked)
    assert (kept.state, kept.decided_in) == ("approved", "telegram")


async def test_words_typed_where_it_is_not_before_them_show_it_first(talk: Talk) -> None:
    asked = talk.desk.proposed()
    talk.post(asked)

    events = await talk.say("approve", "web")

    assert talk.state(asked) == "pending"
    assert [card["id"] for card in custom(events, "card")] == [asked.id]
    await talk.say("approve", "telegram")
    assert talk.state(asked) == "pending", "now it is the page where it was seen last"
    await talk.say("approve", "telegram")
    assert talk.state(asked) == "approved", "and it was shown here again"


async def test_a_bare_yes_elsewhere_is_no_answer(talk: Talk) -> None:
    asked = talk.desk.proposed()
    talk.post(asked)

    events = await talk.say("네", "web")

    assert talk.state(asked) == "pending"
    assert custom(events, "card") == []


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_a_sentence_makes_a_new_revision_there(talk: Talk, lang: str) -> None:
    asked = talk.desk.proposed(COUCH)
    plan = talk.desk.revision(asked).plan
    run = next(w for w in plan.workouts if w.steps and w.day > talk.desk.today)
    korean, english = f"{'월화수목금토일'[run.day.weekday()]}요일은 더 짧게", f"{run.day:%A} shorter please"
    talk.post(asked)

    events = await talk.say(korean if lang == "ko" else english, "telegram")

    assert talk.state(asked) == "replaced"
    new = talk.desk.waiting()
    assert (new.channel, new.thread_id) == ("telegram", talk.there)
    assert [card["id"] for card in custom(events, "card")] == [new.id]
    after = talk.desk.revision(new).plan.by_uid[run.uid]
    assert after.duration_s < run.duration_s


async def test_an_older_question_posted_again_takes_no_words_from_the_newer(talk: Talk) -> None:
    old = talk.desk.proposed()
    talk.post(old)
    new = talk.desk.proposed(Goal(GoalKind.fitness))
    talk.post(new, 6)
    talk.post(old, 7)

    await talk.say("승인", "telegram")

    assert (talk.state(old), talk.state(new)) == ("replaced", "approved")
    with talk.desk.db.athlete_session(talk.desk.athlete_id) as s:
        assert approvals.get(s, old.id).channel == "telegram"


async def test_a_caption_of_files_approves_nothing_however_often_it_is_tried(talk: Talk) -> None:
    asked = talk.desk.proposed()
    talk.post(asked)
    with talk.desk.db.athlete_session(talk.desk.athlete_id) as s:
        new = models.imports.insert().values(
            athlete_id=talk.desk.athlete_id, state="done", channel="telegram", finished_at=NOW
        )
        files = s.execute(new.returning(models.imports.c.id)).scalar_one()

    started = await talk.chat.conversations.start(
        talk.desk.athlete_id, "승인", thread_id=talk.there, channel="telegram", attachments=[files]
    )
    await talk.chat.follow(started.run_id)
    again = await talk.chat.conversations.retry(talk.desk.athlete_id, started.run_id, channel="telegram")
    await talk.chat.follow(again.run_id)

    assert talk.state(asked) == "pending"


async def test_words_decide_only_what_stood_above_them(talk: Talk) -> None:
    asked = talk.desk.proposed()
    talk.post(asked, number=5)
    with talk.desk.db.athlete_session(talk.desk.athlete_id) as s:
        above = [messengers.asked_above(s, "telegram", 77, number) for number in (5, 6)]
        assert messengers.asked_above(s, "telegram", 78, 6) == frozenset()
    assert above == [frozenset(), frozenset({asked.id})]

    for stood, state in zip(above, ("pending", "approved"), strict=True):
        started = await talk.chat.conversations.start(
            talk.desk.athlete_id, "승인", thread_id=talk.there, channel="telegram", stood=stood
        )
        await talk.chat.follow(started.run_id)
        assert talk.state(asked) == state
