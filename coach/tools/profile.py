"""What the coach knows about the athlete, and changing it."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from coach.domain.athlete import Sex, Threshold, ThresholdKind
from coach.domain.fact import Subject
from coach.errors import BadInput
from coach.pipeline import profile
from coach.store import athletes
from coach.text import say
from coach.text.formats import pace
from coach.tools.facts import Facts, of_athlete
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool

THRESHOLDS = (
    (ThresholdKind.hr_max_bpm, "bpm"),
    (ThresholdKind.hr_rest_bpm, "bpm"),
    (ThresholdKind.lthr_bpm, "bpm"),
    (ThresholdKind.threshold_speed_mps, "mps"),
    (ThresholdKind.threshold_power_w, "W"),
)
# What a person can have; anything beyond is a slip of the finger and is asked about.
LIMITS = {
    ThresholdKind.hr_max_bpm: (100.0, 230.0),
    ThresholdKind.hr_rest_bpm: (25.0, 110.0),
    ThresholdKind.lthr_bpm: (80.0, 220.0),
}
PACE_LIMITS_S = (150.0, 720.0)

Field_ = Literal[
    "hr_max_bpm",
    "hr_rest_bpm",
    "lthr_bpm",
    "threshold_pace",
    "birth_year",
    "sex",
    "lang",
    "units",
    "tz",
    "week_start",
    "name",
]


class NoArgs(Args):
    pass


class ChangeArgs(Args):
    field: Field_
    value: str = Field(max_length=80, description="threshold_pace as m:ss per km; week_start 0 (Monday) to 6")


@tool(effect="read")
def profile_show(ctx: ToolContext, args: NoArgs) -> Result:
    """Language, units, zone, birth year, sex and the thresholds, with where each comes from."""
    facts, subject, athlete = Facts(ctx), of_athlete(ctx), ctx.athlete
    unset = say(ctx.lang, "tools.not_set")
    lines = [
        (say(ctx.lang, "tools.label_name"), athlete.name or unset, ""),
        (say(ctx.lang, "tools.label_lang"), say(ctx.lang, f"tools.lang_{athlete.lang}"), ""),
        (say(ctx.lang, "tools.label_units"), say(ctx.lang, f"tools.units_{athlete.units}"), ""),
        (say(ctx.lang, "tools.label_tz"), athlete.tz, ""),
        (say(ctx.lang, "tools.label_birth_year"), str(athlete.birth_year or unset), ""),
        (
            say(ctx.lang, "tools.label_sex"),
            say(ctx.lang, f"tools.sex_{athlete.sex}") if athlete.sex else unset,
            "",
        ),
    ]
    estimated = False
    for kind, unit in THRESHOLDS:
        threshold: Threshold | None = getattr(athlete.thresholds, kind.value)
        label = say(ctx.lang, f"tools.label_{kind.value}")
        if threshold is None:
            lines.append((label, unset, ""))
            continue
        _threshold_fact(ctx, facts, threshold, unit, label, subject)
        estimated |= threshold.origin == "estimated"
        lines.append((label, f"{{profile.{kind.value}}}", _origin(ctx, threshold)))
    card = Card(
        kind="table",
        title=say(ctx.lang, "tools.profile_title"),
        columns=("", say(ctx.lang, "tools.column_value"), say(ctx.lang, "tools.column_origin")),
        rows=tuple(lines),
    )
    notes = (Note(key="tools.profile_estimated"),) if estimated else ()
    return Result(facts=facts.all(), says=(Note(key="tools.profile_here"),), notes=notes, cards=(card,))


def _threshold_fact(
    ctx: ToolContext, facts: Facts, threshold: Threshold, unit: str, label: str, subject: Subject
) -> None:
    facts.add(
        f"profile.{threshold.kind.value}",
        threshold.kind.value,
        threshold.value,
        unit,
        subject,
        label=label,
        estimated=threshold.origin == "estimated",
    )


def _origin(ctx: ToolContext, threshold: Threshold) -> str:
    if threshold.origin == "given":
        return say(ctx.lang, "tools.origin_given")
    return (
        say(ctx.lang, f"basis.{threshold.basis}")
        if threshold.basis
        else say(ctx.lang, "tools.origin_estimated")
    )


@tool(effect="draft")
def profile_change(ctx: ToolContext, args: ChangeArgs) -> Result:
    """Change one field of the profile or one threshold; what depends on it is computed anew."""
    value = args.value.strip()
    label = say(ctx.lang, f"tools.label_{args.field}")
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        if args.field in ("hr_max_bpm", "hr_rest_bpm", "lthr_bpm", "threshold_pace"):
            threshold = _given(ctx, args.field, value)
            facts = Facts(ctx)
            unit = "mps" if threshold.kind is ThresholdKind.threshold_speed_mps else "bpm"
            _threshold_fact(ctx, facts, threshold, unit, label, of_athlete(ctx))
            n = profile.set_threshold(session, ctx.athlete, threshold)
            return Result(
                facts=facts.all(),
                says=(
                    Note(
                        key="tools.threshold_changed",
                        params={"what": label},
                        facts={"value": f"profile.{threshold.kind.value}"},
                    ),
                ),
                notes=(Note(key="tools.recomputing", params={"n": n}),) if n else (),
            )
        shown, stored = _plain(ctx, args.field, value)
        athletes.update(session, ctx.athlete.id, **{args.field: stored})
        if args.field in ("sex", "birth_year"):
            profile.recompute_dependants(session, ctx.athlete.id, args.field)
    lang = str(stored) if args.field == "lang" else ctx.lang
    key = "tools.lang_changed" if args.field == "lang" else "tools.profile_changed"
    return Result(says=(Note(key=key, params={"what": label, "value": shown, "_lang": lang}),))


def _number(text: str) -> float:
    found = re.search(r"\d+(?:[.,]\d+)?", text)
    if not found:
        raise BadInput("not_a_number", value=text)
    return float(found.group().replace(",", "."))


def _given(ctx: ToolContext, field: str, value: str) -> Threshold:
    """Return the threshold that was typed. Raises BadInput when no person can have it."""
    if field == "threshold_pace":
        found = re.search(r"(\d{1,2})\D{1,3}(\d{2})", value) or re.fullmatch(r"(\d)(\d{2})", value)
        if not found:
            raise BadInput("not_a_pace", value=value)
        seconds = 60.0 * int(found.group(1)) + int(found.group(2))
        if re.search(r"mi\b|mile|마일", value):
            seconds /= 1.609344
        low, high = PACE_LIMITS_S
        if not low <= seconds <= high:
            fast, slow = (pace(s, ctx.lang, ctx.athlete.units) for s in PACE_LIMITS_S)
            raise BadInput("out_of_range", value=value, low=fast, high=slow)
        return Threshold(ThresholdKind.threshold_speed_mps, 1000 / seconds, "given", _since(ctx))
    kind, number = ThresholdKind(field), _number(value)
    low, high = LIMITS[kind]
    if not low <= number <= high:
        raise BadInput("out_of_range", value=value, low=f"{low:.0f}", high=f"{high:.0f}")
    known = ctx.athlete.thresholds
    rest, top = known.hr_rest_bpm, known.hr_max_bpm
    if kind is ThresholdKind.hr_max_bpm and rest and rest.origin == "given" and number <= rest.value:
        raise BadInput("hr_max_below_rest", value=f"{number:.0f}", rest=f"{rest.value:.0f}")
    if kind is not ThresholdKind.hr_max_bpm and top and top.origin == "given" and number >= top.value:
        raise BadInput("hr_above_max", value=f"{number:.0f}", highest=f"{top.value:.0f}")
    return Threshold(kind, number, "given", _since(ctx))


def _since(ctx: ToolContext) -> date:
    """Return the first day the given value holds for: all of the past, until one is given for later."""
    return date(1970, 1, 1)


def _plain(ctx: ToolContext, field: str, value: str) -> tuple[str, object]:
    """Return how the value is shown and how it is stored. Raises BadInput when it is not one."""
    low = value.lower()
    if field == "name":
        return value, value
    if field == "birth_year":
        year = int(_number(value))
        if not ctx.today.year - 100 <= year <= ctx.today.year - 5:
            raise BadInput("out_of_range", value=value, low=ctx.today.year - 100, high=ctx.today.year - 5)
        return str(year), year
    if field == "week_start":
        if low not in tuple("0123456"):
            raise BadInput("not_a_weekday", value=value)
        return say(ctx.lang, f"tools.weekday_{low}"), int(low)
    if field == "tz":
        try:
            return value, ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadInput("not_a_zone", value=value) from error
    options = {"sex": tuple(Sex), "lang": ("ko", "en"), "units": ("metric", "imperial")}[field]
    if low not in options:
        raise BadInput("not_an_option", value=value, options=", ".join(options))
    return say(low if field == "lang" else ctx.lang, f"tools.{field}_{low}"), low  # type: ignore[arg-type]
