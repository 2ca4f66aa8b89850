"""docs/reference/rules.md."""

from __future__ import annotations

import re

from coach.cli.reference.markdown import page, said, table
from coach.domain.plan.guidelines import GUIDELINES
from coach.domain.plan.rules import RULES, Severity
from coach.text.catalogue import LANGS, Lang, catalogue

SEVERITIES = {
    Severity.forbid: "nobody can lift it (a milder case may only be warned about)",
    Severity.warn: "the athlete may say that they know",
}


def rules_page() -> str:
    """Return the page of the safety rules, and of what plans rest on."""
    rules = ((f"`{r.name}`", f"*{r.severity.value}*", r.doc, r.source) for _, r in sorted(RULES.items()))
    sentences = (
        (f"`{name}`", *(_template(f"rule.{name}", lang) for lang in LANGS[::-1])) for name in sorted(RULES)
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


def _template(key: str, lang: Lang) -> str:
    """Return a sentence with dots where its numbers come."""
    return re.sub(r"\{[^}]*\}", "…", catalogue(lang)[key])
