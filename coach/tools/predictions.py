"""What races the athlete can expect, with the range and its reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from coach.domain.fact import Subject
from coach.domain.metrics.current_vdot import Vdot, vdot_on
from coach.domain.metrics.fitness import weekly_volume_m
from coach.domain.metrics.race_predictions import DISTANCES_M, Prediction, predict
from coach.domain.metrics.registry import Unknown
from coach.text import say
from coach.tools.bests import best_name
from coach.tools.facts import Facts, of_day, opening
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool
from coach.tools.vdot import Past, basis_note

SHORTEST_M, LONGEST_M = 1000.0, 100_000.0


class PredictionArgs(Args):
    distances_m: list[Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        [],
        max_length=8,
        description="such as 42195; mile to marathon if left out",
    )


@tool(effect="read")
def race_predictions(ctx: ToolContext, args: PredictionArgs) -> Result:
    """Race times to expect today, from several models, each with a range and its reason."""
    asked = [m for m in dict.fromkeys(args.distances_m) if SHORTEST_M <= m <= LONGEST_M]
    strange = [best_name(ctx, m) for m in dict.fromkeys(args.distances_m) if m not in asked]
    out = [Note(key="fitness.predictions_out", params={"what": ", ".join(strange)})] if strange else []
    if strange and not asked:
        return Result(says=tuple(out))
    past, facts, subject = Past(ctx, ctx.today), Facts(ctx), of_day(ctx, ctx.today)
    now: Vdot | Unknown = Unknown("need_effort")
    found: list[Prediction] | Unknown = Unknown("need_effort")
    if past.history is not None:
        now = vdot_on(past.history, ctx.today)
        found = predict(past.history, ctx.today, asked or DISTANCES_M)
    if past.history is None or isinstance(now, Unknown) or isinstance(found, Unknown):
        why = now if isinstance(now, Unknown) else None
        facts.measure("fitness.vdot", "vdot", why, subject, rows=())
        none = Note(key="fitness.predictions_none", facts={"why": "fitness.vdot"})
        hint = Note(key="fitness.what_to_do" if past.history else "tools.no_data_yet")
        return Result(facts=facts.all(), says=(none, hint, *out))
    facts.add(
        "fitness.vdot",
        "vdot",
        round(now.value, 2),
        "VDOT",
        subject,
        rows=past.rows(now.activities),
        sources=past.sources(),
        estimated=now.basis is None,
        provisional=now.provisional,
    )
    lines = [_line(ctx, facts, past, p, subject) for p in found]
    says = [Note(key="fitness.predictions_lead", facts={"vdot": "fitness.vdot"})]
    says += _said(ctx, found, bool(asked))
    says.append(basis_note(ctx, facts, past, now))
    if any(p.activities not in ((), now.activities) for p in found):
        says.append(Note(key="fitness.predictions_races"))
    says += _reasons(ctx, facts, past, found, subject)
    columns = ("race", "time", "fast", "slow", "model")
    table = Card(
        kind="table",
        title=say(ctx.lang, "fitness.predictions_title"),
        columns=tuple(say(ctx.lang, f"fitness.column_{c}") for c in columns),
        rows=tuple(lines),
    )
    chart = Card(
        kind="chart",
        chart="predictions",
        title=say(ctx.lang, "charts.predictions"),
        params={"end": ctx.today.isoformat()},
    )
    return Result(facts=facts.all(), says=(*says, *out), cards=(table, chart))


def _line(ctx: ToolContext, facts: Facts, past: Past, p: Prediction, subject: Subject) -> tuple[str, ...]:
    """Add a prediction as facts; return its row of the table."""
    what, cells = best_name(ctx, p.distance_m), []
    for name, value, label in (
        ("time_s", p.time_s, "fitness.label_prediction"),
        ("low_s", p.low_s, "fitness.label_fast"),
        ("high_s", p.high_s, "fitness.label_slow"),
    ):
        cells.append(
            facts.add(
                f"prediction.{round(p.distance_m)}.{name}",
                f"predicted_{name}",
                None if value is None else round(value, 1),
                "s",
                subject,
                label=say(ctx.lang, label, what=what),
                rows=past.rows(p.activities),
                sources=past.sources(),
                estimated=True,
                because=p.because or None,
            )
        )
    model = say(ctx.lang, f"fitness.model_{p.model}") if p.model else "–"
    return (opening(ctx, what), *(facts.cell(cell) for cell in cells), model)


def _said(ctx: ToolContext, found: list[Prediction], asked: bool) -> list[Note]:
    """Say the predictions: one sentence each when they were asked for, else the four usual ones in one."""

    def key(metres: float, which: str = "time_s") -> str:
        return f"prediction.{round(metres)}.{which}"

    known = [p.distance_m for p in found if p.time_s is not None]
    usual = dict(zip(("five", "ten", "half", "marathon"), DISTANCES_M[1:], strict=True))
    says = []
    if not asked and set(usual.values()) <= set(known):
        says.append(Note(key="fitness.predictions_four", facts={n: key(m) for n, m in usual.items()}))
    for p in found:
        what = opening(ctx, best_name(ctx, p.distance_m))
        if p.time_s is None:
            why = {"why": key(p.distance_m)}
            says.append(Note(key="fitness.prediction_unknown", params={"what": what}, facts=why))
        elif asked or set(usual.values()) - set(known):
            times = {"time": "time_s", "low": "low_s", "high": "high_s"}
            told = {name: key(p.distance_m, which) for name, which in times.items()}
            says.append(Note(key="fitness.prediction", params={"what": what}, facts=told))
    return says


def _reasons(
    ctx: ToolContext, facts: Facts, past: Past, found: list[Prediction], subject: Subject
) -> list[Note]:
    """Say why the ranges are as wide as they are: that of the widest, and what the marathon knows."""
    known = [p for p in found if p.time_s and p.low_s and p.high_s]
    if not known:
        return []
    widest = max(known, key=lambda p: ((p.high_s or 0.0) - (p.low_s or 0.0)) / (p.time_s or 1.0))
    says = [Note(key=f"fitness.reason_{widest.reason}")]
    if any(p.model == "vickers_vertosick" for p in known) and past.history is not None:
        volume = weekly_volume_m(past.history, past.day)
        rows = past.rows(volume.detail["activities"]) if not isinstance(volume, Unknown) else ()
        facts.measure("fitness.weekly_volume_m", "weekly_volume_m", volume, subject, rows=rows)
        says.append(Note(key="fitness.volume_used", facts={"volume": "fitness.weekly_volume_m"}))
    if any(p.optimistic for p in known):
        says.append(Note(key="fitness.optimistic"))
    return says
