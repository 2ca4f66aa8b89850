"""The how-to pages are true: their code is run, their sentences are said, their tests pass."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from coach.charts import CHARTS, build
from coach.cli.talk import result_text
from coach.domain.calculators import CALCULATORS
from coach.domain.metrics import METRICS
from coach.domain.plan.rules import RULES
from coach.providers.contract import Provider
from coach.store import athletes
from coach.text import LANGS
from coach.text.catalogue import JOINED, catalogue
from coach.tools import TOOLS
from coach.tools.spec import Result, ToolContext

PAGES = sorted((Path(__file__).parents[2] / "docs" / "how-to").glob("add-a-*.md"))
AREA = {
    "add-a-calculator": "calc",
    "add-a-chart": "charts",
    "add-a-metric": "metrics",
    "add-a-provider": "sync",
    "add-a-rule": "plan_rules",
    "add-a-tool": "tools",
}
REGISTRIES: tuple[dict[str, Any], ...] = (TOOLS, METRICS, CHARTS, CALCULATORS, RULES)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def blocks(page: Path, kind: str) -> list[str]:
    """Return the blocks of a page that are marked ```<kind>."""
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def sentences(page: Path, lang: str) -> dict[str, str]:
    """Return the sentences a page adds to a language, by their full keys."""
    found: dict[str, str] = {}
    for block in blocks(page, f"toml {lang}"):
        for key, value in tomllib.loads(block).items():
            if isinstance(value, dict):
                table = key if key in JOINED else f"{AREA[page.stem]}.{key}"
                found |= {f"{table}.{name}": text for name, text in value.items()}
            else:
                found[f"{AREA[page.stem]}.{key}"] = value
    return found


@pytest.fixture
def open_registries() -> Iterator[None]:
    """Let a test register what it likes; afterwards everything is as before."""
    registries: list[dict[str, Any]] = [*REGISTRIES]
    registries += [catalogue(lang) for lang in LANGS]  # type: ignore[misc]
    before = [dict(registry) for registry in registries]
    yield
    for registry, known in zip(registries, before, strict=True):
        registry.clear()
        registry.update(known)


class Ask:
    """Calls tools for one athlete, on one day."""

    def __init__(self, db: Any, athlete_id: int) -> None:
        with db.athlete_session(athlete_id) as session:
            athlete = athletes.get(session, athlete_id)
        self.context = ToolContext(athlete, db, NOW, "ko")
        self.calls = 0

    def __call__(self, name: str, /, **args: Any) -> Result:
        self.calls += 1
        tool = TOOLS[name]
        context = replace(self.context, call_key=f"how-to:{self.calls}")
        return tool.fn(context, tool.args.model_validate(args))

    def said(self, result: Result, lang: Any) -> str:
        athlete = replace(self.context.athlete, lang=lang)
        return result_text(result, replace(self.context, athlete=athlete, lang=lang))


@pytest.fixture
def ask(db, athlete_id) -> Ask:
    return Ask(db, athlete_id)


@pytest.fixture
def draw(db, athlete_id, ask):
    """Draw a chart for the athlete of `ask`."""

    def drawn(chart: str, **params: Any) -> dict[str, Any]:
        with db.athlete_session(athlete_id) as session:
            athlete = ask.context.athlete
            return build(chart, params, session=session, athlete=athlete, lang="ko", today=date(2026, 11, 21))

    return drawn


@pytest.mark.usefixtures("open_registries")
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_the_page_is_true(page, request):
    for lang in LANGS:
        new = sentences(page, lang)
        assert not set(new) & set(catalogue(lang)), "the example exists already: choose another"
        catalogue(lang).update(new)  # type: ignore[attr-defined]
    sizes = sum(map(len, REGISTRIES))
    names: dict[str, Any] = {"__name__": "how_to", "date": date}
    for code in blocks(page, "python"):
        exec(compile(code, page.name, "exec", dont_inherit=True), names)
    declared = sum(map(len, REGISTRIES)) - sizes
    # A provider is found by its folder, which a page has none of.
    assert declared + isinstance(names.get("provider"), Provider) == 1
    tests = {name: test for name, test in names.items() if name.startswith("test_")}
    assert tests
    for test in tests.values():
        test(**{name: request.getfixturevalue(name) for name in inspect.signature(test).parameters})


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_both_languages_are_given(page):
    ko, en = (sentences(page, lang) for lang in ("ko", "en"))
    assert set(ko) == set(en) != set()
    for key in ko:
        filled = [{name for _, name, _, _ in Formatter().parse(text[key]) if name} for text in (ko, en)]
        assert filled[0] == filled[1]


def test_there_is_a_page_for_each_kind():
    assert {page.stem for page in PAGES} == set(AREA)


def test_what_the_pages_name_exists():
    root = Path(__file__).parents[2]
    for page in PAGES:
        for path in re.findall(r"`((?:coach|tests|docs)/[\w/.*-]+)`", page.read_text(encoding="utf-8")):
            assert list(root.glob(path)), f"{page.name}: {path}"
