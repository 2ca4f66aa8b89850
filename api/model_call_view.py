"""A call of a language model as the athlete reads it: when, to whom, for what, how much, and what went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.connection_view import moment
from coach.config import Settings
from coach.domain.athlete import Athlete
from coach.graph.spending import alive_since
from coach.store.model_calls import Call
from coach.store.model_health import Health
from coach.text import Lang, has, say
from coach.text.formats import number

MONEY_DIGITS = 4  # of a dollar: one call costs thousandths


class ModelCallOut(BaseModel):
    """One call. What it cost is null where nobody said what the model costs."""

    id: int
    at: datetime
    purpose: str = Field(examples=["chat"])
    host: str = Field(examples=["api.openai.com"])
    model: str = Field(examples=["gpt-5-mini"])
    state: str = Field(description="reserved (under way), settled or failed", examples=["settled"])
    why: str = Field(description="The kind of failure, or empty.", examples=[""])
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    estimated: bool = Field(description="The endpoint did not say how many tokens it used.")
    cost: float | None = Field(description="In dollars.", examples=[0.0021])
    removed: dict[str, int] = Field(
        description="How often what was replaced before sending.", examples=[{"name": 2}]
    )
    tools: str = Field(description="Fingerprint of the declarations of tools that went with it.")


class SentOut(ModelCallOut):
    sent: list[dict[str, Any]] = Field(description="The messages as they were sent; empty once deleted.")


def call_out(call: Call) -> ModelCallOut:
    return ModelCallOut.model_validate(call, from_attributes=True)


def sent_out(call: Call, sent: list[dict[str, Any]]) -> SentOut:
    return SentOut(**call_out(call).model_dump(), sent=sent)


def call_words(
    call: Call, sent: list[dict[str, Any]], athlete: Athlete, settings: Settings, now: datetime
) -> dict[str, Any]:
    """Return a call in sentences, with what was sent message by message."""
    lang = athlete.lang
    return {
        "id": call.id,
        "when": moment(call.at, athlete, now),
        "to": say(lang, "sent.to", host=call.host, model=call.model),
        "purpose": say(lang, f"sent.purpose_{call.purpose}"),
        "used": _used(call, settings, lang, now),
        "cost": "" if call.state == "reserved" else money(call.cost, lang),
        "failed": say(lang, "sent.failed", why=why_words(call.why, lang)) if call.why else "",
        "removed": _removed(call, lang),
        "tools": say(lang, "sent.tools", hash=call.tools) if call.tools and sent else "",
        "messages": [_message(message, lang) for message in sent],
    }


def money(cost: float | None, lang: Lang) -> str:
    """Return an amount of dollars, or that it is not known."""
    if cost is None:
        return say(lang, "sent.cost_unknown")
    return say(lang, "sent.cost", amount=number(cost, MONEY_DIGITS))


def why_words(why: str, lang: Lang) -> str:
    """Return what kind of failure it was."""
    key = f"models.why_{why}"
    return say(lang, key if has(lang, key) else "models.why_error")


def health_words(health: Health, now: datetime, lang: Lang) -> str:
    """Return whether an endpoint is asked, and why not; `now` with the zone of who reads it."""
    if health.open_until is None:
        return say(lang, "models.circuit_closed")
    why = why_words(health.why, lang)
    if health.open_until <= now:
        return say(lang, "models.circuit_probing", why=why)
    return say(lang, "models.circuit_open", time=f"{health.open_until.astimezone(now.tzinfo):%H:%M}", why=why)


def _used(call: Call, settings: Settings, lang: Lang, now: datetime) -> str:
    if call.state == "reserved":
        if call.at <= alive_since(settings, now):
            return say(lang, "sent.lapsed")
        return say(lang, "sent.under_way", tokens=number(call.tokens_reserved))
    counts = {"read": number(call.tokens_in), "written": number(call.tokens_out)}
    if call.estimated:
        return say(lang, "sent.tokens_estimated", **counts)
    return say(lang, "sent.tokens", cached=number(call.tokens_cached), **counts)


def _removed(call: Call, lang: Lang) -> str:
    if not call.removed:
        return say(lang, "sent.removed_nothing")
    what = [say(lang, f"sent.kind_{kind}", n=n) for kind, n in sorted(call.removed.items())]
    return say(lang, "sent.removed", what=", ".join(what))


def _message(message: dict[str, Any], lang: Lang) -> dict[str, str]:
    calls = [
        f"{call['function']['name']} {call['function']['arguments']}"
        for call in message.get("tool_calls") or ()
    ]
    text = "\n".join([message.get("content") or "", *calls]).strip()
    return {"role": say(lang, f"sent.role_{message['role']}"), "text": text}
