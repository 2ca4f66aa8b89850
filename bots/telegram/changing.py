"""Settings that a button changes: language, units, and what the coach says first and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bots.telegram.desk import Chat, Desk
from coach.domain.nudges import NudgeKind
from coach.errors import BadInput, CoachError
from coach.graph.bind import error_text
from coach.pipeline import profile
from coach.pipeline.situation import local_day
from coach.store import nudge_settings
from coach.text import LANGS, Lang, formats, say

UNITS = ("metric", "imperial")


def setting(desk: Desk, chat: Chat, name: str, value: str) -> str:
    """Change one setting and return what is said of it, in the language that holds from then on. Blocking."""
    lang: Lang = chat.athlete.lang
    change = _CHANGES.get(name)
    if change is None:
        return say(lang, "telegram_cards.old")
    try:
        return change(desk, chat, name, value)
    except CoachError as error:
        return error_text(lang, error)


def _language(desk: Desk, chat: Chat, name: str, value: str) -> str:
    if value not in LANGS:
        raise BadInput("setting_unknown")
    with desk.db.athlete_session(chat.athlete.id) as s:
        profile.change(s, chat.athlete, "lang", value)
    return say("en" if value == "en" else "ko", "telegram_cards.lang_set")


def _units(desk: Desk, chat: Chat, name: str, value: str) -> str:
    if value not in UNITS:
        raise BadInput("setting_unknown")
    with desk.db.athlete_session(chat.athlete.id) as s:
        profile.change(s, chat.athlete, "units", value)
    return say(chat.athlete.lang, f"telegram_cards.units_{value}")


def _switch(desk: Desk, chat: Chat, name: str, value: str) -> str:
    if value not in ("on", "off"):
        raise BadInput("setting_unknown")
    _manners(desk, chat, {name: value == "on"})
    what = say(chat.athlete.lang, f"telegram.kind_{name}")
    return say(chat.athlete.lang, f"telegram_cards.switched_{value}", what=what)


def _weekday(desk: Desk, chat: Chat, name: str, value: str) -> str:
    if value not in "0123456" or len(value) != 1:
        raise BadInput("setting_unknown")
    _manners(desk, chat, {name: int(value)})
    return _weekly(desk, chat)


def _time(desk: Desk, chat: Chat, name: str, value: str) -> str:
    _manners(desk, chat, {name: value})
    if name == "weekly_at":
        return _weekly(desk, chat)
    return say(chat.athlete.lang, "telegram_cards.morning_set", time=value)


def _weekly(desk: Desk, chat: Chat) -> str:
    with desk.db.athlete_session(chat.athlete.id) as s:
        manners = nudge_settings.get(s)
    lang = chat.athlete.lang
    day = formats.weekday_name(manners.weekly_day, lang)
    return say(lang, "telegram_cards.weekly_set", day=day, time=f"{manners.weekly_at:%H:%M}")


def _manners(desk: Desk, chat: Chat, fields: Mapping[str, Any]) -> None:
    with desk.db.athlete_session(chat.athlete.id) as s:
        nudge_settings.change(s, local_day(chat.athlete, desk.clock()), **fields)


_CHANGES: Mapping[str, Callable[[Desk, Chat, str, str], str]] = {
    "lang": _language,
    "units": _units,
    "weekly_day": _weekday,
    "weekly_at": _time,
    "morning_at": _time,
    **{kind.value: _switch for kind in NudgeKind if kind is not NudgeKind.receipt},
}
