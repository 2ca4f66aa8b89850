"""The exam as a page that stands alone: verdicts, and every answer that was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from coach.graph.exam.result import Outcome, Verdict
from coach.graph.exam.scenario import version
from coach.graph.exam.sitting import Sat
from coach.text import Lang, say

SHOWN_CHARS = 600  # of an answer

STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #2e7d4f; --bad: #b3403a; }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
.parts { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; }
.parts { padding: 0; }
.parts li { list-style: none; border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .9rem; }
.parts b { display: block; font-size: 1.4rem; } .good { color: var(--good); } .bad { color: var(--bad); }
details { border-top: 1px solid var(--line); padding: .5rem 0; } summary { cursor: pointer; }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: .3rem 1rem; margin: .5rem 0; }
dt { opacity: .7; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
"""


def page(outcomes: Sequence[Outcome], lang: Lang) -> str:
    """Return the report of one or several models as HTML without anything outside of it."""
    title = escape(say(lang, "exam.title"))
    body = "".join(_model(outcome, lang) for outcome in outcomes)
    return document(lang, title, f"<p>{escape(say(lang, 'exam.version', version=version()))}</p>{body}")


def document(lang: Lang, title: str, body: str) -> str:
    """Return a whole page with the style of reports. `title` and `body` are HTML."""
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n<h1>{title}</h1>\n{body}\n</html>\n"
    )


def _model(outcome: Outcome, lang: Lang) -> str:
    said = say(lang, "exam.safe" if outcome.safe else "exam.unsafe")
    wrong = [sat for sat in outcome.sat if not sat.passed]
    parts = (escape(say(lang, "exam.of_model", model=outcome.model, host=outcome.host)), escape(said))
    verdicts = "".join(_part(verdict, lang) for verdict in outcome.verdicts)
    listed = "".join(_group(kind, of, lang) for kind, of in groupby(wrong, lambda s: s.scenario.kind))
    nothing = f"<p>{escape(say(lang, 'exam.nothing_wrong'))}</p>"
    return (
        f'<section>\n<h2>{parts[0]}</h2>\n<p class="{_tone(outcome.safe)}">{parts[1]}</p>\n'
        f'<ul class="parts">{verdicts}</ul>\n{listed or nothing}\n</section>\n'
    )


def _part(verdict: Verdict, lang: Lang) -> str:
    score = say(lang, "exam.score", right=verdict.right, asked=verdict.asked)
    said = say(lang, "exam.passed" if verdict.passed else "exam.failed")
    name = escape(say(lang, f"exam.part.{verdict.part}"))
    return f'<li>{name} <b class="{_tone(verdict.passed)}">{escape(score)}</b> {escape(said)}</li>'


def _group(kind: str, sat: Iterable[Sat], lang: Lang) -> str:
    return f"<h3>{escape(say(lang, f'exam.kind.{kind}'))}</h3>" + "".join(_one(s, lang) for s in sat)


def _one(sat: Sat, lang: Lang) -> str:
    calls = "\n".join(f"{call['name']} {_shown(call['args'])}" for call in sat.answer.calls)
    wrong = "\n".join(
        say(lang, f"exam.check.{wrong.check}") + (f": {wrong.words}" if wrong.words else "")
        for wrong in sat.wrong
    )
    answer = sat.answer.text[:SHOWN_CHARS] or say(lang, "exam.silence")
    rows = (("wrong", wrong), ("answered", answer), ("called_tools", calls))
    shown = "".join(
        f"<dt>{escape(say(lang, f'exam.{name}'))}</dt><dd>{escape(text)}</dd>" for name, text in rows if text
    )
    return (
        f"<details><summary>{escape(sat.scenario.says)} <small>{escape(sat.scenario.id)}</small></summary>"
        f"<dl>{shown}</dl></details>\n"
    )


def _shown(args: dict[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in args.items())


def _tone(good: bool) -> str:
    return "good" if good else "bad"
