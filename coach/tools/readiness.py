"""Whether to train today: readiness with its terms and what overrides it, and where training is going."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from coach.domain.fact import Subject
from coach.domain.metrics import METRICS
from coach.domain.metrics.forecast import readiness_forecast
from coach.domain.metrics.history import History
from coach.domain.metrics.load_series import PROVISIONAL_DAYS
from coach.domain.metrics.readiness import TERM_METRICS, Readiness, readiness_on
from coach.domain.metrics.recovery import UNUSUALLY_HIGH_Z
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.training_status import training_status as status_on
from coach.domain.source import Source
from coach.store import activities, values
from coach.store.activities import Row
from coach.text import say
from coach.tools.completeness import gap_before
from coach.tools.facts import Facts, day_name, of_day, opening
from coach.tools.spec import Args, Card, Day, NoArgs, Note, Result, ToolContext, tool

CHART_DAYS = 60
STEADY_RAMP = 0.05  # a change of fitness a week that would be written as 0
BASIS_DAYS = 182  # the activities that form rests on, as far as one can tell them apart
BETTER = 0.95  # a forecast that errs this share of the naive one is worth more than it
# What each term is measured in.
DAILY_OF = {
    "hrv_z": ("hrv_rmssd_ms", "hrv_sdnn_ms"),
    "rhr_delta": ("rhr_bpm",),
    "sleep_debt_h": ("sleep_s",),
}
# How to give what is missing.
HOW = {
    "hrv_z": "recovery.how_nights",
    "rhr_delta": "recovery.how_nights",
    "sleep_debt_h": "recovery.how_nights",
    "form_pct": "recovery.how_load",
    "wellness_0_1": "recovery.how_wellness",
}


class ReadinessArgs(Args):
    day: Day | None = Field(None, description="else today")


@tool(effect="read")
def readiness(ctx: ToolContext, args: ReadinessArgs) -> Result:
    """Readiness for training (0–100): its terms, what overrides it, the advice, tomorrow's forecast."""
    day = min(args.day or ctx.today, ctx.today)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        history = values.history_for(session, ctx.athlete.id, "readiness_forecast", day, day)
        since = day - timedelta(days=BASIS_DAYS)
        rows = activities.find(session, ctx.athlete.id, start=since, end=day, limit=None)
    if history is None:
        how = tuple(Note(key=key) for key in dict.fromkeys(HOW.values()))
        return Result(says=(Note(key="recovery.none_recorded"), *how))
    told = _Told(ctx, history, day, rows)
    says = told.overridden() or [told.score()]
    says += told.terms() + told.missing()
    if day == ctx.today and not told.found.overrides:
        says += told.forecast()
    notes = [Note(key="recovery.readiness_weights")] if told.found.score is not None else []
    if told.rests_on_sdnn:
        notes.append(Note(key="recovery.sdnn_series"))
    start = day - timedelta(days=CHART_DAYS)
    chart = Card(
        kind="chart",
        chart="readiness",
        title=say(ctx.lang, "recovery.readiness_title"),
        params={"start": start.isoformat(), "end": day.isoformat()},
    )
    return Result(facts=told.facts.all(), says=tuple(says), notes=tuple(notes), cards=(chart,))


