"""The steps of a turn: guard, what was open, the model and its tools, proof."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import uuid4

from langgraph.runtime import Runtime
from langgraph.types import Command, Send

from coach.domain import redflags, where_it_hurt
from coach.domain.source import Source, permission_of
from coach.graph import (
    after_run,
    after_week,
    approvals,
    background,
    consent,
    first_words,
    minding,
    onboarding,
)
from coach.graph.asking import Asking
from coach.graph.bind import Toolbox, show_card
from coach.graph.model import Models
from coach.graph.pending import choose, plain
from coach.graph.state import Call, Message, State, recall, this_turn
from coach.graph.turn import Turn
from coach.graph.voice import clean
from coach.store import athletes
from coach.text.redacted import removed_from

log = logging.getLogger(__name__)

MOST_FAULTS = 2  # rounds in which a model asks for what does not exist before it is given up
MOST_PARALLEL_CALLS = 8
QUICK_PROMPTS = ("last_week", "form", "last_run", "help")

CHOSEN = "(chose one of the answers)"

Step = Command[Literal["settle", "agent", "tools", "proof"]]
Context = Runtime[Turn]


class Nodes:
    """One method per node. Holds what all turns share; what belongs to one turn is in its runtime context."""

    def __init__(
        self, models: Models, toolbox: Toolbox, executor: Executor, clock: Callable[[], datetime]
    ) -> None:
        self._models = models
        self._toolbox = toolbox
        self._executor = executor
        self._asking = Asking(models, toolbox, executor, clock)

    async def guard(self, state: State, runtime: Context) -> Step:
        """Answer signs of danger by code, before anything else reads the message."""
        turn = runtime.context
        turn.open(state)
        if turn.kind == "message":
            await self._blocking(background.fill, turn)
        heard: list[Message] = []
        since: dict[str, Any] = {} if state.get("since") else {"since": turn.ctx.now.isoformat()}
        pending = state.get("pending") or {}
        if turn.kind == "message":
            if (first := first_words.enter(turn.ledger, state, turn.first)) is not None:
                heard += first.messages
                pending = first.pending or {}
                since |= {"first_seen": first.seen, "pending": first.pending}
                # With the words: should this turn fail, their references must still mean the same.
                since |= {"facts": turn.ledger.dump(), "next_fact": turn.ledger.next_number}
            said: Message = {"role": "user", "text": turn.ctx.message}
            heard.append(said)
            since["summary"] = recall(state.get("summary", []), state["messages"], heard)
            if pending.get("kind") == "tool" and choose(turn.ctx.message, pending["choices"]) is not None:
                # A button's words are a tool's, and may name what no outside model is to read.
                said["outside"] = CHOSEN
        flag = redflags.check(turn.ctx.message)
        if flag is None and pending.get("asks") == "pain":
            flag = where_it_hurt.alarming(turn.ctx.message)
        turn.flag = flag if flag is not None and flag.stops_turn else None
        # An illness told when asked for it is an answer, and is replied to as one.
        step = pending.get("step")
        if turn.flag and not (step == "health" and turn.flag.severity is redflags.Severity.clearance):
            if pending.get("kind") in ("approval", "after_run", "weekly"):
                # The last message is no card any more, and nobody goes on to ask how hard it was.
                since |= {"pending": None}
            return Command(update={"messages": heard, **since}, goto=await self._warn(turn, turn.flag))
        return Command(update={"messages": heard, **since}, goto="settle")

    async def settle(self, state: State, runtime: Context) -> Step:
        """Read the message as an answer to what is open; anything else goes to the agent."""
        turn = runtime.context
        if turn.kind == "greeting":
            return await self._greet(turn)
        pending = state.get("pending") or {}
        message = turn.ctx.message
        match pending.get("kind"):
            case "tool":
                value = choose(message, pending["choices"]) or plain(message, pending["choices"])
                if value is not None:
                    turn.ctx = replace(turn.ctx, answer=value)
                    args = {**pending["args"], pending["field"]: value}
                    return self._call(pending["tool"], args)
            case "consent":
                decision = consent.read_answer(message, pending["choices"])
                if decision is not None:
                    return await self._decide(turn, decision)
            case "memory":
                settled = await self._blocking(minding.settle, turn, pending)
                if settled:
                    turn.voice.say(settled)
                    return Command(update={"pending": None}, goto="proof")
            case "after_run":
                if (kept := await self._blocking(after_run.hear, turn, pending)) is not None:
                    after_run.tell(turn, kept)
                    return Command(update={"pending": None}, goto="proof")
            case "weekly":
                if (kept := await self._blocking(after_week.hear, turn, pending)) is not None:
                    after_run.tell(turn, kept)
                    return Command(update={"pending": None}, goto="proof")
            case "onboarding":
                step = await self._onboard(turn, pending["step"])
                if step is not None:
                    return step
        if turn.flag:
            return Command(goto=await self._warn(turn, turn.flag))
        if not turn.attachments:
            said = await self._blocking(approvals.hear, turn, pending)
            turn.proposal_waits = said.waits
            if said.outcome is not None:
                shown = self._show(turn, said.outcome, said.rests_on)
                return Command(update={"pending": shown}, goto="proof")
        decision = consent.read_change(message) if self._models.outside else None
        if decision is not None:
            return await self._decide(turn, decision)
        if turn.attachments and pending.get("step") == "data":
            await self._blocking(_keep_answer, turn, "data", onboarding.Answer("answered", "files"))
        if turn.attachments and not message.strip():
            return self._call("import_status", {})
        keep = pending if pending.get("kind") == "onboarding" else after_run.still_open(pending)
        return Command(update={"pending": keep}, goto="agent")

    async def agent(self, state: State, runtime: Context) -> Step:
        """Let a model answer or call tools; when none can, let the facts speak for themselves."""
        turn = runtime.context
        messages = state["messages"]
        if question := _asked(messages):
            before = question.pop("says")
            if before:  # what was kept, or why not, before what is asked next
                turn.voice.say("\n".join(before))
            turn.voice.say(question["text"])
            turn.ask(question["text"], question["choices"])
            return Command(update={"pending": {"kind": "tool", **question}}, goto="proof")
        turn.faults += _only_faults(messages)
        if turn.calls >= turn.limits.max_tool_calls or turn.faults >= MOST_FAULTS:
            return self._give_up(turn, messages, turn.text("graph.model_lost"))
        answer, failed = await self._asking.ask(turn, messages, state.get("summary", []))
        if answer is None:
            return self._give_up(turn, messages, failed)
        calls = answer.calls
        said: Message = {"role": "assistant", "text": clean(answer.text), "calls": calls}
        if not calls:
            return Command(goto="proof")
        turn.voice.pause()
        room = max(0, turn.limits.max_tool_calls - turn.calls)
        calls = calls[: min(room, MOST_PARALLEL_CALLS)]
        turn.calls += len(calls)
        said["calls"] = calls
        sends = [Send("tools", {"call": call}) for call in calls]
        return Command(update={"messages": [said]}, goto=sends)

    async def tools(self, state: State, runtime: Context) -> Step:
        """Run one tool call."""
        call = state["call"]
        outcome = await self._toolbox.call(runtime.context, call)
        done: Message = {
            "role": "tool",
            "text": "",
            "call_id": call["id"],
            "name": call["name"],
            "result": outcome,
        }
        return Command(update={"messages": [done]}, goto="agent")

    async def proof(self, state: State, runtime: Context) -> dict[str, Any]:
        """Close the message: last corrections, the facts behind it, and what is to be asked next."""
        turn = runtime.context
        pending = state.get("pending")
        if turn.kind == "message" and removed_from(turn.ctx.message):
            turn.voice.say(turn.text("connections_told.was_removed"))
        asked = [card for card in turn.cards if card["kind"] == "approval"]
        if not asked and minding.listens(turn, pending):
            heard = await self._blocking(minding.keep, turn, state["messages"])
            pending = minding.tell(turn, heard) or pending
        if len(asked) == 1 and turn.question is None:
            # The last words are code's, and one thing is asked at a time: a yes is to this card alone.
            of_plan = asked[0]["about"] == "plan"
            turn.voice.say(turn.text("plan_tools.decide" if of_plan else "plan_tools.decide_other"))
            pending = {"kind": "approval", "id": asked[0]["id"]}
        elif turn.question is None and turn.flag is None and not asked and not _approving(pending):
            pending = await self._next_question(turn, pending)
        turn.answer = turn.voice.close()
        return {
            "messages": turn.spoken(),
            "facts": turn.ledger.dump(),
            "next_fact": turn.ledger.next_number,
            **({"summary": []} if turn.forgot else {}),
            "limited_told": turn.limited_told,
            "pending": pending,
            **({"summary": []} if turn.forgot else {}),
        }

    def _give_up(self, turn: Turn, messages: list[Message], notice: str) -> Step:
        """Answer without a model: what the tools themselves say, or what they failed with."""
        turn.external = False
        if turn.voice.sent:
            turn.voice.withdraw()
        turn.custom("notice", {"text": notice})
        lines: dict[str, str] = {}  # what it reads as → the sentence: a looping model asks the same again
        for outcome in (m["result"] for m in this_turn(messages) if m["role"] == "tool"):
            if outcome["ok"]:
                for line in (*outcome["says"], *outcome["notes"]):
                    lines.setdefault(turn.read_aloud(line), line)
            elif not outcome["fault"]:
                lines.setdefault(outcome["error"], outcome["error"])
        for line in lines.values() or [turn.text("graph.no_answer")]:
            turn.voice.say(line)
        return Command(goto="proof")

    # What is open

    def _call(self, name: str, args: dict[str, Any]) -> Step:
        call: Call = {"id": f"call_{uuid4().hex[:12]}", "name": name, "args": args}
        said: Message = {"role": "assistant", "text": "", "calls": [call]}
        return Command(update={"messages": [said], "pending": None}, goto=Send("tools", {"call": call}))

    def _show(
        self, turn: Turn, outcome: approvals.Outcome, rests_on: Collection[Source] = ()
    ) -> dict[str, Any] | None:
        """Say and show what came of an answer to a proposal; return what is open after it."""
        turn.voice.say("\n".join(outcome.says))
        bare = list(outcome.says if outcome.bare is None else outcome.bare)
        turn.told(bare, rests_on)
        if not permission_of(rests_on, turn.permissions).to_model:
            turn.hide(bare)
        for card in outcome.cards:
            drawn = show_card(card, {}, turn.ctx.lang, turn.ctx.athlete.units)
            turn.cards.append(drawn)
            turn.custom("card", drawn)
        if outcome.open is None:
            return None
        return {"kind": "approval", "id": outcome.open.id, "known": list(outcome.known)}

    async def _warn(self, turn: Turn, flag: redflags.RedFlag) -> Literal["proof"]:
        """Say what to do about a sign of danger; the plan stands still from then on."""
        turn.custom("red_flag", {"id": flag.trigger.value, "severity": flag.severity.value})
        turn.voice.say(turn.text(flag.text_key))
        try:
            held = await self._blocking(approvals.hold, turn)
        except Exception:  # what was said must reach the athlete, whatever fails here
            log.exception("the plan was not put on hold")
        else:
            if held.says:
                self._show(turn, held)
        return "proof"

    async def _decide(self, turn: Turn, decision: consent.Decision) -> Step:
        await self._blocking(consent.keep, turn, decision)
        turn.ask_consent = False
        turn.voice.say(turn.text(f"graph.consent_{decision}_done"))
        return Command(update={"pending": None}, goto="proof")

    async def _onboard(self, turn: Turn, step: str) -> Step | None:
        """Take an answer to the onboarding; None when the message is a request of its own."""
        answer = onboarding.read(step, turn.ctx.message, turn.ctx.lang, turn.ctx.today)
        if answer.outcome == "other":
            return None
        if answer.outcome == "unclear":
            turn.voice.say(turn.text(f"onboarding.unclear_{step}"))
            return Command(goto="proof")
        await self._blocking(_keep_answer, turn, step, answer)
        if answer.fields and "lang" in answer.fields:
            turn.speak(answer.fields["lang"])
        turn.voice.say(onboarding.acknowledgement(step, answer, turn.ctx.lang))
        return Command(update={"pending": None}, goto="proof")

    async def _greet(self, turn: Turn) -> Step:
        record = await self._blocking(_onboarding, turn)
        if not record:
            turn.voice.say(turn.text("onboarding.welcome"))
            await self._blocking(_set_onboarding, turn, onboarding.begin())
        elif record.get("step"):
            turn.voice.say(turn.text("onboarding.welcome_back"))
        else:
            turn.voice.say(turn.text("graph.welcome"))
            prompts_shown = [turn.text(f"graph.prompt_{name}") for name in QUICK_PROMPTS]
            turn.ask(turn.text("graph.welcome_ask"), [{"label": p, "value": p} for p in prompts_shown])
        return Command(goto="proof")

    async def _next_question(self, turn: Turn, pending: dict[str, Any] | None) -> dict[str, Any] | None:
        """Ask one thing that is still to be asked: consent to an outside model, or the onboarding's step."""
        record = await self._blocking(_onboarding, turn)
        if self._may_ask_consent(turn, record):
            await self._blocking(_set_onboarding, turn, {"model_asked": turn.ctx.thread_id})
            text, choices = consent.question(turn, self._models.hosts)
            pending = {"kind": "consent", "choices": choices}
        elif step := record.get("step"):
            text, choices = onboarding.question(step, turn.ctx.lang)
            if pending is not None and pending.get("step") == step and turn.calls:
                text = turn.text("onboarding.back_to", question=text)
            pending = {"kind": "onboarding", "step": step}
        else:
            return pending if pending and pending.get("kind") in ("tool", "after_run") else None
        turn.voice.say(text)
        turn.ask(text, choices)
        return pending

    def _may_ask_consent(self, turn: Turn, record: dict[str, Any]) -> bool:
        """Once in a thread, when no answer was given yet and nothing else is being asked."""
        asked_here = record.get("model_asked") == turn.ctx.thread_id
        open_step = record.get("step")
        return (
            turn.ask_consent
            and turn.kind == "message"
            and not (asked_here or open_step or record.get("model"))
        )

    async def _blocking[T](self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(work, *args))


