"""Zones of power: of running, of riding, and of somebody who gave no threshold."""

from __future__ import annotations

from fakes.life import Lived
from telling import call, say_tell, tables, told


def test_power_zones_rest_on_what_was_given(own_life: Lived) -> None:
    ctx = own_life.ctx()
    assert "역치 파워 280" in say_tell(ctx, "zones", kind="power")
    call(ctx, "profile_change", field="threshold_power_w", value="300")
    ctx = own_life.ctx()
    result = call(ctx, "zones", kind="power")
    assert "파워 존은 역치 파워 기준" in told(ctx, result)
    (rows,) = tables(ctx, result)
    assert [row[1:] for row in rows] == [
        ["–", "243 W"],
        ["243 W", "267 W"],
        ["267 W", "288 W"],
        ["288 W", "315 W"],
        ["315 W", "–"],
    ]


def test_a_ride_has_zones_of_its_own_or_says_that_they_are_borrowed(own_life: Lived) -> None:
    call(own_life.ctx(), "profile_change", field="threshold_power_w", value="300")
    borrowed = say_tell(own_life.ctx(), "zones", kind="power", sport="ride")
    assert "달리기 역치 파워를 썼어요" in borrowed
    call(own_life.ctx(), "profile_change", field="ride_threshold_power_w", value="200")
    ctx = own_life.ctx()
    (rows,) = tables(ctx, call(ctx, "zones", kind="power", sport="ride"))
    assert rows[0][2] == "110 W"
