"""What an endpoint says of its use, true or not, and who pays for it: caps hold whatever it says."""

from __future__ import annotations

import math
from typing import Any

import pytest
from fakes.conversation import streamed
from fakes.openai_server import Behaviour, Say, Status
from fakes.outside import talk
from sqlalchemy import select

from coach.domain.model_cost import parse_prices
from coach.store import models, system
from coach.store.session import Database

CAP = 60_000


def calls_of(db: Database, athlete_id: int) -> list[Any]:
    c = models.model_calls.c
    with db.athlete_session(athlete_id) as s:
        columns = (c.state, c.tokens_in, c.tokens_cached, c.tokens_out, c.estimated, c.cost)
        return list(s.execute(select(*columns).where(c.athlete_id == athlete_id).order_by(c.id)))


@pytest.mark.parametrize(
    "usage",
    [(-5, -5), (10**12, 20), (100, 10**19), (0, 0), (math.nan, 20)],
)
async def test_a_use_that_cannot_be_is_estimated(
    db: Database, athlete_id: int, usage: tuple[int, ...]
) -> None:
    async with talk(
        db,
        athlete_id,
        lambda _: Say("안녕하세요.", usage=usage),
        model_prices="m=1/1",
        max_tokens_per_day_all=10**7,
    ) as t:
        t.consent()
        said = streamed(await t.say("안녕"))
        again = streamed(await t.say("안녕"))
    assert "안녕하세요" in said
    assert "안녕하세요" in again, "one strange number ends no day"
    for call in calls_of(db, athlete_id):
        assert call.estimated, usage
        assert 0 < call.tokens_in < 100_000
        assert 0 <= call.tokens_cached <= call.tokens_in
        assert 0 < call.tokens_out < 1_000
        assert 0 < call.cost < 1


async def test_more_cached_than_read_costs_nothing_less_than_nothing(db: Database, athlete_id: int) -> None:
    async with talk(
        db, athlete_id, lambda _: Say("네.", usage=(100, 5, 10**6)), model_prices="m=1/1/0.1"
    ) as t:
        t.consent()
        await t.say("안녕")
    (call,) = calls_of(db, athlete_id)
    assert (call.tokens_in, call.tokens_cached) == (100, 100)
    assert call.cost == pytest.approx((100 * 0.1 + 5) / 1e6)


async def test_a_use_below_zero_does_not_renew_a_cap(db: Database, athlete_id: int) -> None:
    asked = 0

    async with talk(db, athlete_id, lambda _: Say("네.", usage=(-1_000_000, 1)), max_tokens_per_day=CAP) as t:
        t.consent()
        while asked < 12 and len(t.fake.requests) == asked:
            await t.say("안녕")
            asked += 1
        reached = len(t.fake.requests)
    assert 0 < reached < 12, "the cap is reached all the same"


@pytest.mark.parametrize(
    "prices", ["m", "m=", "m=1", "m=a/b", "m=-1/1", "m=nan/1", "m=inf/1", "=1/1", "m=1/1/1/1"]
)
def test_a_price_that_is_none_is_refused(prices: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - float has words of its own
        parse_prices(prices)


async def test_one_athletes_requests_close_no_endpoint_for_another(db: Database, athlete_id: int) -> None:
    """What is refused because of what was asked says nothing of the endpoint."""
    other = system.create_athlete(db).id

    def answer(body: Any) -> Behaviour:
        return Status(400) if "독약" in str(body) else Say("네, 그래요.")

    async with talk(db, athlete_id, answer) as t:
        t.consent()
        for _ in range(5):
            await t.say("독약")
        t.athlete_id, t.thread_id = other, None
        t.consent()
        said = streamed(await t.say("안녕"))
    assert "그래요" in said
