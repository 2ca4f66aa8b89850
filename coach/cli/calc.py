"""`coach calc`: the calculators in the terminal, one question at a time or a stream of them."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from coach.config import settings
from coach.domain.calculators import CALCULATORS, calculate
from coach.domain.calculators.registry import Calculator, CalculatorResult, find
from coach.errors import BadInput, CoachError
from coach.text import Lang, has, say

MAX_LINE = 10_000_000


def calc(args: Namespace) -> int:
    """List the calculators, explain one, compute once, or compute line by line from standard input."""
    lang = settings().lang
    if args.stdin:
        return _follow(lang)
    if args.name is None:
        for found in CALCULATORS.values():
            print(f"{found.name:18} {say(lang, f'calc.title.{found.name}')}")
        return 0
    found = find(args.name)
    if args.json is None:
        print(explained(found, lang))
    else:
        print(_line({"metric": found.name, "result": _computed(found.name, json.loads(args.json))}))
    return 0


def explained(found: Calculator, lang: Lang) -> str:
    """Return what a calculator does, what it takes, and an example to copy."""
    lines = [say(lang, f"calc.title.{found.name}"), say(lang, f"calc.about.{found.name}"), found.source, ""]
    for name, field in found.inputs.model_fields.items():
        must = " *" if field.is_required() else ""
        lines.append(f"  {name:26} {say(lang, f'calc.in.{name}')}{must}")
    example = json.dumps(found.example, ensure_ascii=False)
    return "\n".join([*lines, "", f"  coach calc {found.name} --json '{example}'"])


def stream(lines: Iterable[bytes], out: TextIO, lang: Lang) -> bool:
    """Answer each line of JSON with one line, at once; return whether all could be computed.

    `{"metric": …, "inputs": …}` gives `{"metric": …, "result": …}`, or `{"metric": …, "error": …}` where
    that cannot be; the next line is answered all the same. Empty lines are passed over.
    """
    good = True
    for line in lines:
        if not line.strip():
            continue
        metric, answer = None, dict[str, Any]()
        try:
            asked = _asked(line)
            metric = asked["metric"]
            answer = {"result": _computed(metric, asked["inputs"])}
        except CoachError as error:
            good = False
            answer = {"error": _sentence(error, lang)}
        out.write(_line({"metric": metric, **answer}) + "\n")
        out.flush()
    return good


def _follow(lang: Lang) -> int:
    try:
        return 0 if stream(sys.stdin.buffer, sys.stdout, lang) else 1
    except BrokenPipeError:  # whoever read the answers has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _asked(line: bytes) -> Mapping[str, Any]:
    """Return what a line asks for: the name of a calculator and its inputs."""
    if len(line) > MAX_LINE:
        raise BadInput("calc_not_json")
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput("calc_not_json") from error
    if not isinstance(asked, dict) or not isinstance(asked.get("metric"), str) or "inputs" not in asked:
        raise BadInput("calc_not_json")
    return asked


def _computed(name: str, inputs: Any) -> CalculatorResult:
    if not isinstance(inputs, dict):
        raise BadInput("calc_not_object")
    return calculate(name, inputs)


def _line(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, allow_nan=False)


def _sentence(error: CoachError, lang: Lang) -> str:
    key = f"error.{error.key}"
    return say(lang, key, **error.params) if has(lang, key) else str(error)
