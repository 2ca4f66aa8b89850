"""An athlete's account at Strava: the list of activities, one of them in full, and putting a file there."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from coach.errors import ServiceBroken
from coach.providers.contract import Days, Fetched, Listed, Opening, Payload, Who
from coach.providers.strava import mapping, uploads
from coach.providers.strava.faults import NotThere
from coach.providers.strava.samples import KEYS
from coach.providers.strava.wire import TIMEOUT_S, Timeout, Wire

log = logging.getLogger(__name__)

PER_PAGE = 200
# It is not known whether `before` is compared with UTC or, like other things there, with local time.
OVERLAP = timedelta(days=1)
BARREN_PAGES = 5  # in a row, with activities but none that was not listed already


class StravaAccount:
    """What `coach.providers.contract.Account` asks for. `pauses_s`: between looks at an upload."""

    def __init__(
        self,
        opening: Opening,
        *,
        timeout_s: Timeout = TIMEOUT_S,
        pauses_s: Sequence[float] = uploads.PAUSES_S,
    ) -> None:
        self._wire = Wire(opening, timeout_s)
        self._pauses_s = pauses_s

    def who(self) -> Who:
        """Ask whose account this is."""
        return who_of(self._wire.get("/athlete"))

    def listing(self, since: date | None = None) -> Iterator[Sequence[Listed]]:
        """Yield pages of activities, the newest first, each activity once.

        A page shorter than asked for is not the end: only an empty one is. The next page is asked for by time
        (`before` a day after the oldest so far, and where that shows nothing new the oldest itself), so
        activities that come or go meanwhile move nothing. `after` is never sent: it turns the order round.
        """
        seen: set[str] = set()
        oldest: datetime | None = None
        barren = 0
        while True:
            found = self._page(**_where(oldest, barren))
            if not found:
                return
            items = {item.external_id: item for item in found if item is not None}
            new = [item for number, item in items.items() if number not in seen]
            seen.update(items)
            barren = 0 if new else barren + 1
            if barren == BARREN_PAGES:
                raise ServiceBroken("strava_unreadable")
            if new:
                oldest = min([item.start for item in new] + ([] if oldest is None else [oldest]))
                yield new
            if since is not None and oldest is not None and oldest < _midnight(since):
                return

    def fetch(self, item: Listed) -> Fetched | None:
        """Fetch one activity with its samples; None when it is no longer there."""
        number = item.external_id
        try:
            detail = self._wire.get("/activities/{id}", id=number, include_all_efforts=False)
        except NotThere:
            return None
        if not isinstance(detail, dict):
            raise ServiceBroken("strava_unreadable")
        payloads = [Payload("activities", number, detail)]
        streams: Any = None
        if detail.get("manual") is not True:
            streams = self._streams(number)
        if streams is not None:
            body = streams if isinstance(streams, dict) else {"streams": streams}
            payloads.append(Payload("activities/streams", number, body))
        recording = mapping.recording_of(item, detail, streams)
        return Fetched(recordings=(recording,), payloads=tuple(payloads))

    def days(self, start: date, end: date, *, thorough: bool) -> Days:
        """Strava has no values of days."""
        return Days(())

    def upload(self, name: str, data: bytes, external_id: str) -> str:
        """Put a FIT, GPX or TCX file there and return the number of its activity, also when it was there.

        `name` is what it is called there ("": Strava names it after the time of day). Raises BadInput where
        Strava refuses it, ComeBackLater while it is still at it: `params["upload_id"]` goes on with `resume`.
        """
        return uploads.upload(self._wire, name, data, external_id, self._pauses_s)

    def resume(self, upload_id: str, external_id: str) -> str:
        """Go on waiting for an upload; as `upload`. Raises NotFound when Strava does not know it."""
        return uploads.resume(self._wire, upload_id, external_id, self._pauses_s)

    def close(self) -> None:
        """Give the connection back."""
        self._wire.close()

    def _page(self, **where: int) -> list[Listed | None]:
        answer = self._wire.get("/athlete/activities", per_page=PER_PAGE, **where)
        if not isinstance(answer, list):
            raise ServiceBroken("strava_unreadable")
        found = [mapping.listed(activity) for activity in answer]
        if None in found:
            log.warning("strava listed %d activities without number or start", found.count(None))
        return found

    def _streams(self, number: str) -> Any:
        try:
            return self._wire.get("/activities/{id}/streams", id=number, keys=KEYS, key_by_type="true")
        except NotThere:
            return None  # nothing was recorded


def who_of(athlete: object) -> Who:
    """Return whose account an answer describes. Raises ServiceBroken when it does not say it."""
    said = athlete if isinstance(athlete, dict) else {}
    number = mapping.identifier(said.get("id"))
    if not number:
        raise ServiceBroken("strava_unreadable")
    names = (mapping.text(said.get("firstname")), mapping.text(said.get("lastname")))
    return Who(number, " ".join(name for name in names if name))


def _where(oldest: datetime | None, barren: int) -> dict[str, int]:
    """Return where to look next, after so many pages in a row that showed nothing new."""
    if oldest is None:
        return {"page": 1 + barren}
    overlap = OVERLAP if barren == 0 else timedelta(0)
    return {"page": max(barren, 1), "before": int((oldest + overlap).timestamp())}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)  # wherever that day is
