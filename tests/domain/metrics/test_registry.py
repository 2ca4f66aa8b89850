"""Each metric is declared once, named in both languages, and has a published worked example."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from coach.domain import metrics, zones
from coach.domain.metrics import METRICS, Metric
from coach.domain.metrics.registry import Evidence, metric
from coach.text.catalogue import LANGS, catalogue

from .examples import EXAMPLES

HERE = Path(__file__).parent
for found in sorted(HERE.glob("test_*.py")):
    if found.stem != Path(__file__).stem:
        importlib.import_module(f".{found.stem}", __package__)

SOURCES = [p.read_text(encoding="utf-8") for p in Path(metrics.__file__).parent.glob("*.py")]
SOURCES.append(Path(zones.__file__).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_has_a_worked_example(name):
    assert EXAMPLES.get(name), f"{name} has no test marked with @example_of"
    assert all(source for _, source in EXAMPLES[name])


def test_no_example_of_a_metric_that_does_not_exist():
    assert set(EXAMPLES) <= set(METRICS)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("entry", METRICS.values(), ids=METRICS.keys())
def test_a_metric_has_a_title_an_explanation_and_a_docstring(entry: Metric, lang):
    texts = catalogue(lang)
    assert entry.title == entry.name
    assert texts.get(f"metric.{entry.title}")
    about = texts.get(f"metric.{entry.name}_about", "")
    assert about.endswith(".")
    assert entry.doc
    assert entry.source


@pytest.mark.parametrize("lang", LANGS)
def test_every_reason_and_basis_has_a_sentence(lang):
    texts = catalogue(lang)
    reasons = {r for s in SOURCES for r in re.findall(r'Unknown\(\s*"(\w+)"', s)}
    bases = {b for s in SOURCES for b in re.findall(r'"(zones_\w+)"', s)}
    bases |= {b for s in SOURCES for b in re.findall(r'\bon, "(\w+)"', s)}
    assert len(reasons) > 20
    assert len(bases) > 8
    assert not [r for r in reasons if f"unknown.{r}" not in texts]
    assert not [b for b in bases if f"basis.{b}" not in texts]


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="declared twice"):

        @metric(
            title="x",
            unit="m",
            scope="activity",
            combine="sum",
            needs=(),
            source="none",
            evidence=Evidence.definition,
            version=1,
        )
        def distance_m() -> None:
            """Not a metric."""


def test_every_field_must_be_given():
    with pytest.raises(TypeError):
        metric(title="x", unit="m")  # type: ignore[call-arg]
