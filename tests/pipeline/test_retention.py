"""What may be kept for a time only goes with everything derived from it; what is left is called a part."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import numpy as np
import psycopg
from fakes.conversation import NOW, streamed
from fakes.openai_server import Call, Say
from fakes.outside import talk
from psycopg import sql as names
from sqlalchemy import text as sql

from coach.domain.activity import Lap, Recording, Sport, Streams
from coach.domain.daily import DailyValue, Entry
from coach.domain.metrics.load_series import load_series
from coach.domain.source import FREE, Permission, Source
from coach.pipeline import editing, recompute, retention
from coach.pipeline.outings import place
from coach.store import (
    activities,
    athletes,
    completeness,
    connections,
    daily,
    metrics,
    raw_payloads,
    recordings,
    remote_items,
    sync_system,
    threads,
    track_records,
)
from coach.store.activity_row import mark
from coach.store.session import Database
from coach.store.track_records import Kept
from coach.tools import TOOLS
from coach.tools.spec import Result, ToolContext

MARKER = "카나리아북악"
FIGURES = ("9421.25", "9.4 km", "4443.5")  # no short ones: the time of day holds any two digits
TODAY = date(2026, 11, 21)
LATER = datetime.now(UTC) + timedelta(days=10)
HOME = "Asia/Seoul"


def run(
    day: date, *, name: str = "아침", metres: float = 9421.25, seconds: float = 4443.5, n: int = 0
) -> Recording:
    t = np.arange(120.0) * seconds / 120
    streams = Streams(t, {"distance_m": t * metres / seconds, "hr_bpm": np.full(t.size, 151.0)})
    return Recording(
        sport=Sport.run,
        start=datetime(day.year, day.month, day.day, 7, tzinfo=UTC) - timedelta(hours=9),
        elapsed_s=seconds,
        timer_s=seconds,
        distance_m=metres,
        name=name,
        note=f"{name} 메모",
        laps=(Lap(0.0, seconds, seconds, metres, 151, 160, metres / seconds, "manual"),),
        streams=streams,
        external_id=f"{name}{day}{n}",
    )


def put(db: Database, athlete_id: int, recording: Recording, source: Source = Source.strava) -> int:
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        return place(s, athlete_id, recording, source=source, file_id=None, home=HOME).row.id


def confirm(db: Database, athlete_id: int, at: datetime) -> None:
    with db.athlete_session(athlete_id) as s:
        for table, column in (
            ("activity_sources", "confirmed_at"),
            ("raw_payloads", "fetched_at"),
            ("daily_values", "received_at"),
            ("remote_items", "seen_at"),
        ):
            s.execute(sql(f"UPDATE {table} SET {column} = :at"), {"at": at})


def found(url: str, *words: str) -> list[str]:
    """Return every table with a row that holds one of some words, as text or as bytes."""
    there = []
    hexed = {word: word.encode().hex() for word in words}
    with psycopg.connect(url) as admin:
        tables = admin.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 40
        for table in tables:
            query = names.SQL("SELECT t::text FROM {} t").format(names.Identifier(*table))
            for (row,) in admin.execute(query):
                hits = [w for w in words if w in row or hexed[w] in row]
                there += [f"{table[1]}: {word}" for word in hits]
    return sorted(set(there))


async def test_nothing_of_it_is_left_in_the_whole_database(
    db: Database, database_url: str, athlete_id: int
) -> None:
    run_id = put(db, athlete_id, run(TODAY, name=MARKER))
    with db.athlete_session(athlete_id) as s:
        row = activities.get(s, athlete_id, run_id)
        raw_payloads.keep_payload(s, athlete_id, Source.strava, "activity", {"name": MARKER}, external_id="1")
        item = remote_items.Seen(row.name, row.start_at, b"1", {"name": MARKER, "distance": 9421.25})
        remote_items.saw(s, "strava", [item], NOW)
        connections.change(s, "strava", state="broken", cursor={"listed": True})
        daily.add_entry(s, athlete_id, Entry("rpe", TODAY, 7, activity_id=run_id))
        daily.save_values(s, athlete_id, [DailyValue(TODAY, "weight_kg", 61.7, Source.strava)])
        track_records.save(s, athlete_id, Kept("races", 1, TODAY, {"name": MARKER}, ()))
        athlete = athletes.get(s, athlete_id)
        editing.change(s, athlete, run_id, {"name": "내가 지은 이름"})
    recompute.bring_up_to_date(db, athlete_id, TODAY)
    shown = ""
    asks = iter(
        [Call((("activity_show", {"pick": "last", "parts": ["summary", "splits", "laps"]}),)), Say("{f1}")]
    )
    with db.athlete_session(athlete_id) as s:  # the name as Strava has it, for what is said
        mark(s, activities.get(s, athlete_id, run_id), name=MARKER)
    async with talk(db, athlete_id, lambda _: next(asks, Say("네."))) as t:
        for question in ("마지막 달리기 보여줘", "이번 주 달리기 목록 보여줘", "이번 주에 몇 킬로 뛰었어?"):
            shown += streamed(await t.say(question))
        t.consent()
        shown += streamed(await t.say("마지막 달리기 어땠어?"))
        kept = t.thread_id
        t.thread_id = None
        await t.say("그냥 인사야")
    with db.athlete_session(athlete_id) as s:
        mark(s, activities.get(s, athlete_id, run_id), name="내가 지은 이름")
    assert MARKER in shown, "the athlete read it"
    assert "9.4 km" in shown
    assert kept is not None
    before = found(database_url, MARKER, *FIGURES)
    tables = {place.split(":")[0] for place in before}
    assert tables >= {
        "activities", "activity_sources", "messages", "run_events", "raw_payloads", "remote_items", "edits",
        "track_records", "checkpoint_blobs",
    }  # fmt: skip

    assert retention.expire(db, athlete_id, NOW + timedelta(hours=1)) == retention.Expired(), "too early"
    done = retention.expire(db, athlete_id, LATER)

    assert (done.sources, done.values, done.messages) == (1, 1, 4)
    assert found(database_url, MARKER, *FIGURES) == []
    assert retention.expire(db, athlete_id, LATER) == retention.Expired(), "a second time there is nothing"
    with db.athlete_session(athlete_id) as s:
        entries = daily.list_entries(s, athlete_id)
        assert {(e.kind, e.day, e.activity_id) for e in entries} == {
            ("rpe", TODAY, None),
            ("note", TODAY, None),
        }
        assert next(e.text for e in entries if e.kind == "note") == "내가 지은 이름"
        said = [m for m in threads.messages(s, kept) if m.role == "assistant"]
        assert all("보관 기한이 지났어요" in m.text or "보관 기한이 지나서" in m.text for m in said)
        assert all("cards" not in m.content and not m.content["facts"] for m in said)
        known = connections.get(s, "strava")
        assert known is not None
        assert known.kept_since == TODAY + timedelta(days=1)
        assert known.cursor["listed"] is False, "all must be listed anew"
        assert completeness.incomplete_before(s) == TODAY + timedelta(days=1)


async def test_a_conversation_goes_on_after_it_was_forgotten(db: Database, athlete_id: int) -> None:
    put(db, athlete_id, run(TODAY, name=MARKER))
    async with talk(db, athlete_id, lambda _: Say("네.")) as t:
        await t.say("마지막 달리기 보여줘")
        retention.expire(db, athlete_id, LATER)
        events = await t.say("고마워")
        assert events[-1].type == "RUN_FINISHED"


async def test_what_a_permitted_model_said_of_it_goes_whole(
    db: Database, database_url: str, athlete_id: int
) -> None:
    """A model that read the values may have written them in any words."""
    sync_system.set_permission(db, Source.strava, Permission(True, False, timedelta(days=7)))
    put(db, athlete_id, run(TODAY, name=MARKER))
    asks = iter([Call((("activity_show", {"pick": "last"}),)), Say(f"{MARKER}에서 아홉 점 사 킬로예요.")])
    async with talk(db, athlete_id, lambda _: next(asks, Say("네."))) as t:
        t.consent()
        await t.say("어땠어?")
        assert MARKER in t.told, "permitted, so it reads the name"
    retention.expire(db, athlete_id, LATER)
    assert found(database_url, MARKER, "아홉 점 사") == []


def test_what_is_known_from_elsewhere_too_stays(db: Database, athlete_id: int) -> None:
    mixed = put(db, athlete_id, run(TODAY, name="가민", n=1), Source.garmin)
    assert put(db, athlete_id, run(TODAY, name=MARKER)) == mixed
    retention.expire(db, athlete_id, LATER)
    with db.athlete_session(athlete_id) as s:
        row = activities.get(s, athlete_id, mixed)
        assert [x.source for x in activities.sources(s, mixed)] == [Source.garmin]
        assert (row.name, row.sources) == ("가민", {Source.garmin})
        assert completeness.gap(s) is None, "nothing was lost"


def test_what_was_confirmed_lately_stays(db: Database, athlete_id: int) -> None:
    put(db, athlete_id, run(TODAY))
    confirm(db, athlete_id, LATER - timedelta(days=6, hours=23))
    assert retention.expire(db, athlete_id, LATER) == retention.Expired()
    confirm(db, athlete_id, LATER - timedelta(days=7, hours=1))
    assert retention.expire(db, athlete_id, LATER).sources == 1


def test_kept_since_never_moves_back(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        connections.change(s, "strava", kept_since=date(2027, 1, 1))
    put(db, athlete_id, run(TODAY))
    retention.expire(db, athlete_id, LATER)
    with db.athlete_session(athlete_id) as s:
        known = connections.get(s, "strava")
        assert known is not None
        assert known.kept_since == date(2027, 1, 1)


def test_a_gap_closes_when_everything_was_fetched_anew(db: Database, athlete_id: int) -> None:
    put(db, athlete_id, run(TODAY))
    retention.expire(db, athlete_id, LATER)
    with db.athlete_session(athlete_id) as s:
        connections.change(s, "strava", state="connected", cursor={"listed": True})
        remote_items.saw(s, "strava", [remote_items.Seen("1", NOW, b"1", {})], NOW)
        assert completeness.gap(s) is not None, "listed, and still to be fetched"
        remote_items.mark(s, "strava", "1", "done", now=NOW)
        assert completeness.gap(s) is None


# What is left is told as a part


def sixty_days(db: Database, athlete_id: int) -> None:
    """A runner with Strava alone: sixty days, then a connection that broke ten days ago."""
    for n in range(0, 60, 4):
        put(db, athlete_id, run(TODAY - timedelta(days=n + 10), metres=8000.0, seconds=2700.0))
    recompute.bring_up_to_date(db, athlete_id, TODAY)
    with db.athlete_session(athlete_id) as s:
        connections.change(s, "strava", state="broken", cursor={"listed": True})


def context(db: Database, athlete_id: int) -> ToolContext:
    with db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id, TODAY)
    return ToolContext(athlete, db, NOW, "ko")


def told(db: Database, athlete_id: int, tool_name: str, **args: object) -> tuple[Result, list[str]]:
    tool = TOOLS[tool_name]
    result = tool.fn(context(db, athlete_id), tool.args.model_validate(args))
    return result, [note.key for note in (*result.says, *result.notes)]


LAST_MONTH = {"start": "2026-10-01", "end": "2026-10-31"}
SIDES = {"a_start": "2026-11-01", "a_end": "2026-11-21", "b_start": "2026-10-01", "b_end": "2026-10-31"}


def test_sums_across_what_is_gone_are_parts_and_never_the_whole(db: Database, athlete_id: int) -> None:
    sixty_days(db, athlete_id)
    result, _ = told(db, athlete_id, "totals", **LAST_MONTH)
    assert next(f.value for f in result.facts if f.key == "total.distance_m") == 8000.0 * 8
    retention.expire(db, athlete_id, LATER)

    result, keys = told(db, athlete_id, "totals", **LAST_MONTH)
    assert keys == ["permissions.incomplete_before"], "unknown, and not zero"
    assert all(fact.value is None and fact.because == "not_kept" for fact in result.facts)

    put(db, athlete_id, run(TODAY, metres=5000.0, seconds=1800.0))
    recompute.bring_up_to_date(db, athlete_id, TODAY)
    result, keys = told(db, athlete_id, "totals", start="2026-10-01", end="2026-11-30")
    assert keys[:2] == ["permissions.incomplete", "permissions.incomplete_part"]
    total = next(f for f in result.facts if f.key == "total.distance_m")
    assert (total.value, total.subject.start) == (5000.0, date(2026, 11, 12)), "of the days it holds"

    result, keys = told(db, athlete_id, "compare_periods", **SIDES)
    assert keys == ["permissions.incomplete_compare"]
    assert not [f for f in result.facts if f.key.startswith("gap.")]
    assert {f.value for f in result.facts if f.key.startswith("b.")} == {None}
    part = next(f for f in result.facts if f.key == "a.distance_m")
    assert (part.value, part.provisional, round(part.coverage or 1, 2)) == (5000.0, True, 0.48)

    put(db, athlete_id, run(date(2026, 10, 3), metres=5000.0, seconds=1800.0), Source.garmin)
    recompute.bring_up_to_date(db, athlete_id, TODAY)
    result, keys = told(db, athlete_id, "totals", **LAST_MONTH)
    assert keys[0] == "permissions.incomplete", "of Garmin there is one, of Strava there were others"
    total = next(f for f in result.facts if f.key == "total.distance_m")
    assert (total.value, total.provisional, total.coverage) == (5000.0, True, 0.0)
    _, of_metric = told(db, athlete_id, "metric", name="total_distance_m", **LAST_MONTH)
    assert of_metric[0] == "permissions.incomplete"


def test_fitness_begins_anew_and_is_provisional(db: Database, athlete_id: int) -> None:
    sixty_days(db, athlete_id)
    retention.expire(db, athlete_id, LATER)
    for day in (date(2026, 11, 14), TODAY):
        put(db, athlete_id, run(day, metres=8000.0, seconds=2700.0))
    put(db, athlete_id, run(date(2026, 9, 5), metres=8000.0, seconds=2700.0), Source.file)
    recompute.bring_up_to_date(db, athlete_id, TODAY)
    result, keys = told(db, athlete_id, "load_and_form")
    assert keys[0] == "permissions.incomplete_load"
    ctl = next(f for f in result.facts if f.key == "form.ctl")
    assert ctl.provisional
    with db.athlete_session(athlete_id) as s:
        daily_load = metrics.daily_sums(s, athlete_id, "training_load", date(2026, 9, 5), TODAY)
    across = load_series(daily_load, first_day=date(2026, 9, 5), last_day=TODAY)
    assert across is not None
    assert float(ctl.value or 0) > 2 * across.ctl[-1], "as if nothing had been run in the gap"
    _, none = told(db, athlete_id, "load_and_form", day="2026-11-01")
    assert {"permissions.incomplete_load", "tools.form_unknown"} <= set(none)
    for name in ("best_efforts", "training_status"):
        _, keys = told(db, athlete_id, name)
        assert any(key.startswith("permissions.incomplete") for key in keys), name


# The operator decides


def test_fields_are_chosen_anew_when_the_operator_decides_otherwise(db: Database, athlete_id: int) -> None:
    mixed = put(db, athlete_id, run(TODAY, name="가민", n=1), Source.garmin)
    put(db, athlete_id, run(TODAY, name="스트라바"))
    recompute.bring_up_to_date(db, athlete_id, TODAY)
    sync_system.set_permission(db, Source.garmin, Permission(False, False, None))
    sync_system.set_permission(db, Source.strava, FREE)
    assert retention.permissions_changed(db) == 1
    with psycopg.connect(db.url) as admin:
        jobs = admin.execute("SELECT task_name FROM procrastinate_jobs WHERE task_name = 'choose_sources'")
        assert len(jobs.fetchall()) == 1
    assert retention.choose_again(db, athlete_id) == 1
    with db.athlete_session(athlete_id) as s:
        row = activities.get(s, athlete_id, mixed)
        assert (row.name, row.sources) == ("스트라바", {Source.strava})
        assert recordings.sources_of(s, athlete_id, [mixed]) == {mixed: {Source.strava}}
    assert retention.choose_again(db, athlete_id) == 0


async def test_a_change_holds_from_the_next_turn_on(db: Database, athlete_id: int) -> None:
    put(db, athlete_id, run(TODAY, name=MARKER))
    asks = iter([a for _ in range(2) for a in (Call((("activity_show", {"pick": "last"}),)), Say("{f1}"))])
    async with talk(db, athlete_id, lambda _: next(asks, Say("네."))) as t:
        t.consent()
        await t.say("어땠어?")
        assert MARKER not in t.told
        await asyncio.to_thread(sync_system.set_permission, db, Source.strava, FREE)
        await t.say("다시 보여줘")
        assert MARKER in t.told
