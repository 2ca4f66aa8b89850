"""An import that is killed anywhere and run again ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pipeline_runs import NOW, START, Coach, fit, gpx, recording

from coach.pipeline import importing
from coach.store import imports, system

CHILD = Path(__file__).with_name("import_child.py")
DEADLINE_S = 60.0


def folder(inbox: Path) -> list[str]:
    """Write runs, copies of some by an app, and files that are none; return their names."""
    for n in range(7):
        made = recording(START - timedelta(days=n), 900, seed=n)
        (inbox / f"{n}-watch.fit").write_bytes(fit(made))
        if n % 3 == 0:
            (inbox / f"{n}-app.gpx").write_bytes(gpx(made, name=f"달리기 {n}"))
        if n % 3 == 1:
            (inbox / f"{n}-note.txt").write_bytes(b"no recording")
    return sorted(path.name for path in inbox.iterdir())


def killed(coach: Coach, import_id: int, inbox: Path, names: list[str], at: int, after_s: float) -> None:
    """Run the import in a process and kill it a moment after so many files are done."""
    command = [sys.executable, str(CHILD), coach.db.url, str(coach.athlete_id), str(import_id), str(inbox)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    child = subprocess.Popen([*command, *names], env=environment)
    begun = time.monotonic()
    try:
        while child.poll() is None and time.monotonic() - begun < DEADLINE_S:
            with coach.db.athlete_session(coach.athlete_id) as s:
                if imports.get(s, import_id).done >= at:
                    break
            time.sleep(0.002)
        time.sleep(after_s)
    finally:
        child.kill()
        child.wait()


# Killed among the files, and while what rests on the thresholds is computed.
POINTS = [("files",), ("thresholds",), ("files", "thresholds"), ("files", "files", "thresholds")]


@pytest.mark.parametrize(
    "points", [POINTS[0], *(pytest.param(more, marks=pytest.mark.soak) for more in POINTS[1:])]
)
def test_killed_anywhere_each_activity_stands_once(
    coach: Coach, tmp_path: Path, points: tuple[str, ...]
) -> None:
    rng = random.Random(1)
    names = folder(tmp_path)
    smooth = replace(coach, athlete_id=system.create_athlete(coach.db, tz="Asia/Seoul").id)
    smooth.bring(*((name, (tmp_path / name).read_bytes()) for name in names))

    uploads = [(name, tmp_path / name) for name in names]
    queued = importing.start(coach.db, coach.athlete_id, uploads, inbox=tmp_path, channel="web")
    among = sorted(rng.sample(range(2, len(names) - 2), points.count("files")))
    for at in (*among, *[len(names)] * points.count("thresholds")):
        killed(coach, queued.id, tmp_path, names, at, rng.uniform(0, 0.05))
        with coach.db.athlete_session(coach.athlete_id) as s:
            assert imports.get(s, queued.id).done >= at

    done = importing.run_queued(
        coach.db,
        coach.athlete_id,
        queued.id,
        [(name, name) for name in names],
        inbox=tmp_path,
        pool=coach.readers,
        now=NOW,
    )
    assert (done.state, done.done) == ("done", len(names))
    assert coach.state() == smooth.state()
    assert coach.stale() == []
    items = coach.items(queued.id)
    assert [item.file for item in items] == names
    assert Counter(i.outcome for i in items) == {"imported": 7, "merged": 3, "unreadable": 2}
    assert list(tmp_path.iterdir()) == []
