"""What a number or a citation in an answer opens to, as page and bot show it."""

from __future__ import annotations

from typing import Any

from coach.domain.fact import Fact
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Evidence
from coach.graph.proof import CALENDAR, SAID, Proof
from coach.text import Lang, has, say
from coach.text.facts import render
from coach.text.formats import date_range, day
from coach.tools.citing import shown

SHOWN_WORDS = 400  # characters of what the athlete said


def opened(proof: Proof, ref: str) -> dict[str, Any] | None:
    """Return what a reference of a message stands for: `kind` is fact, plan, passage, said or calendar.

    None when there is nothing of that name.
    """
    if ref == SAID:
        words = " ".join(proof.words.split())
        text = words if len(words) <= SHOWN_WORDS else f"{words[:SHOWN_WORDS]}…"
        return {"kind": "said", "label": say(proof.lang, "proof.said"), "text": text}
    if ref == CALENDAR:
        return {
            "kind": "calendar",
            "label": say(proof.lang, "proof.calendar"),
            "text": "",
            "about": say(proof.lang, "proof.calendar_today", day=day(proof.today, proof.lang)),
        }
    if (cite := proof.ledger.passage(ref)) is not None:
        return shown(cite, proof.numbering.get(ref))
    fact = proof.ledger.get(ref)
    return None if fact is None else of_fact(proof, fact)


def of_fact(proof: Proof, fact: Fact) -> dict[str, Any]:
    """Return what a fact is, of which days, how it was computed, and what it rests on."""
    lang = proof.lang
    caveats = [
        say(lang, f"web.chat.source_{name}") for name in ("provisional", "estimated") if getattr(fact, name)
    ]
    contested = fact.metric in METRICS and METRICS[fact.metric].evidence is Evidence.contested
    if contested:
        caveats.append(say(lang, "proof.caveat_contested"))
    return {
        "kind": "plan" if fact.metric.startswith("plan_") else "fact",
        "label": fact.label,
        "text": render(fact, lang, proof.units, today=proof.today),
        "metric": fact.metric,
        "subject": fact.subject.model_dump(mode="json"),
        "window": _window(fact, proof),
        "coverage": fact.coverage,
        "how": _how(fact, lang),
        "method": _method(fact, lang),
        "activities": list(fact.activities),
        "sources": sorted(fact.sources),
        "source_names": [say(lang, f"connections_api.source_{name}") for name in sorted(fact.sources)],
        "caveats": caveats,
        "provisional": fact.provisional,
        "estimated": fact.estimated,
    }


def _window(fact: Fact, proof: Proof) -> str:
    """Return the days a fact is about, or nothing when it is of one day that its subject names."""
    start, end = fact.subject.start, fact.subject.end or fact.subject.start
    if start is None or end is None or (start == end and fact.subject.kind != "day"):
        return ""
    return date_range(start, end, proof.lang, proof.today)


def _how(fact: Fact, lang: Lang) -> str:
    parts = []
    about = f"metric.{fact.metric}_about"
    if has(lang, about):
        parts.append(say(lang, about))
    if fact.coverage is not None and fact.coverage < 1:
        parts.append(say(lang, "graph.how_coverage", percent=round(fact.coverage * 100)))
    if fact.activities:
        parts.append(say(lang, "graph.how_activities", n=len(fact.activities)))
    if fact.metric.startswith("plan_"):
        parts.append(say(lang, "proof.from_plan"))
    return " ".join(parts)


def _method(fact: Fact, lang: Lang) -> str:
    """Return method, version and published source of a metric of the registry."""
    metric = METRICS.get(fact.metric)
    if metric is None:
        return ""
    title = f"metric.{metric.title.removeprefix('metric.')}"
    name = say(lang, title) if has(lang, title) else metric.name
    return say(lang, "graph.how_metric", name=name, version=fact.version, source=metric.source)
