"""The ledger of model calls: caps that hold at once, reservations that lapse, what goes with what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete

from coach.config import Settings
from coach.domain.model_cost import Used
from coach.errors import NotFound
from coach.graph import spending
from coach.graph.spending import REPLY_TOKENS, Capped
from coach.store import athletes, model_calls, model_days, models, runs, system, threads
from coach.store.session import Database

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)  # noon in Seoul
DAY = date(2026, 11, 21)
EACH = 1_000 + REPLY_TOKENS


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)


def reserve(db: Database, athlete_id: int, given: Settings, now: datetime = NOW, **more: Any) -> Any:
    with db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
    values = {
        "purpose": "chat",
        "host": "h",
        "model": "m",
        "prompt_tokens": 1_000,
        "sent": [{"role": "user", "content": "비밀"}],
        "tools": "abc",
        "removed": {"name": 1},
        "run_id": None,
        **more,
    }
    with db.athlete_session(athlete_id) as s:
        return spending.reserve(s, db, given, athlete, now=now, **values)


def spent(db: Database, athlete_id: int, now: datetime = NOW) -> model_calls.Spent:
    with db.athlete_session(athlete_id) as s:
        return model_calls.spent(s, DAY, spending.alive_since(settings(), now))


def try_all(db: Database, ids: list[int], given: Settings) -> list[str]:
    """Reserve for all of `ids` at once; return what became of each."""

    def one(athlete_id: int) -> str:
        try:
            reserve(db, athlete_id, given)
        except Capped as capped:
            return capped.cap
        return "reserved"

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(one, ids))


@pytest.mark.parametrize(
    ("cap", "changes"),
    [
        ("tokens", {"max_tokens_per_day": 7 * EACH}),
        ("cost", {"max_cost_per_day": 7 * 0.003 + 0.001, "model_prices": "m=1/1"}),
    ],
)
def test_calls_at_once_cannot_pass_an_athletes_cap_together(
    db: Database, athlete_id: int, cap: str, changes: dict[str, Any]
) -> None:
    ended = try_all(db, [athlete_id] * 50, settings(**changes))
    assert ended.count("reserved") == 7
    assert ended.count(cap) == 43
    assert spent(db, athlete_id).tokens == 7 * EACH


@pytest.mark.parametrize(
    ("cap", "changes"),
    [
        ("tokens_all", {"max_tokens_per_day_all": 11 * EACH}),
        ("cost_all", {"max_cost_per_day_all": 11 * 0.003 + 0.001, "model_prices": "m=1/1"}),
    ],
)
def test_calls_at_once_cannot_pass_the_installations_cap_together(
    db: Database, cap: str, changes: dict[str, Any]
) -> None:
    ids = [system.create_athlete(db).id for _ in range(10)] * 5
    ended = try_all(db, ids, settings(**changes))
    assert ended.count("reserved") == 11
    assert ended.count(cap) == 39
    assert model_days.held(db, NOW) == 11 * EACH
    assert sum(spent(db, athlete_id).tokens for athlete_id in set(ids)) == 11 * EACH, "nobody else's is noted"


def test_an_athletes_cap_gives_the_installations_share_back(db: Database, athlete_id: int) -> None:
    given = settings(max_tokens_per_day=EACH, max_tokens_per_day_all=10 * EACH)
    reserve(db, athlete_id, given)
    with pytest.raises(Capped) as capped:
        reserve(db, athlete_id, given)
    assert (capped.value.cap, capped.value.renews_at) == ("tokens", datetime(2026, 11, 21, 15, tzinfo=UTC))
    assert model_days.held(db, NOW) == EACH


def test_what_is_settled_counts_as_it_was(db: Database, athlete_id: int) -> None:
    given = settings(model_prices="m=2/8/0.5", max_tokens_per_day_all=10 * EACH)
    reserved = reserve(db, athlete_id, given)
    spending.settle(db, reserved, Used(800, 100, 600), "", NOW)
    spending.settle(db, reserved, Used(999, 999), "", NOW)  # nothing is settled twice
    cost = (200 * 2 + 600 * 0.5 + 100 * 8) / 1e6
    assert spent(db, athlete_id).tokens == 900
    assert spent(db, athlete_id).cost == pytest.approx(cost)
    with db.athlete_session(athlete_id) as s:
        assert model_days.read(s, DAY).tokens == 900
        assert model_days.read(s, DAY).cost == pytest.approx(cost)
        call, sent = model_calls.get(s, reserved.call_id)
    assert (call.state, call.tokens_cached, call.removed) == ("settled", 600, {"name": 1})
    assert sent == [{"role": "user", "content": "비밀"}]
    assert model_days.held(db, NOW) == 0


def test_the_cost_of_a_model_without_a_price_is_unknown(db: Database, athlete_id: int) -> None:
    reserved = reserve(db, athlete_id, settings(max_cost_per_day=0.001))
    spending.settle(db, reserved, Used(10, 1), "cut", NOW)
    with db.athlete_session(athlete_id) as s:
        call, _ = model_calls.get(s, reserved.call_id)
        failed = model_calls.last_failure(s, "h", "m")
    assert (call.cost, call.state, call.why) == (None, "failed", "cut")
    assert failed == call


def test_what_a_killed_process_set_aside_lapses(db: Database, athlete_id: int) -> None:
    given = settings(max_tokens_per_day=EACH, max_tokens_per_day_all=EACH)
    reserve(db, athlete_id, given)
    with pytest.raises(Capped):
        reserve(db, athlete_id, given, NOW + timedelta(seconds=given.max_turn_s))
    later = NOW + timedelta(seconds=given.max_turn_s) + spending.GRACE
    assert reserve(db, athlete_id, given, later)
    assert spent(db, athlete_id, later).tokens == EACH


def test_what_was_sent_goes_with_its_conversation_and_its_time(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        kept, gone = (threads.create(s, athlete_id, name).id for name in ("a", "b"))
        run_ids = [runs.create(s, athlete_id, thread, uuid4().hex, "nobody")[0] for thread in (kept, gone)]
    calls = [reserve(db, athlete_id, settings(), run_id=run_id).call_id for run_id in run_ids]
    with db.athlete_session(athlete_id) as s:
        s.execute(delete(models.threads).where(models.threads.c.id == gone))
    with db.athlete_session(athlete_id) as s:
        first, second = (model_calls.get(s, call_id) for call_id in calls)
        assert first[1]
        assert (second[1], second[0].removed, second[0].run_id) == ([], {}, None)
        model_calls.forget_threads(s, [kept])
        assert model_calls.get(s, calls[0])[1] == []
    assert spent(db, athlete_id).tokens == 2 * EACH, "deleting does not renew a cap"
    with db.athlete_session(athlete_id) as s:
        assert model_calls.forget_before(s, NOW) == 0
        assert model_calls.forget_before(s, NOW + timedelta(seconds=1)) == 2


def test_calls_are_nobody_elses(db: Database, athlete_id: int) -> None:
    other = system.create_athlete(db).id
    reserved = reserve(db, athlete_id, settings())
    with db.athlete_session(other) as s:
        assert model_calls.listed(s) == []
        with pytest.raises(NotFound):
            model_calls.get(s, reserved.call_id)
    with db.athlete_session(athlete_id) as s:
        assert [call.id for call in model_calls.listed(s)] == [reserved.call_id]
        assert model_calls.listed(s, before=reserved.call_id) == []
