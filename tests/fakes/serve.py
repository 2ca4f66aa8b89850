"""The invented Garmin and Strava as a process of their own: `python -m fakes.serve`, from the folder tests.

Prints where they listen and whose account there is, as one line of JSON, and ends with its parent.
"""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta
from threading import Event

from fakes import garmin, invented_runner, strava

from coach.cli.serve import hold_leash

STRAVA_DAYS = 400
# Strava counts a quarter of an hour from zero again, this one never does.
PLENTY = (20_000, 200_000)


def accounts(now: datetime) -> tuple[garmin.Garmin, strava.Strava]:
    """Return the services with the invented runner's accounts, up to `now`."""
    runs, days = invented_runner.lived(now)
    there = garmin.Garmin(mfa=True, delay_s=0.05, days=invented_runner.garmin_days(days))
    there.add(*invented_runner.garmin_runs(runs))
    since = now.date() - timedelta(days=STRAVA_DAYS)
    shown, streams = invented_runner.strava_runs(runs, since)
    other = strava.Strava(
        activities=shown, streams=streams, delay_s=0.05, limits=PLENTY, reading_limits=PLENTY
    )
    return there, other


def main() -> None:
    """Serve until a signal comes or the parent is gone."""
    hold_leash()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    there, other = accounts(datetime.now(UTC))
    with garmin.running(there) as garmin_url, strava.running(other) as strava_url:
        told = {
            "garmin_url": garmin_url,
            "strava_url": strava_url,
            "strava_client_id": other.client_id,
            "strava_client_secret": other.client_secret,
            "email": there.email,
            "password": there.password,
            "code": there.code,
        }
        print(json.dumps(told), flush=True)
        while not stop.wait(0.5):
            pass


if __name__ == "__main__":
    main()
