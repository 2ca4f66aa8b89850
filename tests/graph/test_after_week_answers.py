"""The answer to how a week felt is kept by code: at the least what the coach's own buttons say."""

from __future__ import annotations

import pytest
from fakes.conversation import NOW, custom, streamed
from fakes.first import say_first
from fakes.openai_server import Say
from fakes.outside import talk

from coach.graph.after_week import is_answer
from coach.graph.speaking.weekly import FEELINGS
from coach.pipeline import editing
from coach.store import athletes, journal, nudges
from coach.store.session import Database
from coach.text import LANGS, say


@pytest.mark.parametrize("words", [say(lang, f"speaking.felt_{f}") for lang in LANGS for f in FEELINGS])
def test_every_button_is_an_answer(words: str) -> None:
    assert is_answer(words)


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("이번 주는 좀 지쳤어", True),
        ("pretty heavy this week", True),
        ("7", False),
        ("이번 주 얼마나 뛰었어?", False),
        ("다음 주는 좀 쉬게 해 줘", False),
        ("고마워요", False),
    ],
)
def test_words_are_an_answer_where_they_tell_how_it_felt(words: str, answers: bool) -> None:
    assert is_answer(words) is answers


async def test_an_answer_is_kept_once_and_can_be_taken_back(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        athletes.set_onboarding(s, athlete_id, {"step": None, "model": "offline"})
    async with talk(db, athlete_id, lambda _: Say("모델의 말.")) as t:
        pending = {"kind": "weekly", "nudge_id": 1, "week": "2026-11-16"}
        t.thread_id, nudge = say_first(db, athlete_id, NOW, "이번 주 몸은 어땠어요?", pending=pending)
        assert nudge == 1
        events = await t.say("괜찮았어요")
        assert "“괜찮았어요”라고 오늘 일지에 적어 뒀어요." in streamed(events)
        assert "적어 뒀어요" not in streamed(await t.say("괜찮았어요"))
        with db.athlete_session(athlete_id) as s:
            assert [note.text for note in journal.find(s)] == ["괜찮았어요"]
            assert nudges.get(s, nudge).answered_at is not None
            (undo,) = custom(events, "undo")
            editing.undo(s, athletes.get(s, athlete_id), undo["undoId"])
