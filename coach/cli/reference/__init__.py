"""docs/reference, written from the registries in the same words every time.

`.venv/bin/python -m coach.cli.reference` writes the pages; a test fails when they differ from the code.
"""

from __future__ import annotations

from coach.cli.reference.calculators import calculators_page
from coach.cli.reference.charts import charts_page
from coach.cli.reference.glossary import glossary_page
from coach.cli.reference.jobs import jobs_page
from coach.cli.reference.metrics import metrics_page
from coach.cli.reference.rules import rules_page
from coach.cli.reference.settings import settings_page
from coach.cli.reference.tools import tools_page

__all__ = ["pages"]

HEAD = "<!-- Written by `.venv/bin/python -m coach.cli.reference` from the code: change it there. -->"


def pages() -> dict[str, str]:
    """Return every page of the reference by its file name."""
    written = {
        "tools.md": tools_page(),
        "metrics.md": metrics_page(),
        "calculators.md": calculators_page(),
        "charts.md": charts_page(),
        "rules.md": rules_page(),
        "jobs.md": jobs_page(),
        "settings.md": settings_page(),
        "glossary.md": glossary_page(),
    }
    return {name: f"{HEAD}\n\n{page}\n" for name, page in written.items()}
