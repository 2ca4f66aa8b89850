"""The pool: whatever one file does to its worker, only that file fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hostile import act, distance, patience, process
from text_files import steady_gpx

from coach.errors import CoachError, NotAnActivity, TooLarge, UnreadableFile
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.providers.reading import read

GPX = steady_gpx(seconds=30)
LIMITS = {"workers": 2, "cpu_s": 0.5, "wall_s": 3.0, "memory_mb": 1024}


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool[Parsed]]:
    with ReaderPool[Parsed](act, **LIMITS) as pool:
        yield pool


def key_of(pool: ReaderPool[Parsed], name: str) -> str:
    with pytest.raises(CoachError) as caught:
        pool.read(name, GPX)
    assert caught.value.params["name"] == name
    return caught.value.key


def test_a_file_comes_back_as_if_read_here(pool: ReaderPool[Parsed]) -> None:
    here, there = read("a.gpx", GPX), pool.read("a.gpx", GPX)
    assert (there.format, there.records, there.flags) == (here.format, here.records, here.flags)
    mine, theirs = here.recordings[0].streams, there.recordings[0].streams
    assert mine is not None
    assert theirs is not None
    for channel, values in mine.channels.items():
        np.testing.assert_array_equal(theirs.channels[channel], values)


def test_errors_keep_their_class_key_and_parameters(pool: ReaderPool[Parsed]) -> None:
    with pytest.raises(NotAnActivity) as caught:
        pool.read("told.gpx", GPX)
    assert (caught.value.key, caught.value.params) == ("course", {"name": "told.gpx"})


@pytest.mark.parametrize(("name", "key"), [
    ("spin.fit", "too_expensive"),
    ("swallow.fit", "too_expensive"),
    ("hoard.fit", "too_expensive"),
    ("segfault.fit", "reader_failed"),
    ("exit.fit", "reader_failed"),
    ("bug.fit", "reader_failed"),
])  # fmt: skip
def test_whatever_happens_the_next_file_is_read(pool: ReaderPool[Parsed], name: str, key: str) -> None:
    assert key_of(pool, name) == key
    assert pool.read("a.gpx", GPX).records == 30


def test_fifty_good_files_among_bombs_in_order(pool: ReaderPool[Parsed]) -> None:
    bad = {5: "segfault", 6: "exit", 17: "spin", 30: "bug", 41: "exit"}
    names = [f"{bad.get(i, 'good')}.{i}.gpx" for i in range(55)]
    outcomes = list(pool.map((name, GPX) for name in names))
    assert [name for name, _ in outcomes] == names
    for i, (_, outcome) in enumerate(outcomes):
        assert isinstance(outcome, UnreadableFile if i in bad else Parsed), i


def test_errors_of_an_archive_pass_through(pool: ReaderPool[Parsed]) -> None:
    error = TooLarge("bomb", name="b", ratio=1)
    assert list(pool.map([("a.gpx", GPX), ("b", error)]))[1] == ("b", error)


def test_files_are_taken_only_some_ahead(pool: ReaderPool[Parsed]) -> None:
    taken = 0

    def items() -> Iterator[tuple[str, bytes]]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield "a.gpx", GPX

    results = pool.map(items())
    next(results)
    assert taken <= 10
    results.close()  # type: ignore[attr-defined]
    assert pool.read("a.gpx", GPX).records == 30


def test_several_threads_use_one_pool(pool: ReaderPool[Parsed]) -> None:
    with ThreadPoolExecutor(8) as threads:
        read_by = list(
            threads.map(lambda i: pool.read(f"{i}.gpx", steady_gpx(seconds=10 + i)).records, range(40))
        )
    assert read_by == [10 + i for i in range(40)]


def test_then_runs_in_the_worker() -> None:
    with ReaderPool(read, distance, workers=1) as pool:
        assert pool.read("a.gpx", GPX) == pytest.approx(read("a.gpx", GPX).recordings[0].distance_m)


def test_a_function_that_a_worker_cannot_import_is_refused_at_once() -> None:
    with pytest.raises(Exception, match=r"pickle|local object|lambda"):
        ReaderPool(lambda name, data: None)


def test_workers_are_reused_and_see_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    with ReaderPool(process, workers=1) as pool:
        first, environment = pool.read("a", b"")
        second, _ = pool.read("b", b"")
    assert first == second != os.getpid()
    assert "canary" not in environment.values()


def test_patience_is_asked_for_each_file() -> None:
    with ReaderPool(act, workers=1, wall_s=5, patience=patience) as pool:
        began = time.monotonic()
        with pytest.raises(UnreadableFile, match="too_expensive"):
            pool.read("sleep.fit", b"soon")
        assert time.monotonic() - began < 5
        assert pool.read("a.gpx", GPX).records == 30


def test_closing_stops_what_is_being_read() -> None:
    pool = ReaderPool[Parsed](act, workers=1, wall_s=30, cpu_s=30)
    pool.read("warm.gpx", GPX)
    caught: list[CoachError] = []

    def read_on() -> None:
        try:
            pool.read("sleep.fit", GPX)
        except CoachError as error:
            caught.append(error)

    thread = threading.Thread(target=read_on)
    thread.start()
    time.sleep(0.2)
    pool.close()
    thread.join(10)
    assert [e.key for e in caught] == ["reading_stopped"]
    with pytest.raises(UnreadableFile, match="reading_stopped"):
        pool.read("a.gpx", GPX)


ORPHAN = """
import os, sys
from hostile import process
from coach.providers.files.pool import ReaderPool
pool = ReaderPool(process, workers=1)
print(pool.read("a", b"")[0], flush=True)
os._exit(9)  # no clean-up at all
"""


def test_no_worker_outlives_its_parent() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN],
        env={
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(root)]),
            "PATH": os.environ["PATH"],
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 9, done.stderr
    worker = int(done.stdout)
    for _ in range(100):
        if not Path(f"/proc/{worker}").exists() or "Z" in Path(f"/proc/{worker}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    pytest.fail("the worker still runs")
