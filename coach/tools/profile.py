"""What the coach knows about the athlete, and changing it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from coach.domain.athlete import Sex, Threshold, ThresholdKind
from coach.domain.source import Source
from coach.errors import BadInput
from coach.pipeline import profile
from coach.store import activities
from coach.store.activities import Row
from coach.text import LANGS, say
from coach.text.formats import pace, swim_pace
from coach.tools.facts import Facts, of_athlete, opening
from coach.tools.spec import Args, Card, NoArgs, Note, Result, ToolContext, tool

THRESHOLDS = (
    (ThresholdKind.hr_max_bpm, "bpm"),
    (ThresholdKind.hr_rest_bpm, "bpm"),
    (ThresholdKind.lthr_bpm, "bpm"),
    (ThresholdKind.threshold_speed_mps, "mps"),
    (ThresholdKind.threshold_power_w, "W"),
    (ThresholdKind.ride_threshold_power_w, "W"),
    (ThresholdKind.swim_threshold_speed_mps, "s_per_100m"),
)
# What a person can have; anything beyond is a slip of the finger and is asked about.
LIMITS = {
    ThresholdKind.hr_max_bpm: (100.0, 230.0),
    ThresholdKind.hr_rest_bpm: (25.0, 110.0),
    ThresholdKind.lthr_bpm: (80.0, 220.0),
    ThresholdKind.threshold_power_w: (50.0, 700.0),
    ThresholdKind.ride_threshold_power_w: (50.0, 600.0),
}
PACE_LIMITS_S = (150.0, 720.0)
SWIM_PACE_LIMITS_S = (50.0, 300.0)  # per 100 m
M_PER_YARD = 0.9144
# The fields that give a threshold: those named like its kind, and paces.
GIVEN = (*(kind.value for kind in LIMITS), "threshold_pace", "swim_threshold_pace")
OLDEST, YOUNGEST = 100, 5  # years
# field → prefix of the texts that name its options, and the options
OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sex": ("sex", tuple(Sex)),
    "lang": ("lang", LANGS),
    "units": ("units", ("metric", "imperial")),
    "week_start": ("weekday", tuple("0123456")),
}
ALWAYS = date(1970, 1, 1)  # what is given holds for all of the past

Field_ = Literal[
    "hr_max_bpm",
    "hr_rest_bpm",
    "lthr_bpm",
    "threshold_pace",
    "threshold_power_w",
    "ride_threshold_power_w",
    "swim_threshold_pace",
    "birth_year",
    "sex",
    "lang",
    "units",
    "tz",
    "week_start",
    "name",
]


class ChangeArgs(Args):
    field: Field_ = Field(description="what to change")
    value: str = Field(
        max_length=80,
        description=(
            "heart rates in bpm; threshold_pace m:ss per km, or m:ss/mi; powers in watts; "
            "swim_threshold_pace m:ss per 100 m, or m:ss/yd; birth_year four digits; sex female or male; "
            "lang ko or en; units metric or imperial; tz such as Asia/Seoul; week_start 0 (Monday) to 6"
        ),
    )


@tool(effect="read")
def profile_show(ctx: ToolContext, args: NoArgs) -> Result:
    """Language, units, zone, birth year, sex and the thresholds, with where each comes from."""
    facts, athlete = Facts(ctx), ctx.athlete
    rows = threshold_rows(ctx)
    unset = say(ctx.lang, "tools.not_set")
    plain = {
        "name": athlete.name or unset,
        "lang": say(ctx.lang, f"tools.lang_{athlete.lang}"),
        "units": say(ctx.lang, f"tools.units_{athlete.units}"),
        "tz": athlete.tz,
        "week_start": say(ctx.lang, f"tools.weekday_{athlete.week_start}"),
        "birth_year": str(athlete.birth_year or unset),
        "sex": say(ctx.lang, f"tools.sex_{athlete.sex}") if athlete.sex else unset,
    }
    lines = [(opening(ctx, say(ctx.lang, f"tools.label_{name}")), value, "") for name, value in plain.items()]
    estimated = False
    for kind, unit in THRESHOLDS:
        threshold: Threshold | None = getattr(athlete.thresholds, kind.value)
        label = say(ctx.lang, f"tools.label_{kind.value}")
        if threshold is None:
            lines.append((opening(ctx, label), unset, ""))
            continue
        _threshold_fact(ctx, facts, threshold, unit, label, rows[kind])
        estimated |= threshold.origin == "estimated"
        lines.append((opening(ctx, label), facts.cell(f"profile.{kind.value}"), _origin(ctx, threshold)))
    card = Card(
        kind="table",
        title=say(ctx.lang, "tools.profile_title"),
        columns=("", say(ctx.lang, "tools.column_value"), say(ctx.lang, "tools.column_origin")),
        rows=tuple(lines),
    )
    notes = (Note(key="tools.profile_estimated"),) if estimated else ()
    return Result(facts=facts.all(), says=(Note(key="tools.profile_here"),), notes=notes, cards=(card,))


def _threshold_fact(
    ctx: ToolContext, facts: Facts, threshold: Threshold, unit: str, label: str, rows: Sequence[Row] = ()
) -> str:
    return facts.add(
        f"profile.{threshold.kind.value}",
        threshold.kind.value,
        100 / threshold.value if unit == "s_per_100m" else threshold.value,
        unit,
        of_athlete(ctx),
        label=label,
        estimated=threshold.origin == "estimated",
        rows=rows,
        sources=[Source.journal] if threshold.origin == "given" else [],
    )


def threshold_rows(ctx: ToolContext) -> dict[ThresholdKind, list[Row]]:
    """Return the activities that each of the athlete's thresholds was estimated from."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        return {
            kind: [activities.get(session, ctx.athlete.id, n) for n in known.activities]
            for kind, _ in THRESHOLDS
            if (known := getattr(ctx.athlete.thresholds, kind.value)) is not None
        }


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
    """Change one field of the profile or one threshold; what rests on it is computed anew."""
    value = args.value.strip()
    if args.field in GIVEN:
        return _change_threshold(ctx, args.field, value)
    shown, stored = _plain(ctx, args.field, value)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        n, edit = profile.change(session, ctx.athlete, args.field, stored, call_key=ctx.call_key)
    if args.field == "lang":
        # Answered in the language that was asked for: both catalogues say these two sentences alike.
        return Result(says=(Note(key=f"tools.now_in_{stored}"),), undo_id=edit)
    label = say(ctx.lang, f"tools.label_{args.field}")
    changed = Note(key="tools.profile_changed", params={"what": label, "value": shown})
    return Result(says=(changed,), notes=_recomputing(n), undo_id=edit)


