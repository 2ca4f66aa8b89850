"""A threshold that was estimated from a restricted run passes that on to everything computed with it."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.conversation import NOW
from graph.test_canary import HOME, TODAY, run_of

from coach.domain.athlete import Threshold, ThresholdKind
from coach.domain.source import Source
from coach.graph import provenance
from coach.pipeline import recompute
from coach.pipeline.outings import place
from coach.store import athletes, permissions
from coach.store.session import Database
from coach.tools import TOOLS
from coach.tools.spec import ToolContext


def facts(db: Database, athlete_id: int, tool_name: str, **args: object) -> dict[str, bool]:
    """Return key → whether an outside model may read it."""
    with db.athlete_session(athlete_id) as s:
        athlete, permitted = athletes.get(s, athlete_id, TODAY), permissions.read(s)
    tool = TOOLS[tool_name]
    ctx = ToolContext(athlete, db, NOW, "ko")
    result = provenance.traced(tool.fn, ctx, tool.args.model_validate(args), permitted).result
    return {f.key: f.permission(permitted).to_model for f in result.facts if f.value is not None}


@pytest.fixture
def mixed(db: Database, athlete_id: int) -> int:
    """Runs of Garmin; the threshold was estimated from one of Strava."""
    with db.athlete_session(athlete_id) as s:
        for n in (1, 3, 5):
            place(s, athlete_id, run_of(n, Source.garmin), source=Source.garmin, file_id=None, home=HOME)
        old = place(s, athlete_id, run_of(40, Source.strava), source=Source.strava, file_id=None, home=HOME)
        first = date(2026, 10, 1)
        lthr = Threshold(ThresholdKind.lthr_bpm, 163.7, "estimated", first, "lthr_half_hour", (old.row.id,))
        athletes.set_threshold(s, lthr)
        for kind, value in ((ThresholdKind.hr_max_bpm, 190.0), (ThresholdKind.hr_rest_bpm, 50.0)):
            athletes.set_threshold(s, Threshold(kind, value, "given", date(1970, 1, 1)))
    recompute.recompute(db, athlete_id, [1, 2, 3, 4])
    return athlete_id


def test_load_is_withheld_and_what_was_recorded_is_not(db: Database, mixed: int) -> None:
    told = facts(db, mixed, "totals", start=date(2026, 11, 16), end=TODAY)
    assert told["total.distance_m"]
    assert told["total.avg_hr_bpm"]
    assert not told["total.training_load"]
    assert not any(facts(db, mixed, "zones").values())
    of_run = facts(db, mixed, "metric", name="training_load", pick="last")
    assert of_run == {"training_load": False}


def test_what_the_athlete_gave_is_free(db: Database, mixed: int) -> None:
    with db.athlete_session(mixed) as s:
        athletes.set_threshold(s, Threshold(ThresholdKind.lthr_bpm, 165.0, "given", date(1970, 1, 1)))
    recompute.recompute(db, mixed, [1, 2, 3, 4])
    assert facts(db, mixed, "totals", start=date(2026, 11, 16), end=TODAY)["total.training_load"]
    assert facts(db, mixed, "profile_show")["profile.lthr_bpm"]
