"""Tools for a model: what it may call, what a call does to the conversation, and what it gets to read."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from coach.domain.fact import Fact
from coach.domain.source import Permission, Source, permission_of
from coach.errors import CoachError
from coach.graph import figures, provenance
from coach.graph.declaring import schema
from coach.graph.ledger import Ledger
from coach.graph.state import WITHHELD, Call
from coach.graph.turn import Turn
from coach.text import Lang, Ref, has, say
from coach.text.facts import render
from coach.text.formats import Units
from coach.tools.spec import Card, Cite, Note, Result, Tool

log = logging.getLogger(__name__)

FACTS_SHOWN = 120  # of one result, to a model


class _Hidden(str):
    """Stands for what must not be told, whatever format is asked for."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


_HIDDEN = _Hidden("…")


class Toolbox:
    """The tools of a conversation. Tools are plain functions: they run in `executor`, never on the loop."""

    def __init__(self, tools: Mapping[str, Tool], executor: Executor) -> None:
        self.tools = tools
        self.schemas = [schema(tool) for tool in tools.values()]
        self._executor = executor
        self._reading = [schema(tool) for tool in tools.values() if tool.effect == "read"]

    def schemas_for(self, reading_only: bool) -> list[dict[str, Any]]:
        """Return the declarations a model gets: of every tool, or only of those that change nothing."""
        return self._reading if reading_only else self.schemas

    async def call(self, turn: Turn, call: Call) -> dict[str, Any]:
        """Run one call and return its outcome for the thread: plain values, nothing rendered.

        `ok` tells whether the tool answered, `fault` whether the call itself made no sense.
        """
        name = call["name"]
        tool = self.tools.get(name)
        title = f"graph.doing.{name}"
        lang = turn.ctx.lang
        shown = say(lang, title) if has(lang, title) else say(lang, "graph.doing_something")
        turn.emit("TOOL_CALL_START", {"toolCallId": call["id"], "toolCallName": name[:80], "title": shown})
        ok = False
        try:
            outcome = await self._outcome(turn, tool, call)
            ok = outcome["ok"]
            return outcome
        finally:
            turn.emit("TOOL_CALL_END", {"toolCallId": call["id"], "ok": ok})

    async def _outcome(self, turn: Turn, tool: Tool | None, call: Call) -> dict[str, Any]:
        lang = turn.ctx.lang
        if tool is None:
            return _failed(f"There is no tool {call['name'][:80]!r}.", fault=True)
        if turn.reading_only and tool.effect != "read":  # it was not offered, but can be asked for
            return _failed(say(lang, "exam.only_reads"), fault=True)
        try:
            args = tool.args.model_validate(_without_nulls(call["args"]))
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
            return _failed(f"The arguments do not fit: {wrong}", fault=True)
        digest = hashlib.sha256(args.model_dump_json().encode()).hexdigest()[:16]
        ctx = replace(turn.ctx, call_key=turn.call_key(tool.name, digest))
        try:
            async with asyncio.timeout(max(0.1, turn.seconds_left)):
                loop = asyncio.get_running_loop()
                run = partial(provenance.traced, tool.fn, ctx, args, turn.permissions)
                traced = await loop.run_in_executor(self._executor, run)
        except provenance.ToolRefused as refused:
            told = error_text(lang, refused.error)
            if not refused.rests_on:
                turn.told([told])
                return _failed(told)
            outside = error_text(lang, refused.error, outside=True)
            turn.told([outside], refused.rests_on)
            if permission_of(refused.rests_on, turn.permissions).to_model:
                return _failed(told)
            turn.hide([outside])
            return {**_failed(told), "withheld": True, "error_outside": outside}
        except TimeoutError:
            return _failed(say(lang, "graph.tool_slow"))
        except Exception:
            log.exception("tool %s failed", tool.name)
            return _failed(say(lang, "graph.tool_failed"))
        return self._take(turn, tool, call, traced.result, traced.rests_on)

    def _take(
        self, turn: Turn, tool: Tool, call: Call, result: Result, rests_on: frozenset[Source]
    ) -> dict[str, Any]:
        """Enter a result into the conversation: references, cards, the undo, the question.

        `rests_on`: those of its sources that forbid anything.
        """
        lang = turn.ctx.lang
        facts = turn.ledger.add(result.facts)
        cites = turn.ledger.cite(result.cites)
        named: dict[str, Fact | Cite] = {**facts, **cites}
        withheld = not permission_of(rests_on, turn.permissions).to_model
        outcome: dict[str, Any] = {
            "ok": True,
            "refs": [fact.ref for fact in facts.values()],
            "cites": [cite.ref for cite in cites.values()],
            "says": [sentence(note, named, lang) for note in result.says],
            "notes": [sentence(note, named, lang) for note in result.notes],
            "cards": [_shown(card) for card in result.cards],
            "withheld": withheld,
        }
        if rests_on:
            # Names, notes and counts of such activities come as parameters: what is left has none.
            bare = {
                name: [sentence(n, named, lang, outside=True) for n in notes]
                for name, notes in (("says_outside", result.says), ("notes_outside", result.notes))
            }
            turn.told([*bare["says_outside"], *bare["notes_outside"]], rests_on)
            if withheld:
                outcome |= {
                    f"{name}_outside": _for_outside(turn, tool, notes, named)
                    for name, notes in (("says", result.says), ("notes", result.notes))
                }
                turn.hide([*outcome["says_outside"], *outcome["notes_outside"]])
        else:
            turn.told([*outcome["says"], *outcome["notes"]])
        for text in (*outcome["says"], *outcome["notes"]):
            turn.ledger.quote(text)
        turn.ledger.unquote(_texts(call["args"]))
        shown_cards = [show_card(card, facts, lang, turn.ctx.athlete.units) for card in result.cards]
        if withheld and turn.external and not any(card.kind == "table" for card in result.cards):
            shown_cards += figures.card(turn, result, facts)
        for shown in shown_cards:
            if shown not in turn.cards:  # two tools may show the same chart
                turn.cards.append(shown)
                turn.custom("card", shown)
        if result.forgets:
            outcome["forgets"] = True
            turn.forgot += result.forgets
            turn.background.clear()
        if result.undo_id is not None:
            turn.custom("undo", {"undoId": result.undo_id, "text": say(lang, "graph.undo")})
        if result.question is not None:
            question = result.question
            # Another tool takes none of this one's arguments but those that are named for it.
            own = _without_nulls(call["args"]) if question.tool in ("", tool.name) else {}
            outcome["question"] = {
                "text": say(lang, question.key, **question.params),
                "choices": [choice.model_dump() for choice in question.choices],
                "field": question.field,
                "tool": question.tool or tool.name,
                "args": {**own, **question.args},
            }
        return outcome


