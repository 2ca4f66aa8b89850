"""An invented Garmin on this machine, for the real `garminconnect` library: tests, benchmarks, the demo.

    fake = Garmin()
    fake.add(Run(start, seconds=2400))
    with running(fake) as url:
        settings = Settings(garmin_url=url)

Faults wait in a queue (`fake.fault("*/dailysummaries", "503", times=2)`); requests are in `fake.requests`.
"""

from __future__ import annotations

from fakes.garmin.account import Day, Run, runs_between
from fakes.garmin.server import Garmin, running

__all__ = ["Day", "Garmin", "Run", "running", "runs_between"]
