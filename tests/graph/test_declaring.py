"""Every tool's declaration is plain enough for any server that speaks the OpenAI protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import Field

from coach.charts import CHARTS
from coach.domain.activity import Sport
from coach.domain.calculators import CALCULATORS
from coach.domain.metrics import METRICS
from coach.graph.declaring import schema
from coach.text import LANGS, Lang, has
from coach.tools import TOOLS
from coach.tools.spec import Args, Day, Tool

# What JSON Schema has that all known servers read; the rest is refused by one or another.
READ = {
    *("type", "properties", "required", "description", "enum", "default", "items"),
    *("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "pattern"),
}
TYPES = {"string", "integer", "number", "boolean", "array", "object"}


def values_of(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield found
    for value in found.get("properties", {}).values():
        yield from values_of(value)
    if "items" in found:
        yield from values_of(found["items"])


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_only_what_every_server_reads(tool: Tool) -> None:
    declared = schema(tool)
    assert json.loads(json.dumps(declared)) == declared
    assert declared["type"] == "function"
    parameters = declared["function"]["parameters"]
    assert parameters["type"] == "object"
    for value in values_of(parameters):
        assert value.keys() <= READ, f"{tool.name}: {value}"
        assert value["type"] in TYPES
        assert value["type"] != "array" or "items" in value
    assert set(parameters.get("required", ())) <= parameters["properties"].keys()
    assert parameters["properties"].keys() == tool.args.model_fields.keys()


def argument(tool: str, name: str) -> Any:
    return schema(TOOLS[tool])["function"]["parameters"]["properties"][name]


def test_names_to_choose_from_are_listed() -> None:
    """A model cannot guess what charts, metrics and calculators are called."""
    assert argument("metric", "name")["enum"] == list(METRICS)
    assert argument("calculate", "name")["enum"] == list(CALCULATORS)
    assert set(argument("show_chart", "chart")["enum"]) == set(CHARTS) - {"metric_trend"}
    assert argument("zones", "kind")["enum"] == ["hr", "pace", "power"]
    assert argument("activity_show", "parts")["items"]["enum"]
    assert argument("totals", "sport")["enum"] == [sport.value for sport in Sport]


def test_inputs_of_a_calculator_are_an_object() -> None:
    inputs = argument("calculate", "inputs")
    assert inputs["type"] == "object"
    assert all(name in inputs["description"] for name in CALCULATORS)


class Many(Args):
    day: Day | None = Field(None, description="the day")
    days: tuple[Day, ...] = Field((), description="more")
    far: float | None = Field(None, gt=0, description="metres")
    how: Literal["a", "b"] | None = Field(None, description="how")
    sport: Sport = Field(Sport.run, description="which")
    text: str = Field(description="words")


def test_null_references_and_formats_are_made_plain() -> None:
    def many(ctx: Any, args: Many) -> Any:
        raise NotImplementedError

    found = schema(Tool("many", "Many things.", Many, "read", many))["function"]["parameters"]
    assert found["required"] == ["text"]
    assert found["properties"] == {
        "day": {"type": "string", "description": "the day (ISO)"},
        "days": {
            "type": "array",
            "items": {"type": "string", "description": "a day (ISO)"},
            "description": "more",
        },
        "far": {"type": "number", "description": "metres"},
        "how": {"type": "string", "enum": ["a", "b"], "description": "how"},
        "sport": {
            "type": "string",
            "enum": [sport.value for sport in Sport],
            "default": "run",
            "description": "which",
        },
        "text": {"type": "string", "description": "words"},
    }


@pytest.mark.parametrize("lang", LANGS)
def test_every_tool_says_what_it_is_doing(lang: Lang) -> None:
    assert [name for name in TOOLS if not has(lang, f"graph.doing.{name}")] == []


def test_all_declarations_fit_into_a_small_part_of_a_request() -> None:
    """Roughly four characters make a token; every turn carries all declarations."""
    size = sum(len(json.dumps(schema(tool), ensure_ascii=False)) for tool in TOOLS.values())
    assert size / 4 < 9500
