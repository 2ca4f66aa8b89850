"""Calculators: every formula from plain numbers, for the page and any other front end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.deps import House, Who
from api.errors import FieldProblem, documented, problem
from coach.domain.calculators import CALCULATORS, calculate
from coach.domain.calculators.registry import BadInputs, Calculator, CalculatorResult, find, numbers
from coach.store import athletes
from coach.text import Lang, has, say
from coach.text.facts import quantity
from coach.text.formats import Units
from coach.tools.calculate import in_words
from coach.tools.calculate import result_of as told
from coach.tools.spec import ToolContext
from coach.tools.wording import worded

router = APIRouter(prefix="/calculators", tags=["calculators"])

Name = Annotated[str, Path(pattern="^[a-z0-9_]{1,60}$", examples=["vdot"])]


class CalculatorOut(BaseModel):
    name: str = Field(examples=["vdot"])
    title: str
    about: str
    source: str = Field(description="The publication it follows.")
    inputs: dict[str, Any] = Field(description="JSON schema; `title` is the label, `unit` the unit.")
    example: dict[str, Any] = Field(description="Inputs that can be computed.")


class CalculatorList(BaseModel):
    calculators: list[CalculatorOut]


class LineOut(BaseModel):
    path: str = Field(description="Where in the result it stands; empty when the result is a bare number.")
    label: str = Field(examples=["VDOT"])
    value: float | None
    unit: str = Field(examples=["s_per_km"])
    text: str = Field(description="The value with its unit, as the coach says it.", examples=["5'00\"/km"])


class Calculated(BaseModel):
    metric: str = Field(description="Name of the calculator.")
    result: Any = Field(description="A number, or numbers by name; null is unknown.")
    lines: list[LineOut] = Field(description="Every number of the result, named and written out.")
    says: list[str] = Field(description="What it means, sentence by sentence.")


@router.get("", name="list_calculators", summary="What can be calculated", responses=documented(401, 403))
def list_calculators(house: House, who: Who) -> CalculatorList:
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
    return CalculatorList(calculators=[calculator_out(c, lang) for c in CALCULATORS.values()])


def calculator_out(found: Calculator, lang: Lang) -> CalculatorOut:
    return CalculatorOut(
        name=found.name,
        title=say(lang, f"calc.title.{found.name}"),
        about=say(lang, f"calc.about.{found.name}"),
        source=found.source,
        inputs=_schema(found, lang),
        example=dict(found.example),
    )


def _schema(found: Calculator, lang: Lang) -> dict[str, Any]:
    """Return the JSON schema of the inputs with their names in the athlete's language."""
    schema = found.inputs.model_json_schema()
    for described in (schema, *schema.get("$defs", {}).values()):
        described.pop("description", None)
        for name, field in described.get("properties", {}).items():
            if has(lang, f"calc.in.{name}"):
                field["title"] = say(lang, f"calc.in.{name}")
    return schema


@router.post(
    "/{calculator}",
    name="calculate",
    summary="Calculate from plain numbers",
    response_model=Calculated,
    responses=documented(401, 403, 404, 422),
)
def calculate_from(
    calculator: Name, inputs: dict[str, Any], house: House, who: Who
) -> Calculated | JSONResponse:
    """Nothing is stored. Inputs that cannot be used are each named under `errors`."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
    found, lang = find(calculator), athlete.lang
    try:
        result = calculate(calculator, inputs)
    except BadInputs as error:
        return _refused(error, lang)
    context = ToolContext(athlete, house.db, house.clock(), lang)
    return Calculated(
        metric=calculator,
        result=result,
        lines=list(_lines(found, result, lang, athlete.units)),
        says=list(worded(told(context, found, inputs, result), context).says),
    )


def _lines(found: Calculator, result: CalculatorResult, lang: Lang, units: Units) -> Iterator[LineOut]:
    for path, output, value in numbers(found, result):
        text = "–" if value is None else quantity(value, output.unit, lang, units, metric=output.label)
        label = say(lang, f"calc.out.{output.label}")
        yield LineOut(path=path, label=label, value=value, unit=output.unit, text=text)


def _refused(error: BadInputs, lang: Lang) -> JSONResponse:
    """Return one problem that names every input that cannot be used; the first one speaks."""
    told_problems = [in_words(p, lang) for p in error.problems]
    fields = [
        FieldProblem(field=str(raw.params.get("field", "")), problem=say(lang, f"error.{p.key}", **p.params))
        for raw, p in zip(error.problems, told_problems, strict=True)
    ]
    first: Mapping[str, Any] = told_problems[0].params
    return problem(lang, 422, "bad_request", told_problems[0].key, dict(first), fields=fields)
