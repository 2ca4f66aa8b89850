"""What came of the evaluation: as lines, and as a page with the transcript of whatever failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

from evals.asking import Asked
from evals.athletes import ATHLETES

from coach.graph.exam.report import document
from coach.text import LANGS, Lang, say

_WORDS: dict[Lang, dict[str, str]] = {
    "ko": {
        "title": "평가 보고서",
        "who": "답한 코치: {who}",
        "all": "질문 {n}개 가운데 {right}개가 맞았어요. 그중 {danger}개는 위험한 실수를 보는 질문이에요.",
        "athletes": "선수별",
        "kinds": "종류별",
        "failed": "틀린 답",
        "none": "틀린 답이 없어요.",
        "transcripts": "모든 답",
    },
    "en": {
        "title": "Report of the evaluation",
        "who": "Who answered: {who}",
        "all": "{right} of {n} answers were right; {danger} of the questions look for a dangerous mistake.",
        "athletes": "By athlete",
        "kinds": "By kind",
        "failed": "Wrong answers",
        "none": "Nothing was answered wrongly.",
        "transcripts": "Every answer",
    },
}


def summary(asked: Sequence[Asked]) -> str:
    """Return what failed, a paragraph each, and the count."""
    lines = []
    for one in asked:
        if one.wrong:
            wrong = "; ".join(f"{w.check} {w.words}".strip() for w in one.wrong)
            calls = " ".join(f"{c['name']} {c['args']}" for c in one.heard.answer.calls)
            lines.append(
                f"{one.question.id} {one.question.rules.says}\n  {wrong}\n  [{calls}] "
                + one.heard.answer.text.replace("\n", " / ")
            )
    right = sum(not one.wrong for one in asked)
    return "\n".join([*lines, f"{right} of {len(asked)} right"])


def page(asked: Sequence[Asked], lang: Lang, *, who: str) -> str:
    """Return the page."""
    words = _WORDS[lang]
    wrong = [one for one in asked if one.wrong]
    danger = sum(one.question.danger is not None for one in asked)
    count = words["all"].format(n=len(asked), right=len(asked) - len(wrong), danger=danger)
    failed = "".join(_one(one, lang) for one in wrong) or f"<p>{words['none']}</p>"
    body = (
        f"<p>{escape(words['who'].format(who=who))}</p><p>{count}</p>"
        f"<h2>{words['athletes']}</h2>{_counts(asked, _athlete, list(ATHLETES))}"
        f"<h2>{words['kinds']}</h2>{_counts(asked, _kind)}"
        f"<h2>{words['failed']}</h2>{failed}"
        f"<h2>{words['transcripts']}</h2>{''.join(_one(one, lang) for one in asked if not one.wrong)}"
    )
    return document(lang, words["title"], body)


def _athlete(one: Asked) -> str:
    return one.question.athlete


def _kind(one: Asked) -> str:
    return one.question.rules.kind


def _counts(asked: Sequence[Asked], of: Callable[[Asked], str], order: Sequence[str] = ()) -> str:
    every = Counter(of(one) for one in asked)
    right = Counter(of(one) for one in asked if not one.wrong)
    items = []
    for name in order or sorted(every):
        tone = "good" if right[name] == every[name] else "bad"
        items.append(f'<li>{escape(name)} <b class="{tone}">{right[name]}/{every[name]}</b></li>')
    return f'<ul class="parts">{"".join(items)}</ul>'


def _one(one: Asked, lang: Lang) -> str:
    answer = one.heard.answer
    wrong = "\n".join(f"{say(lang, f'exam.check.{w.check}')} {w.words}".strip() for w in one.wrong)
    calls = "\n".join(
        " ".join([c["name"], *(f"{name}={value}" for name, value in c["args"].items())]) for c in answer.calls
    )
    rows = ((say(lang, "exam.wrong"), wrong), (say(lang, "exam.answered"), answer.text))
    rows += ((say(lang, "exam.called_tools"), calls),)
    shown = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows if text)
    title = f"{escape(one.question.rules.says)} <small>{escape(one.question.id)}</small>"
    return f"<details{' open' if wrong else ''}><summary>{title}</summary><dl>{shown}</dl></details>\n"


assert set(_WORDS) == set(LANGS)
