"""What the coach says first goes out: parcels of the outbox, in order for an athlete, each part once.

Before a part is posted it is noted that it is; after it, that it was. Killed in between, nobody knows whether
it arrived: it is posted once more, and then left. A process that was killed holds a parcel for `LEASE` at
most, which is longer than a sender takes for one part.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from bots.telegram import approval_card, linking
from bots.telegram.deciding import close_cards
from bots.telegram.desk import SERVICE, Desk
from bots.telegram.message import Out
from bots.telegram.present import present
from bots.telegram.sending import Blocked, Refused, Unreachable
from coach.domain.athlete import Athlete
from coach.errors import CoachError, NotFound
from coach.store import athletes, messengers, outbox, outbox_system, threads
from coach.store.hearing import hear
from coach.store.outbox import Parcel, State
from coach.store.session import Session, athlete_of
from coach.store.threads import Message
from coach.text import say

log = logging.getLogger(__name__)

CHANNEL = f"hanbal_{SERVICE}"
EVERY_S = 1.0
FINISH_S = 2.0  # what is being posted at the end may be finished for so long
PARALLEL = 16  # athletes at once: few, so that whoever asks something does not wait behind a thousand
LEASE = timedelta(minutes=3)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=30)
MOST_TRIES = 8  # of a parcel that cannot be drawn, which is a bug
LATE = timedelta(hours=12)  # what waited longer is not replayed: the latest of it is posted


class Render(Protocol):
    """Draws a stored message, as `bots.telegram.present` does. Blocking."""

    def __call__(
        self, desk: Desk, athlete: Athlete, message: Message, *, before: Sequence[str] = ()
    ) -> list[Out]: ...


@dataclass
class _Work:
    """A parcel that we hold, and how far it is. `parts`: what each became over there; None: nobody knows."""

    parcel: Parcel
    athlete: Athlete
    chat_id: int
    message: Message | None
    parts: list[int | None]
    times: int  # how often the next part was posted, this time counted
    missed: int
    outs: list[Out] = field(default_factory=list)

    def receipt(self, **more: Any) -> dict[str, Any]:
        return {"chat_id": self.chat_id, "parts": list(self.parts), "missed": self.missed, **more}


class Outgoing:
    """One per process."""

    def __init__(self, desk: Desk, *, render: Render = present, parallel: int = PARALLEL) -> None:
        self._desk, self._render, self._parallel = desk, render, parallel
        self._news = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._over = False

    def wake(self) -> None:
        """Look at once."""
        self._news.set()

    async def work(self) -> None:
        """Deliver what is due, until cancelled; what is being posted then is given a moment."""
        hearing = asyncio.create_task(hear(self._desk.db, {CHANNEL: self.wake}))
        try:
            while True:
                self._news.clear()
                try:
                    more = await self._begin()
                except SQLAlchemyError as error:
                    log.warning("what is to be sent cannot be read: %s", type(error).__name__)
                    more = False
                news = asyncio.create_task(self._news.wait())
                try:
                    waits = [news, *(self._busy.values() if more else ())]
                    await asyncio.wait(waits, timeout=EVERY_S, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
        finally:
            self._over = True
            if self._busy:
                await asyncio.wait(self._busy.values(), timeout=FINISH_S)
            left = [hearing, *self._busy.values()]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def deliver_due(self) -> None:
        """Deliver everything that is due now."""
        while await self._begin() or self._busy:
            await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _begin(self) -> bool:
        """Begin with as many athletes as there is room for; return whether there are more."""
        most = self._parallel + len(self._busy) + 1
        due = await asyncio.to_thread(
            outbox_system.due_athletes, self._desk.db, SERVICE, self._desk.clock(), most
        )
        waiting = [athlete_id for athlete_id in due if athlete_id not in self._busy]
        room = max(0, self._parallel - len(self._busy))
        for athlete_id in waiting[:room]:
            task = asyncio.create_task(self._deliver_all(athlete_id))
            self._busy[athlete_id] = task
            task.add_done_callback(partial(self._done, athlete_id))
        return len(waiting) > room

    def _done(self, athlete_id: int, _: asyncio.Task[None]) -> None:
        del self._busy[athlete_id]

    async def _deliver_all(self, athlete_id: int) -> None:
        try:
            while not self._over:
                work = await asyncio.to_thread(self._take, athlete_id)
                if work is None or not await self._deliver(work):
                    return
        except (SQLAlchemyError, CoachError) as error:
            log.warning("what is for athlete %s waits: %s", athlete_id, type(error).__name__)

    def _take(self, athlete_id: int) -> _Work | None:
        """Take the athlete's next parcel; what can go nowhere is settled on the way."""
        now = self._desk.clock()
        while True:
            with self._desk.db.athlete_session(athlete_id) as s:
                first = next(iter(outbox.open_ones(s, SERVICE, 1)), None)
                if first is None or first.next_at is None or first.next_at > now:
                    return None
                if first.created_at < now - LATE:
                    self._merge_late(s, now)
                parcel = outbox.take(s, first.id, now)
                if parcel is None:
                    continue  # it was late
                try:
                    work = _addressed(s, parcel)
                except CoachError as error:
                    _settle(s, parcel, "refused", error)
                    continue
                if outbox.hold(s, parcel, now + LEASE, work.receipt(times=work.times)):
                    return work

    def _merge_late(self, s: Session, now: datetime) -> None:
        """Leave what waited for long to the page, but for the latest; what was asked for goes out anyway."""
        late = [
            parcel
            for parcel in outbox.open_ones(s, SERVICE)
            if parcel.created_at < now - LATE and not parcel.receipt.get("parts") and _unasked(s, parcel)
        ]
        for parcel in late[:-1]:
            _settle(s, parcel, "refused", NotFound("telegram_late"))
        if len(late) > 1:
            receipt = {"missed": len(late) - 1 + max(p.receipt.get("missed", 0) for p in late)}
            outbox.settle(s, late[-1].id, late[-1].state, receipt=receipt)

    async def _deliver(self, work: _Work) -> bool:
        """Post a parcel; return whether the athlete's next may follow."""
        if "approval_id" in work.parcel.payload:
            return await self._close(work)
        try:
            work.outs = await asyncio.to_thread(self._draw, work)
        except Exception:
            log.exception("parcel %s cannot be drawn", work.parcel.id)
            return await asyncio.to_thread(self._not_drawn, work)
        if len(work.parts) >= len(work.outs):  # nothing to say, or less than before
            await asyncio.to_thread(self._nothing_left, work)
        while len(work.parts) < len(work.outs):
            at = len(work.parts)
            remote_id: int | None = None
            if work.times <= 2:
                try:
                    silent = at > 0 or bool(work.parcel.payload.get("silent"))
                    remote_id = await self._desk.sender.post(work.chat_id, work.outs[at], silent=silent)
                except Blocked as blocked:
                    await asyncio.to_thread(self._blocked, work, blocked)
                    return True
                except Refused as refused:
                    log.warning("part %d of parcel %s: %s", at + 1, work.parcel.id, refused.key)
                except Unreachable as trouble:
                    if not trouble.perhaps:
                        await asyncio.to_thread(self._put_off, work, trouble)
                        return False
            work.parts.append(remote_id)
            work.times = 1
            if not await asyncio.to_thread(self._note, work, remote_id):
                return False  # somebody else holds it now
            if self._over:
                return False
        return True

    async def _close(self, work: _Work) -> bool:
        """Take the buttons of a question away that waits no more."""
        try:
            await close_cards(self._desk, work.athlete.id, int(work.parcel.payload["approval_id"]))
        except Unreachable as trouble:
            await asyncio.to_thread(self._put_off, work, trouble)
            return False
        await asyncio.to_thread(self._closed, work)
        return True

    def _closed(self, work: _Work) -> None:
        with self._desk.db.athlete_session(work.athlete.id) as s:
            _settle(s, work.parcel, "sent", None)

    def _draw(self, work: _Work) -> list[Out]:
        if work.message is None:
            return [linking.told(work.athlete, work.parcel.payload["link"])]
        missed = [say(work.athlete.lang, "telegram_sending.missed", n=work.missed)] if work.missed else []
        return self._render(self._desk, work.athlete, work.message, before=missed)

    def _note(self, work: _Work, remote_id: int | None) -> bool:
        """Keep that a part was posted, and that the next is about to be, or that it was the last."""
        now, parcel = self._desk.clock(), work.parcel
        with self._desk.db.athlete_session(work.athlete.id) as s:
            out = work.outs[len(work.parts) - 1]
            if remote_id is not None and work.message is not None:
                messengers.keep_post(
                    s,
                    SERVICE,
                    work.chat_id,
                    remote_id,
                    now,
                    message_id=work.message.id,
                    approval_id=approval_card.approval_in(out),
                    nudge_id=approval_card.nudge_in(out),
                )
            if len(work.parts) < len(work.outs) and not _still_there(s, work):
                _settle(s, parcel, "refused", NotFound("telegram_off"))  # unlinked meanwhile
                return False
            # At the end of this process whoever comes next goes on at once.
            until, times = (now, 0) if self._over else (now + LEASE, 1)
            if not outbox.hold(s, parcel, until, work.receipt(times=times)):
                return False
            if len(work.parts) == len(work.outs):
                arrived = any(part is not None for part in work.parts)
                _settle(s, parcel, "sent" if arrived else "refused", None if arrived else _UNKNOWN)
        return True

    def _nothing_left(self, work: _Work) -> None:
        with self._desk.db.athlete_session(work.athlete.id) as s:
            _settle(s, work.parcel, "sent", None)

    def _blocked(self, work: _Work, blocked: Blocked) -> None:
        with self._desk.db.athlete_session(work.athlete.id) as s:
            link = messengers.link(s, SERVICE)
            if link is not None and link.chat_id == work.chat_id:
                messengers.set_state(s, SERVICE, "blocked", self._desk.clock())
            _settle(s, work.parcel, "refused", blocked)

    def _put_off(self, work: _Work, trouble: Unreachable) -> None:
        now = self._desk.clock()
        pause = timedelta(seconds=trouble.after_s) if trouble.after_s else timedelta()
        until = now + max(pause, _pause(work.parcel.tries))
        with self._desk.db.athlete_session(work.athlete.id) as s:
            # It did not arrive: this time does not count.
            if outbox.hold(s, work.parcel, until, work.receipt(times=work.times - 1)):
                why = {"why_key": trouble.key, "why_params": dict(trouble.params)}
                outbox.settle(s, work.parcel.id, "waiting", next_at=until, **why)
                outbox.put_off(s, SERVICE, until)

    def _not_drawn(self, work: _Work) -> bool:
        """Try a parcel again later; give up on it in the end, so that others get through."""
        until = self._desk.clock() + _pause(work.parcel.tries)
        with self._desk.db.athlete_session(work.athlete.id) as s:
            if work.parcel.tries >= MOST_TRIES:
                _settle(s, work.parcel, "failed", Refused("telegram_refused"))
                return True
            if outbox.hold(s, work.parcel, until, work.receipt(times=work.times - 1)):
                outbox.put_off(s, SERVICE, until)
            return False


