"""A chat with cards in it, whose buttons are pressed by whoever wants to, straight at the handler."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, cast

from pipeline.plan_desk import NOW, PlanDesk
from sqlalchemy import insert
from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, User
from telegram import Chat as TelegramChat

from bots.telegram import approval_card, deciding, presses
from bots.telegram.desk import SERVICE, Chat, Desk
from bots.telegram.message import Button, Out
from bots.telegram.tapping import Taps
from coach.config import Settings
from coach.store import messengers, models
from coach.store.approvals import Approval
from coach.store.session import Database


@dataclass
class Recorder:
    """A sender that keeps what was posted instead of sending it."""

    posts: dict[int, tuple[int, Out]] = field(default_factory=dict)  # number → chat, message
    closed: list[int] = field(default_factory=list)
    left: dict[int, list[str]] = field(default_factory=dict)  # the buttons that stayed
    answers: list[tuple[str, str]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(100))

    async def post(self, chat_id: int, out: Out, *, reply_to: int | None = None, silent: bool = False) -> int:
        number = next(self.numbers)
        self.posts[number] = (chat_id, out)
        self.log.append("post")
        return number

    async def close(self, chat_id: int, remote_id: int, *, rows: tuple[tuple[Button, ...], ...] = ()) -> None:
        self.closed.append(remote_id)
        self.left[remote_id] = [button.text for row in rows for button in row]

    async def answer(self, callback_id: str, text: str = "", *, alert: bool = False) -> None:
        self.answers.append((callback_id, text))
        self.log.append("answer")

    def said(self, chat_id: int) -> list[str]:
        return [out.text for chat, out in self.posts.values() if chat == chat_id]


@dataclass
class Kept:
    """The progress of one update, as the work on updates keeps it. Dies when told to."""

    values: Mapping[str, Any] = field(default_factory=dict)
    dies_at: str = ""

    async def keep(self, **values: Any) -> None:
        if self.dies_at in values and self.dies_at:
            raise asyncio.CancelledError
        self.values = {**self.values, **values}


@dataclass
class Presser:
    """An athlete in their chat. `now` is the time there."""

    plans: PlanDesk
    desk: Desk
    chat: Chat
    sender: Recorder
    presses: Any = field(default_factory=lambda: count(1))

    @property
    def said(self) -> list[str]:
        return self.sender.said(self.chat.chat_id)

    def show(self, asked: Approval) -> int:
        """Post a card as the bot does; return its number."""
        number = next(self.sender.numbers)
        with self.desk.db.athlete_session(self.chat.athlete.id) as s:
            *_, out = approval_card.stored(s, self.chat.athlete, asked.id, "ko")
            messengers.keep_post(
                s, SERVICE, self.chat.chat_id, number, self.desk.clock(), approval_id=asked.id
            )
        self.sender.posts[number] = (self.chat.chat_id, out)
        return number

    def data(self, number: int, label: str) -> str:
        """Return what the button with these words sends back."""
        buttons = [button for row in self.sender.posts[number][1].rows for button in row]
        return next(button.data for button in buttons if label in button.text)

    async def press(self, number: int, data: str, *, kept: Kept | None = None, chat_id: int = 0) -> Any:
        """Send what a button (or a forger) sends."""
        chat_id = chat_id or self.chat.chat_id
        out = self.sender.posts.get(number, (0, Out("")))[1]
        markup = InlineKeyboardMarkup(
            [[InlineKeyboardButton(b.text, callback_data=b.data) for b in row if b.data] for row in out.rows]
        )
        message = Message(
            number, self.desk.clock(), TelegramChat(chat_id, "private"), text=out.text, reply_markup=markup
        )
        query = CallbackQuery(
            str(next(self.presses)), User(chat_id, "하나", False), "", message=message, data=data
        )
        return await presses.press(self.desk, self.chat, query, kept or Kept())

    async def reply(self, number: int, text: str) -> bool:
        return await deciding.replied(self.desk, self.chat, text, number, Kept())

    def at(self, now: datetime) -> Presser:
        """Return the same chat at another time."""
        return replace(self, desk=replace(self.desk, clock=lambda: now))


def presser(
    db: Database, athlete_id: int, chat_id: int, sender: Recorder, clock: Callable[[], datetime] = lambda: NOW
) -> Presser:
    """Link a chat to an athlete, who has an account from now on."""
    plans = PlanDesk(db, athlete_id)
    with db.system_session() as s:
        new = insert(models.accounts).values(athlete_id=athlete_id, role="athlete")
        account = s.execute(new.returning(models.accounts.c.id)).scalar_one()
    with db.athlete_session(athlete_id) as s:
        messengers.put_link(s, SERVICE, account, chat_id, NOW)
    chat = Chat(chat_id, plans.athlete, account, None)
    counted: Counter[str] = Counter()
    desk = Desk(
        db,
        Settings(_env_file=None),
        clock,
        cast(Any, None),
        cast(Any, sender),
        cast(Any, None),
        cast(Any, None),
        "hanbal_bot",
        lambda name: counted.update([name]),
        Taps(0),  # each press is meant
    )
    return Presser(plans, desk, chat, sender)
