"""What the guidelines tool cites, for whom, and how it is told in a terminal and over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fakes.life import Lived
from telling import call, told

from coach.cli.talk import result_text
from coach.text import say
from coach.tools.wording import worded

WATER = {"ko": "달릴 때 물은 얼마나 마셔야 해?", "en": "How much should I drink on a run?"}
NOWHERE = {"ko": "서울 마라톤 참가비가 얼마야?", "en": "What is the entry fee of the Berlin Marathon?"}
LANGS: list[Any] = ["ko", "en"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_question_is_answered_with_a_passage_of_its_language(life: Lived, lang: Any) -> None:
    ctx = life.ctx(lang=lang)
    result = call(ctx, "guidelines", question=WATER[lang])
    best = result.cites[0]
    assert (best.guideline, best.lang) == ("hydration", lang)
    assert best.authority == "10.1249/mss.0b013e31802ca597"
    assert best.checked_on is not None
    assert told(ctx, result).count("[1]") == len([*result.says, *result.notes])
    assert not result.facts, "a passage is no number of the athlete's"


@pytest.mark.parametrize("lang", LANGS)
def test_what_no_guideline_answers_cites_nothing(life: Lived, lang: Any) -> None:
    ctx = life.ctx(lang=lang)
    result = call(ctx, "guidelines", question=NOWHERE[lang])
    assert result.cites == ()
    assert told(ctx, result) == say(lang, "guidelines.none")
    assert "[1]" not in result_text(result, ctx)


@pytest.mark.parametrize("lang", LANGS)
def test_pain_is_not_judged_whatever_is_found(life: Lived, lang: Any) -> None:
    ctx = life.ctx(lang=lang)
    for question, found in (("무릎 앞쪽이 아파요 kneecap pain", True), (NOWHERE[lang], False)):
        result = call(ctx, "guidelines", question=question, symptom=True)
        assert bool(result.cites) is found
        assert told(ctx, result).startswith(say(lang, "guidelines.not_judged"))


def test_what_experts_dispute_says_so(life: Lived) -> None:
    ctx = life.ctx(lang="en")
    result = call(ctx, "guidelines", question="Does the acute:chronic workload ratio forecast injury?")
    assert result.cites[0].guideline == "acwr"
    assert [note.key for note in result.notes] == ["guidelines.is_contested"]


@pytest.mark.parametrize("lang", LANGS)
def test_in_words_every_number_has_its_source(life: Lived, lang: Any) -> None:
    ctx = life.ctx(lang=lang)
    result = call(ctx, "guidelines", question=WATER[lang])
    answer = worded(result, ctx)
    assert [source["number"] for source in answer.sources] == list(range(1, len(result.cites) + 1))
    text = result_text(result, ctx)
    for number, cite in enumerate(result.cites, 1):
        for part in (f"[{number}] {cite.title}", cite.text, cite.citation, cite.authority, cite.not_for):
            assert part in text, part
    assert say(lang, "guidelines.evidence.established") in text


def test_a_passage_named_twice_has_one_number(life: Lived) -> None:
    ctx = life.ctx()
    result = call(ctx, "guidelines", question=WATER["ko"])
    twice = result.model_copy(
        update={"cites": (result.cites[0], result.cites[0].model_copy(update={"key": "again"}))}
    )
    assert [source["number"] for source in worded(twice, ctx).sources] == [1]


def test_the_same_is_found_by_those_without_any_record(life: Lived) -> None:
    full, empty = (
        call(life.ctx(who), "guidelines", question=WATER["ko"]).cites for who in (life.full, life.empty)
    )
    assert full == empty
    other = replace(life.ctx(), channel="telegram")
    assert call(other, "guidelines", question=WATER["ko"]).cites == full
