"""Commands: what each answers, and the menu of them in both languages."""

from __future__ import annotations

import re

import pytest
from fakes.planned import stored, train

from bots.telegram import settings
from bots.telegram.buttons import parse
from bots.telegram.commands import ASKED, COMMANDS, described
from coach.domain.nudges import NudgeKind
from coach.store import activities, athletes, journal, nudge_settings, nudges
from coach.text import LANGS, say


@pytest.fixture
async def trained(bot_house):
    """A house whose owner has run for twelve weeks and follows a plan."""
    train(bot_house.db, bot_house.athlete_id, bot_house.clock())
    with bot_house.db.athlete_session(bot_house.athlete_id) as s:
        start = bot_house.clock().date()
        stored(s, start.fromordinal(start.toordinal() - start.weekday()))
    return bot_house


async def answers(house, *texts: str) -> list[str]:
    before = len(house.person.hears())
    for text in texts:
        house.person.says(text)
        await house.settled(30)
    return [m.text for m in house.person.hears()[before:]]


@pytest.mark.parametrize("lang", LANGS)
def test_the_menu_is_what_the_messenger_takes(lang):
    menu = described(lang)
    assert [name for name, _ in menu] == list(COMMANDS)
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) and 1 <= len(what) <= 256 for name, what in menu)
    assert len(menu) <= 100


async def test_questions_are_asked_in_the_conversation_and_answered_with_facts(trained):
    got = await answers(trained, *(f"/{name}" for name in ASKED))
    said = trained.conversation()
    assert [m.text for m in said if m.role == "user"] == [say("ko", f"telegram.ask_{n}") for n in ASKED]
    answered = dict(zip(ASKED, [m for m in said if m.role == "assistant"], strict=True))
    assert "11월 22일" in answered["today"].text  # today is a day of rest: what comes next is told
    assert all(answered[name].content["facts"] for name in ASKED if name != "today"), got
    assert any(card["kind"] == "chart" for card in answered["form"].content["cards"])
    assert any(m.photo for m in trained.person.hears())


async def test_words_behind_log_go_into_the_journal(trained):
    await answers(trained, "/log RPE 6, 다리가 무거웠어")
    with trained.db.athlete_session(trained.athlete_id) as s:
        note = journal.last_written(s)
    assert note is not None
    assert "다리가 무거웠어" in note.text


async def test_log_alone_asks_how_the_last_run_felt_and_takes_the_answer(trained):
    await answers(trained, "/log")
    asked = trained.person.hears()[-1]
    assert {"1", "5", "10"} <= set(asked.buttons)
    trained.person.presses(asked, "6")
    await trained.settled(30)
    with trained.db.athlete_session(trained.athlete_id) as s:
        last = activities.find(s, trained.athlete_id)[-1]
        latest = max(activities.find(s, trained.athlete_id), key=lambda row: row.start_at)
    assert 6 in {last.rpe, latest.rpe}
    assert await answers(trained, "/log") == [say("ko", "telegram.how_to_log")]


async def test_the_check_in_comes_when_asked_for_and_as_often(trained):
    got = await answers(trained, "/checkin", "/checkin")
    with trained.db.athlete_session(trained.athlete_id) as s:
        assert nudges.latest(s, NudgeKind.weekly).state == "said"
    first = [m for m in trained.conversation() if m.content.get("first")]
    assert len(first) == 2
    assert all(message.text.split("\n")[0] in "\n".join(got) for message in first)


async def test_settings_show_and_change(bot_house):
    await answers(bot_house, "/settings")
    shown = bot_house.person.hears()[-1]
    assert all(parse(b["callback_data"]) is not None for row in shown.rows for b in row)
    bot_house.person.presses(shown, say("ko", "telegram.change_weekly_day"))
    await bot_house.settled()
    bot_house.person.presses(bot_house.person.hears()[-1], "금요일")
    bot_house.person.presses(shown, say("ko", "telegram.units_imperial"))
    bot_house.person.presses(shown, say("en", "telegram.speak_this"))
    await bot_house.settled()
    with bot_house.db.athlete_session(bot_house.athlete_id) as s:
        athlete = athletes.get(s, bot_house.athlete_id)
        assert (athlete.lang, athlete.units) == ("en", "imperial")
        assert nudge_settings.get(s).weekly_day == 4
    got = await answers(bot_house, "/settings", "/help", "/privacy", "/nothing")
    assert got[0].startswith(say("en", "telegram.set_lang", value="English"))
    assert all(f"/{name} " in got[1] for name in COMMANDS)
    assert say("en", "telegram.privacy_model_none") in got[2]
    assert got[3] == say("en", "telegram.unknown_command")


@pytest.mark.parametrize("name", sorted(settings.PICKERS))
async def test_every_time_that_is_offered_is_taken(bot_house, name):
    setting, values = settings.PICKERS[name]
    with bot_house.db.athlete_session(bot_house.athlete_id) as s:
        for value in values:
            given = int(value) if setting == "weekly_day" else value
            nudge_settings.change(s, bot_house.clock().date(), **{setting: given})