def _approving(pending: Mapping[str, Any] | None) -> bool:
    return pending is not None and pending.get("kind") == "approval"


def _asked(messages: list[Message]) -> dict[str, Any] | None:
    """Return the question that the tools just put, if one did, with what was said before it (`says`)."""
    for message in reversed(messages):
        if message["role"] != "tool":
            return None
        if message["result"]["ok"] and (question := message["result"].get("question")):
            return {**question, "says": [*message["result"]["says"], *message["result"]["notes"]]}
    return None


def _only_faults(messages: list[Message]) -> bool:
    """Whether the last round of calls asked for nothing that exists."""
    results = []
    for message in reversed(messages):
        if message["role"] != "tool":
            break
        results.append(message["result"])
    return bool(results) and all(not r["ok"] and r["fault"] for r in results)


def _onboarding(turn: Turn) -> dict[str, Any]:
    with turn.ctx.db.athlete_session(turn.ctx.athlete.id) as session:
        return athletes.get_onboarding(session, turn.ctx.athlete.id)


def _set_onboarding(turn: Turn, record: dict[str, Any]) -> None:
    with turn.ctx.db.athlete_session(turn.ctx.athlete.id) as session:
        kept = athletes.get_onboarding(session, turn.ctx.athlete.id)
        athletes.set_onboarding(session, turn.ctx.athlete.id, {**kept, **record})


def _keep_answer(turn: Turn, step: str, answer: onboarding.Answer) -> None:
    with turn.ctx.db.athlete_session(turn.ctx.athlete.id) as session:
        record = athletes.get_onboarding(session, turn.ctx.athlete.id)
        if record.get("step") == step:
            athletes.set_onboarding(session, turn.ctx.athlete.id, onboarding.advance(record, answer))
        if answer.fields:
            athletes.update(session, turn.ctx.athlete.id, **answer.fields)