def _for_outside(
    turn: Turn, tool: Tool, notes: Sequence[Note], named: Mapping[str, Fact | Cite]
) -> list[str]:
    """Return what an outside model reads of the sentences of a result that is withheld from it.

    Which sentence code chose ("more than last week") says something of the values it stands on, so only those
    are told that stand on free facts or on none in particular, and what was done.
    """

    def is_free(note: Note) -> bool:
        if note.general:
            return True
        of = [named[key] for key in note.facts.values()]
        return bool(of) and all(
            isinstance(one, Cite) or one.permission(turn.permissions).to_model for one in of
        )

    told = notes if tool.effect != "read" else [note for note in notes if is_free(note)]
    return [sentence(note, named, turn.ctx.lang, outside=True) for note in told]


def _shown(card: Card) -> dict[str, Any]:
    """Return what a model learns of a card: that it is there, and of which activity, never its words."""
    named = {"kind": card.kind, "chart": card.chart, "activity_id": card.activity_id}
    return {name: value for name, value in named.items() if value}


def sentence(note: Note, named: Mapping[str, Fact | Cite], lang: Lang, *, outside: bool = False) -> str:
    """Return a note as text with references. `outside`: without anything else that a tool filled in."""
    params = {name: _HIDDEN if outside else value for name, value in note.params.items()}
    return say(lang, note.key, **params, **{name: Ref(named[key].ref) for name, key in note.facts.items()})


def error_text(lang: Lang, error: CoachError, *, outside: bool = False) -> str:
    """Return an error as the athlete reads it. `outside`: without anything that a tool filled in."""
    key = f"error.{error.key}"
    if not has(lang, key):
        return say(lang, "graph.tool_failed")
    return say(lang, key, **(dict.fromkeys(error.params, _HIDDEN) if outside else error.params))


_KEY = re.compile(
    r"\{([^{}]+)\}"
)  # a cell names facts of its result: "{gap.distance_m}", "−{gap.distance_m}"


