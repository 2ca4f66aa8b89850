"""docs/reference/calculators.md."""

from __future__ import annotations

import json

from coach.cli.reference.markdown import by_name, page, said, table
from coach.domain.calculators import CALCULATORS, calculate
from coach.domain.calculators.registry import Calculator


def calculators_page() -> str:
    """Return the page of the calculators."""
    return page(
        "# Calculators",
        "The formulas of the coach, answering from plain numbers: on the page, in a conversation, over the\n"
        "API and in the terminal. `coach calc NAME` explains one, `coach calc --stdin` takes lines of JSON.",
        *(_section(found) for found in by_name(CALCULATORS)),
    )


def _section(found: Calculator) -> str:
    name = found.name
    about = "\n\n".join(
        f"**{said(f'calc.title.{name}', lang)}.** {said(f'calc.about.{name}', lang)}" for lang in ("en", "ko")
    )
    inputs = table(
        ("input", "in words", "needed"),
        (
            (f"`{key}`", said(f"calc.in.{key}", "en"), "yes" if field.is_required() else "")
            for key, field in found.inputs.model_fields.items()
        ),
    )
    given = json.dumps(found.example, ensure_ascii=False)
    answer = json.dumps(calculate(name, found.example), ensure_ascii=False)
    example = f"```sh\ncoach calc {name} --json '{given}'\n```\n\nanswers `{answer}`."
    return page(f"## {name}", about, f"Source: {found.source}.", inputs, example)
