"""Every rule is whole: a source, a sentence in both languages, and both tell the same numbers."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest

from coach.domain.plan.rules import RULES, CheckedPlan, Severity, UnsafePlan, check, checked
from coach.text.catalogue import LANGS, catalogue
from coach.text.plans import finding_words
from tests.domain.plan.made import MONDAY, athlete, intervals, plan, week

TESTS = "\n".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*.py"))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_whole(name):
    rule = RULES[name]
    assert rule.source
    assert rule.doc.endswith(".")
    asked = [
        {field for _, field, _, _ in Formatter().parse(catalogue(lang)[f"rule.{name}"]) if field}
        for lang in LANGS
    ]
    assert asked[0] == asked[1]
    assert len(re.findall(rf'"{name}"', TESTS)) >= 1, "no test judges it"


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_is_without_a_rule(lang):
    text = resources.files("coach.text").joinpath(lang, "plan_rules.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)["rule"]) == set(RULES)


@pytest.mark.parametrize("lang", LANGS)
def test_findings_are_said(lang):
    made = plan(week(1, {0: 40, 1: intervals("h", MONDAY, n=9), 2: intervals("i", MONDAY, n=9), 6: 14}))
    found = check(made, athlete())
    assert len({f.rule for f in found}) >= 4
    for finding in found:
        said = finding_words(finding, lang, "metric", MONDAY)
        assert "{" not in said
        assert not re.search(r"\d\.\d{2}", said), said


def test_a_plan_is_checked_before_it_may_be_kept():
    assert isinstance(checked(plan(week(1, {0: 8})), athlete()), CheckedPlan)
    long = plan(week(1, {0: 14}))
    with pytest.raises(UnsafePlan):
        checked(long, athlete())
    acknowledged = checked(long, athlete(), {"session_spike"})
    assert acknowledged.acknowledged == {"session_spike"}
    assert [f.severity for f in checked(long, athlete(), warnings_pass=True).findings] == [Severity.warn]


def test_what_forbids_cannot_be_acknowledged():
    far = plan(week(1, {0: 30}))
    with pytest.raises(UnsafePlan) as raised:
        checked(far, athlete(), {"session_spike", "weekly_rise", "long_run_share"}, warnings_pass=True)
    assert {f.severity for f in raised.value.findings} == {Severity.forbid}