def show_card(card: Card, facts: Mapping[str, Fact], lang: Lang, units: Units) -> dict[str, Any]:
    """Return a card as page and bot draw it. The athlete sees every value, whatever its source permits."""
    if card.kind == "chart":
        params = json.loads(json.dumps(dict(card.params), default=str))
        query = urlencode({k: v for k, v in {**params, "lang": lang}.items() if v is not None}, doseq=True)
        where = f"/api/v1/charts/{card.chart}"
        return {
            "kind": "chart",
            "chart": card.chart,
            "params": params,
            "title": card.title,
            "spec_url": f"{where}?{query}",
            "png_url": f"{where}.png?{query}",
        }
    if card.kind == "activity":
        return {"kind": "activity", "activity_id": card.activity_id, "title": card.title}
    if card.kind == "link":
        return {"kind": "link", "href": card.href, "title": card.title}
    if card.kind == "approval":
        return {"kind": "approval", "title": card.title, **card.approval}

    def value(named: re.Match[str]) -> str:
        fact = facts.get(named.group(1))
        return named.group() if fact is None else render(fact, lang, units)

    def cell(text: str) -> str:
        return _KEY.sub(value, text)

    rows = [[cell(text) for text in row] for row in card.rows]
    shown = {"kind": "table", "title": card.title, "columns": list(card.columns), "rows": rows}
    return {**shown, "links": list(card.links)} if any(card.links) else shown


def reading(
    outcome: Mapping[str, Any],
    ledger: Ledger,
    *,
    lang: Lang,
    units: Units,
    outside: bool,
    permissions: Mapping[Source, Permission],
) -> str:
    """Return what a model reads of a tool's outcome. `outside`: the model runs on somebody else's machine."""
    if not outcome["ok"]:
        told = outcome.get("error_outside", outcome["error"]) if outside else outcome["error"]
        return json.dumps({"error": told}, ensure_ascii=False)
    refs: Sequence[str] = outcome["refs"]
    facts = [fact for ref in refs[:FACTS_SHOWN] if (fact := ledger.get(ref)) is not None]
    view: dict[str, Any] = {
        "facts": [_fact_view(fact, lang, units, outside, permissions) for fact in facts],
    }
    passages = [cite for ref in outcome.get("cites", ()) if (cite := ledger.passage(ref)) is not None]
    if passages:
        view["passages"] = [_passage_view(cite) for cite in passages]
    hidden = outside and outcome["withheld"]
    for name in ("says", "notes"):
        view[name] = outcome[f"{name}_outside" if hidden else name]
    if len(refs) > FACTS_SHOWN:
        view["left_out"] = len(refs) - FACTS_SHOWN
    if outcome["cards"]:
        view["shown_to_athlete"] = outcome["cards"]
    if question := outcome.get("question"):
        # Its choices name activities, whose source is not known here.
        view["question"] = "asked the athlete to choose" if outside else question["text"]
    return json.dumps(view, ensure_ascii=False)


def _fact_view(
    fact: Fact, lang: Lang, units: Units, outside: bool, permissions: Mapping[Source, Permission]
) -> dict[str, Any]:
    if outside and not fact.permission(permissions).to_model:
        return {"ref": fact.ref, "metric": fact.metric, "about": fact.subject.kind, "value": WITHHELD}
    view: dict[str, Any] = {
        "ref": fact.ref,
        "key": fact.key,
        "label": fact.label,
        "value": render(fact, lang, units),
        "raw": fact.value,
        "unit": fact.unit,
        "about": fact.subject.label or fact.subject.kind,
    }
    if fact.subject.start:
        view["from"], view["to"] = fact.subject.start, fact.subject.end or fact.subject.start
        view["from"], view["to"] = view["from"].isoformat(), view["to"].isoformat()
    caveats = [name for name in ("provisional", "estimated") if getattr(fact, name)]
    if fact.coverage is not None and fact.coverage < 0.9:
        caveats.append(f"covers {fact.coverage:.0%}")
    if caveats:
        view["caveats"] = caveats
    return view


def _passage_view(cite: Cite) -> dict[str, Any]:
    view = {"ref": cite.ref, "title": cite.title, "text": cite.text, "evidence": cite.evidence}
    view["source"] = cite.citation
    if cite.not_for:
        view["not_for"] = cite.not_for
    return view


def _texts(value: Any) -> list[str]:
    """Return every text in the arguments of a call."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []


def _without_nulls(args: Mapping[str, Any]) -> dict[str, Any]:
    """Models write null for what they leave out."""
    return {name: value for name, value in args.items() if value is not None}


def _failed(error: str, *, fault: bool = False) -> dict[str, Any]:
    return {"ok": False, "fault": fault, "error": error}
