"""A word in every column: all of them are in the athlete's archive, and none is left when they leave."""

from __future__ import annotations

import base64
import csv
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zipfile import ZipFile

import numpy as np
import psycopg
import pytest
from fakes.canaries import Planted, holding, plant
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from coach.config import Settings
from coach.domain.activity import Recording, Sport, Streams
from coach.domain.source import Source
from coach.errors import Conflict, NotFound, ServiceBroken
from coach.jobs.registry import JOBS, JobContext
from coach.jobs.work import finish_leaving
from coach.pipeline import archive, archive_check, importing, leaving
from coach.pipeline.reach import Reach
from coach.providers.contract import OAuthLogin, Provider, providers
from coach.store import activities, connections, models, own_data, queue, runs, streams, system, threads
from coach.store.own_data import LEFT_OUT, NOBODYS, TABLES_LEFT_OUT, Why
from coach.store.postgres import owner_connection
from coach.store.runs import RunEvent
from coach.store.session import Database
from coach.store.vault import Vault

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
MINE, THEIRS = "카나리아", "딱따구리"
OF_THE_SCHEMA = {
    "alembic_version",
    "checkpoint_migrations",
    "procrastinate_workers",
    "procrastinate_periodic_defers",
}


def reach_of(db: Database, tmp_path: Path, services: dict[str, Provider] | None = None) -> Reach:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    return Reach(db, settings, Vault(settings), lambda: NOW, services or {})


def lived(db: Database, word: str, first_id: int, reach: Reach) -> Planted:
    """Plant an athlete in every table, and where no model of ours describes it."""
    planted = plant(db, system.create_athlete(db).id, word, first_id)
    athlete_id, thread_id = planted.athlete_id, planted.keys["threads"]["id"]
    provider = planted.keys["connections"]["provider"]
    with db.athlete_session(athlete_id) as s:
        s.execute(text("DELETE FROM vault_keys"))  # a word is no key: here comes a real one
        connections.keep_secret(s, reach.vault, provider, "secret", f"{word}토큰")
        key = {"k": f"a{athlete_id}:t{thread_id}", "w": word}
        for statement in (
            "INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint)"
            " VALUES (:k, '1', jsonb_build_object('x', :w ::text))",
            "INSERT INTO checkpoint_blobs (thread_id, channel, version, type, blob)"
            " VALUES (:k, 'c', '1', 'x', convert_to(:w, 'UTF8'))",
            "INSERT INTO checkpoint_writes (thread_id, checkpoint_id, task_id, idx, channel, blob)"
            " VALUES (:k, '1', 't', 0, 'c', convert_to(encode(convert_to(:w, 'UTF8'), 'base64'), 'UTF8'))",
        ):
            s.execute(text(statement), key)
    place = reach.settings.inbox / word
    place.mkdir(parents=True)
    (place / "0").write_text(f"{word} 아직 읽지 않은 파일")
    importing.start(db, athlete_id, [(f"{word}.fit", place / "0")], inbox=reach.settings.inbox, channel="web")
    return planted


def exported(db: Database, athlete_id: int) -> bytes:
    return b"".join(archive.write(db, athlete_id, NOW))


