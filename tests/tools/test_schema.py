"""A model reads the tools' declarations: each says what it does and what its arguments mean."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from coach.graph.declaring import schema
from coach.tools import TOOLS
from coach.tools.spec import Tool

ALL = list(TOOLS.values())


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_a_tool_explains_itself(tool: Tool) -> None:
    assert len(tool.doc.split()) >= 4
    assert tool.doc.splitlines()[0].endswith((".", "…"))
    declared = schema(tool)["function"]
    assert declared["name"] == tool.name
    for name, argument in declared["parameters"]["properties"].items():
        assert len(argument.get("description", "").split()) >= 1, f"{tool.name}.{name} has no description"
        assert _sensible(argument), f"{tool.name}.{name}: {argument}"


def _sensible(argument: dict[str, Any]) -> bool:
    """Whether a value of an argument can be made from its schema alone: a type, a choice, a kind of text."""
    options = argument.get("anyOf", [argument])
    return all({"type", "enum", "const", "$ref", "allOf"} & option.keys() for option in options)


def test_dates_are_iso_and_choices_are_listed() -> None:
    for tool in ALL:
        for name, field in tool.args.model_fields.items():
            text = str(tool.args.model_json_schema()["properties"][name])
            if "date" in str(field.annotation):
                assert "'format': 'date'" in text, f"{tool.name}.{name}"
            if "Literal" in str(field.annotation):
                assert "'enum'" in text, f"{tool.name}.{name}"
    chart = TOOLS["show_chart"].args.model_json_schema()["properties"]["chart"]
    assert "load_form" in chart["enum"]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("totals", {"start": "tomorrow", "end": "2026-01-01"}),
        ("totals", {"start": "2026-01-01", "end": "2026-01-02", "athlete_id": 2}),
        ("log_activity", {"distance_m": -5}),
        ("activity_show", {"parts": ["everything"]}),
    ],
)
def test_nonsense_is_refused(name: str, args: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TOOLS[name].args.model_validate(args)
