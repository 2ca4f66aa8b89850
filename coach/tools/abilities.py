"""What the coach can do, told by the registry itself."""

from __future__ import annotations

from coach.store import activities
from coach.tools.spec import NoArgs, Note, Result, ToolContext, tool


@tool(effect="read")
def what_can_you_do(ctx: ToolContext, args: NoArgs) -> Result:
    """Tell what one can ask the coach, with examples."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        known = activities.count(session, ctx.athlete.id)
    says = (Note(key="tools.abilities"), Note(key="tools.abilities_examples"))
    return Result(says=says, notes=(Note(key="tools.abilities_files" if known else "tools.no_data_yet"),))
