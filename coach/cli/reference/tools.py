"""docs/reference/tools.md."""

from __future__ import annotations

import coach.tools  # noqa: F401 - importing it fills the registry
from coach.cli.reference.markdown import by_name, page, said, table
from coach.cli.reference.schema import fields
from coach.text import LANGS
from coach.tools.spec import TOOLS, Effect, Tool

EFFECTS: dict[Effect, str] = {
    "read": "looks, and changes nothing",
    "draft": "writes inside the coach, and can be undone",
    "propose": "asks for an approval before anything leaves the coach",
}


def tools_page() -> str:
    """Return the page of the tools."""
    tools = by_name(TOOLS)
    return page(
        "# Tools",
        "What the coach can do. A language model, the offline coach, `coach tool NAME` and the API's list\n"
        "of tools use the same declarations. The athlete is never an argument: they come from the session.",
        table(
            ("tool", "effect", "what it does"),
            ((f"[`{t.name}`](#{t.name})", t.effect, t.doc.splitlines()[0]) for t in tools),
        ),
        *(_tool(t) for t in tools),
    )


def _tool(tool: Tool) -> str:
    doing = " · ".join(filter(None, (said(f"graph.doing.{tool.name}", lang) for lang in reversed(LANGS))))
    arguments = list(fields(tool.args))
    return page(
        f"## {tool.name}",
        tool.doc,
        f"Effect: {tool.effect} ({EFFECTS[tool.effect]}).",
        f"Shown meanwhile: {doing}" if doing else "",
        table(("argument", "type", "default", "meaning"), arguments) if arguments else "No arguments.",
    )
