"""What a source keeps from messengers is in no request to one, whatever is asked or said first."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import date, timedelta

import pytest
from fakes.bot import BotHouse
from graph.test_canary import HOME, MARKER, run_of

from bots.telegram.buttons import Proof, Sources, parse
from coach.domain.daily import DailyValue
from coach.domain.nudges import NudgeKind
from coach.domain.source import Source
from coach.graph.speaking.compose import compose
from coach.pipeline import recompute, saying
from coach.pipeline.outings import place
from coach.store import athletes, daily, nudges, threads
from coach.tools.spec import ToolContext

TODAY = date(2026, 11, 21)
ASKED = (
    "이번 주 몇 km 뛰었어?",
    "마지막 달리기 어땠어?",
    "지금 하프 뛰면 몇 분 나올까?",
    "내 컨디션 어때? 그래프로 보여줘",
    "경로 지도 보여줘",
    "최고 기록 보여줘",
    "훈련 페이스 알려줘",
    "계획 짜줘",
    "/checkin",
)


def plant(house: BotHouse, source: Source) -> list[int]:
    """Let everything that is known of the owner come from one source, in odd numbers."""
    athlete_id = house.athlete_id
    with house.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        ids = []
        for days in (0, 2, 4, 8, 12):
            # Only what Strava gave is odd.
            recording = run_of(days, Source.strava)
            ids.append(place(s, athlete_id, recording, source=source, file_id=None, home=HOME).row.id)
        values = [DailyValue(TODAY - timedelta(days=d), "rhr_bpm", 61.73 + d / 7, source) for d in range(30)]
        daily.save_values(s, athlete_id, values)
        athletes.set_onboarding(s, athlete_id, {"step": None, "answers": {"health": "none"}})
    recompute.recompute(house.db, athlete_id, ids)
    return ids


async def talk(house: BotHouse, ids: list[int]) -> None:
    """Ask, be told first, and press whatever opens what numbers rest on."""
    for words in ASKED:
        house.person.says(words)
        await house.settled(30)
    about = {"activity_ids": ids[:1], "ended_at": (house.clock() - timedelta(hours=3)).isoformat()}
    with house.db.athlete_session(house.athlete_id) as s:
        athlete = athletes.get(s, house.athlete_id)
        nudges.add(s, NudgeKind.after_run, "canary", TODAY, house.clock(), about)
        nudge = nudges.named(s, NudgeKind.after_run, "canary")
    assert nudge is not None
    first = compose(ToolContext(athlete, house.db, house.clock(), "ko", channel="telegram"), [nudge])
    assert first is not None
    with house.db.athlete_session(house.athlete_id) as s:
        saying.say(s, athlete, first, house.clock())
    await house.settled()
    for message in house.person.hears():
        for data in (button["callback_data"] for row in message.rows for button in row):
            if isinstance(parse(data), Proof | Sources):
                house.person.forges(data, message)
    await house.settled(30)


def figures(messages: Collection[threads.Message], source: Source) -> set[str]:
    """Return how the facts that rest on a source are written in the stored messages."""
    facts = [fact for m in messages for fact in (m.content.get("facts") or {}).values()]
    texts = {str(fact.get("text") or "") for fact in facts if source.value in (fact.get("sources") or ())}
    return {text for text in texts if len(re.findall(r"\d", text)) >= 3}


def sent(house: BotHouse) -> str:
    return json.dumps(house.fake.calls, ensure_ascii=False, default=str)


async def test_nothing_of_strava_leaves_through_the_messenger(bot_house: BotHouse) -> None:
    ids = plant(bot_house, Source.strava)
    await talk(bot_house, ids)

    told = figures(bot_house.conversation(), Source.strava)
    assert len(told) > 15, "the page has the figures"
    everything = sent(bot_house)
    assert sorted(figure for figure in told if figure in everything) == []
    assert MARKER not in everything
    assert bot_house.fake.called("sendPhoto") == []


@pytest.mark.soak
async def test_what_is_free_does_leave(bot_house: BotHouse) -> None:
    ids = plant(bot_house, Source.garmin)
    await talk(bot_house, ids)

    told = figures(bot_house.conversation(), Source.garmin)
    everything = sent(bot_house)
    assert len([figure for figure in told if figure in everything]) > 8
    assert bot_house.fake.called("sendPhoto")
