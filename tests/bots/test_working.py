"""Updates are worked on in order within a chat, across chats at once, and once, whatever ends in between."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fakes.bot import FAST, open_bot_house
from fakes.telegram import Status, Telegram, running
from sqlalchemy import text
from telegram import Update

from bots.telegram.desk import Desk, Progress
from bots.telegram.message import Button, Out
from bots.telegram.receiving import Pauses
from bots.telegram.serving import Tempo
from bots.telegram.working import Pace
from coach.pipeline import incoming
from coach.pipeline.incoming import SERVICE
from coach.store import system, threads, updates
from coach.store.session import Database
from coach.text import say

TESTS = Path(__file__).resolve().parents[1]


def nothing_more(desk: Desk) -> list[Any]:
    return []


def rows(db: Database) -> list[Any]:
    with db.system_session() as s:
        return list(s.execute(text("SELECT * FROM bot_updates ORDER BY update_id")))


async def until(what: Callable[[], object], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not what():  # noqa: ASYNC110 - whatever it is, nobody tells when it comes
            await asyncio.sleep(0.005)


class Diary:
    """A handler that writes down what it does, and takes as long as it is told."""

    def __init__(self, pause: Callable[[str], float] = lambda said: 0.0) -> None:
        self._pause = pause
        self.done: defaultdict[int, list[str]] = defaultdict(list)
        self.order: list[tuple[int, str]] = []
        self._in: Counter[int] = Counter()
        self.most_at_once = 0

    async def __call__(self, desk: Desk, update: Update, progress: Progress) -> None:
        assert update.message is not None
        chat, said = update.message.chat.id, update.message.text or ""
        self._in[chat] += 1
        assert self._in[chat] == 1, "two at once in a chat"
        self.most_at_once = max(self.most_at_once, self._in.total())
        await asyncio.sleep(self._pause(said))
        self.done[chat].append(said)
        self.order.append((chat, said))
        self._in[chat] -= 1


async def test_in_order_within_a_chat_and_many_chats_at_once(db: Database, tmp_path: Path) -> None:
    dice = random.Random(7)
    diary = Diary(lambda said: dice.uniform(0, 0.02))
    async with open_bot_house(db, tmp_path, handle=diary, more=nothing_more) as house:
        people = [house.fake.person(20_000 + n) for n in range(30)]
        for number in range(4):
            for person in people:
                person.says(str(number))
        await house.settled()
    assert diary.done == {person.chat_id: ["0", "1", "2", "3"] for person in people}
    assert diary.most_at_once > 15
    assert {(row.state, row.tries, str(row.payload), row.holder) for row in rows(db)} == {
        ("done", 1, "{}", "")
    }


async def test_a_flood_from_one_chat_keeps_nobody_waiting_and_is_not_lost(
    db: Database, tmp_path: Path
) -> None:
    diary = Diary(lambda said: 0.004)
    async with open_bot_house(db, tmp_path, handle=diary, more=nothing_more) as house:
        loud = house.fake.person(20_000)
        for number in range(200):
            loud.says(str(number))
        quiet = [house.fake.person(21_000 + n) for n in range(10)]
        for person in quiet:
            person.says("안녕")
        await house.settled()
    assert diary.done.pop(loud.chat_id) == [str(n) for n in range(200)]
    assert diary.done == {person.chat_id: ["안녕"] for person in quiet}
    last_quiet = max(i for i, (chat, _) in enumerate(diary.order) if chat != loud.chat_id)
    assert last_quiet < 150, "whoever wrote last waited for the flood"


async def test_stop_and_presses_wait_for_nothing(db: Database, tmp_path: Path) -> None:
    begun, stopped, seen = asyncio.Event(), asyncio.Event(), list[str]()

    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        if update.callback_query is not None:
            seen.append(f"press {update.callback_query.data}")
            return
        assert update.message is not None
        if update.message.text == "/stop":
            stopped.set()
        elif update.message.text == "긴 질문":
            begun.set()
            await stopped.wait()
        seen.append(str(update.message.text))

    async with open_bot_house(db, tmp_path, handle=handle, more=nothing_more) as house:
        row = ((Button("좋아요", data="a"), Button("아니요", data="b")),)
        await house.serving._sender.post(house.person.chat_id, Out("어때요?", rows=row))
        house.person.says("긴 질문")
        house.person.says("다음 질문")
        await begun.wait()
        house.person.presses(house.person.hears()[-1], "좋아요")
        house.person.presses(house.person.hears()[-1], "아니요")
        await until(lambda: len(seen) == 2)
        house.person.says("/stop")
        await house.settled()
    assert seen == ["press a", "press b", "/stop", "긴 질문", "다음 질문"]


@pytest.mark.parametrize(("lang", "failures"), [("ko", 2), ("en", 3)])
async def test_what_fails_is_tried_again_and_then_said_to_be_lost(
    db: Database, tmp_path: Path, lang: Any, failures: int
) -> None:
    tries = Counter[str]()

    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        assert update.message is not None
        said, key = update.message.text, f"{update.message.chat.id} {update.message.text}"
        tries[key] += 1
        await progress.keep(**{f"try{tries[key]}": True})
        assert len(progress.values) == tries[key], "progress is there at the next try"
        if said == "어려운 것" and tries[key] <= failures:
            raise RuntimeError("비밀")

    async with open_bot_house(db, tmp_path, handle=handle, more=nothing_more) as house:
        house.move_in(lang=lang)
        person, stranger = house.residents[1].person, house.fake.person(30_000)
        person.says("어려운 것")
        person.says("쉬운 것")
        stranger.says("어려운 것")
        await house.settled()
        counts = house.serving.health.counts
    heard = [message.text for message in person.hears()]
    assert heard == ([say(lang, "bot.update_failed")] if failures == 3 else [])
    assert stranger.hears() == []
    assert tries[f"{person.chat_id} 쉬운 것"] == 1
    gone = [(row.state, row.payload, row.progress) for row in rows(db) if row.chat_id == person.chat_id]
    assert gone == [("failed" if failures == 3 else "done", {}, {}), ("done", {}, {})]
    assert counts["worked"] + counts["failed"] == 3


async def test_what_ends_its_process_each_time_is_given_up(db: Database, tmp_path: Path) -> None:
    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        raise AssertionError("never again")

    async with open_bot_house(db, tmp_path, handle=handle, more=nothing_more) as house:
        told = house.fake.told(house.fake.write(house.person.chat, by_bot=False, text="안녕"), house.person)
        incoming_one = incoming.read({"update_id": 5, "message": told})
        assert incoming_one is not None
        with db.system_session() as s:  # nobody looks while it is put there
            s.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": updates.TAKE_LOCK})
            updates.keep(db, SERVICE, [incoming_one])
            s.execute(text("UPDATE bot_updates SET tries = 3, state = 'working', held_until = now()"))
        await house.settled()
        await until(lambda: house.person.hears())
    assert [m.text for m in house.person.hears()] == [say("ko", "bot.update_failed")]
    assert [row.state for row in rows(db)] == ["failed"]


async def test_who_lost_the_lease_stops_and_changes_nothing(db: Database, tmp_path: Path) -> None:
    begun, ended = asyncio.Event(), list[str]()

    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        begun.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    tempo = Tempo(Pace(lease_s=0.3, poll_s=0.05), Pauses(0.02, 0.1, 0.05), 5)
    async with open_bot_house(db, tmp_path, handle=handle, more=nothing_more, tempo=tempo) as house:
        house.person.says("안녕")
        await begun.wait()
        with db.system_session() as s:
            s.execute(text("UPDATE bot_updates SET holder = 'other', held_until = now() + interval '9 s'"))
        await until(lambda: ended)
    [row] = rows(db)
    assert (row.holder, row.state, row.tries) == ("other", "working", 1)


async def test_a_long_answer_keeps_its_lease(db: Database, tmp_path: Path) -> None:
    begun = Counter[str]()

    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        begun["times"] += 1
        await asyncio.sleep(0.6)

    tempo = Tempo(Pace(lease_s=0.2, poll_s=0.02), Pauses(0.02, 0.1, 0.05), 5)
    async with open_bot_house(db, tmp_path, handle=handle, more=nothing_more, tempo=tempo) as house:
        house.person.says("안녕")
        await house.settled()
    assert begun["times"] == 1


async def test_an_orderly_end_gives_back_what_it_cut_short(db: Database, tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        await progress.keep(sent=7)
        begun.set()
        await asyncio.sleep(30)

    async with open_bot_house(db, tmp_path, handle=handle, more=nothing_more) as house:
        house.person.says("안녕")
        await begun.wait()
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 5
    [row] = rows(db)
    assert (row.state, row.tries, row.progress, row.holder) == ("waiting", 0, {"sent": 7}, "")
    assert row.payload["message"]["text"] == "안녕"


async def test_whoever_blocked_the_bot_is_answered_no_more(db: Database, tmp_path: Path) -> None:
    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        assert update.message is not None
        await desk.sender.post(update.message.chat.id, Out("안녕하세요"))

    async with open_bot_house(db, tmp_path, handle=handle, more=nothing_more) as house:
        house.fake.fault("sendMessage", Status(403, description="Forbidden: bot was blocked by the user"))
        house.person.says("안녕")
        await house.settled()
        counts = house.serving.health.counts
    with db.system_session() as s:
        assert s.scalar(text("SELECT state FROM messenger_links")) == "blocked"
    assert [(row.state, row.tries) for row in rows(db)] == [("done", 1)]
    assert (counts["blocked"], counts["sent"]) == (1, 0)


@pytest.mark.parametrize("seed", range(2))
def test_however_holders_come_and_go_each_lane_keeps_its_order(db: Database, seed: int) -> None:
    """Holders take, finish, give back, die and fall asleep; nothing is lost, doubled or overtaken."""
    dice = random.Random(seed)
    made = [
        updates.Incoming(number, dice.choice([1, 2, 3]), dice.choice(["", "", "press:1", "!"]), {"n": number})
        for number in range(1, 41)
    ]
    assert len(updates.keep(db, SERVICE, made)) == 40
    assert updates.keep(db, SERVICE, made[:7]) == []
    holds: dict[str, dict[int, updates.Taken]] = {"a": {}, "b": {}, "c": {}}
    done: dict[tuple[int | None, str], list[int]] = {}
    while updates.waiting(db, SERVICE).number:
        who = dice.choice("abc")
        mine = holds[who]
        ending = dict[int, updates.State]()
        for update_id in [i for i in mine if dice.random() < 0.6]:
            one = mine.pop(update_id)
            match dice.choice(["done", "done", "done", "back", "dies"]):
                case "done":
                    ending[update_id] = "done"
                    done.setdefault((one.chat_id, one.lane), []).append(update_id)
                case "back":
                    updates.give_back(db, SERVICE, who, [update_id])
                case "dies":
                    _expire(db, update_id)
        for one in updates.take(db, SERVICE, who, for_s=60, limit=dice.randint(0, 4), finished=ending):
            assert one.update_id not in {i for held in holds.values() for i in held}
            lane = (one.chat_id, one.lane)
            assert lane not in {(o.chat_id, o.lane) for held in holds.values() for o in held.values()}
            assert all(before < one.update_id for before in done.get(lane, []))
            mine[one.update_id] = one
        for chat in (1, 2, 3):
            at_once = [o for held in holds.values() for o in held.values() if o.chat_id == chat]
            assert len(at_once) <= updates.LANES_A_CHAT
    assert sorted(i for ids in done.values() for i in ids) == list(range(1, 41))
    assert all(ids == sorted(ids) for ids in done.values())
    assert updates.forget(db, SERVICE, after_days=1) == 0
    with db.system_session() as s:
        s.execute(text("UPDATE bot_updates SET done_at = now() - interval '2 days'"))
    updates.keep(db, SERVICE, [updates.Incoming(99, 1, "", {})])
    with db.system_session() as s:
        s.execute(
            text("UPDATE bot_updates SET received_at = now() - interval '30 days' WHERE update_id = 99")
        )
    assert updates.forget(db, SERVICE, after_days=1) == 40
    assert updates.waiting(db, SERVICE).number == 1  # what was never answered is never forgotten


def _expire(db: Database, update_id: int) -> None:
    with db.system_session() as s:
        s.execute(text("UPDATE bot_updates SET held_until = now() WHERE update_id = :i"), {"i": update_id})


def test_what_another_took_is_not_finished_or_changed(db: Database) -> None:
    updates.keep(db, SERVICE, [updates.Incoming(1, 5, "", {"a": 1})])
    assert [one.tries for one in updates.take(db, SERVICE, "slow", for_s=0, limit=9)] == [1]
    assert [one.tries for one in updates.take(db, SERVICE, "quick", for_s=30, limit=9)] == [2]
    assert not updates.finish(db, SERVICE, "slow", 1, "done")
    assert not updates.keep_progress(db, SERVICE, "slow", 1, {"x": 1})
    updates.give_back(db, SERVICE, "slow", [1])
    assert updates.renew(db, SERVICE, "slow", [1], for_s=30) == set()
    assert updates.renew(db, SERVICE, "quick", [1], for_s=30) == {1}
    assert updates.keep_progress(db, SERVICE, "quick", 1, {"x": 2})
    assert updates.finish(db, SERVICE, "quick", 1, "done")
    assert updates.take(db, SERVICE, "slow", for_s=30, limit=9) == []


async def test_what_another_process_keeps_is_heard_of_at_once(db: Database, tmp_path: Path) -> None:
    """As with the webhook, where the API keeps and the bot works."""
    diary = Diary()
    tempo = Tempo(Pace(poll_s=30), FAST.pauses, FAST.long_s)
    async with open_bot_house(db, tmp_path, handle=diary, more=nothing_more, tempo=tempo) as house:
        await until(lambda: house.serving.health.connected)
        await asyncio.sleep(0.2)  # it listens
        chat = {"id": 5, "type": "private", "first_name": "하나"}
        message = {"message_id": 1, "date": 0, "chat": chat, "text": "안녕"}
        assert await asyncio.to_thread(incoming.take_in, db, [{"update_id": 5, "message": message}]) == (1, 0)
        await until(lambda: diary.done, within_s=2)


# The points at which a process is killed; each is said by somebody, and the process dies at that.
POINTS = ("stored", "handling", "running", "posted", "kept", "finishing")


@pytest.mark.parametrize(
    "points", [("handling", "kept"), pytest.param(POINTS, marks=pytest.mark.soak)], ids=("two", "all")
)
def test_killed_anywhere_everything_is_answered_and_done_once(
    db: Database, database_url: str, tmp_path: Path, points: Sequence[str]
) -> None:
    fake = Telegram()
    account, _ = system.create_owner(db, now=fake.clock(), name="하나")
    person = fake.person(first_name="하나")
    with db.system_session() as s:
        s.execute(
            text(
                "INSERT INTO messenger_links (athlete_id, service, chat_id, account_id)"
                " VALUES (:athlete, 'telegram', :chat, :account)"
            ),
            {"athlete": account.athlete_id, "chat": person.chat_id, "account": account.id},
        )
    with running(fake) as url:
        child = subprocess.Popen(
            [sys.executable, TESTS / "bots" / "bot_child.py", database_url, url, fake.token, tmp_path],
            env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        ended = []
        try:
            for point in (*points, "never"):
                if point != "never":
                    person.says(point)
                print(point, file=child.stdin, flush=True)
                ended.append(int(child.stdout.readline()))
        finally:
            with suppress(BrokenPipeError):
                child.stdin.close()
            child.wait(10)
    assert ended == [-9] * len(points) + [0]
    assert {(row.state, str(row.payload)) for row in rows(db)} == {("done", "{}")}
    with db.athlete_session(account.athlete_id) as s:
        thread_id = s.scalar(text("SELECT thread_id FROM messenger_links"))
        said = threads.messages(s, thread_id)
        assert [m.text for m in said if m.role == "user"] == list(points)
        # One that was killed while it ran is followed by another, for the same message.
        states = Counter(s.scalars(text("SELECT state FROM runs")))
        assert states == Counter(done=len(points), interrupted=states["interrupted"])
    assert [m.role for m in said].count("assistant") == len(points)
    answers = [m.text for m in person.hears()]
    # Killed between posting and keeping that it was posted, nobody knows: that one stands there twice.
    assert answers == ["무엇이든 물어보세요."] * (len(points) + ("posted" in points))
