"""A card is pressed and the process that works on the press is killed, wherever it is: decided once, said."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from fakes.telegram import Telegram, running
from pipeline.plan_desk import PlanDesk
from sqlalchemy import insert, text

from bots.telegram import approval_card
from bots.telegram.desk import SERVICE
from coach.store import athletes, connections, messengers, models, system
from coach.store.approvals import Approval
from coach.store.session import Database
from coach.text import say

TESTS = Path(__file__).parents[1]
POINTS = ("handling", "kept", "posting", "posted", "closed", "finishing")


def card(desk: PlanDesk, fake: Telegram, chat_id: int) -> tuple[Approval, int]:
    """Propose a plan and show it in the chat, as the bot keeps what it posted."""
    asked = desk.proposed()
    with desk.db.athlete_session(desk.athlete_id) as s:
        *_, out = approval_card.stored(s, athletes.get(s, desk.athlete_id), asked.id, "ko")
        rows = [[{"text": b.text, "callback_data": b.data} for b in row if b.data] for row in out.rows]
        shown = fake.write(fake.chats[chat_id], by_bot=True, text=out.text, rows=rows)
        messengers.keep_post(s, SERVICE, chat_id, shown.id, desk.now, approval_id=asked.id)
    return asked, shown.id


@pytest.mark.soak
def test_killed_anywhere_a_press_decides_once_and_says_so(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    fake = Telegram()
    account, _ = system.create_owner(db, now=fake.clock(), name="하나")
    person = fake.person(first_name="하나")
    with db.athlete_session(account.athlete_id) as s:
        link = {"service": SERVICE, "chat_id": person.chat_id, "account_id": account.id}
        s.execute(insert(models.messenger_links).values(athlete_id=account.athlete_id, **link))
        athletes.set_onboarding(s, account.athlete_id, {"step": None, "answers": {"health": "none"}})
        connections.change(s, "garmin", state="connected", account_id="1")
    desk = PlanDesk(db, account.athlete_id, fake.clock())
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
        try:
            for point in POINTS:
                asked, shown = card(desk, fake, person.chat_id)
                before = len(person.hears())
                person.presses(shown, "승인")
                ended = []
                for end in (point, "never"):
                    print(end, file=child.stdin, flush=True)
                    ended.append(int(child.stdout.readline()))
                assert ended == [-9, 0], point
                told = [m.text for m in person.hears()[before:]]
                assert 1 <= len(told) <= 2, point
                # Killed after it counted: what went to the watch is told by its receipt.
                assert set(told) <= {say("ko", f"plan_life.plan_approved{end}") for end in ("", "_sent")}, (
                    point
                )
                assert desk.asked(asked).state == "approved"
                assert person.chat.messages[shown].buttons == []
        finally:
            with suppress(BrokenPipeError):
                child.stdin.close()
            child.wait(10)
    with db.system_session() as s:
        assert set(s.execute(text("SELECT state, payload::text FROM bot_updates"))) == {("done", "{}")}
    with db.athlete_session(account.athlete_id) as s:
        receipts = Counter(s.scalars(text("SELECT key FROM nudges WHERE kind = 'receipt'")))
    assert len(receipts) == len(POINTS)
    assert set(receipts.values()) == {1}
