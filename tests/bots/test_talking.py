"""An answer grows in one message, goes on after a kill, and stops when told to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from fakes.bot import open_bot_house
from fakes.conversation import SECRET

from bots.telegram import talking
from bots.telegram.desk import SERVICE, Chat, Desk
from bots.telegram.entities import formed
from bots.telegram.growing import Growing
from bots.telegram.screen import Screen, cut
from bots.telegram.sending import Refused, Unreachable
from bots.telegram.tables import units
from coach.graph.events import Event
from coach.store import messengers, runs, system, threads
from coach.text import say


class Kept:
    """Progress that stays in memory."""

    def __init__(self, **values):
        self.values = values

    async def keep(self, **values):
        self.values = {**self.values, **values}


class Recorder:
    """A sender that keeps what it was asked to do."""

    def __init__(self, fails=()):
        self.did = []
        self.fails = list(fails)

    def _next(self):
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error

    async def post(self, chat_id, out, *, reply_to=None, silent=False):
        self._next()
        self.did.append(("post", out.text))
        return 500 + len(self.did)

    async def edit(self, chat_id, remote_id, out):
        self._next()
        self.did.append(("edit", remote_id, out.text))

    async def action(self, chat_id, action):
        self.did.append(("action", action))


def desk_of(house) -> Desk:
    return Desk(
        house.db,
        house.settings,
        house.clock,
        house.conversations,
        house.serving._sender,
        house.pictures,
        SimpleNamespace(),
        house.fake.username,
        lambda name: None,
    )


def chat_of(house) -> Chat:
    with house.db.athlete_session(house.athlete_id) as s:
        link = messengers.link(s, SERVICE)
    who = house.residents[0]
    return Chat(who.person.chat_id, who.athlete, who.account_id, link.thread_id)


async def shown(screen: Screen, texts: list[str], pause_s: float) -> None:
    screen.open()
    for text in texts:
        screen.show(text)
        await asyncio.sleep(pause_s)
    await screen.close()


async def test_it_is_edited_no_more_often_than_allowed_and_shows_the_latest():
    sender, progress = Recorder(), Kept()
    await shown(Screen(sender, 1, progress, edit_s=0.05, first_s=0), [str(n) for n in range(40)], 0.005)
    drawn = [did[-1] for did in sender.did if did[0] != "action"]
    assert sender.did[0] == ("action", "typing")
    assert 2 <= len(drawn) <= 6
    assert drawn == sorted(drawn, key=int)
    assert progress.values["screen"] == 502


async def test_a_second_attempt_goes_on_in_the_same_message():
    sender = Recorder()
    await shown(Screen(sender, 1, Kept(screen=77), edit_s=0), ["말"], 0.02)
    assert sender.did == [("edit", 77, "말")]


async def test_what_was_deleted_over_there_comes_anew_and_a_cut_line_is_tried_again():
    sender = Recorder([Unreachable("x"), Refused("x")])
    await shown(Screen(sender, 1, Kept(screen=77), edit_s=0), ["가", "나", "다"], 0.02)
    drawn = [did for did in sender.did if did[0] != "action"]
    assert drawn[0][0] == "post"
    assert drawn[-1][-1] == "다"


def test_what_is_too_long_shows_its_end():
    text = cut("가나다\n" * 3000)
    assert units(text) <= 4096
    assert text.startswith("…\n가나다\n")
    assert units(cut("😀" * 4000)) <= 4096
    assert set(cut("😀" * 4000)) == {"…", "😀"}
    assert cut("짧은 말") == "짧은 말"


def test_events_become_what_is_shown():
    growing = Growing()

    def take(kind, **payload):
        growing.take(Event(1, kind, payload))
        return growing.shown()

    assert (
        take("TOOL_CALL_START", toolCallId="a", toolCallName="t", title="살펴보고 있어요")
        == "⏳ 살펴보고 있어요…"
    )
    assert take("TEXT_MESSAGE_CONTENT", messageId="m", delta="4").startswith("4\n\n⏳")
    assert take("TOOL_CALL_END", toolCallId="a", ok=True) == "4"
    assert take("TEXT_MESSAGE_CONTENT", messageId="m", delta="2 km") == "42 km"
    assert take("CUSTOM", name="replace", value={"messageId": "m", "text": "41 km"}) == "41 km"
    take("CUSTOM", name="notice", value={"text": "오프라인"})
    take("CUSTOM", name="undo", value={"undoId": 3, "text": "되돌리기"})
    assert (growing.notices, growing.undos) == (["오프라인"], [(3, "되돌리기")])


async def test_a_second_attempt_posts_only_what_is_missing(bot_house):
    desk, progress = desk_of(bot_house), Kept()
    await talking.talk(desk, chat_of(bot_house), "뭘 할 수 있어?", "1", progress)
    once = [m.text for m in bot_house.person.hears()]
    await talking.talk(desk, chat_of(bot_house), "뭘 할 수 있어?", "1", Kept(**progress.values))
    assert [m.text for m in bot_house.person.hears()] == once
    # Killed after the last edit and before that was noted.
    await talking.talk(
        desk, chat_of(bot_house), "뭘 할 수 있어?", "1", Kept(screen=progress.values["sent"][0])
    )
    assert [m.text for m in bot_house.person.hears()] == once
    assert len(bot_house.conversation()) == 2


async def test_a_run_whose_process_was_killed_is_answered_by_the_next_one(bot_house):
    athlete_id = bot_house.athlete_id
    with bot_house.db.athlete_session(athlete_id) as s:
        thread = threads.create(s, athlete_id, "텔레그램", SERVICE).id
        messengers.set_thread(s, SERVICE, thread)
        dead, _ = runs.create(s, athlete_id, thread, "telegram:5", "elsewhere:1")
        threads.add_message(s, athlete_id, thread, "user", "뭘 할 수 있어?", run_id=dead)
    system.mark_interrupted(bot_house.db, [])
    await talking.talk(desk_of(bot_house), chat_of(bot_house), "뭘 할 수 있어?", "5", Kept())
    (heard,) = bot_house.person.hears()
    assert heard.text == formed(bot_house.conversation()[-1].text)[0]
    with bot_house.db.athlete_session(athlete_id) as s:
        assert runs.get(s, dead).state == "interrupted"
        assert runs.latest(s, thread).state == "done"


async def test_stop_stops_at_once_and_says_so(db, tmp_path):
    async with open_bot_house(db, tmp_path, decide=lambda said: [("slow", {})] * 6) as house:
        house.person.says("천천히 해 줘")
        async with asyncio.timeout(5):
            while not house.conversation():  # noqa: ASYNC110 - the database knows
                await asyncio.sleep(0.01)
        house.person.says("/stop")
        await house.settled()
        said = [m.text for m in house.person.hears()]
        assert say("ko", "telegram.stopping") in said
        assert any(text.endswith(say("ko", "web.chat.stopped")) for text in said)
        with db.athlete_session(house.athlete_id) as s:
            assert runs.latest(s, house.conversation()[0].thread_id).state == "stopped"
        house.person.says("/stop")
        await house.settled()
        assert house.person.hears()[-1].text == say("ko", "telegram.nothing_runs")


async def test_what_its_source_keeps_here_goes_to_nobody_else(db, tmp_path):
    async with open_bot_house(db, tmp_path, decide=lambda said: [("secret", {})]) as house:
        house.person.says("거리 알려줘")
        await house.settled()
        stored = house.conversation()[-1]
        assert SECRET in stored.text
        everything = str(house.fake.calls)
        assert SECRET not in everything
        assert "31.4" not in everything
        told = house.person.hears()[-1].text
        assert say("ko", "permissions.stays_whole") in told or say("ko", "permissions.stays") in told
        assert say("ko", "telegram.stays_here") in told


async def test_an_answer_to_a_chat_that_was_unlinked_meanwhile_stays_here(db, tmp_path):
    async with open_bot_house(db, tmp_path, decide=lambda said: [("slow", {})] * 4) as house:
        house.person.says("천천히 해 줘")
        async with asyncio.timeout(5):
            while not house.conversation():  # noqa: ASYNC110 - the database knows
                await asyncio.sleep(0.01)
        with db.athlete_session(house.athlete_id) as s:
            messengers.unlink(s, SERVICE, house.clock())
        await house.settled()
        assert house.conversation()[-1].role == "assistant"
        assert [m.text for m in house.person.hears()] == [say("ko", "linking.unlinked")]
