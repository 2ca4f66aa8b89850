"""How a plan is going: planned against done, and what is on the watch."""

from __future__ import annotations

from collections import Counter

from coach.pipeline import delivering, matching
from coach.store import connections, deliveries
from coach.text import plans as words
from coach.text import say
from coach.tools.facts import Facts, day_name, of_period, opening
from coach.tools.plan_facts import holding, plan_title
from coach.tools.spec import Card, NoArgs, Note, Result, ToolContext, tool

ROWS = 20


@tool(effect="read")
def plan_adherence(ctx: ToolContext, args: NoArgs) -> Result:
    """How much of the plan was done: sessions done, moved, shortened and missed. Nothing to repay."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = holding(session)
        kept = matching.adherence_of(session, ctx.athlete, ctx.today)
    if kept is None:
        return Result(says=(Note(key="plan_tools.kept_too_early", general=True),))
    facts = Facts(ctx)
    subject = of_period(ctx, found.plan.start, min(ctx.today, found.plan.end))
    values = {
        "due": (kept.due, "count"),
        "done": (kept.done, "count"),
        "missed": (kept.missed, "count"),
        "moved": (kept.moved, "count"),
        "shortened": (kept.shortened, "count"),
        "extra": (kept.extra, "count"),
        "key_due": (kept.key_due, "count"),
        "key_done": (kept.key_done, "count"),
        "share": (100 * kept.share, "pct"),
        "planned_m": (kept.planned_m, "m"),
    }
    keys = {
        name: facts.add(
            f"kept.{name}", f"plan_{name}", value, unit, subject,
            label=say(ctx.lang, f"plan_tools.label_kept_{name}"),
        )
        for name, (value, unit) in values.items()
    }  # fmt: skip
    says = [
        Note(key="plan_tools.kept", facts={"due": keys["due"], "done": keys["done"], "share": keys["share"]})
    ]
    if kept.key_due:
        says.append(Note(key="plan_tools.kept_key", facts={"due": keys["key_due"], "done": keys["key_done"]}))
    says += [
        Note(key=f"plan_tools.kept_{name}", facts={"n_of": keys[name]})
        for name in ("moved", "shortened", "missed", "extra")
        if values[name][0]
    ]
    notes = (Note(key="plan_tools.never_repaid", general=True),) if kept.missed else ()
    return Result(facts=facts.all(), says=tuple(says), notes=notes)


@tool(effect="read")
def send_status(ctx: ToolContext, args: NoArgs) -> Result:
    """Which workouts are on the watch, how exactly they arrived, and what waits or failed."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = holding(session)
        rows = deliveries.find(session, found.head.id)
        on = delivering.is_on(connections.get(session, delivering.SERVICE))
    if not on and not rows:
        link = Card(kind="link", title=say(ctx.lang, "plan_tools.connect_watch"), href="/connections")
        return Result(says=(Note(key="plan_tools.no_watch", general=True),), cards=(link,))
    shown = [row for row in rows if (row.wanted_day or row.sent_day or ctx.today) >= ctx.today][:ROWS]
    if not shown:
        return Result(says=(Note(key="plan_tools.nothing_sent", general=True),))
    states = Counter(row.grade if row.state == "sent" and row.grade else row.state for row in shown)
    facts, says = Facts(ctx), []
    subject = of_period(ctx, found.plan.start, found.plan.end, plan_title(ctx, found.plan))
    for state, n in states.items():
        label = say(ctx.lang, f"plan_web.receipt_{state}")
        key = facts.add(f"sent.{state}", "plan_sent", n, "count", subject, label=label)
        says.append(Note(key="plan_tools.sent_line", params={"state": label}, facts={"count": key}))
    table = []
    for row in shown:
        workout = found.plan.by_uid.get(row.uid)
        day = row.wanted_day or row.sent_day
        state = row.grade if row.state == "sent" and row.grade else row.state
        title = words.workout_title(workout, ctx.lang, ctx.athlete.units) if workout else row.uid
        table.append(
            (
                "" if day is None else day_name(ctx, day),
                opening(ctx, title),
                opening(ctx, say(ctx.lang, f"plan_web.receipt_{state}")),
            )
        )
    columns = tuple(say(ctx.lang, f"plan_tools.column_{c}") for c in ("day", "workout", "state"))
    card = Card(kind="table", title=say(ctx.lang, "plan_tools.on_watch"), columns=columns, rows=tuple(table))
    return Result(facts=facts.all(), says=tuple(says), cards=(card,))
