"""The utterances of tests/evals/offline and what the offline coach makes of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from coach.graph.offline.calendar import Calendar
from coach.graph.offline.follow import Before, interpret
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading
from coach.tools.spec import TOOLS

WHERE = Path(__file__).parents[2] / "evals" / "offline"
# Arguments that only word or trim the answer: compared where the case names them.
LOOSE = {"about", "label", "a_label", "b_label", "text", "question", "parts", "order", "limit"}


@dataclass(frozen=True)
class Case:
    today: date
    said: str
    expected: str


def case_id(case: Case) -> str:
    return f"{case.today} {case.said}"


@cache
def load(name: str) -> tuple[Case, ...]:
    tables = tomllib.loads((WHERE / f"{name}.toml").read_text(encoding="utf-8"))
    return tuple(
        Case(
            datetime.fromisoformat(now).astimezone(UTC).astimezone(ZoneInfo("Asia/Seoul")).date(),
            said,
            expected,
        )
        for now, cases in tables.items()
        for said, expected in cases.items()
    )


@cache  # read, never changed: several tests ask about every case
def understand(case: Case) -> Reading:
    cal = Calendar(case.today)
    before = None
    *earlier, said = case.said.split(" → ")
    for text in earlier:
        before = Before(text, tuple(interpret(Heard(text, cal), before).calls))
    return interpret(Heard(said, cal), before)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ",".join(f"{k}:{_plain(v)}" for k, v in sorted(value.items()))
    if isinstance(value, list):
        return ",".join(_plain(v) for v in value)
    if isinstance(value, float | int):
        return repr(round(float(value), 3))
    return str(value).replace(" ", "_")


def mistakes(case: Case) -> list[str]:
    reading = understand(case)
    if case.expected.startswith(("say:", "ask:")):
        kind, key = case.expected.split(":")
        want = key if kind == "say" else f"ask_{key}"
        return [] if not reading.calls and reading.reply == want else [f"{_shown(reading)}"]
    wanted = [part.split() for part in case.expected.split("; ")]
    if [c.tool for c in reading.calls] != [w[0] for w in wanted]:
        return [_shown(reading)]
    wrong = []
    for call, (_, *pairs) in zip(reading.calls, wanted, strict=True):
        want = dict(pair.split("=", 1) for pair in pairs)
        got = {k: _plain(v) for k, v in call.args.items()}
        fields = TOOLS[call.tool].args.model_fields  # what is left out says the same as its default
        want = {k: v for k, v in want.items() if k in got or v != _plain(fields[k].default)}
        for key in want.keys() | (got.keys() - LOOSE):
            if key == "parts" and set(want[key].split(",")) <= set(got.get(key, "").split(",")):
                continue
            if want.get(key) == "*" and got.get(key):  # whatever was said
                continue
            if not _same(want.get(key), got.get(key)):
                wrong.append(f"{key}: {got.get(key)} instead of {want.get(key)}")
    return wrong


def _same(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return a == b
    many, others = a.split(","), b.split(",")
    return len(many) == len(others) and all(map(_alike, many, others))


def _alike(a: str, b: str) -> bool:
    """Compare one value, or one `name:value` of a mapping."""
    *name, x = a.split(":", 1)
    *other, y = b.split(":", 1)
    try:
        return name == other and abs(float(x) - float(y)) < 0.02
    except ValueError:
        return a == b


def _shown(reading: Reading) -> str:
    return "; ".join(f"{c.tool} {dict(c.args)}" for c in reading.calls) or f"says {reading.reply}"
