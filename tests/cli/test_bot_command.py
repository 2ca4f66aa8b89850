"""`coach bot`: without a token, and what it says of a bot that runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.cli.main import _parser
from coach.config import settings
from coach.store import bots
from coach.store.session import Database
from coach.text import Lang, say

Run = Callable[..., tuple[int, str, str]]
TOKEN = "7000000001:AAF-loopback-token-nobody-may-see-0123456"


def test_without_a_token_it_says_where_to_get_one(coach: Run) -> None:
    status, out, err = coach("bot")
    assert (status, out) == (1, "")
    assert "@BotFather" in err
    status, out, _ = coach("bot", "--status")
    assert (status, out.strip()) == (0, say("ko", "bot.status_off"))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_it_says_how_a_bot_is_doing(
    coach: Run, db: Database, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("COACH_LANG", lang)
    settings.cache_clear()
    assert coach("bot", "--status")[0] == 1  # it is not running
    told = {"username": "hanbal_bot", "mode": "polling", "connected": True, "why_key": None}
    bots.beat(db, "telegram", "h", **told, counters={"updates": 3, "worked": 3})
    status, out, err = coach("bot", "--status")
    assert status == 0
    assert say(lang, "bot.status_connected", name="@hanbal_bot") in out
    status, numbers, _ = coach("bot", "--metrics")
    assert status == 0
    assert "hanbal_telegram_connected 1\n" in numbers
    assert "hanbal_telegram_updates_total 3\n" in numbers
    assert TOKEN not in out + err + numbers


def test_it_is_told_one_thing_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _parser().parse_args(["bot", "--status", "--metrics"])
    assert "not allowed" in capsys.readouterr().err
