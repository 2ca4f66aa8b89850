"""The offline coach's words: what tools said, joined; one next step; and sentences for what needs no tool."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from langchain_core.messages import ToolMessage

from coach.graph.offline import charting
from coach.graph.offline.calendar import Calendar, kind_of, shift
from coach.graph.offline.reading import Call, Reading, make_call
from coach.text import Lang, Ref, say
from coach.text.formats import day, month_name

# What an athlete can ask depends on what is there: example, the kinds of data it needs.
_EXAMPLES: tuple[tuple[str, frozenset[str]], ...] = (
    ("import", frozenset({"none"})),
    ("log", frozenset({"none"})),
    ("totals", frozenset({"activities"})),
    ("last", frozenset({"activities"})),
    ("readiness", frozenset({"recovery"})),
    ("predict", frozenset({"activities"})),
    ("condition", frozenset({"activities"})),
    ("best", frozenset({"activities"})),
    ("zones", frozenset({"hr"})),
    ("sleep", frozenset({"recovery"})),
    ("can", frozenset({"none"})),
)


def outcome(message: ToolMessage) -> dict[str, Any]:
    """Return what a tool answered; what is no JSON object counts as an error without words."""
    try:
        content = json.loads(message.content) if isinstance(message.content, str) else None
    except ValueError:
        content = None
    return content if isinstance(content, dict) else {"error": ""}


def useful(result: dict[str, Any]) -> bool:
    """Whether a tool's answer has something to tell."""
    return any(
        result.get(name) for name in ("says", "notes", "question", "facts", "shown_to_athlete", "cards")
    )


def from_tools(
    results: Sequence[dict[str, Any]],
    calls: Sequence[Call],
    lang: Lang,
    cal: Calendar,
    said: str,
    *,
    brief: bool = False,
) -> str:
    """Return the answer that the tools' sentences make together. `said`: the answer before this one.

    `brief`: without the offer of a next step; what belongs to the answer stays.
    """
    paragraphs: list[str] = []
    notes: list[str] = []
    for result in results:
        question = result.get("question")
        text = question.get("text", "") if isinstance(question, dict) else question
        if "error" in result:
            paragraphs.append(str(result["error"]).strip() or say(lang, "offline.tool_failed"))
            continue
        paragraphs.append(_joined(_texts(result.get("says"))))
        paragraphs.append(_quoted(result.get("passages"), lang))
        if text:
            paragraphs.append(str(text))
        notes += _texts(result.get("notes"))
    unique = dict.fromkeys(part for part in (*paragraphs, _joined(dict.fromkeys(notes))) if part)
    if not unique:
        shown = any(r.get("shown_to_athlete") or r.get("cards") for r in results)
        return say(lang, "offline.shown" if shown else "offline.nothing")
    step = "" if brief else _step(results, calls, lang, cal)
    if step and step not in said:
        unique[step] = None
    return "\n\n".join(unique)


def _quoted(passages: Any, lang: Lang) -> str:
    """Return the best passage word for word, with who says so and the reference that opens it."""
    if not isinstance(passages, list) or not passages or not isinstance(passages[0], dict):
        return ""
    first = {name: str(passages[0].get(name, "")) for name in ("title", "text", "source", "ref")}
    if not first["text"] or not first["ref"]:
        return ""
    by = _AUTHORS.match(first["source"])
    who = by.group().strip(" ,") if by else first["title"]
    return say(
        lang, "guidelines.quote", text=first["text"], title=first["title"], who=who, source=Ref(first["ref"])
    )


# Who a citation begins with: its numbers (years, pages) stand with the source that the reference opens.
_AUTHORS = re.compile(r"[^.,;:(\[\d]{2,80}")


def _texts(value: Any) -> list[str]:
    return [str(text).strip() for text in value if str(text).strip()] if isinstance(value, list) else []


def _joined(sentences: Iterable[str]) -> str:
    """Join sentences to one paragraph; what is laid out over lines (a list, a table) stands alone."""
    text = ""
    for sentence in sentences:
        laid_out = "\n" in sentence or sentence.startswith(("- ", "* ", "|", "1. "))
        if text and laid_out:
            listed = sentence.startswith("- ") and text.rsplit("\n", 1)[-1].startswith("- ")
            text += "\n" if listed else "\n\n"
        elif text:
            text += "\n\n" if text.rsplit("\n", 1)[-1].startswith(("- ", "|")) else " "
        text += sentence
    return text


