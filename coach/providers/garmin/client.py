"""An athlete's Garmin account, from kept tokens: no login, and every answer through one gate."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.errors import NeedsAthlete, NotAllowed, ProviderTrouble, ServiceBroken
from coach.providers.contract import Days, Fetched, Listed, Opening, Payload, Who
from coach.providers.files.detect import detect
from coach.providers.garmin import activities, tokens
from coach.providers.garmin.days import PARTS, OddShape, Part
from coach.providers.garmin.library import TIMEOUT_S, connect, disconnect
from coach.providers.garmin.listing import Row, pages
from coach.providers.garmin.trouble import PartMissing, PartRefused, explain
from coach.providers.garmin.values import number, object_of, slim, text
from coach.providers.garmin.workouts import GarminWorkouts

log = logging.getLogger(__name__)

CHUNK_DAYS = 28  # the longest range that each of Garmin's daily services takes
PROFILE = "/userprofile-service/socialProfile"
_FILES = ("fit", "gpx", "tcx", "gzip")


class GarminAccount(GarminWorkouts):
    """`coach.providers.contract.Account` of Garmin, and `Workouts`. Calls wait at most `timeout_s` for an
    answer, and nothing is tried again here: a job is."""

    def __init__(self, opening: Opening, timeout_s: float = TIMEOUT_S) -> None:
        self._opening = opening
        self._garmin, self._client = connect(opening.settings, timeout_s)
        tokens.load(self._garmin, opening.tokens)
        self._kept = tokens.save(self._garmin)

    def close(self) -> None:
        """Give the connections back."""
        disconnect(self._client)

    def upload(self, name: str, data: bytes, external_id: str) -> str:
        """Raise NotAllowed: nothing is put on Garmin from here."""
        raise NotAllowed("garmin_no_upload")

    def who(self) -> Who:
        """Ask whose account this is. Raises ProviderTrouble."""
        profile = self._profile()
        account = number(profile.get("profileId"), low=1)
        if account is None:
            raise ServiceBroken("garmin_unreadable")
        return Who(str(int(account)), text(profile.get("fullName")), self._time_zone())

    def listing(self, since: date | None = None) -> Iterator[Sequence[Listed]]:
        """Yield pages of activities as the contract says. Raises ProviderTrouble."""
        # A day more: `since` is a day where the athlete is, activities begin in UTC.
        oldest = None if since is None else since - timedelta(days=1)
        for rows in pages(self._page):
            found = [item for row in rows if (item := activities.listed(row)) is not None]
            if len(found) < len(rows):
                log.debug("left out %d activities without number or start", len(rows) - len(found))
            if found:
                yield found
            if oldest is not None and found and found[-1].start.date() < oldest:
                return

    def fetch(self, item: Listed) -> Fetched | None:
        """Fetch the original file; a recording of the summary where there is none; None where the activity is
        gone. Raises ProviderTrouble."""
        listed = Payload("activity_list", item.external_id, item.summary)
        if not activities.was_typed(item.summary):
            file = self._original(item.external_id)
            if file is not None:
                return Fetched(file=file, payloads=(listed,), describe=activities.described(item.summary))
        try:
            detail = self._ask(lambda: self._garmin.get_activity(item.external_id))
        except PartRefused:
            detail = {}
        except PartMissing as absence:
            if absence.certain:
                return None
            raise ServiceBroken("garmin_unreadable") from None
        made = activities.recording_of(item.summary)
        payloads = (listed, Payload("activity", item.external_id, object_of(slim(detail))))
        # The original of a new activity may take a while; one that never comes is given up by whoever asks.
        recorded = not activities.was_typed(item.summary)
        return Fetched(recordings=() if made is None else (made,), payloads=payloads, complete=not recorded)

    def days(self, start: date, end: date, *, thorough: bool) -> Days:
        """Fetch values of days in chunks of at most 28 days: four calls each, all eleven when thorough.

        A part that this account does not have has no values; one that answers nonsense makes the result
        incomplete. Raises ProviderTrouble for what concerns the whole service.
        """
        values: dict[tuple[date, str], float] = {}
        payloads: list[Payload] = []
        complete = True
        sure_of = frozenset[str]().union(*(part.fills for part in PARTS))
        for first, last in _chunks(start, end):
            sure_here = frozenset[str]()
            for part in PARTS:
                if not (part.often or thorough) or (part.last and last < end):
                    continue
                try:
                    body = self._ask_part(part, first, last)
                    found = [one for one in part.read(body) if first <= one[0] <= last]
                    values |= {(day, name): value for day, name, value in found}
                    sure_here |= part.sure_of(body, found)
                except OddShape:
                    log.debug("%s: unknown shape", part.endpoint)
                    complete = False
                except PartMissing as absence:
                    log.debug("%s: not there (%s)", part.endpoint, absence)
                    complete = complete and absence.certain
                else:
                    if body:
                        payloads.append(Payload(part.endpoint, first.isoformat(), _payload(body)))
            sure_of &= sure_here
        kept = (DailyValue(d, name, value, Source.garmin) for (d, name), value in sorted(values.items()))
        return Days(tuple(kept), tuple(payloads), complete, sure_of)

    def _ask_part(self, part: Part, first: date, last: date) -> Any:
        if part.named and not self._garmin.display_name:
            self._profile()
        return self._ask(lambda: part.ask(self._garmin, first.isoformat(), last.isoformat()))

    def _page(self, start: int, limit: int) -> Sequence[Row]:
        try:
            page = self._ask(lambda: self._garmin.get_activities(start, limit))
        except PartRefused:
            page = None
            refused = True
        except PartMissing:
            page = None
            refused = False
        if page is None:
            raise NeedsAthlete("garmin_forbidden") if refused else ServiceBroken("garmin_unreadable")
        # Taking anything else (the library makes {} of a 204) for the end of the list would make every
        # activity look deleted.
        if not isinstance(page, list):
            raise ServiceBroken("garmin_unreadable")
        return [object_of(row) for row in page]

    def _original(self, external_id: str) -> tuple[str, bytes] | None:
        """Return name and content of the original file, None where there is none."""
        wanted = self._garmin.ActivityDownloadFormat.ORIGINAL
        try:
            data = self._ask(lambda: self._garmin.download_activity(external_id, wanted))
        except PartMissing as absence:
            log.debug("no original (%s)", absence)
            return None
        kind = detect(data).kind
        if kind == "empty":
            return None
        if kind in _FILES:
            return f"{external_id}.{'fit.gz' if kind == 'gzip' else kind}", data
        if kind == "zip":
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    filled = any(info.file_size for info in archive.infolist())
            except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
                raise ServiceBroken("garmin_unreadable") from None
            return (f"{external_id}.zip", data) if filled else None
        raise ServiceBroken("garmin_unreadable")

    def _profile(self) -> Mapping[str, Any]:
        """Ask for the profile and keep the name that other addresses carry."""
        try:
            profile = object_of(self._ask(lambda: self._garmin.connectapi(PROFILE)))
        except PartMissing as absence:
            refused = isinstance(absence, PartRefused)
        else:
            refused = False
            name = text(profile.get("displayName"))
            if name:
                self._garmin.display_name = name
                self._keep_tokens()
                return profile
        raise NeedsAthlete("garmin_forbidden") if refused else ServiceBroken("garmin_unreadable")

    def _time_zone(self) -> str | None:
        base = self._garmin.garmin_connect_personal_information_url
        name = quote(self._garmin.display_name or "", safe="")
        try:
            about = object_of(self._ask(lambda: self._garmin.connectapi(f"{base}/{name}")))
            zone = text(about.get("timeZone") or object_of(about.get("userInfo")).get("timeZone"))
            return str(ZoneInfo(zone)) if zone else None
        except (PartMissing, ValueError, OSError):  # ZoneInfo: an unknown zone, a name that is a folder
            return None

    def _ask(self, call: Callable[[], Any]) -> Any:
        """Make one call of the library: every one comes through here.

        New tokens are kept before it returns or raises: the old ones are dead by then. Raises PartMissing for
        what concerns this one thing, ProviderTrouble for the rest, and what keeping the tokens raised.
        """
        self._client.refresh_error = None
        problem: ProviderTrouble | PartMissing | None = None
        answer: Any = None
        try:
            answer = call()
        except Exception as error:
            problem = explain(error, self._client.refresh_error, self._opening.clock())
        finally:
            self._keep_tokens()
        if problem is not None:  # raised out here, so that it drags no frames of the library along
            raise problem
        return answer

    def _keep_tokens(self) -> None:
        current = tokens.save(self._garmin)
        if current != self._kept:
            self._opening.keep(current)
            self._kept = current


def _chunks(start: date, end: date) -> Iterator[tuple[date, date]]:
    """Yield ranges of at most 28 days, the newest first."""
    last = end
    while last >= start:
        first = max(last - timedelta(days=CHUNK_DAYS - 1), start)
        yield first, last
        last = first - timedelta(days=1)


def _payload(body: Any) -> Mapping[str, Any]:
    """Return the answer as an object, its rows without measurements by the minute."""
    rows = [slim(row) for row in body] if isinstance(body, list) else None
    if rows is not None:
        return {"rows": rows}
    return {
        name: [slim(row) for row in value] if isinstance(value, list) else slim(value)
        for name, value in object_of(body).items()
    }
