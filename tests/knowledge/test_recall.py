"""What the bundled guidelines answer is found, and what they do not answer stays unanswered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.life import copy_of, drop
from sqlalchemy import select

from benchmarks.bench_knowledge import LANGS, PEOPLE, Score, ours, questions, score
from coach.knowledge import ingest, search
from coach.store import models, system
from coach.store.postgres import Embedded
from coach.store.session import Database


@pytest.fixture(scope="module")
def corpus(embedded: Embedded, template: str) -> Iterator[tuple[Database, int]]:
    address = copy_of(embedded.url, template)
    db = Database(address)
    assert ingest.refresh(db) is not None
    assert ingest.refresh(db) is None, "the second start changes nothing"
    yield db, system.create_athlete(db, name="하나").id
    db.dispose()
    drop(address)


@pytest.mark.parametrize("lang", LANGS)
def test_recall_and_false_citations(corpus: tuple[Database, int], lang: str) -> None:
    db, athlete_id = corpus
    asked = [one for one in questions() if one.lang == lang]
    assert sum(bool(one.ids) for one in asked) >= 60
    assert sum(not one.ids for one in asked) >= 20
    with db.athlete_session(athlete_id) as s:
        got: Score = score(asked, ours(s))
    assert got.recall >= 0.9, got
    assert got.mrr >= 0.8, got
    assert got.false <= 0.1, got


def test_a_question_in_the_other_language_finds_the_same_guideline(corpus: tuple[Database, int]) -> None:
    db, athlete_id = corpus
    with db.athlete_session(athlete_id) as s:
        korean = search.find(s, "운동하다 물을 너무 많이 마시면 위험해?", lang="en", population=PEOPLE)
        english = search.find(s, "caffeine before a marathon", lang="ko", population=PEOPLE)
    assert "hyponatraemia" in {found.passage.guideline for found in korean}
    assert {found.passage.lang for found in korean} == {"en"}
    assert english[0].passage.guideline == "caffeine"
    assert english[0].passage.lang == "ko"


def test_only_whom_it_is_for_reads_a_passage_unless_the_question_names_them(
    corpus: tuple[Database, int],
) -> None:
    db, athlete_id = corpus
    with db.athlete_session(athlete_id) as s:
        for_pregnant = set(
            s.scalars(select(models.passages.c.guideline).where(models.passages.c.population == ["pregnant"]))
        )
        assert for_pregnant
        unnamed = search.answer(
            s, "출혈이 있을 때 강도", lang="ko", population=["adults"], enough=0.0, limit=50
        )
        assert not for_pregnant & {f.passage.guideline for f in unnamed.found}
        named = search.find(s, "임신 중인데 달려도 괜찮아?", lang="ko", population=["adults"])
        assert for_pregnant & {found.passage.guideline for found in named}


@pytest.mark.parametrize(
    "said", ["", "?", "어때?", "\x00", "  ", "ㅋㅋㅋ", "🏃" * 50, "' OR 1=1 --", "a:b|c&!(", "가" * 5000]
)
def test_what_asks_nothing_finds_nothing(corpus: tuple[Database, int], said: str) -> None:
    db, athlete_id = corpus
    with db.athlete_session(athlete_id) as s:
        assert search.answer(s, said, lang="ko", population=PEOPLE) == search.Answer()
