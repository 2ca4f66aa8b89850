"""Calculators in a conversation: numbers the athlete says, put into a formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from coach.domain.calculators import CALCULATORS
from coach.domain.calculators import calculate as compute
from coach.domain.calculators.registry import BadInputs, Calculator, CalculatorResult, find, numbers
from coach.domain.fact import Subject
from coach.domain.source import Source
from coach.errors import BadInput
from coach.text import Lang, has, say
from coach.text.formats import clock, distance, pace
from coach.tools.bests import best_name
from coach.tools.facts import Facts, opening
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool

VDOT_MADE_FOR_S = (210.0, 4 * 3600.0)
RIEGEL_GOOD_TO_M = 21_100.0
SAID_AT_MOST = 3  # numbers in a row are read; more belong in a table
KM_PER_MILE = 1.609344


def _taken(found: Calculator) -> str:
    """Return what a calculator takes, as a model reads it: `vdot(distance_m, time_s)`."""
    fields = found.inputs.model_fields.items()
    names = (name if field.is_required() else f"{name}?" for name, field in fields)
    return f"{found.name}({', '.join(names)})"


_TAKEN = "; ".join(map(_taken, CALCULATORS.values()))


class CalculateArgs(Args):
    name: str = Field(description="which", json_schema_extra={"enum": list(CALCULATORS)})
    inputs: dict[str, Any] = Field({}, description=f"by name (? may be left out): {_TAKEN}")


@tool(effect="read")
def calculate(ctx: ToolContext, args: CalculateArgs) -> Result:
    """A formula from plain numbers: VDOT, race predictions, paces, age grade, load and more."""
    found = find(args.name)
    try:
        result = compute(args.name, args.inputs)
    except BadInputs as error:
        raise in_words(error.problems[0], ctx.lang) from error
    return result_of(ctx, found, args.inputs, result)


def in_words(problem: BadInput, lang: Lang) -> BadInput:
    """Return a problem with an input called by its name in the athlete's language."""
    field = problem.params.get("field")
    if not isinstance(field, str):
        return problem
    return BadInput(problem.key, **{**problem.params, "field": field_name(field, lang)})


def field_name(field: str, lang: Lang) -> str:
    """Return what an input is called: `최대심박`, `구간들 3 속도(m/s)`; as typed when unknown."""
    parts = [
        str(int(part) + 1)
        if part.isdigit()
        else say(lang, f"calc.in.{part}")
        if has(lang, f"calc.in.{part}")
        else part
        for part in field.split(".")
    ]
    return " ".join(parts)


