"""Progress of background work, and the track record, over HTTP."""

from __future__ import annotations

from datetime import date, timedelta

from fakes.web import House

from coach.domain.activity import Sport
from coach.domain.metrics import METRICS
from coach.pipeline import editing, profile, recompute
from coach.store import athletes, track_records
from coach.store.track_records import Kept


async def test_progress_is_told_until_it_is_done(house: House) -> None:
    me, browser = house.owner.athlete_id, house.athlete()
    assert (await browser.get("/api/v1/progress")).json() == {"work": []}
    with house.db.athlete_session(me) as s:
        athlete = athletes.get(s, me)
        for n in range(3):
            start = house.clock() - timedelta(days=n + 1)
            editing.log_activity(
                s, athlete, start=start, sport=Sport.run, distance_m=8000.0, duration_s=2700.0, rpe=4
            )
        profile.recompute_all(s, me)
    (waiting,) = (await browser.get("/api/v1/progress")).json()["work"]
    assert (waiting["kind"], waiting["done"], waiting["total"]) == ("metrics", 0, 3)
    assert waiting["finished_at"] is None
    # Nothing outdated is shown as current: the sum is refused with a sentence that says how far it is.
    day = house.clock().date()
    chart = await browser.get("/api/v1/charts/load_form", params={"start": f"{day - timedelta(days=9)}"})
    assert chart.status_code == 422
    assert "0/3" in chart.json()["detail"]
    recompute.bring_up_to_date(house.db, me, day)
    (done,) = (await browser.get("/api/v1/progress")).json()["work"]
    assert (done["done"], done["total"]) == (3, 3)
    assert done["finished_at"]


async def test_the_track_record_tells_versions_apart(house: House) -> None:
    me = house.owner.athlete_id
    version = METRICS["race_predictions"].version
    with house.db.athlete_session(me) as s:
        for n in (version - 1, version):
            kept = Kept(
                "race_predictions", n, date(2026, 11, 1), {"state": "x", "races": n}, [{"error": 1.0}]
            )
            track_records.save(s, me, kept)
    found = (await house.athlete().get("/api/v1/track-record")).json()["models"]
    assert [(m["version"], m["current"], m["summary"]) for m in found] == [
        (version, True, {"races": version}),
        (version - 1, False, {"races": version - 1}),
    ]
    assert found[0]["rows"] == [{"error": 1.0}]
