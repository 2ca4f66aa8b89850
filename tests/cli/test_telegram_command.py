"""`coach telegram`: a code, a claim, how it is, and the end of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from coach.config import settings
from coach.store import messenger_system, models
from coach.store.session import Database
from tests.cli.conftest import Run

T = "telegram"


def test_a_chat_is_linked_and_unlinked(coach: Run, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    status, said, _ = coach("telegram")
    assert status == 1
    assert "TELEGRAM_BOT_TOKEN" in said
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:x")
    settings.cache_clear()
    assert coach("telegram", "code")[0] == 1, "its bot has not run yet"
    with db.system_session() as s:
        s.execute(insert(models.bots).values(service=T, username="hanbal_test_bot"))
    assert coach("telegram", "status")[0] == 1

    status, said, _ = coach("telegram", "code")
    assert status == 0
    found = re.search(r"https://t\.me/hanbal_test_bot\?start=([\w-]+)", said)
    assert found is not None
    now = datetime.now(UTC)
    assert messenger_system.use_code(db, T, found[1], 77, now).outcome == "linked"
    status, said, _ = coach("telegram")
    assert status == 0
    assert "연결돼 있어요" in said
    assert coach("telegram", "unlink")[0] == 0
    status, _, wrong = coach("telegram", "unlink")
    assert status == 1
    assert wrong == "연결된 텔레그램이 없어요.\n"

    code = messenger_system.stranger_code(db, T, 9, now)
    assert code is not None
    assert coach("telegram", "claim")[0] == 1
    assert coach("telegram", "claim", "AAAA2222")[0] == 1
    assert coach("telegram", "claim", code)[0] == 0
    assert messenger_system.by_chat(db, T, 9) is not None
