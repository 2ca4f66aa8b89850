"""What the demo's coach says first: a check-in as of now, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fakes.life import NOW, Lived, opened

from coach.cli.demo_words import look_back
from coach.store import nudges
from coach.store.postgres import Embedded


@pytest.fixture
def own_life(embedded: Embedded, template: str) -> Iterator[Lived]:
    yield from opened(embedded.url, template)


def test_the_demo_begins_with_a_look_back_that_pretends_nothing(own_life: Lived) -> None:
    athlete = own_life.ctx().athlete
    message_id = look_back(own_life.db, athlete, NOW)  # a Saturday
    assert look_back(own_life.db, athlete, NOW) is None
    sunday_noon = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert look_back(own_life.db, athlete, sunday_noon) is None, "this evening's is the worker's"
    with own_life.db.athlete_session(athlete.id) as s:
        (said,) = nudges.list_said(s)
        assert said.message.id == message_id
        assert said.message.text.startswith("지난주(11월 9–15일)에는")
        assert said.nudges[0].said_at == NOW, "said when it was said"
        assert nudges.unseen(s) == 1
    assert look_back(own_life.db, athlete, sunday_noon + timedelta(hours=7)) is not None