@dataclass(frozen=True)
class _Told:
    """What a calculation is told from: its inputs, and the facts of its result by their names."""

    ctx: ToolContext
    given: Mapping[str, Any]
    facts: Facts
    keys: Mapping[str, str]
    subject: Subject

    def note(
        self,
        key: str,
        *labels: str,
        params: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> Note:
        """Return a sentence; `labels` are facts whose placeholders have the same names."""
        same = {label: self.keys[label] for label in labels}
        return Note(key=key, params=params or {}, facts={**same, **(facts or {})})


def result_of(
    ctx: ToolContext, found: Calculator, given: Mapping[str, Any], result: CalculatorResult
) -> Result:
    """Return a calculation as an answer: its numbers as facts, sentences, and a table of several."""
    subject = Subject(kind="athlete", label=_subject(ctx, found.name, given))
    facts, keys, lines = Facts(ctx), {}, []
    for _, output, value in numbers(found, result):
        name = say(ctx.lang, f"calc.out.{output.label}")
        key = facts.add(
            f"{found.name}.{output.label}",
            output.label,
            value,
            output.unit,
            subject,
            label=name,
            sources=[Source.journal],
            because=None if value is not None else "not_known",
        )
        keys[output.label] = key
        lines.append((opening(ctx, name), facts.cell(key)))
    told = _Told(ctx, given, facts, keys, subject)
    says = _SAYS[found.name](told) if found.name in _SAYS else _plainly(told, found)
    card = Card(
        kind="table",
        title=say(ctx.lang, f"calc.title.{found.name}"),
        columns=(say(ctx.lang, "calc.column_what"), say(ctx.lang, "calc.column_value")),
        rows=tuple(lines),
    )
    return Result(facts=facts.all(), says=tuple(says), cards=(card,) if len(lines) > 1 else ())


def _plainly(told: _Told, found: Calculator) -> list[Note]:
    """Say any result: one number in a sentence, several in the table, and what they mean."""
    lang = told.ctx.lang
    about = Note(key="calc.says_about", params={"about": say(lang, f"calc.about.{found.name}")})
    title = say(lang, f"calc.title.{found.name}")
    known = [label for label, key in told.keys.items() if told.facts.value(key) is not None]
    if not known:
        return [Note(key="calc.says_unknown", params={"what": title}), about]
    if len(known) > SAID_AT_MOST:
        return [Note(key="calc.says_table", params={"what": title}), about]
    values = [
        Note(
            key="calc.says_value",
            params={"what": opening(told.ctx, say(lang, f"calc.out.{label}"))},
            facts={"value": told.keys[label]},
        )
        for label in known
    ]
    return [*values, about]


def _performance(told: _Told) -> list[Note]:
    races = {"five": "race_5k", "ten": "race_10k", "half": "race_half", "marathon": "race_marathon"}
    paces = ("easy_fast", "easy_slow", "threshold", "interval")
    return [
        told.note("calc.says_performance", "vdot", params={"race": told.subject.label}),
        told.note("calc.says_equal", facts={name: told.keys[label] for name, label in races.items()}),
        told.note("calc.says_paces", facts={name: told.keys[f"pace_{name}"] for name in paces}),
        _outside(told) or told.note("calc.says_marathon_hope"),
    ]


def _vdot(told: _Told) -> list[Note]:
    first = told.note("calc.says_vdot", "vdot", params={"race": told.subject.label})
    return [first, _outside(told) or told.note("calc.says_vdot_next")]


def _outside(told: _Told) -> Note | None:
    """Say so when the effort is shorter or longer than VDOT was made for."""
    shortest, longest = VDOT_MADE_FOR_S
    inside = shortest <= told.given["time_s"] <= longest
    return None if inside else told.note("calc.says_outside")


def _riegel(told: _Told) -> list[Note]:
    target = told.given["d2_m"]
    race = {"race": told.subject.label, "target": best_name(told.ctx, target)}
    far = target > RIEGEL_GOOD_TO_M
    return [
        told.note("calc.says_riegel", params=race, facts={"time": told.keys["race_time"]}),
        told.note("calc.says_riegel_far" if far else "calc.says_riegel_near"),
    ]


def _vickers_vertosick(told: _Told) -> list[Note]:
    given = told.given
    km = given.get("km_per_week")
    km = given["miles_per_week"] * KM_PER_MILE if km is None else km
    volume = distance(1000 * km, told.ctx.lang, told.ctx.athlete.units)
    return [
        told.note(
            "calc.says_vickers_vertosick",
            params={"race": told.subject.label, "volume": volume},
            facts={"time": told.keys["marathon_time"]},
        ),
        told.note("calc.says_vickers_vertosick_why"),
    ]


def _critical_speed(told: _Told) -> list[Note]:
    def by(model: str) -> dict[str, str]:
        return {"cs": told.keys[f"critical_speed_{model}"], "d_prime": told.keys[f"d_prime_{model}"]}

    first = told.note("calc.says_critical_speed", facts=by("linear"))
    if len(told.given["times_s"]) < 3:
        return [first, told.note("calc.says_critical_speed_two")]
    return [first, told.note("calc.says_critical_speed_other", facts=by("inverse"))]


def _age_grade(told: _Told) -> list[Note]:
    open_s, factor = (told.facts.value(told.keys[name]) for name in ("open_standard", "age_factor"))
    assert open_s is not None
    assert factor is not None
    of_age = told.facts.add(
        "age_grade_2025.age_standard",
        "age_standard",
        open_s / factor,
        "s",
        told.subject,
        label=say(told.ctx.lang, "calc.out.age_standard"),
        sources=[Source.journal],
    )
    grade, of_all = told.keys["age_grade"], told.keys["open_standard"]
    return [
        told.note("calc.says_age_grade_2025", params={"race": told.subject.label}, facts={"grade": grade}),
        told.note("calc.says_age_grade_2025_why", facts={"age_standard": of_age, "open": of_all}),
    ]


def _vdot_paces(told: _Told) -> list[Note]:
    paces = ("easy_fast", "easy_slow", "threshold", "interval")
    return [told.note("calc.says_paces", facts={name: told.keys[f"pace_{name}"] for name in paces})]


def _vdot_table(told: _Told) -> list[Note]:
    vdot, far = f"{told.given['vdot']:g}", best_name(told.ctx, told.given["distance_m"])
    time = {"time": told.keys["formula_time"]}
    return [told.note("calc.says_vdot_table", params={"vdot": vdot, "distance": far}, facts=time)]


def _time_off(told: _Told) -> list[Note]:
    days = told.given["days_off"]
    lost = {
        name: _lost_pct(told, label)
        for name, label in (("lost", "vdot_share"), ("cross", "vdot_share_cross"))
    }
    key = "calc.says_time_off" if told.facts.value(lost["lost"]) else "calc.says_time_off_nothing"
    return [told.note(key, params={"days": f"{days:g}"}, facts=lost if key == "calc.says_time_off" else {})]


def _lost_pct(told: _Told, share: str) -> str:
    """Add the part of VDOT that is gone; return the name of that fact."""
    left = told.facts.value(told.keys[share])
    assert left is not None
    return told.facts.add(
        f"vdot_time_off.lost_{share}",
        f"lost_{share}",
        round(100 * (1 - left), 1),
        "pct",
        told.subject,
        label=say(told.ctx.lang, "calc.out.vdot_lost"),
        sources=[Source.journal],
    )


def _heat(told: _Told) -> list[Note]:
    cost_s = told.facts.value(told.keys["heat_cost"])
    degrees = {"temperature": f"{told.given['temperature_c']:g}"}
    about = say(told.ctx.lang, "calc.about.heat_pace")
    if not cost_s:
        return [told.note("calc.says_heat_none", params=degrees)]
    # Said as a difference ("10 s/km"), where the table has it as a pace.
    cost = told.facts.add(
        "heat_pace.slower",
        "heat_cost",
        round(cost_s),
        "s_per_km_apart",
        told.subject,
        label=say(told.ctx.lang, "calc.out.heat_cost"),
        sources=[Source.journal],
    )
    facts = {"pace": told.keys["pace_in_heat"], "cost": cost}
    return [
        told.note("calc.says_heat", params=degrees, facts=facts),
        told.note("calc.says_about", params={"about": about}),
    ]


def _pace(told: _Told) -> list[Note]:
    found = next(name for name in ("distance", "time", "pace") if _missing(told.given, name))
    return [told.note(f"calc.says_pace_{found}", found, params={"race": told.subject.label})]


def _missing(given: Mapping[str, Any], name: str) -> bool:
    return given.get({"distance": "distance_m", "time": "time_s", "pace": "pace_s_per_km"}[name]) is None


def _trimp(told: _Told) -> list[Note]:
    series = told.given.get("segments") is not None
    says = [
        told.note("calc.says_trimp", "trimp"),
        told.note("calc.says_trimp_series" if series else "calc.says_trimp_average"),
    ]
    return says if told.given.get("sex") else [*says, told.note("calc.says_trimp_no_sex")]


_SAYS: Mapping[str, Callable[[_Told], Sequence[Note]]] = {
    "performance": _performance,
    "vdot": _vdot,
    "riegel": _riegel,
    "vickers_vertosick": _vickers_vertosick,
    "critical_speed": _critical_speed,
    "age_grade_2025": _age_grade,
    "pace": _pace,
    "trimp": _trimp,
    "vdot_paces": _vdot_paces,
    "vdot_table": _vdot_table,
    "vdot_time_off": _time_off,
    "heat_pace": _heat,
}


def _subject(ctx: ToolContext, name: str, given: Mapping[str, Any]) -> str:
    """Return what was typed as a runner would say it, or else what is calculated."""

    def race(metres: float, seconds: float) -> str:
        return say(ctx.lang, "calc.of_race", distance=best_name(ctx, metres), time=clock(seconds))

    match name, given:
        case (("performance" | "vdot"), {"distance_m": metres, "time_s": seconds}):
            return race(metres, seconds)
        case "riegel", {"d1_m": metres, "t1_s": seconds}:
            return race(metres, seconds)
        case "vickers_vertosick", {"d_m": float() | int() as metres, "t_s": seconds}:
            return race(metres, seconds)
        case "vickers_vertosick", {"d1_m": d1, "t1_s": t1, "d2_m": d2, "t2_s": t2}:
            return say(ctx.lang, "calc.of_races", one=race(d1, t1), two=race(d2, t2))
        case "age_grade_2025", {"km": km, "time_s": seconds, "age": age}:
            return say(ctx.lang, "calc.of_race_age", age=f"{age:g}", race=race(1000 * km, seconds))
        case "pace", _:
            return _two_of_three(ctx, given, race)
        case _:
            return say(ctx.lang, f"calc.title.{name}")


def _two_of_three(ctx: ToolContext, given: Mapping[str, Any], race: Callable[[float, float], str]) -> str:
    if _missing(given, "pace"):
        return race(given["distance_m"], given["time_s"])
    run_at = pace(given["pace_s_per_km"], ctx.lang, ctx.athlete.units)
    if _missing(given, "time"):
        return say(
            ctx.lang, "calc.of_distance_pace", pace=run_at, distance=best_name(ctx, given["distance_m"])
        )
    return say(ctx.lang, "calc.of_time_pace", pace=run_at, time=clock(given["time_s"]))
