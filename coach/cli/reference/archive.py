"""The part of docs/export.md that is written from the models: the tables of an archive."""

from __future__ import annotations

from coach.cli.reference.markdown import ROOT, codes, page, table
from coach.store import own_data

PAGE = ROOT / "docs" / "export.md"
BEGIN = "<!-- From here on written by `.venv/bin/python -m coach.cli.reference` from the code. -->"


def tables_part() -> str:
    """Return the tables of an archive and what is left out of it, with the reasons."""
    held = [
        (
            f"`data/{own.name}.jsonl`",
            codes(own.columns),
            ", ".join(f"`{c}`: {w}" for c, w in own.left_out.items()),
        )
        for own in own_data.tables()
    ]
    whole = [(f"`{name}`", why) for name, why in sorted(own_data.TABLES_LEFT_OUT.items())]
    return page(
        BEGIN,
        "## Every table",
        table(("file", "columns", "left out, and why"), held),
        "## Tables that are left out",
        table(("table", "why"), whole),
        f"Of the installation, with no row of anybody's: {codes(sorted(own_data.NOBODYS))}.",
    )


def written(text: str) -> str:
    """Return the page with its written part as the code has it now."""
    return f"{text.partition(BEGIN)[0]}{tables_part()}\n"
