"""Two activities stretch by stretch: who was how much faster on which kilometre."""

from __future__ import annotations

from coach.domain.alignment import ROWS_S, Aligned
from coach.domain.fact import Subject
from coach.domain.streams import ON_FOOT
from coach.store.activities import Row
from coach.text import say
from coach.text.formats import M_PER_MILE
from coach.tools.facts import Facts, activity_name, of_activity, of_period
from coach.tools.spec import Card, Note, ToolContext

EVEN_M, EVEN_S = 5.0, 0.5  # less on a stretch is a tie
WORTH_TELLING_S = 3.0  # a kilometre that decided something
MOST_ROWS = 50


def both(ctx: ToolContext, a: Row, b: Row) -> Subject:
    """Return what is true of two activities together."""
    days = sorted((a.local_date, b.local_date))
    names = {"a": activity_name(ctx, a), "b": activity_name(ctx, b)}
    return of_period(ctx, days[0], days[1], say(ctx.lang, "routes.compare_title", **names))


def stretches(
    ctx: ToolContext, facts: Facts, a: Row, b: Row, aligned: Aligned
) -> tuple[list[Card], list[Note]]:
    """Add each stretch as facts; return their table, and where a gained and lost most."""
    imperial = ctx.athlete.units == "imperial"
    every = ROWS_S if aligned.by == "time" else M_PER_MILE if imperial else 1000.0
    found = aligned.rows(every)[:MOST_ROWS]
    subject, rows = both(ctx, a, b), [a, b]
    by_distance = aligned.by == "distance"
    unit, metric = ("s", "lead_s") if by_distance else ("m", "distance_m")
    on_foot = a.sport in ON_FOOT and b.sport in ON_FOOT
    lines = []
    for row in found:
        n = int(row["index"] or 0)
        cells = [str(n) if by_distance else f"{round((row['end'] or 0.0) / 60)}"]
        for side, who in (("a", a), ("b", b)):
            for part, of in (("pace_s_per_km", "s_per_km"), ("hr_bpm", "bpm")):
                if part == "pace_s_per_km" and not on_foot:
                    continue
                value = row[f"{side}_{part}"]
                name = "pace_s_per_km" if part == "pace_s_per_km" else "avg_hr_bpm"
                key = None
                if value is not None:
                    what = say(ctx.lang, f"metric.{name}")
                    label = say(ctx.lang, "tools.split_label", n=n, what=what)
                    key = facts.add(
                        f"along.{n}.{side}.{part}",
                        name,
                        value,
                        of,
                        of_activity(ctx, who),
                        rows=[who],
                        label=label,
                    )
                cells.append(facts.cell(key))
        gained = row["gained"] or 0.0
        label = say(ctx.lang, "tools.split_label", n=n, what=say(ctx.lang, "routes.label_gained"))
        key = facts.add(f"along.{n}.gained", metric, abs(gained), unit, subject, rows=rows, label=label)
        tie = abs(gained) < (EVEN_S if by_distance else EVEN_M)
        word = "same" if tie else "ahead" if gained > 0 else "behind"
        lines.append((*cells, facts.cell(key), say(ctx.lang, f"routes.gained_{word}")))
    pace = [say(ctx.lang, "tools.column_pace")] if on_foot else []
    sides = [
        f"{which_one} {name}" for which_one in "AB" for name in [*pace, say(ctx.lang, "tools.column_hr")]
    ]
    first = say(ctx.lang, "tools.column_split" if by_distance else "routes.column_minute")
    card = Card(
        kind="table",
        title=say(
            ctx.lang,
            "routes.along_title",
            a=activity_name(ctx, a),
            b=activity_name(ctx, b),
        ),
        columns=(first, *sides, say(ctx.lang, "tools.column_change"), ""),
        rows=tuple(lines),
    )
    return [card], _where(found, by_distance, imperial)


def _where(found: list[dict[str, float | None]], by_distance: bool, imperial: bool) -> list[Note]:
    """Say on which stretch most was gained and on which most was lost, when it is worth it."""
    if not by_distance or len(found) < 3:
        return []
    gained = [(row["gained"] or 0.0, int(row["index"] or 0)) for row in found]
    unit = "mile" if imperial else "km"
    notes = []
    for how, (most, n) in (("gained", max(gained)), ("lost", min(gained))):
        if (most if how == "gained" else -most) >= WORTH_TELLING_S:
            key = f"routes.most_{how}_{unit}"
            notes.append(
                Note(
                    key=key,
                    params={"fastest" if how == "gained" else "slowest": n},
                    facts={"gap": f"along.{n}.gained"},
                )
            )
    return notes
