"""docs/reference/rules.md."""

from __future__ import annotations

from coach.cli.reference.markdown import page, said, table
from coach.domain.plan.guidelines import GUIDELINES
from coach.domain.plan.rules import RULES, Severity

SEVERITIES = {
    Severity.forbid: "nobody can lift it (a milder case may only be warned about)",
    Severity.warn: "the athlete may say that they know",
}


def rules_page() -> str:
    """Return the page of the safety rules, and of what plans rest on."""
    rules = ((f"`{r.name}`", f"*{r.severity.value}*", r.doc, r.source) for _, r in sorted(RULES.items()))
    sentences = (
        (f"`{name}`", said(f"rule.{name}", "en"), said(f"rule.{name}", "ko")) for name in sorted(RULES)
    )
    guidelines = (
        (f"`{g.id}`", said(f"plan.guideline_{g.id}", "en"), g.citation, f"*{g.evidence.value}*")
        for _, g in sorted(GUIDELINES.items())
    )
    return page(
        "# Safety rules",
        "What no plan may do. They hold when a plan is built, stored, edited by hand, imported and sent.",
        table(("severity", "means"), ((f"*{s.value}*", words) for s, words in SEVERITIES.items())),
        table(("rule", "severity", "what it finds", "source"), rules),
        "## As they are said",
        table(("rule", "English", "한국어"), sentences),
        "## What workouts rest on",
        table(("guideline", "in words", "source", "evidence"), guidelines),
    )
