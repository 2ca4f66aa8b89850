"""What the coach says and does about connections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fakes.life import NOW, Lived
from sqlalchemy import text as sql
from telling import call, told

from coach.domain.source import DEFAULT_PERMISSIONS, Source
from coach.store import accounts, connections, job_failures, models, outbox, remote_items
from coach.store.remote_items import Seen
from coach.text import say
from coach.tools.spec import Result, ToolContext


def connect(life: Lived, provider: str = "garmin", **columns: Any) -> None:
    fine = {
        "state": "connected",
        "account_name": "하나",
        "connected_at": NOW,
        "synced_at": NOW - timedelta(hours=2),
    }
    with life.db.athlete_session(life.full) as s:
        connections.change(s, provider, **{**fine, **columns})


def listed(life: Lived, total: int, done: int, provider: str = "garmin", refused: int = 0) -> None:
    """Have `total` activities been listed, and `done` of them fetched within the last minutes."""
    with life.db.athlete_session(life.full) as s:
        seen = [Seen(str(n), NOW - timedelta(days=n), b"1", {}) for n in range(total + refused)]
        remote_items.saw(s, provider, seen, NOW)
        for n in range(done):
            remote_items.mark(s, provider, str(n), "done", now=NOW - timedelta(minutes=5))
        for n in range(total, total + refused):
            remote_items.mark(s, provider, str(n), "refused", now=NOW)


def jobs(life: Lived) -> int:
    with life.db.system_session() as s:
        count = sql("select count(*) from procrastinate_jobs where task_name like 'sync%'")
        return int(s.execute(count).scalar_one())


def text(ctx: ToolContext, name: str, **args: Any) -> tuple[str, Result]:
    result = call(ctx, name, **args)
    return told(ctx, result), result


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nothing_connected(life: Lived, lang: Any) -> None:
    ctx = life.ctx(lang=lang)
    for name in ("sync_status", "sync_now"):
        words, result = text(ctx, name)
        assert words == say(lang, "connections_told.none_connected")
        assert not result.facts


def test_status_tells_how_far_it_is(own_life: Lived) -> None:
    connect(own_life, cursor={"listed": True, "days_from": "2019-03-01"})
    listed(own_life, 24, 15, refused=2)
    words, result = text(own_life.ctx(), "sync_status", provider="garmin")
    for part in (
        "Garmin 계정은 하나예요",
        "오늘 16:00",
        "24개 가운데 15개",
        "분 정도",
        "2019년 3월 1일",
        "2개는 읽을 수 없",
    ):
        assert part in words, words
    facts = {fact.key: fact for fact in result.facts}
    assert (facts["garmin.done"].value, facts["garmin.total"].value) == (15, 24)
    assert 0 < facts["garmin.remaining"].value < 900
    assert all(fact.sources == {Source.garmin} for fact in result.facts)
    english, _ = text(own_life.ctx(lang="en"), "sync_status")
    assert "15 of 24 Garmin activities are here" in english


def test_what_strava_said_is_withheld_from_models(own_life: Lived) -> None:
    connect(own_life, "strava", cursor={"listed": True})
    listed(own_life, 5, 1, "strava")
    _, result = text(own_life.ctx(), "sync_status")
    assert result.facts
    assert not any(fact.permission(DEFAULT_PERMISSIONS).to_model for fact in result.facts)
    _, result = text(own_life.ctx(), "sync_now")
    assert not any(fact.permission(DEFAULT_PERMISSIONS).to_model for fact in result.facts)


def test_status_says_what_stands_in_the_way(own_life: Lived) -> None:
    at = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    connect(own_life, "strava", state="waiting", why_key="service_busy", retry_at=at)
    connect(own_life, "garmin", state="needs_you", why_key="no_login_waiting")
    with own_life.db.athlete_session(own_life.full) as s:
        outbox_id = outbox.put(s, "strava_upload", "1", {}, next_at=NOW)
        assert outbox_id is not None
        outbox.settle(s, outbox_id, "refused")
        job_failures.note(s, 1, "sync", {}, error_key="job_failed", error_params={}, tries=3)
    words, result = text(own_life.ctx(), "sync_status")
    assert "오늘 19:30까지 기다리고" in words
    assert say("ko", "error.no_login_waiting") in words
    assert "올리지 못한 활동이 1개" in words
    assert "끝내지 못한 작업이 1개" in words
    assert [card.href for card in result.cards] == ["/connections#garmin"]


def test_sync_now_asks_once(own_life: Lived) -> None:
    connect(own_life, cursor={"listed": True})
    listed(own_life, 10, 4)
    words, _ = text(own_life.ctx(), "sync_now")
    assert "Garmin에서 새 기록을 가져오고 있어요" in words
    assert "6개가 남았어요" in words
    assert jobs(own_life) == 1
    text(own_life.ctx(), "sync_now", provider="garmin")
    assert jobs(own_life) == 1, "the second finds the first waiting"


def test_sync_now_says_why_not(own_life: Lived) -> None:
    words, result = text(own_life.ctx(), "sync_now", provider="garmin")
    assert "연결돼 있지 않아요" in words
    assert [card.kind for card in result.cards] == ["link"]
    connect(own_life, state="needs_you", why_key="no_login_waiting")
    words, result = text(own_life.ctx(), "sync_now", provider="garmin")
    assert say("ko", "error.no_login_waiting") in words
    at = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
    connect(own_life, "strava", state="waiting", why_key="service_busy", retry_at=at)
    words, _ = text(own_life.ctx(lang="en"), "sync_now", provider="strava")
    assert "09:05 on" in words
    assert jobs(own_life) == 0


def test_connecting_leads_to_the_page(own_life: Lived) -> None:
    words, result = text(own_life.ctx(), "connect_source", provider="garmin")
    assert [card.href for card in result.cards] == ["/connections#garmin"]
    assert "저장하지 않아요" in words
    connect(own_life)
    words, _ = text(own_life.ctx(), "connect_source", provider="garmin")
    assert "이미 연결돼 있어요" in words
    connect(own_life, state="pending", pending_until=NOW + timedelta(minutes=5))
    words, _ = text(own_life.ctx(), "connect_source", provider="garmin")
    assert "인증번호" in words


def test_elsewhere_no_login_stands_in_what_is_kept(own_life: Lived) -> None:
    """A conversation is kept, and read by a chat on another site, too: who shows the card makes the link."""
    with own_life.db.system_session() as s:
        s.execute(models.accounts.insert().values(athlete_id=own_life.full, role="athlete"))
    ctx = replace(own_life.ctx(), channel="telegram")
    words, result = text(ctx, "connect_source", provider="strava")
    (card,) = result.cards
    assert card.href == "/connections#strava"
    assert f"{accounts.LINK_VALID_S // 60}분" in words
    with own_life.db.system_session() as s:
        assert s.execute(models.login_links.select()).first() is None


@pytest.mark.parametrize("channel", ["widget", "telegram"])
def test_no_login_where_none_may_be_given(life: Lived, channel: str) -> None:
    """The chat on another site may do less than its athlete; nobody logs in without an account."""
    _, result = text(replace(life.ctx(), channel=channel), "connect_source", provider="garmin")
    assert not result.cards


def test_a_day_is_named_with_its_date(own_life: Lived) -> None:
    connect(own_life, synced_at=datetime(2026, 11, 2, 0, 0, tzinfo=UTC))
    words, _ = text(own_life.ctx(), "sync_status")
    assert "11월 2일" in words
    assert date(2026, 11, 2) < own_life.ctx().today
