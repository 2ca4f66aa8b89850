"""Fields of a JSON schema as a person would describe them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from coach.cli.reference.markdown import codes

TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "object": "object",
}
LIMITS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "maxLength": "up to {} characters",
    "maxItems": "up to {}",
}


def fields(model: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, type, default, meaning) of each field, in the order they are declared."""
    schema = model.model_json_schema()
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        default = "required" if name in required else _default(field.get("default"))
        yield f"`{name}`", _type(field, schema.get("$defs", {})), default, field.get("description", "")


def _default(value: Any) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return codes(value) if isinstance(value, list) else f"`{value}`"


def _type(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return _type(definitions[field["$ref"].rsplit("/", 1)[-1]], definitions)
    if "anyOf" in field:
        known = [_type(one, definitions) for one in field["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(known))
    if "enum" in field:
        return "one of " + codes(map(str, field["enum"]))
    if field["type"] == "array":
        of = _type(field["items"], definitions)
        return (f"some of {of.removeprefix('one of ')}" if "enum" in field["items"] else f"list of {of}") + (
            _limits(field)
        )
    if field.get("format") == "date":
        return "date"
    return TYPES[field["type"]] + _limits(field)


def _limits(field: Mapping[str, Any]) -> str:
    said = [words.format(f"{field[name]:,}") for name, words in LIMITS.items() if name in field]
    return f" ({' '.join(said)})" if said else ""