class _Told:
    """Readiness of one day as facts and sentences."""

    def __init__(self, ctx: ToolContext, history: History, day: date, rows: list[Row]) -> None:
        self.ctx, self.history, self.day, self.rows = ctx, history, day, rows
        self.facts = Facts(ctx)
        self.found: Readiness = readiness_on(history, day)
        self.measures: Mapping[str, Measure | Unknown] = {
            term: METRICS[name].fn(history, day) for term, name in TERM_METRICS.items()
        }
        self.subject: Subject = of_day(ctx, day)
        present = [term for term in TERM_METRICS if self.found.terms[term].present]
        self.basis = self._basis(*present, *(["overrides"] if self.found.overrides else []))
        for term, name in TERM_METRICS.items():
            self.facts.measure(term, name, self.measures[term], self.subject, **self._basis(term))
        self._add("score", "readiness", self.found.score, coverage=self.found.coverage)
        self._add("coverage", "readiness_coverage", 100 * self.found.coverage, "pct", "label_coverage")

    @property
    def when(self) -> str:
        """The day as a sentence names it."""
        today = self.day == self.ctx.today
        return say(self.ctx.lang, "units.today") if today else day_name(self.ctx, self.day)

    @property
    def rests_on_sdnn(self) -> bool:
        hrv = self.measures["hrv_z"]
        return isinstance(hrv, Measure) and hrv.detail["series"] == "hrv_sdnn_ms"

    def overridden(self) -> list[Note]:
        """Say what overrides the score, or nothing."""
        kinds = dict.fromkeys(o.kind for o in self.found.overrides)
        if not kinds:
            return []
        reasons = " ".join(say(self.ctx.lang, f"recovery.override_{kind}") for kind in kinds)
        if self.day == self.ctx.today:
            says = [
                Note(key="recovery.readiness_overridden", params={"reason": reasons}),
                Note(key="recovery.override_next"),
            ]
        else:
            told = {"when": opening(self.ctx, self.when), "reason": reasons}
            says = [Note(key="recovery.readiness_was_overridden", params=told)]
        if self.day == self.ctx.today and any((self.day - o.day).days > 1 for o in self.found.overrides):
            says.append(Note(key="recovery.override_over"))
        if self.found.score is not None:
            says.append(Note(key="recovery.readiness_but_overridden", facts={"score": "score"}))
        return says

    def score(self) -> Note:
        """Say the score and what it advises, or how much is missing for one."""
        when = {"when": self.when}
        if self.found.advice is None:
            opened = {"when": opening(self.ctx, when["when"])}
            return Note(key="recovery.readiness_not_enough", params=opened, facts={"coverage": "coverage"})
        if self.day != self.ctx.today:
            return Note(key="recovery.readiness_then", params=when, facts={"score": "score"})
        advice = say(self.ctx.lang, f"recovery.advice_{self.found.advice}")
        return Note(key="recovery.readiness_now", params={**when, "advice": advice}, facts={"score": "score"})

    def terms(self) -> list[Note]:
        """Say each known term, the one that lowers the score most first."""
        known = [(t.weight * (1 - t.s), name) for name, t in self.found.terms.items() if t.s is not None]
        return [self._term(name) for _, name in sorted(known, key=lambda found: -found[0])]

    def _term(self, name: str) -> Note:
        term = self.found.terms[name]
        fine, value = term.s == 1.0, term.value or 0.0
        match name:
            case "hrv_z":
                key = "hrv_high" if value > UNUSUALLY_HIGH_Z else "hrv_fine" if fine else "hrv_low"
            case "rhr_delta":
                key = "rhr_fine" if fine else "rhr_high"
            case "sleep_debt_h":
                key = "debt_none" if value < 0.5 else "debt_fine" if fine else "debt_high"
            case "form_pct":
                key = "form_fine" if fine else "form_low"
            case _:
                feels = "good" if value >= 0.7 else "middling" if value >= 0.4 else "poor"
                key = f"wellness_{feels}"
        told = {"value": name} if key not in ("hrv_fine", "debt_none") and name != "wellness_0_1" else {}
        return Note(key=f"recovery.{key}", facts=told)

    def missing(self) -> list[Note]:
        """Say which terms are missing and how to give them."""
        absent = [name for name, term in self.found.terms.items() if not term.present]
        if not absent:
            return []
        says = [Note(key="recovery.readiness_coverage", facts={"coverage": "coverage"})]
        if self.found.score is None:
            says = []
        names = ", ".join(say(self.ctx.lang, f"recovery.term_{name}") for name in absent)
        says.append(Note(key="recovery.readiness_missing", params={"what": names}))
        if self.day != self.ctx.today:
            return says
        return says + [Note(key=key) for key in dict.fromkeys(HOW[name] for name in absent)]

    def forecast(self) -> list[Note]:
        """Say tomorrow's readiness and how far such forecasts were off, or why there is none."""
        if self.found.score is None:
            return []
        result = readiness_forecast(self.history, self.day)
        tomorrow = self.day + timedelta(days=1)
        when = of_day(self.ctx, tomorrow)
        self.facts.measure("forecast", "readiness_forecast", result, when, **self.basis)
        if isinstance(result, Unknown):
            return [Note(key="recovery.forecast_unknown", facts={"why": "forecast"})]
        for key in ("low", "high", "mae", "naive_mae"):
            label = f"label_forecast_{key}" if key in ("low", "high") else f"label_{key}"
            self._add(f"forecast_{key}", "readiness_forecast", result.detail[key], "score", label)
        self._add("forecast_n", "readiness_forecast", result.detail["n"], "days", "label_forecast_n")
        better = result.detail["mae"] < BETTER * result.detail["naive_mae"]
        return [
            Note(
                key="recovery.forecast_next",
                params={"when": say(self.ctx.lang, "recovery.tomorrow")},
                facts={"value": "forecast", "low": "forecast_low", "high": "forecast_high"},
            ),
            Note(
                key="recovery.forecast_better" if better else "recovery.forecast_no_better",
                facts={"days": "forecast_n", "mae": "forecast_mae", "naive": "forecast_naive_mae"},
            ),
        ]

    def _add(
        self, key: str, metric: str, value: float | None, unit: str = "score", label: str = "", **more: Any
    ) -> None:
        named = say(self.ctx.lang, f"recovery.{label}") if label else None
        if value is None:
            more["because"] = "readiness_needs_more"
            more["because_params"] = {"coverage": round(100 * self.found.coverage)}
        self.facts.add(key, metric, value, unit, self.subject, label=named, **self.basis, **more)

    def _basis(self, *terms: str) -> dict[str, Any]:
        """Return what the terms rest on: activities, and the sources of the nights and of what was said."""
        sources: set[Source] = set()
        for term in terms:
            for name in DAILY_OF.get(term, ()):
                sources |= self.history.daily_sources.get(name, frozenset())
        if {"wellness_0_1", "overrides"} & set(terms):
            sources.add(Source.journal)
        return {"rows": self.rows if "form_pct" in terms else [], "sources": sources}


