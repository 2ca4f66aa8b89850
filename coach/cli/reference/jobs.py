"""docs/reference/jobs.md."""

from __future__ import annotations

import inspect

from coach.cli.reference.markdown import by_name, page, table
from coach.jobs import JOBS


def jobs_page() -> str:
    """Return the page of the jobs."""
    rows = [(f"`{j.name}`", f"`{j.queue}`", str(j.tries), inspect.getdoc(j.fn) or "") for j in by_name(JOBS)]
    return page(
        "# Jobs",
        "What `coach worker` does in the background. A failed job is tried again after growing pauses; the\n"
        "job of a worker that died is given back. Every job is safe to run twice.",
        table(("job", "queue", "tries", "what it does"), rows),
    )