def forms(word: str) -> list[str]:
    """Return how a word may stand anywhere: as it is, hexadecimal, escaped, and inside of any base64."""
    raw = word.encode()
    packed = []
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw + b"\0" * (-(len(raw) + shift) % 3)).decode()
        packed.append(whole[4 if shift else 0 : (len(raw) + shift) // 3 * 4])
    escaped = json.dumps(word).strip('"')
    return [word, raw.hex(), escaped, *packed, *(form.encode().hex() for form in packed)]


def places_with(db: Database, word: str, folder: Path, log: str) -> set[str]:
    """Return where a word stands: tables of every schema, large objects, files, the log."""
    wanted, found = forms(word), set[str]()
    with psycopg.connect(db.url) as admin:
        tables = admin.execute(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND n.nspname NOT LIKE 'pg_toast%'"
        ).fetchall()
        assert len(tables) > 60
        for (name,) in [*tables, ("pg_largeobject",)]:
            likes = [f"%{form}%".replace("\\", "\\\\") for form in wanted]
            query = f"SELECT EXISTS (SELECT FROM {name} t WHERE t::text ILIKE ANY(%s))"
            if admin.execute(query, [likes]).fetchone() == (True,):
                found.add(name)
    for path in folder.rglob("*"):
        body = path.name + (path.read_bytes().decode(errors="replace") if path.is_file() else "")
        if any(form in body for form in wanted):
            found.add(str(path))
    return found | ({"log"} if any(form in log for form in wanted) else set())


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged, at every level."""
    caplog.set_level(logging.DEBUG)
    return caplog


def test_every_table_is_decided(db: Database) -> None:
    """A new table is exported unless it is named with a reason; a named one must be there."""
    with owner_connection(db.url) as connection:
        there = set(
            connection.execute(
                text(
                    "SELECT relname FROM pg_class"
                    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                )
            ).scalars()
        )
    taken = {own.name for own in own_data.tables()}
    assert taken | TABLES_LEFT_OUT.keys() | NOBODYS | OF_THE_SCHEMA == there
    assert not taken & TABLES_LEFT_OUT.keys()
    for name, columns in LEFT_OUT.items():
        assert columns.keys() <= set(models.metadata.tables[name].c.keys())
    assert not [n for n in NOBODYS if "athlete_id" in models.metadata.tables[n].c], "these are somebody's"


@pytest.mark.parametrize("name", sorted(own.name for own in own_data.tables()))
def test_what_looks_like_a_secret_is_not_in_an_archive(name: str) -> None:
    (own,) = [own for own in own_data.tables() if own.name == name]
    odd = [
        c
        for c in own.columns
        if any(word in c for word in ("token", "secret", "password", "nonce", "wrapped"))
    ]
    assert [c for c in odd if not c.startswith("tokens_")] == []


def test_everything_is_taken_along_and_nothing_is_left(
    db: Database, tmp_path: Path, log: pytest.LogCaptureFixture
) -> None:
    reach = reach_of(db, tmp_path)
    mine, theirs = lived(db, MINE, 1000, reach), lived(db, THEIRS, 2000, reach)
    assert len(mine.words) >= 40
    before = exported(db, theirs.athlete_id)
    held = ZipFile(io.BytesIO(exported(db, mine.athlete_id)))
    bodies = {name: held.read(name).decode() for name in held.namelist()}

    assert THEIRS not in "".join(bodies.values())
    for (table, column), word in mine.words.items():
        why = TABLES_LEFT_OUT.get(table) or LEFT_OUT.get(table, {}).get(column)
        rows = bodies.get(f"data/{table}.jsonl", "")
        if why is None:
            assert word in rows or word.encode().hex() in rows, f"{table}.{column}"
        elif why is Why.elsewhere:
            assert word in "".join(b for n, b in bodies.items() if not n.startswith("data/")), (
                f"{table}.{column}"
            )
        else:
            everything = "".join(bodies.values())
            assert word not in everything, f"{table}.{column}"
            assert word.encode().hex() not in everything, f"{table}.{column}"
    assert f"{MINE}토큰" not in "".join(bodies.values())

    there = places_with(db, MINE, tmp_path, log.text)
    everywhere = {f"public.{table}" for table, _ in mine.words} - {"public.vault_keys"}
    assert everywhere <= there, "the scan sees what stands there"
    assert {"public.checkpoints", "public.checkpoint_blobs", "public.checkpoint_writes"} <= there
    assert "public.procrastinate_jobs" in there
    assert [path for path in there if "inbox" in path]

    assert leaving.leave(reach, mine.athlete_id) == ()
    assert places_with(db, MINE, tmp_path, log.text) == set()
    assert THEIRS not in log.text
    with pytest.raises(NotFound):
        leaving.leave(reach, mine.athlete_id)
    leaving.finish(reach, mine.athlete_id)
    assert exported(db, theirs.athlete_id) == before
    assert (reach.settings.inbox / THEIRS / "0").is_file()
    with db.athlete_session(theirs.athlete_id) as s:
        provider = theirs.keys["connections"]["provider"]
        assert connections.secret(s, reach.vault, provider) == f"{THEIRS}토큰"


def test_a_copy_of_what_was_encrypted_is_worth_nothing_afterwards(db: Database, tmp_path: Path) -> None:
    reach = reach_of(db, tmp_path)
    athlete_id = system.create_athlete(db).id
    with db.athlete_session(athlete_id) as s:
        connections.keep_secret(s, reach.vault, "strava", "secret", "토큰")
        (sealed,) = s.execute(text("SELECT secret FROM connections")).one()
        assert reach.vault.decrypt(s, "strava", "secret", bytes(sealed)) == "토큰"
    leaving.leave(reach, athlete_id)
    with pytest.raises(IntegrityError), db.athlete_session(athlete_id) as s:
        reach.vault.decrypt(s, "strava", "secret", bytes(sealed))


def test_whoever_is_stopped_is_finished_by_a_second_call(db: Database, tmp_path: Path) -> None:
    """A folder stands where a file should be: deleting fails in the middle, as a kill would end it."""
    reach = reach_of(db, tmp_path)
    planted = lived(db, MINE, 1000, reach)
    waiting = reach.settings.inbox / MINE / "0"
    waiting.unlink()
    waiting.mkdir()
    with pytest.raises(OSError, match="0"):
        leaving.leave(reach, planted.athlete_id)
    with db.athlete_session(planted.athlete_id) as s:
        assert s.execute(text("SELECT count(*) FROM activities")).scalar_one() == 1, "all or nothing"
        assert s.execute(text("SELECT count(*) FROM vault_keys")).scalar_one() == 0
        assert s.execute(text("SELECT count(*) FROM sessions WHERE revoked_at IS NULL")).scalar_one() == 0
    with db.system_session() as s:
        queued = s.execute(text("SELECT task_name FROM procrastinate_jobs")).scalars().all()
    assert "finish_leaving" in queued, "nobody who is logged out has to ask again"
    waiting.rmdir()
    assert JOBS["finish_leaving"].fn is finish_leaving
    context = JobContext(db, reach.settings, None, lambda: NOW, {})  # type: ignore[arg-type]
    finish_leaving(context, athlete_id=planted.athlete_id)
    assert places_with(db, MINE, tmp_path, "") == set()
    finish_leaving(context, athlete_id=planted.athlete_id)


def test_services_are_told_last_and_one_out_of_reach_keeps_nobody_here(db: Database, tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []
    athlete_id = system.create_athlete(db).id

    class Login:
        """A service over there that is told; one of the two does not answer."""

        def __init__(self, works: bool) -> None:
            self.works = works

        def revoke(self, settings: Settings, tokens: str) -> None:
            told.append((tokens, athlete_id in system.list_athletes(db)))
            if not self.works:
                raise ServiceBroken("service_broken")

    known = providers()["strava"]
    services = {
        name: replace(known, name=name, oauth=cast(OAuthLogin, Login(works)))
        for name, works in (("strava", True), ("elsewhere", False))
    }
    reach = reach_of(db, tmp_path, services)
    with db.athlete_session(athlete_id) as s:
        for name in services:
            connections.keep_secret(s, reach.vault, name, "secret", f"{name} token")
    assert leaving.leave(reach, athlete_id) == ("elsewhere",)
    assert told == [("strava token", False), ("elsewhere token", False)]


def test_nothing_is_written_for_who_left(db: Database, tmp_path: Path) -> None:
    """A turn that is still under way: its memory is refused, and its events hold up nobody else's."""
    reach = reach_of(db, tmp_path)
    gone, stays = system.create_athlete(db).id, system.create_athlete(db).id
    run_ids = {}
    for athlete_id in (gone, stays):
        with db.athlete_session(athlete_id) as s:
            thread = threads.create(s, athlete_id)
            run_ids[athlete_id], _ = runs.create(s, athlete_id, thread.id, "key", "host")
    leaving.leave(reach, gone)
    with pytest.raises(IntegrityError) as refused, db.athlete_session(gone) as s:
        s.execute(
            text("INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint) VALUES (:k, '1', '{}')"),
            {"k": f"a{gone}:t1"},
        )
    assert isinstance(refused.value.orig, ForeignKeyViolation)
    with db.athlete_session(gone) as s:
        assert queue.defer(s, "recompute", {}, athlete_id=gone) is None
    with db.system_session() as s:
        assert s.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0
    system.append_events(db, [RunEvent(run_ids[i], i, 0, "X", {}) for i in (gone, stays)])
    with db.athlete_session(stays) as s:
        assert [e.run_id for e in runs.events(s, run_ids[stays])] == [run_ids[stays]]


def odd_samples() -> Iterator[Streams]:
    """Yield samples whose numbers are hard to write down."""
    rng = np.random.default_rng(7)
    n = 12_345
    t = np.cumsum(rng.integers(1, 4, n)) / 1000 * 250
    noise = rng.normal(150, 30, n)
    noise[rng.random(n) < 0.1] = np.nan
    yield Streams(
        t,
        {
            "hr_bpm": noise,
            "distance_m": np.cumsum(rng.random(n)),
            "lat_deg": rng.uniform(-90, 90, n),
            "lon_deg": rng.uniform(-180, 180, n),
        },
        {'a "b", c\n': ("m/s", rng.normal(0, 1e-6, n))},
    )
    yield Streams(np.arange(3.0), {"hr_bpm": np.array([np.inf, -np.inf, np.nan])})
    yield Streams(np.arange(2.0), {"power_w": np.array([3.4e38, 1e-45])})


def test_an_archive_reads_back_as_what_is_stored(db: Database, athlete_id: int, tmp_path: Path) -> None:
    ids = []
    with db.athlete_session(athlete_id) as s:
        for n, kept in enumerate(odd_samples()):
            begin = NOW - timedelta(days=n)
            row = activities.create(
                s,
                athlete_id,
                sport=Sport.run,
                start_at=begin,
                tz="UTC",
                local_date=begin.date(),
                elapsed_s=60,
            )
            said = Recording(Sport.run, begin, 60, streams=kept)
            ids.append(
                activities.add_source(
                    s, athlete_id, said, source=Source.file, file_id=None, activity_id=row.id
                ).id
            )
    path = tmp_path / "mine.zip"
    path.write_bytes(exported(db, athlete_id))
    assert archive_check.check(path).problems == ()
    with ZipFile(path) as held, db.athlete_session(athlete_id) as s:
        manifest = json.loads(held.read("manifest.json"))
        rows = {f["name"]: f["rows"] for f in manifest["files"] if "rows" in f}
        assert rows == {f"data/{o.name}.jsonl": own_data.count(s, o.name) for o in own_data.tables()}
        for name in rows:
            for line in held.read(name).decode().splitlines():
                json.loads(line)
        for source_id in ids:
            stored = streams.read(s, source_id)
            assert stored is not None
            _same(held.read(f"streams/{source_id}.csv").decode(), stored)


def _same(body: str, stored: Streams) -> None:
    head, *lines = csv.reader(io.StringIO(body, newline=""))
    columns = dict(zip(head, zip(*lines, strict=True), strict=True))
    expected = {"t_s": stored.t_s, **stored.channels}
    expected |= {f"{name} [{unit}]": values for name, (unit, values) in stored.developer.items()}
    assert list(columns) == list(expected)
    for name, values in expected.items():
        width = np.float64 if name in ("t_s", *streams.TICKS) else np.float32
        read = np.array([width(cell or "nan") for cell in columns[name]])
        np.testing.assert_array_equal(read.astype(np.float64), values)


def test_one_archive_at_a_time_and_of_one_moment(db: Database, athlete_id: int) -> None:
    pieces = archive.write(db, athlete_id, NOW)
    begun = next(pieces)
    with pytest.raises(Conflict, match="export_running"):
        next(archive.write(db, athlete_id, NOW))
    with db.athlete_session(athlete_id) as s:
        threads.create(s, athlete_id, "나중에 생긴 대화")
    held = ZipFile(io.BytesIO(begun + b"".join(pieces)))
    assert held.read("data/threads.jsonl") == b"", "of the moment at which it began"
    assert (
        "나중에 생긴 대화"
        in ZipFile(io.BytesIO(exported(db, athlete_id))).read("data/threads.jsonl").decode()
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.fit", "a.fit"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\run.fit", "run.fit"),
        ("\x00\n?.gpx", "_.gpx"),
        ("..", "file"),
        ("", "file"),
        ("한강 달리기.fit", "한강 달리기.fit"),
        ("x" * 300 + ".fit", "x" * 76 + ".fit"),
    ],
)
def test_names_of_files_lead_nowhere(name: str, safe: str) -> None:
    assert archive.safe_name(name) == safe


def test_the_planting_reaches_every_column_of_words() -> None:
    tables = [t for t in models.metadata.tables.values() if "athlete_id" in t.c]
    assert sum(len(list(holding(t))) for t in tables) > 100
