"""How fit the athlete is: VDOT, thresholds, VO2max and critical speed, and the paces to train at."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from coach.domain.fact import Subject
from coach.domain.metrics import critical_efforts
from coach.domain.metrics import fitness as fitness_of
from coach.domain.metrics.current_vdot import Vdot, vdot_on
from coach.domain.metrics.history import History
from coach.domain.metrics.paces import training_paces as paces_of
from coach.domain.metrics.predict import MARATHON_M
from coach.domain.metrics.race_predictions import predict
from coach.domain.metrics.registry import Measure, Unknown
from coach.text import say
from coach.tools.facts import Facts, of_day
from coach.tools.spec import Args, Card, Day, NoArgs, Note, Result, ToolContext, tool
from coach.tools.vdot import Past, basis_note, provisional_notes, trend_notes, vdot_facts, vdot_notes

CHART_DAYS = 365
CAREFUL_S_PER_KM = 5.0  # a smaller difference needs no second marathon pace


class FitnessArgs(Args):
    day: Day | None = Field(None, description="else today")


@tool(effect="read")
def fitness(ctx: ToolContext, args: FitnessArgs) -> Result:
    """How fit the athlete is: VDOT, VO2max, critical speed, threshold pace and heart rate, and the trend."""
    day = min(args.day or ctx.today, ctx.today)
    past = Past(ctx, day)
    facts, subject = Facts(ctx), of_day(ctx, day)
    if past.history is None:
        before = vdot_notes(ctx, facts, past, Unknown("need_effort"))[:1]
        hint = (Note(key="tools.no_data_yet"),) if past.nothing else ()
        return Result(facts=facts.all(), says=tuple(before), notes=hint)
    now = vdot_on(past.history, day)
    says = vdot_notes(ctx, facts, past, now)
    if isinstance(now, Vdot):
        says += trend_notes(ctx, facts, past, now)
    says += _thresholds(ctx, facts, past, past.history, subject)
    says += _vo2max(ctx, facts, past, past.history, subject)
    says += _critical_speed(facts, past, past.history, subject)
    grade = fitness_of.age_grade_pct(past.history, day)
    if isinstance(grade, Measure):
        rows = past.rows([grade.detail["activity_id"]])
        facts.measure(
            "fitness.age_grade_pct", "age_grade_pct", grade, subject, rows=rows, sources=past.sources(365)
        )
        says.append(Note(key="fitness.age_grade", facts={"grade": "fitness.age_grade_pct"}))
    if isinstance(now, Unknown):
        return Result(facts=facts.all(), says=tuple(says))
    chart = Card(
        kind="chart",
        chart="fitness",
        title=say(ctx.lang, "charts.fitness"),
        params={"start": (day - timedelta(days=CHART_DAYS)).isoformat(), "end": day.isoformat()},
    )
    return Result(facts=facts.all(), says=tuple(says), cards=(chart,))


@tool(effect="read")
def training_paces(ctx: ToolContext, args: NoArgs) -> Result:
    """Easy, marathon, threshold, interval and repetition pace from the athlete's VDOT of today."""
    past = Past(ctx, ctx.today)
    now: Vdot | Unknown = Unknown("need_effort")
    if past.history is not None:
        now = vdot_on(past.history, ctx.today)
    facts, subject = Facts(ctx), of_day(ctx, ctx.today)
    if isinstance(now, Unknown):
        facts.measure("fitness.vdot", "vdot", now, subject, rows=())
        why = Note(key="fitness.paces_none", facts={"why": "fitness.vdot"})
        hint = Note(key="fitness.what_to_do" if past.history else "tools.no_data_yet")
        return Result(facts=facts.all(), says=(why, hint))
    vdot_facts(ctx, facts, past, now)
    paces = paces_of(now.value)
    values = {
        "easy_slow": paces.easy_slow,
        "easy_fast": paces.easy_fast,
        "marathon": paces.marathon,
        "threshold": paces.threshold,
        "interval": paces.interval,
        "repetition": paces.repetition,
    }
    for name, seconds in values.items():
        facts.add(
            f"pace.{name}",
            f"{name}_pace_s_per_km",
            seconds,
            "s_per_km",
            subject,
            label=say(ctx.lang, f"fitness.pace_{name}"),
            rows=past.rows(now.activities),
            sources=past.sources(),
            estimated=now.basis is None,
        )
    says = [
        Note(key="fitness.paces_lead", facts={"vdot": "fitness.vdot"}),
        Note(key="fitness.paces_easy", facts={"slow": "pace.easy_slow", "fast": "pace.easy_fast"}),
        *(
            Note(key=f"fitness.paces_{name}", facts={"pace": f"pace.{name}"})
            for name in ("marathon", "threshold", "interval", "repetition")
        ),
        *_marathon_by_volume(ctx, facts, past, paces.marathon),
        basis_note(ctx, facts, past, now),
        *provisional_notes(now),
    ]
    notes = (Note(key="fitness.paces_estimated"),) if now.basis is None else ()
    return Result(facts=facts.all(), says=tuple(says), notes=notes)


