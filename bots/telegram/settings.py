"""What can be set from the chat: language, units, and what the coach says first and when.

The buttons send settings back, which `bots.telegram.changing` writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bots.telegram.buttons import Command, Pause, Setting, encode
from bots.telegram.desk import Chat, Desk, Progress
from bots.telegram.message import Button
from bots.telegram.present import page
from bots.telegram.talking import language, tell
from coach.domain.nudges import Manners, NudgeKind
from coach.store import athletes, nudge_settings
from coach.text import Lang, formats, say

Rows = tuple[tuple[Button, ...], ...]

KINDS = tuple(kind for kind in NudgeKind if kind is not NudgeKind.receipt)
WEEKLY_TIMES = ("08:00", "12:00", "18:00", "19:00", "20:00", "21:00")
MORNING_TIMES = ("05:00", "06:00", "07:00", "08:00", "09:00", "10:00")
PAUSE_DAYS = 7


async def show(desk: Desk, chat: Chat, progress: Progress) -> None:
    """Post what is set, with a button for each thing that can be changed."""

    def read() -> tuple[str, Manners]:
        with desk.db.athlete_session(chat.athlete.id) as s:
            return athletes.get(s, chat.athlete.id).units, nudge_settings.get(s)

    units, manners = await asyncio.to_thread(read)
    lang, today = language(chat), desk.clock().astimezone(chat.athlete.zone).date()
    paused = manners.paused_until if manners.paused_until and manners.paused_until >= today else None
    weekday = say(lang, f"tools.weekday_{manners.weekly_day}")
    lines = [
        say(lang, "telegram.set_lang", value=say(lang, f"tools.lang_{lang}")),
        say(lang, "telegram.set_units", value=say(lang, f"web.settings.units_{units}")),
        "",
        say(lang, "telegram.set_first"),
        *(f"{'🔔' if manners.wants(kind) else '🔕'} {_what(kind, manners, weekday, lang)}" for kind in KINDS),
        _quiet(manners, lang),
    ]
    if paused is not None:
        lines.append(say(lang, "telegram.set_paused", day=formats.day(paused, lang, today)))
    rows = _rows(desk, lang, units, manners, is_paused=paused is not None)
    await tell(desk, chat, "\n".join(lines), progress, rows)


async def pick(desk: Desk, chat: Chat, name: str, progress: Progress) -> None:
    """Offer the days or times of one setting; `name` is one of `PICKERS`."""
    lang = language(chat)
    setting, values = PICKERS[name]
    labels = [say(lang, f"tools.weekday_{value}") if setting == "weekly_day" else value for value in values]
    buttons = [
        Button(label, data=encode(Setting(setting, value)))
        for label, value in zip(labels, values, strict=True)
    ]
    rows = tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))
    await tell(desk, chat, say(lang, f"telegram.pick_{setting}"), progress, rows)


PICKERS: dict[str, tuple[str, Sequence[str]]] = {
    "weeklyday": ("weekly_day", tuple("0123456")),
    "weeklyat": ("weekly_at", WEEKLY_TIMES),
    "morningat": ("morning_at", MORNING_TIMES),
}


def _what(kind: NudgeKind, manners: Manners, weekday: str, lang: Lang) -> str:
    name = say(lang, f"telegram.kind_{kind.value}")
    match kind:
        case NudgeKind.weekly:
            return f"{name} ({weekday} {manners.weekly_at:%H:%M})"
        case NudgeKind.morning:
            return f"{name} ({manners.morning_at:%H:%M})"
    return name


def _quiet(manners: Manners, lang: Lang) -> str:
    if manners.quiet_from == manners.quiet_until:
        return say(lang, "telegram.set_never_quiet")
    start, end = f"{manners.quiet_from:%H:%M}", f"{manners.quiet_until:%H:%M}"
    return say(lang, "telegram.set_quiet", start=start, end=end)


def _rows(desk: Desk, lang: Lang, units: str, manners: Manners, *, is_paused: bool) -> Rows:
    other: Lang = "en" if lang == "ko" else "ko"
    swapped = "imperial" if units == "metric" else "metric"
    rows: list[tuple[Button, ...]] = [
        (
            Button(say(other, "telegram.speak_this"), data=encode(Setting("lang", other))),
            Button(say(lang, f"telegram.units_{swapped}"), data=encode(Setting("units", swapped))),
        )
    ]
    switches = []
    for kind in KINDS:
        on = manners.wants(kind)
        label = say(
            lang, f"telegram.switch_{'off' if on else 'on'}", what=say(lang, f"telegram.kind_{kind.value}")
        )
        switches.append(Button(label, data=encode(Setting(kind.value, "off" if on else "on"))))
    rows += [tuple(switches[at : at + 2]) for at in range(0, len(switches), 2)]
    named = [(name, say(lang, f"telegram.change_{setting}")) for name, (setting, _) in PICKERS.items()]
    rows.append(tuple(Button(label, data=encode(Command(name))) for name, label in named))
    pause = 0 if is_paused else PAUSE_DAYS
    label = say(lang, "telegram.pause_over" if is_paused else "telegram.pause_week")
    rows.append((Button(label, data=encode(Pause(pause))),))
    if url := page(desk.settings.public_url, "/settings"):
        rows.append((Button(say(lang, "telegram.open_settings"), url=url),))
    return tuple(rows)
