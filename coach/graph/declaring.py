"""The declaration of a tool as any OpenAI-compatible model can read it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from coach.tools.spec import Args, Tool

# What servers of other makes refuse or ignore. Arguments are validated when the tool is called anyway.
_UNREAD = frozenset({"title", "additionalProperties", "exclusiveMinimum", "exclusiveMaximum"})
_DATE = "ISO"  # the form of a date, said in every tool that takes one


def schema(tool: Tool) -> dict[str, Any]:
    """Return the declaration of `tool` that is sent to a model.

    Plain types, choices and bounds only: no `$ref` and no `anyOf` with null (what has a default may be left
    out), because not every server that speaks the protocol reads those.
    """
    function = {"name": tool.name, "description": tool.doc, "parameters": _parameters(tool.args)}
    return {"type": "function", "function": function}


@cache  # a hundred of them take a tenth of a second; nobody changes a declaration
def _parameters(args: type[Args]) -> dict[str, Any]:
    declared = args.model_json_schema()
    known = declared.get("$defs", {})
    arguments = {name: _plain(argument, known) for name, argument in declared.get("properties", {}).items()}
    parameters: dict[str, Any] = {"type": "object", "properties": arguments}
    if required := declared.get("required"):
        parameters["required"] = required
    return parameters


def _plain(argument: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of one value with references put in place and null left out."""
    found = _flat(argument, known)
    if options := found.pop("anyOf", None):
        found["anyOf"] = [_plain(option, known) for option in options]
    if found.pop("format", None) == "date":
        found["description"] = f"{found.get('description', 'a day')} ({_DATE})"
    if "items" in found:
        found["items"] = _plain(found["items"], known)
    if not found.get("default"):  # what is left out is empty, no, or none
        found.pop("default", None)
    return {name: value for name, value in found.items() if name not in _UNREAD}


def _flat(argument: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of one value with what it refers to, or its only kind besides null, put in place."""
    found = dict(argument)
    if ref := found.pop("$ref", None):
        found = {**_flat(known[ref.rsplit("/", 1)[-1]], known), **found}
    options = [option for option in found.pop("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1:
        return {**_flat(options[0], known), **found}
    return {**found, "anyOf": options} if options else found