def _step(results: Sequence[dict[str, Any]], calls: Sequence[Call], lang: Lang, cal: Calendar) -> str:
    """Return the sentence that offers one next step, or "" when there is nothing to build on."""
    if any(r.get("question") or "error" in r or not _known(r) for r in results):
        return ""
    offered = next_step(calls, cal)
    if offered is None:
        return ""
    # A chart beside the answer makes another one needless; splits exist only where there is one to draw.
    charted = any(_has_chart(r.get("shown_to_athlete") or r.get("cards") or []) for r in results)
    return say(lang, f"offline.next_{offered[0]}") if charted == (offered[0] == "splits") else ""


def _known(result: dict[str, Any]) -> bool:
    """Whether a tool found anything: facts that are not all zero or unknown."""
    facts = result.get("facts")
    return isinstance(facts, list) and any(not isinstance(f, dict) or f.get("raw", 1) for f in facts)


def _has_chart(cards: Any) -> bool:
    return any(isinstance(card, dict) and card.get("kind") == "chart" for card in cards)


def next_step(calls: Sequence[Call], cal: Calendar) -> tuple[str, Call] | None:
    """Return the natural step after these calls: the name of its sentence, and the call it would be."""
    if not calls or any(call.tool == "show_chart" for call in calls):
        return None
    call = calls[0]
    period = call.period
    match call.tool:
        case "totals" if period and not call.args.get("by"):
            kind = kind_of(period, cal)
            if kind not in ("week", "month"):
                return None
            before = shift(period, kind, -1, cal)
            asked = {"a_start": period[0], "a_end": period[1], "b_start": before[0], "b_end": before[1]}
            return f"compare_{kind}", make_call("compare_periods", **asked, sport=call.args.get("sport"))
        case "activity_show" if not call.args.get("parts"):
            return "splits", Call("activity_show", {**call.args, "parts": ["splits"]})
        case "load_and_form" | "recovery" | "compare_periods" | "best_efforts":
            start, end = period or (None, None)
            return "chart", make_call("show_chart", chart=charting.chart_of(call), start=start, end=end)
    return None


def offered(said: str, calls: Sequence[Call], lang: Lang, cal: Calendar) -> Call | None:
    """Return the call that the coach's last answer offered."""
    step = next_step(calls, cal)
    return step[1] if step and said.rstrip().endswith(say(lang, f"offline.next_{step[0]}")) else None


def words(
    reading: Reading,
    lang: Lang,
    today: date,
    data: Collection[str] | None,
    manner: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the sentence of a reading that needs no tool."""
    params: dict[str, Any] = {}
    if "periods" in reading.params:
        periods = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in reading.params["periods"]]
        named = [_named(a, b, lang, today) for a, b in periods]
        params = {"first": named[0], "second": named[-1]}
    text = say(lang, f"offline.{reading.reply}", **params)
    if reading.reply == "greeting" and (name := manner.get("name")):
        text = say(lang, "memory.hello", name=name) + text.partition("!")[2]
    if reading.reply in ("not_understood", "plan", "greeting", "not_computed"):
        text += "\n\n" + "\n".join(f'- "{line}"' for line in examples(lang, data))
    return text


def _named(start: date, end: date, lang: Lang, today: date) -> str:
    """Return a month with its year, or a day: the two that were mixed up must look different."""
    if start == end:
        return day(start, lang, today)
    return say(lang, "units.month_year", year=start.year, month=month_name(start.month, lang))


def examples(lang: Lang, data: Collection[str] | None, count: int = 4) -> list[str]:
    """Return things to say that fit what the athlete has. `data` None: not known, so the usual ones."""
    has = {"activities", "hr"} if data is None else set(data)
    if "activities" in has:
        wanted = [name for name, needs in _EXAMPLES if needs <= has]
        wanted = (wanted if "recovery" not in has else [n for n in wanted if n != "best"])[:count]
    else:
        wanted = [name for name, needs in _EXAMPLES if needs == {"none"}]
    return [say(lang, f"offline.example_{name}") for name in wanted[:count]]
