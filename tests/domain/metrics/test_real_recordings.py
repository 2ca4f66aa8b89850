"""Metrics of real watches' files, against the totals those watches wrote themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coach.domain.activity import Activity, Recording, Sport
from coach.domain.metrics import Measure, compute
from coach.providers.files.read import read_recording_file

from .build import DAY, athlete, value
from .test_compute import sane

FOLDER = Path(os.environ.get("HANBAL_SAMPLES", "/nowhere"))
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="HANBAL_SAMPLES is not set")


def recordings(name: str) -> tuple[Recording, ...]:
    path = FOLDER / name
    return read_recording_file(path.name, path.read_bytes()).recordings


def computed(recording: Recording):
    return compute(Activity(1, recording, DAY, "UTC"), athlete())


@pytest.mark.parametrize(
    "name",
    [
        "activity-small-fenix2-run.fit",
        "activity-large-fenxi2-multisport.fit",
        "garmin-fenix-5-run.fit",
        "garmin-fr935-cr.fit",
        "developer-types-sample.fit",
        "event_timestamp.fit",
        "compressed-speed-distance.fit",
        "activity_5039744860.gpx",
        "activity_5039744860.tcx",
    ],
)
def test_every_metric_is_sane_and_agrees_with_the_watch(name):
    found = recordings(name)
    assert found
    for recording in found:
        metrics = computed(recording)
        for metric, result in metrics.items():
            sane(metric, result)
        told = recording.totals.get("avg_hr_bpm")
        heard = metrics["avg_hr_bpm"]
        if told and isinstance(heard, Measure) and recording.sport is not Sport.swim:
            assert value(heard) == pytest.approx(told, abs=3)
        if recording.timer_s:
            assert value(metrics["moving_s"]) <= recording.timer_s + 1


def test_four_exporters_of_one_ride_give_the_same_metrics():
    files = (
        "4801048867.fit",
        "4801048867_strava.gpx",
        "activity_4801048867.gpx",
        "activity_4801048867.tcx",
    )
    all_four = [computed(recordings(name)[0]) for name in files]
    for name, tolerance in (("moving_s", 0.03), ("avg_hr_bpm", 0.01), ("trimp", 0.02), ("distance_m", 0.02)):
        values = [value(metrics[name]) for metrics in all_four]
        assert values == pytest.approx([values[0]] * 4, rel=tolerance), name
