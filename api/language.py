"""Which language a request is answered in: the account's, else the browser's, else Korean."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from coach.domain.athlete import Athlete
from coach.errors import CoachError
from coach.store import athletes
from coach.text import Lang


async def language_of(request: Request) -> Lang:
    """Return the language of whoever passed the gate, or before login the browser's."""
    who = getattr(request.state, "principal", None)
    if who is None:
        return browser_language(request)

    def of_account() -> Athlete:
        with request.app.state.services.session(who) as s:
            return athletes.get(s, who.athlete_id)

    try:
        return (await run_in_threadpool(of_account)).lang
    except CoachError:
        return browser_language(request)


def browser_language(request: Request) -> Lang:
    return preferred(request.headers.get("accept-language", ""))


def preferred(accept_language: str) -> Lang:
    """Return the first of our languages in an `Accept-Language` header; Korean when there is none."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), place, tag.strip().lower()[:2]))
        except ValueError:
            continue
    for _, _, tag in sorted(ranked):
        if tag in ("ko", "en"):
            return "ko" if tag == "ko" else "en"
    return "ko"
