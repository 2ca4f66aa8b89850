"""What changed over there: edited, deleted, shown again, or put there by ourselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fakes.service import Service, provider_of
from sync_runs import LAST, NOW, Here, Synced, filled, run_on, strava_of
from test_connecting import begin, finish

from coach.domain.source import Source
from coach.errors import ServiceBroken
from coach.pipeline import editing
from coach.pipeline.forgetting import forget_source, forget_sources
from coach.pipeline.sync_work import Work
from coach.pipeline.turn import opened, taken
from coach.store import activities, athletes, edits, models, recordings, remote_items, system
from coach.store.session import Database


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0, 1)


@pytest.fixture
def strava() -> Service:
    return filled(Service(source=Source.strava), 0, 2, 30)


@pytest.fixture
def synced(db: Database, service: Service, strava: Service, tmp_path: Path) -> Synced:
    services = {"garmin": provider_of(service), "strava": strava_of(strava)}
    return Synced(db, system.create_athlete(db, tz="Asia/Seoul").id, tmp_path, services)


def edited(service: Service, key: str, **changes: object) -> None:
    run = service.runs[key]
    recording = replace(run.recording, **changes)  # type: ignore[arg-type]
    service.runs[key] = replace(run, recording=recording, version=run.version + 1)


def confirmed(synced: Synced) -> dict[str, datetime]:
    t = models.activity_sources
    with synced.db.athlete_session(synced.athlete_id) as s:
        return {r.external_id: r.confirmed_at for r in s.execute(t.select())}


def with_strava(synced: Synced) -> None:
    finish(synced, begin(synced))
    synced.sync("strava")
    synced.sync("strava", backfill=True)


def test_an_edit_replaces_the_recording_and_leaves_the_athlete_s_words(
    synced: Synced, service: Service
) -> None:
    synced.connect()
    synced.sync()
    before = max(synced.coach.rows(), key=lambda row: row.start_at)
    with synced.db.athlete_session(synced.athlete_id) as s:
        editing.change(s, athletes.get(s, synced.athlete_id), before.id, {"name": "한강 아침"})
    edited(service, "run0", name="Renamed there", distance_m=400.0, note="over there")
    synced.clock.later(hours=1)
    synced.sync()
    after = max(synced.coach.rows(), key=lambda row: row.start_at)
    assert (after.id, after.name, after.distance_m, after.note) == (
        before.id,
        "한강 아침",
        400.0,
        "over there",
    )
    assert len(synced.starts()) == 2
    assert synced.coach.stale() == []


def test_an_edited_file_takes_the_place_of_the_one_before(synced: Synced, service: Service) -> None:
    filled(service, 0, file=True)
    synced.connect()
    synced.sync()
    (before,) = [row for row in synced.coach.rows() if row.start_at == LAST]
    longer = run_on(0, seconds=200, file=True)
    service.runs["run0"] = replace(longer, version=2)
    synced.clock.later(hours=1)
    synced.sync()
    (after,) = [row for row in synced.coach.rows() if row.start_at == LAST]
    assert (before.id, after.elapsed_s) == (after.id, 199.0)
    with synced.db.athlete_session(synced.athlete_id) as s:
        assert len(recordings.sources(s, after.id)) == 1
        assert activities.load(s, synced.athlete_id, after.id).recording.streams is not None


def test_a_file_that_was_given_by_hand_stays_the_athlete_s(synced: Synced, service: Service) -> None:
    filled(service, 0, file=True)
    data = service.runs["run0"].file
    assert data is not None
    (item,) = synced.coach.bring(("mine.fit", data))
    synced.connect()
    synced.sync()
    assert synced.counts() == {"done": 2}
    assert len(synced.starts()) == 2
    forget_source(synced.db, synced.athlete_id, Source.garmin)
    row = synced.coach.only()
    assert row.id == item.activity_id
    assert row.sources == {Source.file}


def test_what_is_deleted_there_is_hidden_and_comes_back_with_it(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    kept = service.runs.pop("run0")
    synced.clock.later(hours=1)
    synced.sync()
    assert synced.starts() == [LAST - timedelta(days=1)]
    assert synced.counts() == {"done": 1, "gone": 1}
    (told,) = synced.told()
    assert (told.text_key, told.tone) == ("sync.gone", "info")
    with synced.db.athlete_session(synced.athlete_id) as s:
        assert editing.undo_last(s, athletes.get(s, synced.athlete_id)) is None
    service.runs["run0"] = kept  # it was a hiccup of theirs
    synced.clock.later(hours=1)
    synced.sync()
    assert synced.starts() == [LAST - timedelta(days=d) for d in (0, 1)]
    assert synced.told() == []


def test_what_is_gone_is_no_change_of_the_athlete_s(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    gone, other = sorted(synced.coach.rows(), key=lambda row: row.start_at, reverse=True)
    with synced.db.athlete_session(synced.athlete_id) as s:
        editing.change(s, athletes.get(s, synced.athlete_id), other.id, {"name": "한강 아침"})
    kept = service.runs.pop("run0")
    synced.clock.later(hours=1)
    synced.sync()
    with synced.db.athlete_session(synced.athlete_id) as s:
        athlete = athletes.get(s, synced.athlete_id)
        undone = editing.undo_last(s, athlete)
        assert undone is not None
        assert undone.what == "changed"
        assert editing.undo_last(s, athlete) is None
        hidden = edits.standing(s, athlete.id, gone.id, edits.GONE)
        assert hidden is not None
        assert editing.undo(s, athlete, hidden.id) == editing.Undone("deleted", gone.name)
    assert len(synced.starts()) == 2
    synced.clock.later(hours=1)
    synced.sync()
    assert len(synced.starts()) == 2  # brought back, it stays
    with synced.db.athlete_session(synced.athlete_id) as s:
        editing.delete(s, athletes.get(s, synced.athlete_id), gone.id)
    service.runs["run0"] = kept
    synced.clock.later(hours=1)
    synced.sync()
    assert len(synced.starts()) == 1  # what they deleted themselves does not come back with it


def test_what_a_list_leaves_out_is_not_gone(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    service.hidden = {"run0"}
    synced.clock.later(hours=1)
    service.fail("fetch", ServiceBroken("service_broken"))
    assert synced.sync().state == "connected"
    synced.clock.later(hours=1)
    synced.sync()
    assert len(synced.starts()) == 2
    assert synced.counts() == {"done": 2}


def test_what_may_not_be_kept_goes_when_it_is_deleted_there(synced: Synced, strava: Service) -> None:
    with_strava(synced)
    del strava.runs["run0"], strava.runs["run30"]
    synced.clock.later(days=1)
    synced.sync("strava")
    synced.sync("strava", backfill=True)
    assert synced.starts() == [LAST - timedelta(days=2)]
    with synced.db.athlete_session(synced.athlete_id) as s:
        assert s.execute(models.raw_payloads.select()).rowcount == 1
        assert s.execute(models.activities.select()).rowcount == 1


def test_a_list_confirms_what_it_shows_unchanged(synced: Synced, strava: Service) -> None:
    with_strava(synced)
    assert set(confirmed(synced).values()) == {NOW}
    edited(strava, "run2", name="other")
    fetched = strava.calls["fetch"]
    synced.clock.later(days=1)
    synced.sync("strava")
    assert {k for k, at in confirmed(synced).items() if at > NOW} == {"run0", "run2", "run30"}
    synced.clock.later(days=1)
    synced.sync("strava", backfill=True)  # once a day all of it is listed
    assert set(confirmed(synced).values()) == {NOW + timedelta(days=2)}
    assert strava.calls["fetch"] == fetched + 1


def test_older_than_its_history_nothing_is_listed(synced: Synced, strava: Service) -> None:
    filled(strava, 400)
    with_strava(synced)
    assert synced.counts("strava") == {"done": 3}


def test_what_we_put_there_is_a_source_of_what_it_came_from(synced: Synced, strava: Service) -> None:
    synced.connect()
    synced.sync()
    row = synced.coach.rows()[-1]
    # Cut at both ends over there, so that nothing but our number tells what it is.
    echo = run_on(9, seconds=60)
    strava.runs = {
        "1": replace(echo, echo_of=f"hanbal-{row.id}-{synced.athlete_id}.fit"),
        "2": replace(run_on(20), echo_of=f"hanbal-{row.id}-{synced.athlete_id + 1}"),
    }
    with_strava(synced)
    rows = synced.coach.rows()
    assert len(rows) == 3
    with synced.db.athlete_session(synced.athlete_id) as s:
        known = {k.source for k in recordings.sources(s, row.id)}
    assert known == {Source.garmin, Source.strava}
    assert next(r for r in rows if r.id == row.id).start_at == row.start_at


def test_the_rest_is_brought_in_slices(synced: Synced, service: Service) -> None:
    filled(service, *range(50, 62))
    synced.connect()
    synced.sync()
    reach, garmin = synced.reach, synced.services["garmin"]
    left = []
    for _ in range(3):
        with taken(reach, synced.athlete_id, garmin, "test") as turn:
            assert turn is not None
            with opened(turn, reserve=0.3) as account:
                work = Work(turn, account, Here(), slice_s=0.0)  # type: ignore[arg-type]
                left.append((work.backfill(), synced.counts()["done"]))
    assert left == [(True, 12), (False, 14), (False, 14)]


def test_forgetting_sources_deletes_what_rested_on_them_alone(synced: Synced, strava: Service) -> None:
    with_strava(synced)
    with synced.db.athlete_session(synced.athlete_id) as s:
        athletes.lock(s, synced.athlete_id)
        found = remote_items.todo(s, "strava")
        ids = [k.id for row in activities.find(s, synced.athlete_id) for k in recordings.sources(s, row.id)]
        forget_sources(s, synced.athlete_id, ids, "Asia/Seoul")
    assert found == []
    assert synced.starts() == []
    with synced.db.athlete_session(synced.athlete_id) as s:
        for table in (models.activity_metrics, models.activity_streams, models.raw_payloads):
            assert s.execute(table.select()).rowcount == 0
        assert athletes.thresholds(s) == []
        forget_sources(s, synced.athlete_id, ids, "Asia/Seoul")
