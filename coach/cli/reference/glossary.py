"""docs/reference/glossary.md: the words of the field in both languages, and those of the code."""

from __future__ import annotations

import inspect

from coach.cli.reference.markdown import by_name, page, said, table
from coach.domain.activity import CHANNELS, Activity, Channel, Recording
from coach.domain.athlete import Athlete, Threshold
from coach.domain.fact import Fact, Subject
from coach.domain.metrics import METRICS, Measure, Unknown
from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source
from coach.tools.spec import Card, Note, Question, Result

# What the code calls things, where a word could mean several.
WORDS = (
    Activity,
    Athlete,
    Card,
    Channel,
    Fact,
    Measure,
    Note,
    Permission,
    Question,
    Recording,
    Result,
    Source,
    Subject,
    Threshold,
    Unknown,
)


def glossary_page() -> str:
    """Return the page of the words."""
    metrics = sorted(METRICS.values(), key=lambda m: (said(f"metric.{m.title}", "en").lower(), m.name))
    field = [
        (
            said(f"metric.{m.title}", "en"),
            said(f"metric.{m.title}", "ko"),
            f"[`{m.name}`](metrics.md#{m.name})",
            f"{said(f'metric.{m.name}_about', 'en')} {said(f'metric.{m.name}_about', 'ko')}",
        )
        for m in metrics
    ]
    sources = [
        (
            f"`{source.value}`",
            _yes(permission.to_model),
            _yes(permission.to_others),
            f"{permission.keep_for.days} days" if permission.keep_for else "as long as the athlete wants",
        )
        for source, permission in sorted(DEFAULT_PERMISSIONS.items())
    ]
    channels = [(f"`{c.name}`", c.unit, f"{c.low:,} to {c.high:,}") for c in by_name(CHANNELS)]
    return page(
        "# Glossary",
        "## Words of the field",
        table(("English", "한국어", "name", "meaning"), field),
        "## Words of the code",
        table(("word", "meaning"), ((f"`{word.__name__}`", _first(word)) for word in WORDS)),
        "## Sources, and what they permit",
        "Not every source can be connected yet; what it permits is settled before it is.",
        table(("source", "to a model", "to other people", "kept"), sources),
        "## Channels of a recording",
        "A value outside the range is taken for a sensor's error. Names end in their unit.",
        table(("channel", "unit", "range"), channels),
    )


def _yes(allowed: bool) -> str:
    return "yes" if allowed else "no"


def _first(word: type) -> str:
    """Return the first paragraph of a class's own docstring."""
    return inspect.cleandoc(word.__doc__ or "").split("\n\n", 1)[0]
