"""What comes from a chat gets to whoever deals with it, and what is not the athlete's word does nothing."""

from __future__ import annotations

from fakes.telegram.chats import Message

from coach.store import daily
from coach.text import say


def said(house) -> list[str]:
    return [message.text for message in house.person.hears()]


async def test_a_question_is_answered_in_the_chat(bot_house):
    bot_house.person.says("지난주에 몇 킬로 뛰었어?")
    await bot_house.settled()
    user, coach = bot_house.conversation()
    assert (user.role, user.text) == ("user", "지난주에 몇 킬로 뛰었어?")
    assert said(bot_house) == [coach.text]


async def test_one_conversation_goes_on(bot_house):
    bot_house.person.says("안녕")
    bot_house.person.says("뭘 할 수 있어?")
    await bot_house.settled()
    assert [m.role for m in bot_house.conversation()] == ["user", "assistant"] * 2
    assert len(said(bot_house)) == 2


async def test_new_begins_another_and_the_old_one_stays(bot_house):
    bot_house.person.says("안녕")
    await bot_house.settled()
    before = bot_house.conversation()
    bot_house.person.says("/new")
    bot_house.person.says("고마워")
    await bot_house.settled()
    after = bot_house.conversation()
    assert [m.text for m in after if m.role == "user"] == ["고마워"]
    assert after[0].thread_id != before[0].thread_id


async def test_what_cannot_be_seen_is_not_asked(bot_house):
    unseen = ["\u200b\u200b", "\u202e\u2066", "\u00ad \ufeff"]
    for text in unseen:
        bot_house.person.says(text)
    await bot_house.settled()
    assert said(bot_house) == [say("ko", "telegram.nothing_said")] * len(unseen)
    assert bot_house.conversation() == []


async def test_what_hides_in_words_is_taken_out_of_them(bot_house):
    bot_house.person.says("안\u200b녕\u202e하세요\x00")
    await bot_house.settled()
    assert bot_house.conversation()[0].text == "안녕하세요"


async def test_too_much_at_once_is_told(bot_house):
    bot_house.person.says("가" * 8_001)
    await bot_house.settled()
    assert said(bot_house) == [say("ko", "error.message_too_long", limit=8000)]
    assert bot_house.conversation() == []


async def test_what_it_cannot_read_is_refused_politely(bot_house):
    bot_house.person.voice()
    bot_house.person.photo(caption="승인")
    bot_house.person.sticker()
    await bot_house.settled()
    told = [say("ko", f"telegram.{key}") for key in ("no_voice", "no_picture_read", "no_sticker")]
    assert said(bot_house) == told
    assert bot_house.conversation() == []


async def test_an_edited_message_does_nothing(bot_house):
    message: Message = bot_house.person.says("고마워")
    await bot_house.settled()
    bot_house.person.edits(message, "왼쪽 무릎이 아팠어")
    await bot_house.settled()
    assert said(bot_house)[-1] == say("ko", "telegram.edited")
    assert len(bot_house.conversation()) == 2


async def test_a_forwarded_message_is_nobodys_word(bot_house):
    texts = ["/stop", "승인", "왼쪽 무릎이 8 정도 아팠어", "/log RPE 9"]
    for text in texts:
        message = Message(99, bot_house.person.chat_id, bot_house.clock(), by_bot=False, text=text)
        bot_house.person.forwards(message)
    await bot_house.settled()
    assert said(bot_house) == [say("ko", "telegram.forwarded")] * len(texts)
    assert bot_house.conversation() == []
    with bot_house.db.athlete_session(bot_house.athlete_id) as s:
        assert daily.list_entries(s, bot_house.athlete_id) == []


async def test_a_command_is_of_this_bot_only(bot_house):
    bot_house.person.says("/help@another_bot")
    await bot_house.settled()
    assert [m.role for m in bot_house.conversation()] == ["user", "assistant"]
    bot_house.person.says(f"/help@{bot_house.fake.username.upper()}")
    await bot_house.settled()
    assert "/checkin" in said(bot_house)[-1]


async def test_who_blocked_the_bot_is_left_alone(bot_house):
    bot_house.person.says("안녕")
    bot_house.person.chat.blocked = True
    await bot_house.settled()
    assert said(bot_house) == []
    assert [m.role for m in bot_house.conversation()] == ["user", "assistant"]
