"""How the import of files is going, and what came of the last one."""

from __future__ import annotations

from typing import get_args

from coach.store import activities, imports
from coach.text import has, say
from coach.tools.facts import Facts, of_athlete
from coach.tools.spec import Card, NoArgs, Note, Result, ToolContext, tool

SHOWN = 12


@tool(effect="read")
def import_status(ctx: ToolContext, args: NoArgs) -> Result:
    """How far an import is, and what became of each file of the last one."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        last = imports.last(session, ctx.athlete.id)
        items = imports.items(session, last.id) if last else []
        there = activities.count(session, ctx.athlete.id)
    facts, subject = Facts(ctx), of_athlete(ctx)
    facts.add("import.activities", "activity_count", there, "count", subject)
    if last is None:
        return Result(facts=facts.all(), says=(Note(key="tools.import_none"),))
    files = say(ctx.lang, "tools.label_files")
    for name, count in (("done", last.done), ("total", last.total)):
        if count is not None:  # the total is unknown while an archive is being opened
            facts.add(f"import.{name}", f"files_{name}", count, "count", subject, label=files)
    known = {"activities": "import.activities"}
    if last.state in ("queued", "running"):
        key = "tools.import_running" if last.total is not None else "tools.import_started"
        known = {"done": "import.done", **({"total": "import.total"} if last.total is not None else {})}
    else:
        key = "tools.import_failed" if last.state == "failed" else "tools.import_done"
    says = [Note(key=key, facts=known)]
    for outcome in get_args(imports.Outcome):
        n = sum(item.outcome == outcome for item in items)
        if not n:
            continue
        label = say(ctx.lang, f"tools.outcome_{outcome}")
        fact = facts.add(f"import.{outcome}", "files", n, "count", subject, label=label)
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
