"""What is computed anew keeps nothing else waiting: kilometres do not rest on thresholds."""

from __future__ import annotations

from fakes.life import TODAY, Lived
from telling import call, told

from coach.store import metrics

SPAN = {"start": "2026-11-02", "end": "2026-11-15"}


def test_kilometres_are_told_while_the_load_is_computed_anew(own_life: Lived) -> None:
    ctx = own_life.ctx()
    before = {f.key: f for f in call(ctx, "totals", **SPAN).facts}
    assert before["total.training_load"].value
    with own_life.db.athlete_session(ctx.athlete.id) as s:
        week = [TODAY.replace(day=n) for n in range(9, 16)]
        assert metrics.outdate(s, ctx.athlete.id, ["training_load"], week)
    result = call(ctx, "totals", **SPAN, by="week")
    after = {f.key: f for f in result.facts}
    assert after["total.distance_m"].value == before["total.distance_m"].value
    assert "km" in told(ctx, result)
    waiting = after["total.training_load"]
    assert (waiting.value, waiting.because) == (None, "being_recomputed"), "a part would be a lower sum"
    # The week before has nothing to wait for.
    weeks = {key: f for key, f in after.items() if key.startswith("week.") and key.endswith("training_load")}
    assert {f.value is None for f in weeks.values()} == {True, False}
