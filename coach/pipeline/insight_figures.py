"""The figures of a week or a month, each with the sources of everything that was read for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

from coach.domain.insights import Draft, Figure, Record, Shift, Stretch, tell
from coach.domain.insights.records import Bettered
from coach.domain.insights.stretch import NAMES, RECENT_WEEKS, Values
from coach.domain.metrics import load as load_of
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.totals import Span
from coach.domain.metrics.watched import WATCHED
from coach.domain.plan.adherence import adherence
from coach.domain.source import Source
from coach.pipeline.insight_past import Day, Past
from coach.store.activities import Row

# metric and unit of what is told of a span
METRICS_OF: Mapping[str, tuple[str, str]] = {
    "runs": ("activity_count", "count"),
    "distance_m": ("total_distance_m", "m"),
    "time_s": ("total_moving_s", "s"),
    "longest_m": ("longest_m", "m"),
    "load": ("total_load", "AU"),
    "easy_pct": ("easy_share_pct", "pct"),
    "rhr_bpm": ("rhr_bpm", "bpm"),
    "hrv_ms": ("hrv_rmssd_ms", "ms"),
    "sleep_s": ("sleep_average_s", "s"),
}
_PER_WEEK = ("runs", "distance_m", "time_s", "load")
_ON_RUNS = ("runs", "distance_m", "time_s", "longest_m", "easy_pct")
_BODY = ("rhr_bpm", "hrv_ms", "sleep_s")
_WEEK_DAYS = 7
_MONTH_COMPARED_DAYS = 14  # of a month that runs still, so many days must be over
_EARLIER_RUNS = 10


def label(key: str) -> str:
    """Return the text key of what a figure is called."""
    return f"insights.label_{key.replace('.', '_')}"


class Figures:
    """Collects the figures of one insight."""

    def __init__(self, past: Past, first: date, last: date) -> None:
        self._past, self._first, self._last = past, first, last
        self._found: dict[str, Figure] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def all(self) -> tuple[Figure, ...]:
        return tuple(self._found.values())

    def some(self, keys: Iterable[str]) -> tuple[Figure, ...]:
        return tuple(self._found[key] for key in keys)

    def add(
        self,
        key: str,
        metric: str,
        value: float | int | str | None,
        unit: str,
        *,
        rows: Iterable[Row] = (),
        rests_on: frozenset[Source] | None = None,
        called: str = "",
        span: Span | None = None,
        activities: tuple[int, ...] = (),
        **more: Any,
    ) -> None:
        """Add a figure. Without `rests_on` it rests on its activities; numbers are kept to six digits."""
        rows = tuple(rows)
        self._found[key] = Figure(
            key=key,
            metric=metric,
            # The last bits of a sum differ with the order of its parts, and are no other fact.
            value=float(f"{value:.6g}") if isinstance(value, float) else value,
            unit=unit,
            label=called or label(key),
            first=span.first if span else self._first,
            last=span.last if span else self._last,
            rests_on=self._past.rests(rows) if rests_on is None else rests_on,
            activities=tuple(row.id for row in rows) or activities,
            **more,
        )


def told(past: Past, kind: Literal["week", "month"], span: Span) -> Draft:
    """Return what a week or a month says, as the facts are now; of one that runs, up to today."""
    seen = Span(span.first, min(span.last, past.today))
    figures = Figures(past, seen.first, seen.last)
    stretch = _stretch(past, kind, span, seen, figures)
    chart = "weekly_volume" if kind == "week" else "monthly_volume"
    start = span.first - timedelta(weeks=11 if kind == "week" else 26)
    return Draft(
        kind,
        span.first.isoformat() if kind == "week" else f"{span.first:%Y-%m}",
        span.first,
        span.last,
        figures.all(),
        tell(stretch),
        chart=chart,
        chart_params={"start": start.isoformat(), "end": seen.last.isoformat()},
    )


def _stretch(past: Past, kind: Literal["week", "month"], span: Span, seen: Span, figures: Figures) -> Stretch:
    done = past.within(seen)
    runs = [day for day in done if day.is_run]
    values, complete = past.values(seen), past.is_complete(seen.first)
    days = (seen.last - seen.first).days + 1
    over = span.last < past.today
    whole = complete and (over or (kind == "month" and days >= _MONTH_COMPARED_DAYS))
    if not complete:
        values = {**values, **dict.fromkeys((*_ON_RUNS, "load"), None)}
    compared = values
    if kind == "month":
        weekly = {n: v * _WEEK_DAYS / days for n in _PER_WEEK if (v := values[n]) is not None}
        compared = {**values, **weekly}
    before = past.before(span.first)
    stretch = Stretch(
        kind,
        seen.first,
        seen.last,
        runs=len(runs),
        others=len(done) - len(runs),
        whole=whole,
        complete=complete,
        values=compared,
        before=tuple(v for _, v in before),
        longest_m=values["longest_m"],
        rated=sum(day.row.id in past.rated for day in runs),
    )
    _add_totals(past, figures, seen, done, values, complete)
    if kind == "month":
        for name in _PER_WEEK:
            metric, unit = METRICS_OF[name]
            figures.add(
                f"per_week.{name}", metric, compared[name], unit, rows=[d.row for d in runs],
                rests_on=_rests(past, name, done, seen), called=label(f"per_week_{name}"),
            )  # fmt: skip
    _add_usual(past, figures, stretch, before)
    _add_form(past, figures, seen)
    stretch = replace(stretch, **_ever(past, figures, seen, stretch))
    return replace(stretch, **_plan(past, figures, seen), **_race(past, figures, seen))


def _rests(past: Past, name: str, done: Iterable[Day], span: Span) -> frozenset[Source]:
    """Return what a number of a span rests on: activities, thresholds, or what a watch measured."""
    if name in _BODY:
        series = past.hrv if name == "hrv_ms" else name
        origin = past.lately.daily_origin.get(series, {})
        return frozenset(source for day, source in origin.items() if day in span) or past.there
    rows = [day.row for day in done if day.is_run or name not in _ON_RUNS]
    found = past.rests(rows)
    of = {"load": "training_load", "easy_pct": "intensity_distribution"}.get(name)
    return found | past.through(of, span.first, span.last) if of else found


def _add_totals(
    past: Past, figures: Figures, seen: Span, done: list[Day], values: Values, complete: bool
) -> None:
    runs = [day for day in done if day.is_run]
    for name in NAMES:
        value = values[name]
        metric, unit = METRICS_OF[name]
        if name == "hrv_ms":
            metric = past.hrv
        of = done if name == "load" else [] if name in _BODY else runs
        known = [d for d in of if _part(d, name) is not None]
        because = None if value is not None else _because(name, of, complete)
        figures.add(
            name,
            metric,
            int(value) if name == "runs" and value is not None else value,
            unit,
            rows=[d.row for d in of],
            rests_on=_rests(past, name, done, seen),
            coverage=len(known) / len(of) if of and value is not None else None,
            because=because,
        )
    if others := [d.row for d in done if not d.is_run]:
        figures.add("others", "activity_count", len(others), "count", rows=others)


def _part(day: Day, name: str) -> float | None:
    known = {
        "distance_m": day.row.distance_m,
        "longest_m": day.row.distance_m,
        "load": day.load,
        "easy_pct": day.spread_s,
    }
    return known.get(name, 0.0)


def _because(name: str, of: list[Day], complete: bool) -> str:
    if name in _BODY:
        return "few_nights"
    if not complete:
        return "not_kept"
    if name == "load":
        return next((d.load_because for d in of if d.load_because), "no_values_in_period")
    return "no_values_in_period"


def _add_usual(
    past: Past, figures: Figures, stretch: Stretch, before: tuple[tuple[Span, Values], ...]
) -> None:
    """Add what is usual: the mean of the last six weeks; and the distance of twelve."""
    recent = before[-RECENT_WEEKS:]
    if not recent:
        return
    span = Span(recent[0][0].first, recent[-1][0].last)
    done = past.within(span)
    for name in NAMES:
        usual = stretch.usual(name)
        if usual is None:
            continue
        metric, unit = METRICS_OF[name]
        figures.add(
            f"usual.{name}", past.hrv if name == "hrv_ms" else metric, usual, unit,
            rests_on=_rests(past, name, done, span), span=span,
        )  # fmt: skip
    far = [v for _, week in before if (v := week["distance_m"]) is not None]
    if len(far) > RECENT_WEEKS:
        wide = Span(before[0][0].first, before[-1][0].last)
        figures.add(
            "trend.distance_m", "total_distance_m", sum(far) / len(far), "m",
            rests_on=_rests(past, "distance_m", past.within(wide), wide), span=wide,
        )  # fmt: skip


def _add_form(past: Past, figures: Figures, seen: Span) -> None:
    """Add fitness, fatigue and form at the end."""
    rests = past.rests(d.row for d in past.done) | past.there | past.through("ctl", None, seen.last)
    for metric in (load_of.ctl, load_of.atl, load_of.tsb):
        found = metric(past.ever, seen.last)
        name = metric.__name__
        end = Span(seen.last, seen.last)
        if isinstance(found, Measure) and found.value is not None:
            provisional = bool(found.detail.get("provisional"))
            figures.add(
                name, name, round(found.value, 2), "AU", rests_on=rests, span=end,
                provisional=provisional,
            )  # fmt: skip
        elif isinstance(found, Unknown):
            figures.add(
                name, name, None, "AU", rests_on=rests, span=end,
                because=found.because, because_params=dict(found.params),
            )  # fmt: skip


def _ever(past: Past, figures: Figures, seen: Span, stretch: Stretch) -> dict[str, Any]:
    """Add what is compared with all that was before: the farthest, records, lasting changes."""
    found: dict[str, Any] = {"shifts": _shifts(past, figures, seen)}
    everything = past.rests(d.row for d in past.done) | past.there
    if past.known_from is None:
        earlier = [
            (metres, p.activity_id)
            for p in past.ever.activities
            if p.sport == "run" and p.day < seen.first and (metres := p.value("distance_m")) is not None
        ]
        if len(earlier) >= _EARLIER_RUNS:
            most = max(earlier)[0]
            found["most_before_m"] = most
            until = Span(past.first_day, seen.first - timedelta(days=1))
            figures.add("most_before_m", "longest_m", most, "m", rests_on=everything, span=until)
        known = [
            p.value("distance_m") for p in past.ever.activities if p.sport == "run" and p.day <= seen.last
        ]
        life = Span(past.first_day, seen.last)
        total = float(sum(metres for metres in known if metres is not None))
        figures.add("life.distance_m", "total_distance_m", total, "m", rests_on=everything, span=life)
        figures.add("life.runs", "activity_count", len(known), "count", rests_on=everything, span=life)
        found["records"] = _records(past, figures, seen)
    spike = _spike(past, seen)
    if spike is not None and stretch.complete:
        day, measure = spike
        found["spike_pct"] = measure.value
        rows = [d.row for d in past.within(Span(day - timedelta(days=load_of.SPIKE_DAYS), day)) if d.is_run]
        figures.add("spike_pct", "longest_spike_pct", measure.value, "pct", rows=rows, span=Span(day, day))
    return found


def _spike(past: Past, seen: Span) -> tuple[date, Measure] | None:
    """Return the day of the span's longest run and how much longer it was than those of 30 days before.

    Only where the longest of the span is the jump: what was a jump and then bettered is told by the later.
    """
    best: tuple[date, Measure] | None = None
    for day in sorted({d.row.local_date for d in past.within(seen) if d.is_run}):
        found = load_of.longest_spike_pct(past.ever, day)
        if not isinstance(found, Measure) or found.value is None or found.detail["provisional"]:
            continue
        if best is None or found.detail["distance_m"] >= best[1].detail["distance_m"]:
            best = (day, found)
    return best


def _records(past: Past, figures: Figures, seen: Span) -> tuple[Record, ...]:
    """Add the records of the span, of each distance the best."""
    latest: dict[str, Bettered] = {}
    for one in past.records:
        if one.run.day in seen:
            key = f"record.{round(one.distance_m)}"
            # Bettered twice: told against what stood before the span.
            before = latest[key].before_s if key in latest else one.before_s
            latest[key] = replace(one, before_s=before)
    for key, one in latest.items():
        ids = (one.run.activity_id, one.before_id)
        rests = frozenset().union(*(past.sources_of.get(i, past.there) for i in ids)) or past.there
        day = Span(one.run.day, one.run.day)
        for name, metric, value, unit in (
            ("way", "best_way_m", one.distance_m, "m"),
            ("time", "best_time_s", one.time_s, "s"),
            ("before", "best_time_s", one.before_s, "s"),
        ):
            figures.add(
                f"{key}.{name}", metric, value, unit, rests_on=rests | past.there, span=day,
                called=label(f"record_{name}"), activities=(one.run.activity_id,) if name != "before" else (),
            )  # fmt: skip
    return tuple(Record(one.distance_m, key) for key, one in latest.items())


def _shifts(past: Past, figures: Figures, seen: Span) -> tuple[Shift, ...]:
    found = []
    for change in past.changes:
        if change.day not in seen or change.status == "sensor":
            continue
        watched, key = WATCHED[change.what], f"shift.{change.what}"
        rests = past.rests(d.row for d in past.done) | frozenset(
            source for name in watched.names for source in past.lately.daily_sources.get(name, ())
        )
        spans = {
            "before": (change.before, Span(change.first, change.day - timedelta(days=1))),
            "after": (change.after, Span(change.day, change.last)),
        }
        for side, (value, span) in spans.items():
            figures.add(
                f"{key}.{side}", watched.names[0], value, watched.unit, span=span,
                rests_on=rests | past.there, called=f"change.name_{change.what}",
            )  # fmt: skip
        found.append(Shift(change.what, "up" if change.step > 0 else "down", change.status == "changed", key))
    return tuple(found)


def _plan(past: Past, figures: Figures, seen: Span) -> dict[str, Any]:
    """Add what was planned in the span and what of it was done."""
    plan = past.plan
    if plan is None:
        return {}
    own = plan.with_workouts(tuple(w for w in plan.workouts if w.day in seen))
    done = [d for d in past.planned_done if d.day <= seen.last + timedelta(days=_WEEK_DAYS)]
    kept = adherence(own, past.pairs, done, min(seen.last + timedelta(days=1), past.today))
    if kept is None:
        return {}
    rests = past.rests(d.row for d in past.within(seen)) | past.there
    figures.add("plan_due", "plan_due", kept.due, "count", rests_on=rests)
    figures.add("plan_done", "plan_done", kept.done, "count", rests_on=rests)
    return {"due": kept.due, "missed": kept.missed}


def _race(past: Past, figures: Figures, seen: Span) -> dict[str, Any]:
    """Add how many days it is to the next race, from the end of the span."""
    ahead = min((race.day for race in past.races if race.day > seen.last), default=None)
    if ahead is None:
        return {}
    days = (ahead - seen.last).days
    own = frozenset({Source.journal})
    figures.add("days_to_race", "days_to_race", days, "days", rests_on=own, span=Span(seen.last, ahead))
    return {"days_to_race": days}