def ramp_note(facts: Facts, subject: Subject, ramp: float, label: str, rows: Iterable[Row]) -> Note:
    """Say which way fitness went, and form beside it."""
    if abs(ramp) < STEADY_RAMP:
        return Note(key="recovery.status_numbers_level", facts={"form": "form"})
    facts.add("ramp", "training_status", abs(ramp), "AU_per_week", subject, label=label, rows=rows)
    way = "up" if ramp > 0 else "down"
    return Note(key=f"recovery.status_numbers_{way}", facts={"ramp": "ramp", "form": "form"})


@tool(effect="read")
def training_status(ctx: ToolContext, args: NoArgs) -> Result:
    """Where training is going, in one word: productive, maintaining, recovering, overreaching …"""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        history = values.history_for(session, ctx.athlete.id, "training_status", ctx.today, ctx.today)
        since = ctx.today - timedelta(days=BASIS_DAYS)
        rows = activities.find(session, ctx.athlete.id, start=since, end=ctx.today, limit=None)
        gap = gap_before(ctx, session, ctx.today - timedelta(days=PROVISIONAL_DAYS))
    missing = (gap.note("_load"),) if gap else ()
    result = Unknown("day_without_history") if history is None else status_on(history, ctx.today)
    facts, subject = Facts(ctx), of_day(ctx, ctx.today)
    facts.measure("status", "training_status", result, subject, rows=rows)
    if isinstance(result, Unknown):
        unknown = Note(key="recovery.status_unknown", facts={"why": "status"})
        return Result(facts=facts.all(), says=(unknown, *missing))
    detail = result.detail
    labels = {key: say(ctx.lang, f"recovery.label_status_{key}") for key in ("ramp", "form", "efficiency")}
    facts.add("form", "form_pct", detail["form_pct"], "pct", subject, label=labels["form"], rows=rows)
    says = [
        Note(key=f"recovery.status_{detail['status']}"),
        ramp_note(facts, subject, result.value or 0.0, labels["ramp"], rows),
    ]
    change = detail["efficiency_pct"]
    if change is not None and abs(change) >= 1:
        label = labels["efficiency"]
        facts.add("efficiency", "efficiency_factor", change, "pct", subject, label=label, rows=rows)
        way = "up" if change > 0 else "down"
        says.append(Note(key=f"recovery.status_efficiency_{way}", facts={"change": "efficiency"}))
    says.append(Note(key=f"recovery.next_{detail['status']}"))
    start = ctx.today - timedelta(days=BASIS_DAYS)
    chart = Card(
        kind="chart",
        chart="load_form",
        title=say(ctx.lang, "tools.form_title"),
        params={"start": start.isoformat(), "end": ctx.today.isoformat()},
    )
    notes = (*missing, Note(key="recovery.status_contested"))
    return Result(facts=facts.all(), says=tuple(says), notes=notes, cards=(chart,))