def _change_threshold(ctx: ToolContext, field: str, value: str) -> Result:
    threshold, facts = _given(ctx, field, value), Facts(ctx)
    label = say(ctx.lang, f"tools.label_{field}")
    unit = dict(THRESHOLDS)[threshold.kind]
    key = _threshold_fact(ctx, facts, threshold, unit, label)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        n, edit = profile.give_threshold(session, ctx.athlete, threshold, call_key=ctx.call_key)
    changed = Note(key="tools.threshold_changed", params={"what": label}, facts={"value": key})
    return Result(facts=facts.all(), says=(changed,), notes=_recomputing(n), undo_id=edit)


def _recomputing(n: int) -> tuple[Note, ...]:
    return (Note(key="tools.recomputing"),) if n else ()


def kind_of(field: str) -> ThresholdKind:
    """Return which threshold a field of GIVEN gives."""
    if field == "threshold_pace":
        return ThresholdKind.threshold_speed_mps
    return ThresholdKind.swim_threshold_speed_mps if field == "swim_threshold_pace" else ThresholdKind(field)


def _number(text: str) -> float:
    found = re.search(r"\d+(?:[.,]\d+)?", text)
    if not found:
        raise BadInput("not_a_number", value=text)
    return float(found.group().replace(",", "."))


def _given(ctx: ToolContext, field: str, value: str) -> Threshold:
    """Return the threshold that was typed. Raises BadInput when no person can have it."""
    if field in ("threshold_pace", "swim_threshold_pace"):
        found = re.search(r"(\d{1,2})\D{1,3}(\d{2})", value) or re.fullmatch(r"(\d)(\d{2})", value)
        if not found or int(found.group(2)) >= 60:
            raise BadInput("not_a_pace", value=value)
        seconds = 60.0 * int(found.group(1)) + int(found.group(2))
        if field == "swim_threshold_pace":
            return _swim_pace(ctx, value, seconds)
        if re.search(r"mi\b|mile|마일", value):
            seconds /= 1.609344
        low, high = PACE_LIMITS_S
        if not low <= seconds <= high:
            fast, slow = (pace(s, ctx.lang, ctx.athlete.units) for s in PACE_LIMITS_S)
            raise BadInput("out_of_range", value=value, low=fast, high=slow)
        return Threshold(ThresholdKind.threshold_speed_mps, 1000 / seconds, "given", ALWAYS)
    kind, number = ThresholdKind(field), _number(value)
    low, high = LIMITS[kind]
    if not low <= number <= high:
        raise BadInput("out_of_range", value=value, low=f"{low:.0f}", high=f"{high:.0f}")
    known = ctx.athlete.thresholds
    if not kind.value.endswith("_bpm"):
        return Threshold(kind, number, "given", ALWAYS)
    rest, top = known.hr_rest_bpm, known.hr_max_bpm
    if kind is ThresholdKind.hr_max_bpm and rest and rest.origin == "given" and number <= rest.value:
        raise BadInput("hr_max_below_rest", value=f"{number:.0f}", rest=f"{rest.value:.0f}")
    if kind is not ThresholdKind.hr_max_bpm and top and top.origin == "given" and number >= top.value:
        raise BadInput("hr_above_max", value=f"{number:.0f}", highest=f"{top.value:.0f}")
    return Threshold(kind, number, "given", ALWAYS)


