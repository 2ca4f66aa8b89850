"""The coach's own record: what it predicted and what happened, model by model, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from coach.domain.daily import DAILY_UNITS
from coach.domain.fact import Subject
from coach.domain.source import Source
from coach.domain.track_record import TRACKED, better
from coach.pipeline import track_record as pipeline
from coach.store import activities, daily, track_records
from coach.store.activities import Row
from coach.store.track_records import Kept
from coach.text import say
from coach.text.formats import distance
from coach.tools.facts import Facts, day_name, of_athlete
from coach.tools.spec import FIRST_DAY, Args, Card, Note, Result, ToolContext, tool

Model = Literal["all", "race_predictions", "readiness", "changes"]
# What is asked about → the models that answer.
MODELS: Mapping[str, tuple[str, ...]] = {
    "race_predictions": ("race_predictions", "threshold_speed"),
    "readiness": ("readiness", "readiness_forecast"),
    "changes": ("changes",),
}
RACES_SHOWN = 12
COLUMNS = {"predicted_s": "s", "low_s": "s", "high_s": "s", "actual_s": "s", "error": "pct"}
WEEKS_AT_LEAST = 12  # of reports of changes: a year has few
SAME_PCT = 0.5  # a mean error this small leans to no side
BETTER = 0.05  # errors this close, as a share, are the same


class TrackRecordArgs(Args):
    model: Model = Field("all", description="what to look back on")


@tool(effect="read")
def track_record(ctx: ToolContext, args: TrackRecordArgs) -> Result:
    """What the coach would have predicted with what was known then, and what happened."""
    pipeline.bring_up_to_date(ctx.db, ctx.athlete.id, ctx.today)
    told = _Told(ctx)
    if not told.has_data:
        return Result(says=(Note(key="tools.no_data_yet"),))
    asked = MODELS if args.model == "all" else {args.model: MODELS[args.model]}
    for names in asked.values():
        for name in names:
            kept = told.versions(name)
            if kept:
                SAY[name](told, kept[0])
                told.compare(name, kept)
    if not told.says:
        return Result(says=(Note(key="track.nothing_yet"),))
    return Result(
        facts=told.facts.all(), says=tuple(told.says), notes=(Note(key="track.how"),), cards=tuple(told.cards)
    )


class _Told:
    """Collects what is said of each model, with the facts behind it."""

    def __init__(self, ctx: ToolContext) -> None:
        self.ctx, self.facts = ctx, Facts(ctx)
        self.says: list[Note] = []
        self.cards: list[Card] = []
        with ctx.db.athlete_session(ctx.athlete.id) as session:
            rows = activities.find(session, ctx.athlete.id, limit=None)
            self._kept = track_records.read(session, ctx.athlete.id)
            measured = daily.values(session, ctx.athlete.id, tuple(DAILY_UNITS), FIRST_DAY, ctx.today)
        self._rows = {row.id: row for row in rows}
        # Usual ranges and fitness rest on everything there is, and what was said counts too.
        self._sources = {source for row in rows for source in row.sources} | {v.source for v in measured}
        self.has_data = bool(rows or measured)

    def versions(self, name: str) -> list[Kept]:
        """Return the replays of a model, that of now first; none while its formulas are not there."""
        model = TRACKED.get(name)
        if model is None or not model.known:
            return []
        kept = [record for record in self._kept if record.model == name]
        return kept if kept and kept[0].version == model.version else []

    def fact(
        self,
        key: str,
        value: float | int,
        unit: str,
        *,
        subject: Subject | None = None,
        rows: Sequence[Row] = (),
        sources: Sequence[Source] = (),
        metric: str = "",
    ) -> str:
        return self.facts.add(
            key,
            metric or key.split(".")[-1],
            round(value, 3),
            unit,
            subject or of_athlete(self.ctx),
            label=say(self.ctx.lang, f"track.label_{key.split('.')[-1]}"),
            rows=rows,
            sources=[*self._sources, Source.journal, *sources],
        )

    def say(self, key: str, /, n: int | None = None, **facts: str) -> None:
        params = {} if n is None else {"n": n}
        self.says.append(Note(key=f"track.{key}", params=params, facts=facts))

    def row(self, activity_id: int) -> Row | None:
        return self._rows.get(activity_id)

    def chart(self) -> None:
        self.cards.append(
            Card(kind="chart", chart="track_record", title=say(self.ctx.lang, "charts.track_record"))
        )

    def compare(self, name: str, kept: Sequence[Kept]) -> None:
        """Say whether the formulas of now do better than those before, on what both predicted."""
        found = better(TRACKED[name], kept[1].rows, kept[0].rows) if len(kept) > 1 else None
        if found is None:
            return
        unit = "score" if name == "readiness_forecast" else "pct"
        change = found.now / found.before - 1 if found.before else 0.0
        what = "same" if abs(change) < BETTER else "better" if change < 0 else "worse"
        self.say(
            f"version_{what}",
            n=found.n,
            before=self.fact(f"{name}.error_before", found.before, unit),
            now=self.fact(f"{name}.error_now", found.now, unit),
        )


def _races(told: _Told, kept: Kept) -> None:
    summary = kept.summary
    if not summary.get("races"):
        told.say("no_races")
        return
    _race_table(told, kept.rows)
    if not summary["n"]:
        told.say("races_unpredicted", n=summary["races"])
        return
    error = told.fact("races.mean_abs_error_pct", summary["mean_abs_error_pct"], "pct")
    if not summary["enough"]:
        told.say("races_few", n=summary["n"], error=error)
    else:
        inside = told.fact("races.inside", summary["inside"], "count")
        told.say("races", n=summary["n"], error=error, inside=inside)
        bias = summary["bias_pct"]
        if abs(bias) >= SAME_PCT:
            key = "races_too_slow" if bias > 0 else "races_too_fast"
            told.say(key, bias=told.fact("races.bias_pct", abs(bias), "pct"))
    told.chart()


def _race_table(told: _Told, rows: Sequence[Mapping[str, Any]]) -> None:
    ctx, lines = told.ctx, []
    for record in [r for r in rows if r["error"] is not None][-RACES_SHOWN:]:
        activity = told.row(record["activity_id"])
        if activity is None:
            continue
        day, far = day_name(ctx, activity.local_date), record["distance_m"]
        subject = Subject(
            kind="activity",
            activity_id=activity.id,
            start=activity.local_date,
            end=activity.local_date,
            label=f"{day} {distance(far, ctx.lang, ctx.athlete.units)}",
        )
        cells = [
            told.facts.cell(
                told.fact(f"race.{activity.id}.{name}", record[name], unit, subject=subject, rows=[activity])
            )
            for name, unit in COLUMNS.items()
        ]
        lines.append((subject.label, *cells))
    if lines:
        told.cards.append(
            Card(
                kind="table",
                title=say(ctx.lang, "track.races_title"),
                columns=tuple(say(ctx.lang, f"track.column_{c}") for c in ("race", *COLUMNS)),
                rows=tuple(lines),
            )
        )


def _threshold(told: _Told, kept: Kept) -> None:
    summary = kept.summary
    if summary.get("n") and summary["enough"]:
        error = told.fact("threshold.mean_abs_error_pct", summary["mean_abs_error_pct"], "pct")
        told.say("threshold", n=summary["n"], error=error)


def _readiness(told: _Told, kept: Kept) -> None:
    summary = kept.summary
    if not summary.get("days"):
        told.say("readiness_none")
        return
    for outcome in ("effort", "efficiency"):
        found = summary[outcome]
        if not found["enough"]:
            told.say(f"readiness_{outcome}_few", n=found["n"])
            continue
        facts = {
            name: told.fact(f"readiness.{outcome}.{name}", found[name], "ratio")
            for name in ("r", "low", "high")
        }
        # A ready athlete should find a run easier: less effort, more speed a heartbeat.
        as_hoped = (found["r"] < 0) == (outcome == "effort")
        which = "unclear" if not found["tells"] else "yes" if as_hoped else "reversed"
        told.say(f"readiness_{outcome}_{which}", n=found["n"], **facts)


def _forecast(told: _Told, kept: Kept) -> None:
    summary = kept.summary
    if not summary.get("enough"):
        told.say("forecast_few", n=summary.get("n", 0))
        return
    mae, naive = summary["mae"], summary["naive_mae"]
    change = mae / naive - 1 if naive else 0.0
    which = "same" if abs(change) < BETTER else "better" if change < 0 else "worse"
    facts = {
        "mae": told.fact("forecast.mae", mae, "score"),
        "naive": told.fact("forecast.naive_mae", naive, "score"),
    }
    told.say(f"forecast_{which}", n=summary["n"], **facts)


def _changes(told: _Told, kept: Kept) -> None:
    summary = kept.summary
    if summary.get("weeks", 0) < WEEKS_AT_LEAST:
        told.say("changes_early")
        return
    weeks = told.fact("changes.weeks", summary["weeks"], "weeks")
    if not summary["reports"]:
        told.say("changes_none", weeks=weeks)
        return
    judged = told.fact("changes.judged", summary["judged"], "count")
    gone = told.fact("changes.false_alarms", summary["false_alarms"], "count")
    told.say("changes", n=summary["reports"], weeks=weeks, judged=judged, gone=gone)


SAY: Mapping[str, Callable[[_Told, Kept], None]] = {
    "race_predictions": _races,
    "threshold_speed": _threshold,
    "readiness": _readiness,
    "readiness_forecast": _forecast,
    "changes": _changes,
}
