"""How an athlete's Telegram is, and what links it: for the API, the page and the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Literal

import segno

from coach.config import Settings
from coach.errors import Conflict
from coach.store import messengers
from coach.store.session import Session

SERVICE = "telegram"
PIXELS = 5  # of a module; a code of ours has about 41 and 4 of white at each side

# "none": this installation has no bot. "starting": its bot never reached Telegram.
State = Literal["none", "starting", "unlinked", "linked", "blocked"]


@dataclass(frozen=True)
class Standing:
    """`bot`: by which name the bot goes, without "@"."""

    state: State
    bot: str
    linked_at: datetime | None


@dataclass(frozen=True)
class Invitation:
    """An address that links whoever opens it, once, until `expires_at`."""

    url: str
    code: str
    expires_at: datetime


def standing(s: Session, settings: Settings) -> Standing:
    """Return how the athlete's Telegram is."""
    bot = messengers.bot_name(s, SERVICE) or ""
    if settings.telegram_bot_token is None:
        return Standing("none", "", None)
    link = messengers.link(s, SERVICE)
    if link is None:
        return Standing("unlinked" if bot else "starting", bot, None)
    return Standing("blocked" if link.state == "blocked" else "linked", bot, link.linked_at)


def invite(s: Session, settings: Settings, account_id: int, now: datetime) -> Invitation:
    """Make an address that links a chat. Raises Conflict while there is no bot to link one with."""
    found = standing(s, settings)
    if found.state == "none":
        raise Conflict("messenger_none")
    if not found.bot:
        raise Conflict("messenger_not_ready")
    made = messengers.new_code(s, SERVICE, account_id, now)
    return Invitation(f"https://t.me/{found.bot}?start={made.code}", made.code, made.expires_at)


def picture(url: str) -> str:
    """Return an address as a QR code: an SVG element without a style, for a page of a strict policy."""
    out = BytesIO()
    segno.make_qr(url, error="m").save(
        out, kind="svg", scale=PIXELS, dark="#000", light="#fff", xmldecl=False, nl=False, lineclass=None
    )
    return out.getvalue().decode()
