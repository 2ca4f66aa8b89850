"""What the coach says first arrives in the chat: in order, once, or it stays on the page and says why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from fakes.telegram import Cut, Person, Slow, Status, Telegram, until
from fakes.web import Clock, FakeRenderer
from sqlalchemy import insert, select, update

from bots.telegram.client import open_line
from bots.telegram.desk import SERVICE, Desk, Sender
from bots.telegram.message import Out
from bots.telegram.outgoing import FIRST_PAUSE, LATE, LEASE, MOST_TRIES, Outgoing
from bots.telegram.pacing import Pace
from bots.telegram.sending import TRIES, PacedSender
from coach.config import Settings
from coach.domain.athlete import Athlete
from coach.pipeline.saying import FirstWords, say
from coach.store import messengers, models, outbox, sync_system, system, threads
from coach.store.outbox import Parcel
from coach.store.session import Database
from coach.text import say as words_of

AT_ONCE = Pace(overall=5000, chat=5000, burst=5000)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Dying:
    """Posts, and is gone at one of its posts before that can be noted."""

    sender: Sender
    at: int

    async def post(self, chat_id: int, out: Out, **more: Any) -> int:
        remote_id = await self.sender.post(chat_id, out, **more)
        self.at -= 1
        if not self.at:
            raise Killed
        return remote_id


@dataclass
class Post:
    """A messenger's office: athletes with chats, a bot's sender, and time that is moved."""

    db: Database
    fake: Telegram
    settings: Settings
    sender: Sender
    clock: Clock = field(default_factory=Clock)

    def desk(self, sender: Sender | None = None) -> Desk:
        none = cast(Any, None)
        return Desk(
            self.db,
            self.settings,
            self.clock,
            conversations=none,
            sender=sender or self.sender,
            pictures=FakeRenderer(),
            reach=none,
            username="bot",
            count=lambda name: None,
        )

    def outgoing(self, **more: Any) -> Outgoing:
        return Outgoing(self.desk(more.pop("sender", None)), **more)

    def move_in(self, name: str = "하나") -> tuple[Athlete, Person]:
        athlete = system.create_athlete(self.db, name=name)
        person = self.fake.person(first_name=name)
        with self.db.system_session() as s:
            accounts = models.accounts
            new = insert(accounts).values(athlete_id=athlete.id, role="athlete").returning(accounts.c.id)
            account_id = s.execute(new).scalar_one()
        link = {"service": SERVICE, "chat_id": person.chat_id, "account_id": account_id}
        with self.db.athlete_session(athlete.id) as s:
            s.execute(insert(models.messenger_links).values(athlete_id=athlete.id, **link))
        return athlete, person

    def says(self, athlete: Athlete, *texts: str, kind: str = "morning") -> None:
        for text in texts:
            words = FirstWords(kind=kind, text=text, html=f"<p>{text}</p>")
            with self.db.athlete_session(athlete.id) as s:
                message_id = say(s, athlete, words, self.clock())
                # The database's own clock does not stand as ours does.
                at = {"created_at": self.clock()}
                s.execute(
                    update(models.outbox).values(at).where(models.outbox.c.key == f"message:{message_id}")
                )

    def parcels(self, athlete: Athlete) -> list[Parcel]:
        with self.db.athlete_session(athlete.id) as s:
            return outbox.find(s, SERVICE)[::-1]

    def states(self, athlete: Athlete) -> list[tuple[str, str | None]]:
        return [(parcel.state, parcel.why_key) for parcel in self.parcels(athlete)]


@pytest.fixture
async def post(db: Database) -> AsyncIterator[Post]:
    async with Telegram() as fake:
        settings = Settings(_env_file=None, telegram_url=fake.url, telegram_bot_token=fake.token)
        line = open_line(settings)
        yield Post(db, fake, settings, PacedSender(line.bot, pace=AT_ONCE, sleep=lambda s: asyncio.sleep(0)))
        await line.close()


def heard(person: Person) -> list[str]:
    return [m.text for m in person.hears()]


def pieces(*texts: str) -> Callable[..., list[Out]]:
    """Return what draws every message as the same parts."""

    def render(
        desk: Desk, athlete: Athlete, message: threads.Message, *, before: Sequence[str] = ()
    ) -> list[Out]:
        return [Out(text) for text in (*before, *texts)]

    return render


@asynccontextmanager
async def working(outgoing: Outgoing) -> AsyncIterator[None]:
    task = asyncio.create_task(outgoing.work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_arrives_in_order_once_and_is_known_again(post: Post) -> None:
    lived = [post.move_in(str(n)) for n in range(5)]
    for athlete, _ in lived:
        post.says(athlete, "첫째", "**둘째**", "셋째")
    await asyncio.gather(*(post.outgoing(parallel=2).deliver_due() for _ in range(3)))
    for athlete, person in lived:
        assert heard(person) == ["첫째", "둘째", "셋째"]
        assert person.hears()[1].styled("bold") == ["둘째"]
        assert post.states(athlete) == [("sent", None)] * 3
        with post.db.athlete_session(athlete.id) as s:
            for parcel, message in zip(post.parcels(athlete), person.hears(), strict=True):
                assert parcel.receipt["parts"] == [message.id]
                [kept] = messengers.posts_of_message(s, SERVICE, parcel.payload["message_id"])
                assert (kept.chat_id, kept.remote_id) == (person.chat_id, message.id)


async def test_is_heard_of_at_once(post: Post) -> None:
    athlete, person = post.move_in()
    async with working(post.outgoing()):
        post.says(athlete, "하나")
        await until(lambda: heard(person) == ["하나"])
        await until(lambda: post.states(athlete) == [("sent", None)])


async def test_a_blocked_bot_stops_and_keeps_it_for_the_page(post: Post) -> None:
    (athlete, person), (other, her) = post.move_in(), post.move_in("두리")
    post.says(athlete, "하나", "둘")
    post.says(other, "셋")
    person.blocks()
    await post.outgoing().deliver_due()
    assert post.states(athlete) == [("refused", "telegram_blocked")] * 2
    assert heard(her) == ["셋"]
    assert len(post.fake.called("sendMessage")) == 2  # nothing more is tried
    with post.db.athlete_session(athlete.id) as s:
        link = messengers.link(s, SERVICE)
        assert link is not None
        assert link.state == "blocked"
        assert [m.text for m in threads.messages(s, int(link.thread_id or 0))] == ["하나", "둘"]


async def test_what_is_linked_no_more_gets_nothing_but_that(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "하나")
    with post.db.athlete_session(athlete.id) as s:
        messengers.unlink(s, SERVICE, post.clock())
    await post.outgoing().deliver_due()
    assert post.states(athlete) == [("refused", "telegram_off"), ("sent", None)]
    assert heard(person) == [words_of("ko", "linking.unlinked")]


async def test_unlinked_between_two_parts_the_rest_stays_here(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "x", "y")

    class Unlinking(Dying):
        async def post(self, chat_id: int, out: Out, **more: Any) -> int:
            remote_id = await self.sender.post(chat_id, out, **more)
            with post.db.athlete_session(athlete.id) as s:
                messengers.unlink(s, SERVICE, post.clock())
            return remote_id

    outgoing = post.outgoing(sender=cast(Sender, Unlinking(post.sender, 0)), render=pieces("1", "2"))
    await outgoing.deliver_due()
    assert heard(person) == ["1", words_of("ko", "linking.unlinked")]
    assert post.states(athlete)[:2] == [("refused", "telegram_off")] * 2


@pytest.mark.parametrize(
    ("fault", "times", "wait"),
    [
        (Status(502), TRIES, FIRST_PAUSE),
        (Status(429, retry_after=900), 1, timedelta(seconds=900)),
        (Status(401), 1, FIRST_PAUSE),
    ],
)
async def test_out_of_reach_it_waits_and_nothing_overtakes_it(
    post: Post, fault: Status, times: int, wait: timedelta
) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "하나", "둘")
    post.fake.fault("sendMessage", fault, times=times)
    await post.outgoing().deliver_due()
    assert post.states(athlete)[0][0] == "waiting"
    post.clock.now += wait - timedelta(seconds=1)
    await post.outgoing().deliver_due()
    assert heard(person) == []
    post.clock.advance(seconds=1)
    await post.outgoing().deliver_due()
    # A flood is waited for by the sender, too, whose clock is the machine's.
    assert heard(person) == (["하나", "둘"] if fault.code != 429 else [])
    assert post.states(athlete)[0][0] == ("sent" if fault.code != 429 else "waiting")


async def test_killed_after_a_part_only_that_part_may_come_twice(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "x")
    render = pieces("1", "2", "3")
    for at in (1, 3):
        outgoing = post.outgoing(sender=cast(Sender, Dying(post.sender, at)), render=render)
        with pytest.raises(Killed):
            await outgoing._deliver_all(athlete.id)
        await post.outgoing(render=render).deliver_due()  # somebody else holds it
        post.clock.now += LEASE + timedelta(seconds=1)
    await post.outgoing(render=render).deliver_due()
    assert heard(person) == ["1", "1", "2", "3", "3"]
    assert post.states(athlete) == [("sent", None)]
    ids = [m.id for m in person.hears()]
    assert post.parcels(athlete)[0].receipt["parts"] == [ids[1], ids[2], ids[4]]


async def test_a_bot_that_is_stopped_ends_its_part_and_the_next_goes_on_at_once(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "x", "y")
    post.fake.fault("sendMessage", Slow(0.2))
    render = pieces("1", "2")
    async with working(post.outgoing(render=render)):
        await until(lambda: post.fake.called("sendMessage"))
    assert heard(person) == ["1"]
    await post.outgoing(render=render).deliver_due()
    assert heard(person) == ["1", "2", "1", "2"]


async def test_whatever_kills_it_a_part_is_posted_twice_at_most(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "x")

    for _ in range(5):
        outgoing = post.outgoing(sender=cast(Sender, Dying(post.sender, 1)))
        try:
            await outgoing._deliver_all(athlete.id)
        except Killed:
            post.clock.now += LEASE + timedelta(seconds=1)
    assert heard(person) == ["x", "x"]
    assert post.states(athlete) == [("refused", "telegram_unreachable")]


async def test_cut_twice_after_arriving_it_is_left(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "하나", "둘")
    post.fake.fault("sendMessage", Cut(done=True), times=2)
    await post.outgoing().deliver_due()
    post.clock.now += timedelta(hours=1)
    await post.outgoing().deliver_due()
    assert heard(person) == ["하나", "하나", "둘"]


async def test_a_bot_that_was_off_for_two_days_replays_nothing(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "토요일 아침", "토요일 저녁")
    post.says(athlete, "시계에 보냈어요", kind="receipt")
    post.clock.advance(days=1)
    post.says(athlete, "일요일 체크인", kind="weekly")
    post.clock.advance(days=1)
    post.says(athlete, "오늘 아침")
    await post.outgoing().deliver_due()
    late = ("refused", "telegram_late")
    assert post.states(athlete) == [late, late, ("sent", None), ("sent", None), ("sent", None)]
    first, second, third = heard(person)
    assert (first, third) == ("시계에 보냈어요", "오늘 아침")
    assert second.startswith(words_of("ko", "telegram_sending.missed", n=2))
    assert second.endswith("일요일 체크인")
    assert timedelta(days=1) > LATE


async def test_what_cannot_be_drawn_holds_others_for_a_while_only(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "깨진", "멀쩡한")

    def render(
        desk: Desk, athlete: Athlete, message: threads.Message, *, before: Sequence[str] = ()
    ) -> list[Out]:
        if message.text == "깨진":
            raise ZeroDivisionError
        return [Out(message.text)]

    for _ in range(MOST_TRIES):
        assert heard(person) == []
        await post.outgoing(render=render).deliver_due()
        post.clock.advance(hours=1)
    assert heard(person) == ["멀쩡한"]
    assert post.states(athlete) == [("failed", "telegram_refused"), ("sent", None)]


async def test_a_message_without_words_is_no_error(post: Post) -> None:
    athlete, person = post.move_in()
    post.says(athlete, "하나")
    await post.outgoing(render=pieces()).deliver_due()
    assert heard(person) == []
    assert post.states(athlete)[0][0] in ("sent", "refused")


async def test_workers_leave_it_alone(post: Post) -> None:
    athlete, _ = post.move_in()
    post.says(athlete, "하나")
    with post.db.athlete_session(athlete.id) as s:
        other = outbox.put(s, "strava_upload", "a", {}, next_at=post.clock())
        assert s.scalar(select(models.outbox.c.id).where(models.outbox.c.kind == SERVICE)) is not None
    assert sync_system.due_parcels(post.db, post.clock()) == [(athlete.id, other)]