def _swim_pace(ctx: ToolContext, value: str, seconds: float) -> Threshold:
    """Return the critical swim speed of a pace per 100 m (or yards, when the value says so)."""
    if re.search(r"y(?:ar)?ds?\b|야드", value):
        seconds /= M_PER_YARD
    low, high = SWIM_PACE_LIMITS_S
    if not low <= seconds <= high:
        fast, slow = (swim_pace(s, ctx.lang, ctx.athlete.units) for s in SWIM_PACE_LIMITS_S)
        raise BadInput("out_of_range", value=value, low=fast, high=slow)
    return Threshold(ThresholdKind.swim_threshold_speed_mps, 100 / seconds, "given", ALWAYS)


def _plain(ctx: ToolContext, field: str, value: str) -> tuple[str, object]:
    """Return how the value is shown and how it is stored. Raises BadInput when it is not one."""
    if not value:
        raise BadInput("no_change_named")
    if field == "name":
        return value, value
    if field == "birth_year":
        year = int(_number(value))
        first, last = ctx.today.year - OLDEST, ctx.today.year - YOUNGEST
        if not first <= year <= last:
            raise BadInput("out_of_range", value=value, low=first, high=last)
        return str(year), year
    if field == "tz":
        try:
            return value, ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadInput("not_a_zone", value=value) from error
    prefix, options = OPTIONS[field]
    chosen = _option(prefix, options, value)
    if chosen is None and field == "week_start":
        raise BadInput("not_a_weekday", value=value)
    if chosen is None:
        names = ", ".join(say(ctx.lang, f"tools.{prefix}_{option}") for option in options)
        raise BadInput("not_an_option", value=value, options=names)
    return say(ctx.lang, f"tools.{prefix}_{chosen}"), int(chosen) if field == "week_start" else chosen


def _option(prefix: str, options: Sequence[str], value: str) -> str | None:
    """Return the option that is meant, by its code or by its name in either language."""
    said = value.casefold()
    for option in options:
        if said in (option, *(say(lang, f"tools.{prefix}_{option}").casefold() for lang in LANGS)):
            return option
    return None
