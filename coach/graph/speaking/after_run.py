"""The note after an outing: how far and how fast, the one thing about it that matters, and how it felt."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from coach.domain.activity import Sport
from coach.domain.nudges import NudgeKind
from coach.errors import NotFound
from coach.graph.speaking.effort import ask_effort, is_rated
from coach.graph.speaking.naming import day_called
from coach.graph.speaking.outing_fact import what_matters
from coach.graph.speaking.part import Nudge, Paragraph, Part
from coach.store import activities
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.tools.facts import Facts, of_activity, of_day, opening, sport_name
from coach.tools.spec import Card, Note, ToolContext


@dataclass(frozen=True)
class Outing:
    """Activities that belong together, `main` among them: a race with its warm-up and cool-down, say."""

    nudge: Nudge
    rows: tuple[Row, ...]
    main: Row


def after_run(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word what was run; of several outings each in a line. None: it was deleted since."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        outings = [found for nudge in due if (found := _outing(ctx, session, nudge)) is not None]
        if not outings:
            return None
        last = outings[-1]
        facts = Facts(ctx)
        says: tuple[Paragraph, ...]
        if len(outings) > 1:
            says = (tuple(_line(ctx, facts, one) for one in outings),)
        else:
            says = ((*_told(ctx, facts, last), *what_matters(ctx, session, facts, last.main)),)
        rated = is_rated(session, ctx.athlete.id, last.main)
    cards = tuple(
        Card(kind="activity", activity_id=one.main.id, title=opening(ctx, _called(ctx, one.main)))
        for one in outings
    )
    return Part(
        NudgeKind.after_run,
        tuple(one.nudge.id for one in outings),
        says,
        facts=facts.all(),
        cards=cards,
        of=frozenset(one.main.id for one in outings),
        asked=None if rated else ask_effort(ctx, last.main.id, last.nudge.id),
    )


def _outing(ctx: ToolContext, session: Session, nudge: Nudge) -> Outing | None:
    rows = []
    for activity_id in nudge.about.get("activity_ids", ()):
        with suppress(NotFound):  # deleted since
            row = activities.get(session, ctx.athlete.id, int(activity_id))
            if row.deleted_at is None and row.merged_into is None:
                rows.append(row)
    if not rows:
        return None
    main = max(rows, key=lambda row: (row.race, row.distance_m or 0.0, row.elapsed_s))
    return Outing(nudge, tuple(rows), main)


def _called(ctx: ToolContext, row: Row) -> str:
    """Return an activity by its day and sport: its name may say anything."""
    day = day_called(ctx, row.local_date)
    return say(ctx.lang, "tools.activity_label", day=day, what=sport_name(ctx, row.sport))


def _told(ctx: ToolContext, facts: Facts, outing: Outing) -> list[Note]:
    """Say how far, how long and how fast; and how far with warm-up and cool-down."""
    row = outing.main
    keys = _core(facts, ctx, row, "main")
    day = opening(ctx, day_called(ctx, row.local_date))
    if row.sport is Sport.run and "pace" in keys:
        says = [Note(key=f"speaking.{'raced' if row.race else 'outing'}", params={"day": day}, facts=keys)]
    elif row.sport is Sport.run:
        time = {"moving": keys["moving"]}
        says = [Note(key="speaking.outing_time", params={"day": day}, facts=time)]
    else:
        told = {name: keys[name] for name in ("distance", "moving") if name in keys}
        key = "speaking.other" if "distance" in told else "speaking.other_time"
        says = [Note(key=key, params={"day": day, "sport": sport_name(ctx, row.sport)}, facts=told)]
    far = [one.distance_m for one in outing.rows if one.distance_m]
    if len(far) > 1:
        whole = facts.add(
            "outing.distance_m", "total_distance_m", sum(far), "m", of_day(ctx, row.local_date),
            rows=outing.rows,
        )  # fmt: skip
        says.append(Note(key="speaking.with_warm_up", facts={"distance": whole}))
    return says


def _line(ctx: ToolContext, facts: Facts, outing: Outing) -> Note:
    """Return one of several outings in a line."""
    row = outing.main
    keys = _core(facts, ctx, row, f"outing{row.id}")
    params = {"what": opening(ctx, _called(ctx, row))}
    for names in (("distance", "moving", "pace"), ("distance", "moving"), ("moving",)):
        if all(name in keys for name in names):
            break
    key = {3: "pace", 2: "distance", 1: "moving"}[len(names)]
    return Note(key=f"speaking.line_{key}", params=params, facts={name: keys[name] for name in names})


def _core(facts: Facts, ctx: ToolContext, row: Row, at: str) -> dict[str, str]:
    """Add distance, time and pace; a race took as long as the clock ran."""
    subject = of_activity(ctx, row)
    if row.race and row.sport is Sport.run and row.distance_m and row.elapsed_s:
        seconds, metres = row.elapsed_s, row.distance_m
        return {
            "distance": facts.add(f"{at}.distance_m", "distance_m", metres, "m", subject, rows=[row]),
            "moving": facts.add(f"{at}.elapsed_s", "elapsed_s", seconds, "s", subject, rows=[row]),
            "pace": facts.add(
                f"{at}.pace", "pace_s_per_km", 1000 * seconds / metres, "s_per_km", subject, rows=[row]
            ),
        }
    known = facts.core(at, row, subject)
    return {name: key for name, key in known.items() if name in ("distance", "moving", "pace")}
