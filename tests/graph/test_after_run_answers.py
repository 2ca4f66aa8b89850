"""The answer to "how did it feel?" in a conversation is kept by code, with and without an outside model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fakes.conversation import NOW, custom, streamed
from fakes.first import say_first
from fakes.openai_server import Say
from fakes.outside import Talk, talk

from coach.domain.activity import Sport
from coach.domain.nudges import NudgeKind
from coach.graph.after_run import asks_where
from coach.pipeline import editing
from coach.store import activities, athletes, daily, journal, nudges, threads
from coach.store.session import Database

ASKED = "오늘 10 km 달렸어요. 어땠어요?"


@pytest.fixture(params=["offline", "outside"])
async def coach(db: Database, athlete_id: int, request: pytest.FixtureRequest) -> AsyncIterator[Talk]:
    with db.athlete_session(athlete_id) as s:
        athletes.set_onboarding(s, athlete_id, {"step": None, "model": "offline"})
    async with talk(db, athlete_id, lambda _: Say("모델의 말.")) as t:
        if request.param == "outside":
            t.consent()
        yield t


def run(t: Talk, ended: timedelta = timedelta(hours=1)) -> int:
    start = NOW - ended - timedelta(minutes=50)
    with t.db.athlete_session(t.athlete_id) as s:
        return activities.create(
            s, t.athlete_id, sport=Sport.run, start_at=start, tz="Asia/Seoul",
            local_date=(start + timedelta(hours=9)).date(), elapsed_s=3000, distance_m=10_000.0,
        ).id  # fmt: skip


def ask(t: Talk, activity_id: int) -> int:
    t.thread_id, nudge = say_first(
        t.db, t.athlete_id, NOW, ASKED, kind=NudgeKind.after_run, key=f"{activity_id}", asks=activity_id
    )
    return nudge


def told(t: Talk) -> list[tuple[str, float | None, int | None]]:
    with t.db.athlete_session(t.athlete_id) as s:
        return [(e.kind, e.value, e.activity_id) for e in daily.list_entries(s, t.athlete_id)]


def is_answered(t: Talk, nudge_id: int) -> bool:
    with t.db.athlete_session(t.athlete_id) as s:
        return nudges.get(s, nudge_id).answered_at is not None


async def test_a_number_and_words_are_kept_with_the_run_and_can_be_taken_back(coach: Talk) -> None:
    activity = run(coach)
    nudge = ask(coach, activity)
    events = await coach.say("8이요 무릎이 좀 아팠어")
    assert "이 달리기에 적어 뒀어요" in streamed(events)
    assert coach.fake.requests == [], "no model was asked"
    assert sorted(told(coach)) == [("pain", None, activity), ("rpe", 8.0, activity)]
    assert is_answered(coach, nudge)
    with coach.db.athlete_session(coach.athlete_id) as s:
        (note,) = journal.find(s)
        assert (note.text, note.origin, note.activity_id) == ("8이요 무릎이 좀 아팠어", "chat", activity)
        assert activities.get(s, coach.athlete_id, activity).rpe == 8.0
        (undo,) = custom(events, "undo")
        editing.undo(s, athletes.get(s, coach.athlete_id), undo["undoId"])
    assert told(coach) == []


async def test_a_request_goes_on_and_the_question_stays_open_once(coach: Talk) -> None:
    activity = run(coach)
    nudge = ask(coach, activity)
    assert "적어 뒀어요" not in streamed(await coach.say("이번 주 얼마나 뛰었어?"))
    assert not is_answered(coach, nudge)
    assert "Noted with this run" in streamed(await coach.say("it was easy, 3"))
    assert told(coach) == [("rpe", 3.0, activity)]
    other = run(coach, timedelta(hours=5))
    ask(coach, other)
    await coach.say("이번 달 얼마나 뛰었어?")
    await coach.say("지난달은 얼마나 뛰었어?")
    assert "이 달리기에 적어 뒀어요" not in streamed(await coach.say("좋았어"))
    assert [entry for entry in told(coach) if entry[2] == other] == []


async def test_signs_of_danger_come_before_everything(coach: Talk) -> None:
    nudge = ask(coach, run(coach))
    events = await coach.say("7. 뛰다가 가슴이 꽉 조이고 숨을 못 쉬겠어")
    assert custom(events, "red_flag")
    assert "이 달리기에 적어 뒀어요" not in streamed(events)
    assert not is_answered(coach, nudge)
    assert "이 달리기에 적어 뒀어요" not in streamed(await coach.say("7"))


async def test_who_answered_with_a_button_is_not_asked_any_more(coach: Talk) -> None:
    nudge = ask(coach, run(coach))
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert nudges.answered(s, nudge, NOW)
    assert "이 달리기에 적어 뒀어요" not in streamed(await coach.say("7"))
    assert told(coach) == []


async def test_of_a_run_that_was_deleted_it_is_a_note_of_the_day(coach: Talk) -> None:
    activity = run(coach)
    ask(coach, activity)
    with coach.db.athlete_session(coach.athlete_id) as s:
        activities.delete(s, coach.athlete_id, activity)
    assert "오늘 일지에 적어 뒀어요" in streamed(await coach.say("가뿐했어요"))
    assert told(coach) == [("note", None, None)]


async def test_a_reply_is_kept_with_the_run_it_replies_to_however_late(coach: Talk) -> None:
    first_run, second_run = run(coach, timedelta(hours=5)), run(coach)
    first_nudge = ask(coach, first_run)
    ask(coach, second_run)
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert nudges.answered(s, first_nudge, NOW)
        (asked, *_) = [m for m in threads.messages(s, coach.thread_id or 0) if m.run_id is None]
    await coach.say("이번 달 얼마나 뛰었어?")
    coach.conversations._clock = lambda: NOW + timedelta(days=5)
    started = await coach.conversations.start(
        coach.athlete_id, "7이요, 생각보다 힘들었어", thread_id=coach.thread_id, replies_to=asked.id
    )
    events = [e async for e in coach.conversations.events(coach.athlete_id, started.run_id)]
    assert "이 달리기에 적어 뒀어요" in streamed(events)
    assert told(coach) == [("rpe", 7.0, first_run)]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Right knee, about 3 out of 10", "Noted with this run"),
        ("오른쪽 무릎, 10점 만점에 3점", "이 달리기에 적어 뒀어요"),
    ],
)
async def test_where_it_hurt_is_kept_with_the_run_and_no_number_is_its_effort(
    coach: Talk, answer: str, said: str
) -> None:
    activity = run(coach)
    nudge = ask(coach, activity)
    with coach.db.athlete_session(coach.athlete_id) as s:
        nudges.answered(s, nudge, NOW)
        first = {"kind": "after_run", "raw": "어디가요?", "pending": asks_where(nudge, activity, NOW)}
        threads.add_message(
            s, coach.athlete_id, coach.thread_id or 0, "assistant", "어디가요?", content={"first": first}
        )
    events = await coach.say(answer)
    assert coach.fake.requests == [], "no model was asked"
    assert said in streamed(events)
    assert told(coach) == [("pain", 3.0, activity)]


async def test_the_chest_as_an_answer_is_an_emergency(coach: Talk) -> None:
    activity = run(coach)
    nudge = ask(coach, activity)
    with coach.db.athlete_session(coach.athlete_id) as s:
        first = {"kind": "after_run", "raw": "어디가요?", "pending": asks_where(nudge, activity, NOW)}
        threads.add_message(
            s, coach.athlete_id, coach.thread_id or 0, "assistant", "어디가요?", content={"first": first}
        )
    assert custom(await coach.say("가슴이요"), "red_flag")
