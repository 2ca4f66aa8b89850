"""How the import of files is going, and what came of the last one."""

from __future__ import annotations

from coach.store import activities, imports
from coach.text import has, say
from coach.tools.facts import Facts, of_athlete
from coach.tools.profile import NoArgs
from coach.tools.spec import Card, Note, Result, ToolContext, tool

SHOWN = 12


@tool(effect="read")
def import_status(ctx: ToolContext, args: NoArgs) -> Result:
    """Whether files are being imported, how far that is, and what became of each file of the last import."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        last = imports.last(session, ctx.athlete.id)
        items = imports.items(session, last.id) if last else []
        known = activities.count(session, ctx.athlete.id)
    facts, subject = Facts(ctx), of_athlete(ctx)
    facts.add("import.activities", "activity_count", known, "count", subject)
    if last is None:
        return Result(facts=facts.all(), says=(Note(key="tools.import_none"),))
    outcomes: dict[str, int] = {}
    for item in items:
        outcomes[item.outcome] = outcomes.get(item.outcome, 0) + 1
    facts.add(
        "import.done", "files_done", last.done, "count", subject, label=say(ctx.lang, "tools.label_files")
    )
    facts.add(
        "import.total", "files_total", last.total, "count", subject, label=say(ctx.lang, "tools.label_files")
    )
    running = last.state in ("queued", "running")
    key = "tools.import_running" if running else "tools.import_done"
    says = [
        Note(
            key=key,
            facts={"done": "import.done", "total": "import.total", "activities": "import.activities"},
        )
    ]
    for outcome, n in sorted(outcomes.items()):
        fact = facts.add(
            f"import.{outcome}",
            "files",
            n,
            "count",
            subject,
            label=say(ctx.lang, f"tools.outcome_{outcome}"),
        )
        says.append(Note(key=f"tools.import_{outcome}", facts={"n": fact}))
    troubled = [i for i in items if i.outcome in ("unreadable", "not_an_activity", "partial")]
    lines = []
    for item in troubled[:SHOWN]:
        reason = item.reason_key or ""
        params = {**item.reason_params, "name": item.file}
        why = say(ctx.lang, f"error.{reason}", **params) if has(ctx.lang, f"error.{reason}") else ""
        lines.append((item.file, say(ctx.lang, f"tools.outcome_{item.outcome}"), why))
    card = Card(
        kind="table",
        title=say(ctx.lang, "tools.import_title"),
        columns=tuple(say(ctx.lang, f"tools.column_{c}") for c in ("file", "outcome", "reason")),
        rows=tuple(lines),
    )
    return Result(facts=facts.all(), says=tuple(says), cards=(card,) if lines else ())