def _marathon_by_volume(ctx: ToolContext, facts: Facts, past: Past, pace_s_per_km: float) -> list[Note]:
    """Say a more careful marathon pace where the weekly distance is known and does not bear out VDOT's."""
    found = [] if past.history is None else predict(past.history, past.day, (MARATHON_M,))
    first = None if isinstance(found, Unknown) or not found else found[0]
    if first is None or first.time_s is None or first.model != "vickers_vertosick":
        return []
    careful = 1000 * first.time_s / MARATHON_M
    if careful < pace_s_per_km + CAREFUL_S_PER_KM:
        return []
    pace = facts.add(
        "pace.marathon_by_volume",
        "marathon_pace_s_per_km",
        careful,
        "s_per_km",
        of_day(ctx, past.day),
        label=say(ctx.lang, "fitness.pace_marathon_by_volume"),
        sources=past.sources(),
        estimated=True,
    )
    return [Note(key="fitness.paces_marathon_careful", facts={"pace": pace})]


def _thresholds(ctx: ToolContext, facts: Facts, past: Past, history: History, subject: Subject) -> list[Note]:
    says = []
    for name, key, found in (
        ("threshold_pace_s_per_km", "pace", fitness_of.threshold_pace_s_per_km(history, past.day)),
        ("lthr", "hr", fitness_of.lthr(history, past.day)),
    ):
        if isinstance(found, Unknown):
            continue
        given = found.detail["origin"] == "given"
        facts.measure(
            f"fitness.{name}",
            name,
            found,
            subject,
            rows=[] if given else past.rows(found.detail["activities"]),
            sources=() if given else past.sources(),
        )
        basis = say(ctx.lang, "tools.origin_given" if given else f"basis.{found.detail['basis']}")
        says.append(
            Note(
                key="fitness.threshold" if key == "pace" else "fitness.lthr",
                params={"basis": basis},
                facts={key: f"fitness.{name}"},
            )
        )
    return says


def _vo2max(ctx: ToolContext, facts: Facts, past: Past, history: History, subject: Subject) -> list[Note]:
    found = fitness_of.vo2max(history, past.day)
    if isinstance(found, Unknown):
        return []
    method = found.detail["method"]
    best = found.detail["estimates"][0]
    sources = history.daily_sources.get("vo2max", ()) if method == "device" else past.sources()
    rows = past.rows(best.get("activities", ()))
    facts.measure("fitness.vo2max", "vo2max", found, subject, rows=rows, sources=sources)
    facts.add(
        "fitness.vo2max_error",
        "vo2max_error",
        best["error"],
        "ml_per_kg_min",
        subject,
        label=say(ctx.lang, "fitness.label_vo2max_error"),
        rows=rows,
        sources=sources,
    )
    told = {"value": "fitness.vo2max", "error": "fitness.vo2max_error"}
    return [Note(key=f"fitness.vo2max_{method}", facts=told)]


def _critical_speed(facts: Facts, past: Past, history: History, subject: Subject) -> list[Note]:
    cs = critical_efforts.critical_speed_mps(history, past.day)
    d_prime = critical_efforts.d_prime_m(history, past.day)
    rows = past.rows(cs.detail["activities"]) if isinstance(cs, Measure) else ()
    facts.measure(
        "fitness.critical_speed_mps", "critical_speed_mps", cs, subject, rows=rows, sources=past.sources()
    )
    if isinstance(cs, Unknown):
        return [Note(key="fitness.unknown_cs", facts={"why": "fitness.critical_speed_mps"})]
    facts.measure("fitness.d_prime_m", "d_prime_m", d_prime, subject, rows=rows, sources=past.sources())
    key = "fitness.critical_speed_lower" if cs.detail["lower_bound"] else "fitness.critical_speed"
    return [Note(key=key, facts={"cs": "fitness.critical_speed_mps", "dprime": "fitness.d_prime_m"})]
