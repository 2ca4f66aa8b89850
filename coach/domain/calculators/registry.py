"""Calculators, each declared once: the entry feeds the command line, the tool, the HTTP API and the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import BadInput, NotFound


class Inputs(BaseModel):
    """Base of every calculator's inputs: numbers are numbers, and nothing is ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Output:
    """What one number of a result is: its unit, and its name (a text key under `calc.out.`)."""

    unit: str
    label: str


# A bare number, or numbers by name; None where the inputs allow none.
type Number = float | None
type Numbers = Mapping[str, Number | Mapping[str, Number]]
type CalculatorResult = Number | Numbers


@dataclass(frozen=True)
class Calculator:
    """A formula that answers from plain numbers. `outputs` maps each path of the result to what it is.

    The path of a bare number is "", that of a nested one "outer/inner". Title and explanation are
    `calc.title.<name>` and `calc.about.<name>` of the catalogue.
    """

    name: str
    inputs: type[Inputs]
    outputs: Mapping[str, Output]
    source: str  # the publication
    example: Mapping[str, Any]
    fn: Callable[[Any], CalculatorResult]


CALCULATORS: dict[str, Calculator] = {}


def calculator[F: Callable[..., Any]](
    name: str, *, outputs: Mapping[str, Output], source: str, example: Mapping[str, Any]
) -> Callable[[F], F]:
    """Register `def fn(given: SomeInputs) -> number or mapping` as a calculator. A name only once."""

    def register(fn: F) -> F:
        if name in CALCULATORS:
            raise ValueError(f"calculator {name} is declared twice")
        inputs = get_type_hints(fn)["given"]
        if not (isinstance(inputs, type) and issubclass(inputs, Inputs)):
            raise TypeError(f"calculator {name}: `given` must be a subclass of Inputs")
        CALCULATORS[name] = Calculator(name, inputs, outputs, source, example, fn)
        return fn

    return register


class BadInputs(BadInput):
    """What was given to a calculator cannot be used. Each problem names its field; the first one speaks."""

    def __init__(self, problems: tuple[BadInput, ...]) -> None:
        super().__init__(problems[0].key, **problems[0].params)
        self.problems = problems


def find(name: str) -> Calculator:
    """Return a calculator. Raises NotFound."""
    if name not in CALCULATORS:
        raise NotFound("no_such_calculator", name=name[:60], known=", ".join(CALCULATORS))
    return CALCULATORS[name]


def calculate(name: str, inputs: Mapping[str, Any]) -> CalculatorResult:
    """Check the inputs and compute. Raises NotFound for the name, BadInputs for what it is given."""
    found = find(name)
    try:
        return found.fn(found.inputs.model_validate(inputs))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise BadInputs(tuple(_problem(p) for p in problems[:20])) from error
    except BadInput as error:
        raise BadInputs((error,)) from error


def numbers(found: Calculator, result: CalculatorResult) -> Iterator[tuple[str, Output, Number]]:
    """Yield every number of a result with its path and what it is, in the order of the outputs."""
    for path, output in found.outputs.items():
        value: Any = result
        for key in path.split("/") if path else ():
            value = value[key]
        yield path, output, value


# What pydantic found → the sentence that says it, and the name of the limit it carries.
_SENTENCES = {
    "missing": ("calc_missing", ""),
    "extra_forbidden": ("calc_extra", ""),
    "finite_number": ("calc_not_number", ""),
    "float_type": ("calc_not_number", ""),
    "greater_than": ("calc_above", "gt"),
    "greater_than_equal": ("calc_at_least", "ge"),
    "less_than_equal": ("calc_at_most", "le"),
    "multiple_of": ("calc_not_whole", ""),
    "too_short": ("calc_too_few", "min_length"),
    "too_long": ("calc_too_many", "max_length"),
}


def _problem(found: Mapping[str, Any]) -> BadInput:
    kind, context = found["type"], found.get("ctx") or {}
    field = ".".join(str(part)[:60] for part in found["loc"])
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return BadInput("calc_not_one_of", field=field, choices=choices)
    key, limit = _SENTENCES.get(kind, ("calc_wrong_type", ""))
    return BadInput(key, field=field, **({"limit": f"{context[limit]:g}"} if limit else {}))