_UNKNOWN = Unreachable("telegram_unreachable", perhaps=True)


def _addressed(s: Session, parcel: Parcel) -> _Work:
    """Return a parcel with its chat and message. Raises CoachError where it can go nowhere."""
    payload, receipt = parcel.payload, parcel.receipt
    athlete = athletes.get(s, athlete_of(s))
    parts, missed = list(receipt.get("parts", [])), int(receipt.get("missed", 0))
    times = int(receipt.get("times", 0)) + 1
    if "link" in payload:
        return _Work(parcel, athlete, int(payload["chat_id"]), None, parts, times, missed)
    if "approval_id" in payload:
        return _Work(parcel, athlete, 0, None, parts, times, missed)
    link = messengers.link(s, SERVICE)
    if link is None:
        raise NotFound("telegram_off")
    if link.state != "on":
        raise Blocked("telegram_blocked")
    if parts and receipt.get("chat_id") != link.chat_id:
        parts, times = [], 1  # another chat by now: there it begins
    message = threads.message(s, int(payload["message_id"]))
    return _Work(parcel, athlete, link.chat_id, message, parts, times, missed)


def _still_there(s: Session, work: _Work) -> bool:
    link = messengers.link(s, SERVICE)
    return work.message is None or (link is not None and link.chat_id == work.chat_id)


def _unasked(s: Session, parcel: Parcel) -> bool:
    if "message_id" not in parcel.payload:
        return False
    try:
        first = threads.message(s, int(parcel.payload["message_id"])).content.get("first") or {}
    except NotFound:
        return False
    return bool(first) and first.get("kind") != "receipt"


def _settle(s: Session, parcel: Parcel, state: State, why: CoachError | None) -> None:
    key, params = (None, {}) if why is None else (why.key, dict(why.params))
    outbox.settle(s, parcel.id, state, next_at=None, why_key=key, why_params=params)


def _pause(tries: int) -> timedelta:
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(tries - 1, 10)))
