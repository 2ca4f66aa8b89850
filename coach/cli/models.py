"""`coach models`: the endpoints of language models, how they are doing, and what they used today."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from api.model_call_view import health_words, money, why_words
from coach.cli.home import home, use_demo
from coach.cli.talk import table_text
from coach.config import Settings, settings
from coach.domain.athlete import Athlete
from coach.domain.model_cost import price_of
from coach.graph.exam.standing import named, standing
from coach.store import athletes, model_calls, model_days, model_health
from coach.store.model_calls import Spent
from coach.store.session import Session
from coach.text import Lang, say
from coach.text.formats import day, number

COLUMNS = ("host", "model", "circuit", "last_error", "exam", "price", "today")


def models(args: Namespace) -> int:
    """List the endpoints, the best first; only the operator has this command."""
    if args.demo:
        use_demo()
    given, now = settings(), datetime.now(UTC)
    with home() as place:
        athlete = place.found(lang=given.lang, tz=given.tz)
        with place.db.athlete_session(athlete.id) as s:
            print(told(s, athletes.get(s, athlete.id), given, now))
    return 0


def told(s: Session, athlete: Athlete, given: Settings, now: datetime) -> str:
    """Return the table of endpoints with what everybody used today below it."""
    lang = athlete.lang
    endpoints = list(dict.fromkeys(named(given)))
    if not endpoints:
        return say(lang, "models.endpoints_none")
    local = now.astimezone(athlete.zone)
    used = model_calls.by_model(s, local.date())
    lines = [
        [
            host,
            model,
            health_words(model_health.read(s, host, model), local, lang),
            _last_failure(s, host, model, athlete, now),
            say(lang, f"models.exam_{standing(s, host, model)}"),
            _price(model, given, lang),
            _used(used.get((host, model), Spent()), price_of(model, given.prices) is not None, lang),
        ]
        for host, model in endpoints
    ]
    whole = model_days.read(s, now.astimezone(UTC).date())
    below = [say(lang, "models.whole_day", tokens=number(whole.tokens), cost=money(whole.cost, lang))]
    caps = (given.max_cost_per_day, given.max_cost_per_day_all)
    if any(cap is not None for cap in caps) and any(price_of(m, given.prices) is None for _, m in endpoints):
        below.append(say(lang, "models.money_prices"))
    return "\n".join(
        [table_text("", [say(lang, f"models.column_{name}") for name in COLUMNS], lines), *below]
    )


def _last_failure(s: Session, host: str, model: str, athlete: Athlete, now: datetime) -> str:
    call = model_calls.last_failure(s, host, model)
    if call is None:
        return say(athlete.lang, "models.never")
    at, today = call.at.astimezone(athlete.zone), now.astimezone(athlete.zone).date()
    return f"{day(at.date(), athlete.lang, today)} {at:%H:%M}: {why_words(call.why, athlete.lang)}"


def _price(model: str, given: Settings, lang: Lang) -> str:
    price = price_of(model, given.prices)
    if price is None:
        return say(lang, "models.price_unknown")
    return say(lang, "models.price", read=price.read, written=price.written, cached=price.cached)


def _used(spent: Spent, priced: bool, lang: Lang) -> str:
    cost = money(spent.cost, lang) if priced else say(lang, "models.money_unknown")
    return say(lang, "models.today", tokens=number(spent.tokens), cost=cost)
