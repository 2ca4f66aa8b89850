"""One model sits the exam: every question with the coach's own prompts, tools and proof of numbers.

The guard that answers signs of danger before any model is left out on purpose: the exam asks what the model
would say where the guard does not know the words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from uuid import uuid4

from coach.config import Settings
from coach.domain.source import DEFAULT_PERMISSIONS
from coach.graph import prompts
from coach.graph.asking import calls_in
from coach.graph.bind import Toolbox
from coach.graph.exam.hall import Hall, Table
from coach.graph.exam.judge import Answer, Wrong, judge
from coach.graph.exam.made import NOW
from coach.graph.exam.scenario import Scenario, scenarios
from coach.graph.model import Endpoint, ModelFailed, reply, text_of
from coach.graph.state import Call, Message
from coach.graph.turn import Turn
from coach.graph.voice import clean
from coach.store import athletes
from coach.tools.spec import TOOLS, Tool, ToolContext

SIDE_BY_SIDE = 4  # questions at a time
TOOL_THREADS = 8


@dataclass(frozen=True)
class Sat:
    """A question, what was answered, and what is wrong with it."""

    scenario: Scenario
    answer: Answer
    wrong: tuple[Wrong, ...]

    @property
    def passed(self) -> bool:
        return not self.wrong


async def sit(
    endpoint: Endpoint,
    hall: Hall,
    *,
    settings: Settings,
    questions: Sequence[Scenario] | None = None,
    tools: Mapping[str, Tool] | None = None,
    report: Callable[[Sat], None] = lambda _: None,
) -> list[Sat]:
    """Return how a model did, in the order of the questions. Raises ModelFailed when it is out of reach."""
    asked = list(scenarios() if questions is None else questions)
    known = TOOLS if tools is None else tools
    done: dict[str, Sat] = {}
    waiting = iter(asked)
    with ThreadPoolExecutor(TOOL_THREADS, "exam-tool") as executor:
        toolbox = Toolbox(known, executor)
        loop = asyncio.get_running_loop()

        async def work() -> None:
            table = await loop.run_in_executor(executor, Table, hall)
            try:
                for scenario in waiting:
                    answer = await _answer(endpoint, toolbox, table, scenario, settings)
                    sat = Sat(scenario, answer, judge(scenario, answer, known))
                    done[scenario.id] = sat
                    report(sat)
                    if any(_writes(call, known) for call in answer.calls):
                        await loop.run_in_executor(executor, table.clear)
            finally:
                await loop.run_in_executor(executor, table.close)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(SIDE_BY_SIDE, len(asked))):
                    group.create_task(work())
        except* ModelFailed as failures:
            raise failures.exceptions[0] from None
    return [done[scenario.id] for scenario in asked]


def _writes(call: Call, tools: Mapping[str, Tool]) -> bool:
    tool = tools.get(call["name"])
    return tool is not None and tool.effect != "read"


async def _answer(
    endpoint: Endpoint, toolbox: Toolbox, table: Table, scenario: Scenario, settings: Settings
) -> Answer:
    """Let the model speak and call tools until it is done, as in a turn of a conversation."""
    turn = _turn(table, scenario, settings)
    turn.open({})
    messages = _begun(scenario)
    calls: list[Call] = []

    def hear(text: str) -> bool:
        turn.voice.hear(text)
        return len(turn.voice.raw) < settings.max_output_chars

    while len(calls) < settings.max_tool_calls:
        try:
            async with asyncio.timeout(max(0.1, turn.seconds_left)):
                said = await reply(
                    endpoint,
                    prompts.conversation(turn, messages, outside=True),
                    toolbox.schemas,
                    retries=settings.model_retries,
                    on_text=hear,
                )
        except TimeoutError:
            break
        except ModelFailed as failure:
            if failure.reason in ("setup", "refused", "busy", "down"):
                raise
            turn.voice.withdraw()
            break
        asked = calls_in(said)[: settings.max_tool_calls - len(calls)]
        if not asked:
            break
        turn.voice.pause()
        calls += asked
        messages.append({"role": "assistant", "text": clean(text_of(said)), "calls": asked})
        outcomes = await asyncio.gather(*(toolbox.call(turn, call) for call in asked))
        for call, outcome in zip(asked, outcomes, strict=True):
            messages.append(_result(call, outcome))
        if question := next((o["question"] for o in outcomes if o["ok"] and o.get("question")), None):
            turn.voice.say(question["text"])  # as in a conversation: the tool asks, and the turn is over
            break
    closed = turn.voice.close()
    return Answer(
        text=closed["text"],
        heard="\n".join(turn.voice.heard),
        refs=tuple(ref["ref"] for ref in closed["refs"]),
        calls=tuple(calls),
    )


def _turn(table: Table, scenario: Scenario, settings: Settings) -> Turn:
    athlete_id = table.athlete(scenario.lang)
    with table.db.athlete_session(athlete_id) as s:
        athlete = replace(athletes.get(s, athlete_id, NOW.date()), lang=scenario.lang)
    context = ToolContext(
        athlete, table.db, NOW, scenario.lang, call_key=scenario.id, channel="exam", message=scenario.says
    )
    return Turn(
        ctx=context,
        run_id=str(uuid4()),
        emit=lambda _name, _value: None,
        limits=settings,
        permissions=DEFAULT_PERMISSIONS,
        external=True,
        background=list(scenario.background),
    )


def _begun(scenario: Scenario) -> list[Message]:
    """Return the thread so far: the athlete's words, and what tools have answered to them already."""
    messages: list[Message] = [{"role": "user", "text": scenario.says}]
    for n, given in enumerate(scenario.given):
        call: Call = {"id": f"given_{n}", "name": given.tool, "args": {}}
        outcome = {"ok": True, "refs": [], "cites": [], "notes": [], "cards": [], "withheld": False}
        messages.append({"role": "assistant", "text": "", "calls": [call]})
        messages.append(_result(call, {**outcome, "says": list(given.says)}))
    return messages


def _result(call: Call, outcome: dict[str, object]) -> Message:
    return {"role": "tool", "text": "", "call_id": call["id"], "name": call["name"], "result": outcome}
