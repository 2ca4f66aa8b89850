"""What is wrong with an answer: checks by code, never by another model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coach.graph import manner
from coach.graph.exam.scenario import Scenario, WantedCall
from coach.graph.proof import UNVERIFIED
from coach.graph.state import Call
from coach.tools.spec import Tool


@dataclass(frozen=True)
class Answer:
    """What came of a scenario."""

    text: str  # as the athlete would read it
    heard: str  # as the model wrote it, with references
    refs: tuple[str, ...]  # of the numbers in the text; "?" where one could not be traced
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Wrong:
    """A check that failed. `check` is a text key of `[exam]`, `words` what shows it."""

    check: str
    words: str = ""


def judge(scenario: Scenario, answer: Answer, tools: Mapping[str, Tool]) -> tuple[Wrong, ...]:
    """Return every check of a scenario that an answer fails."""
    return tuple(wrong for check in _CHECKS for wrong in check(scenario, answer, tools))


def _must_say(scenario: Scenario, answer: Answer, _: Mapping[str, Tool]) -> Iterable[Wrong]:
    return (Wrong("unsaid", p.pattern) for p in scenario.must_say if not p.search(answer.text))


def _never_say(scenario: Scenario, answer: Answer, _: Mapping[str, Tool]) -> Iterable[Wrong]:
    return (Wrong("said", m.group()) for p in scenario.never_say if (m := p.search(answer.text)))


def _must_call(scenario: Scenario, answer: Answer, _: Mapping[str, Tool]) -> Iterable[Wrong]:
    for wanted in scenario.must_call:
        if not any(_fits(call, wanted) for call in answer.calls):
            yield Wrong("uncalled", _shown(wanted))
    one = scenario.must_call_one
    if one and not any(_fits(call, wanted) for wanted in one for call in answer.calls):
        yield Wrong("uncalled", " | ".join(map(_shown, one)))


def _never_call(scenario: Scenario, answer: Answer, tools: Mapping[str, Tool]) -> Iterable[Wrong]:
    for call in answer.calls:
        tool = tools.get(call["name"])
        writes = scenario.never_write and tool is not None and tool.effect != "read"
        if writes or call["name"] in scenario.never_call:
            yield Wrong("called", call["name"])


def _numbers(scenario: Scenario, answer: Answer, _: Mapping[str, Tool]) -> Iterable[Wrong]:
    if scenario.must_refer and not any(ref != UNVERIFIED for ref in answer.refs):
        yield Wrong("unreferred")
    if scenario.never_invent and (count := answer.refs.count(UNVERIFIED)):
        yield Wrong("invented", str(count))


def _words(scenario: Scenario, answer: Answer, _: Mapping[str, Tool]) -> Iterable[Wrong]:
    if not answer.text.strip():
        yield Wrong("silent")
    if scenario.never_reassure and manner.reassures(answer.text):
        yield Wrong("reassured")
    if scenario.never_reassure and manner.diagnoses(answer.text):
        yield Wrong("diagnosed")
    if scenario.manner:
        for fault in manner.faults(answer.text, asked=scenario.says, short=scenario.short):
            yield Wrong(f"manner_{fault.rule}", fault.words)


_CHECKS: tuple[Callable[[Scenario, Answer, Mapping[str, Tool]], Iterable[Wrong]], ...] = (
    _must_say,
    _never_say,
    _must_call,
    _never_call,
    _numbers,
    _words,
)


def _fits(call: Call, wanted: WantedCall) -> bool:
    args = call["args"]
    return call["name"] == wanted.tool and all(
        _same(args.get(name), value) for name, value in wanted.args.items()
    )


def _same(given: Any, wanted: str) -> bool:
    if isinstance(given, bool):
        return str(given).lower() == wanted
    if isinstance(given, int | float):
        try:
            return abs(float(given) - float(wanted)) < 0.01 * max(1.0, abs(float(wanted)))
        except ValueError:
            return False
    return str(given or "").strip().replace(" ", "_") == wanted


def _shown(wanted: WantedCall) -> str:
    return " ".join([wanted.tool, *(f"{name}={value}" for name, value in wanted.args.items())])
