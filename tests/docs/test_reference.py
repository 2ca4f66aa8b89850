"""The committed reference is what the code says, and leaves nothing out."""

from __future__ import annotations

import re

import pytest

from coach.charts import CHARTS
from coach.cli.reference import pages
from coach.cli.reference.markdown import ROOT
from coach.cli.reference.settings import explained, variables
from coach.domain.calculators import CALCULATORS
from coach.domain.metrics import METRICS
from coach.domain.plan.rules import RULES
from coach.jobs import JOBS
from coach.tools import TOOLS

WRITTEN = pages()
FOLDER = ROOT / "docs" / "reference"
AGAIN = "write it anew with `.venv/bin/python -m coach.cli.reference`"


@pytest.mark.parametrize("name", WRITTEN)
def test_the_page_is_what_the_code_says(name):
    path = FOLDER / name
    assert path.exists(), AGAIN
    assert path.read_text(encoding="utf-8") == WRITTEN[name], AGAIN


def test_there_is_no_other_page():
    assert {p.name for p in FOLDER.iterdir()} == set(WRITTEN)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("tools.md", [f"## {name}\n" for name in TOOLS]),
        ("metrics.md", [f"### {name}\n" for name in METRICS]),
        ("glossary.md", [f"metrics.md#{name})" for name in METRICS]),
        ("calculators.md", [f"## {name}\n" for name in CALCULATORS]),
        ("charts.md", [f"| `{name}` | " for name in CHARTS]),
        ("jobs.md", [f"\n| `{name}` | " for name in JOBS]),
        ("rules.md", [f"| `{name}` | *" for name in RULES]),
        ("settings.md", [f"| `{name}` | " for name in variables()]),
    ],
)
def test_nothing_is_left_out(page, names):
    assert len(names) > 1
    assert not [name for name in names if WRITTEN[page].count(name) != 1]


def test_every_argument_has_a_row():
    for tool in TOOLS.values():
        section = WRITTEN["tools.md"].split(f"## {tool.name}\n")[1].split("\n## ")[0]
        assert not [name for name in tool.args.model_fields if f"| `{name}` | " not in section]


def test_titles_stand_in_both_languages():
    for metric in METRICS:
        section = WRITTEN["metrics.md"].split(f"### {metric}\n")[1].split("\n### ")[0]
        titles = re.findall(r"^\*\*(.+)\.\*\* \S", section, re.MULTILINE)
        assert len(titles) == 2, f"{metric}: {titles}"
    for row in WRITTEN["charts.md"].split("## Parameters")[0].splitlines():
        assert not row.startswith("| `") or all(cell.strip() for cell in row.split("|")[1:4]), row


def test_every_setting_is_explained_once():
    words = explained()
    assert not [name for name in variables() if not words.get(name)]
