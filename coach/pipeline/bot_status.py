"""How a bot is doing, said for whoever operates it: in a word, in sentences, and as numbers to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from coach.config import Settings
from coach.pipeline.incoming import SERVICE, token
from coach.store import bots, updates
from coach.store.bots import Bot
from coach.store.session import Database
from coach.store.updates import Waiting
from coach.text import Lang, say

Word = Literal["off", "connected", "not_connected", "down"]

# Seconds from an update's arrival to the first sign in the chat.
REACTION_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# Name over there → (name in the counters, what it is).
COUNTED = {
    "updates": ("updates", "Updates received."),
    "duplicate_updates": ("duplicates", "Updates received that were known already."),
    "worked_updates": ("worked", "Updates worked on to their end."),
    "failed_updates": ("failed", "Updates given up after all tries."),
    "retried_updates": ("given_back", "Tries that failed and were followed by another."),
    "sent_messages": ("sent", "Messages posted."),
    "edited_messages": ("edited", "Messages edited."),
    "flood_waits": ("flood_waits", "Times that Telegram told us to wait."),
    "flood_wait_seconds": ("flood_wait_s", "Seconds that Telegram told us to wait."),
    "blocked": ("blocked", "Messages refused because the person blocked the bot."),
}


@dataclass(frozen=True)
class BotStatus:
    """`bot`: None when none ever ran."""

    word: Word
    bot: Bot | None
    waiting: Waiting


def word(settings: Settings, bot: Bot | None) -> Word:
    """Return in a word how the bot is doing. Without a token there is none: "off"."""
    if token(settings) is None:
        return "off"
    if bot is None or bot.is_down:
        return "down"
    return "connected" if bot.connected else "not_connected"


def status(db: Database, settings: Settings) -> BotStatus:
    """Return how the bot is doing, and what waits for it."""
    bot = bots.read(db, SERVICE)
    return BotStatus(word(settings, bot), bot, updates.waiting(db, SERVICE))


def sentences(lang: Lang, now: BotStatus) -> list[str]:
    """Return it for people."""
    bot, told = now.bot, []
    name = f"@{bot.username}" if bot is not None and bot.username else say(lang, "bot.no_name")
    told.append(say(lang, f"bot.status_{now.word}", name=name))
    if bot is None or now.word == "off":
        return told
    if now.word == "not_connected" and bot.why_key is not None:
        told.append(say(lang, bot.why_key))
    if now.word != "down":
        told.append(say(lang, f"bot.mode_{bot.mode}"))
    counts = {
        name: round(_number(bot.counters.get(name))) for name in ("updates", "worked", "failed", "sent")
    }
    told.append(say(lang, "bot.counted", **counts))
    if floods := round(_number(bot.counters.get("flood_waits"))):
        seconds = round(_number(bot.counters.get("flood_wait_s")))
        told.append(say(lang, "bot.floods", n=floods, seconds=seconds))
    if now.waiting.number:
        oldest = round(now.waiting.oldest_s or 0)
        told.append(say(lang, "bot.waiting", n=now.waiting.number, seconds=oldest))
    else:
        told.append(say(lang, "bot.nothing_waits"))
    return told


def metrics(now: BotStatus, heard: Mapping[str, int] = {}) -> str:
    """Return it in the text format of Prometheus. `heard`: what the API counted of the webhook's calls.

    Of a bot that is gone only that is told, and what waits: its counters begin anew with it.
    """
    return "".join(f"{line}\n" for line in _lines(now, heard))


def _lines(now: BotStatus, heard: Mapping[str, int]) -> Iterator[str]:
    yield from _metric("telegram_enabled", "gauge", "Whether there is a bot's token.", int(now.word != "off"))
    up = int(now.word == "connected")
    yield from _metric("telegram_connected", "gauge", "Whether the bot reaches Telegram.", up)
    waits = "Updates not worked on to their end yet."
    yield from _metric("telegram_waiting_updates", "gauge", waits, now.waiting.number)
    oldest = now.waiting.oldest_s or 0
    yield from _metric(
        "telegram_oldest_waiting_seconds", "gauge", "How long the oldest of them waits.", oldest
    )
    if now.bot is None:
        return
    silent = "How long ago the bot's process was heard of."
    yield from _metric("telegram_silent_seconds", "gauge", silent, now.bot.silent_s)
    if now.bot.is_down:
        return
    for name, (key, help) in COUNTED.items():
        value = _number(now.bot.counters.get(key)) + heard.get(key, 0)
        yield from _metric(f"telegram_{name}_total", "counter", help, value)
    yield from _histogram(now.bot.counters.get("reaction"))


def _histogram(reaction: Any) -> Iterator[str]:
    name = "hanbal_telegram_first_reaction_seconds"
    told = reaction if isinstance(reaction, Mapping) else {}
    counts = list(told.get("buckets") or [0] * (len(REACTION_S) + 1))
    yield f"# HELP {name} From an update's arrival to the first sign in the chat."
    yield f"# TYPE {name} histogram"
    for most, total in zip([*map(str, REACTION_S), "+Inf"], accumulate(counts), strict=True):
        yield f'{name}_bucket{{le="{most}"}} {total}'
    yield f"{name}_sum {round(_number(told.get('sum_s')), 3)}"
    yield f"{name}_count {sum(counts)}"


def _metric(name: str, kind: str, help: str, value: float) -> Iterator[str]:
    yield f"# HELP hanbal_{name} {help}"
    yield f"# TYPE hanbal_{name} {kind}"
    yield f"hanbal_{name} {round(value, 3)}"


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0
