"""When the coach speaks first, asked and changed in words."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from fakes.life import Lived
from telling import call, tables, told

from coach.errors import BadInput
from coach.store import nudge_settings


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_it_is_shown_and_changed(own_life: Lived, lang: Any) -> None:
    ctx = own_life.ctx(lang=lang)
    (before,) = tables(ctx, call(ctx, "checkins"))
    call(ctx, "checkins", kind="weekly", on=True, day=5, at="09:00")
    call(ctx, "checkins", kind="after_run", on=False)
    call(ctx, "checkins", kind="morning", on=True, at="06:30")
    (after,) = tables(ctx, call(ctx, "checkins"))
    assert before != after
    with ctx.db.athlete_session(ctx.athlete.id) as s:
        kept = nudge_settings.get(s)
    assert (kept.weekly_day, kept.weekly_at) == (5, time(9))
    assert (kept.after_run, kept.morning, kept.morning_at) == (False, True, time(6, 30))


def test_a_pause_ends_by_itself_or_by_words(own_life: Lived) -> None:
    ctx = own_life.ctx()
    said = told(ctx, call(ctx, "checkins", pause_days=7))
    with ctx.db.athlete_session(ctx.athlete.id) as s:
        assert nudge_settings.get(s).paused_until == ctx.today + timedelta(days=7)
    assert "쉬는 중" in said
    call(ctx, "checkins", pause_days=0)
    with ctx.db.athlete_session(ctx.athlete.id) as s:
        assert nudge_settings.get(s).paused_until is None


def test_nonsense_changes_nothing(own_life: Lived) -> None:
    ctx = own_life.ctx()
    with pytest.raises(BadInput):
        call(ctx, "checkins", kind="weekly", at="25:99")
    with ctx.db.athlete_session(ctx.athlete.id) as s:
        assert nudge_settings.get(s).weekly_at == time(18)
